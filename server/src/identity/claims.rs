//! What is kept of what a provider says of somebody: the claims that the configuration names, few and
//! short. Values that are longer are passed over and not cut, for what is cut may be another value.

use crate::permission::property;
use crate::query::Claimed;
use crate::store::identity::StoredClaims;
use app::viewer::SignInClaim;
use serde_json::Value;

/// Claims of one person.
const MOST: usize = 100;
/// Of a value, in characters.
const LONGEST: usize = 200;

/// The claims of these names that `told` holds, in one order.
pub(super) fn kept(names: &[String], told: &Value) -> Vec<SignInClaim> {
    let mut claims = Vec::new();
    for name in names {
        let values = match property(told, name) {
            Some(Value::Array(values)) => values.as_slice(),
            Some(value) => std::slice::from_ref(value),
            None => continue,
        };
        for value in values {
            let value = match value {
                Value::String(text) => text.trim().to_owned(),
                Value::Bool(_) | Value::Number(_) => value.to_string(),
                _ => continue,
            };
            let is_plain = !value.is_empty() && !value.chars().any(char::is_control);
            let claim = SignInClaim {
                name: name.clone(),
                value,
            };
            if !is_plain || claim.value.chars().count() > LONGEST || claims.contains(&claim) {
                continue;
            }
            if claims.len() >= MOST {
                tracing::warn!(
                    claim = name,
                    "a provider claims more than is kept of somebody"
                );
                claims.sort();
                return claims;
            }
            claims.push(claim);
        }
    }
    claims.sort();
    claims
}

/// As they are stored: pairs of a name and a value.
pub(super) fn to_text(claims: &[SignInClaim]) -> String {
    let pairs: Vec<[&str; 2]> = claims.iter().map(|it| [&*it.name, &*it.value]).collect();
    serde_json::to_string(&pairs).unwrap_or_default()
}

/// What is stored, as it is asked for.
pub(crate) fn claimed(stored: StoredClaims) -> Claimed {
    Claimed {
        claims: from_text(&stored.claims),
        provider: stored.provider,
        signed_in_at: stored.signed_in_at,
        expires_at: stored.expires_at,
    }
}

/// Claims that are stored; none that cannot be read.
fn from_text(text: &str) -> Vec<SignInClaim> {
    let pairs: Vec<[String; 2]> = serde_json::from_str(text).unwrap_or_default();
    let pairs = pairs.into_iter();
    pairs
        .map(|[name, value]| SignInClaim { name, value })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn check(names: &[&str], told: &Value, expected: &[&str]) {
        let names: Vec<String> = names.iter().map(|&it| it.to_owned()).collect();
        let claims = kept(&names, told);
        let said: Vec<String> = claims.iter().map(ToString::to_string).collect();
        assert_eq!(said, expected);
        assert_eq!(from_text(&to_text(&claims)), claims);
    }

    #[test]
    fn named_claims_are_kept_wherever_they_stand() {
        let told = json!({
            "roles": ["stage", "admin", "stage"], "realm_access": { "roles": ["ops"] }, "staff": true,
            "https://example.com/groups": "crew", "secret": "x", "level": 3,
        });
        check(&["roles"], &told, &["roles=admin", "roles=stage"]);
        check(&["realm_access.roles"], &told, &["realm_access.roles=ops"]);
        check(
            &["https://example.com/groups"],
            &told,
            &["https://example.com/groups=crew"],
        );
        check(
            &["staff", "level", "none"],
            &told,
            &["level=3", "staff=true"],
        );
        check(&[], &told, &[]);
    }

    #[test]
    fn hostile_claims_are_bounded() {
        let long = "x".repeat(201);
        let told =
            json!({ "roles": [long, "", " ", "a\nb", "a\u{0}", { "b": 1 }, ["c"], null, "good "] });
        check(&["roles"], &told, &["roles=good"]);
        let many: Vec<String> = (0..100_000).map(|it| it.to_string()).collect();
        let names = ["roles".to_owned()];
        assert_eq!(kept(&names, &json!({ "roles": many })).len(), MOST);
        check(&["roles"], &json!({ "roles": {} }), &[]);
        check(&["roles"], &json!("roles"), &[]);
    }
}
