//! Files under names that change with their content, each with its compressed forms beside it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use walkdir::WalkDir;

use super::relative;
use crate::hash::hash;

const MANIFEST: &str = "manifest.json";

/// What compression saves little on is compressed already.
const COMPRESSIBLE: [&str; 8] = ["css", "html", "js", "json", "svg", "txt", "wasm", "xml"];

/// How hard to compress.
#[derive(Clone, Copy)]
pub(super) enum Effort {
    /// For a file that is replaced before anyone measures it.
    Least,
    Most,
}

#[derive(Clone, Copy)]
pub(super) struct Size {
    pub(super) plain: u64,
    pub(super) brotli: u64,
}

/// Fills a folder. A file that is there already is not written again: its name vouches for it.
pub(super) struct Publisher {
    folder: PathBuf,
    /// Plain name to hashed name.
    names: BTreeMap<String, String>,
    sizes: BTreeMap<String, Size>,
    keep: BTreeSet<String>,
}

impl Publisher {
    pub(super) fn new(folder: PathBuf) -> Result<Self> {
        fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(Self {
            folder,
            names: BTreeMap::new(),
            sizes: BTreeMap::new(),
            keep: BTreeSet::from([MANIFEST.to_owned()]),
        })
    }

    /// The name under which a file was published.
    pub(super) fn hashed(&self, name: &str) -> Option<String> {
        self.names.get(name).cloned()
    }

    pub(super) fn put(&mut self, name: &str, content: &[u8], effort: Effort) -> Result<()> {
        let hashed = hashed_name(name, &hash(content));
        self.write(&hashed, || Ok(content.to_vec()))?;
        if is_compressible(name) {
            self.write(&format!("{hashed}.gz"), || gzip(content, effort))?;
            let brotli = self.write(&format!("{hashed}.br"), || brotli(content, effort))?;
            let plain = content.len() as u64;
            self.sizes.insert(name.to_owned(), Size { plain, brotli });
        }
        self.names.insert(name.to_owned(), hashed);
        Ok(())
    }

    /// Writes the manifest, removes what an earlier build left, and tells the compressible sizes.
    pub(super) fn finish(self) -> Result<BTreeMap<String, Size>> {
        let manifest = serde_json::to_string_pretty(&self.names)? + "\n";
        let path = self.folder.join(MANIFEST);
        // An untouched manifest tells cargo that the server need not be built again.
        if fs::read_to_string(&path).is_ok_and(|old| old == manifest) {
            return Ok(self.sizes);
        }
        write_whole(&path, manifest.as_bytes())?;
        for entry in WalkDir::new(&self.folder) {
            let entry = entry?;
            let name = relative(entry.path(), &self.folder);
            if entry.file_type().is_file() && !self.keep.contains(&name) {
                fs::remove_file(entry.path())?;
            }
        }
        Ok(self.sizes)
    }

    /// Returns the size of the file.
    fn write(&mut self, name: &str, content: impl FnOnce() -> Result<Vec<u8>>) -> Result<u64> {
        let path = self.folder.join(name);
        self.keep.insert(name.to_owned());
        if let Ok(there) = fs::metadata(&path) {
            return Ok(there.len());
        }
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        let content = content()?;
        write_whole(&path, &content)?;
        Ok(content.len() as u64)
    }
}

/// `fonts/inter.woff2` becomes `fonts/inter.<hash>.woff2`.
fn hashed_name(name: &str, hash: &str) -> String {
    let file = name.rfind('/').map_or(0, |slash| slash + 1);
    match name[file..].rfind('.') {
        Some(dot) => {
            let (stem, extension) = name.split_at(file + dot);
            format!("{stem}.{hash}{extension}")
        }
        None => format!("{name}.{hash}"),
    }
}

fn is_compressible(name: &str) -> bool {
    name.rsplit_once('.')
        .is_some_and(|(_, extension)| COMPRESSIBLE.contains(&extension))
}

fn gzip(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let level = match effort {
        Effort::Least => Compression::fast(),
        Effort::Most => Compression::best(),
    };
    let mut encoder = GzEncoder::new(Vec::new(), level);
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

fn brotli(content: &[u8], effort: Effort) -> Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: match effort {
            Effort::Least => 2,
            Effort::Most => 11,
        },
        lgwin: 22,
        size_hint: content.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*content, &mut compressed, &params)?;
    Ok(compressed)
}

/// Writes beside and renames, so that nobody ever sees half a file.
fn write_whole(path: &Path, content: &[u8]) -> Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    fs::write(&beside, content)
        .and_then(|()| fs::rename(&beside, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::hashed_name;

    #[test]
    fn the_hash_stands_before_the_extension() {
        let check = |name, expected| assert_eq!(hashed_name(name, "0a1b"), expected);
        check("app.css", "app.0a1b.css");
        check("fonts/inter.woff2", "fonts/inter.0a1b.woff2");
        check("fonts/inter.LICENSE.txt", "fonts/inter.LICENSE.0a1b.txt");
        check("v1.2/robots", "v1.2/robots.0a1b");
    }
}
