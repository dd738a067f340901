//! Tokens that are signed with a secret which a program shares with the portal.
//!
//! JSON Web Tokens (RFC 7519) of the algorithm HS256 with `backstage-server` as `sub`, no `aud`, and an end.

use super::{Refusal, Service};
use crate::config::LegacyKey;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use serde::Deserialize;
use serde_json::Value;

const SUBJECT: &str = "backstage-server";

/// The secrets, and whom each stands for.
#[derive(Default)]
pub(super) struct LegacyKeys(Vec<(DecodingKey, Service)>);

#[derive(Deserialize)]
struct Claims {
    #[serde(default)]
    sub: Value,
    #[serde(default)]
    aud: Value,
    #[serde(default)]
    exp: Value,
    #[serde(default)]
    nbf: Value,
}

impl LegacyKeys {
    pub(super) fn new(keys: &[LegacyKey]) -> Self {
        let keys = keys.iter().map(|key| {
            let service = Service::new(key.subject.clone(), key.restrictions.as_deref());
            (DecodingKey::from_secret(&key.bytes()), service)
        });
        Self(keys.collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn verify(&self, token: &str, now: i64) -> Result<Service, Refusal> {
        let header = jsonwebtoken::decode_header(token);
        if !header.is_ok_and(|it| it.alg == Algorithm::HS256) {
            return Err(Refusal::Foreign("it is not signed with a shared secret"));
        }
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_required_spec_claims::<&str>(&[]);
        rules.validate_aud = false;
        // The time is asked of the server's own clock, below.
        rules.validate_exp = false;
        for (key, service) in &self.0 {
            if let Ok(verified) = jsonwebtoken::decode::<Claims>(token, key, &rules) {
                return judge(&verified.claims, now).map(|()| service.clone());
            }
        }
        Err(Refusal::Foreign("no shared secret has signed it"))
    }
}

fn judge(claims: &Claims, now: i64) -> Result<(), Refusal> {
    if claims.sub != SUBJECT || !claims.aud.is_null() {
        return Err(Refusal::Foreign("it is not for this kind of access"));
    }
    let Some(end) = claims.exp.as_f64() else {
        return Err(Refusal::Foreign("it has no end"));
    };
    super::key_sets::in_time(Some(end), claims.nbf.as_f64(), now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;
    use jsonwebtoken::{EncodingKey, Header};
    use serde_json::json;

    const NOW: i64 = 1_000_000;

    fn sign(algorithm: Algorithm, secret: &[u8], claims: &Value) -> String {
        let key = EncodingKey::from_secret(secret);
        jsonwebtoken::encode(&Header::new(algorithm), claims, &key).unwrap()
    }

    #[test]
    fn only_the_shared_secret_lets_in_and_not_forever() {
        // "0123456789abcdef" and "fedcba9876543210".
        let keys = [
            ("MDEyMzQ1Njc4OWFiY2RlZg==", "one"),
            ("ZmVkY2JhOTg3NjU0MzIxMA", "other"),
        ];
        let keys = keys.map(|(secret, subject)| LegacyKey {
            secret: Secret::new(secret),
            subject: subject.to_owned(),
            restrictions: None,
        });
        let keys = LegacyKeys::new(&keys);
        let good = json!({ "sub": SUBJECT, "exp": NOW + 60 });
        let check = |algorithm, secret: &str, claims: &Value| {
            let token = sign(algorithm, secret.as_bytes(), claims);
            keys.verify(&token, NOW).map(|it| it.subject)
        };
        let (first, second) = ("0123456789abcdef", "fedcba9876543210");
        assert_eq!(check(Algorithm::HS256, first, &good), Ok("one".to_owned()));
        assert_eq!(
            check(Algorithm::HS256, second, &good),
            Ok("other".to_owned())
        );
        let foreign = |algorithm, secret, claims: Value| {
            let found = check(algorithm, secret, &claims);
            assert!(
                matches!(found, Err(Refusal::Foreign(_))),
                "{claims} {found:?}"
            );
        };
        foreign(Algorithm::HS256, "0123456789abcdeg", good.clone());
        foreign(Algorithm::HS256, "MDEyMzQ1Njc4OWFiY2RlZg==", good.clone());
        foreign(Algorithm::HS384, first, good.clone());
        foreign(Algorithm::HS512, first, good.clone());
        foreign(Algorithm::HS256, first, json!({ "sub": SUBJECT }));
        foreign(
            Algorithm::HS256,
            first,
            json!({ "sub": "x", "exp": NOW + 60 }),
        );
        foreign(Algorithm::HS256, first, json!({ "exp": NOW + 60 }));
        let aimed = json!({ "sub": SUBJECT, "exp": NOW + 60, "aud": "catalog" });
        foreign(Algorithm::HS256, first, aimed);
        let expired = json!({ "sub": SUBJECT, "exp": NOW });
        assert_eq!(
            check(Algorithm::HS256, first, &expired),
            Err(Refusal::Expired)
        );
        let early = json!({ "sub": SUBJECT, "exp": NOW + 600, "nbf": NOW + 300 });
        foreign(Algorithm::HS256, first, early);
    }
}
