//! Questions to the catalog, answered from memory.
//!
//! The [`Model`] is built from the store by `build`, and by `change` from the one before, with which it
//! shares whatever the change does not touch. Everything else here reads it, or a part of it: whoever
//! shows something asks [`Catalog::seen_by`], whose model holds nothing that is hidden from them.
//!
//! To ask something new: 1. a file here with a function from the model to the answer, tested on
//! `Model::of_entities`, 2. its handler in `http` or its method in the port of `app`.

pub mod ancestry;
pub mod batch;
mod belonging;
mod bodies;
mod build;
pub mod by_query;
mod change;
mod claimed;
mod column;
pub mod cursor;
mod declared;
mod details;
mod entries;
pub mod export;
mod expression;
pub mod facets;
mod field;
pub mod fields;
mod filter;
mod find;
mod finish;
mod gather;
mod graph;
mod inbox;
mod index;
mod list;
mod located;
mod merge;
mod model;
mod needs;
mod offered;
mod orders;
pub mod page;
mod pairs;
mod portal;
mod predicate;
mod problems;
mod registered;
mod search_rows;
mod seen;
mod settings;
mod settle;
mod shards;
mod stitch;
mod suggest;
mod summarise;
mod texts;
mod uid;
mod unprocessed;
mod values;
mod views;

pub use bodies::Piece;
pub use claimed::Claimed;
pub use filter::{Condition, parse_filter};
pub use located::{at, colocated, located};
pub use model::{Entry, Model};
pub use pairs::text_of;
pub use portal::Portal;
pub use predicate::{Predicate, selected};
pub use registered::{kept_out, registered, registered_as, registered_at};
pub use search_rows::{SearchRow, clashing_keys, field_rows, search_rows};
pub use suggest::suggestions;
pub(crate) use summarise::{link, ref_of};
pub use unprocessed::{Unprocessed, failed, pending};

use crate::clock::Millis;
use crate::permission::{Decision, Policy, refused};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;
use arc_swap::ArcSwap;
use claimed::KnownClaims;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, MutexGuard, watch};
use views::Views;

/// How long the last readers of a model that has been replaced are waited for.
const PATIENCE: Duration = Duration::from_millis(20);

/// How many visits of each person are kept.
pub const VISITS: usize = 20;

/// Of each user, what was looked at and when.
type Visits = HashMap<String, Vec<(Millis, String)>>;

/// The model of this moment, shared by all who ask. Readers never wait for its replacement.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    model: Arc<ArcSwap<Model>>,
    /// What each user has starred, oldest first; entities that are gone included.
    stars: Arc<RwLock<HashMap<String, Vec<String>>>>,
    /// What each user has lately looked at, the latest first; entities that are gone included.
    visits: Arc<RwLock<Visits>>,
    /// What providers claim of people.
    claims: Arc<KnownClaims>,
    /// What of the model each person may see.
    views: Arc<Views>,
    /// The change of the model, for those who wait for it.
    change: Arc<watch::Sender<i64>>,
    /// Held by who brings the model up to date.
    following: Arc<Mutex<()>>,
    /// The last change of the roles that the policy holds; none before they were read.
    roles: Arc<Mutex<Option<i64>>>,
}

impl Catalog {
    /// An empty catalog of which everybody sees what the policy lets them.
    pub fn guarded_by(policy: Policy) -> Self {
        Self {
            views: Arc::new(Views::new(policy)),
            ..Self::default()
        }
    }

    /// The whole model as of now, for work that shows nothing of it to anybody: ingestion, metrics, who
    /// somebody is. Hold it for the length of one answer.
    pub fn whole(&self) -> Arc<Model> {
        self.model.load_full()
    }

    /// The model as of now with what the viewer may see; hold it for the length of one answer.
    pub fn seen_by(&self, viewer: &Viewer) -> Arc<Model> {
        self.views.of(&self.whole(), viewer)
    }

    /// Somebody by name, as who they are in the catalog.
    pub fn viewer(&self, user: &EntityRef) -> Viewer {
        let model = self.whole();
        let mut viewer = model.viewer(user);
        if self.policy().inherits_ownership() {
            model.add_ancestors(&mut viewer.ownership);
        }
        self.with_claims(viewer)
    }

    /// The same person, with what is kept of what providers claim of them.
    #[must_use]
    pub fn with_claims(&self, mut viewer: Viewer) -> Viewer {
        let policy = self.policy();
        if !policy.claims().is_empty() {
            let user = viewer.user_ref.to_string();
            viewer.claims = self
                .claims
                .of(&user, |provider, name| policy.keeps(provider, name));
        }
        viewer
    }

    /// Takes note of what a provider claims of a user, given as a lower-case reference.
    pub fn set_claimed(&self, user: &str, claimed: Claimed) {
        self.claims.set(user, claimed);
    }

    /// Forgets what has been claimed and counts no more.
    pub fn forget_claimed(&self, now: Millis) {
        self.claims.forget_expired(now);
    }

    /// When a user has last signed in with a provider, as far as this replica knows.
    pub fn claimed_at(&self, user: &EntityRef, provider: &str) -> Option<Millis> {
        self.claims.signed_in_at(&user.to_string(), provider)
    }

    /// What decides who may do what.
    pub fn policy(&self) -> Arc<Policy> {
        self.views.policy()
    }

    /// The turn to bring the roles up to date, with the last change of them that is known. Whoever has
    /// it may [`Self::rule_by`] others.
    pub(crate) async fn roles_turn(&self) -> MutexGuard<'_, Option<i64>> {
        self.roles.lock().await
    }

    /// Puts another policy in place, at once for all who ask from here on.
    pub fn rule_by(&self, policy: Policy) {
        self.views.replace_policy(policy);
    }

    /// Refuses what the viewer may not do to an entity. What they may not see is not there.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub fn check(
        &self,
        viewer: &Viewer,
        permission: Permission,
        entity_ref: &EntityRef,
    ) -> Result<(), ApiError> {
        let whole = self.whole();
        let is_allowed = match self.policy().decide(viewer, permission) {
            Decision::Allow => true,
            Decision::Deny => false,
            Decision::If(condition) => {
                let number = whole.number(&entity_ref.to_string());
                let allowed = condition.query().map(|query| query.select(&whole));
                number.is_some_and(|it| allowed.is_some_and(|allowed| allowed.contains(it)))
            }
        };
        if is_allowed {
            return Ok(());
        }
        Err(refused(viewer, permission))
    }

    /// Puts a newer model in place; an older one is dropped.
    ///
    /// Blocking: before anyone sees the model it makes the columns that were last used, which takes
    /// a while for a large catalog. From asynchronous code, call it within `spawn_blocking`.
    pub fn replace(&self, model: Model) {
        let earlier = self.whole();
        if model.change < earlier.change {
            return;
        }
        model.warm_like(&earlier);
        let model = Arc::new(model);
        // A still newer one may have come meanwhile.
        self.model.rcu(|now| {
            let newest = if model.change >= now.change {
                &model
            } else {
                now
            };
            Arc::clone(newest)
        });
        self.change
            .send_if_modified(|known| std::mem::replace(known, model.change.max(*known)) < *known);
        self.views.forget();
        // Whoever lets go of a model last takes it apart, which is no work for a reader.
        let patience = Instant::now() + PATIENCE;
        while Arc::strong_count(&earlier) > 1 && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until the model holds that change, but no longer than `limit`. Returns whether it does.
    pub async fn reached(&self, change: i64, limit: Duration) -> bool {
        let mut seen = self.change.subscribe();
        let waited = tokio::time::timeout(limit, seen.wait_for(|known| *known >= change));
        matches!(waited.await, Ok(Ok(_)))
    }

    /// The turn to bring the model up to date.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.following.lock().await
    }

    /// What the user has starred, oldest first, as lower-case references.
    pub fn stars(&self, user: &EntityRef) -> Vec<String> {
        let stars = self.stars.read().unwrap_or_else(PoisonError::into_inner);
        stars.get(&user.to_string()).cloned().unwrap_or_default()
    }

    /// Adds or takes away a star.
    pub fn set_star(&self, user: &EntityRef, entity: &EntityRef, starred: bool) {
        let mut stars = self.stars.write().unwrap_or_else(PoisonError::into_inner);
        let of_user = stars.entry(user.to_string()).or_default();
        let entity = entity.to_string();
        of_user.retain(|known| *known != entity);
        if starred {
            of_user.push(entity);
        }
    }

    /// What the user has lately looked at, the latest first, as lower-case references.
    pub fn visits(&self, user: &EntityRef) -> Vec<String> {
        let visits = self.visits.read().unwrap_or_else(PoisonError::into_inner);
        let of_user = visits.get(&user.to_string()).into_iter().flatten();
        of_user.map(|(_, entity)| entity.clone()).collect()
    }

    /// Notes a visit, in whatever order visits become known; references are lower case.
    pub fn set_visit(&self, user: &str, entity: &str, at: Millis) {
        let mut visits = self.visits.write().unwrap_or_else(PoisonError::into_inner);
        let of_user = visits.entry(user.to_owned()).or_default();
        let known = of_user.iter().position(|(_, known)| known == entity);
        match known {
            Some(known) if of_user[known].0 >= at => return,
            Some(known) => drop(of_user.remove(known)),
            None => {}
        }
        let place = of_user.partition_point(|(earlier, _)| *earlier > at);
        of_user.insert(place, (at, entity.to_owned()));
        of_user.truncate(VISITS);
    }

    /// Puts what is stored in place: `(user, entity)`, oldest first.
    pub fn replace_stars(&self, stored: Vec<(String, String)>) {
        let mut stars: HashMap<String, Vec<String>> = HashMap::new();
        for (user, entity) in stored {
            stars.entry(user).or_default().push(entity);
        }
        *self.stars.write().unwrap_or_else(PoisonError::into_inner) = stars;
    }
}

/// The text at a JSON pointer, when there is one that is not empty.
fn text_at(entity: &Value, pointer: &str) -> Option<String> {
    let text = entity.pointer(pointer).and_then(Value::as_str)?;
    Some(text.to_owned()).filter(|text| !text.trim().is_empty())
}
