//! Has the system's allocator give back what is no longer needed.
//!
//! The allocator of glibc keeps what was freed for the next time: after a large catalog has been
//! read, twice of what the catalog itself takes. Two settings help, and it reads them only when a
//! process begins; so the program begins once more, as the same process, with them in place.

/// Blocks from 256 KB on are pages of their own, that go when they are freed; and threads share four
/// pools for the rest instead of having eight for each core. With two, those that answer and those that
/// read files wait for each other; with eight, there is more that nobody gives back.
const SETTINGS: &str = "glibc.malloc.mmap_threshold=262144:glibc.malloc.arena_max=4";
const VARIABLE: &str = "GLIBC_TUNABLES";

/// Begins once more with the allocator's settings, unless somebody has chosen others. Returns where
/// that cannot be done: then it goes on with more memory.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn settle() {
    use std::os::unix::process::CommandExt;

    let is_chosen = std::env::vars_os().any(|(name, _)| {
        let name = name.to_string_lossy();
        name == VARIABLE || name.starts_with("MALLOC_")
    });
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    if !is_chosen {
        let mut given = std::env::args_os();
        let mut again = std::process::Command::new(program);
        if let Some(name) = given.next() {
            again.arg0(name);
        }
        // Only returns when it fails.
        let _ = again.args(given).env(VARIABLE, SETTINGS).exec();
    }
}

/// Other allocators need nothing.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn settle() {}
