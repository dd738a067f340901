//! Other programs that may ask, and what each may do: `backend.auth.externalAccess`.
//!
//! A program shows a fixed token (`static`), one that is signed with a secret it shares with the portal
//! (`legacy`), or one that somebody has signed whose public keys are known by their address (`jwks`).

mod key_sets;
mod legacy;

use crate::clock::Clock;
use crate::config::{AccessRestriction, ExternalAccess, ServiceToken};
use crate::outbound::Outbound;
use app::routes::Permission;
use axum::http::{HeaderMap, header};
use key_sets::KeySet;
use legacy::LegacyKeys;
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// From this length on, in bytes, nobody finds a token by trying.
const UNGUESSABLE: usize = 24;
/// Longer tokens are not looked at, in bytes.
const LONGEST: usize = 32_768;

/// Knows every program.
#[derive(Clone, Default)]
pub struct Access(Arc<Known>);

#[derive(Default)]
struct Known {
    tokens: Vec<ServiceToken>,
    legacy: LegacyKeys,
    key_sets: Vec<KeySet>,
    /// None where no token has a time.
    clock: Option<Clock>,
}

/// A program that asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// Whom the token stands for.
    pub subject: String,
    restrictions: Option<Arc<[AccessRestriction]>>,
}

/// Why a token is of no program.
#[derive(Debug, PartialEq, Eq)]
pub enum NoProgram {
    /// Nobody has it.
    Illegal,
    /// It was good once, so nobody has guessed it.
    Expired,
    /// Nobody can tell: the keys of this host cannot be fetched.
    Away(String),
}

/// Why a signed token lets nobody in.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// It was signed by somebody else, or for somebody else.
    Foreign(&'static str),
    /// It was good once.
    Expired,
    /// The keys of this host, which may have signed it, are not known.
    Away(String),
}

impl Access {
    /// Programs with fixed tokens alone.
    pub fn new(tokens: Vec<ServiceToken>) -> Self {
        Self(Arc::new(Known {
            tokens,
            ..Known::default()
        }))
    }

    /// Every program of the configuration.
    pub fn configured(access: &ExternalAccess, outbound: &Outbound, clock: Clock) -> Self {
        let sets = access.key_sets.iter();
        Self(Arc::new(Known {
            tokens: access.tokens.clone(),
            legacy: LegacyKeys::new(&access.legacy),
            key_sets: sets
                .map(|settings| KeySet::new(settings.clone(), outbound.clone(), clock.clone()))
                .collect(),
            clock: Some(clock),
        }))
    }

    /// Whether any program has a token.
    pub fn has_tokens(&self) -> bool {
        let known = &self.0;
        !(known.tokens.is_empty() && known.legacy.is_empty() && known.key_sets.is_empty())
    }

    /// The program that shows a token. From where somebody `is_guessing`, a token that is short enough to be
    /// guessed lets nobody in.
    ///
    /// # Errors
    /// [`NoProgram`]; it lets nobody in then.
    pub async fn program(&self, presented: &str, is_guessing: bool) -> Result<Service, NoProgram> {
        if let Some(found) = self.fixed(presented, is_guessing) {
            return Ok(found);
        }
        let is_signed = presented.len() <= LONGEST && presented.split('.').count() == 3;
        let Some(clock) = self.0.clock.as_ref().filter(|_| is_signed) else {
            return Err(NoProgram::Illegal);
        };
        let signed = self.signed(presented, clock.now().div_euclid(1000)).await;
        signed.map_err(|refusal| match refusal {
            Refusal::Foreign(why) => {
                tracing::debug!(why, "a signed token is of no program");
                NoProgram::Illegal
            }
            Refusal::Expired => NoProgram::Expired,
            Refusal::Away(host) => NoProgram::Away(host),
        })
    }

    fn fixed(&self, presented: &str, is_guessing: bool) -> Option<Service> {
        // Every token is compared, and to its last byte, so that the time tells nothing.
        let mut found = None;
        for token in &self.0.tokens {
            let known = token.token.expose();
            if is_same(known.as_bytes(), presented.as_bytes())
                && (!is_guessing || known.len() >= UNGUESSABLE)
            {
                found = Some(token);
            }
        }
        found.map(|it| Service::new(it.subject.clone(), it.restrictions.as_deref()))
    }

    /// The program that a signed token is of, at a time in Unix seconds.
    async fn signed(&self, token: &str, now: i64) -> Result<Service, Refusal> {
        let mut refusal = match self.0.legacy.verify(token, now) {
            Err(refusal) => refusal,
            verified => return verified,
        };
        for set in &self.0.key_sets {
            refusal = match (set.verify(token, now).await, refusal) {
                (Ok(service), _) => return Ok(service),
                // What is the most use to who asks is said.
                (Err(Refusal::Foreign(_)), before @ (Refusal::Expired | Refusal::Away(_))) => {
                    before
                }
                (Err(refusal), _) => refusal,
            };
        }
        Err(refusal)
    }
}

impl Service {
    fn new(subject: String, restrictions: Option<&[AccessRestriction]>) -> Self {
        Self {
            subject,
            restrictions: restrictions.map(Arc::from),
        }
    }

    /// Whether the token lets do this in a part of the API.
    pub fn allows(&self, plugin: &str, permission: Permission) -> bool {
        let Some(restrictions) = &self.restrictions else {
            return true;
        };
        permission == Permission::Public
            || restrictions.iter().any(|it| it.allows(plugin, permission))
    }
}

impl AccessRestriction {
    fn allows(&self, plugin: &str, permission: Permission) -> bool {
        let lists = |words: &[String], word: &str| words.iter().any(|it| it == word);
        let action =
            |actions: &Vec<String>| permission.action().is_some_and(|it| lists(actions, it));
        self.plugin == plugin
            && self
                .permissions
                .as_ref()
                .is_none_or(|names| lists(names, permission.name()))
            && self.actions.as_ref().is_none_or(action)
    }
}

/// The bearer token of a request, whatever it is.
pub(crate) fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked("bearer ".len())?;
    scheme
        .eq_ignore_ascii_case(b"bearer ")
        .then(|| token.trim_ascii())
}

/// Compares digests of equal length, all of it.
fn is_same(known: &[u8], presented: &[u8]) -> bool {
    let (known, presented) = (Sha256::digest(known), Sha256::digest(presented));
    let differing = known.iter().zip(presented.iter()).map(|(a, b)| a ^ b);
    differing.fold(0, |all, byte| all | byte) == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use axum::http::HeaderValue;

    fn access(restrictions: Option<Vec<AccessRestriction>>) -> Access {
        Access::new(vec![ServiceToken {
            token: Secret::new("correct-horse"),
            subject: "ci".to_owned(),
            restrictions,
        }])
    }

    fn known(restrictions: Option<Vec<AccessRestriction>>) -> Service {
        let known = access(restrictions).fixed("correct-horse", false);
        known.expect("the token is known")
    }

    #[test]
    fn only_the_whole_token_lets_in() {
        let fixed = |token: &str| access(None).fixed(token, false).is_some();
        assert!(fixed("correct-horse"));
        for wrong in ["correct-hors", "correct-horse2", "", "x"] {
            assert!(!fixed(wrong), "{wrong}");
        }
        assert!(access(None).fixed("correct-horse", true).is_none(), "short");
    }

    #[test]
    fn what_is_no_bearer_token_is_not_ours_to_judge() {
        let of = |authorization: &'static str| {
            let value = HeaderValue::from_static(authorization);
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
            bearer(&headers).map(|it| String::from_utf8_lossy(it).into_owned())
        };
        assert_eq!(
            of("bearer  correct-horse ").as_deref(),
            Some("correct-horse")
        );
        assert_eq!(of("Bearer ").as_deref(), Some(""));
        assert_eq!(of("Basic dXNlcjpwYXNz"), None);
        assert_eq!(bearer(&HeaderMap::new()), None);
    }

    #[test]
    fn restrictions_narrow_what_a_token_may_do() {
        let restriction = |permissions: Option<&[&str]>, actions: Option<&[&str]>| {
            let owned = |words: &[&str]| words.iter().map(|&it| it.to_owned()).collect();
            known(Some(vec![AccessRestriction {
                plugin: "catalog".to_owned(),
                permissions: permissions.map(owned),
                actions: actions.map(owned),
            }]))
        };
        let read = Permission::CatalogEntityRead;
        let create = Permission::CatalogEntityCreate;
        let whole = restriction(None, None);
        assert!(whole.allows("catalog", create));
        assert!(!whole.allows("metrics", read));
        let named = restriction(Some(&["catalog.entity.create"]), None);
        assert!(named.allows("catalog", create));
        assert!(!named.allows("catalog", read));
        let reading = restriction(None, Some(&["read"]));
        assert!(reading.allows("catalog", read));
        assert!(!reading.allows("catalog", create));
        assert!(!reading.allows("catalog", Permission::CatalogEntityValidate));
        assert!(!known(Some(Vec::new())).allows("catalog", read));
    }
}
