//! Which line of a file a value stands on.

/// The lines of a value and of everything in it, in the shape of the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// 1-based; of an entry of an object the line of its key.
    pub line: u32,
    pub(super) below: Below,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Below {
    Nothing,
    Items(Vec<Lines>),
    Entries(Vec<(String, Lines)>),
}

impl Lines {
    /// For a value that stands in no file: all of it is on one line.
    pub(crate) fn all_on(line: u32) -> Self {
        Self {
            line,
            below: Below::Nothing,
        }
    }

    /// The line of a JSON pointer such as `/metadata/name`, or of the nearest value around it
    /// that exists.
    pub fn of(&self, pointer: &str) -> u32 {
        let mut here = self;
        for segment in pointer.split('/').skip(1) {
            let key = segment.replace("~1", "/").replace("~0", "~");
            let next = match &here.below {
                Below::Nothing => None,
                Below::Items(items) => key.parse().ok().and_then(|i: usize| items.get(i)),
                Below::Entries(entries) => entries
                    .iter()
                    .find(|(name, _)| *name == key)
                    .map(|(_, lines)| lines),
            };
            match next {
                Some(next) => here = next,
                None => break,
            }
        }
        here.line
    }
}
