//! `auth`: who may come in, and for how long.

mod provider;
mod resolver;

pub use provider::{ProviderKind, SignInProvider};
pub use resolver::{Claim, Match, Resolver};

use std::time::Duration;

use crate::config::secret::Secret;
use crate::config::section::Section;

/// The environment in which a guest needs no permission to be one.
const DEVELOPMENT: &str = "development";
const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// `auth.environment`: which settings of a provider apply. Default `development`.
    pub environment: String,
    /// `auth.providers.guest`: whom everybody counts as who has not signed in.
    pub guest: Option<Guest>,
    /// The other `auth.providers`: with whom people sign in.
    pub providers: Vec<SignInProvider>,
    pub session: SessionTimes,
    /// `auth.session.secret`: what seals tokens in the database. The first seals, all of them open.
    pub secrets: Vec<Secret>,
    /// `auth.backstageTokenExpiration`: how long the token of a user is good for. Default an hour.
    pub token_lifetime: Duration,
    /// `auth.omitIdentityTokenOwnershipClaim`: whether that token leaves out what the user owns as.
    /// Default false.
    pub omit_ownership: bool,
    /// `auth.ownership.includeAncestors`: whether what a group owns also belongs to the members of the
    /// groups within it. Default true.
    pub inherits_ownership: bool,
    /// `auth.experimentalExtraAllowedOrigins`: other front ends that may have people sign in.
    pub extra_origins: Vec<String>,
}

/// How long somebody stays signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimes {
    /// `auth.session.idle`: without asking for anything. Default a week.
    pub idle: Duration,
    /// `auth.session.lifetime`: whatever they do. Default 30 days.
    pub lifetime: Duration,
}

/// Someone who has not signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// `userEntityRef`: whom a guest counts as. Default `user:development/guest`.
    pub user_entity_ref: String,
    /// `ownershipEntityRefs`: what a guest owns as; without it what the catalog says of the user.
    pub ownership_entity_refs: Option<Vec<String>>,
    /// `dangerouslyAllowOutsideDevelopment`: let guests in where `auth.environment` is not
    /// `development`. Default false.
    pub dangerously_allow_outside_development: bool,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            environment: DEVELOPMENT.to_owned(),
            guest: None,
            providers: Vec::new(),
            session: SessionTimes::default(),
            secrets: Vec::new(),
            token_lifetime: Duration::from_secs(HOUR),
            omit_ownership: false,
            inherits_ownership: true,
            extra_origins: Vec::new(),
        }
    }
}

impl Default for SessionTimes {
    fn default() -> Self {
        Self {
            idle: Duration::from_secs(7 * DAY),
            lifetime: Duration::from_secs(30 * DAY),
        }
    }
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            user_entity_ref: "user:development/guest".to_owned(),
            ownership_entity_refs: None,
            dangerously_allow_outside_development: false,
        }
    }
}

impl Auth {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let environment = root.string("auth.environment");
        let environment = environment.unwrap_or_else(|| DEVELOPMENT.to_owned());
        let default = Self::default();
        Self {
            guest: root
                .section("auth.providers.guest")
                .map(|it| Guest::read(&it)),
            providers: provider::read(root, &environment),
            session: SessionTimes::read(root),
            secrets: secrets(root),
            token_lifetime: token_lifetime(root).unwrap_or(default.token_lifetime),
            omit_ownership: root
                .boolean("auth.omitIdentityTokenOwnershipClaim")
                .unwrap_or_default(),
            inherits_ownership: root
                .boolean("auth.ownership.includeAncestors")
                .unwrap_or(default.inherits_ownership),
            extra_origins: root
                .strings("auth.experimentalExtraAllowedOrigins")
                .unwrap_or_default(),
            environment,
        }
    }

    /// Who somebody is who has not signed in; none where one has to.
    pub fn admitted_guest(&self) -> Option<Guest> {
        let is_development = self.environment == DEVELOPMENT;
        match &self.guest {
            Some(guest) if is_development || guest.dangerously_allow_outside_development => {
                Some(guest.clone())
            }
            // Nothing is configured: somebody tries the product out.
            None if is_development && self.providers.is_empty() => Some(Guest::default()),
            _ => None,
        }
    }
}

impl SessionTimes {
    fn read(root: &Section<'_>) -> Self {
        let default = Self::default();
        let lifetime = root.duration("auth.session.lifetime");
        let idle = root.duration("auth.session.idle");
        Self {
            idle: idle.unwrap_or(default.idle),
            lifetime: lifetime.unwrap_or(default.lifetime),
        }
    }
}

impl Guest {
    fn read(guest: &Section<'_>) -> Self {
        let default = Self::default();
        let user = guest.string("userEntityRef");
        Self {
            user_entity_ref: user.unwrap_or(default.user_entity_ref),
            ownership_entity_refs: guest.strings("ownershipEntityRefs"),
            dangerously_allow_outside_development: guest
                .boolean("dangerouslyAllowOutsideDevelopment")
                .unwrap_or_default(),
        }
    }
}

/// One secret, or a list of them.
fn secrets(root: &Section<'_>) -> Vec<Secret> {
    const KEY: &str = "auth.session.secret";
    let is_list = root.node(KEY).is_some_and(|node| node.to_json().is_array());
    if !is_list {
        return root.secret(KEY).into_iter().collect();
    }
    let texts = root.strings(KEY).unwrap_or_default();
    texts.into_iter().map(Secret::new).collect()
}

/// Ten minutes to a day, as in existing installations.
fn token_lifetime(root: &Section<'_>) -> Option<Duration> {
    const KEY: &str = "auth.backstageTokenExpiration";
    let lifetime = root.duration(KEY)?;
    let allowed = Duration::from_secs(10 * MINUTE)..=Duration::from_secs(DAY);
    if !allowed.contains(&lifetime) {
        root.refuse(KEY, "should be between ten minutes and a day");
        return None;
    }
    Some(lifetime)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn auth(text: &str) -> Auth {
        load_text(text).unwrap().config.auth
    }

    #[test]
    fn a_guest_needs_to_be_named_only() {
        assert_eq!(auth("auth: {}").guest, None);
        let named = auth("auth: {providers: {guest: {}}}");
        assert_eq!(named.guest, Some(Guest::default()));
    }

    #[test]
    fn guests_come_in_where_somebody_develops_or_says_so() {
        let admitted = |text: &str| auth(text).admitted_guest().is_some();
        assert!(admitted("{}"));
        assert!(!admitted("auth: {environment: production}"));
        assert!(!admitted(
            "auth: {environment: production, providers: {guest: {}}}"
        ));
        assert!(admitted(
            "auth: {environment: production, providers: {guest: {dangerouslyAllowOutsideDevelopment: true}}}"
        ));
        // Where people can sign in, they have to, unless guests are asked in.
        let github = "clientId: a, clientSecret: b, signIn: {resolvers: [{resolver: usernameMatchingUserEntityName}]}";
        let with = |guest: &str| {
            format!("auth: {{providers: {{github: {{development: {{{github}}}}}{guest}}}}}")
        };
        assert!(!admitted(&with("")));
        assert!(admitted(&with(", guest: {}")));
    }

    #[test]
    fn times_and_secrets() {
        let auth = auth(
            "auth: {session: {secret: [new, old], idle: 1 hour, lifetime: {days: 2}}, backstageTokenExpiration: {minutes: 20}}",
        );
        assert_eq!(auth.session.idle, Duration::from_secs(HOUR));
        assert_eq!(auth.session.lifetime, Duration::from_secs(2 * DAY));
        assert_eq!(auth.token_lifetime, Duration::from_secs(20 * MINUTE));
        let secrets: Vec<&str> = auth.secrets.iter().map(Secret::expose).collect();
        assert_eq!(secrets, ["new", "old"]);
        assert!(load_text("auth: {backstageTokenExpiration: {minutes: 5}}").is_err());
    }
}
