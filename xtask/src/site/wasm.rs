//! The program that runs in the browser and the JavaScript that starts it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::Profile;
use crate::hash::hash;
use crate::process;
use crate::progress::note;
use crate::setup::wasm_target::{TRIPLE, WasmTarget};
use crate::workspace::Workspace;

/// The file names of the two parts in the folder that [`bind`] returns.
pub(super) const SCRIPT: &str = "frontend.js";
pub(super) const PROGRAM: &str = "frontend_bg.wasm";

/// Compiles `frontend` and returns the file that cargo wrote.
pub(super) fn compile(
    workspace: &Workspace,
    target: &WasmTarget,
    profile: Profile,
) -> Result<PathBuf> {
    let (name, folder) = match profile {
        Profile::Dev => ("dev", "debug"),
        Profile::Release => ("wasm-release", "wasm-release"),
    };
    let mut command = workspace.cargo();
    // Alone in its invocation: built together with the server, both would get the other's features.
    command
        .args(["build", "--package", "frontend", "--lib"])
        .args(["--target", TRIPLE, "--profile", name])
        // wasm-bindgen drops debug information, after taking seconds to read it.
        .env("CARGO_PROFILE_DEV_DEBUG", "false");
    target.configure(&mut command);
    process::run(&mut command)?;
    Ok(workspace
        .target
        .join(TRIPLE)
        .join(folder)
        .join("frontend.wasm"))
}

/// Writes the script and the program that belongs to it into a folder of `cache` and returns that.
/// Does nothing when the folder was made from the same input.
pub(super) fn bind(wasm: &Path, cache: &Path, profile: Profile) -> Result<PathBuf> {
    let input = fs::read(wasm).with_context(|| format!("cannot read {}", wasm.display()))?;
    let folder = cache.join(match profile {
        Profile::Dev => "bindings-dev",
        Profile::Release => "bindings-release",
    });
    let mark = folder.join("made-from");
    // The input carries the version of wasm-bindgen in it, so its hash says all.
    let key = hash(&input);
    if fs::read_to_string(&mark).is_ok_and(|made_from| made_from == key) {
        note("unchanged");
        return Ok(folder);
    }

    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    Bindgen::new()
        .input_bytes("frontend", input)
        .web(true)?
        .typescript(false)
        // The page names the program, under its hashed name.
        .omit_default_module_path(true)
        .remove_name_section(profile == Profile::Release)
        .remove_producers_section(profile == Profile::Release)
        .generate(&folder)
        .context("wasm-bindgen cannot read the browser program")?;
    // Last, so that a run which was interrupted is not taken for a complete one.
    fs::write(mark, key)?;
    Ok(folder)
}
