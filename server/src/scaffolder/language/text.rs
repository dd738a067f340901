//! Text as the language counts it: in UTF-16 units, so that half of a pair can stand alone.

use memchr::memmem;
use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

/// Text that is shared, never changed.
#[derive(Debug, Clone)]
pub(super) struct Text(Form);

#[derive(Debug, Clone)]
enum Form {
    Ascii(Arc<str>),
    Unicode(Arc<str>),
    /// Holds half of a surrogate pair, which UTF-8 cannot.
    Broken(Arc<[u16]>),
}

impl Text {
    pub(super) fn from_units(units: &[u16]) -> Self {
        match String::from_utf16(units) {
            Ok(text) => Self::from(text),
            Err(_) => Self(Form::Broken(units.into())),
        }
    }

    /// In UTF-8; half of a pair becomes a replacement character.
    pub(super) fn to_str(&self) -> Cow<'_, str> {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => Cow::Borrowed(text),
            Form::Broken(units) => Cow::Owned(String::from_utf16_lossy(units)),
        }
    }

    /// As a key of a record.
    pub(super) fn to_key(&self) -> Arc<str> {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => Arc::clone(text),
            Form::Broken(units) => String::from_utf16_lossy(units).into(),
        }
    }

    /// The text, if it is whole and equal to this one.
    pub(super) fn is(&self, text: &str) -> bool {
        matches!(&self.0, Form::Ascii(own) | Form::Unicode(own) if **own == *text)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.bytes() == 0
    }

    /// How much memory it takes.
    pub(super) fn bytes(&self) -> usize {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => text.len(),
            Form::Broken(units) => units.len() * 2,
        }
    }

    /// In units.
    pub(super) fn len(&self) -> usize {
        match &self.0 {
            Form::Ascii(text) => text.len(),
            Form::Unicode(text) => text.chars().map(char::len_utf16).sum(),
            Form::Broken(units) => units.len(),
        }
    }

    pub(super) fn units(&self) -> Vec<u16> {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => text.encode_utf16().collect(),
            Form::Broken(units) => units.to_vec(),
        }
    }

    pub(super) fn unit(&self, index: usize) -> Option<Self> {
        match &self.0 {
            Form::Ascii(text) => text.get(index..=index).map(Self::from),
            Form::Unicode(text) => text.encode_utf16().nth(index).map(Self::from_unit),
            Form::Broken(units) => units.get(index).copied().map(Self::from_unit),
        }
    }

    /// The value of a unit.
    pub(super) fn code(&self, index: usize) -> Option<u16> {
        match &self.0 {
            Form::Ascii(text) => text.as_bytes().get(index).copied().map(u16::from),
            Form::Unicode(text) => text.encode_utf16().nth(index),
            Form::Broken(units) => units.get(index).copied(),
        }
    }

    /// Each unit by itself.
    pub(super) fn split(&self) -> Vec<Self> {
        match &self.0 {
            Form::Ascii(text) => (0..text.len())
                .filter_map(|index| text.get(index..=index).map(Self::from))
                .collect(),
            _ => self.units().into_iter().map(Self::from_unit).collect(),
        }
    }

    /// From one unit up to another; both are moved to where the text is.
    pub(super) fn slice(&self, start: usize, end: usize) -> Self {
        let end = end.min(self.len());
        let start = start.min(end);
        match &self.0 {
            Form::Ascii(text) => Self::from(&text[start..end]),
            _ => Self::from_units(&self.units()[start..end]),
        }
    }

    /// Where another text begins, not before a unit.
    pub(super) fn find(&self, needle: &Self, from: usize) -> Option<usize> {
        if let (Some(text), Some(needle)) = (self.whole(), needle.whole()) {
            let start = self.byte(from);
            let found = text[start..].find(needle)?;
            return Some(self.unit_before(start + found));
        }
        let (hay, needle) = (big_endian(&self.units()), big_endian(&needle.units()));
        let finder = memmem::Finder::new(&needle);
        let mut start = (from * 2).min(hay.len());
        loop {
            let found = start + finder.find(&hay[start..])?;
            if found % 2 == 0 {
                return Some(found / 2);
            }
            start = found + 1;
        }
    }

    /// Where another text begins last, not after a unit.
    pub(super) fn find_last(&self, needle: &Self, from: usize) -> Option<usize> {
        let end = from.saturating_add(needle.len());
        if let (Some(text), Some(needle)) = (self.whole(), needle.whole()) {
            let found = text[..self.byte(end)].rfind(needle)?;
            return Some(self.unit_before(found));
        }
        let (hay, needle) = (big_endian(&self.units()), big_endian(&needle.units()));
        let finder = memmem::FinderRev::new(&needle);
        let mut end = (end.saturating_mul(2)).min(hay.len());
        loop {
            let found = finder.rfind(&hay[..end])?;
            if found % 2 == 0 {
                return Some(found / 2);
            }
            end = (found + needle.len()).checked_sub(1)?;
        }
    }

    fn whole(&self) -> Option<&str> {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => Some(text),
            Form::Broken(_) => None,
        }
    }

    /// The byte at which a unit begins, in whole text; after a pair for its second half.
    fn byte(&self, unit: usize) -> usize {
        match &self.0 {
            Form::Ascii(text) => unit.min(text.len()),
            Form::Unicode(text) => {
                let mut units = 0;
                let begin = text.char_indices().find(|(_, char)| {
                    let begins = units >= unit;
                    units += char.len_utf16();
                    begins
                });
                begin.map_or(text.len(), |(byte, _)| byte)
            }
            Form::Broken(_) => 0,
        }
    }

    /// How many units come before a byte of whole text.
    fn unit_before(&self, byte: usize) -> usize {
        match &self.0 {
            Form::Unicode(text) => text[..byte].chars().map(char::len_utf16).sum(),
            _ => byte,
        }
    }

    /// Works on the text as UTF-8.
    pub(super) fn map(&self, change: impl Fn(&str) -> String) -> Self {
        match &self.0 {
            Form::Ascii(text) | Form::Unicode(text) => Self::from(change(text)),
            Form::Broken(units) => {
                let mut changed = TextBuilder::default();
                let mut whole = String::new();
                for unit in char::decode_utf16(units.iter().copied()) {
                    match unit {
                        Ok(char) => whole.push(char),
                        Err(half) => {
                            changed.push_str(&change(&std::mem::take(&mut whole)));
                            changed.push(&Self::from_unit(half.unpaired_surrogate()));
                        }
                    }
                }
                changed.push_str(&change(&whole));
                changed.finish()
            }
        }
    }

    fn from_unit(unit: u16) -> Self {
        Self::from_units(&[unit])
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::from(Arc::<str>::from(text))
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self::from(Arc::<str>::from(text))
    }
}

impl From<Arc<str>> for Text {
    fn from(text: Arc<str>) -> Self {
        Self(if text.is_ascii() {
            Form::Ascii(text)
        } else {
            Form::Unicode(text)
        })
    }
}

impl PartialEq for Text {
    fn eq(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Form::Broken(left), Form::Broken(right)) => left == right,
            (Form::Broken(_), _) | (_, Form::Broken(_)) => false,
            _ => self.to_str() == other.to_str(),
        }
    }
}

impl Eq for Text {}

impl Ord for Text {
    /// By units, which is not the order of characters.
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Form::Ascii(left), Form::Ascii(right)) => left.cmp(right),
            (Form::Broken(_), _) | (_, Form::Broken(_)) => self.units().cmp(&other.units()),
            _ => {
                let (left, right) = (self.to_str(), other.to_str());
                left.encode_utf16().cmp(right.encode_utf16())
            }
        }
    }
}

impl PartialOrd for Text {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Units as bytes, for a search that is quick whatever is sought.
fn big_endian(units: &[u16]) -> Vec<u8> {
    units.iter().flat_map(|unit| unit.to_be_bytes()).collect()
}

/// Puts texts together; two halves that meet become one character.
#[derive(Debug)]
pub(super) enum TextBuilder {
    Whole(String),
    Broken(Vec<u16>),
}

impl Default for TextBuilder {
    fn default() -> Self {
        Self::Whole(String::new())
    }
}

impl TextBuilder {
    pub(super) fn push_str(&mut self, text: &str) {
        match self {
            Self::Whole(whole) => whole.push_str(text),
            Self::Broken(units) => units.extend(text.encode_utf16()),
        }
    }

    pub(super) fn push(&mut self, text: &Text) {
        match (&text.0, &mut *self) {
            (Form::Ascii(text) | Form::Unicode(text), _) => self.push_str(text),
            (Form::Broken(more), Self::Broken(units)) => units.extend_from_slice(more),
            (Form::Broken(more), Self::Whole(whole)) => {
                let units = whole.encode_utf16().chain(more.iter().copied());
                *self = Self::Broken(units.collect());
            }
        }
    }

    pub(super) fn finish(self) -> Text {
        match self {
            Self::Whole(whole) => Text::from(whole),
            Self::Broken(units) => Text::from_units(&units),
        }
    }

    /// In UTF-8; half of a pair becomes a replacement character.
    pub(super) fn into_string(self) -> String {
        match self {
            Self::Whole(whole) => whole,
            Self::Broken(units) => String::from_utf16_lossy(&units),
        }
    }
}

/// What the language takes for white space in text: that of Unicode without the next-line character,
/// and the mark of byte order.
pub(super) fn is_space(char: char) -> bool {
    (char.is_whitespace() && char != '\u{85}') || char == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text::from(text)
    }

    #[test]
    fn halves_of_a_pair_stand_alone_and_join() {
        let whole = text("a😀b");
        assert_eq!(whole.len(), 4);
        let (high, low) = (whole.unit(1).unwrap(), whole.unit(2).unwrap());
        assert_eq!(high.units(), [0xd83d]);
        assert_eq!(high.to_str(), "\u{fffd}");
        let mut joined = TextBuilder::default();
        joined.push(&high);
        joined.push(&low);
        assert!(joined.finish().is("😀"));
        assert_eq!(whole.slice(2, 9).units(), [0xde00, u16::from(b'b')]);
    }

    #[test]
    fn texts_are_found_by_units() {
        assert_eq!(text("abcabc").find(&text("c"), 3), Some(5));
        assert_eq!(text("ä😀c").find(&text("c"), 0), Some(3));
        assert_eq!(text("abcabc").find_last(&text("abc"), 2), Some(0));
        assert_eq!(text("ab").find(&text("abc"), 0), None);
        assert_eq!(text("ab").find(&text(""), 9), Some(2));
        assert_eq!(text("ab").find_last(&text(""), usize::MAX), Some(2));
        let broken = text("a😀b😀").slice(0, 6).slice(1, 5);
        assert_eq!(broken.find(&text("b"), 0), Some(2));
        assert_eq!(broken.find_last(&text("😀").slice(0, 1), 9), Some(3));
    }

    #[test]
    fn texts_are_ordered_by_units() {
        assert!(text("😀") < text("\u{ffff}"));
        assert!(text("a") < text("ä"));
    }

    #[test]
    fn what_is_broken_can_be_changed_around_its_halves() {
        let broken = text("a😀b").slice(0, 2);
        assert_eq!(broken.map(str::to_uppercase).units(), [65, 0xd83d]);
    }
}
