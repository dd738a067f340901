//! Keys that tests sign tokens with.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use serde_json::{Value, json};

/// A key, and the public half as a JSON Web Key.
pub struct Key {
    id: String,
    der: Vec<u8>,
    pub public: Value,
}

impl Key {
    pub fn new(id: &str) -> Self {
        let random = ring::rand::SystemRandom::new();
        let way = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let der = EcdsaKeyPair::generate_pkcs8(way, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(way, der.as_ref(), &random).unwrap();
        let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
        let public = json!({
            "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        });
        Self {
            id: id.to_owned(),
            der: der.as_ref().to_vec(),
            public,
        }
    }

    pub fn sign(&self, claims: &Value) -> String {
        self.signed(Some(self.id.clone()), claims)
    }

    /// The same, without saying with which key.
    pub fn sign_without_name(&self, claims: &Value) -> String {
        self.signed(None, claims)
    }

    /// The public half as bytes.
    pub fn point(&self) -> Vec<u8> {
        let part = |name: &str| URL_SAFE_NO_PAD.decode(self.public[name].as_str().unwrap());
        [vec![4], part("x").unwrap(), part("y").unwrap()].concat()
    }

    fn signed(&self, kid: Option<String>, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = kid;
        jsonwebtoken::encode(&header, claims, &EncodingKey::from_ec_der(&self.der)).unwrap()
    }
}
