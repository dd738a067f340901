//! Embeds the browser files and the migrations anew whenever they change.

use std::path::Path;
use std::{fs, io};

fn main() -> io::Result<()> {
    let site = Path::new("../target/site");
    let manifest = site.join("manifest.json");
    // Without a site the server can still be built and tested; it says at start that it has none.
    if !manifest.exists() {
        fs::create_dir_all(site)?;
        fs::write(&manifest, "{}")?;
    }
    println!("cargo:rerun-if-changed={}", manifest.display());
    println!("cargo:rerun-if-changed=../migrations");
    Ok(())
}
