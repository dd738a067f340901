//! `backend.auth.externalAccess`: programs that may ask with a token of their own.

use serde_json::Value;

use crate::config::node::Node;
use crate::config::secret::Secret;
use crate::config::section::Section;

/// The shortest token that is no mistake.
const SHORTEST: usize = 8;

/// An entry of type `static`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceToken {
    pub token: Secret,
    /// Whom the token stands for, in logs and on what it has made.
    pub subject: String,
    /// `accessRestrictions`: what it may do; None means everything.
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

/// The static tokens. Entries of other types are told of and let nobody in.
pub(super) fn read(backend: &Section<'_>) -> Vec<ServiceToken> {
    let entries = backend.sections("auth.externalAccess").unwrap_or_default();
    entries.iter().filter_map(read_token).collect()
}

fn read_token(entry: &Section<'_>) -> Option<ServiceToken> {
    let kind = entry.required_string("type")?;
    if kind != "static" {
        entry.value("options");
        entry.value("accessRestrictions");
        let reason =
            format!("is '{kind}', which is not supported yet; tokens of type static let in");
        entry.warn("type", &reason);
        return None;
    }
    let restrictions = entry.sections("accessRestrictions");
    let restrictions = restrictions.map(|all| all.iter().filter_map(read_restriction).collect());
    let subject = entry.required_string("options.subject");
    // A token from an unset variable lets nobody in, and is no reason not to start.
    if entry.node("options.token").is_none() {
        entry.secret("options.token");
        entry.warn("options.token", "is not set, so this entry lets nobody in");
        return None;
    }
    let token = entry.secret("options.token")?;
    let is_plain = |text: &str| !text.contains(char::is_whitespace);
    if token.expose().len() < SHORTEST || !is_plain(token.expose()) {
        let reason = format!("should be at least {SHORTEST} characters without white space");
        entry.refuse("options.token", &reason);
        return None;
    }
    let subject = subject?;
    if !is_plain(&subject) {
        entry.refuse("options.subject", "should hold no white space");
        return None;
    }
    Some(ServiceToken {
        token,
        subject,
        restrictions,
    })
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
    use crate::config::load::tests::load_text;

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
      - {type: jwks, options: {url: 'https://x'}}
";
        let loaded = load_text(text).unwrap();
        let warned: Vec<_> = loaded.warnings.iter().map(|it| it.path.as_str()).collect();
        let entry = "backend.auth.externalAccess";
        assert_eq!(
            warned,
            [
                format!("{entry}[1].options.token"),
                format!("{entry}[2].type")
            ]
        );
        let [token] = loaded.config.backend.external_access.as_slice() else {
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
    fn a_token_that_is_too_short_stops_the_start() {
        let text = "backend: {auth: {externalAccess: [{type: static, options: {token: short, subject: ci}}]}}";
        let error = load_text(text).unwrap_err();
        assert!(error.problems[0].path.ends_with("options.token"));
    }
}
