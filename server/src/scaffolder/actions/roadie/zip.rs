//! `roadiehq:utils:zip`.

use crate::scaffolder::actions::{Action, ActionError, Call};
use crate::scaffolder::workspace::{Entry, Inside, Kind, Workspace};
use futures::future::BoxFuture;
use serde::Deserialize;
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

/// See the head of this file.
pub(in super::super) struct Zip;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    path: String,
    output_path: String,
}

impl Action for Zip {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let input: Input = call.read()?;
            let (from, to) = (
                Inside::parse(&input.path)?,
                Inside::parse(&input.output_path)?,
            );
            let path = to.clone();
            let (packed, left_out) = call.blocking(move |files| pack(files, &from, &to)).await?;
            call.log.info(&format!("Packed {packed} files into {path}"));
            if left_out > 0 {
                call.log
                    .warn(&format!("{left_out} links are not in the archive"));
            }
            call.output("outputPath", path.as_str());
            Ok(())
        })
    }
}

/// Packs a file, or what is in a folder. Returns how many files are in the archive, and how many links
/// are not.
fn pack(files: &Workspace, from: &Inside, to: &Inside) -> Result<(usize, usize), ActionError> {
    let entries = if from.is_root() {
        files.walk(from)?
    } else {
        match files.find(from)? {
            Some(entry) if entry.kind == Kind::Folder => files.walk(from)?,
            Some(entry) => vec![entry],
            None => {
                return Err(ActionError::NotFound(format!(
                    "'{from}' does not exist, so it cannot be packed"
                )));
            }
        }
    };
    // An archive that was there before is no part of the new one.
    let entries = entries.iter().filter(|entry| entry.path != *to);
    let (packed, links): (Vec<&Entry>, Vec<&Entry>) =
        entries.partition(|entry| entry.kind != Kind::Link);
    // What is packed together is in memory: it is bounded as one file is.
    files.fits(to, packed.iter().map(|entry| entry.size).sum())?;
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let mut count = 0;
    for entry in packed {
        let name = name(entry, from);
        if entry.kind == Kind::Folder {
            archive
                .add_directory(name, SimpleFileOptions::default())
                .map_err(|error| failed(&error))?;
            continue;
        }
        let content = files.read(&entry.path)?;
        add(&mut archive, name, entry.executable, &content).map_err(|error| failed(&error))?;
        count += 1;
    }
    let archive = archive.finish().map_err(|error| failed(&error))?;
    files.write(to, archive.get_ref(), false)?;
    Ok((count, links.len()))
}

/// What something is called in the archive: a file by its name, what is in the folder by its path there.
fn name(entry: &Entry, from: &Inside) -> String {
    let path = entry.path.as_str();
    let below = path.strip_prefix(from.as_str()).unwrap_or(path);
    let below = below.trim_start_matches('/');
    if below.is_empty() {
        return entry.path.names().last().unwrap_or_default().to_owned();
    }
    below.to_owned()
}

fn add(
    archive: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: String,
    is_executable: bool,
    content: &[u8],
) -> ZipResult<()> {
    let mode = if is_executable { 0o755 } else { 0o644 };
    archive.start_file(name, SimpleFileOptions::default().unix_permissions(mode))?;
    archive.write_all(content)?;
    Ok(())
}

fn failed(error: &dyn std::fmt::Display) -> ActionError {
    ActionError::Failed(format!("the archive cannot be made: {error}"))
}
