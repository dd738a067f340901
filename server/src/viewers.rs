//! From a request to the person behind it.

use crate::query::Model;
use app::catalog::EntityRef;
use app::viewer::Viewer;

/// Knows who the guest is. Everyone is the guest until there is a way to sign in.
#[derive(Debug, Clone)]
pub struct Viewers {
    guest: EntityRef,
    /// Groups the guest owns things as, beside those the catalog says.
    ownership: Vec<EntityRef>,
}

impl Viewers {
    pub fn new(guest: EntityRef, ownership: Vec<EntityRef>) -> Self {
        Self { guest, ownership }
    }

    /// The person who asks. What is theirs is what they own themselves or as a direct member of a
    /// group.
    pub fn identify(&self, model: &Model) -> Viewer {
        let person = model.get(&self.guest);
        let mut ownership = vec![self.guest.clone()];
        ownership.extend(self.ownership.iter().cloned());
        for group in person.into_iter().flat_map(|person| &person.member_of) {
            if !ownership.contains(group) {
                ownership.push(group.clone());
            }
        }
        Viewer {
            display_name: person.map_or_else(
                || self.guest.name.clone(),
                |person| person.summary.label().to_owned(),
            ),
            user_ref: person.map_or_else(
                || self.guest.clone(),
                |person| person.summary.entity_ref.clone(),
            ),
            ownership,
            guest: true,
        }
    }
}
