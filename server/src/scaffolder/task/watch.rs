//! Tells those who look at a task that there is something new.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, broadcast};

/// Tasks that can be told of before somebody who is slow misses one; then he looks anyway.
const KEPT: usize = 1024;
/// How often it is looked at a task that another process runs.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Everybody who looks at tasks in this process.
#[derive(Clone)]
pub struct Watchers {
    written: broadcast::Sender<Arc<[String]>>,
    cancelled: Arc<Notify>,
    closed: Arc<AtomicBool>,
}

impl Default for Watchers {
    fn default() -> Self {
        Self {
            written: broadcast::channel(KEPT).0,
            cancelled: Arc::default(),
            closed: Arc::default(),
        }
    }
}

/// Somebody who looks at one task.
pub struct Watcher {
    task: String,
    written: broadcast::Receiver<Arc<[String]>>,
}

impl Watchers {
    /// Says that something new of these tasks is in the database.
    pub(super) fn tell(&self, tasks: &[String]) {
        // Nobody need be looking.
        let _ = self.written.send(tasks.into());
    }

    /// Says that somebody has asked for the end of a task.
    pub(super) fn cancel(&self) {
        self.cancelled.notify_one();
    }

    /// Waits until somebody asks for the end of a task.
    pub(super) async fn cancelled(&self) {
        self.cancelled.notified().await;
    }

    /// Sends everybody home: the process stops.
    pub fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.tell(&[]);
    }

    /// Whether there will be nothing new here any more.
    pub fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Relaxed)
    }

    /// Looks at a task from now on.
    pub fn watch(&self, task: &str) -> Watcher {
        Watcher {
            task: task.to_owned(),
            written: self.written.subscribe(),
        }
    }
}

impl Watcher {
    /// Waits until there may be something new.
    pub async fn changed(&mut self) {
        let heard = async {
            loop {
                match self.written.recv().await {
                    Ok(tasks) if !tasks.is_empty() && !tasks.contains(&self.task) => {}
                    _ => return,
                }
            }
        };
        let _ = tokio::time::timeout(LOOK_EVERY, heard).await;
    }
}
