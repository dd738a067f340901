//! A short name for a content.

use sha2::{Digest as _, Sha256};

/// Sixteen hexadecimal digits that stand for the content.
pub(crate) fn hash(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    format!("{:016x}", u64::from_be_bytes(first))
}
