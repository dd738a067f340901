//! Whether the server may be asked already, or still.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// Shared by the work that makes it ready and the endpoint that tells.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<AtomicU8>);

impl Readiness {
    /// The catalog can be asked. Says nothing once the server is stopping.
    pub fn ready(&self) {
        let _ = self
            .0
            .compare_exchange(STARTING, READY, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub fn stopping(&self) {
        self.0.store(STOPPING, Ordering::SeqCst);
    }

    /// Whether there is nothing to show before the sources have been read for the first time.
    pub fn is_starting(&self) -> bool {
        self.0.load(Ordering::SeqCst) == STARTING
    }

    /// Why it must not be asked; `None` when it may. The words are those that probes know.
    pub fn refusal(&self) -> Option<&'static str> {
        match self.0.load(Ordering::SeqCst) {
            STARTING => Some("Backend has not started yet"),
            READY => None,
            _ => Some("Backend is shutting down"),
        }
    }
}
