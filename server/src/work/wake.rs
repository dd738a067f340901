//! Waking the work before it looks by itself.

use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

/// Shared by the work and by whoever makes sources due in the same process.
#[derive(Debug, Clone, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// Says that something may be due.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits until somebody says so, but no longer than `limit`.
    pub(super) async fn wait(&self, limit: Duration) {
        let _late = tokio::time::timeout(limit, self.0.notified()).await;
    }
}
