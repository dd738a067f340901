//! `signIn.resolvers`: how what a provider says becomes a user of the catalog.

use crate::config::section::Section;

/// One rule of a provider; they are tried in their order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolver {
    /// The name that the configuration gives it.
    pub name: String,
    pub matching: Match,
    /// `allowedDomains`: the domains whose addresses count; empty for all.
    pub allowed_domains: Vec<String>,
    /// `dangerouslyAllowSignInWithoutUserInCatalog`: let people in whom the catalog does not know,
    /// under the name that the rule looked for. Default false.
    pub without_entity: bool,
}

/// What has to be the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// The name of the user and what the provider calls them.
    Name,
    /// The address in the profile of the user and the one that the provider tells.
    Email,
    /// The name of the user and what stands before the `@`.
    EmailLocalPart,
    /// An annotation of the user and something that the provider tells.
    Annotation(&'static str, Claim),
}

/// What a provider tells of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// Its own identifier, which never changes.
    Subject,
    Email,
}

/// Rules that every provider has.
const COMMON: [(&str, Match); 2] = [
    ("emailMatchingUserEntityProfileEmail", Match::Email),
    (
        "emailLocalPartMatchingUserEntityName",
        Match::EmailLocalPart,
    ),
];

/// Rules of one provider. The annotations are those that sources of users give.
const OWN: [(&str, &str, Match); 11] = [
    (
        "github",
        "userIdMatchingUserEntityAnnotation",
        Match::Annotation("github.com/user-id", Claim::Subject),
    ),
    ("github", "usernameMatchingUserEntityName", Match::Name),
    (
        "gitlab",
        "userIdMatchingUserEntityAnnotation",
        Match::Annotation("gitlab.com/user-id", Claim::Subject),
    ),
    ("gitlab", "usernameMatchingUserEntityName", Match::Name),
    (
        "google",
        "emailMatchingUserEntityAnnotation",
        Match::Annotation("google.com/email", Claim::Email),
    ),
    (
        "microsoft",
        "emailMatchingUserEntityAnnotation",
        Match::Annotation("microsoft.com/email", Claim::Email),
    ),
    (
        "microsoft",
        "userIdMatchingUserEntityAnnotation",
        Match::Annotation("graph.microsoft.com/user-id", Claim::Subject),
    ),
    (
        "oidc",
        "oidcSubClaimMatchingKeycloakUserId",
        Match::Annotation("keycloak.org/id", Claim::Subject),
    ),
    (
        "oidc",
        "oidcSubClaimMatchingPingIdentityUserId",
        Match::Annotation("pingidentity.org/id", Claim::Subject),
    ),
    (
        "oidc",
        "preferredUsernameMatchingUserEntityName",
        Match::Name,
    ),
    (
        "okta",
        "emailMatchingUserEntityAnnotation",
        Match::Annotation("okta.com/email", Claim::Email),
    ),
];

/// The rules of a provider of `family`.
pub(super) fn read(provider: &Section<'_>, family: &str) -> Vec<Resolver> {
    let rules = provider.sections("signIn.resolvers").unwrap_or_default();
    let rules = rules.iter().filter_map(|rule| read_one(rule, family));
    rules.collect()
}

fn read_one(rule: &Section<'_>, family: &str) -> Option<Resolver> {
    let own = OWN.iter().filter(|(of, ..)| *of == family);
    let own = own.map(|(_, name, matching)| (*name, *matching));
    let known: Vec<(&str, Match)> = own.chain(COMMON).collect();
    let name = rule.required_string("resolver")?;
    let found = known.iter().find(|(known, _)| *known == name);
    if found.is_none() {
        // Installations have rules of their own, which find nobody here.
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        rule.value("");
        let reason = format!(
            "is '{name}', which finds nobody; the rules here are {}",
            names.join(", ")
        );
        rule.warn("resolver", &reason);
    }
    Some(Resolver {
        matching: found?.1,
        name,
        allowed_domains: rule.strings("allowedDomains").unwrap_or_default(),
        without_entity: rule
            .boolean("dangerouslyAllowSignInWithoutUserInCatalog")
            .unwrap_or_default(),
    })
}
