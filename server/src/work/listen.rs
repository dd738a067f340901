//! Hears from other processes that sources have become due.

use super::{MAX_RETRY, Wake};
use crate::store::{DUE, Db, Listener, StoreError};

/// Wakes the work whenever one says so. Nothing is lost when it cannot be heard: the work also
/// looks by itself.
pub(super) async fn run(db: Db, wake: Wake) {
    loop {
        if let Err(error) = listen(&db, &wake).await {
            tracing::debug!(%error, "other processes are not heard for a moment");
        }
        tokio::time::sleep(MAX_RETRY).await;
    }
}

async fn listen(db: &Db, wake: &Wake) -> Result<(), StoreError> {
    let mut listener = Listener::on(db, DUE).await?;
    loop {
        listener.changed().await?;
        wake.wake();
    }
}
