//! `backend.auth.externalAccess`: programs that may ask with a token of their own.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonwebtoken::Algorithm;
use serde_json::Value;
use url::Url;

use super::app::read_url;
use crate::config::node::Node;
use crate::config::secret::Secret;
use crate::config::section::Section;

/// The shortest token that is no mistake.
const SHORTEST: usize = 8;
/// A shared secret of fewer bytes can be found by trying, by whoever has seen one token.
const SHORTEST_SECRET: usize = 16;
/// Whom the deprecated keys of `backend.auth.keys` stand for.
const OF_KEYS: &str = "backstage-plugin";
/// Signatures with two halves, by their names. With any other kind who can verify can sign.
const ALGORITHMS: [(&str, Algorithm); 9] = [
    ("RS256", Algorithm::RS256),
    ("RS384", Algorithm::RS384),
    ("RS512", Algorithm::RS512),
    ("PS256", Algorithm::PS256),
    ("PS384", Algorithm::PS384),
    ("PS512", Algorithm::PS512),
    ("ES256", Algorithm::ES256),
    ("ES384", Algorithm::ES384),
    ("EdDSA", Algorithm::EdDSA),
];

/// Every entry, by its type.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ExternalAccess {
    pub tokens: Vec<ServiceToken>,
    /// Those of `backend.auth.keys` too.
    pub legacy: Vec<LegacyKey>,
    pub key_sets: Vec<RemoteKeys>,
}

/// An entry of type `static`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    pub token: Secret,
    /// Whom the token stands for, in logs and on what it has made.
    pub subject: String,
    /// `accessRestrictions`: what it may do; None means everything.
    pub restrictions: Option<Vec<AccessRestriction>>,
}

/// An entry of type `legacy`: a secret with which a program signs its tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LegacyKey {
    /// As it is written, in base64.
    pub secret: Secret,
    pub subject: String,
    pub restrictions: Option<Vec<AccessRestriction>>,
}

/// An entry of type `jwks`: where the public keys are of whoever signs tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteKeys {
    pub url: Url,
    /// `issuer`: the `iss` of a token is one of these; empty for any.
    pub issuers: Vec<String>,
    /// `audience`: one of these is in the `aud` of a token; empty for any.
    pub audiences: Vec<String>,
    /// `algorithm`: with which tokens may be signed. Default: all that have a public half.
    pub algorithms: Vec<Algorithm>,
    /// `subjectPrefix`: stands with a colon before the `sub` of a token.
    pub subject_prefix: Option<String>,
    pub restrictions: Option<Vec<AccessRestriction>>,
}

/// Something a token may do. What is None does not restrict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessRestriction {
    /// The part of the API, the segment behind `/api/`.
    pub plugin: String,
    /// `permission`: the names of permissions.
    pub permissions: Option<Vec<String>>,
    /// `permissionAttribute.action`: `create`, `read`, `update` or `delete`.
    pub actions: Option<Vec<String>>,
}

impl LegacyKey {
    /// The key. What is no base64 is passed over, as existing installations do.
    pub fn bytes(&self) -> Vec<u8> {
        let text = self.secret.expose().chars();
        let text = text.take_while(|it| *it != '=').map(|it| match it {
            '-' => '+',
            '_' => '/',
            it => it,
        });
        let mut text: String = text
            .filter(|it| it.is_ascii_alphanumeric() || matches!(it, '+' | '/'))
            .collect();
        // Six bits that are left over are no byte.
        if text.len() % 4 == 1 {
            text.pop();
        }
        let lenient = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let decoded = GeneralPurpose::new(&STANDARD, lenient).decode(text);
        decoded.unwrap_or_default()
    }
}

impl ExternalAccess {
    pub(super) fn read(backend: &Section<'_>) -> Self {
        let mut found = Self::default();
        for entry in backend.sections("auth.externalAccess").unwrap_or_default() {
            match entry.required_string("type").as_deref() {
                None => {}
                Some("static") => found.tokens.extend(read_token(&entry)),
                Some("legacy") => found.legacy.extend(read_legacy(&entry)),
                Some("jwks") => found.key_sets.extend(read_key_set(&entry)),
                Some(kind) => {
                    entry.value("options");
                    entry.value("accessRestrictions");
                    let reason = format!(
                        "is '{kind}', so this entry lets nobody in; it should be static, legacy or jwks"
                    );
                    entry.warn("type", &reason);
                }
            }
        }
        let keys = backend.sections("auth.keys").unwrap_or_default();
        found.legacy.extend(keys.iter().filter_map(|key| {
            Some(LegacyKey {
                secret: read_shared(key, "secret")?,
                subject: OF_KEYS.to_owned(),
                restrictions: None,
            })
        }));
        found
    }
}

fn read_token(entry: &Section<'_>) -> Option<ServiceToken> {
    let restrictions = read_restrictions(entry);
    let subject = entry.required_string("options.subject");
    // A token from an unset variable lets nobody in, and is no reason not to start.
    let token = present(entry, "options.token").then(|| entry.secret("options.token"))??;
    if token.expose().len() < SHORTEST || !is_plain(token.expose()) {
        let reason = format!("should be at least {SHORTEST} characters without white space");
        entry.refuse("options.token", &reason);
        return None;
    }
    Some(ServiceToken {
        token,
        subject: plain(entry, "options.subject", subject?)?,
        restrictions,
    })
}

fn read_legacy(entry: &Section<'_>) -> Option<LegacyKey> {
    let restrictions = read_restrictions(entry);
    let subject = entry.required_string("options.subject");
    let secret = read_shared(entry, "options.secret")?;
    Some(LegacyKey {
        secret,
        subject: plain(entry, "options.subject", subject?)?,
        restrictions,
    })
}

/// A secret that lets somebody sign.
fn read_shared(entry: &Section<'_>, key: &str) -> Option<Secret> {
    let secret = present(entry, key).then(|| entry.secret(key))??;
    let length = LegacyKey {
        secret: secret.clone(),
        subject: String::new(),
        restrictions: None,
    }
    .bytes()
    .len();
    if length == 0 {
        entry.refuse(key, "should be random bytes in base64");
        return None;
    }
    if length < SHORTEST_SECRET {
        let reason = format!(
            "is {length} bytes long and can be found by trying; 24 random bytes in base64 cannot"
        );
        entry.warn(key, &reason);
    }
    Some(secret)
}

fn read_key_set(entry: &Section<'_>) -> Option<RemoteKeys> {
    let restrictions = read_restrictions(entry);
    let issuers = words(entry, "options.issuer").unwrap_or_default();
    let audiences = words(entry, "options.audience").unwrap_or_default();
    let algorithms = words(entry, "options.algorithm");
    let prefix = entry.string("options.subjectPrefix");
    let url = present(entry, "options.url").then(|| read_url(entry, "options.url"))??;
    if issuers.is_empty() && audiences.is_empty() {
        entry.warn(
            "options",
            "names neither issuer nor audience, so every token that these keys sign lets in, whatever it was made for",
        );
    }
    let prefix = match prefix {
        Some(prefix) => Some(plain(entry, "options.subjectPrefix", prefix)?),
        None => None,
    };
    Some(RemoteKeys {
        url,
        issuers,
        audiences,
        algorithms: read_algorithms(entry, algorithms)?,
        subject_prefix: prefix,
        restrictions,
    })
}

fn read_algorithms(entry: &Section<'_>, names: Option<Vec<String>>) -> Option<Vec<Algorithm>> {
    let Some(names) = names.filter(|names| !names.is_empty()) else {
        return Some(ALGORITHMS.map(|(_, algorithm)| algorithm).to_vec());
    };
    let known = |name: &String| ALGORITHMS.iter().find(|(known, _)| known == name);
    let wrong = names.iter().find(|name| known(name).is_none());
    if let Some(wrong) = wrong {
        let all = ALGORITHMS.map(|(name, _)| name).join(", ");
        let reason = format!("names '{wrong}'; tokens may be signed with {all}");
        entry.refuse("options.algorithm", &reason);
        return None;
    }
    Some(names.iter().filter_map(known).map(|(_, it)| *it).collect())
}

/// Whether there is a value; an entry without it lets nobody in, and is no reason not to start.
fn present(entry: &Section<'_>, key: &str) -> bool {
    if entry.node(key).is_some() {
        return true;
    }
    entry.string(key);
    entry.warn(key, "is not set, so this entry lets nobody in");
    false
}

fn is_plain(text: &str) -> bool {
    !text.contains(char::is_whitespace)
}

fn plain(entry: &Section<'_>, key: &str, text: String) -> Option<String> {
    if !is_plain(&text) {
        entry.refuse(key, "should hold no white space");
        return None;
    }
    Some(text)
}

fn read_restrictions(entry: &Section<'_>) -> Option<Vec<AccessRestriction>> {
    let restrictions = entry.sections("accessRestrictions")?;
    Some(restrictions.iter().filter_map(read_restriction).collect())
}

fn read_restriction(restriction: &Section<'_>) -> Option<AccessRestriction> {
    let permissions = words(restriction, "permission");
    let actions = words(restriction, "permissionAttribute.action");
    Some(AccessRestriction {
        plugin: restriction.required_string("plugin")?,
        permissions,
        actions,
    })
}

/// A list of words, or one text with commas or spaces between them.
fn words(section: &Section<'_>, key: &str) -> Option<Vec<String>> {
    if let Some(Value::String(_)) = section.node(key).map(Node::to_json) {
        let text = section.string(key)?;
        let words = text.split([',', ' ']).filter(|word| !word.is_empty());
        return Some(words.map(str::to_owned).collect());
    }
    section.strings(key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    const ENTRY: &str = "backend.auth.externalAccess";

    #[test]
    fn tokens_and_what_they_may_do() {
        let text = "
backend:
  auth:
    externalAccess:
      - type: static
        options: {token: correct-horse, subject: ci}
        accessRestrictions:
          - plugin: catalog
            permission: catalog.entity.read, catalog.entity.create
            permissionAttribute: {action: [create]}
      - type: static
        options: {token: '${UNSET}', subject: nobody}
      - {type: other, options: {url: 'https://x'}}
      - {type: legacy, options: {secret: '${UNSET}', subject: nobody}}
      - {type: jwks, options: {url: '${UNSET}', issuer: a}}
";
        let loaded = load_text(text).unwrap();
        let warned: Vec<_> = loaded.warnings.iter().map(|it| it.path.as_str()).collect();
        assert_eq!(
            warned,
            [
                format!("{ENTRY}[1].options.token"),
                format!("{ENTRY}[2].type"),
                format!("{ENTRY}[3].options.secret"),
                format!("{ENTRY}[4].options.url"),
            ]
        );
        let found = loaded.config.backend.external_access;
        assert!(found.legacy.is_empty() && found.key_sets.is_empty());
        let [token] = found.tokens.as_slice() else {
            panic!("one token is usable");
        };
        assert_eq!(token.subject, "ci");
        assert_eq!(token.token.expose(), "correct-horse");
        let restriction = &token.restrictions.as_ref().unwrap()[0];
        assert_eq!(
            restriction.permissions.as_deref().unwrap(),
            ["catalog.entity.read", "catalog.entity.create"]
        );
        assert_eq!(restriction.actions.as_deref().unwrap(), ["create"]);
    }

    #[test]
    fn shared_secrets_and_keys_that_are_fetched() {
        let text = "
backend:
  auth:
    keys: [{secret: 'MDEyMzQ1Njc4OWFiY2RlZg=='}, {secret: '${UNSET}'}]
    externalAccess:
      - type: legacy
        options: {secret: '__-_Zg', subject: old}
      - type: jwks
        options:
          url: https://issuer.example.com/keys
          issuer: [https://issuer.example.com]
          audience: callboard, portal
          algorithm: ES256
          subjectPrefix: ci
      - {type: jwks, options: {url: 'https://example.com/keys'}}
";
        let loaded = load_text(text).unwrap();
        let warned: Vec<_> = loaded.warnings.iter().map(|it| it.path.as_str()).collect();
        let expected = [
            format!("{ENTRY}[0].options.secret"),
            format!("{ENTRY}[2].options"),
            "backend.auth.keys[1].secret".to_owned(),
        ];
        assert_eq!(warned, expected);
        let found = loaded.config.backend.external_access;
        let legacy: Vec<_> = found
            .legacy
            .iter()
            .map(|it| (it.subject.as_str(), it.bytes()))
            .collect();
        let short = vec![0xff, 0xff, 0xbf, b'f'];
        assert_eq!(
            legacy,
            [
                ("old", short),
                ("backstage-plugin", b"0123456789abcdef".to_vec())
            ]
        );
        let [set, any] = found.key_sets.as_slice() else {
            panic!("two sets of keys");
        };
        assert_eq!(set.audiences, ["callboard", "portal"]);
        assert_eq!(set.algorithms, [Algorithm::ES256]);
        assert_eq!(set.subject_prefix.as_deref(), Some("ci"));
        assert_eq!(any.algorithms.len(), ALGORITHMS.len());
        assert!(any.issuers.is_empty());
    }

    #[test]
    fn what_cannot_be_meant_stops_the_start() {
        let check = |options: &str, key: &str| {
            let text = format!("backend: {{auth: {{externalAccess: [{{{options}}}]}}}}");
            let error = load_text(&text).unwrap_err();
            assert!(error.problems[0].path.ends_with(key), "{error}");
            assert!(!error.to_string().contains("canary"), "{error}");
        };
        check(
            "type: static, options: {token: canary, subject: ci}",
            "options.token",
        );
        check(
            "type: static, options: {token: canary canary, subject: ci}",
            "options.token",
        );
        check(
            "type: legacy, options: {secret: '=canary', subject: ci}",
            "options.secret",
        );
        check(
            "type: jwks, options: {url: /keys, issuer: a}",
            "options.url",
        );
        let unsigned = "type: jwks, options: {url: 'https://x', issuer: a, algorithm:";
        check(&format!("{unsigned} HS256}}"), "options.algorithm");
        check(&format!("{unsigned} [ES256, none]}}"), "options.algorithm");
    }
}
