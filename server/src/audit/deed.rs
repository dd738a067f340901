//! The entry of the change that a request asks for: whoever makes the change says what it is about.
//!
//! The entry is made before the change and written after it, so that no change goes without one.

use super::entry::Entry;
use std::fmt::Display;
use std::sync::{Arc, Mutex, PoisonError};

tokio::task_local! {
    static DEED: Arc<Mutex<Entry>>;
}

/// Does what an entry is about. Returns what came of it, and the entry with what was said of it meanwhile.
pub(crate) async fn under<T>(entry: Entry, work: impl Future<Output = T>) -> (T, Entry) {
    let deed = Arc::new(Mutex::new(entry));
    let done = DEED.scope(Arc::clone(&deed), work).await;
    let entry = deed.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (done, entry)
}

/// Says more of what the request at hand does. Elsewhere nobody listens.
pub fn note(change: impl FnOnce(&mut Entry)) {
    let _ = DEED.try_with(|deed| change(&mut deed.lock().unwrap_or_else(PoisonError::into_inner)));
}

/// To what it is done: a ref, a location, an id.
pub fn about(subject: impl Display) {
    note(|entry| entry.subject = subject.to_string());
}

/// More to know about it; see [`Entry::with`].
pub fn with(name: &'static str, value: impl Display) {
    note(|entry| entry.details.push((name, value.to_string())));
}
