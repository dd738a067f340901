//! Puts a pack onto a branch of a host, by git's protocol over HTTP.

use super::names::BranchName;
use super::object::Id;
use super::pack::Pack;
use super::packet::{FLUSH, line, lines};
use crate::outbound::{Body, Call, Credential, FetchError, Outbound, Reply};
use axum::http::header::{ACCEPT, CONTENT_TYPE};
use axum::http::{HeaderValue, Method, StatusCode};
use bytes::Bytes;
use std::collections::BTreeMap;
use std::time::Duration;
use url::Url;

const SERVICE: &str = "git-receive-pack";
/// For a pack on its way, and what the host does with it.
const PUSH_LIMIT: Duration = Duration::from_mins(3);
/// What a host says about its branches, and about a push, in bytes.
const MOST_SAID: usize = 4 << 20;
/// How much of what a host says beside its answer is told, in characters.
const TOLD: usize = 1_000;

/// A repository that can be pushed to.
#[derive(Debug, Clone)]
pub struct Remote {
    /// Such as `https://github.com/owner/name.git`.
    pub url: Url,
    pub credential: Option<Credential>,
}

/// What a host says before a push.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Advertised {
    /// By full name.
    pub refs: BTreeMap<String, Id>,
    capabilities: Vec<String>,
}

/// What a push has come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// What the host said beside it.
    pub remarks: String,
}

/// Why nothing was pushed, or it is not known whether it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// The host refuses the branch or the whole; its own words.
    #[error("{0}")]
    Refused(String),
    #[error("the host answered {0}")]
    Status(StatusCode),
    /// The host's answer is not what git says.
    #[error("the host's answer cannot be read: {0}")]
    Answer(String),
    #[error(transparent)]
    Fetch(#[from] FetchError),
}

impl PushError {
    /// Whether the push may have worked all the same.
    pub fn is_unknown(&self) -> bool {
        match self {
            Self::Refused(_) => false,
            Self::Status(status) => status.is_server_error(),
            Self::Answer(_) => true,
            Self::Fetch(error) => error.is_silence(),
        }
    }
}

impl Remote {
    /// The branches there are.
    ///
    /// # Errors
    /// [`PushError`].
    pub async fn advertised(&self, outbound: &Outbound) -> Result<Advertised, PushError> {
        let mut url = self.below("info/refs");
        url.query_pairs_mut().append_pair("service", SERVICE);
        let mut call = Call::get(url);
        call.credential = self.credential.clone();
        call.max_bytes = MOST_SAID;
        let reply = answered(outbound.send(call).await?, "advertisement")?;
        advertised(&reply.body).map_err(PushError::Answer)
    }

    /// Puts a branch that is at `old` to `new`, which is in the pack.
    ///
    /// # Errors
    /// [`PushError`].
    pub async fn push(
        &self,
        branch: &BranchName,
        (old, new): (Id, Id),
        pack: &Pack,
        known: &Advertised,
        outbound: &Outbound,
    ) -> Result<Pushed, PushError> {
        if known.has("object-format=sha256") {
            let why = "the repository names its objects by SHA-256, which cannot be written yet";
            return Err(PushError::Answer(why.to_owned()));
        }
        let mut wanted = vec!["report-status"];
        if known.has("side-band-64k") {
            wanted.push("side-band-64k");
        }
        let agent = concat!("agent=callboard/", env!("CARGO_PKG_VERSION"));
        if known.capabilities.iter().any(|it| it.starts_with("agent=")) {
            wanted.push(agent);
        }
        let command = format!("{old} {new} {}\0 {}", branch.full(), wanted.join(" "));
        let mut before = line(command.as_bytes());
        before.extend_from_slice(FLUSH);
        let mut call = Call::new(Method::POST, self.below(SERVICE));
        let request = "application/x-git-receive-pack-request";
        let result = "application/x-git-receive-pack-result";
        call.headers
            .insert(CONTENT_TYPE, HeaderValue::from_static(request));
        call.headers
            .insert(ACCEPT, HeaderValue::from_static(result));
        call.credential = self.credential.clone();
        call.body = Some(Body::File {
            before: before.into(),
            file: std::sync::Arc::clone(&pack.file),
            size: pack.size,
        });
        call.max_bytes = MOST_SAID;
        call.time_limit = PUSH_LIMIT;
        let reply = answered(outbound.send(call).await?, "result")?;
        report(&reply.body, wanted.contains(&"side-band-64k"))
    }

    fn below(&self, path: &str) -> Url {
        let mut url = self.url.clone();
        url.set_path(&format!("{}/{path}", self.url.path().trim_end_matches('/')));
        url
    }
}

impl Advertised {
    fn has(&self, capability: &str) -> bool {
        self.capabilities.iter().any(|it| it == capability)
    }

    /// Where a branch is; [`Id::NONE`] when there is none.
    pub fn branch(&self, branch: &BranchName) -> Id {
        self.refs.get(&branch.full()).copied().unwrap_or(Id::NONE)
    }
}

/// The answer, when it is a success of the kind that was asked for. A page that asks to sign in is
/// one too, by its status alone.
fn answered(reply: Reply, kind: &str) -> Result<Reply, PushError> {
    if !reply.status.is_success() {
        return Err(PushError::Status(reply.status));
    }
    let expected = format!("application/x-{SERVICE}-{kind}");
    let found = reply.headers.get(CONTENT_TYPE);
    if found.is_none_or(|it| it.as_bytes() != expected.as_bytes()) {
        let why = format!("it is not of the type {expected}; is this the address of a repository?");
        return Err(PushError::Answer(why));
    }
    Ok(reply)
}

fn advertised(answer: &Bytes) -> Result<Advertised, String> {
    let mut known = Advertised::default();
    let mut is_first = true;
    for line in lines(answer)?.into_iter().flatten() {
        let line = std::str::from_utf8(&line).map_err(|_| "a line is no text")?;
        let line = line.trim_end_matches('\n');
        if line.starts_with("# service=") {
            continue;
        }
        let (line, capabilities) = line.split_once('\0').unwrap_or((line, ""));
        if is_first {
            let words = capabilities.split_whitespace();
            known.capabilities = words.map(ToOwned::to_owned).collect();
            is_first = false;
        }
        let (id, name) = line.split_once(' ').ok_or("a line names no branch")?;
        let id = Id::parse(id).ok_or("a line begins with no object")?;
        if name != "capabilities^{}" {
            known.refs.insert(name.to_owned(), id);
        }
    }
    if is_first {
        return Err("it says nothing".to_owned());
    }
    Ok(known)
}

/// What became of the push: `unpack ok`, then `ok` or `ng` for the branch.
fn report(answer: &Bytes, is_muxed: bool) -> Result<Pushed, PushError> {
    let (said, remarks) = if is_muxed {
        demux(answer)?
    } else {
        (answer.clone(), String::new())
    };
    let remarks = remarks.trim().chars().take(TOLD).collect::<String>();
    let with_remarks = |why: &str| {
        if remarks.is_empty() {
            why.to_owned()
        } else {
            format!("{why}\n{remarks}")
        }
    };
    let mut is_done = false;
    for line in lines(&said)
        .map_err(PushError::Answer)?
        .into_iter()
        .flatten()
    {
        let line = String::from_utf8_lossy(&line).trim().to_owned();
        match line.split_once(' ') {
            Some(("unpack", "ok")) => {}
            Some(("unpack", why)) => {
                let why = format!("the host could not read what was pushed: {why}");
                return Err(PushError::Refused(with_remarks(&why)));
            }
            Some(("ok", _)) => is_done = true,
            Some(("ng", rest)) => {
                let why = rest.split_once(' ').map_or(rest, |(_, why)| why);
                return Err(PushError::Refused(with_remarks(why)));
            }
            _ => {}
        }
    }
    if !is_done {
        let why = "it does not say whether the branch was set";
        return Err(PushError::Answer(with_remarks(why)));
    }
    Ok(Pushed { remarks })
}

/// Takes apart what is said in bands: the answer, remarks for people, and fatal errors.
fn demux(answer: &Bytes) -> Result<(Bytes, String), PushError> {
    let (mut said, mut remarks) = (Vec::new(), String::new());
    for line in lines(answer)
        .map_err(PushError::Answer)?
        .into_iter()
        .flatten()
    {
        let text = || String::from_utf8_lossy(&line[1..]).into_owned();
        match line.first() {
            Some(1) => said.extend_from_slice(&line[1..]),
            Some(2) => remarks.push_str(&text()),
            Some(3) => return Err(PushError::Refused(text().trim().to_owned())),
            _ => return Err(PushError::Answer("a line is of no band".to_owned())),
        }
    }
    Ok((said.into(), remarks))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "ce013625030ba8dba906f756967f9e9ca394464a";

    fn said(said: &[&str]) -> Bytes {
        let lines = said.iter().flat_map(|it| match *it {
            "" => FLUSH.to_vec(),
            text => line(text.as_bytes()),
        });
        lines.collect::<Vec<u8>>().into()
    }

    #[test]
    fn an_empty_repository_has_no_branches() {
        let none = format!(
            "{} capabilities^{{}}\0report-status side-band-64k",
            Id::NONE
        );
        let known = advertised(&said(&["# service=git-receive-pack\n", "", &none, ""])).unwrap();
        assert!(known.refs.is_empty() && known.has("side-band-64k"));
        let main = format!("{ID} refs/heads/main\0report-status\n");
        let other = format!("{ID} refs/heads/other\n");
        let known = advertised(&said(&[
            "# service=git-receive-pack\n",
            "",
            &main,
            &other,
            "",
        ]));
        let known = known.unwrap();
        assert_eq!(known.refs.len(), 2);
        let branch = BranchName::parse("main").unwrap();
        assert_eq!(known.branch(&branch).to_string(), ID);
        for bad in [&[][..], &["nothing"], &["zz refs/heads/x"]] {
            assert!(advertised(&said(bad)).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn refusals_are_told_in_the_hosts_words() {
        let good = said(&["unpack ok\n", "ok refs/heads/main\n", ""]);
        assert!(report(&good, false).is_ok());
        let check = |said_: &[&str], expected: &str| {
            let inner = said(said_);
            let mut band = vec![1];
            band.extend_from_slice(&inner);
            let mut muxed = line(b"\x02remote: look here\n");
            muxed.extend(line(&band));
            muxed.extend_from_slice(FLUSH);
            let error = report(&muxed.into(), true).unwrap_err();
            let text = error.to_string();
            assert!(text.contains(expected), "{text}");
            assert!(text.contains("look here"), "{text}");
        };
        check(
            &[
                "unpack ok\n",
                "ng refs/heads/main protected branch hook declined\n",
                "",
            ],
            "protected branch hook declined",
        );
        check(&["unpack index-pack failed\n", ""], "index-pack failed");
        check(&["unpack ok\n", ""], "does not say");
        let fatal = line(b"\x03the disk is full\n");
        let error = report(&fatal.into(), true).unwrap_err();
        assert_eq!(error, PushError::Refused("the disk is full".to_owned()));
    }
}
