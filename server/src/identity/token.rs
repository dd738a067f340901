//! Random texts that let somebody in, and what is kept of them.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A text that nobody can guess: 256 bits, in 43 characters that fit into a URL and a cookie.
///
/// # Panics
/// When the system has no random numbers.
pub fn random() -> String {
    let mut bytes = [0; 32];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the system has random numbers");
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What is kept of such a text: SHA-256, hex. It needs no salt, for nobody can guess the text.
pub fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_are_alike_and_a_hash_tells_nothing() {
        let (one, other) = (random(), random());
        assert_eq!(one.len(), 43);
        assert_ne!(one, other);
        assert_eq!(hash(&one), hash(&one));
        assert_eq!(
            hash("abc"),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
