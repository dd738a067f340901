//! Cuts what stands between delimiters into words, numbers, texts, patterns and signs.

use super::error::{Failure, Outcome, shown};
use std::ops::Range;
use std::sync::Arc;

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) kind: TokenKind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum TokenKind {
    Name(Arc<str>),
    Number(f64),
    Text(String),
    Pattern { source: Arc<str>, flags: Arc<str> },
    Sign(&'static str),
    End,
}

const LONGEST_PATTERN: usize = 16 * 1024;
const FLAGS: &str = "gimy";

/// White space inside delimiters, which is less than in text.
pub(super) fn is_code_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r' | '\u{a0}')
}

/// The tokens of a part of the source, with one at the end that is none.
pub(super) fn tokens(source: &str, part: Range<usize>) -> Outcome<Vec<Token>> {
    let mut lexer = Lexer {
        source: &source[..part.end],
        index: part.start,
    };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next()?;
        let is_end = token.kind == TokenKind::End;
        tokens.push(token);
        if is_end {
            return Ok(tokens);
        }
    }
}

/// Where a delimiter closes code, not counting what stands in texts and patterns.
pub(super) fn code_end(source: &str, from: usize, close: &str) -> Outcome<Option<usize>> {
    let mut index = from;
    let bytes = source.as_bytes();
    while index < bytes.len() {
        let byte = bytes[index];
        if source[index..].starts_with(close) {
            return Ok(Some(index));
        }
        index = match byte {
            b'"' | b'\'' => match text_end(bytes, index) {
                Some(end) => end,
                None => return Ok(None),
            },
            _ if is_name_start(byte) => {
                let end = name_end(bytes, index);
                if &source[index..end] == "r" && bytes.get(end) == Some(&b'/') {
                    pattern(source, index)?.2
                } else {
                    end
                }
            }
            _ => next_char(source, index),
        };
    }
    Ok(None)
}

struct Lexer<'s> {
    source: &'s str,
    index: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Outcome<Token> {
        let rest = &self.source[self.index..];
        self.index += rest.len() - rest.trim_start_matches(is_code_space).len();
        let at = self.index;
        let bytes = self.source.as_bytes();
        let Some(byte) = bytes.get(at).copied() else {
            let kind = TokenKind::End;
            return Ok(Token { at, kind });
        };
        let kind = if is_name_start(byte) {
            self.name()?
        } else if byte.is_ascii_digit() || (byte == b'.' && is_digit(bytes.get(at + 1))) {
            self.number()?
        } else if matches!(byte, b'"' | b'\'') {
            self.text()?
        } else {
            self.sign()?
        };
        Ok(Token { at, kind })
    }

    fn name(&mut self) -> Outcome<TokenKind> {
        let bytes = self.source.as_bytes();
        let end = name_end(bytes, self.index);
        let name = &self.source[self.index..end];
        if name == "r" && bytes.get(end) == Some(&b'/') {
            let (source, flags, end) = pattern(self.source, self.index)?;
            self.index = end;
            return Ok(TokenKind::Pattern { source, flags });
        }
        self.index = end;
        Ok(TokenKind::Name(name.into()))
    }

    /// Digits, and digits behind a point; neither exponents nor other bases.
    fn number(&mut self) -> Outcome<TokenKind> {
        let bytes = self.source.as_bytes();
        let start = self.index;
        let mut end = start;
        while is_digit(bytes.get(end)) {
            end += 1;
        }
        if end > start && bytes.get(end) == Some(&b'.') {
            end += 1;
            while is_digit(bytes.get(end)) {
                end += 1;
            }
        }
        let is_followed = bytes.get(end).is_some_and(|byte| is_name_start(*byte));
        let number = self.source[start..end].trim_end_matches('.').parse();
        match number {
            Ok(number) if !is_followed => {
                self.index = end;
                Ok(TokenKind::Number(number))
            }
            _ => {
                let message = "this is no number; write digits, and more behind a point";
                Err(Failure::syntax(message, start))
            }
        }
    }

    fn text(&mut self) -> Outcome<TokenKind> {
        let start = self.index;
        let Some(end) = text_end(self.source.as_bytes(), start) else {
            return Err(Failure::syntax(
                "the quotes of this text are not closed",
                start,
            ));
        };
        self.index = end;
        let mut text = String::new();
        let mut chars = self.source[start + 1..end - 1].chars();
        while let Some(char) = chars.next() {
            text.push(match char {
                '\\' => match chars.next() {
                    Some('n') => '\n',
                    Some('r') => '\r',
                    Some('t') => '\t',
                    Some(other) => other,
                    None => break,
                },
                other => other,
            });
        }
        Ok(TokenKind::Text(text))
    }

    fn sign(&mut self) -> Outcome<TokenKind> {
        let bytes = self.source.as_bytes();
        let at = |offset: usize| bytes.get(self.index + offset).copied().unwrap_or(0);
        let sign = match (at(0), at(1), at(2)) {
            (b'=', b'=', b'=') => "===",
            (b'!', b'=', b'=') => "!==",
            (b'|', b'|', _) => return Err(Failure::syntax(self.meaningless(), self.index)),
            (b'=', b'=', _) => "==",
            (b'!', b'=', _) => "!=",
            (b'<', b'=', _) => "<=",
            (b'>', b'=', _) => ">=",
            (b'*', b'*', _) => "**",
            (b'/', b'/', _) => "//",
            (b'(', ..) => "(",
            (b')', ..) => ")",
            (b'[', ..) => "[",
            (b']', ..) => "]",
            (b'{', ..) => "{",
            (b'}', ..) => "}",
            (b'.', ..) => ".",
            (b',', ..) => ",",
            (b':', ..) => ":",
            (b'|', ..) => "|",
            (b'~', ..) => "~",
            (b'+', ..) => "+",
            (b'-', ..) => "-",
            (b'*', ..) => "*",
            (b'/', ..) => "/",
            (b'%', ..) => "%",
            (b'<', ..) => "<",
            (b'>', ..) => ">",
            (b'=', ..) => "=",
            _ => return Err(Failure::syntax(self.meaningless(), self.index)),
        };
        self.index += sign.len();
        Ok(TokenKind::Sign(sign))
    }

    /// What is said of a sign that there is not. Some of them are those of other languages.
    fn meaningless(&self) -> String {
        let rest = &self.source[self.index..];
        let others = [
            ("&&", "and"),
            ("||", "or"),
            ("!", "not"),
            ("?", "a if b else c"),
        ];
        let known = others.iter().find(|(sign, _)| rest.starts_with(sign));
        if let Some((sign, word)) = known {
            return format!("{} means nothing here; write {word}", shown(sign));
        }
        let char: String = rest.chars().take(1).collect();
        format!("{} means nothing here", shown(&char))
    }
}

/// Source, flags and end of `r/…/gimy`.
fn pattern(source: &str, start: usize) -> Outcome<(Arc<str>, Arc<str>, usize)> {
    let fail = |message: &str| Failure::syntax(message, start);
    let bytes = source.as_bytes();
    let mut index = start + 2;
    let mut slashes = 0;
    loop {
        match bytes.get(index) {
            None => return Err(fail("this regular expression is not closed with /")),
            Some(b'/') if slashes == 0 => break,
            Some(b'/') if slashes % 2 == 0 => {
                return Err(fail(
                    "whether this / closes the regular expression is unclear",
                ));
            }
            Some(b'\\') => slashes += 1,
            Some(_) => slashes = 0,
        }
        index += 1;
    }
    let pattern = &source[start + 2..index];
    if pattern.len() > LONGEST_PATTERN {
        return Err(fail("this regular expression is too long"));
    }
    let letters = bytes[index + 1..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphabetic());
    let end = index + 1 + letters.count();
    let given = &source[index + 1..end];
    let is_known = given.chars().all(|flag| FLAGS.contains(flag));
    let flags: String = FLAGS.chars().filter(|flag| given.contains(*flag)).collect();
    if !is_known || flags.len() != given.len() {
        return Err(fail(
            "a regular expression has flags of g, i, m and y, each once",
        ));
    }
    let pattern = if pattern.is_empty() { "(?:)" } else { pattern };
    Ok((pattern.into(), flags.into(), end))
}

fn text_end(bytes: &[u8], start: usize) -> Option<usize> {
    let quote = bytes[start];
    let mut index = start + 1;
    loop {
        match *bytes.get(index)? {
            b'\\' => index += 2,
            byte if byte == quote => return Some(index + 1),
            _ => index += 1,
        }
    }
}

fn is_name_start(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphabetic()
}

fn is_digit(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_digit)
}

fn name_end(bytes: &[u8], start: usize) -> usize {
    let name = bytes[start..]
        .iter()
        .take_while(|byte| **byte == b'_' || byte.is_ascii_alphanumeric());
    start + name.count()
}

fn next_char(source: &str, index: usize) -> usize {
    index + source[index..].chars().next().map_or(1, char::len_utf8)
}
