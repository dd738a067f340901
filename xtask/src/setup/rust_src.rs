//! The source of the standard library, of exactly the compiler's version.

use std::fs;
use std::path::{Path, PathBuf};

use super::apt;
use super::wasm_target::Toolchain;
use crate::progress::note;

/// Returns a folder `library`, or adds to `tried` why there is none.
pub(super) fn find(toolchain: &Toolchain, work: &Path, tried: &mut Vec<String>) -> Option<PathBuf> {
    let installed = [
        toolchain.sysroot.join("lib/rustlib/src/rust/library"),
        debian_folder(Path::new("/"), &toolchain.release),
    ];
    for library in installed {
        if is_library(&library) {
            note(&format!("source found in {}", library.display()));
            return Some(library);
        }
        tried.push(format!("no source in {}", library.display()));
    }

    let unpacked = work.join("rust-src");
    match apt::fetch("rust-src", &toolchain.release, work, &unpacked) {
        Ok(()) => {
            let library = debian_folder(&unpacked, &toolchain.release);
            if is_library(&library) {
                return Some(library);
            }
            tried.push(format!(
                "Debian's rust-src {} has no {}",
                toolchain.release,
                library
                    .strip_prefix(&unpacked)
                    .unwrap_or(&library)
                    .display()
            ));
        }
        Err(error) => tried.push(format!("{error:#}")),
    }
    None
}

/// Where Debian's package puts the library: `usr/src/rustc-1.95.0/library`.
fn debian_folder(root: &Path, release: &str) -> PathBuf {
    root.join(format!("usr/src/rustc-{release}/library"))
}

fn is_library(folder: &Path) -> bool {
    fs::exists(folder.join("std/Cargo.toml")).unwrap_or(false)
        && fs::exists(folder.join("Cargo.lock")).unwrap_or(false)
}
