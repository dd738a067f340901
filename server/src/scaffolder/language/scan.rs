//! Cuts a template into text, variables and tags; white space around tags goes here.

use super::engine::Options;
use super::error::{Failure, Outcome, shown};
use super::lexer::{code_end, is_code_space};
use super::text::is_space;
use memchr::memmem;
use std::ops::Range;

/// A piece of a template, with where it begins.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub(super) at: usize,
    pub(super) kind: PieceKind,
}

#[derive(Debug, PartialEq, Eq)]
pub(super) enum PieceKind {
    Text(String),
    /// What stands between the delimiters of a variable.
    Variable(Range<usize>),
    /// What stands between the delimiters of a tag.
    Tag(Range<usize>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Opening {
    Variable,
    Tag,
    Comment,
}

pub(super) fn scan(source: &str, options: &Options) -> Outcome<Vec<Piece>> {
    let mut scanner = Scanner {
        source,
        options,
        pieces: Vec::new(),
        text: String::new(),
        text_at: 0,
        index: 0,
        line_has_content: false,
        next: Next::default(),
    };
    scanner.run()?;
    Ok(scanner.pieces)
}

struct Scanner<'s> {
    source: &'s str,
    options: &'s Options,
    pieces: Vec<Piece>,
    /// Text that white space may still be taken from.
    text: String,
    text_at: usize,
    index: usize,
    /// Whether anything but white space came before on the line, tags included.
    line_has_content: bool,
    next: Next,
}

/// Where each delimiter comes next, sought anew only once it lies behind.
#[derive(Default)]
struct Next {
    variable: Sought,
    tag: Sought,
    comment: Sought,
    comment_end: Sought,
}

/// Not sought yet, or where it is, which is far away when there is none.
#[derive(Default)]
struct Sought(Option<usize>);

impl Sought {
    fn from(&mut self, source: &str, index: usize, delimiter: &str) -> usize {
        match self.0 {
            Some(at) if at >= index => at,
            _ => {
                let rest = &source.as_bytes()[index..];
                let at = memmem::find(rest, delimiter.as_bytes());
                *self.0.insert(at.map_or(usize::MAX, |at| at + index))
            }
        }
    }
}

impl Scanner<'_> {
    fn run(&mut self) -> Outcome<()> {
        while self.index < self.source.len() {
            let opening = self.next_opening();
            let stray = self.next.comment_end.from(self.source, self.index, "#}");
            if stray < opening.map_or(self.source.len(), |(_, at)| at) {
                let message = "a comment ends here that did not begin";
                return Err(Failure::syntax(message, stray));
            }
            let Some((opening, at)) = opening else {
                self.take_text(self.source.len());
                break;
            };
            self.take_text(at);
            self.tag(opening)?;
        }
        self.flush();
        Ok(())
    }

    fn next_opening(&mut self) -> Option<(Opening, usize)> {
        let (source, index, next) = (self.source, self.index, &mut self.next);
        let variable = next.variable.from(source, index, &self.options.variable.0);
        let tag = next.tag.from(source, index, "{%");
        let comment = next.comment.from(source, index, "{#");
        let all = [
            (Opening::Variable, variable),
            (Opening::Tag, tag),
            (Opening::Comment, comment),
        ];
        let first = all.into_iter().min_by_key(|(_, at)| *at);
        first.filter(|(_, at)| *at < source.len())
    }

    fn tag(&mut self, opening: Opening) -> Outcome<()> {
        let at = self.index;
        let (start, end) = match opening {
            Opening::Variable => (
                self.options.variable.0.as_str(),
                self.options.variable.1.as_str(),
            ),
            Opening::Tag => ("{%", "%}"),
            Opening::Comment => ("{#", "#}"),
        };
        if opening == Opening::Tag && self.options.lstrip_blocks {
            self.strip_indent();
        }
        let trims_left = self.source[at + start.len()..].starts_with('-');
        if trims_left {
            let kept = self.text.trim_end_matches(is_space).len();
            self.text.truncate(kept);
        }
        self.flush();
        self.advance(at + start.len() + usize::from(trims_left));

        let from = self.index;
        let close = match opening {
            Opening::Comment => self.source[from..].find(end).map(|close| close + from),
            _ => code_end(self.source, from, end)?,
        };
        let close = close.ok_or_else(|| {
            let what = match opening {
                Opening::Variable => "variable",
                Opening::Tag => "tag",
                Opening::Comment => "comment",
            };
            Failure::syntax(format!("this {what} is not closed with {end}"), at)
        })?;
        let trims_right = close > 0 && self.source.as_bytes()[close - 1] == b'-';
        // Of `{%-%}` the dash trims on both sides, and nothing is between.
        let content = from..(close - usize::from(trims_right)).max(from);
        self.advance(close + end.len());

        match opening {
            Opening::Comment => {}
            Opening::Variable => self.put(at, PieceKind::Variable(content)),
            Opening::Tag => {
                if let Some(name) = raw_name(&self.source[content.clone()], at)? {
                    self.raw(name, at, trims_right)?;
                    return Ok(());
                }
                self.put(at, PieceKind::Tag(content));
            }
        }
        if trims_right {
            self.skip_space();
        } else if opening == Opening::Tag && self.options.trim_blocks {
            self.skip_newline();
        }
        Ok(())
    }

    /// Everything up to the end of a `raw` or `verbatim` is text. A dash at the end of its opening tag
    /// takes the white space behind its closing one.
    fn raw(&mut self, name: &str, at: usize, trims_right: bool) -> Outcome<()> {
        if self.options.trim_blocks {
            self.skip_newline();
        }
        let Some(closing) = raw_end(self.source, self.index, name) else {
            let message = format!("this is not closed with an \"end{name}\" tag");
            return Err(Failure::syntax(message, at));
        };
        if self.source[closing.clone()].contains('\n') {
            let message = format!("the \"end{name}\" tag has to stand on one line");
            return Err(Failure::syntax(message, closing.start));
        }
        self.take_text(closing.start);
        self.advance(closing.end);
        if trims_right {
            self.skip_space();
        }
        Ok(())
    }

    fn put(&mut self, at: usize, kind: PieceKind) {
        self.pieces.push(Piece { at, kind });
    }

    fn take_text(&mut self, end: usize) {
        if self.text.is_empty() {
            self.text_at = self.index;
        }
        self.text.push_str(&self.source[self.index..end]);
        self.advance(end);
    }

    fn flush(&mut self) {
        if !self.text.is_empty() {
            let text = std::mem::take(&mut self.text);
            self.put(self.text_at, PieceKind::Text(text));
        }
    }

    fn advance(&mut self, to: usize) {
        let passed = &self.source[self.index..to];
        let line = match passed.rfind('\n') {
            Some(newline) => {
                self.line_has_content = false;
                &passed[newline + 1..]
            }
            None => passed,
        };
        self.line_has_content |= line.contains(|char| !is_space(char));
        self.index = to;
    }

    fn skip_space(&mut self) {
        let rest = &self.source[self.index..];
        let space = rest.len() - rest.trim_start_matches(is_space).len();
        self.advance(self.index + space);
    }

    fn skip_newline(&mut self) {
        let rest = &self.source.as_bytes()[self.index..];
        let newline = if rest.starts_with(b"\r\n") {
            2
        } else {
            usize::from(rest.starts_with(b"\n"))
        };
        self.advance(self.index + newline);
    }

    fn strip_indent(&mut self) {
        if self.line_has_content {
            return;
        }
        let line = self.text.rfind('\n').map_or(0, |newline| newline + 1);
        if self.text[line..].chars().all(is_space) {
            self.text.truncate(line);
        }
    }
}

/// `raw` or `verbatim`, if a tag is one of them.
fn raw_name(content: &str, at: usize) -> Outcome<Option<&'static str>> {
    let content = content.trim_matches(is_code_space);
    let end = content.find(|char: char| !(char.is_ascii_alphanumeric() || char == '_'));
    let (name, rest) = content.split_at(end.unwrap_or(content.len()));
    let name = match name {
        "raw" => "raw",
        "verbatim" => "verbatim",
        _ => return Ok(None),
    };
    if !rest.is_empty() {
        let message = format!("nothing may follow {} in its tag", shown(name));
        return Err(Failure::syntax(message, at));
    }
    Ok(Some(name))
}

/// Where the tag stands that ends a raw part; those inside count.
fn raw_end(source: &str, from: usize, name: &str) -> Option<Range<usize>> {
    let mut depth = 1;
    let mut index = from;
    loop {
        let at = source[index..].find("{%")? + index;
        index = at + 2;
        let content = source[index..].trim_start_matches(is_space);
        let (closes, rest) = match content.strip_prefix("end") {
            Some(rest) if rest.starts_with(name) => (true, &rest[name.len()..]),
            _ => match content.strip_prefix(name) {
                Some(rest) => (false, rest),
                None => continue,
            },
        };
        let Some(rest) = rest.trim_start_matches(is_space).strip_prefix("%}") else {
            continue;
        };
        index = source.len() - rest.len();
        if !closes {
            depth += 1;
            continue;
        }
        depth -= 1;
        if depth == 0 {
            return Some(at..index);
        }
    }
}
