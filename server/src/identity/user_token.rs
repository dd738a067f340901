//! Tokens that say who a user is, for programs that ask the API in their name.
//!
//! They are JSON Web Tokens (RFC 7519) as existing installations sign them: ES256, of type
//! `vnd.backstage.user`, with the user as `sub` and what they own as in `ent`. Each replica signs with a
//! key that it can open; all of them know every public key.

use super::token;
use crate::clock::{Clock, Millis};
use crate::seal::Seal;
use crate::store::identity::{SigningKey, list_signing_keys, put_signing_key};
use crate::store::{Db, StoreError};
use app::catalog::EntityRef;
use app::viewer::Viewer;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The type in the header.
const TYPE: &str = "vnd.backstage.user";
const AUDIENCE: &str = "backstage";
/// Longer tokens are not looked at, in bytes.
const LONGEST: usize = 32_768;
/// How long a key signs, and how long it is known afterwards: longer than any token is good for.
const SIGNS: Millis = 24 * 60 * 60 * 1000;
const KNOWN: Millis = 3 * SIGNS;
/// How soon the keys of others are looked up again for a token that names one nobody knows.
const LOOKED_UP_AGAIN: Millis = 2_000;
/// How far the clocks of two replicas may be apart, in seconds.
const SKEW: i64 = 30;

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    pub iss: String,
    pub sub: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ent: Option<Vec<String>>,
    pub aud: String,
    /// Unix seconds.
    pub iat: i64,
    pub exp: i64,
}

/// Why a token lets nobody in.
#[derive(Debug, thiserror::Error)]
pub enum TokenError {
    #[error("Illegal token: {0}")]
    Illegal(String),
    #[error("The token has expired; ask for another one")]
    Expired,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Signs tokens and knows those that were signed here or by another replica.
#[derive(Clone)]
pub struct UserTokens {
    db: Db,
    clock: Clock,
    seal: Seal,
    issuer: Arc<str>,
    lifetime: Duration,
    omits_ownership: bool,
    keys: Arc<Mutex<Keys>>,
}

#[derive(Default)]
struct Keys {
    /// The id of the key that signs, until when, and the key.
    signing: Option<(String, Millis, EncodingKey)>,
    /// The public keys, by their ids.
    public: Vec<(String, Value)>,
    looked_up_at: Millis,
}

impl UserTokens {
    pub fn new(
        db: Db,
        clock: Clock,
        seal: Seal,
        issuer: &str,
        lifetime: Duration,
        omits_ownership: bool,
    ) -> Self {
        Self {
            db,
            clock,
            seal,
            issuer: issuer.into(),
            lifetime,
            omits_ownership,
            keys: Arc::default(),
        }
    }

    /// A token for somebody, and for how many seconds it is good.
    ///
    /// # Errors
    /// [`StoreError`] when there is no key to sign with yet and none can be kept.
    pub async fn issue(&self, viewer: &Viewer) -> Result<(String, u64), StoreError> {
        let now = self.clock.now();
        let (id, key) = self.signing_key(now).await?;
        let iat = now.div_euclid(1000);
        let seconds = self.lifetime.as_secs();
        let ownership = viewer.ownership.iter().map(EntityRef::to_string);
        let claims = Claims {
            iss: self.issuer.to_string(),
            sub: viewer.user_ref.to_string(),
            ent: (!self.omits_ownership).then(|| ownership.collect()),
            aud: AUDIENCE.to_owned(),
            iat,
            exp: iat.saturating_add(i64::try_from(seconds).unwrap_or(i64::MAX)),
        };
        let mut header = Header::new(Algorithm::ES256);
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(id);
        let token = jsonwebtoken::encode(&header, &claims, &key);
        let token =
            token.map_err(|error| StoreError::Corrupt(format!("a signing key: {error}")))?;
        Ok((token, seconds))
    }

    /// Whom a token is of.
    ///
    /// # Errors
    /// [`TokenError`]; nobody is let in then.
    pub async fn verify(&self, text: &str) -> Result<Claims, TokenError> {
        let illegal = |why: &str| TokenError::Illegal(why.to_owned());
        if text.len() > LONGEST {
            return Err(illegal("it is too long"));
        }
        let header =
            jsonwebtoken::decode_header(text).map_err(|_| illegal("it is no token of a user"))?;
        if header.alg != Algorithm::ES256 || header.typ.as_deref() != Some(TYPE) {
            return Err(illegal("it is no token of a user"));
        }
        let id = header.kid.ok_or_else(|| illegal("it names no key"))?;
        let key = self.public_key(&id).await?;
        let key = key.ok_or_else(|| illegal("its key is not known here"))?;
        let component = |name: &str| key[name].as_str().unwrap_or_default().to_owned();
        let key = DecodingKey::from_ec_components(&component("x"), &component("y"))
            .map_err(|_| illegal("its key cannot be used"))?;
        let mut rules = Validation::new(Algorithm::ES256);
        rules.set_audience(&[AUDIENCE]);
        rules.set_issuer(&[&*self.issuer]);
        rules.set_required_spec_claims(&["exp", "aud", "iss", "sub"]);
        // The time is asked of the server's own clock, below.
        rules.validate_exp = false;
        let claims = jsonwebtoken::decode::<Claims>(text, &key, &rules)
            .map_err(|error| TokenError::Illegal(error.to_string()))?
            .claims;
        let now = self.clock.now().div_euclid(1000);
        if now >= claims.exp {
            return Err(TokenError::Expired);
        }
        if claims.iat > now + SKEW {
            return Err(illegal("it is of the future"));
        }
        Ok(claims)
    }

    /// The public keys as a JSON Web Key Set (RFC 7517).
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn key_set(&self) -> Result<Value, StoreError> {
        self.look_up(self.clock.now()).await?;
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let public: Vec<&Value> = keys.public.iter().map(|(_, key)| key).collect();
        Ok(json!({ "keys": public }))
    }

    async fn signing_key(&self, now: Millis) -> Result<(String, EncodingKey), StoreError> {
        if let Some(found) = self.known_signing_key(now) {
            return Ok(found);
        }
        self.look_up(now).await?;
        if let Some(found) = self.known_signing_key(now) {
            return Ok(found);
        }
        let (stored, key) = self.make_key(now)?;
        put_signing_key(&self.db, &stored).await?;
        let public = serde_json::from_str(&stored.public_key).unwrap_or_default();
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.public.push((stored.id.clone(), public));
        keys.signing = Some((stored.id.clone(), now + SIGNS, key.clone()));
        Ok((stored.id, key))
    }

    fn known_signing_key(&self, now: Millis) -> Option<(String, EncodingKey)> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let (id, until, key) = keys.signing.as_ref()?;
        (now < *until).then(|| (id.clone(), key.clone()))
    }

    async fn public_key(&self, id: &str) -> Result<Option<Value>, StoreError> {
        let now = self.clock.now();
        let known = |keys: &Keys| {
            let found = keys.public.iter().find(|(known, _)| known == id);
            found.map(|(_, key)| key.clone())
        };
        {
            let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(key) = known(&keys) {
                return Ok(Some(key));
            }
            // Whoever sends tokens with made-up keys must not make us ask for each.
            if keys.looked_up_at > 0 && now - keys.looked_up_at < LOOKED_UP_AGAIN {
                return Ok(None);
            }
        }
        self.look_up(now).await?;
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(known(&keys))
    }

    /// Reads the keys of all replicas.
    async fn look_up(&self, now: Millis) -> Result<(), StoreError> {
        let stored = list_signing_keys(&self.db, now).await?;
        let public = stored.iter().filter_map(|key| {
            let public = serde_json::from_str(&key.public_key).ok()?;
            Some((key.id.clone(), public))
        });
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.public = public.collect();
        keys.looked_up_at = now;
        let still_signs = |key: &&SigningKey| now < key.created_at + SIGNS;
        keys.signing = stored.iter().filter(still_signs).find_map(|key| {
            let der = self
                .seal
                .open(&key.id, &STANDARD.decode(&key.private_key).ok()?)
                .ok()?;
            let until = key.created_at + SIGNS;
            Some((key.id.clone(), until, EncodingKey::from_ec_der(&der)))
        });
        Ok(())
    }

    fn make_key(&self, now: Millis) -> Result<(SigningKey, EncodingKey), StoreError> {
        let failed = |_| StoreError::Corrupt("no key could be made".to_owned());
        let random = SystemRandom::new();
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(way, &random).map_err(failed)?;
        let pair = EcdsaKeyPair::from_pkcs8(way, der.as_ref(), &random);
        let pair = pair.map_err(|_| StoreError::Corrupt("no key could be made".to_owned()))?;
        // An uncompressed point: 4, then x and y of 32 bytes each.
        let point = pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(32);
        let id = token::random();
        let public = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        let stored = SigningKey {
            public_key: public.to_string(),
            private_key: STANDARD.encode(self.seal.seal(&id, der.as_ref())),
            created_at: now,
            expires_at: now + KNOWN,
            id,
        };
        Ok((stored, EncodingKey::from_ec_der(der.as_ref())))
    }
}
