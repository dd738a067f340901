//! Of the model of this moment the part that each person may see, made once for each.

use super::model::Model;
use crate::permission::{Condition, Decision, Policy};
use app::catalog::EntityRef;
use app::routes::Permission;
use app::viewer::Viewer;
use roaring::RoaringBitmap;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// People whose parts are kept, each with what was asked of it; when there are more, all are made anew.
const MOST: usize = 256;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Views {
    policy: Policy,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Of which model they are.
    fingerprint: u64,
    of_people: HashMap<Person, Arc<Model>>,
    /// Those who may see the same share it.
    of_conditions: HashMap<Condition, Arc<Model>>,
    /// For those who may see nothing.
    nothing: Option<Arc<Model>>,
}

/// All of a viewer that a decision depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Person {
    user_ref: EntityRef,
    ownership: Vec<EntityRef>,
    guest: bool,
}

impl Views {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            kept: Mutex::default(),
        }
    }

    pub(super) fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What of the whole the viewer may see.
    pub(super) fn of(&self, whole: &Arc<Model>, viewer: &Viewer) -> Arc<Model> {
        if self.policy.shows_everything() {
            return Arc::clone(whole);
        }
        let person = Person {
            user_ref: viewer.user_ref.clone(),
            ownership: viewer.ownership.clone(),
            guest: viewer.guest,
        };
        if let Some(known) = self.kept(whole).of_people.get(&person) {
            return Arc::clone(known);
        }
        let seen = match self.policy.decide(viewer, Permission::CatalogEntityRead) {
            Decision::Allow => Arc::clone(whole),
            Decision::Deny => self.nothing(whole),
            Decision::If(condition) => self.part(whole, condition),
        };
        let mut kept = self.kept(whole);
        if kept.fingerprint == whole.fingerprint {
            if kept.of_people.len() >= MOST {
                kept.of_people.clear();
            }
            kept.of_people.insert(person, Arc::clone(&seen));
        }
        seen
    }

    /// Lets go of what is of an earlier model.
    pub(super) fn forget(&self) {
        *self.lock() = Kept::default();
    }

    fn nothing(&self, whole: &Arc<Model>) -> Arc<Model> {
        let mut kept = self.kept(whole);
        let make = || Arc::new(Model::within(whole, RoaringBitmap::new()));
        if kept.fingerprint != whole.fingerprint {
            return make();
        }
        Arc::clone(kept.nothing.get_or_insert_with(make))
    }

    fn part(&self, whole: &Arc<Model>, condition: Condition) -> Arc<Model> {
        if let Some(known) = self.kept(whole).of_conditions.get(&condition) {
            return Arc::clone(known);
        }
        // A condition about anything else holds of no entity.
        let visible = condition.query().map(|query| query.select(whole));
        let part = Arc::new(Model::within(whole, visible.unwrap_or_default()));
        let mut kept = self.kept(whole);
        if kept.fingerprint == whole.fingerprint {
            if kept.of_conditions.len() >= MOST {
                kept.of_conditions.clear();
            }
            kept.of_conditions.insert(condition, Arc::clone(&part));
        }
        part
    }

    /// What is kept of that model; of an older one than is kept already, nothing.
    fn kept(&self, whole: &Model) -> MutexGuard<'_, Kept> {
        let mut kept = self.lock();
        if kept.fingerprint != whole.fingerprint {
            *kept = Kept {
                fingerprint: whole.fingerprint,
                ..Kept::default()
            };
        }
        kept
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
