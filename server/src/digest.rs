//! Fingerprints of content, as lower-case hexadecimal.

use sha1::Sha1;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// SHA-1, where clients expect it: etags and generated names. It protects nothing.
pub fn sha1_hex(content: impl AsRef<[u8]>) -> String {
    hex(&Sha1::digest(content))
}

/// SHA-256, to tell whether content has changed.
pub fn sha256_hex(content: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(content))
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        write!(text, "{byte:02x}").expect("writing into a string cannot fail");
    }
    text
}
