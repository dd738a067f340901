//! Tokens that people make for their programs: scoped, with an end, shown once.

use super::token;
use crate::clock::{Clock, Millis};
use crate::store::identity::{
    PersonalToken, get_personal_token, list_personal_tokens, put_personal_token,
    remove_personal_token, touch_personal_token,
};
use crate::store::{Db, StoreError};
use app::catalog::EntityRef;
use app::routes::Permission;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What every token begins with, so that people and scanners know what they have found.
pub const PREFIX: &str = "cbp_";
/// How long what was looked up is believed.
const BELIEVED: Millis = 5_000;
/// How often it is noted that a token is used.
const NOTED: Millis = 60_000;
/// How many are remembered.
const REMEMBERED: usize = 10_000;
/// How long a token may be good for.
pub const LONGEST_DAYS: u16 = 366;
const DAY: Millis = 24 * 60 * 60 * 1000;
/// How many tokens one person may have.
pub const MOST: usize = 50;

/// Something that a token lets do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    CatalogRead,
    CatalogWrite,
    ScaffolderRead,
    ScaffolderWrite,
}

impl Scope {
    pub const ALL: [Self; 4] = [
        Self::CatalogRead,
        Self::CatalogWrite,
        Self::ScaffolderRead,
        Self::ScaffolderWrite,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Self::CatalogRead => "catalog:read",
            Self::CatalogWrite => "catalog:write",
            Self::ScaffolderRead => "scaffolder:read",
            Self::ScaffolderWrite => "scaffolder:write",
        }
    }

    /// The scope of that word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// Whether it lets do something in a part of the API. Writing includes reading.
    fn allows(self, part: &str, permission: Permission) -> bool {
        let reads = permission.is_read();
        match self {
            Self::CatalogRead => part == "catalog" && reads,
            Self::CatalogWrite => part == "catalog",
            Self::ScaffolderRead => part == "scaffolder" && reads,
            Self::ScaffolderWrite => part == "scaffolder",
        }
    }
}

/// A token that somebody shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    pub id: String,
    pub user: EntityRef,
    pub needs_entity: bool,
    pub name: String,
    pub scopes: Vec<Scope>,
    expires_at: Millis,
}

impl Known {
    /// Whether it lets do something in a part of the API.
    pub fn allows(&self, part: &str, permission: Permission) -> bool {
        permission == Permission::Public
            || self
                .scopes
                .iter()
                .any(|scope| scope.allows(part, permission))
    }
}

/// A token that is to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    pub user: EntityRef,
    pub needs_entity: bool,
    pub name: String,
    pub scopes: Vec<Scope>,
    pub days: u16,
}

/// See the head of this file.
#[derive(Debug, Clone)]
pub struct PersonalTokens {
    db: Db,
    clock: Clock,
    looked_up: Arc<Mutex<HashMap<String, (Millis, Known)>>>,
}

impl PersonalTokens {
    pub fn new(db: Db, clock: Clock) -> Self {
        Self {
            db,
            clock,
            looked_up: Arc::default(),
        }
    }

    /// Makes a token. Returns it; nobody will ever see it again.
    ///
    /// # Errors
    /// [`StoreError`]; then there is none.
    pub async fn make(&self, new: NewToken) -> Result<String, StoreError> {
        let text = format!("{PREFIX}{}", token::random());
        let now = self.clock.now();
        let scopes: Vec<&str> = new.scopes.iter().map(|scope| scope.word()).collect();
        let stored = PersonalToken {
            id: uuid::Uuid::new_v4().to_string(),
            token_hash: token::hash(&text),
            user_ref: new.user.to_string(),
            needs_entity: new.needs_entity,
            name: new.name,
            scopes: scopes.join(" "),
            created_at: now,
            expires_at: now + Millis::from(new.days) * DAY,
            used_at: None,
        };
        put_personal_token(&self.db, &stored).await?;
        Ok(text)
    }

    /// The token that somebody shows; none when it is not good any more.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be asked and nothing is remembered of it.
    pub async fn find(&self, text: &str) -> Result<Option<Known>, StoreError> {
        let hash = token::hash(text);
        let now = self.clock.now();
        let alive = |known: Known| (now < known.expires_at).then_some(known);
        let remembered = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&hash)
            .cloned();
        if let Some((at, known)) = &remembered
            && now - at < BELIEVED
        {
            return Ok(alive(known.clone()));
        }
        let stored = match (get_personal_token(&self.db, &hash).await, remembered) {
            (Ok(stored), _) => stored,
            // Without the database programs stay who they are.
            (Err(_), Some((_, known))) => return Ok(alive(known)),
            (Err(error), None) => return Err(error),
        };
        let known = stored.as_ref().and_then(read);
        self.remember(hash, now, known.as_ref());
        if let Some(stored) = stored
            && stored.used_at.is_none_or(|used| now - used >= NOTED)
        {
            touch_personal_token(&self.db, &stored.id, now).await.ok();
        }
        Ok(known.and_then(alive))
    }

    fn remember(&self, hash: String, now: Millis, known: Option<&Known>) {
        let mut looked_up = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if looked_up.len() >= REMEMBERED {
            looked_up.clear();
        }
        match known {
            Some(known) => looked_up.insert(hash, (now, known.clone())),
            None => looked_up.remove(&hash),
        };
    }

    /// The tokens of a user that are still good, the latest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn list(&self, user: &EntityRef) -> Result<Vec<PersonalToken>, StoreError> {
        let now = self.clock.now();
        let mut all = list_personal_tokens(&self.db, &user.to_string()).await?;
        all.retain(|token| now < token.expires_at);
        Ok(all)
    }

    /// Takes a token of a user back. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError`]; then it is still good.
    pub async fn revoke(&self, id: &str, user: &EntityRef) -> Result<bool, StoreError> {
        let revoked = remove_personal_token(&self.db, id, &user.to_string()).await?;
        let mut looked_up = self
            .looked_up
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        looked_up.retain(|_, (_, known)| known.id != id);
        Ok(revoked)
    }
}

fn read(stored: &PersonalToken) -> Option<Known> {
    Some(Known {
        id: stored.id.clone(),
        user: stored.user_ref.parse().ok()?,
        needs_entity: stored.needs_entity,
        name: stored.name.clone(),
        scopes: stored.scopes.split(' ').filter_map(Scope::of).collect(),
        expires_at: stored.expires_at,
    })
}
