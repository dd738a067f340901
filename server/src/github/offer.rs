//! One new file, offered to a repository as a pull request. Whoever asks for the same once more finds
//! what was made before.

use super::api::{Api, below, segment, segments};
use super::error::{GithubError, Reason};
use crate::git::BranchName;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// What is offered.
#[derive(Debug)]
pub struct Offer<'a> {
    pub owner: &'a str,
    pub repo: &'a str,
    /// The branch that it is offered to; the default one when there is none.
    pub base: Option<&'a str>,
    /// The branch that is made for it.
    pub head: &'a BranchName,
    /// Where the file is to be.
    pub path: &'a str,
    pub content: &'a str,
    pub title: &'a str,
    pub body: &'a str,
}

/// The number of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Offered {
    Opened(u64),
    /// One from that branch was open already.
    There(u64),
}

/// Why there is no pull request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OfferError {
    #[error("there is no branch to offer it to")]
    NoBase,
    #[error("the file is there already")]
    File,
    #[error("the branch is there already, with something else on it")]
    Branch,
    #[error(transparent)]
    Github(#[from] GithubError),
}

/// What there is before anything is made.
struct Before {
    /// The branch that it is offered to, and its commit.
    base: String,
    commit: String,
    /// The open pull request from the branch.
    open: Option<u64>,
    /// The branch is there.
    has_head: bool,
}

impl Api<'_> {
    /// Offers a file. The branch appears with the file on it, so that nothing is left half made.
    ///
    /// # Errors
    /// [`OfferError`].
    pub async fn offer(&self, offer: &Offer<'_>) -> Result<Offered, OfferError> {
        let before = Box::pin(self.look_before(offer)).await?;
        if let Some(number) = before.open {
            return Ok(Offered::There(number));
        }
        if before.has_head {
            // Left by an attempt that ended there, or somebody else's.
            if !self.holds(offer).await? {
                return Err(OfferError::Branch);
            }
        } else {
            let commit = self.commit_file(offer, &before.commit).await?;
            self.make_branch(offer, &commit).await?;
        }
        self.open(offer, &before.base).await
    }

    async fn look_before(&self, offer: &Offer<'_>) -> Result<Before, OfferError> {
        let name = offer.name();
        let purpose = format!("say what {name} is");
        let there = self.get(&offer.at(""), &purpose).await?;
        let usual = || there["default_branch"].as_str();
        let base = offer.base.or_else(usual).unwrap_or("main").to_owned();
        let purpose = format!("say what is in {name}");
        let base_at = offer.at(&format!("git/ref/heads/{}", segments(&base)));
        let head_at = offer.at(&format!("git/ref/heads/{}", segments(offer.head.as_str())));
        let file_at = offer.file_at(&base);
        let (commit, head, file, open) = tokio::try_join!(
            self.find(&base_at, &purpose),
            self.find(&head_at, &purpose),
            self.find(&file_at, &purpose),
            self.opened(offer),
        )
        .map_err(|error| match error.reason {
            // A conflict: nothing is in there yet.
            Reason::Invalid(409) => OfferError::NoBase,
            _ => error.into(),
        })?;
        let commit = commit.as_ref().and_then(sha).ok_or(OfferError::NoBase)?;
        if file.is_some() {
            return Err(OfferError::File);
        }
        Ok(Before {
            base,
            commit,
            open,
            has_head: head.is_some(),
        })
    }

    /// The open pull request from the branch.
    async fn opened(&self, offer: &Offer<'_>) -> Result<Option<u64>, GithubError> {
        let head = segment(&offer.label());
        let path = offer.at(&format!("pulls?state=open&head={head}"));
        let purpose = format!("list the pull requests of {}", offer.name());
        let pulls = self.get(&path, &purpose).await?;
        Ok(pulls[0]["number"].as_u64())
    }

    /// Whether the file on the branch is the one that is offered.
    async fn holds(&self, offer: &Offer<'_>) -> Result<bool, OfferError> {
        let path = offer.file_at(offer.head.as_str());
        let purpose = format!("say what is on the branch {}", offer.head);
        let file = self.find(&path, &purpose).await?;
        let text = file.as_ref().and_then(|file| file["content"].as_str());
        let text: String = text.unwrap_or_default().split_whitespace().collect();
        let content = STANDARD.decode(text).unwrap_or_default();
        Ok(content == offer.content.as_bytes())
    }

    async fn commit_file(&self, offer: &Offer<'_>, on: &str) -> Result<String, OfferError> {
        let name = offer.name();
        let path = offer.at(&format!("git/commits/{}", segment(on)));
        let parent = self.get(&path, &format!("say what is in {name}")).await?;
        let file = json!({
            "path": offer.path, "mode": "100644", "type": "blob", "content": offer.content,
        });
        let body = json!({ "base_tree": parent["tree"]["sha"], "tree": [file] });
        let purpose = format!("take a file into {name}");
        let path = offer.at("git/trees");
        let tree = self.post_again(&path, &body, &purpose).await;
        let tree = tree.map_err(may_not)?;
        let body = json!({ "message": offer.title, "tree": tree["sha"], "parents": [on] });
        let purpose = format!("make a commit in {name}");
        let path = offer.at("git/commits");
        let commit = self.post_again(&path, &body, &purpose).await;
        let commit = commit.map_err(may_not)?;
        Ok(commit["sha"].as_str().unwrap_or_default().to_owned())
    }

    async fn make_branch(&self, offer: &Offer<'_>, commit: &str) -> Result<(), OfferError> {
        let body = json!({ "ref": offer.head.full(), "sha": commit });
        let purpose = format!("make the branch {}", offer.label());
        let made = self.post(&offer.at("git/refs"), &body, &purpose).await;
        match made {
            Ok(_) => Ok(()),
            // Somebody was faster.
            Err(error) if error.is_taken() => Err(OfferError::Branch),
            Err(error) => Err(may_not(error)),
        }
    }

    async fn open(&self, offer: &Offer<'_>, base: &str) -> Result<Offered, OfferError> {
        let body = json!({
            "title": offer.title, "body": offer.body, "head": offer.label(), "base": base,
        });
        let purpose = format!("open a pull request in {}", offer.name());
        let opened = self.post(&offer.at("pulls"), &body, &purpose).await;
        match opened {
            Ok(pull) => Ok(Offered::Opened(pull["number"].as_u64().unwrap_or_default())),
            Err(error) if error.is_taken() => {
                let there = self.opened(offer).await?;
                there.map(Offered::There).ok_or_else(|| error.into())
            }
            Err(error) => Err(may_not(error)),
        }
    }
}

impl Offer<'_> {
    /// `owner/name`
    fn name(&self) -> String {
        format!("{}/{}", self.owner, self.repo)
    }

    /// The branch, as pull requests name it.
    fn label(&self) -> String {
        format!("{}:{}", self.owner, self.head)
    }

    /// A path of the API below the repository.
    fn at(&self, rest: &str) -> String {
        below(self.owner, self.repo, rest)
    }

    fn file_at(&self, branch: &str) -> String {
        let path = segments(self.path);
        self.at(&format!("contents/{path}?ref={}", segment(branch)))
    }
}

fn sha(found: &Value) -> Option<String> {
    Some(found["object"]["sha"].as_str()?.to_owned())
}

/// Of what can be seen, GitHub says that it is not there to whoever may not change it.
fn may_not(mut error: GithubError) -> OfferError {
    if error.is_missing() {
        error.reason = Reason::Permission;
    }
    error.into()
}
