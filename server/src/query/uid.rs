//! The lasting identity of an entity, kept in sixteen bytes where it is a UUID.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use uuid::Uuid;

/// Compared as texts, which for UUIDs in their usual form is the order of their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Uid {
    Uuid([u8; 16]),
    /// Any other text.
    Text(Box<str>),
}

impl Uid {
    fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Uuid(bytes) => Cow::Owned(Uuid::from_bytes(*bytes).hyphenated().to_string()),
            Self::Text(text) => Cow::Borrowed(text),
        }
    }
}

impl From<&str> for Uid {
    fn from(text: &str) -> Self {
        let is_usual = |uuid: &Uuid| {
            let mut buffer = Uuid::encode_buffer();
            uuid.hyphenated().encode_lower(&mut buffer) == text
        };
        match Uuid::try_parse(text).ok().filter(is_usual) {
            Some(uuid) => Self::Uuid(uuid.into_bytes()),
            None => Self::Text(text.into()),
        }
    }
}

impl Ord for Uid {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Uuid(one), Self::Uuid(other)) => one.cmp(other),
            (one, other) => one.text().cmp(&other.text()),
        }
    }
}

impl PartialOrd for Uid {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Uid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uids_are_ordered_as_texts() {
        let mut texts = vec![
            "0",
            "00000000-0000-4000-8000-00000000000A",
            "00000000-0000-4000-8000-00000000000b",
            "00000000-0000-4000-8000-00000000000a",
            "f0000000-0000-4000-8000-000000000000",
            "000000000000400080000000000000ff",
            "",
            "z",
        ];
        let mut uids: Vec<Uid> = texts.iter().map(|&text| Uid::from(text)).collect();
        uids.sort();
        texts.sort_unstable();
        let sorted: Vec<String> = uids.iter().map(ToString::to_string).collect();
        assert_eq!(sorted, texts);
    }
}
