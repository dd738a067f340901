//! The definitions that were asked for last, so that opening one part after another reads them once.

use super::model::Document;
use super::{Asked, read, render};
use crate::digest;
use std::sync::{Arc, Mutex, PoisonError};

/// How much text of definitions is remembered, in bytes: what is read takes some ten times as much.
const REMEMBERED: usize = 1024 * 1024;

/// What reading may use of the stack: parsers go one level down for each of the text's.
const STACK: usize = 32 * 1024 * 1024;

/// Reads on a thread of its own, whose stack is large enough for the deepest text that is read.
fn read_apart(kind: &str, text: &str) -> Result<Document, String> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK);
        let reading = thread.spawn_scoped(scope, || read(kind, text));
        reading.ok().and_then(|reading| reading.join().ok())
    })
    .unwrap_or_else(|| Err("The reader gave up on it.".to_owned()))
}

struct Known {
    digest: String,
    size: usize,
    document: Arc<Result<Document, String>>,
}

/// Shows definitions, and remembers the last ones.
#[derive(Clone, Default)]
pub struct Definitions(Arc<Mutex<Vec<Known>>>);

impl Definitions {
    /// The HTML of a definition of this type. It takes up to a second for the longest: not for a
    /// thread that others wait for.
    pub fn show(&self, kind: &str, text: &str, asked: Asked<'_>) -> String {
        if asked.raw {
            return render::raw(kind, text, None, asked);
        }
        match self.read(kind, text).as_ref() {
            Ok(document) => render::document(document, asked),
            Err(problem) => render::raw(kind, text, Some(problem), asked),
        }
    }

    fn read(&self, kind: &str, text: &str) -> Arc<Result<Document, String>> {
        let digest = digest::sha256_hex(format!("{kind}\n{text}").as_bytes());
        let lock = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().iter().find(|known| known.digest == digest) {
            return Arc::clone(&known.document);
        }
        let document = Arc::new(read_apart(kind, text));
        let mut known = lock();
        known.insert(
            0,
            Known {
                digest,
                size: text.len(),
                document: Arc::clone(&document),
            },
        );
        let mut total = 0;
        known.retain(|it| {
            total += it.size;
            total <= REMEMBERED
        });
        document
    }
}
