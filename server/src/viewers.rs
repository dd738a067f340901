//! From the name of somebody to the person behind it.

use crate::query::Model;
use app::catalog::EntityRef;
use app::viewer::Viewer;
use arc_swap::ArcSwapOption;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many people are remembered.
const REMEMBERED: usize = 5_000;

/// Knows what is whose, and who the guest is.
#[derive(Debug, Clone)]
pub struct Viewers {
    guest: Option<Guest>,
    /// Whether what a group owns is also its child groups' members'.
    ancestors: bool,
    /// Who people were in the model of a fingerprint: every request asks.
    known: Arc<Mutex<(u64, HashMap<EntityRef, Viewer>)>>,
    /// The same of the guest, whom most requests come from where there is one.
    known_guest: Arc<ArcSwapOption<(u64, Viewer)>>,
}

#[derive(Debug, Clone)]
struct Guest {
    user: EntityRef,
    /// Groups the guest owns things as, beside those the catalog says.
    ownership: Vec<EntityRef>,
}

impl Viewers {
    /// With a guest for whom nobody has to sign in.
    pub fn new(guest: EntityRef, ownership: Vec<EntityRef>) -> Self {
        Self {
            guest: Some(Guest {
                user: guest,
                ownership,
            }),
            ..Self::signed_in_only()
        }
    }

    /// Without a guest.
    pub fn signed_in_only() -> Self {
        Self {
            guest: None,
            ancestors: false,
            known: Arc::default(),
            known_guest: Arc::default(),
        }
    }

    /// The same, where people also own what the groups above theirs own.
    #[must_use]
    pub fn with_ancestors(self, ancestors: bool) -> Self {
        Self { ancestors, ..self }
    }

    /// Who somebody is who has not signed in; none where one has to.
    pub fn guest(&self, model: &Model) -> Option<Viewer> {
        let guest = self.guest.as_ref()?;
        let known = self.known_guest.load();
        if let Some((fingerprint, viewer)) = known.as_deref()
            && *fingerprint == model.fingerprint
        {
            return Some(viewer.clone());
        }
        let viewer = self.look_up(&guest.user, model);
        let known = Arc::new((model.fingerprint, viewer.clone()));
        self.known_guest.store(Some(known));
        Some(viewer)
    }

    /// Somebody by name. What is theirs is what they own themselves or as a member of a group.
    pub fn named(&self, user: &EntityRef, model: &Model) -> Viewer {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 != model.fingerprint || known.1.len() >= REMEMBERED {
            *known = (model.fingerprint, HashMap::new());
        }
        if let Some(viewer) = known.1.get(user) {
            return viewer.clone();
        }
        drop(known);
        let viewer = self.look_up(user, model);
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.0 == model.fingerprint {
            known.1.insert(user.clone(), viewer.clone());
        }
        viewer
    }

    fn look_up(&self, user: &EntityRef, model: &Model) -> Viewer {
        let guest = self.guest.as_ref().filter(|guest| guest.user == *user);
        let mut viewer = model.viewer(user);
        let configured = guest.iter().flat_map(|guest| guest.ownership.clone());
        // Behind themselves.
        let groups = viewer.ownership.split_off(1);
        for group in configured.chain(groups) {
            if !viewer.ownership.contains(&group) {
                viewer.ownership.push(group);
            }
        }
        if self.ancestors {
            model.add_ancestors(&mut viewer.ownership);
        }
        viewer.guest = guest.is_some();
        viewer
    }
}
