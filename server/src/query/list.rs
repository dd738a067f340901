//! A page of entities with the counts of every filter.

use super::Model;
use super::facets::counts;
use super::summarise::Summaries;
use app::catalog::{
    CHOICES, Choices, EntityList, EntityListQuery, EntityRef, FacetValue, Facets, PAGE_SIZE, Scope,
};
use app::viewer::Viewer;
use roaring::RoaringBitmap;
use std::cmp::Reverse;

/// The keys behind the filters, in the order of [`Narrowed`].
const KEYS: [&str; 5] = [
    "kind",
    "spec.type",
    "relations.ownedby",
    "spec.lifecycle",
    "metadata.tags",
];

/// Words of a text that count: each is looked for in every entity.
const MAX_WORDS: usize = 8;

/// The keys that a text is looked for in.
const TEXTS: [&str; 4] = [
    "metadata.name",
    "metadata.title",
    "spec.profile.displayName",
    "metadata.description",
];

const KIND: usize = 0;
const TYPE: usize = 1;

/// What the query leaves: by scope and text, and by each filter that is set.
struct Narrowed {
    base: RoaringBitmap,
    filters: [Option<RoaringBitmap>; KEYS.len()],
}

/// The asked page, for a viewer with these stars.
pub(super) fn list(
    model: &Model,
    viewer: &Viewer,
    stars: &[String],
    query: &EntityListQuery,
) -> EntityList {
    let narrowed = Narrowed::of(model, viewer, stars, query);
    let selected = narrowed.without(&[]);
    let sorted = model.sorted(&selected, query.sort, query.descending);
    let pages = sorted.len().div_ceil(PAGE_SIZE).max(1);
    let page = query.page.clamp(1, pages);
    let rows = sorted.iter().skip((page - 1) * PAGE_SIZE).take(PAGE_SIZE);
    let mut summaries = Summaries::of(model);
    EntityList {
        rows: rows
            .map(|&number| summaries.row(model.entry(number), stars))
            .collect(),
        total: sorted.len(),
        page,
        pages,
        facets: narrowed.facets(model, query),
    }
}

/// Everything that the query leaves, in its order.
pub(super) fn sorted(
    model: &Model,
    viewer: &Viewer,
    stars: &[String],
    query: &EntityListQuery,
) -> Vec<u32> {
    let selected = Narrowed::of(model, viewer, stars, query).without(&[]);
    model.sorted(&selected, query.sort, query.descending)
}

/// What the viewer or one of their groups owns.
pub(super) fn owned(model: &Model, viewer: &Viewer) -> RoaringBitmap {
    let mut ids = RoaringBitmap::new();
    for owner in &viewer.ownership {
        ids |= model
            .index
            .matching("relations.ownedby", &owner.to_string());
    }
    ids
}

impl Narrowed {
    fn of(model: &Model, viewer: &Viewer, stars: &[String], query: &EntityListQuery) -> Self {
        let mut base = match query.scope {
            Scope::All => model.everything(),
            Scope::Owned => owned(model, viewer),
            Scope::Starred => stars.iter().filter_map(|key| model.number(key)).collect(),
        };
        for word in words(&query.text) {
            base &= containing(model, &word);
        }
        let kind: Vec<String> = query.kind.iter().cloned().collect();
        let asked = [
            &kind,
            &query.types,
            &query.owners,
            &query.lifecycles,
            &query.tags,
        ];
        let filters = std::array::from_fn(|at| any_of(model, KEYS[at], asked[at]));
        Self { base, filters }
    }

    /// What is left when some of the filters, or none, are not looked at.
    fn without(&self, left_out: &[usize]) -> RoaringBitmap {
        let mut ids = self.base.clone();
        for (at, filter) in self.filters.iter().enumerate() {
            if let (Some(filter), false) = (filter, left_out.contains(&at)) {
                ids &= filter;
            }
        }
        ids
    }

    fn facets(&self, model: &Model, query: &EntityListQuery) -> Facets {
        let values = |at: usize, label: fn(&Model, &str) -> String| {
            // Types are those of one kind: who turns to another kind leaves them behind.
            let left_out: &[usize] = if at == KIND { &[KIND, TYPE] } else { &[at] };
            values_of(model, KEYS[at], &self.without(left_out), label)
        };
        let plain = |_: &Model, value: &str| value.to_owned();
        Facets {
            kinds: values(KIND, plain),
            types: chosen(values(TYPE, plain), &query.types),
            owners: chosen(values(2, owner_label), &query.owners),
            lifecycles: chosen(values(3, plain), &query.lifecycles),
            tags: chosen(values(4, plain), &query.tags),
        }
    }
}

/// As many values as a menu has, and those that are chosen wherever they stand.
pub(super) fn chosen(values: Vec<FacetValue>, chosen: &[String]) -> Choices {
    let all = values.len();
    let is_chosen = |value: &str| chosen.iter().any(|it| it.eq_ignore_ascii_case(value));
    let numbered = values.into_iter().enumerate();
    let kept = numbered.filter(|(at, value)| *at < CHOICES || is_chosen(&value.value));
    let values: Vec<FacetValue> = kept.map(|(_, value)| value).collect();
    Choices {
        more: all - values.len(),
        values,
    }
}

/// The first words of a text, each once, in lower case.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for word in text.split_whitespace() {
        if words.len() == MAX_WORDS {
            break;
        }
        let word = word.to_lowercase();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words
}

fn any_of(model: &Model, key: &str, values: &[String]) -> Option<RoaringBitmap> {
    let mut ids = None;
    for value in values {
        *ids.get_or_insert_with(RoaringBitmap::new) |= model.index.matching(key, value);
    }
    ids
}

/// The entities that have the word in their name, title or description, or as a tag.
fn containing(model: &Model, word: &str) -> RoaringBitmap {
    let mut ids = model.index.matching("metadata.tags", word);
    for key in TEXTS {
        ids |= model.index.containing(key, word);
    }
    ids | model.index.long_containing(word)
}

/// The values of a key among `within`, most frequent first.
fn values_of(
    model: &Model,
    key: &str,
    within: &RoaringBitmap,
    label: fn(&Model, &str) -> String,
) -> Vec<FacetValue> {
    let field = model.index.field(key);
    let counts = field.iter().flat_map(|field| counts(field, Some(within)));
    let values = counts.map(|(value, count)| FacetValue {
        value: value.to_owned(),
        label: label(model, value),
        count: usize::try_from(count).unwrap_or(usize::MAX),
    });
    let mut values: Vec<FacetValue> = values.collect();
    values.sort_by(|a, b| (Reverse(a.count), &a.label).cmp(&(Reverse(b.count), &b.label)));
    values
}

fn owner_label(model: &Model, owner: &str) -> String {
    let link = owner.parse::<EntityRef>().ok();
    match link.map(|owner| Summaries::of(model).link(&owner)) {
        Some(link) => link.label().to_owned(),
        _ => owner.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_count_once_and_the_first_eight_only() {
        let text = "A ".repeat(10_000) + "b a c d e f g h i j";
        assert_eq!(words(&text), ["a", "b", "c", "d", "e", "f", "g", "h"]);
        assert!(words(" \t ").is_empty());
    }
}
