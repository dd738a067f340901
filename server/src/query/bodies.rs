//! The entities as clients get them, one behind the other in memory.
//!
//! Neighbours in the order of references stand side by side with a comma between them, so that a
//! list of many is sent as a few slices and nothing is copied.

use bytes::Bytes;
use serde_json::Value;

/// What is kept in one piece of memory.
const SEGMENT: usize = 1024 * 1024;

/// Where the text of an entity is.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    segment: u32,
    start: u32,
    end: u32,
}

/// All texts.
#[derive(Debug, Default)]
pub struct Bodies {
    segments: Vec<Bytes>,
}

/// Texts on their way into [`Bodies`].
#[derive(Debug, Default)]
pub(super) struct Writer {
    done: Vec<Bytes>,
    segment: Vec<u8>,
}

impl Bodies {
    pub(super) fn get(&self, place: Place) -> Bytes {
        self.segments[place.segment as usize].slice(place.start as usize..place.end as usize)
    }

    /// The texts with commas between them.
    pub(super) fn joined(&self, places: impl Iterator<Item = Place>) -> Vec<Bytes> {
        let mut pieces = Vec::new();
        let mut run: Option<Place> = None;
        for place in places {
            run = Some(match run {
                Some(run) if run.segment == place.segment && run.end + 1 == place.start => Place {
                    end: place.end,
                    ..run
                },
                Some(run) => {
                    pieces.push(self.get(run));
                    pieces.push(Bytes::from_static(b","));
                    place
                }
                None => place,
            });
        }
        pieces.extend(run.map(|run| self.get(run)));
        pieces
    }
}

impl Writer {
    pub(super) fn put(&mut self, entity: &Value) -> Place {
        if self.segment.len() >= SEGMENT {
            self.close();
        }
        if self.segment.capacity() == 0 {
            self.segment.reserve(SEGMENT + SEGMENT / 16);
        } else if !self.segment.is_empty() {
            self.segment.push(b',');
        }
        let start = self.segment.len();
        serde_json::to_writer(&mut self.segment, entity)
            .expect("a value is JSON, and memory can be written");
        let number = |size: usize| u32::try_from(size).expect("an entity is below 4 GB");
        Place {
            segment: number(self.done.len()),
            start: number(start),
            end: number(self.segment.len()),
        }
    }

    pub(super) fn finish(mut self) -> Bodies {
        self.close();
        Bodies {
            segments: self.done,
        }
    }

    fn close(&mut self) {
        self.done
            .push(Bytes::from(std::mem::take(&mut self.segment)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn neighbours_are_sent_in_one_piece() {
        let mut writer = Writer::default();
        let large = "x".repeat(SEGMENT);
        let entities = [json!(1), json!("two"), json!(large), json!(4), json!(5)];
        let places: Vec<Place> = entities.iter().map(|entity| writer.put(entity)).collect();
        let bodies = writer.finish();
        let check = |chosen: &[usize], pieces: usize| {
            let joined = bodies.joined(chosen.iter().map(|&at| places[at]));
            assert_eq!(joined.len(), pieces, "{chosen:?}");
            let text = [b"[", joined.concat().as_slice(), b"]"].concat();
            let expected: Vec<&Value> = chosen.iter().map(|&at| &entities[at]).collect();
            let actual: Vec<Value> = serde_json::from_slice(&text).unwrap();
            assert_eq!(actual.iter().collect::<Vec<_>>(), expected, "{chosen:?}");
        };
        check(&[], 0);
        check(&[0, 1], 1);
        check(&[0, 2], 3);
        check(&[1, 0], 3);
        check(&[0, 1, 2, 3, 4], 3);
        check(&[3, 3], 3);
    }
}
