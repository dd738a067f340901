//! Objects: blobs, trees, commits and tags, each in a file named by its content.

use super::Git;
use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};
use std::io::{Read, Write};
use std::path::PathBuf;

/// The largest object that is read, as GitHub has it for blobs.
const LARGEST: u64 = 100 * 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Blob,
    Tree,
    Commit,
    Tag,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Blob => "blob",
            Self::Tree => "tree",
            Self::Commit => "commit",
            Self::Tag => "tag",
        }
    }

    fn of(name: &[u8]) -> Option<Self> {
        [Self::Blob, Self::Tree, Self::Commit, Self::Tag]
            .into_iter()
            .find(|it| it.name().as_bytes() == name)
    }
}

/// Whether this is the whole name of an object.
pub(crate) fn is_sha(text: &str) -> bool {
    text.len() == 40 && text.bytes().all(|it| it.is_ascii_hexdigit())
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"))
}

impl Git {
    /// Keeps an object and returns its name.
    pub(crate) fn write(&self, kind: Kind, content: &[u8]) -> String {
        let head = format!("{} {}\0", kind.name(), content.len());
        let mut digest = Sha1::new();
        digest.update(head.as_bytes());
        digest.update(content);
        let sha = hex(&digest.finalize());
        let path = self.object_path(&sha);
        if path.exists() {
            return sha;
        }
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        let mut packed = ZlibEncoder::new(Vec::new(), Compression::fast());
        packed.write_all(head.as_bytes()).unwrap();
        packed.write_all(content).unwrap();
        // Whoever reads meanwhile sees all of it or nothing.
        let mut file = tempfile::NamedTempFile::new_in(&self.folder).unwrap();
        file.write_all(&packed.finish().unwrap()).unwrap();
        file.persist(path).unwrap();
        sha
    }

    /// What an object is and holds; nothing where there is none.
    pub(crate) fn read(&self, sha: &str) -> Option<(Kind, Vec<u8>)> {
        if !is_sha(sha) {
            return None;
        }
        let file = std::fs::File::open(self.object_path(&sha.to_lowercase())).ok()?;
        let mut bytes = Vec::new();
        let mut all = ZlibDecoder::new(file).take(LARGEST);
        all.read_to_end(&mut bytes).ok()?;
        let end = bytes.iter().position(|it| *it == 0)?;
        let mut head = bytes[..end].split(|it| *it == b' ');
        let kind = Kind::of(head.next()?)?;
        Some((kind, bytes.split_off(end + 1)))
    }

    /// What a blob holds.
    pub(crate) fn blob(&self, sha: &str) -> Option<Vec<u8>> {
        match self.read(sha)? {
            (Kind::Blob, content) => Some(content),
            _ => None,
        }
    }

    fn object_path(&self, sha: &str) -> PathBuf {
        let (start, rest) = sha.split_at(2);
        self.folder.join("objects").join(start).join(rest)
    }
}
