//! The entities as clients get them, one behind the other in memory.
//!
//! Neighbours in the order of references stand side by side with a comma between them, so that a
//! list of many is sent as a few slices and nothing is copied. Where there is very much of it, it is
//! kept compressed, in blocks small enough to be opened for one entity.

use bytes::Bytes;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// What is kept in one piece of memory.
const SEGMENT: usize = 1024 * 1024;
/// More than that is kept compressed.
const PLAIN: u64 = 256 * 1024 * 1024;
/// What is compressed as one: large enough to find repetition, small enough to open for one entity.
const BLOCK: usize = 32 * 1024;

/// Where the text of an entity is, or that of neighbours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    segment: u32,
    start: u32,
    end: u32,
}

/// All texts. A clone shares them.
#[derive(Debug, Clone, Default)]
pub struct Bodies {
    segments: Arc<Vec<Segment>>,
    /// How many bytes there are, and how many of them belong to nobody any more.
    size: u64,
    dead: u64,
}

#[derive(Debug, Clone)]
enum Segment {
    Plain(Bytes),
    /// Blocks of `BLOCK` bytes, the last may be smaller; where each ends in `data`.
    Packed {
        data: Arc<[u8]>,
        ends: Arc<[u32]>,
        size: usize,
    },
}

/// Texts on their way into [`Bodies`].
#[derive(Debug, Default)]
pub(super) struct Writer<'a> {
    segments: Vec<Segment>,
    segment: Vec<u8>,
    size: u64,
    dead: u64,
    /// What several writers have written together.
    total: Option<&'a AtomicU64>,
}

/// A part of an answer: ready to be sent, or to be opened when it is its turn.
#[derive(Debug)]
pub enum Piece {
    Ready(Bytes),
    Packed(Bodies, Place),
}

impl Piece {
    pub fn len(&self) -> usize {
        match self {
            Self::Ready(text) => text.len(),
            Self::Packed(_, place) => place.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn open(self) -> Bytes {
        match self {
            Self::Ready(text) => text,
            Self::Packed(bodies, place) => bodies.get(place),
        }
    }
}

impl From<Bytes> for Piece {
    fn from(text: Bytes) -> Self {
        Self::Ready(text)
    }
}

impl Place {
    pub(super) fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// The same in segments that come after others.
    pub(super) fn after(self, segments: u32) -> Self {
        Self {
            segment: self.segment + segments,
            ..self
        }
    }
}

impl Bodies {
    /// The text at a place.
    pub fn get(&self, place: Place) -> Bytes {
        let range = place.start as usize..place.end as usize;
        match self.segments.get(place.segment as usize) {
            Some(Segment::Plain(text)) => text.slice(range),
            Some(packed) => packed.open(range),
            None => Bytes::new(),
        }
    }

    /// The texts with commas between them, in as few pieces as possible.
    pub(super) fn joined(&self, places: impl Iterator<Item = Place>) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for run in Self::runs(places) {
            if !pieces.is_empty() {
                pieces.push(Piece::Ready(Bytes::from_static(b",")));
            }
            pieces.push(match self.segments.get(run.segment as usize) {
                Some(Segment::Packed { .. }) => Piece::Packed(self.clone(), run),
                _ => Piece::Ready(self.get(run)),
            });
        }
        pieces
    }

    /// The places of neighbours as one.
    fn runs(places: impl Iterator<Item = Place>) -> Vec<Place> {
        let mut runs: Vec<Place> = Vec::new();
        for place in places {
            match runs.last_mut() {
                Some(run) if run.segment == place.segment && run.end + 1 == place.start => {
                    run.end = place.end;
                }
                _ => runs.push(place),
            }
        }
        runs
    }

    /// Whether so much belongs to nobody that the rest should be written anew.
    pub(super) fn is_wasteful(&self) -> bool {
        self.dead > SEGMENT as u64 && self.dead > self.size / 4
    }

    /// Whether there is so much that it is kept compressed.
    pub(super) fn is_packed(&self) -> bool {
        self.size > PLAIN
    }

    /// How many bytes of text there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The memory that they take.
    pub fn held(&self) -> u64 {
        let held = self.segments.iter().map(|segment| match segment {
            Segment::Plain(text) => text.len(),
            Segment::Packed { data, ends, .. } => data.len() + ends.len() * 4,
        });
        held.sum::<usize>() as u64
    }
}

impl Segment {
    fn pack(text: &[u8]) -> Self {
        let mut data = Vec::new();
        let mut ends = Vec::new();
        for block in text.chunks(BLOCK) {
            data.extend_from_slice(&lz4_flex::block::compress(block));
            ends.push(number(data.len()));
        }
        Self::Packed {
            data: data.into(),
            ends: ends.into(),
            size: text.len(),
        }
    }

    fn open(&self, range: Range<usize>) -> Bytes {
        let Self::Packed { data, ends, size } = self else {
            return Bytes::new();
        };
        let first = range.start / BLOCK;
        let blocks = first..range.end.div_ceil(BLOCK).max(first);
        let mut text = Vec::with_capacity(blocks.len() * BLOCK);
        for block in blocks {
            let start = block
                .checked_sub(1)
                .map_or(0, |before| ends[before] as usize);
            let length = BLOCK.min(size - block * BLOCK);
            let opened = lz4_flex::block::decompress(&data[start..ends[block] as usize], length);
            text.extend(opened.expect("what this process has compressed can be opened"));
        }
        let start = range.start - first * BLOCK;
        Bytes::from(text).slice(start..start + range.len())
    }
}

impl<'a> Writer<'a> {
    /// One of several that write at the same time.
    pub(super) fn sharing(total: &'a AtomicU64) -> Self {
        Self {
            total: Some(total),
            ..Self::default()
        }
    }

    /// Writes on behind what is there.
    pub(super) fn behind(bodies: &Bodies) -> Self {
        let mut writer = Self {
            segments: bodies.segments.to_vec(),
            size: bodies.size,
            dead: bodies.dead,
            ..Self::default()
        };
        if let Some(Segment::Plain(last)) = writer.segments.last()
            && last.len() < SEGMENT
        {
            writer.segment = last.to_vec();
            writer.segments.pop();
        }
        writer
    }

    /// Adds a text that `write` appends, and returns what it returns.
    pub(super) fn put<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> (Place, T) {
        if self.segment.len() >= SEGMENT {
            self.close();
        }
        if !self.segment.is_empty() {
            self.segment.push(b',');
        }
        let start = self.segment.len();
        let written = write(&mut self.segment);
        let end = self.segment.len();
        let size = (end - start + 1) as u64;
        self.size += size;
        if let Some(total) = self.total {
            total.fetch_add(size, Ordering::Relaxed);
        }
        let place = Place {
            segment: number(self.segments.len()),
            start: number(start),
            end: number(end),
        };
        (place, written)
    }

    pub(super) fn finish(mut self) -> Bodies {
        self.close();
        if self.written() > PLAIN {
            for segment in &mut self.segments {
                if let Segment::Plain(text) = segment
                    && text.len() >= SEGMENT
                {
                    *segment = Segment::pack(text);
                }
            }
        }
        Bodies {
            segments: Arc::new(self.segments),
            size: self.size,
            dead: self.dead,
        }
    }

    /// Notes that a text belongs to nobody any more.
    pub(super) fn forget(&mut self, place: Place) {
        self.dead += place.len() as u64 + 1;
    }

    /// Adds what another has written, and returns behind how many segments it stands.
    pub(super) fn append(&mut self, other: &Bodies) -> u32 {
        self.close();
        let behind = number(self.segments.len());
        self.segments.extend(other.segments.iter().cloned());
        self.size += other.size;
        behind
    }

    /// How much there is, with what others have written meanwhile.
    fn written(&self) -> u64 {
        let total = self.total.map_or(0, |total| total.load(Ordering::Relaxed));
        total.max(self.size)
    }

    fn close(&mut self) {
        if self.segment.is_empty() {
            return;
        }
        let mut segment = std::mem::take(&mut self.segment);
        self.segments
            .push(if self.written() > PLAIN && segment.len() >= SEGMENT {
                Segment::pack(&segment)
            } else {
                segment.shrink_to_fit();
                Segment::Plain(Bytes::from(segment))
            });
    }
}

fn number(size: usize) -> u32 {
    u32::try_from(size).expect("an entity is below 4 GB")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(texts: &[&str], writer: &mut Writer<'_>) -> Vec<Place> {
        let put = |text: &&str| writer.put(|out| out.extend_from_slice(text.as_bytes())).0;
        texts.iter().map(put).collect()
    }

    #[test]
    fn neighbours_are_sent_in_one_piece() {
        let large = "x".repeat(SEGMENT);
        let texts = ["1", "two", &large, "4", "5"];
        let mut writer = Writer::default();
        let places = written(&texts, &mut writer);
        let bodies = writer.finish();
        let check = |chosen: &[usize], pieces: usize| {
            let runs = Bodies::runs(chosen.iter().map(|&at| places[at]));
            assert_eq!(runs.len(), pieces, "{chosen:?}");
            let sent: Vec<Bytes> = runs.into_iter().map(|run| bodies.get(run)).collect();
            let expected: Vec<&[u8]> = chosen.iter().map(|&at| texts[at].as_bytes()).collect();
            assert_eq!(sent.join(&b","[..]), expected.join(&b","[..]), "{chosen:?}");
        };
        check(&[], 0);
        check(&[0, 1], 1);
        check(&[0, 2], 2);
        check(&[1, 0], 2);
        check(&[0, 1, 2, 3, 4], 2);
        check(&[3, 3], 2);
    }

    #[test]
    fn what_is_compressed_reads_as_before() {
        let text = (0..40_000u32)
            .map(|number| number.to_string())
            .collect::<Vec<_>>()
            .concat();
        let packed = Segment::pack(text.as_bytes());
        for range in [
            0..0,
            0..1,
            5..BLOCK,
            BLOCK - 1..BLOCK + 1,
            10..3 * BLOCK + 7,
            text.len() - 9..text.len(),
        ] {
            assert_eq!(
                packed.open(range.clone()),
                text.as_bytes()[range.clone()],
                "{range:?}"
            );
        }
    }

    #[test]
    fn writing_on_leaves_what_is_there() {
        let mut writer = Writer::default();
        let first = written(&["a", "b"], &mut writer);
        let earlier = writer.finish();
        let mut writer = Writer::behind(&earlier);
        let second = written(&["c"], &mut writer);
        let later = writer.finish();
        assert_eq!(later.get(first[1]), "b");
        assert_eq!(later.get(second[0]), "c");
        let runs = Bodies::runs([first[0], first[1], second[0]].into_iter());
        assert_eq!(runs.len(), 1);
        assert_eq!(later.get(runs[0]), "a,b,c");
    }
}
