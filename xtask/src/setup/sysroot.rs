//! A sysroot of our own: the compiler's, plus a standard library for the browser.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::wasm_target::TRIPLE;
use crate::process;
use crate::progress::note;
use crate::workspace;

/// It takes 40 seconds on two cores; a busy machine gets its time.
const LIMIT: Duration = Duration::from_mins(15);

/// Compiles `library` and returns the folder of a complete sysroot inside `work`.
pub(super) fn build(real: &Path, library: &Path, work: &Path) -> Result<PathBuf> {
    note("compiling the standard library (under a minute on two free cores)");
    let rlibs = compile(library, work)?;
    let sysroot = work.join("sysroot");
    assemble(real, &rlibs, &sysroot)
        .with_context(|| format!("cannot put a sysroot together in {}", sysroot.display()))?;
    Ok(sysroot)
}

/// Builds an empty crate together with the standard library and returns the library's files.
fn compile(library: &Path, work: &Path) -> Result<Vec<PathBuf>> {
    let probe = work.join("probe");
    fs::create_dir_all(probe.join("src"))?;
    // A workspace of its own, else cargo takes it for a lost member of the one around it.
    let manifest =
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n";
    fs::write(probe.join("Cargo.toml"), manifest)?;
    fs::write(probe.join("src/lib.rs"), "")?;

    let target = work.join("target");
    let mut command = Command::new(workspace::cargo());
    command
        .current_dir(&probe)
        .args(["build", "--release", "--target", TRIPLE])
        .args(["-Z", "build-std=std,panic_abort,proc_macro,test"])
        .env("CARGO_TARGET_DIR", &target)
        // A stable compiler builds its own standard library with these two.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("__CARGO_TESTS_ONLY_SRC_ROOT", library)
        // Link-time optimisation of what is built on it reads the bitcode.
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .env_remove("CARGO_BUILD_TARGET");
    process::run_quietly(&mut command, LIMIT, &work.join("build-std.log"))
        .context("the standard library does not compile for the browser")?;

    let deps = target.join(TRIPLE).join("release/deps");
    let mut rlibs = Vec::new();
    for entry in fs::read_dir(&deps)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name.ends_with(".rlib") && !name.starts_with("libprobe-") {
            rlibs.push(path);
        }
    }
    anyhow::ensure!(
        !rlibs.is_empty(),
        "the build of the standard library left nothing in {}",
        deps.display()
    );
    Ok(rlibs)
}

/// Links to everything in the real sysroot, with the new target as the one addition.
fn assemble(real: &Path, rlibs: &[PathBuf], sysroot: &Path) -> Result<()> {
    let rustlib = Path::new("lib/rustlib");
    link_entries(real, sysroot, "lib")?;
    link_entries(&real.join("lib"), &sysroot.join("lib"), "rustlib")?;
    link_entries(&real.join(rustlib), &sysroot.join(rustlib), TRIPLE)?;

    let lib = sysroot.join(rustlib).join(TRIPLE).join("lib");
    fs::create_dir_all(&lib)?;
    for rlib in rlibs {
        fs::copy(rlib, lib.join(rlib.file_name().unwrap_or_default()))?;
    }
    Ok(())
}

fn link_entries(from: &Path, to: &Path, except: &str) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != OsStr::new(except) {
            symlink(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
