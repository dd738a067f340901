//! Who is signed in in which browser.
//!
//! A browser shows a secret in a cookie; the database knows its hash. Each replica remembers what it
//! has looked up for a few seconds, so that the database is hardly asked and a session that is ended
//! elsewhere is over soon. A secret is replaced every hour; the one before counts until the browser has
//! shown the new one, and after that whoever shows it has stolen it: the session ends for both.

use super::token;
use crate::audit::{Audit, Entry, Who};
use crate::clock::{Clock, Millis, millis};
use crate::config::SessionTimes;
use crate::store::identity::{
    StoredSession, confirm_session, forget_expired, get_session, list_sessions, put_session,
    remove_session, remove_sessions, rotate_session, touch_session,
};
use crate::store::{Db, StoreError};
use app::audit::Action;
use app::catalog::EntityRef;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long what was looked up is believed.
const BELIEVED: Millis = 5_000;
/// How long one secret is used.
const ROTATED_AFTER: Millis = 60 * 60 * 1000;
/// How long the secret before counts all the same: requests may be under way.
const OVERLAP: Millis = 60_000;
/// How often it is noted that a session is used.
const NOTED: Millis = 60_000;
/// How many sessions are remembered.
const REMEMBERED: usize = 20_000;
/// How long a name of a browser is kept, in bytes.
const AGENT: usize = 300;

/// What a provider told of somebody, for the eye.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub picture: Option<String>,
}

/// Somebody signed in, in one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: String,
    pub user: EntityRef,
    /// Whether it ends with the user's entity.
    pub needs_entity: bool,
    pub provider: String,
    pub profile: Profile,
    /// Sealed: what the provider lets the server do as the user.
    pub token: Option<String>,
    pub created_at: Millis,
    pub seen_at: Millis,
    pub expires_at: Millis,
    pub address: String,
    pub agent: String,
}

/// A session that is to begin.
#[derive(Debug, Clone)]
pub struct NewSession {
    pub user: EntityRef,
    pub needs_entity: bool,
    pub provider: String,
    pub profile: Profile,
    /// Sealed for the id.
    pub token: Option<String>,
    pub lifetime: Duration,
    pub address: String,
    pub agent: String,
}

/// What a cookie stands for.
#[derive(Debug, Clone)]
pub struct Shown {
    pub session: Arc<Session>,
    /// What the browser is to show from now on.
    pub renewed: Option<String>,
}

/// See the head of this file.
#[derive(Debug, Clone)]
pub struct Sessions {
    db: Db,
    clock: Clock,
    times: SessionTimes,
    audit: Audit,
    /// By the hash of what the browser shows.
    looked_up: Arc<Mutex<HashMap<String, LookedUp>>>,
}

#[derive(Debug, Clone)]
struct LookedUp {
    session: Arc<Session>,
    at: Millis,
}

impl Sessions {
    pub fn new(db: Db, clock: Clock, times: SessionTimes, audit: Audit) -> Self {
        Self {
            db,
            clock,
            times,
            audit,
            looked_up: Arc::default(),
        }
    }

    fn looked_up(&self) -> MutexGuard<'_, HashMap<String, LookedUp>> {
        self.looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// How long somebody stays signed in whom nothing else is said of.
    pub fn lifetime(&self) -> Duration {
        self.times.lifetime
    }

    /// Begins a session under an id. Returns what the browser is to show.
    ///
    /// # Errors
    /// [`StoreError`]; then there is none.
    pub async fn begin(&self, id: String, new: NewSession) -> Result<String, StoreError> {
        let secret = token::random();
        let now = self.clock.now();
        let mut agent = new.agent;
        agent.truncate(agent.floor_char_boundary(AGENT));
        let stored = StoredSession {
            id,
            secret_hash: token::hash(&secret),
            previous_hash: None,
            rotated_at: now,
            confirmed: true,
            user_ref: new.user.to_string(),
            needs_entity: new.needs_entity,
            provider: new.provider,
            profile: serde_json::to_string(&new.profile).unwrap_or_default(),
            token: new.token,
            created_at: now,
            seen_at: now,
            expires_at: now.saturating_add(millis(new.lifetime)),
            address: new.address,
            agent,
        };
        put_session(&self.db, &stored).await?;
        Ok(secret)
    }

    /// The session that a browser shows the secret of; none when it has ended.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked and nothing is remembered of the session.
    pub async fn find(&self, secret: &str) -> Result<Option<Shown>, StoreError> {
        let hash = token::hash(secret);
        let now = self.clock.now();
        let remembered = self.looked_up().get(&hash).cloned();
        if let Some(known) = &remembered
            && now - known.at < BELIEVED
        {
            let session = Arc::clone(&known.session);
            let renewed = None;
            return Ok(self
                .is_alive(&session, now)
                .then_some(Shown { session, renewed }));
        }
        let stored = match (get_session(&self.db, &hash).await, remembered) {
            (Ok(stored), _) => stored,
            // Without the database people stay who they are.
            (Err(_), Some(known)) => {
                let session = known.session;
                let renewed = None;
                return Ok(self
                    .is_alive(&session, now)
                    .then_some(Shown { session, renewed }));
            }
            (Err(error), None) => return Err(error),
        };
        let Some(stored) = stored else {
            self.looked_up().remove(&hash);
            return Ok(None);
        };
        let is_former = stored.secret_hash != hash;
        if is_former && stored.confirmed && now - stored.rotated_at > OVERLAP {
            tracing::warn!(
                session = stored.id,
                user = stored.user_ref,
                "a session is ended: a secret was shown that it had before"
            );
            self.end(&stored.id, &stored.user_ref).await?;
            let entry = Entry::new(
                Action::SessionEnd,
                Who::system().on_behalf_of(&stored.user_ref),
            )
            .about(&stored.id)
            .with("because", "a secret was shown that it had before");
            self.audit.record(&entry);
            return Ok(None);
        }
        let Some(session) = read(&stored) else {
            return Ok(None);
        };
        if !self.is_alive(&session, now) {
            return Ok(None);
        }
        let session = Arc::new(session);
        let renewed = if is_former {
            None
        } else {
            self.renew(&stored, now).await
        };
        self.note(&stored, is_former, now).await;
        self.remember(hash, now, &session);
        Ok(Some(Shown { session, renewed }))
    }

    fn remember(&self, hash: String, now: Millis, session: &Arc<Session>) {
        let mut looked_up = self.looked_up();
        if looked_up.len() >= REMEMBERED {
            looked_up.retain(|_, known| now - known.at < BELIEVED);
        }
        if looked_up.len() < REMEMBERED {
            let session = Arc::clone(session);
            looked_up.insert(hash, LookedUp { session, at: now });
        }
    }

    /// A new secret when the present one has been used for long. It can wait when the database is
    /// away.
    async fn renew(&self, stored: &StoredSession, now: Millis) -> Option<String> {
        if now - stored.rotated_at < ROTATED_AFTER {
            return None;
        }
        let secret = token::random();
        let (old, new) = (&stored.secret_hash, token::hash(&secret));
        let rotated = rotate_session(&self.db, &stored.id, old, &new, now).await;
        rotated.is_ok_and(|done| done).then_some(secret)
    }

    /// Notes that a session is used; what is lost of this is noted the next time.
    async fn note(&self, stored: &StoredSession, is_former: bool, now: Millis) {
        if !is_former && !stored.confirmed {
            confirm_session(&self.db, &stored.id).await.ok();
        }
        if now - stored.seen_at >= NOTED {
            touch_session(&self.db, &stored.id, now).await.ok();
        }
    }

    fn is_alive(&self, session: &Session, now: Millis) -> bool {
        now < session.expires_at && now - session.seen_at < millis(self.times.idle)
    }

    /// The sessions of a user that have not ended, the last used first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, user: &EntityRef) -> Result<Vec<Session>, StoreError> {
        let now = self.clock.now();
        let stored = list_sessions(&self.db, &user.to_string()).await?;
        let sessions = stored.iter().filter_map(read);
        Ok(sessions
            .filter(|session| self.is_alive(session, now))
            .collect())
    }

    /// Ends a session of a user. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`]; then it goes on.
    pub async fn end(&self, id: &str, user_ref: &str) -> Result<bool, StoreError> {
        let ended = remove_session(&self.db, id, user_ref).await?;
        self.looked_up().retain(|_, known| known.session.id != id);
        Ok(ended)
    }

    /// Ends all sessions of a user but one. Returns how many.
    ///
    /// # Errors
    /// [`StoreError`]; then they go on.
    pub async fn end_others(&self, user: &EntityRef, but: &str) -> Result<u64, StoreError> {
        let ended = remove_sessions(&self.db, &user.to_string(), but).await?;
        self.looked_up()
            .retain(|_, known| known.session.user != *user || known.session.id == but);
        Ok(ended)
    }

    /// Forgets what has expired.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn forget_expired(&self) -> Result<(), StoreError> {
        let now = self.clock.now();
        forget_expired(&self.db, now, now - millis(self.times.idle)).await
    }
}

fn read(stored: &StoredSession) -> Option<Session> {
    Some(Session {
        id: stored.id.clone(),
        user: stored.user_ref.parse().ok()?,
        needs_entity: stored.needs_entity,
        provider: stored.provider.clone(),
        profile: serde_json::from_str(&stored.profile).unwrap_or_default(),
        token: stored.token.clone(),
        created_at: stored.created_at,
        seen_at: stored.seen_at,
        expires_at: stored.expires_at,
        address: stored.address.clone(),
        agent: stored.agent.clone(),
    })
}
