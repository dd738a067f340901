//! Which deliveries came in before.

use std::collections::{HashSet, VecDeque};
use std::sync::{Mutex, PoisonError};

/// More than any webhook sends while it sends one again.
const MAX: usize = 10_000;
/// GitHub's are UUIDs.
const MAX_LENGTH: usize = 64;

/// The ids of the last deliveries. Each process knows its own: what is told twice is done twice,
/// which costs a look and changes nothing.
#[derive(Default)]
pub(super) struct Deliveries(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    ids: HashSet<String>,
    order: VecDeque<String>,
}

impl Deliveries {
    pub(super) fn know(&self, id: &str) -> bool {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.ids.contains(id)
    }

    pub(super) fn note(&self, id: &str) {
        if id.len() > MAX_LENGTH {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.ids.insert(id.to_owned()) {
            return;
        }
        kept.order.push_back(id.to_owned());
        if kept.order.len() > MAX
            && let Some(oldest) = kept.order.pop_front()
        {
            kept.ids.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_known() {
        let deliveries = Deliveries::default();
        assert!(!deliveries.know("0"));
        for id in 0..=MAX {
            deliveries.note(&id.to_string());
        }
        assert!(!deliveries.know("0") && deliveries.know("1"));
        deliveries.note(&"x".repeat(MAX_LENGTH + 1));
        assert!(!deliveries.know(&"x".repeat(MAX_LENGTH + 1)));
    }
}
