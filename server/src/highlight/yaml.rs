//! YAML, line by line: a key, then what stands behind it.

use super::languages::Language;
use super::words::string;
use super::{Painter, Piece};

pub(super) fn paint(language: &Language, source: &str, out: &mut Painter) {
    // The indentation of the key whose text goes on in the lines below it.
    let mut block: Option<usize> = None;
    for line in source.split_inclusive('\n') {
        let (line, end) = line
            .strip_suffix('\n')
            .map_or((line, ""), |line| (line, "\n"));
        let indent = line.len() - line.trim_start_matches(' ').len();
        match block {
            Some(above) if indent > above && !line.trim().is_empty() => {
                out.piece(Piece::Text, line);
            }
            Some(_) if line.trim().is_empty() => out.plain(line),
            _ => block = paint_line(language, line, out).then_some(indent),
        }
        out.plain(end);
    }
}

/// Whether the text of the line goes on below.
fn paint_line(language: &Language, line: &str, out: &mut Painter) -> bool {
    let mut rest = line;
    loop {
        let start = rest.len() - rest.trim_start_matches(' ').len();
        let dash = rest[start..].starts_with("- ");
        let length = start + if dash { 2 } else { 0 };
        out.plain(&rest[..length]);
        rest = &rest[length..];
        if !dash {
            break;
        }
    }
    if rest.starts_with('#') {
        out.piece(Piece::Comment, rest);
        return false;
    }
    if rest == "---" || rest.starts_with("--- ") || rest.starts_with('%') {
        out.piece(Piece::Mark, rest);
        return false;
    }
    if let Some(key) = key_length(language, rest) {
        out.piece(Piece::Key, &rest[..key]);
        out.plain(":");
        rest = &rest[key + 1..];
    }
    value(language, rest, out)
}

/// The length of the key that a line begins with.
fn key_length(language: &Language, rest: &str) -> Option<usize> {
    if rest.starts_with(['"', '\'']) {
        let length = string(language, rest)?;
        return rest[length..].starts_with(':').then_some(length);
    }
    if rest.starts_with(['{', '[', '|', '>', '&', '*', '!']) {
        return None;
    }
    let rest = &rest[..rest.find(" #").unwrap_or(rest.len())];
    let mut from = 0;
    while let Some(colon) = rest[from..].find(':').map(|at| at + from) {
        if rest[colon + 1..].is_empty() || rest[colon + 1..].starts_with(' ') {
            return Some(colon);
        }
        from = colon + 1;
    }
    None
}

fn value(language: &Language, rest: &str, out: &mut Painter) -> bool {
    let start = rest.len() - rest.trim_start_matches(' ').len();
    out.plain(&rest[..start]);
    let rest = &rest[start..];
    let (text, comment) = match rest.find(" #") {
        _ if rest.starts_with(['"', '\'']) => {
            let length = string(language, rest).unwrap_or(rest.len());
            rest.split_at(length)
        }
        Some(at) => rest.split_at(at + 1),
        None => (rest, ""),
    };
    let word = text.trim_end();
    let keyword = language.keywords.split(' ').any(|it| it == word);
    let begins_block = word.starts_with(['|', '>']) && word.len() <= 3;
    let piece = if word.starts_with(['"', '\'']) {
        Some(Piece::Text)
    } else if begins_block || word.starts_with(['&', '*', '!']) {
        Some(Piece::Mark)
    } else if keyword {
        Some(Piece::Keyword)
    } else if is_number(word) {
        Some(Piece::Number)
    } else {
        None
    };
    match piece {
        Some(piece) => {
            out.piece(piece, word);
            out.plain(&text[word.len()..]);
        }
        None => out.plain(text),
    }
    let hash = comment.len() - comment.trim_start().len();
    out.plain(&comment[..hash]);
    match &comment[hash..] {
        "" => {}
        comment if comment.starts_with('#') => out.piece(Piece::Comment, comment),
        other => out.plain(other),
    }
    begins_block
}

fn is_number(word: &str) -> bool {
    word.starts_with(|first: char| first.is_ascii_digit() || first == '-')
        && word.parse::<f64>().is_ok()
}
