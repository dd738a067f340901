//! Languages that are words, strings, numbers and comments.

use super::languages::Language;
use super::{Painter, Piece};
use std::collections::HashSet;

pub(super) fn paint(language: &Language, source: &str, out: &mut Painter) {
    let keywords: HashSet<&str> = language.keywords.split(' ').collect();
    let mut at = 0;
    let mut plain = 0;
    // A comment or string that nobody closes is looked for once, not again at each of its quotes.
    let mut unclosed_block = false;
    while at < source.len() {
        let rest = &source[at..];
        let found = comment(language, source, at, &mut unclosed_block)
            .or_else(|| {
                string(language, rest)
                    .map(|length| (Some(string_piece(language, rest, length)), length))
            })
            .or_else(|| mark(rest))
            .or_else(|| word(language, &keywords, rest));
        match found {
            Some((Some(piece), length)) => {
                out.plain(&source[plain..at]);
                out.piece(piece, &rest[..length]);
                at += length;
                plain = at;
            }
            Some((None, length)) => at += length,
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    out.plain(&source[plain..]);
}

type Found = Option<(Option<Piece>, usize)>;

fn comment(language: &Language, source: &str, at: usize, unclosed: &mut bool) -> Found {
    let rest = &source[at..];
    for start in language.line_comments {
        // `#` begins a comment where a word could begin.
        let free = *start != "#" || at == 0 || source.as_bytes()[at - 1].is_ascii_whitespace();
        if rest.starts_with(start) && free {
            let end = rest.find('\n').unwrap_or(rest.len());
            return Some((Some(Piece::Comment), end));
        }
    }
    let (open, close) = language.block_comment?;
    if *unclosed || !rest.starts_with(open) {
        return None;
    }
    let Some(end) = rest[open.len()..].find(close) else {
        *unclosed = true;
        return None;
    };
    Some((Some(Piece::Comment), open.len() + end + close.len()))
}

/// The length of the string that `rest` begins with.
pub(super) fn string(language: &Language, rest: &str) -> Option<usize> {
    if language.quotes.len() == 1 && rest.starts_with('\'') {
        return character(rest);
    }
    let quote = language.quotes.iter().find(|it| rest.starts_with(**it))?;
    let bytes = rest.as_bytes();
    let many_lines = quote.len() > 1 || *quote == "`";
    let mut at = quote.len();
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 2,
            b'\n' if !many_lines => return Some(at),
            _ if bytes[at..].starts_with(quote.as_bytes()) => return Some(at + quote.len()),
            _ => at += 1,
        }
    }
    Some(rest.len())
}

/// A character in quotes; what is not one may be a lifetime.
fn character(rest: &str) -> Option<usize> {
    let mut chars = rest.char_indices().skip(1);
    let (_, first) = chars.next()?;
    if first == '\\' {
        chars.next()?;
        let end = rest[1..]
            .char_indices()
            .skip(2)
            .take(10)
            .find(|(_, it)| *it == '\'');
        return end.map(|(at, _)| at + 2);
    }
    let (at, next) = chars.next()?;
    (next == '\'').then_some(at + 1)
}

fn string_piece(language: &Language, rest: &str, length: usize) -> Piece {
    let is_key = language.keys && is_before_colon(&rest[length..]);
    if is_key { Piece::Key } else { Piece::Text }
}

fn is_before_colon(rest: &str) -> bool {
    rest.trim_start_matches([' ', '\t']).starts_with(':')
}

/// What is said about what follows: `@deprecated`, `#[derive(…)]`.
fn mark(rest: &str) -> Found {
    if let Some(name) = rest.strip_prefix('@') {
        let length = word_length(name);
        return (length > 0).then_some((Some(Piece::Mark), length + 1));
    }
    if rest.starts_with("#[") || rest.starts_with("#![") {
        let line = rest.find('\n').unwrap_or(rest.len());
        let end = rest[..line].find(']')?;
        return Some((Some(Piece::Mark), end + 1));
    }
    None
}

fn word(language: &Language, keywords: &HashSet<&str>, rest: &str) -> Found {
    let length = word_length(rest);
    if length == 0 {
        return None;
    }
    let word = &rest[..length];
    if word.starts_with(|first: char| first.is_ascii_digit()) {
        return Some((Some(Piece::Number), length));
    }
    let after = &rest[length..];
    let piece = if language.keys && is_before_colon(after) {
        Some(Piece::Key)
    } else if keywords.contains(word)
        || (language.any_case && keywords.contains(word.to_ascii_lowercase().as_str()))
    {
        Some(Piece::Keyword)
    } else if after.starts_with('(') && !language.keywords.is_empty() {
        Some(Piece::Function)
    } else if language.types && word.starts_with(|first: char| first.is_ascii_uppercase()) {
        Some(Piece::Type)
    } else {
        None
    };
    Some((piece, length))
}

fn word_length(rest: &str) -> usize {
    let is_number = rest.starts_with(|first: char| first.is_ascii_digit());
    let is_word =
        |it: char| it.is_alphanumeric() || it == '_' || it == '$' || (is_number && it == '.');
    rest.find(|it| !is_word(it)).unwrap_or(rest.len())
}
