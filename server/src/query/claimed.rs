//! What providers claim of people, by which they may have roles.

use crate::clock::Millis;
use app::viewer::SignInClaim;
use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// What one provider claims of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    pub provider: String,
    pub claims: Vec<SignInClaim>,
    pub signed_in_at: Millis,
    pub expires_at: Millis,
}

/// By user, as a lower-case reference.
#[derive(Debug, Default)]
pub(super) struct KnownClaims(RwLock<HashMap<String, Vec<Claimed>>>);

impl KnownClaims {
    /// Takes note of what was claimed, in whatever order it becomes known.
    pub(super) fn set(&self, user: &str, claimed: Claimed) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let of_user = known.entry(user.to_owned()).or_default();
        match of_user
            .iter_mut()
            .find(|it| it.provider == claimed.provider)
        {
            Some(known) if known.signed_in_at > claimed.signed_in_at => {}
            Some(known) => *known = claimed,
            None => of_user.push(claimed),
        }
    }

    /// Forgets what counts no more.
    pub(super) fn forget_expired(&self, now: Millis) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        known.retain(|_, of_user| {
            of_user.retain(|it| now < it.expires_at);
            !of_user.is_empty()
        });
    }

    /// What the providers that `is_kept` names claim of a user, in one order.
    pub(super) fn of(&self, user: &str, is_kept: impl Fn(&str, &str) -> bool) -> Vec<SignInClaim> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let claimed = known.get(user).into_iter().flatten();
        let claims = claimed.flat_map(|it| it.claims.iter().map(|claim| (&it.provider, claim)));
        let kept = claims.filter(|(provider, claim)| is_kept(provider, &claim.name));
        let mut kept: Vec<SignInClaim> = kept.map(|(_, claim)| claim.clone()).collect();
        kept.sort();
        kept.dedup();
        kept
    }

    /// When a user has signed in with a provider, as far as it is known.
    pub(super) fn signed_in_at(&self, user: &str, provider: &str) -> Option<Millis> {
        let known = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let mut claimed = known.get(user)?.iter();
        claimed
            .find(|it| it.provider == provider)
            .map(|it| it.signed_in_at)
    }
}
