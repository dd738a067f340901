//! Hides secrets in a configuration that is shown to a person.

use std::ops::Range;

use serde_json::Value;

use super::secret::HIDDEN;
use super::transform::join;

/// A key whose name contains one of these holds a secret. Case, `-` and `_` do not matter.
const NAME_PARTS: [&str; 14] = [
    "accesskey",
    "accountkey",
    "apikey",
    "authorization",
    "connectionstring",
    "cookie",
    "credential",
    "passphrase",
    "passwd",
    "password",
    "privatekey",
    "secret",
    "signingkey",
    "token",
];

/// A key of exactly this name holds a secret, with everything below it.
const NAMES: [&str; 5] = [
    "authmetadata",
    "cadata",
    "cafile",
    "pulloptions",
    "rootnodes",
];

/// A text under a key of exactly this name is a secret; a map is an ordinary section.
const TEXT_NAMES: [&str; 4] = ["auth", "key", "pat", "pwd"];

/// Names that are credentials in these places only, as in the configuration schema of Backstage.
const PLACES: [(&str, &str); 6] = [
    ("integrations.bitbucketCloud", "clientId"),
    ("integrations.bitbucketServer", "username"),
    ("integrations.gerrit", "username"),
    ("integrations.gitea", "username"),
    ("backend.cache", "connection"),
    ("backend.cache", "defaults"),
];

/// Returns the configuration with `<secret>` in place of every text or number that is, or may be,
/// a secret. Keys and structure stay; so do the host and user of a database URL.
#[must_use]
pub fn redact(value: &Value) -> Value {
    walk(value, "", false)
}

fn walk(value: &Value, path: &str, hide: bool) -> Value {
    match value {
        Value::Object(entries) => entries
            .iter()
            .map(|(key, entry)| {
                let hide = hide
                    || names_secret(key)
                    || is_place(path, key)
                    || path.starts_with("proxy.") && key == "headers"
                    || entry.is_string() && TEXT_NAMES.contains(&plain(key).as_str());
                (key.clone(), walk(entry, &join(path, key), hide))
            })
            .collect(),
        Value::Array(items) => items.iter().map(|item| walk(item, path, hide)).collect(),
        Value::String(_) | Value::Number(_) if hide => Value::String(HIDDEN.to_owned()),
        Value::String(text) => Value::String(redact_text(text)),
        other => other.clone(),
    }
}

fn is_place(path: &str, key: &str) -> bool {
    PLACES
        .iter()
        .any(|(place, name)| path.starts_with(place) && key == *name)
}

fn names_secret(key: &str) -> bool {
    let key = plain(key);
    NAME_PARTS.iter().any(|part| key.contains(part)) || NAMES.contains(&key.as_str())
}

fn plain(key: &str) -> String {
    key.to_lowercase().replace(['-', '_'], "")
}

/// Hides what is secret inside a text: credentials of a URL, a key in PEM, `password=…`.
fn redact_text(text: &str) -> String {
    if text.contains("PRIVATE KEY") {
        return HIDDEN.to_owned();
    }
    let mut ranges = query_secrets(text);
    ranges.extend(url_credentials(text));
    ranges.sort_by_key(|range| range.start);
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for range in ranges {
        if range.start < end {
            continue;
        }
        out.push_str(&text[end..range.start]);
        out.push_str(HIDDEN);
        end = range.end;
    }
    out.push_str(&text[end..]);
    out
}

/// The password in `scheme://user:password@host`, or a lone user, which over HTTP is a token.
fn url_credentials(text: &str) -> Option<Range<usize>> {
    let start = text.find("://")? + "://".len();
    let rest = &text[start..];
    let is_http = text.starts_with("http");
    // The password of a database URL may contain what should have been escaped, so it ends at the
    // last `@`; a path with an `@` is common over HTTP.
    let end = if is_http {
        rest.find(['/', '?', '#'])
    } else {
        None
    };
    let at = rest[..end.unwrap_or(rest.len())].rfind('@')?;
    let colon = rest[..at].find(':');
    match colon {
        Some(colon) => Some(start + colon + 1..start + at),
        None if is_http => Some(start..start + at),
        None => None,
    }
}

/// The values of `name=value` pairs whose name is that of a secret.
fn query_secrets(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (equals, _) in text.match_indices('=') {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let name_start = text[..equals].rfind(|c| !is_name(c)).map_or(0, |at| {
            at + text[at..].chars().next().map_or(1, char::len_utf8)
        });
        let name = &text[name_start..equals];
        if names_secret(name) || ["pwd", "pass", "sig"].contains(&plain(name).as_str()) {
            let rest = &text[equals + 1..];
            let length = rest.find(['&', ' ', ';', '#']).unwrap_or(rest.len());
            ranges.push(equals + 1..equals + 1 + length);
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_hidden_by_the_name_of_their_key() {
        let shown = redact(&json!({
            "app": {"title": "Callboard"},
            "auth": {"environment": "development", "session": {"secret": "SSS"}},
            "integrations": {
                "github": [{"host": "github.com", "token": "SSS", "apps": [
                    {"appId": 7, "privateKey": "SSS", "webhookSecret": "SSS", "clientId": "id"},
                ]}],
                "gitea": [{"username": "SSS"}],
            },
            "backend": {
                "auth": {"keys": [{"secret": "SSS"}], "dangerouslyDisableDefaultAuthPolicy": true},
                "https": {"certificate": {"cert": "public", "key": "SSS"}},
                "database": {"connection": {"user": "u", "password": 12345}},
            },
            "proxy": {"endpoints": {"/ci": {"target": "https://ci.example", "auth": "SSS", "headers": {
                "Authorization": "Basic SSS", "X-Api-Key": "SSS", "PRIVATE-TOKEN": "SSS",
            }}}},
            "techdocs": {"publisher": {"awsS3": {"credentials": {"accessKeyId": "SSS", "roles": ["SSS"]}}}},
        }));
        let text = shown.to_string();
        assert!(!text.contains("SSS") && !text.contains("12345"), "{text}");
        for visible in [
            "Callboard",
            "development",
            "github.com",
            "\"id\"",
            "public",
            "\"u\"",
            "true",
            "https://ci.example",
        ] {
            assert!(text.contains(visible), "{visible} is missing in {text}");
        }
    }

    #[test]
    fn secrets_inside_text_are_hidden() {
        for (text, expected) in [
            (
                "postgres://me:pa@ss@db:5432/x?sslmode=require",
                "postgres://me:<secret>@db:5432/x?sslmode=require",
            ),
            ("postgres://me:p/a#ss@db/x", "postgres://me:<secret>@db/x"),
            ("postgres://me@db/x", "postgres://me@db/x"),
            (
                "https://ghp_abc@github.com/a/b",
                "https://<secret>@github.com/a/b",
            ),
            (
                "postgres://db/x?user=me&password=abc&a=b",
                "postgres://db/x?user=me&password=<secret>&a=b",
            ),
            (
                "host=db user=me password=abc",
                "host=db user=me password=<secret>",
            ),
            ("-----BEGIN PRIVATE KEY-----\nabc", "<secret>"),
            (
                "http://localhost:7007/@scope",
                "http://localhost:7007/@scope",
            ),
            (
                "https://example.com/a?next=1",
                "https://example.com/a?next=1",
            ),
            (":memory:", ":memory:"),
        ] {
            assert_eq!(redact_text(text), expected);
        }
    }
}
