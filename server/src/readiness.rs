//! Whether the server may be asked already, or still, and whether its work goes on.

use std::fmt::Display;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

const STARTING: u8 = 0;
const READY: u8 = 1;
const STOPPING: u8 = 2;

/// How the server stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// There is nothing to show before the sources have been read for the first time.
    Starting,
    Ready,
    /// Answers come from memory, but nothing new is read or written, and why.
    Degraded(String),
    /// The database answers, but the work does not go on, and why.
    Stalled(String),
    Stopping,
}

/// What can fail by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The database does not answer.
    Connection,
    /// It answers, but does not take what is written.
    Writing,
}

/// Shared by the work that makes it ready and the endpoint that tells.
#[derive(Debug, Clone, Default)]
pub struct Readiness(Arc<State>);

#[derive(Debug, Default)]
struct State {
    phase: AtomicU8,
    connection: RwLock<Option<String>>,
    writing: RwLock<Option<String>>,
    stalled: RwLock<Option<String>>,
}

impl Readiness {
    /// The catalog can be asked. Says nothing once the server is stopping.
    pub fn ready(&self) {
        let phase = &self.0.phase;
        let _ = phase.compare_exchange(STARTING, READY, Ordering::SeqCst, Ordering::SeqCst);
    }

    pub fn stopping(&self) {
        self.0.phase.store(STOPPING, Ordering::SeqCst);
    }

    /// A part does not do what it should.
    pub fn degraded(&self, part: Part, reason: &impl Display) {
        let reason = reason.to_string();
        if set(self.0.slot(part), Some(reason.clone())).is_none() {
            tracing::warn!(
                reason,
                ?part,
                "the database fails; answers come from memory"
            );
        }
    }

    /// A part works.
    pub fn recovered(&self, part: Part) {
        let slot = self.0.slot(part);
        if get(slot).is_some() && set(slot, None).is_some() {
            tracing::info!(?part, "the database works again");
        }
    }

    /// The work does not go on, and why; `None`: it does.
    pub fn stalled(&self, reason: Option<String>) {
        if let Some(reason) = &reason
            && get(&self.0.stalled).is_none()
        {
            tracing::error!(reason, "the work has stalled");
        }
        set(&self.0.stalled, reason);
    }

    /// Whether there is nothing to show before the sources have been read for the first time.
    pub fn is_starting(&self) -> bool {
        self.0.phase.load(Ordering::SeqCst) == STARTING
    }

    pub fn standing(&self) -> Standing {
        match self.0.phase.load(Ordering::SeqCst) {
            STARTING => return Standing::Starting,
            STOPPING => return Standing::Stopping,
            _ => {}
        }
        // Without the database nothing can go on, and that is the better reason.
        let degraded = get(&self.0.connection).or_else(|| get(&self.0.writing));
        match (degraded, get(&self.0.stalled)) {
            (Some(reason), _) => Standing::Degraded(reason),
            (None, Some(reason)) => Standing::Stalled(reason),
            (None, None) => Standing::Ready,
        }
    }

    /// Why it must not be asked; `None` when it may. The first and the last of the words are those
    /// that probes know.
    ///
    /// A replica without a database still answers readers: it stays in the rotation.
    pub fn refusal(&self) -> Option<String> {
        match self.standing() {
            Standing::Starting => Some("Backend has not started yet".to_owned()),
            Standing::Ready | Standing::Degraded(_) => None,
            Standing::Stalled(reason) => Some(reason),
            Standing::Stopping => Some("Backend is shutting down".to_owned()),
        }
    }
}

impl State {
    fn slot(&self, part: Part) -> &RwLock<Option<String>> {
        match part {
            Part::Connection => &self.connection,
            Part::Writing => &self.writing,
        }
    }
}

fn get(reason: &RwLock<Option<String>>) -> Option<String> {
    let reason = reason.read().unwrap_or_else(PoisonError::into_inner);
    reason.clone()
}

/// Returns what was there before.
fn set(reason: &RwLock<Option<String>>, new: Option<String>) -> Option<String> {
    let mut reason = reason.write().unwrap_or_else(PoisonError::into_inner);
    std::mem::replace(&mut *reason, new)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_a_database_is_still_asked() {
        let readiness = Readiness::default();
        readiness.degraded(Part::Connection, &"no route to host");
        readiness.degraded(Part::Writing, &"full");
        assert_eq!(readiness.standing(), Standing::Starting);
        assert!(readiness.refusal().is_some());
        readiness.ready();
        assert_eq!(
            readiness.standing(),
            Standing::Degraded("no route to host".to_owned())
        );
        assert_eq!(readiness.refusal(), None);
        readiness.recovered(Part::Writing);
        assert!(matches!(readiness.standing(), Standing::Degraded(_)));
        readiness.recovered(Part::Connection);
        assert_eq!(readiness.standing(), Standing::Ready);
        readiness.stalled(Some("7 wait".to_owned()));
        assert_eq!(readiness.refusal().as_deref(), Some("7 wait"));
        readiness.stalled(None);
        assert_eq!(readiness.refusal(), None);
        readiness.stopping();
        readiness.ready();
        assert_eq!(readiness.standing(), Standing::Stopping);
    }
}
