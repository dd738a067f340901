//! Who has asked how much, for a bounded number of them.

use super::Who;
use governor::nanos::Nanos;
use governor::state::StateStore;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// So that requests on different cores seldom wait for each other.
const SHARDS: usize = 16;
/// 32,768 in all, which take a megabyte.
const MOST: usize = 2_048;

/// One that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Ask {
    pub(super) who: Who,
    /// Whether what is asked counts; else one only looks.
    pub(super) keep: bool,
}

/// When each of them will have asked nothing, as it were. Where there is no room, those are forgotten for
/// whom that is soonest: whoever asks too much stays known, however many others come.
pub(super) struct Counts([Mutex<HashMap<Who, Nanos>>; SHARDS]);

impl Counts {
    pub(super) fn new() -> Self {
        Self(std::array::from_fn(|_| Mutex::default()))
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        let lengths = self.0.iter().map(|shard| shard.lock().unwrap().len());
        lengths.sum()
    }
}

impl StateStore for Counts {
    type Key = Ask;

    fn measure_and_replace<T, F, E>(&self, ask: &Ask, decide: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let shard = usize::try_from(ask.who.0 % SHARDS as u64).unwrap_or_default();
        let mut shard = self.0[shard].lock().unwrap_or_else(PoisonError::into_inner);
        let known = shard.get(&ask.who).copied();
        let (outcome, next) = decide(known)?;
        if ask.keep {
            if known.is_none() && shard.len() >= MOST {
                forget_quarter(&mut shard);
            }
            shard.insert(ask.who, next);
        }
        Ok(outcome)
    }
}

fn forget_quarter(shard: &mut HashMap<Who, Nanos>) {
    let mut all: Vec<(Nanos, Who)> = shard.iter().map(|(who, at)| (*at, *who)).collect();
    let quarter = all.len() / 4;
    all.select_nth_unstable_by_key(quarter, |(at, _)| *at);
    for (_, who) in &all[..=quarter] {
        shard.remove(who);
    }
}
