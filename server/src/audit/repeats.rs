//! Keeps whoever is refused from filling the log.
//!
//! Of refusals that are the same but for what they are about, the first of a minute is written at once, and
//! the others together when the minute is over. More than [`KINDS`] sorts of them in a minute are counted
//! together.

use super::entry::{Entry, Who};
use crate::clock::Millis;
use app::audit::{Action, Outcome};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How long the same is counted together.
const WINDOW: Millis = 60_000;
/// Sorts of refusals that are told apart at a time.
const KINDS: usize = 100;
/// How many of the other things that it was about are named.
const NAMED: usize = 5;
const NAME: usize = 60;

/// What makes refusals the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Kind {
    action: Action,
    outcome: Outcome,
    who: Who,
    address: String,
    /// Of sign-ins alone: elsewhere whoever asks can make up as many as they like.
    subject: String,
}

impl Kind {
    fn of(entry: &Entry) -> Self {
        let is_person = entry.action == Action::SignIn;
        Self {
            action: entry.action,
            outcome: entry.outcome,
            who: entry.who.clone(),
            address: entry.origin.address.clone(),
            subject: if is_person {
                entry.subject.clone()
            } else {
                String::new()
            },
        }
    }
}

#[derive(Debug)]
struct Seen {
    since: Millis,
    last: Entry,
    times: i64,
    also: Vec<String>,
}

#[derive(Debug, Default)]
struct Minute {
    seen: HashMap<Kind, Seen>,
    /// What was not told apart, and since when.
    others: i64,
    others_since: Millis,
    /// When something of it is over.
    next: Option<Millis>,
}

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Repeats(Mutex<Minute>);

impl Repeats {
    fn minute(&self) -> MutexGuard<'_, Minute> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether an entry is to be written now; one that is not is counted.
    pub(super) fn is_first(&self, entry: &Entry, now: Millis) -> bool {
        // Nobody can have a task end twice.
        let is_own = matches!(entry.action, Action::TaskEnd | Action::AuditLost);
        if entry.outcome == Outcome::Allowed || is_own {
            return true;
        }
        let mut minute = self.minute();
        let kind = Kind::of(entry);
        if let Some(seen) = minute.seen.get_mut(&kind) {
            seen.times += 1;
            let is_known = seen.last.subject == entry.subject
                || seen.also.iter().any(|it| entry.subject.starts_with(it));
            if !is_known && seen.also.len() < NAMED {
                let end = entry.subject.floor_char_boundary(NAME);
                seen.also.push(entry.subject[..end].to_owned());
            }
            return false;
        }
        if minute.seen.len() >= KINDS {
            if minute.others == 0 {
                minute.others_since = now;
            }
            minute.others += 1;
            minute.next.get_or_insert(now + WINDOW);
            return false;
        }
        let seen = Seen {
            since: now,
            last: entry.clone(),
            times: 0,
            also: Vec::new(),
        };
        minute.seen.insert(kind, seen);
        minute.next.get_or_insert(now + WINDOW);
        true
    }

    /// What was counted and is over, each with how many it stands for; `all` whether it is over or not.
    pub(super) fn over(&self, now: Millis, all: bool) -> Vec<(Entry, i64)> {
        let mut minute = self.minute();
        if !all && minute.next.is_none_or(|next| now < next) {
            return Vec::new();
        }
        let is_over = |since: Millis| all || now - since >= WINDOW || now < since;
        let mut sums = Vec::new();
        let over = minute.seen.extract_if(|_, seen| is_over(seen.since));
        for (_, seen) in over.filter(|(_, seen)| seen.times > 0) {
            let mut entry = seen.last;
            if !seen.also.is_empty() {
                entry = entry.with("also", seen.also.join(", "));
            }
            sums.push((entry, seen.times));
        }
        if minute.others > 0 && is_over(minute.others_since) {
            let others = Entry::new(Action::PermissionDenied, Who::nobody())
                .about("others")
                .denied("too many different refusals at once to tell them apart");
            sums.push((others, minute.others));
            minute.others = 0;
        }
        let first = minute.seen.values().map(|seen| seen.since).min();
        let others = (minute.others > 0).then_some(minute.others_since);
        minute.next = first.into_iter().chain(others).min().map(|it| it + WINDOW);
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::audit::entry::Origin;

    fn denied(subject: &str, address: &str) -> Entry {
        let origin = Origin {
            address: address.to_owned(),
            ..Origin::default()
        };
        Entry::new(Action::LocationCreate, Who::nobody())
            .about(subject)
            .from(origin)
            .denied("no")
    }

    #[test]
    fn the_same_is_written_twice_a_minute_at_most() {
        let repeats = Repeats::default();
        assert!(repeats.is_first(&denied("a", "10.0.0.1"), 0));
        for number in 0..1000 {
            assert!(!repeats.is_first(&denied(&format!("b{number}"), "10.0.0.1"), 1_000));
        }
        assert!(repeats.is_first(&denied("a", "10.0.0.2"), 2_000));
        assert_eq!(repeats.over(59_999, false), []);
        let sums = repeats.over(60_000, false);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[0].1, 1000);
        assert_eq!(
            sums[0].0.details,
            [("also", "b0, b1, b2, b3, b4".to_owned())]
        );
        assert!(repeats.is_first(&denied("a", "10.0.0.1"), 60_001));
    }

    #[test]
    fn many_addresses_are_bounded() {
        let repeats = Repeats::default();
        let written = (0..5_000)
            .filter(|number| repeats.is_first(&denied("a", &format!("2001:db8::{number:x}")), 0));
        assert_eq!(written.count(), KINDS);
        let sums = repeats.over(WINDOW, false);
        assert_eq!(sums.len(), 1);
        assert_eq!(sums[0].1, 5_000 - i64::try_from(KINDS).unwrap());
        assert_eq!(repeats.over(WINDOW, true), []);
    }
}
