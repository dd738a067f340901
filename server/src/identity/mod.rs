//! Who is looking: signing in, staying signed in, and the tokens of people.
//!
//! [`provider`] asks GitHub or a provider of `OpenID` Connect who somebody is, [`resolve`] finds their user,
//! [`sign_in`] joins the two, [`sessions`] keeps them signed in, [`lend`] is what they let the portal do at
//! their provider, [`personal`] and [`user_token`] are what programs show in their name. What somebody may do is no matter of this module.

pub(crate) mod claims;
pub mod lend;
pub mod personal;
pub mod provider;
pub mod resolve;
pub mod sessions;
pub mod sign_in;
pub mod token;
pub mod user_token;

use crate::audit::Audit;
use crate::clock::Clock;
use crate::config::Auth;
use crate::outbound::Outbound;
use crate::scm::Scm;
use crate::seal::Seal;
use crate::store::Db;
use personal::PersonalTokens;
use provider::Provider;
use sessions::Sessions;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use url::Url;
use user_token::UserTokens;

/// How often what has expired is forgotten.
const TIDIED: Duration = Duration::from_hours(1);

/// What identity stands on.
pub struct Setup {
    pub auth: Auth,
    /// Where people find the portal, its path included.
    pub base_url: Url,
    pub db: Db,
    pub clock: Clock,
    pub outbound: Outbound,
    pub scm: Arc<Scm>,
    pub seal: Seal,
    /// Where it is kept that a session was ended for being stolen.
    pub audit: Audit,
}

/// See the head of this file. Clones share what they know.
#[derive(Clone)]
pub struct Identity(Arc<Inner>);

/// See [`Identity`].
pub struct Inner {
    pub auth: Auth,
    pub sessions: Sessions,
    pub user_tokens: UserTokens,
    pub personal_tokens: PersonalTokens,
    providers: Vec<Provider>,
    base_url: Url,
    db: Db,
    clock: Clock,
    seal: Seal,
}

impl Deref for Identity {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Identity {
    pub fn new(setup: Setup) -> Self {
        let Setup {
            auth,
            base_url,
            db,
            clock,
            outbound,
            scm,
            seal,
            audit,
        } = setup;
        let providers = auth.providers.iter().map(|settings| {
            let callback = below(
                &base_url,
                &format!("/api/auth/{}/handler/frame", settings.id),
            );
            Provider::new(
                settings.clone(),
                callback,
                outbound.clone(),
                &scm,
                clock.clone(),
            )
        });
        Self(Arc::new(Inner {
            providers: providers.collect(),
            sessions: Sessions::new(db.clone(), clock.clone(), auth.session, audit),
            user_tokens: UserTokens::new(
                db.clone(),
                clock.clone(),
                seal.clone(),
                below(&base_url, "/api/auth").as_str(),
                auth.token_lifetime,
                auth.omit_ownership,
            ),
            personal_tokens: PersonalTokens::new(db.clone(), clock.clone()),
            auth,
            base_url,
            db,
            clock,
            seal,
        }))
    }

    /// With whom people sign in.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// The provider of that id.
    pub fn provider(&self, id: &str) -> Option<&Provider> {
        self.providers.iter().find(|it| it.settings.id == id)
    }

    /// Whether people reach the portal by TLS, so that cookies may ask for it.
    pub fn is_secure(&self) -> bool {
        self.base_url.scheme() == "https"
    }

    /// An address of the portal.
    pub fn url(&self, path: &str) -> Url {
        below(&self.base_url, path)
    }

    /// Forgets what has expired, once in a while, until it is to stop.
    pub async fn tidy(self, mut stopping: watch::Receiver<bool>) {
        loop {
            if let Err(error) = self.sessions.forget_expired().await {
                tracing::warn!(%error, "what has expired could not be forgotten");
            }
            tokio::select! {
                () = tokio::time::sleep(TIDIED) => {}
                _ = stopping.wait_for(|stop| *stop) => return,
            }
        }
    }
}

fn below(base: &Url, path: &str) -> Url {
    let mut url = base.clone();
    let (path, query) = path
        .split_once('?')
        .map_or((path, None), |(path, query)| (path, Some(query)));
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    url.set_query(query);
    url
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::outbound::Hosts;
    use crate::seal::Purpose;

    /// Identity at an address, without a database.
    pub(crate) fn identity(auth: Auth, base_url: &str) -> Identity {
        let clock = Clock::from_fn(|| 120_000);
        let db = Db::unconnected();
        Identity::new(Setup {
            auth,
            base_url: base_url.parse().unwrap(),
            audit: Audit::new(db.clone(), clock.clone()),
            db,
            outbound: Outbound::new(Hosts::default(), clock.clone()),
            clock,
            scm: Arc::default(),
            seal: Seal::new(Purpose::Identity, &[]),
        })
    }
}
