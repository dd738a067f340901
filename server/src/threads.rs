//! Who goes first: threads that answer, before those that read the catalog.

use crate::config::Database;
use anyhow::Context;
use tokio::runtime::{Builder, Runtime};

/// Threads that answer.
///
/// # Errors
/// When the system gives none.
pub fn answering() -> anyhow::Result<Runtime> {
    start(|| {})
}

/// Threads that read the catalog into that database.
///
/// # Errors
/// When the system gives none.
pub fn reading(database: &Database) -> anyhow::Result<Runtime> {
    match database {
        Database::Postgres(_) => start(|| give_way(Rank::LeftOver)),
        Database::SqliteFile(_) | Database::SqliteMemory => start(|| give_way(Rank::Low)),
    }
}

fn start(each: impl Fn() + Send + Sync + 'static) -> anyhow::Result<Runtime> {
    let mut threads = Builder::new_multi_thread();
    let runtime = threads.enable_all().on_thread_start(each).build();
    runtime.context("the system gives no threads to work with")
}

#[derive(Clone, Copy)]
enum Rank {
    /// These have what is left over. A low priority alone would not do, for the system sends a thread
    /// that wakes to where nobody works, and only idlers count as nobody.
    LeftOver,
    /// These have a tenth beside others. With what is left over alone, the one connection that writes to
    /// SQLite could be held for as long as others are busy, be it another program.
    Low,
}

#[cfg(target_os = "linux")]
fn give_way(rank: Rank) {
    use thread_priority::{
        NormalThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id,
    };
    let (priority, policy) = match rank {
        Rank::LeftOver => (Ok(ThreadPriority::Min), NormalThreadSchedulePolicy::Idle),
        Rank::Low => (
            // 99 is nice -20, and 0 is nice 19: this is nice 10.
            ThreadPriorityValue::try_from(22).map(ThreadPriority::Crossplatform),
            NormalThreadSchedulePolicy::Other,
        ),
    };
    let policy = ThreadSchedulePolicy::Normal(policy);
    let priority = priority.unwrap_or(ThreadPriority::Min);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), priority, policy) {
        tracing::debug!(%error, "reading the catalog goes at the priority of answers");
    }
}

#[cfg(not(target_os = "linux"))]
fn give_way(_: Rank) {}
