//! What pickers offer, from the catalog.

use super::answers::Names;
use crate::query::{Model, Predicate};
use app::catalog::{EntityLink, EntityRef, RefDefaults};
use app::scaffolder::form::{Offer, Offered, Picker};
use app::viewer::Viewer;

/// Looks entities up for one reader.
pub(super) struct Offers<'a> {
    pub(super) model: &'a Model,
    pub(super) viewer: &'a Viewer,
}

impl Offers<'_> {
    /// What fits `text`, `most` at most.
    pub(super) fn search(&self, picker: &Picker, text: &str, most: usize) -> Vec<Offer> {
        match &picker.of {
            Offered::Entities { filters, owned } => {
                let asked = predicate(filters);
                let owner = owned.then_some(self.viewer);
                let found = self.model.offered(asked.as_ref(), owner, text, most);
                found.iter().map(|link| of_entity(link, picker)).collect()
            }
            Offered::MyGroups => {
                let groups = self.viewer.ownership.iter();
                let groups = groups.filter(|group| group.kind.eq_ignore_ascii_case("group"));
                let links = groups.map(|group| crate::query::link(self.model, group));
                let offers = links.map(|link| of_entity(&link, picker));
                fitting(offers, text, most)
            }
            Offered::Tags { kinds } => {
                let tags = self.model.tags(kinds).into_iter();
                let offers = tags.map(|(tag, count)| Offer {
                    label: tag.clone(),
                    value: tag,
                    detail: count.to_string(),
                    kind: None,
                });
                fitting(offers, text, most)
            }
            Offered::Words(words) => of_words(words, text, most),
            // Those are asked elsewhere.
            Offered::Owners { .. } | Offered::Branches => Vec::new(),
        }
    }

    /// Whether the picker lets a value pass.
    pub(super) fn takes(&self, picker: &Picker, value: &str) -> bool {
        if picker.free {
            return true;
        }
        match &picker.of {
            Offered::Words(words) => words.iter().any(|word| word == value),
            Offered::Tags { .. } | Offered::Owners { .. } | Offered::Branches => true,
            Offered::MyGroups => value
                .parse()
                .is_ok_and(|group: EntityRef| self.viewer.ownership.contains(&group)),
            Offered::Entities { filters, owned } => {
                let Ok(entity) = value.parse::<EntityRef>() else {
                    return false;
                };
                let fits = match predicate(filters) {
                    Some(asked) => self.model.is_offered(&asked, &entity),
                    None => self.model.get(&entity).is_some(),
                };
                fits && (!owned || self.is_owned(&entity))
            }
        }
    }

    fn is_owned(&self, entity: &EntityRef) -> bool {
        let mut owners = self.viewer.ownership.iter();
        owners.any(|owner| {
            let owned = Predicate::In("relations.ownedby".to_owned(), vec![owner.to_string()]);
            self.model.is_offered(&owned, entity)
        })
    }

    /// The link to an entity that is there.
    pub(super) fn link(&self, value: &str) -> Option<EntityLink> {
        let entity: EntityRef = value.parse().ok()?;
        let link = crate::query::link(self.model, &entity);
        link.known.then_some(link)
    }
}

impl Names for Offers<'_> {
    fn meant(&self, picker: &Picker, text: &str) -> Option<String> {
        if matches!(
            picker.of,
            Offered::Tags { .. } | Offered::Words(_) | Offered::Owners { .. } | Offered::Branches
        ) {
            return None;
        }
        let defaults = RefDefaults {
            kind: picker.default_kind.as_deref(),
            namespace: picker.default_namespace.as_deref(),
        };
        // A reference is not a title.
        if let Ok(entity) = EntityRef::parse(text, defaults)
            && self.model.get(&entity).is_some()
            && (text.contains(':') || self.takes(&strict(picker), &entity.to_string()))
        {
            return Some(entity.to_string());
        }
        let is_same = |offer: &Offer| {
            let name = offer.value.rsplit('/').next().unwrap_or_default();
            offer.label.eq_ignore_ascii_case(text) || name.eq_ignore_ascii_case(text)
        };
        let offers = self.search(picker, text, 20);
        let mut same = offers.into_iter().filter(is_same);
        match (same.next(), same.next()) {
            (Some(offer), None) => Some(offer.value),
            _ => None,
        }
    }

    fn label(&self, value: &str) -> Option<String> {
        self.model.label_of(&value.to_lowercase())
    }
}

/// The same, but only what it offers.
fn strict(picker: &Picker) -> Picker {
    Picker {
        free: false,
        ..picker.clone()
    }
}

fn of_entity(link: &EntityLink, picker: &Picker) -> Offer {
    let short = link.entity_ref.short(picker.default_kind.as_deref());
    let label = link.label().to_owned();
    Offer {
        detail: if short == label { String::new() } else { short },
        value: link.entity_ref.to_string(),
        kind: Some(link.entity_ref.kind.to_lowercase()),
        label,
    }
}

/// Words that fit a text.
pub(super) fn of_words(words: &[String], text: &str, most: usize) -> Vec<Offer> {
    let offers = words.iter().map(|word| Offer {
        label: word.clone(),
        value: word.clone(),
        detail: String::new(),
        kind: None,
    });
    fitting(offers, text, most)
}

/// Those in which each word of a text stands.
fn fitting(offers: impl Iterator<Item = Offer>, text: &str, most: usize) -> Vec<Offer> {
    let text = text.to_lowercase();
    let fits = |offer: &Offer| {
        let label = offer.label.to_lowercase();
        text.split_whitespace().all(|word| label.contains(word))
    };
    offers.filter(fits).take(most).collect()
}

fn predicate(filters: &[Vec<(String, Vec<String>)>]) -> Option<Predicate> {
    let condition = |(key, values): &(String, Vec<String>)| {
        if values.is_empty() {
            Predicate::Exists(key.clone())
        } else {
            Predicate::In(key.clone(), values.clone())
        }
    };
    let all = |filter: &Vec<(String, Vec<String>)>| {
        Predicate::All(filter.iter().map(condition).collect())
    };
    match filters {
        [] => None,
        filters => Some(Predicate::Any(filters.iter().map(all).collect())),
    }
}
