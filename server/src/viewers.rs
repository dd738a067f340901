//! From a request to the person behind it.

use crate::query::Model;
use app::catalog::EntityRef;
use app::viewer::Viewer;
use arc_swap::ArcSwapOption;
use std::sync::Arc;

/// Knows who the guest is. Everyone is the guest until there is a way to sign in.
#[derive(Debug, Clone)]
pub struct Viewers {
    guest: EntityRef,
    /// Groups the guest owns things as, beside those the catalog says.
    ownership: Vec<EntityRef>,
    /// Who the guest was in the model of that fingerprint: every request asks.
    known: Arc<ArcSwapOption<(u64, Viewer)>>,
}

impl Viewers {
    pub fn new(guest: EntityRef, ownership: Vec<EntityRef>) -> Self {
        Self {
            guest,
            ownership,
            known: Arc::default(),
        }
    }

    /// The person who asks. What is theirs is what they own themselves or as a direct member of a
    /// group.
    pub fn identify(&self, model: &Model) -> Viewer {
        let known = self.known.load();
        if let Some((fingerprint, viewer)) = known.as_deref()
            && *fingerprint == model.fingerprint
        {
            return viewer.clone();
        }
        let viewer = self.look_up(&self.guest, &self.ownership, model);
        let known = Arc::new((model.fingerprint, viewer.clone()));
        self.known.store(Some(known));
        viewer
    }

    /// Somebody by name.
    pub fn named(&self, user: &EntityRef, model: &Model) -> Viewer {
        if *user == self.guest {
            return self.identify(model);
        }
        self.look_up(user, &[], model)
    }

    fn look_up(&self, user: &EntityRef, also: &[EntityRef], model: &Model) -> Viewer {
        let person = model.person(user);
        let mut ownership = vec![user.clone()];
        let groups = person.iter().flat_map(|person| &person.member_of);
        for group in also.iter().chain(groups) {
            if !ownership.contains(group) {
                ownership.push(group.clone());
            }
        }
        let (user_ref, display_name) = match person {
            Some(person) => (person.entity_ref, person.label),
            None => (user.clone(), user.name.clone()),
        };
        Viewer {
            display_name,
            user_ref,
            ownership,
            guest: *user == self.guest,
        }
    }
}
