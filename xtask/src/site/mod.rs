//! Everything a browser downloads, in `target/site`: hashed, compressed and listed in
//! `manifest.json`, which maps a plain name to the hashed one.
//!
//! To add a file, put it into `public/`; the server finds it in the manifest under its path there.

mod budget;
#[cfg(test)]
mod class_rule;
mod classes;
mod css;
mod publish;
mod wasm;

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use walkdir::WalkDir;

pub(crate) use self::budget::check as check_budget;
use self::publish::{Effort, Publisher};
use crate::progress::{human_size, note, step};
use crate::setup::wasm_target;
use crate::workspace::Workspace;

/// How the browser program is built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build, with names in its stack traces.
    Dev,
    /// Small first.
    Release,
}

/// What every first visit downloads beside the page itself.
const PROGRAM_FILES: [&str; 3] = ["app.css", "frontend.js", "frontend.wasm"];

/// Builds what has changed since the last time. Returns how many bytes style, script and program
/// have together, compressed.
pub(crate) fn build(workspace: &Workspace, profile: Profile) -> Result<u64> {
    let target = wasm_target::ensure(workspace)?;
    let wasm = step("Browser program", || {
        wasm::compile(workspace, &target, profile)
    })?;
    let bindings = step("JavaScript bindings", || {
        wasm::bind(&wasm, &workspace.target.join("site-cache"), profile)
    })?;
    step("Stylesheet, fonts and compression", || {
        let mut publisher = Publisher::new(workspace.site())?;
        publish_folder(&mut publisher, &workspace.root.join("public"))?;
        publish_bindings(&mut publisher, &bindings, profile)?;
        let css = css::Style::load(&workspace.root)?.render(&workspace.root)?;
        let css = css::resolve_urls(&css, |name| publisher.hashed(name))?;
        publisher.put("app.css", css.as_bytes(), Effort::Most)?;
        let sizes = publisher.finish()?;
        let mut total = 0;
        for name in PROGRAM_FILES {
            let size = sizes[name];
            total += size.brotli;
            note(&format!(
                "{name}: {}, {} as brotli",
                human_size(size.plain),
                human_size(size.brotli)
            ));
        }
        Ok(total)
    })
}

fn publish_folder(publisher: &mut Publisher, folder: &Path) -> Result<()> {
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry.with_context(|| format!("cannot read {}", folder.display()))?;
        if entry.file_type().is_file() {
            let name = relative(entry.path(), folder);
            publisher.put(&name, &fs::read(entry.path())?, Effort::Most)?;
        }
    }
    Ok(())
}

/// The main script imports snippets by their path, so these get their hashed names first.
fn publish_bindings(publisher: &mut Publisher, folder: &Path, profile: Profile) -> Result<()> {
    let mut script = fs::read_to_string(folder.join(wasm::SCRIPT))?;
    let snippets = folder.join("snippets");
    if snippets.exists() {
        publish_folder(publisher, &snippets)?;
        for entry in WalkDir::new(&snippets) {
            let entry = entry?;
            if entry.file_type().is_file() {
                let name = relative(entry.path(), &snippets);
                let hashed = publisher.hashed(&name).unwrap_or_default();
                script = script.replace(&format!("./snippets/{name}"), &format!("./{hashed}"));
            }
        }
    }
    publisher.put("frontend.js", script.as_bytes(), Effort::Most)?;

    let program = fs::read(folder.join(wasm::PROGRAM))?;
    let effort = match profile {
        Profile::Dev => Effort::Least,
        Profile::Release => Effort::Most,
    };
    publisher.put("frontend.wasm", &program, effort)
}

/// The path below `folder` with `/` between its parts.
fn relative(path: &Path, folder: &Path) -> String {
    let path = path.strip_prefix(folder).unwrap_or(path);
    path.iter()
        .map(|part| part.to_string_lossy())
        .collect::<Vec<_>>()
        .join("/")
}
