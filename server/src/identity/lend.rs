//! What people let the portal do in their own name at their provider: they have agreed to it when they
//! signed in, and the token for it is kept sealed with their session.

use super::Identity;
use super::provider::{Provider, ProviderError, Tokens};
use super::sessions::Session;
use crate::clock::Millis;
use crate::store::StoreError;
use crate::store::identity::{replace_session_token, session_token};

/// How long before its end a token counts as used up.
const MARGIN: Millis = 5 * 60 * 1000;

/// Why something cannot be done in somebody's name.
#[derive(Debug, thiserror::Error)]
pub enum LendError {
    /// They have signed in otherwise, or not agreed to that.
    #[error("it has not been allowed")]
    NotAllowed,
    #[error(transparent)]
    Provider(#[from] ProviderError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Identity {
    /// With whom people sign in who have an account at a host, for example `github.com`.
    pub fn provider_at(&self, host: &str) -> Option<&Provider> {
        self.providers().iter().find(|it| it.is_at(host))
    }

    /// Whether somebody who is signed in has let the portal do that in their name.
    pub fn lends(&self, session: &Session, host: &str, scopes: &[String]) -> bool {
        let tokens = self
            .lender(session, host)
            .and_then(|_| self.tokens_of(session));
        tokens.is_some_and(|tokens| tokens.cover(scopes))
    }

    /// The provider of a host, when it is the one that somebody has signed in with.
    fn lender(&self, session: &Session, host: &str) -> Option<&Provider> {
        let provider = self.provider_at(host);
        provider.filter(|it| it.settings.id == session.provider)
    }

    /// The token with which the portal does something at a host in somebody's name; a new one when the
    /// old has come to its end.
    ///
    /// # Errors
    /// [`LendError`].
    pub async fn lend(
        &self,
        session: &Session,
        host: &str,
        scopes: &[String],
    ) -> Result<String, LendError> {
        let provider = self.lender(session, host).ok_or(LendError::NotAllowed)?;
        // What is remembered of a session may be older than its token.
        let (sealed, tokens) = self.kept(session).await?;
        if !tokens.cover(scopes) {
            return Err(LendError::NotAllowed);
        }
        let is_used_up = tokens
            .expires_at
            .is_some_and(|end| end - MARGIN <= self.clock.now());
        let Some(refresh) = tokens.refresh.as_ref().filter(|_| is_used_up) else {
            return Ok(tokens.access);
        };
        let renewed = match provider.renew(refresh).await {
            Ok(renewed) => renewed,
            Err(error) => {
                // It is good for once: another replica may just have used it.
                let (now_sealed, now) = self.kept(session).await?;
                return if now_sealed == sealed {
                    Err(error.into())
                } else {
                    Ok(now.access)
                };
            }
        };
        let new = self.sealed(&session.id, &renewed).unwrap_or_default();
        if !replace_session_token(&self.db, &session.id, &sealed, &new).await? {
            tracing::warn!(
                session = session.id,
                "a renewed token could not be kept: its session has changed"
            );
        }
        Ok(renewed.access)
    }

    /// The tokens of a session as they are now, sealed and open.
    async fn kept(&self, session: &Session) -> Result<(String, Tokens), LendError> {
        let sealed = session_token(&self.db, &session.id).await?;
        let sealed = sealed.ok_or(LendError::NotAllowed)?;
        let tokens = self.open_tokens(&session.id, &sealed);
        tokens
            .map(|tokens| (sealed, tokens))
            .ok_or(LendError::NotAllowed)
    }
}
