//! Makes, changes and deletes the roles of the portal.

use super::condition::Fault;
use super::role::document;
use super::words;
use crate::audit;
use crate::clock::{Clock, rfc3339};
use crate::config::{Made, Origin, Role};
use crate::follow::Follower;
use crate::query::Catalog;
use crate::store::{Db, RoleChange, RoleRefusal, StoreError, StoredRole, put_role, remove_role};
use app::audit::Action;
use app::catalog::EntityRef;
use app::error::ApiError;

/// Roles that can be made beside those of the configuration.
const MOST: usize = 200;

/// See the head of this file.
#[derive(Debug, Clone)]
pub struct RoleKeeper {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
}

/// Why a role stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// What is wrong with it; never empty.
    #[error("{}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Faults(Vec<Fault>),
    /// Another role has its name.
    #[error("{0}")]
    Taken(String),
    /// There is one too many, or it is of the configuration.
    #[error("{0}")]
    Conflict(String),
    /// Somebody has been quicker: it is of this version now.
    #[error("{message}")]
    Changed { version: i64, message: String },
    #[error("There is no role “{0}”, or not any more")]
    Missing(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<RoleError> for ApiError {
    fn from(error: RoleError) -> Self {
        let message = error.to_string();
        match error {
            RoleError::Faults(faults) => Self::Invalid {
                field: faults
                    .into_iter()
                    .next()
                    .map_or_else(String::new, |it| it.path),
                message,
            },
            RoleError::Taken(_) | RoleError::Conflict(_) | RoleError::Changed { .. } => {
                Self::Conflict(message)
            }
            RoleError::Missing(_) => Self::NotFound(message),
            RoleError::Store(error) => {
                tracing::error!(%error, "a role cannot be kept");
                Self::Unavailable(
                    "The role stays as it was: the database does not answer. Try again in a minute."
                        .to_owned(),
                )
            }
        }
    }
}

impl RoleKeeper {
    /// The role of that name, wherever it is from. One that was made comes first: the configuration may have
    /// come to its name later, and then it can still be renamed or deleted.
    pub fn find(&self, name: &str) -> Option<Role> {
        let key = key(name);
        let policy = self.catalog.policy();
        let made = policy.made().iter();
        let mut made = made.filter(|role| self::key(&role.name) == key);
        if let Some(role) = made.next() {
            return Some(role.clone());
        }
        policy
            .roles()
            .find(|role| self::key(&role.name) == key)
            .cloned()
    }

    /// Makes a role. Returns it as it is kept.
    ///
    /// # Errors
    /// [`RoleError`]; then there is none.
    pub async fn create(&self, role: Role, by: &EntityRef) -> Result<Role, RoleError> {
        record(Action::RoleCreate, &role.name, None, Some(&role));
        self.put(role, None, by).await
    }

    /// Puts a role in the place of the one of that name, of which somebody has seen the version.
    ///
    /// # Errors
    /// [`RoleError`]; then it stays as it was.
    pub async fn change(
        &self,
        name: &str,
        seen: i64,
        role: Role,
        by: &EntityRef,
    ) -> Result<Role, RoleError> {
        record(
            Action::RoleUpdate,
            name,
            self.find(name).as_ref(),
            Some(&role),
        );
        self.refuse_configured(name)?;
        self.put(role, Some((name, seen)), by).await
    }

    /// Deletes the role of that name, in the version that somebody has seen, where that is said.
    ///
    /// # Errors
    /// [`RoleError`]; then it stays.
    pub async fn remove(&self, name: &str, seen: Option<i64>) -> Result<(), RoleError> {
        record(Action::RoleDelete, name, self.find(name).as_ref(), None);
        self.refuse_configured(name)?;
        let removed = remove_role(&self.db, &key(name), seen, self.clock.now()).await?;
        removed.map_err(|why| refusal(why, name))?;
        self.follow().await;
        Ok(())
    }

    async fn put(
        &self,
        role: Role,
        instead_of: Option<(&str, i64)>,
        by: &EntityRef,
    ) -> Result<Role, RoleError> {
        self.refuse_taken(&role.name)?;
        let former = instead_of.map(|(name, seen)| (key(name), seen));
        let change = RoleChange {
            key: &key(&role.name),
            document: &document(&role).to_string(),
            by: &by.to_string(),
            instead_of: former.as_ref().map(|(key, seen)| (key.as_str(), *seen)),
            most: MOST,
        };
        let put = put_role(&self.db, &change, self.clock.now()).await?;
        let named = instead_of.map_or(role.name.as_str(), |(name, _)| name);
        let stored = put.map_err(|why| match why {
            RoleRefusal::Taken => taken(&role.name),
            why => refusal(why, named),
        })?;
        self.follow().await;
        let made = Made {
            version: stored.version,
            at: stored.changed_at,
            by: stored.changed_by,
        };
        Ok(Role {
            origin: Origin::Made(made),
            ..role
        })
    }

    /// Brings this replica up to date at once; where that fails, it comes to it by itself.
    async fn follow(&self) {
        let follower = Follower::new(self.db.clone(), self.catalog.clone());
        if let Err(error) = follower.roles().await {
            tracing::warn!(%error, "roles have changed and will be read in a moment");
        }
    }

    /// What the configuration says only the configuration can change.
    fn refuse_configured(&self, name: &str) -> Result<(), RoleError> {
        match self.find(name).map(|role| role.origin) {
            Some(Origin::Configuration | Origin::Standard) => Err(RoleError::Conflict(format!(
                "The role “{name}” is of the configuration, and can be changed there alone"
            ))),
            _ => Ok(()),
        }
    }

    fn refuse_taken(&self, name: &str) -> Result<(), RoleError> {
        let key = key(name);
        let policy = self.catalog.policy();
        let mut same = policy.roles().filter(|role| self::key(&role.name) == key);
        if same.any(|role| !matches!(role.origin, Origin::Made(_))) {
            return Err(RoleError::Taken(format!(
                "The configuration has a role “{name}” already; choose another name"
            )));
        }
        Ok(())
    }
}

/// Says in the log what is done to a role, with what it was and what it is to be.
fn record(action: Action, name: &str, before: Option<&Role>, after: Option<&Role>) {
    audit::note(|entry| entry.action = action);
    audit::about(name);
    for (word, role) in [("before", before), ("after", after)] {
        if let Some(role) = role {
            audit::with(word, words::role(role));
        }
    }
}

fn taken(name: &str) -> RoleError {
    RoleError::Taken(format!(
        "There is a role “{name}” already; choose another name"
    ))
}

fn refusal(why: RoleRefusal, name: &str) -> RoleError {
    match why {
        RoleRefusal::Gone => RoleError::Missing(name.to_owned()),
        RoleRefusal::Taken => taken(name),
        RoleRefusal::TooMany => RoleError::Conflict(format!(
            "There are {MOST} roles, which is as many as there may be: delete some"
        )),
        RoleRefusal::Changed(stored) => RoleError::Changed {
            version: stored.version,
            message: changed(&stored, name),
        },
    }
}

fn changed(stored: &StoredRole, name: &str) -> String {
    format!(
        "{} has changed the role “{name}” meanwhile, at {} (version {}), and nothing of yours was \
         kept: look at what it is now, and change that",
        stored.changed_by,
        rfc3339(stored.changed_at),
        stored.version
    )
}

/// What a name is known by: no two roles differ in their case alone.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}
