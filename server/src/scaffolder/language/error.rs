//! Why a template cannot be read or rendered, and where.

/// What kept a template from being read or rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is no template of this language.
    Syntax,
    /// The values it was given do not fit what it does with them.
    Evaluation,
    /// It asked for more work, memory, depth or output than one rendering may have.
    Limit,
}

/// Says what is wrong with a template, at which place, counted from one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct LanguageError {
    pub kind: ErrorKind,
    pub line: usize,
    pub column: usize,
    pub message: String,
}

/// A failure on its way to the place that knows where it happened.
#[derive(Debug)]
pub(super) struct Failure(Box<Told>);

/// Kept apart, so that what may fail takes little of the stack.
#[derive(Debug)]
struct Told {
    kind: ErrorKind,
    message: String,
    /// Offset into the source, once the innermost part that failed is known.
    at: Option<usize>,
}

pub(super) type Outcome<T> = Result<T, Failure>;

impl Failure {
    fn told(kind: ErrorKind, message: String, at: Option<usize>) -> Self {
        Self(Box::new(Told { kind, message, at }))
    }

    pub(super) fn new(message: impl Into<String>) -> Self {
        Self::told(ErrorKind::Evaluation, message.into(), None)
    }

    pub(super) fn syntax(message: impl Into<String>, at: usize) -> Self {
        Self::told(ErrorKind::Syntax, message.into(), Some(at))
    }

    pub(super) fn limit(message: impl Into<String>) -> Self {
        Self::told(ErrorKind::Limit, message.into(), None)
    }

    /// Keeps the innermost place.
    pub(super) fn at(mut self, at: usize) -> Self {
        self.0.at.get_or_insert(at);
        self
    }

    pub(super) fn is_limit(&self) -> bool {
        self.0.kind == ErrorKind::Limit
    }

    pub(super) fn within(mut self, what: &str) -> Self {
        if self.0.kind != ErrorKind::Limit {
            self.0.message = format!("{what}: {}", self.0.message);
        }
        self
    }

    pub(super) fn in_source(self, source: &str) -> LanguageError {
        let Told { kind, message, at } = *self.0;
        let (line, column) = place(source, at.unwrap_or(0));
        LanguageError {
            kind,
            line,
            column,
            message,
        }
    }
}

/// Line and column of an offset, counted from one; columns are characters.
pub(super) fn place(source: &str, offset: usize) -> (usize, usize) {
    let before = source.get(..offset).unwrap_or(source);
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

/// How a name is shown in a message: quoted, on one line, and not too long.
pub(super) fn shown(name: &str) -> String {
    const LONGEST: usize = 60;
    let mut shown: String = name.chars().take(LONGEST).collect();
    if shown.len() < name.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

/// `; did you mean "upper"?`, if one of the known names is close to this one.
pub fn suggestion<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let close = known
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| *distance <= 2 && *distance < candidate.len())
        .min();
    close.map_or(String::new(), |(_, candidate)| {
        format!("; did you mean {candidate:?}?")
    })
}

/// How many letters have to be put in, taken out, replaced or swapped. Long names are far from all.
fn distance(left: &str, right: &str) -> usize {
    const LONGEST: usize = 40;
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.len() > LONGEST || right.len() > LONGEST {
        return LONGEST;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut next = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let swapped = i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b;
            let replaced = row[j] + usize::from(a != b);
            let mut best = replaced.min(row[j + 1] + 1).min(next[j] + 1);
            if swapped {
                best = best.min(before[j - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_from_one_in_characters() {
        assert_eq!(place("ab\nöc", 0), (1, 1));
        assert_eq!(place("ab\nöc", "ab\nö".len()), (2, 2));
        assert_eq!(place("ab", 99), (1, 3));
    }

    #[test]
    fn only_a_close_name_is_suggested() {
        let known = || ["upper", "lower", "for", "e"].into_iter();
        assert_eq!(suggestion("uppre", known()), "; did you mean \"upper\"?");
        assert_eq!(suggestion("fro", known()), "; did you mean \"for\"?");
        assert_eq!(suggestion("unknownFilter", known()), "");
        assert_eq!(suggestion("x", known()), "");
    }

    #[test]
    fn a_name_is_shown_on_one_line() {
        assert_eq!(shown("a\nb"), "\"a\\nb\"");
        assert!(shown(&"x".repeat(1000)).len() < 100);
    }
}
