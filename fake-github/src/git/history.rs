//! Which commit came before which, and joining two lines of them.

use super::{Files, Git};
use std::collections::{BTreeSet, HashSet, VecDeque};

impl Git {
    /// Commits that lead to one, itself first, in the order in which they are reached.
    pub(crate) fn history(&self, commit: &str) -> Vec<String> {
        let mut seen = HashSet::new();
        let mut next = VecDeque::from([commit.to_owned()]);
        let mut all = Vec::new();
        while let Some(sha) = next.pop_front() {
            if !seen.insert(sha.clone()) {
                continue;
            }
            if let Some(commit) = self.commit(&sha) {
                next.extend(commit.parents);
                all.push(sha);
            }
        }
        all
    }

    pub(crate) fn is_ancestor(&self, old: &str, new: &str) -> bool {
        self.history(new).iter().any(|it| it == old)
    }

    /// The nearest commit that both come from.
    pub(crate) fn merge_base(&self, one: &str, other: &str) -> Option<String> {
        let known: HashSet<String> = self.history(one).into_iter().collect();
        let mut all = self.history(other).into_iter();
        all.find(|it| known.contains(it))
    }

    /// The commits of `head` that `base` does not have, the oldest first.
    pub(crate) fn ahead(&self, base: &str, head: &str) -> Vec<String> {
        let known: HashSet<String> = self.history(base).into_iter().collect();
        let all = self.history(head).into_iter();
        let mut ahead: Vec<String> = all.filter(|it| !known.contains(it)).collect();
        ahead.reverse();
        ahead
    }
}

/// Files with what both sides did to those of `base`; the paths where they contradict each other
/// otherwise.
pub(crate) fn merge(base: &Files, ours: &Files, theirs: &Files) -> Result<Files, Vec<String>> {
    let paths: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut merged = Files::new();
    let mut contradictions = Vec::new();
    for path in paths {
        let (old, our, their) = (base.get(path), ours.get(path), theirs.get(path));
        let kept = if our == their || their == old {
            our
        } else if our == old {
            their
        } else {
            contradictions.push(path.clone());
            continue;
        };
        if let Some(entry) = kept {
            merged.insert(path.clone(), entry.clone());
        }
    }
    if contradictions.is_empty() {
        Ok(merged)
    } else {
        Err(contradictions)
    }
}
