//! Keeps secrets in the database so that the database alone does not tell them.
//!
//! AES-256-GCM with a random nonce; what a text belongs to is sealed in with it, so that it cannot be
//! moved to another owner. Keys come from the configuration: the first seals, all of them open, so
//! that a new one can be put in front and the old one taken away when nothing needs it any more.

mod keys;

pub use keys::{Keys, keys};

use crate::config::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a seal is for. Not a secret: tells keys of one purpose from those of another that are made of
/// the same text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What tasks are given and must not tell.
    Tasks,
    /// What people are signed in with.
    Identity,
}

/// Seals and opens.
#[derive(Clone)]
pub struct Seal {
    keys: Arc<[LessSafeKey]>,
    random: SystemRandom,
}

/// What was sealed cannot be opened: the key is not among those that are configured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "what was kept as a secret cannot be read: the key that sealed it is not among those of the configuration \
     any more ('scaffolder.secrets.keys' for tasks, 'auth.session.secret' for who is signed in)"
)]
pub struct CannotOpen;

impl Seal {
    /// With the keys that are configured; without any, one that lasts as long as the process.
    ///
    /// # Panics
    /// When the system has no random numbers.
    pub fn new(purpose: Purpose, keys: &[Secret]) -> Self {
        let random = SystemRandom::new();
        let mut made: Vec<LessSafeKey> = keys
            .iter()
            .map(|text| key(purpose, text.expose().as_bytes()))
            .collect();
        if made.is_empty() {
            let mut bytes = [0; 32];
            random
                .fill(&mut bytes)
                .expect("the system has random numbers");
            made.push(key(purpose, &bytes));
        }
        Self {
            keys: made.into(),
            random,
        }
    }

    /// Seals bytes as a part of `owner`.
    ///
    /// # Panics
    /// When the system has no random numbers.
    pub fn seal(&self, owner: &str, bytes: &[u8]) -> Vec<u8> {
        let mut nonce = [0; NONCE_LEN];
        self.random
            .fill(&mut nonce)
            .expect("the system has random numbers");
        let mut sealed = bytes.to_vec();
        self.keys[0]
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(owner.as_bytes()),
                &mut sealed,
            )
            .expect("what is kept is below 64 GB");
        let mut out = nonce.to_vec();
        out.append(&mut sealed);
        out
    }

    /// Opens what [`Seal::seal`] has sealed for the same owner.
    ///
    /// # Errors
    /// [`CannotOpen`] when no key fits, or the bytes are not what was sealed.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Result<Vec<u8>, CannotOpen> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE_LEN).ok_or(CannotOpen)?;
        for key in self.keys.iter() {
            let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| CannotOpen)?;
            let mut bytes = sealed.to_vec();
            if let Ok(opened) = key.open_in_place(nonce, Aad::from(owner.as_bytes()), &mut bytes) {
                return Ok(opened.to_vec());
            }
        }
        Err(CannotOpen)
    }

    /// The same as text.
    pub fn seal_text(&self, owner: &str, text: &str) -> String {
        STANDARD.encode(self.seal(owner, text.as_bytes()))
    }

    /// Opens what [`Seal::seal_text`] has sealed.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open_text(&self, owner: &str, sealed: &str) -> Result<String, CannotOpen> {
        let sealed = STANDARD.decode(sealed).map_err(|_| CannotOpen)?;
        String::from_utf8(self.open(owner, &sealed)?).map_err(|_| CannotOpen)
    }
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Tasks => b"callboard scaffolder secrets 1",
            Self::Identity => b"callboard identity 1",
        }
    }
}

fn key(purpose: Purpose, text: &[u8]) -> LessSafeKey {
    let mut hash = Sha256::new();
    hash.update(purpose.label());
    hash.update(text);
    let key = UnboundKey::new(&AES_256_GCM, &hash.finalize()).expect("a hash is as long as a key");
    LessSafeKey::new(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_owner_and_a_known_key_open() {
        let old = Seal::new(Purpose::Tasks, &[Secret::new("old")]);
        let sealed = old.seal_text("task-1", "hunter2");
        assert!(!sealed.contains("hunter2"));
        assert_eq!(old.open_text("task-1", &sealed).as_deref(), Ok("hunter2"));
        assert_eq!(old.open_text("task-2", &sealed), Err(CannotOpen));
        assert_ne!(
            sealed,
            old.seal_text("task-1", "hunter2"),
            "no two are alike"
        );

        let both = Seal::new(Purpose::Tasks, &[Secret::new("new"), Secret::new("old")]);
        assert_eq!(both.open_text("task-1", &sealed).as_deref(), Ok("hunter2"));
        let new = Seal::new(Purpose::Tasks, &[Secret::new("new")]);
        assert_eq!(new.open_text("task-1", &sealed), Err(CannotOpen));
        assert_eq!(new.open_text("task-1", "AAAA"), Err(CannotOpen));
        let other = Seal::new(Purpose::Identity, &[Secret::new("old")]);
        assert_eq!(other.open_text("task-1", &sealed), Err(CannotOpen));
    }
}
