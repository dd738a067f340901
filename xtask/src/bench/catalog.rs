//! The catalog that is measured with: any size, dense relations, the same text every time.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::document::{Names, documents};
use super::random::Random;

const PER_FILE: usize = 100;

/// A catalog on disk.
pub(super) struct Catalog {
    /// The Location that names all the files.
    pub(super) location: PathBuf,
    pub(super) names: Names,
    /// How many sources there are: the files and the Location.
    pub(super) sources: u64,
}

impl Catalog {
    /// Changes the content of every file, and of every entity in it. Returns how many files.
    pub(super) fn touch(&self, time: usize) -> Result<usize> {
        let mut files = 0;
        for entry in fs::read_dir(
            self.location
                .parent()
                .context("the Location is in a folder")?,
        )? {
            let path = entry?.path();
            if path == self.location {
                continue;
            }
            let text = fs::read_to_string(&path)?;
            let touched: String = text
                .split_inclusive('\n')
                .map(
                    |line| match line.strip_prefix("    example.com/touched: ") {
                        Some(_) => String::new(),
                        None if line == "  annotations:\n" => {
                            format!("{line}    example.com/touched: t{time}\n")
                        }
                        None => line.to_owned(),
                    },
                )
                .collect();
            fs::write(&path, touched)?;
            files += 1;
        }
        Ok(files)
    }
}

/// Writes a catalog of that many entities, beside which there is one Location, into `folder`.
pub(super) fn write(folder: &Path, entities: usize) -> Result<Catalog> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut random = Random::seeded(7);
    let names = Names::new(entities, &mut random);
    let mut documents = documents(&names, &mut random);
    // Files hold what belongs to a repository, not a kind each.
    random.shuffle(&mut documents);

    let mut location = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: bench\nspec:\n  type: file\n  targets:\n",
    );
    for (number, part) in documents.chunks(PER_FILE).enumerate() {
        let name = format!("part-{number:05}.yaml");
        fs::write(folder.join(&name), part.join("---\n"))?;
        writeln!(location, "    - ./{name}")?;
    }
    fs::write(folder.join("form.yaml"), super::form::document())?;
    location.push_str("    - ./form.yaml\n");
    let path = folder.join("all.yaml");
    fs::write(&path, location)?;
    Ok(Catalog {
        location: path,
        names,
        sources: 2 + u64::try_from(documents.len().div_ceil(PER_FILE))?,
    })
}
