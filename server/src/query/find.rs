//! The entities that somebody may mean who types a few letters.

use super::Model;
use super::orders::LABELS;
use super::summarise::link_of;
use app::catalog::EntityLink;
use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use roaring::RoaringBitmap;
use std::cmp::Reverse;
use std::collections::HashMap;

/// What is typed beyond that is no name any more.
const MAX_TEXT: usize = 100;

/// Those that fit `text` best, `most` at most: its letters stand in their name or title in this
/// order, the closer together and the nearer to the beginning of a word, the better. Between equals
/// the kind and the name decide, so that the same letters find the same.
pub(super) fn find(model: &Model, text: &str, most: usize) -> Vec<EntityLink> {
    find_among(model, None, text, most)
}

/// The same among these entities alone; without them, among all.
pub(super) fn find_among(
    model: &Model,
    among: Option<&RoaringBitmap>,
    text: &str,
    most: usize,
) -> Vec<EntityLink> {
    let text: String = text.chars().take(MAX_TEXT).collect();
    if text.trim().is_empty() {
        return Vec::new();
    }
    let pattern = Pattern::new(
        &text,
        CaseMatching::Ignore,
        Normalization::Smart,
        AtomKind::Fuzzy,
    );
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut letters = Vec::new();
    let mut scores: HashMap<u32, u32> = HashMap::new();
    for field in LABELS.iter().filter_map(|key| model.index.field(key)) {
        for (label, ids) in field.spellings() {
            let Some(score) = pattern.score(Utf32Str::new(label, &mut letters), &mut matcher)
            else {
                continue;
            };
            ids.each(|id| {
                if among.is_some_and(|among| !among.contains(id)) {
                    return;
                }
                let best = scores.entry(id).or_default();
                *best = score.max(*best);
            });
        }
    }
    let mut found: Vec<(Reverse<u32>, &str, u32)> = scores
        .into_iter()
        .map(|(id, score)| (Reverse(score), &*model.entry(id).key, id))
        .collect();
    found.sort_unstable();
    found.truncate(most);
    let links = found
        .into_iter()
        .map(|(.., id)| link_of(&model.entity(model.entry(id))));
    links.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(text: &str, expected: &[&str]) {
        let entities = [
            ("Component", "ticket-office", Some("Ticket office")),
            ("Component", "seat-map", None),
            ("API", "tickets", None),
            ("Group", "stage-hands", Some("Those in the dark")),
        ];
        let entities = entities.iter().map(|(kind, name, title)| {
            let mut entity = json!({"kind": kind, "metadata": {"name": name}});
            if let Some(title) = title {
                entity["metadata"]["title"] = json!(title);
            }
            (format!("uid-{name}"), entity)
        });
        let model = Model::of_entities(entities.collect());
        let found = find(&model, text, 3);
        let found: Vec<&str> = found
            .iter()
            .map(|link| link.entity_ref.name.as_str())
            .collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn letters_in_their_order_find_names_and_titles() {
        check("tickets", &["tickets"]);
        check("TICK", &["tickets", "ticket-office"]);
        check("smap", &["seat-map"]);
        check("dark", &["stage-hands"]);
        check("office ticket", &["ticket-office"]);
        check("zebra", &[]);
        check("  ", &[]);
    }
}
