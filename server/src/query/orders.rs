//! The place of every entity in each order a list can have.

use super::model::Entry;
use app::catalog::SortField;
use roaring::RoaringBitmap;

/// For each column the place of each entity; entities without a value come last.
#[derive(Debug, Default)]
pub struct Orders {
    places: [Vec<u32>; SortField::ALL.len()],
}

impl Orders {
    pub(super) fn of(entries: &[Entry]) -> Self {
        Self {
            places: SortField::ALL.map(|field| places(entries, field)),
        }
    }

    /// The numbers in the order of a column. Entities without a value stay last in both directions.
    pub fn sort(&self, ids: &RoaringBitmap, field: SortField, descending: bool) -> Vec<u32> {
        let places = &self.places[field as usize];
        let mut sorted: Vec<u32> = ids.iter().collect();
        if descending {
            let key = |id: &u32| {
                let place = places[*id as usize];
                if place & MISSING == 0 {
                    MISSING - place
                } else {
                    place
                }
            };
            sorted.sort_unstable_by_key(key);
        } else {
            sorted.sort_unstable_by_key(|id| places[*id as usize]);
        }
        sorted
    }
}

/// Set in the place of an entity that has no value in the column.
const MISSING: u32 = 1 << 31;

fn places(entries: &[Entry], field: SortField) -> Vec<u32> {
    let mut keyed: Vec<(bool, String, String, u32)> = (0u32..)
        .zip(entries)
        .map(|(number, entry)| {
            let value = value(entry, field);
            let name = entry.summary.label().to_lowercase();
            (
                value.is_none(),
                value.unwrap_or_default().to_lowercase(),
                name,
                number,
            )
        })
        .collect();
    keyed.sort_unstable();
    let mut places = vec![0; entries.len()];
    for (place, (missing, _, _, number)) in (0u32..).zip(keyed) {
        places[number as usize] = place | if missing { MISSING } else { 0 };
    }
    places
}

fn value(entry: &Entry, field: SortField) -> Option<String> {
    let summary = &entry.summary;
    match field {
        SortField::Name => Some(summary.label().to_owned()),
        SortField::Owner => summary.owner.as_ref().map(|link| link.label().to_owned()),
        SortField::System => summary.system.as_ref().map(|link| link.label().to_owned()),
        SortField::Type => summary.spec_type.clone(),
        SortField::Lifecycle => summary.lifecycle.clone(),
    }
}
