//! Closes a secret so that whoever has the private key alone opens it, as GitHub wants secrets: a sealed
//! box of libsodium.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use crypto_box::PublicKey;
use crypto_box::aead::OsRng;

/// Seals a text for the public key that GitHub gave, as base64.
///
/// # Errors
/// When the key is none.
pub fn seal(text: &str, key: &str) -> Result<String, String> {
    let unusable = || "GitHub's public key for secrets is none".to_owned();
    let key = STANDARD.decode(key).map_err(|_| unusable())?;
    let key = PublicKey::from_slice(&key).map_err(|_| unusable())?;
    let sealed = key.seal(&mut OsRng, text.as_bytes());
    let sealed = sealed.map_err(|_| "the secret could not be sealed".to_owned())?;
    Ok(STANDARD.encode(sealed))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crypto_box::SecretKey;

    #[test]
    fn the_private_key_alone_opens() {
        let secret = SecretKey::generate(&mut OsRng);
        let key = STANDARD.encode(secret.public_key().as_bytes());
        let sealed = seal("hunter2", &key).unwrap();
        assert_ne!(sealed, seal("hunter2", &key).unwrap());
        let bytes = STANDARD.decode(sealed).unwrap();
        assert_eq!(secret.unseal(&bytes).unwrap(), b"hunter2");
        assert!(SecretKey::generate(&mut OsRng).unseal(&bytes).is_err());
        assert!(seal("x", "AAAA").is_err() && seal("x", "no base64").is_err());
    }
}
