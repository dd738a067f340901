//! The keys that seal: those of the configuration, or one beside an SQLite file.

use crate::config::{Config, Database, Secret};
use anyhow::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::{SecureRandom, SystemRandom};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// The keys of an installation, for each purpose the one that seals first; none stands for one that
/// is lost with the process.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys {
    pub tasks: Vec<Secret>,
    pub identity: Vec<Secret>,
}

/// The keys of an installation. Where one of the two is not configured, the other serves both.
///
/// # Errors
/// When the file beside the database can neither be read nor made.
pub fn keys(config: &Config, database: &Database) -> anyhow::Result<Keys> {
    let (tasks, identity) = (&config.scaffolder.keys, &config.auth.secrets);
    let or = |first: &[Secret], second: &[Secret]| {
        if first.is_empty() { second } else { first }.to_vec()
    };
    if !tasks.is_empty() || !identity.is_empty() {
        return Ok(Keys {
            tasks: or(tasks, identity),
            identity: or(identity, tasks),
        });
    }
    let Database::SqliteFile(database) = database else {
        tracing::info!(
            "secrets of tasks and tokens of people do not outlive this process: set 'auth.session.secret' to change that"
        );
        return Ok(Keys::default());
    };
    let mut file = database.clone().into_os_string();
    file.push(".key");
    let file = Path::new(&file);
    let key = read_or_make(file).with_context(|| {
        format!(
            "the key of what is kept secret, {}, can neither be read nor made; set 'auth.session.secret'",
            file.display()
        )
    })?;
    Ok(Keys {
        tasks: vec![key.clone()],
        identity: vec![key],
    })
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
        let config = Config::default();
        let first = keys(&config, &database).expect("a key");
        assert_eq!(first, keys(&config, &database).expect("the same"));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let file = folder.path().join("callboard.db.key");
            let mode = fs::metadata(file).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }

    #[test]
    fn what_is_configured_for_one_purpose_serves_both() {
        let mut config = Config::default();
        config.auth.secrets = vec![Secret::new("one")];
        let both = keys(&config, &Database::SqliteMemory).expect("a key");
        assert_eq!(both.tasks, both.identity);
        config.scaffolder.keys = vec![Secret::new("two")];
        let each = keys(&config, &Database::SqliteMemory).expect("keys");
        assert_eq!(
            (&*each.tasks, &*each.identity),
            (&[Secret::new("two")][..], &[Secret::new("one")][..])
        );
    }
}
