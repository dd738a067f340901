//! The standard library for `wasm32-unknown-unknown`, with or without rustup.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::{rust_src, sysroot};
use crate::hash::hash;
use crate::process;
use crate::progress::{note, step};
use crate::workspace::Workspace;

pub(crate) const TRIPLE: &str = "wasm32-unknown-unknown";

/// rustup answers within a second or two when its server can be reached at all.
const RUSTUP_LIMIT: Duration = Duration::from_secs(20);

const RUSTFLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";

/// A compiler that can build for the browser.
pub(crate) struct WasmTarget {
    /// Our own sysroot, when the compiler's does not have the target.
    sysroot: Option<PathBuf>,
}

impl WasmTarget {
    /// Makes a cargo command with `--target wasm32-unknown-unknown` find the standard library, and keeps
    /// the folders of this machine out of what it builds.
    pub(crate) fn configure(&self, command: &mut Command) {
        let mut added = without_folders();
        if let Some(sysroot) = &self.sysroot {
            added.push(format!("--sysroot={}", sysroot.to_string_lossy()));
        }
        // Cargo takes its flags from one place only: what these two say would hide the third.
        let inherited = [
            env::var("CARGO_ENCODED_RUSTFLAGS").map(|flags| flags.replace('\u{1f}', " ")),
            env::var("RUSTFLAGS"),
            env::var(RUSTFLAGS),
        ];
        let flags = inherited.into_iter().flatten().take(1);
        let flags: Vec<String> = flags.chain(added).collect();
        command
            .env_remove("CARGO_ENCODED_RUSTFLAGS")
            .env_remove("RUSTFLAGS")
            .env(RUSTFLAGS, flags.join(" "));
    }
}

/// Flags that make the sources of dependencies be named `leptos-0.8.0/src/lib.rs`, wherever cargo keeps
/// them: a panic names its source, so that the program would else say, at some length, who built it.
fn without_folders() -> Vec<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let registries = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut folders: Vec<String> = registries
        .into_iter()
        .flatten()
        .filter_map(|folder| folder.ok()?.path().into_os_string().into_string().ok())
        // Flags are told apart by spaces, and a folder from its new name by the last `=`.
        .filter(|folder| !folder.contains([' ', '=']))
        .collect();
    // Other flags are another build.
    folders.sort();
    let flag = |folder: String| format!("--remap-path-prefix={folder}/=");
    folders.into_iter().map(flag).collect()
}

/// What the installed compiler says of itself.
pub(super) struct Toolchain {
    /// `1.95.0`
    pub(super) release: String,
    pub(super) sysroot: PathBuf,
    /// Changes with every compiler: build output of one is of no use to another.
    key: String,
}

impl Toolchain {
    fn detect() -> Result<Self> {
        let verbose = rustc(&["-vV"])?;
        let sysroot = PathBuf::from(rustc(&["--print", "sysroot"])?.trim());
        let release = verbose
            .lines()
            .find_map(|line| line.strip_prefix("release: "))
            .context("`rustc -vV` names no release")?
            .to_owned();
        let key = hash(format!("{verbose}{}", sysroot.display()).as_bytes());
        Ok(Self {
            release,
            sysroot,
            key,
        })
    }

    fn has_target(&self) -> bool {
        has_std(&self.sysroot.join("lib/rustlib").join(TRIPLE).join("lib"))
    }
}

/// Finds or makes the target. Instant when an earlier call has made it.
pub(crate) fn ensure(workspace: &Workspace) -> Result<WasmTarget> {
    let toolchain = Toolchain::detect()?;
    if toolchain.has_target() {
        return Ok(WasmTarget { sysroot: None });
    }
    let home = workspace.target.join("wasm-sysroot");
    let private = home.join(&toolchain.key);
    if !private.exists() {
        step("WebAssembly target for the compiler", || {
            provide(&toolchain, &home, &private)
        })?;
    }
    let sysroot = private.exists().then_some(private);
    Ok(WasmTarget { sysroot })
}

/// Tries one way after the other until the target is there, in the compiler's sysroot or ours.
fn provide(toolchain: &Toolchain, home: &Path, private: &Path) -> Result<()> {
    let work = home.join(format!("making-{}", std::process::id()));
    // Left behind only by a run with the same process id that was interrupted.
    let _ = fs::remove_dir_all(&work);
    fs::create_dir_all(&work).with_context(|| format!("cannot create {}", work.display()))?;

    let mut tried = Vec::new();
    let outcome = match rustup(toolchain, &work) {
        Ok(()) => Ok(()),
        Err(error) => {
            note("rustup cannot provide it, looking for the library's source");
            tried.push(format!("{error:#}"));
            from_source(toolchain, &work, private, &mut tried)
        }
    };
    // What is left there is of no further use, and a failure to tidy up is no failure.
    let _ = fs::remove_dir_all(&work);
    outcome
}

fn rustup(toolchain: &Toolchain, work: &Path) -> Result<()> {
    note("asking rustup for it");
    let mut command = Command::new("rustup");
    command.args(["target", "add", TRIPLE]);
    process::run_quietly(&mut command, RUSTUP_LIMIT, &work.join("rustup.log"))?;
    anyhow::ensure!(
        toolchain.has_target(),
        "`rustup target add {TRIPLE}` succeeded, but for another compiler than the one in {}",
        toolchain.sysroot.display()
    );
    Ok(())
}

fn from_source(
    toolchain: &Toolchain,
    work: &Path,
    private: &Path,
    tried: &mut Vec<String>,
) -> Result<()> {
    if let Some(library) = rust_src::find(toolchain, work, tried) {
        match sysroot::build(&toolchain.sysroot, &library, work) {
            Ok(made) => {
                return fs::rename(&made, private).or_else(|error| {
                    // Another run was faster.
                    if private.exists() {
                        Ok(())
                    } else {
                        Err(error).context("cannot put the new sysroot in place")
                    }
                });
            }
            Err(error) => tried.push(format!("{error:#}")),
        }
    }
    bail!(
        "the compiler (Rust {release}, {sysroot}) has no standard library for {TRIPLE}, and none \
         could be made.\n\nTried:\n{tried}\n\nTo go on, do one of these and start again:\n\
         - with rustup and its server in reach: rustup target add {TRIPLE}\n\
         - with rustup: rustup component add rust-src\n\
         - on Debian: make a suite that has `rust-src` {release} known to apt, or install that package",
        release = toolchain.release,
        sysroot = toolchain.sysroot.display(),
        tried = tried
            .iter()
            .map(|failure| format!("- {}", failure.replace('\n', "\n  ")))
            .collect::<Vec<_>>()
            .join("\n"),
    );
}

fn has_std(lib: &Path) -> bool {
    fs::read_dir(lib).is_ok_and(|mut entries| {
        entries.any(|entry| {
            entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
    })
}

fn rustc(args: &[&str]) -> Result<String> {
    let output = Command::new("rustc")
        .args(args)
        .output()
        .context("cannot start rustc")?;
    anyhow::ensure!(output.status.success(), "`rustc {}` failed", args.join(" "));
    Ok(String::from_utf8(output.stdout)?)
}
