//! The tokens of other programs, and what each may do.

use crate::config::{AccessRestriction, ServiceToken};
use app::error::ApiError;
use app::routes::Permission;
use axum::http::{HeaderMap, header};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// From this length on, in bytes, nobody finds a token by trying.
const UNGUESSABLE: usize = 24;

/// Knows every token of `backend.auth.externalAccess`.
#[derive(Debug, Clone, Default)]
pub struct Access(Arc<[ServiceToken]>);

impl Access {
    pub fn new(tokens: Vec<ServiceToken>) -> Self {
        Self(tokens.into())
    }

    /// Whether any program has a token.
    pub fn has_tokens(&self) -> bool {
        !self.0.is_empty()
    }

    /// The program that asks; none when the request brings no token. From where somebody `is_guessing`, a
    /// token that is short enough to be guessed lets nobody in.
    ///
    /// # Errors
    /// [`ApiError::Unauthenticated`] when it brings one that nobody has.
    pub fn service(
        &self,
        headers: &HeaderMap,
        is_guessing: bool,
    ) -> Result<Option<&ServiceToken>, ApiError> {
        let Some(presented) = bearer(headers) else {
            return Ok(None);
        };
        // Every token is compared, and to its last byte, so that the time tells nothing.
        let mut found = None;
        for token in self.0.iter() {
            let known = token.token.expose().as_bytes();
            if is_same(known, presented) && (!is_guessing || known.len() >= UNGUESSABLE) {
                found = Some(token);
            }
        }
        found.map(Some).ok_or_else(|| {
            ApiError::Unauthenticated(
                "Illegal token; use one of backend.auth.externalAccess, or none".to_owned(),
            )
        })
    }
}

impl ServiceToken {
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

    fn check(authorization: &'static str, expected: Result<bool, ()>) {
        let value = HeaderValue::from_static(authorization);
        let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value)]);
        let access = access(None);
        let found = access.service(&headers, false).map(|it| it.is_some());
        assert_eq!(found.map_err(|_| ()), expected, "{authorization}");
    }

    #[test]
    fn only_the_whole_token_lets_in() {
        check("Bearer correct-horse", Ok(true));
        check("bearer  correct-horse ", Ok(true));
        for wrong in [
            "Bearer correct-hors",
            "Bearer correct-horse2",
            "Bearer ",
            "bearer x",
        ] {
            check(wrong, Err(()));
        }
        // Of a proxy in front, for example: that is not ours to judge.
        check("Basic dXNlcjpwYXNz", Ok(false));
        assert!(
            access(None)
                .service(&HeaderMap::new(), false)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn restrictions_narrow_what_a_token_may_do() {
        let restriction = |permissions: Option<&[&str]>, actions: Option<&[&str]>| {
            let owned = |words: &[&str]| words.iter().map(|&it| it.to_owned()).collect();
            access(Some(vec![AccessRestriction {
                plugin: "catalog".to_owned(),
                permissions: permissions.map(owned),
                actions: actions.map(owned),
            }]))
        };
        let read = Permission::CatalogEntityRead;
        let create = Permission::CatalogEntityCreate;
        let whole = restriction(None, None);
        assert!(whole.0[0].allows("catalog", create));
        assert!(!whole.0[0].allows("metrics", read));
        let named = restriction(Some(&["catalog.entity.create"]), None);
        assert!(named.0[0].allows("catalog", create));
        assert!(!named.0[0].allows("catalog", read));
        let reading = restriction(None, Some(&["read"]));
        assert!(reading.0[0].allows("catalog", read));
        assert!(!reading.0[0].allows("catalog", create));
        assert!(!reading.0[0].allows("catalog", Permission::CatalogEntityValidate));
        assert!(!access(Some(Vec::new())).0[0].allows("catalog", read));
    }
}
