//! The keys that seal the secrets of tasks: those of the configuration, or one beside an SQLite file.

use crate::config::{Database, Scaffolder, Secret};
use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The keys of an installation, the one that seals first; none stands for one that is lost with the
/// process.
///
/// # Errors
/// When the file beside the database can neither be read nor made.
pub fn keys(settings: &Scaffolder, database: &Database) -> anyhow::Result<Vec<Secret>> {
    if !settings.keys.is_empty() {
        return Ok(settings.keys.clone());
    }
    let Database::SqliteFile(database) = database else {
        tracing::info!(
            "secrets of tasks do not outlive this process: set 'scaffolder.secrets.keys' to change that"
        );
        return Ok(Vec::new());
    };
    let mut file = database.clone().into_os_string();
    file.push(".key");
    let file = Path::new(&file);
    let key = read_or_make(file).with_context(|| {
        format!(
            "the key of the secrets of tasks, {}, can neither be read nor made; set 'scaffolder.secrets.keys'",
            file.display()
        )
    })?;
    Ok(vec![key])
}

fn read_or_make(file: &Path) -> anyhow::Result<Secret> {
    match fs::read_to_string(file) {
        Ok(text) => {
            let text = text.trim();
            anyhow::ensure!(!text.is_empty(), "it is empty");
            return Ok(Secret::new(text));
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error.into()),
    }
    let mut bytes = [0; 32];
    let random = SystemRandom::new().fill(&mut bytes);
    random.map_err(|_| anyhow::anyhow!("the system has no random numbers"))?;
    let text = STANDARD.encode(bytes);
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)?.write_all(text.as_bytes())?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_and_only_the_owner_reads_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::SqliteFile(folder.path().join("callboard.db"));
        let settings = Scaffolder::default();
        let first = keys(&settings, &database).expect("a key");
        assert_eq!(first, keys(&settings, &database).expect("the same"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = folder.path().join("callboard.db.key");
            let mode = fs::metadata(file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}
