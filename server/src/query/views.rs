//! Of the model of this moment the part that each person may see, made once for each.

use super::model::Model;
use crate::permission::{Condition, Decision, Policy};
use app::catalog::EntityRef;
use app::routes::Permission;
use app::viewer::{SignInClaim, Viewer};
use arc_swap::ArcSwap;
use hashbrown::{Equivalent, HashMap};
use roaring::RoaringBitmap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, PoisonError, RwLock, RwLockWriteGuard};

/// People whose parts are kept, each with what was asked of it; when there are more, all are made anew.
const MOST: usize = 256;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Views {
    policy: ArcSwap<Policy>,
    kept: RwLock<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// Of which model they are, and by which policy.
    fingerprint: u64,
    policy: Arc<Policy>,
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
    claims: Vec<SignInClaim>,
}

/// The same, as it is looked up by: nothing of the viewer is copied for that.
struct Asking<'a>(&'a Viewer);

impl Hash for Asking<'_> {
    /// As [`Person`] does.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.user_ref.hash(state);
        self.0.ownership.hash(state);
        self.0.guest.hash(state);
        self.0.claims.hash(state);
    }
}

impl Equivalent<Person> for Asking<'_> {
    fn equivalent(&self, person: &Person) -> bool {
        self.0.user_ref == person.user_ref
            && self.0.guest == person.guest
            && self.0.ownership == person.ownership
            && self.0.claims == person.claims
    }
}

impl Kept {
    fn is_of(&self, whole: &Model, policy: &Arc<Policy>) -> bool {
        self.fingerprint == whole.fingerprint && Arc::ptr_eq(&self.policy, policy)
    }
}

impl Views {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy: ArcSwap::from_pointee(policy),
            kept: RwLock::default(),
        }
    }

    pub(super) fn policy(&self) -> Arc<Policy> {
        self.policy.load_full()
    }

    /// From here on this is the policy; whoever is being answered goes on by the one before.
    pub(super) fn replace_policy(&self, policy: Policy) {
        self.policy.store(Arc::new(policy));
        self.forget();
    }

    /// What of the whole the viewer may see.
    pub(super) fn of(&self, whole: &Arc<Model>, viewer: &Viewer) -> Arc<Model> {
        let policy = self.policy.load();
        if policy.shows_everything() {
            return Arc::clone(whole);
        }
        if let Some(known) = self.known(whole, &policy, viewer) {
            return known;
        }
        let person = Person {
            user_ref: viewer.user_ref.clone(),
            ownership: viewer.ownership.clone(),
            guest: viewer.guest,
            claims: viewer.claims.clone(),
        };
        let seen = match policy.decide(viewer, Permission::CatalogEntityRead) {
            Decision::Allow => Arc::clone(whole),
            Decision::Deny => self.nothing(whole, &policy),
            Decision::If(condition) => self.part(whole, &policy, condition),
        };
        let mut kept = self.kept(whole, &policy);
        if kept.is_of(whole, &policy) {
            if kept.of_people.len() >= MOST {
                kept.of_people.clear();
            }
            kept.of_people.insert(person, Arc::clone(&seen));
        }
        seen
    }

    /// What is kept for the viewer; every request asks.
    fn known(&self, whole: &Model, policy: &Arc<Policy>, viewer: &Viewer) -> Option<Arc<Model>> {
        let kept = self.kept.read().unwrap_or_else(PoisonError::into_inner);
        if !kept.is_of(whole, policy) {
            return None;
        }
        kept.of_people.get(&Asking(viewer)).cloned()
    }

    /// Lets go of what is of an earlier model.
    pub(super) fn forget(&self) {
        *self.lock() = Kept::default();
    }

    fn nothing(&self, whole: &Arc<Model>, policy: &Arc<Policy>) -> Arc<Model> {
        let mut kept = self.kept(whole, policy);
        let make = || Arc::new(Model::within(whole, RoaringBitmap::new()));
        if !kept.is_of(whole, policy) {
            return make();
        }
        Arc::clone(kept.nothing.get_or_insert_with(make))
    }

    fn part(&self, whole: &Arc<Model>, policy: &Arc<Policy>, condition: Condition) -> Arc<Model> {
        if let Some(known) = self.kept(whole, policy).of_conditions.get(&condition) {
            return Arc::clone(known);
        }
        // A condition about anything else holds of no entity.
        let visible = condition.query().map(|query| query.select(whole));
        let part = Arc::new(Model::within(whole, visible.unwrap_or_default()));
        let mut kept = self.kept(whole, policy);
        if kept.is_of(whole, policy) {
            if kept.of_conditions.len() >= MOST {
                kept.of_conditions.clear();
            }
            kept.of_conditions.insert(condition, Arc::clone(&part));
        }
        part
    }

    /// What is kept of that model; of an older one than is kept already, nothing.
    fn kept(&self, whole: &Model, policy: &Arc<Policy>) -> RwLockWriteGuard<'_, Kept> {
        let mut kept = self.lock();
        if !kept.is_of(whole, policy) {
            *kept = Kept {
                fingerprint: whole.fingerprint,
                policy: Arc::clone(policy),
                ..Kept::default()
            };
        }
        kept
    }

    fn lock(&self) -> RwLockWriteGuard<'_, Kept> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}
