//! One Debian package of one version, fetched and unpacked without installing anything.
//!
//! apt runs with a source list, package lists and a cache of our own. Signatures are checked with
//! the keyring that the machine's own sources name.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};

use super::apt_sources::{self, Mirror};
use crate::process;
use crate::progress::note;

/// Where a newer compiler than the machine's own release may be found, the likeliest first.
const SUITES: [&str; 7] = [
    "trixie-backports",
    "forky",
    "sid",
    "trixie",
    "bookworm-backports",
    "forky-backports",
    "bookworm",
];

const UPDATE_LIMIT: Duration = Duration::from_mins(2);
const DOWNLOAD_LIMIT: Duration = Duration::from_mins(5);

/// Unpacks `package` of upstream version `release` into the folder `unpacked`.
pub(super) fn fetch(package: &str, release: &str, work: &Path, unpacked: &Path) -> Result<()> {
    let mirrors = apt_sources::mirrors();
    if mirrors.is_empty() {
        bail!("apt's sources name no Debian mirror");
    }
    let mut failures = Vec::new();
    for mirror in &mirrors {
        for suite in SUITES {
            let apt = Apt::new(mirror, suite, work)?;
            match apt.version(package, release) {
                Ok(Some(version)) => {
                    note(&format!("Debian {suite} has {package} {version}"));
                    return apt.unpack(package, &version, unpacked);
                }
                Ok(None) => failures.push(format!("{suite} has another version")),
                Err(error) => failures.push(format!("{suite}: {}", gist(&format!("{error:#}")))),
            }
        }
    }
    bail!(
        "Debian's `{package}` {release} is in none of the suites of {}:\n{}",
        mirrors
            .iter()
            .map(|mirror| mirror.uri.as_str())
            .collect::<Vec<_>>()
            .join(", "),
        failures.join("\n")
    );
}

/// apt with everything that it reads and writes in a folder of ours.
struct Apt<'a> {
    work: &'a Path,
    options: Vec<String>,
}

impl<'a> Apt<'a> {
    fn new(mirror: &Mirror, suite: &str, work: &'a Path) -> Result<Self> {
        let home = work.join("apt").join(suite);
        for folder in ["lists/partial", "cache/archives/partial"] {
            let folder = home.join(folder);
            fs::create_dir_all(&folder)
                .with_context(|| format!("cannot create {}", folder.display()))?;
        }
        let list = home.join("sources.list");
        fs::write(&list, mirror.source_line(suite))?;
        let options = vec![
            format!("Dir::Etc::sourcelist={}", list.display()),
            "Dir::Etc::sourceparts=/dev/null".to_owned(),
            format!("Dir::State::lists={}", home.join("lists").display()),
            format!("Dir::Cache={}", home.join("cache").display()),
            "Acquire::Languages=none".to_owned(),
            // Else a mirror that cannot be reached looks like one without the package.
            "APT::Update::Error-Mode=any".to_owned(),
            "Acquire::Retries=1".to_owned(),
            "Acquire::http::Timeout=20".to_owned(),
            "Acquire::https::Timeout=20".to_owned(),
        ];
        Ok(Self { work, options })
    }

    /// The full version of the package whose upstream part is `release`.
    fn version(&self, package: &str, release: &str) -> Result<Option<String>> {
        let log = self.work.join("apt.log");
        process::run_quietly(self.command("apt-get").arg("update"), UPDATE_LIMIT, &log)?;
        let table = process::run_quietly(
            self.command("apt-cache").args(["madison", package]),
            UPDATE_LIMIT,
            &log,
        )?;
        Ok(version_in(&table, release))
    }

    fn unpack(&self, package: &str, version: &str, unpacked: &Path) -> Result<()> {
        let downloads = self.work.join("downloads");
        fs::create_dir_all(&downloads)?;
        let log = self.work.join("apt.log");
        process::run_quietly(
            self.command("apt-get")
                .arg("download")
                .arg(format!("{package}={version}"))
                .current_dir(&downloads),
            DOWNLOAD_LIMIT,
            &log,
        )?;
        let archive = fs::read_dir(&downloads)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|e| e == "deb"))
            .context("apt downloaded no package")?;
        let mut command = Command::new("dpkg-deb");
        command.arg("--extract").arg(archive).arg(unpacked);
        process::run_quietly(&mut command, DOWNLOAD_LIMIT, &log)?;
        Ok(())
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("LC_ALL", "C").current_dir(self.work);
        for option in &self.options {
            command.args(["-o", option]);
        }
        command
    }
}

/// apt's own word for what went wrong, without everything that went well.
fn gist(failure: &str) -> &str {
    failure
        .lines()
        .find(|line| line.starts_with("E: "))
        .unwrap_or(failure)
}

/// Reads `package | version | source` lines.
fn version_in(madison: &str, release: &str) -> Option<String> {
    madison
        .lines()
        .filter_map(|line| line.split('|').nth(1))
        .map(str::trim)
        .find(|version| {
            version.strip_prefix(release).is_some_and(|rest| {
                // 1.95.0+dfsg1-2, 1.95.0-1, 1.95.0~beta.1 is something else
                rest.starts_with(['+', '-'])
            })
        })
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::version_in;

    const MADISON: &str = "\
  rust-src | 1.96.0+dfsg1-1 | http://deb.debian.org/debian sid/main amd64 Packages
  rust-src | 1.95.0~beta.3+dfsg1-1 | http://deb.debian.org/debian sid/main amd64 Packages
  rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://deb.debian.org/debian trixie-backports/main amd64 Packages
";

    #[test]
    fn the_version_is_exactly_the_compilers() {
        assert_eq!(
            version_in(MADISON, "1.95.0").as_deref(),
            Some("1.95.0+dfsg1-2~bpo13+1")
        );
        assert_eq!(version_in(MADISON, "1.95.1"), None);
        assert_eq!(version_in(MADISON, "1.9"), None);
    }
}
