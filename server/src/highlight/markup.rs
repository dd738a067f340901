//! XML and HTML: the names of elements, attributes and their values.

use super::{Painter, Piece};

pub(super) fn paint(source: &str, out: &mut Painter) {
    let mut rest = source;
    let mut unclosed = false;
    while let Some(start) = rest.find('<') {
        out.plain(&rest[..start]);
        rest = &rest[start..];
        if !unclosed && rest.starts_with("<!--") {
            if let Some(end) = rest.find("-->") {
                out.piece(Piece::Comment, &rest[..end + 3]);
                rest = &rest[end + 3..];
                continue;
            }
            unclosed = true;
        }
        rest = tag(rest, out);
    }
    out.plain(rest);
}

/// Paints the tag that `rest` begins with, and returns what follows.
fn tag<'a>(rest: &'a str, out: &mut Painter) -> &'a str {
    let name_start = 1 + usize::from(rest[1..].starts_with(['/', '?', '!']));
    out.plain(&rest[..name_start]);
    let mut rest = &rest[name_start..];
    let mut piece = Piece::Keyword;
    loop {
        let length = rest.find(|it: char| !is_name(it)).unwrap_or(rest.len());
        if length > 0 {
            out.piece(piece, &rest[..length]);
            piece = Piece::Key;
            rest = &rest[length..];
            continue;
        }
        match rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                let length = rest[1..].find(quote).map_or(rest.len(), |at| at + 2);
                out.piece(Piece::Text, &rest[..length]);
                rest = &rest[length..];
            }
            Some('>' | '<') | None => return rest,
            Some(other) => {
                out.plain(&rest[..other.len_utf8()]);
                rest = &rest[other.len_utf8()..];
            }
        }
        if rest.starts_with('>') {
            return rest;
        }
    }
}

fn is_name(it: char) -> bool {
    it.is_alphanumeric() || matches!(it, '-' | '_' | ':' | '.' | '@')
}
