//! Which Debian mirror the machine itself uses, from apt's two kinds of source file.

use std::fs;
use std::path::{Path, PathBuf};

const CODENAMES: [&str; 10] = [
    "bullseye",
    "bookworm",
    "trixie",
    "forky",
    "duke",
    "sid",
    "oldstable",
    "stable",
    "testing",
    "unstable",
];

/// Debian's own keys, where a source names none.
const KEYRING: &str = "/usr/share/keyrings/debian-archive-keyring.gpg";

/// The address of a Debian archive and the keys that vouch for it.
#[derive(Debug, PartialEq)]
pub(super) struct Mirror {
    pub(super) uri: String,
    keyring: Option<String>,
}

impl Mirror {
    /// A line for apt's source list that reads one suite of this archive.
    pub(super) fn source_line(&self, suite: &str) -> String {
        let keyring = self.keyring.clone().unwrap_or_else(|| KEYRING.to_owned());
        format!("deb [signed-by={keyring}] {} {suite} main\n", self.uri)
    }
}

/// The mirrors of this machine, in the order of its source files.
pub(super) fn mirrors() -> Vec<Mirror> {
    let mut mirrors: Vec<Mirror> = Vec::new();
    for file in source_files(Path::new("/etc/apt")) {
        let Ok(text) = fs::read_to_string(&file) else {
            continue;
        };
        let found = if file.extension().is_some_and(|e| e == "sources") {
            from_stanzas(&text)
        } else {
            from_lines(&text)
        };
        for mirror in found {
            if !mirrors.iter().any(|known| known.uri == mirror.uri) {
                mirrors.push(mirror);
            }
        }
    }
    mirrors
}

fn source_files(etc: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(etc.join("sources.list.d"))
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    files.push(etc.join("sources.list"));
    files
}

/// Reads the `Field: value` form, one stanza an archive.
fn from_stanzas(text: &str) -> Vec<Mirror> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    lines
        .split(|line| line.trim().is_empty())
        .flat_map(|stanza| {
            let field = |name: &str| {
                stanza.iter().find_map(|line| {
                    let (key, value) = line.split_once(':')?;
                    key.trim().eq_ignore_ascii_case(name).then(|| value.trim())
                })
            };
            let wanted = field("Suites").is_some_and(|suites| suites.split(' ').any(is_debian))
                && field("Types").is_some_and(|types| types.split(' ').any(|t| t == "deb"))
                && field("Enabled") != Some("no");
            // Keys may also stand in the file itself; then Debian's own have to do.
            let keyring = field("Signed-By").filter(|keys| keys.starts_with('/'));
            field("URIs")
                .filter(|_| wanted)
                .into_iter()
                .flat_map(|uris| uris.split_whitespace())
                .map(|uri| mirror(uri, keyring))
                .collect::<Vec<_>>()
        })
        .collect()
}

/// Reads the `deb [options] uri suite component…` form.
fn from_lines(text: &str) -> Vec<Mirror> {
    text.lines()
        .filter_map(|line| {
            let mut rest = line.trim().strip_prefix("deb ")?.trim_start();
            let mut keyring = None;
            if let Some(bracketed) = rest.strip_prefix('[') {
                let (options, after) = bracketed.split_once(']')?;
                keyring = options
                    .split_whitespace()
                    .find_map(|option| option.strip_prefix("signed-by="));
                rest = after;
            }
            let mut words = rest.split_whitespace();
            let (uri, suite) = (words.next()?, words.next()?);
            is_debian(suite).then(|| mirror(uri, keyring))
        })
        .collect()
}

fn mirror(uri: &str, keyring: Option<&str>) -> Mirror {
    Mirror {
        uri: uri.to_owned(),
        keyring: keyring.map(str::to_owned),
    }
}

/// Whether a suite is one of Debian's main archive: not of its security archive, nor of others.
fn is_debian(suite: &str) -> bool {
    let name = suite
        .strip_suffix("-updates")
        .or_else(|| suite.strip_suffix("-backports"))
        .unwrap_or(suite);
    CODENAMES.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::{from_lines, from_stanzas, mirror};

    #[test]
    fn stanzas_of_other_archives_are_left_out() {
        let text = "\
Types: deb
# where the image was made from
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/debian.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://node.example
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
";
        assert_eq!(
            from_stanzas(text),
            [mirror(
                "http://mirror.example/debian",
                Some("/usr/share/keyrings/debian.gpg")
            )]
        );
    }

    #[test]
    fn lines_are_read_with_and_without_options() {
        let text = "\
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb http://plain.example/debian trixie main contrib
deb [arch=amd64 signed-by=/keys/debian.gpg] http://signed.example/debian sid main
deb https://packages.example/apt cloud-bookworm main
";
        assert_eq!(
            from_lines(text),
            [
                mirror("http://plain.example/debian", None),
                mirror("http://signed.example/debian", Some("/keys/debian.gpg")),
            ]
        );
    }
}
