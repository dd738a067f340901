//! Entities by their references.

use super::model::Model;
use super::predicate::Predicate;

/// The number of each entity, in the order of `refs`; `None` for one that does not exist, that the
/// predicate does not hold for.
pub fn by_refs(model: &Model, refs: &[String], predicate: Option<&Predicate>) -> Vec<Option<u32>> {
    let selected = super::selected(model, predicate);
    let number = |entity_ref: &String| {
        let number = model.number(entity_ref).or_else(|| {
            let key = entity_ref.to_lowercase();
            model.number(&key)
        })?;
        let is_selected = selected.as_ref().is_none_or(|ids| ids.contains(number));
        is_selected.then_some(number)
    };
    refs.iter().map(number).collect()
}
