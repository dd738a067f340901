//! Many objects as one file, as `git-receive-pack` takes them: each by itself, packed, no differences.

use super::object::{Id, Kind};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use sha1::{Digest, Sha1};
use std::collections::HashSet;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Arc;
use tempfile::NamedTempFile;

/// How large a pack may become, in bytes.
const LARGEST: u64 = 512 << 20;
const HEADER: u64 = 12;

/// Writes objects into a file, each once.
pub struct PackWriter {
    file: BufWriter<NamedTempFile>,
    known: HashSet<Id>,
    size: u64,
}

/// A finished pack.
#[derive(Debug, Clone)]
pub struct Pack {
    pub file: Arc<NamedTempFile>,
    /// In bytes.
    pub size: u64,
    pub objects: u32,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    #[error("what is to be pushed has more than {LARGEST} bytes when packed; publish less of it")]
    TooLarge,
    #[error("what is to be pushed cannot be written down: {0}")]
    Io(#[from] io::Error),
}

impl PackWriter {
    /// Begins a file in a folder.
    ///
    /// # Errors
    /// [`PackError::Io`].
    pub fn new(folder: &Path) -> Result<Self, PackError> {
        let file = tempfile::Builder::new()
            .prefix("callboard-pack-")
            .tempfile_in(folder)?;
        let mut file = BufWriter::new(file);
        file.write_all(&header(0))?;
        Ok(Self {
            file,
            known: HashSet::new(),
            size: HEADER,
        })
    }

    /// Adds an object and returns its name.
    ///
    /// # Errors
    /// [`PackError`].
    pub fn add(&mut self, kind: Kind, content: &[u8]) -> Result<Id, PackError> {
        let id = Id::of(kind, content);
        if !self.known.insert(id) {
            return Ok(id);
        }
        let mut packed = start(kind, content.len());
        let mut encoder = ZlibEncoder::new(&mut packed, Compression::default());
        encoder.write_all(content)?;
        encoder.finish()?;
        self.size += packed.len() as u64;
        if self.size > LARGEST {
            return Err(PackError::TooLarge);
        }
        self.file.write_all(&packed)?;
        Ok(id)
    }

    /// Ends the file: with how many objects there are, and the sum over all of it.
    ///
    /// # Errors
    /// [`PackError::Io`].
    pub fn finish(self) -> Result<Pack, PackError> {
        let objects = u32::try_from(self.known.len()).map_err(|_| PackError::TooLarge)?;
        let mut file = self
            .file
            .into_inner()
            .map_err(io::IntoInnerError::into_error)?;
        file.seek(SeekFrom::Start(0))?;
        file.write_all(&header(objects))?;
        file.seek(SeekFrom::Start(0))?;
        let mut hash = Sha1::new();
        let mut part = vec![0; 64 << 10];
        loop {
            let read = file.read(&mut part)?;
            if read == 0 {
                break;
            }
            hash.update(&part[..read]);
        }
        let sum = hash.finalize();
        file.write_all(&sum)?;
        file.flush()?;
        Ok(Pack {
            file: Arc::new(file),
            size: self.size + sum.len() as u64,
            objects,
        })
    }
}

fn header(objects: u32) -> [u8; 12] {
    let mut header = *b"PACK\0\0\0\x02\0\0\0\0";
    header[8..].copy_from_slice(&objects.to_be_bytes());
    header
}

/// The kind and size before an object: four bits of the size beside the kind, then seven in each
/// byte, the highest bit saying that there is another.
fn start(kind: Kind, size: usize) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, reason = "of few bits each")]
    let low = |size: usize, bits: usize| (size & bits) as u8;
    let mut bytes = Vec::new();
    let mut byte = kind.number() << 4 | low(size, 0x0f);
    let mut rest = size >> 4;
    while rest > 0 {
        bytes.push(byte | 0x80);
        byte = low(rest, 0x7f);
        rest >>= 7;
    }
    bytes.push(byte);
    bytes
}
