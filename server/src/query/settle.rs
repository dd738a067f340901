//! Who owns which name after a change: the lowest claim of each.

use super::model::{Loser, Model, Rank};
use crate::store::{StoredChanges, StoredClaim};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// A name that a change may give to another claim.
pub(super) struct Settled<'a> {
    pub(super) key: String,
    pub(super) owner: Owner<'a>,
    pub(super) losers: Vec<Loser>,
}

pub(super) enum Owner<'a> {
    Nobody,
    /// The same claim as before, of a source that has not changed.
    Same,
    Claim(&'a StoredClaim),
    /// A claim of a source that has not changed: its document is not known yet.
    Unknown,
}

/// A claim, and what is known of it.
struct Claimant<'a> {
    rank: Rank,
    line: u32,
    owner: Owner<'a>,
}

impl Model {
    /// The names whose claims have to be read as well before [`Model::changed`] can be asked.
    pub(crate) fn missing(&self, changes: &StoredChanges) -> Vec<String> {
        let settled = self.settle(changes).into_iter();
        let unknown = settled.filter(|settled| matches!(settled.owner, Owner::Unknown));
        unknown.map(|settled| settled.key).collect()
    }

    /// Every name that a change can have to do with.
    pub(super) fn settle<'a>(&self, changes: &'a StoredChanges) -> Vec<Settled<'a>> {
        let sources = changes
            .sources
            .iter()
            .map(|(location, _)| location.as_str());
        let removed = changes.removed.iter().map(String::as_str);
        let touched: hashbrown::HashSet<&str> = sources.chain(removed).collect();
        let mut claims: HashMap<&str, Vec<&StoredClaim>> = HashMap::new();
        for claim in changes.claims.iter().chain(&changes.named) {
            claims.entry(&claim.entity_ref).or_default().push(claim);
        }
        let mut names: BTreeSet<&str> = claims.keys().copied().collect();
        names.extend(
            changes
                .tombstones
                .iter()
                .map(|(it, _)| it.entity_ref.as_str()),
        );
        let entries = self.entries.iter();
        let entries = entries.filter(|entry| touched.contains(&*entry.location));
        names.extend(entries.map(|entry| &*entry.key));
        let losers = self.losers.iter().filter(|(_, losers)| {
            let mut losers = losers.iter();
            losers.any(|loser| touched.contains(&*loser.rank.1))
        });
        names.extend(losers.map(|(name, _)| name));

        let tombstones: HashMap<&str, bool> = changes
            .tombstones
            .iter()
            .map(|(it, in_force)| (it.entity_ref.as_str(), *in_force))
            .collect();
        let asked: hashbrown::HashSet<&str> = changes
            .named
            .iter()
            .map(|claim| claim.entity_ref.as_str())
            .collect();
        let settled = names.into_iter().map(|key| {
            let was_kept_out = self.kept_out.contains_key(key);
            if tombstones.get(key).copied().unwrap_or(was_kept_out) {
                return Settled {
                    key: key.to_owned(),
                    owner: Owner::Nobody,
                    losers: Vec::new(),
                };
            }
            let claims = claims.get(key).map_or(&[][..], Vec::as_slice);
            let mut claimants = self.claimants(key, claims, |location| touched.contains(location));
            // Of a name that was kept out no claim is known, unless all have been read.
            if was_kept_out && !asked.contains(key) && !changes.is_complete {
                claimants.clear();
                claimants.push(Claimant::unknown());
            }
            let mut claimants = claimants.into_iter();
            Settled {
                key: key.to_owned(),
                owner: claimants.next().map_or(Owner::Nobody, |first| first.owner),
                losers: claimants
                    .map(|Claimant { rank, line, .. }| Loser { rank, line })
                    .collect(),
            }
        });
        settled.collect()
    }

    /// All claims of a name, the owner first.
    fn claimants<'a>(
        &self,
        key: &str,
        claims: &[&'a StoredClaim],
        is_touched: impl Fn(&str) -> bool,
    ) -> Vec<Claimant<'a>> {
        let mut claimants: Vec<Claimant<'a>> = claims
            .iter()
            .map(|claim| Claimant {
                rank: (
                    claim.claimed,
                    claim.location.as_str().into(),
                    claim.position,
                ),
                line: claim.line,
                owner: Owner::Claim(claim),
            })
            .collect();
        if let Some(entry) = self
            .get_key(key)
            .filter(|entry| !is_touched(&entry.location))
        {
            claimants.push(Claimant {
                rank: (entry.claimed, Arc::clone(&entry.location), entry.position),
                line: entry.line,
                owner: Owner::Same,
            });
        }
        let losers = self
            .losers
            .get(key)
            .into_iter()
            .flat_map(|losers| losers.iter());
        let losers = losers.filter(|loser| !is_touched(&loser.rank.1));
        claimants.extend(losers.map(|loser| Claimant {
            rank: loser.rank.clone(),
            line: loser.line,
            owner: Owner::Unknown,
        }));
        // One that was read again is known better: it came first, and sorting keeps it there.
        claimants.sort_by(|a, b| a.rank.cmp(&b.rank));
        claimants.dedup_by(|later, earlier| {
            later.rank.1 == earlier.rank.1 && later.rank.2 == earlier.rank.2
        });
        claimants
    }
}

impl Claimant<'_> {
    fn unknown() -> Self {
        Self {
            rank: (0, Arc::default(), 0),
            line: 0,
            owner: Owner::Unknown,
        }
    }
}
