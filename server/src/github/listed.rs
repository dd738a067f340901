//! Names of what there is at GitHub, for whoever chooses one of them.

use super::api::{Api, below};
use super::error::GithubError;

/// Names in one answer, and how many answers are read: nobody chooses from more.
const PAGE: usize = 100;
const PAGES: usize = 10;

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listed<'a> {
    /// The organisations of whoever asks.
    Organizations,
    /// The repositories that are theirs or their organisations', as `owner/name`.
    Repositories,
    /// The branches of a repository.
    Branches { owner: &'a str, repo: &'a str },
}

impl Listed<'_> {
    /// Its path, the key of the name in each answer, and what it is for.
    fn place(self) -> (String, &'static str, &'static str) {
        match self {
            Self::Organizations => ("user/orgs".to_owned(), "login", "list organisations"),
            Self::Repositories => ("user/repos".to_owned(), "full_name", "list repositories"),
            Self::Branches { owner, repo } => {
                let path = below(owner, repo, "branches");
                (path, "name", "list the branches of the repository")
            }
        }
    }
}

impl Api<'_> {
    /// The names of what there is, a thousand at most, in GitHub's order.
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn list(&self, what: Listed<'_>) -> Result<Vec<String>, GithubError> {
        let (path, key, purpose) = what.place();
        let mut names = Vec::new();
        for page in 1..=PAGES {
            let path = format!("{path}?per_page={PAGE}&page={page}");
            let found = self.get(&path, purpose).await?;
            let found = found.as_array().map_or(&[][..], Vec::as_slice);
            let of_page = found.iter().filter_map(|it| it[key].as_str());
            names.extend(of_page.map(ToOwned::to_owned));
            if found.len() < PAGE {
                break;
            }
        }
        Ok(names)
    }

    /// The name of whoever asks; none for an app.
    ///
    /// # Errors
    /// [`GithubError`].
    pub async fn login(&self) -> Result<Option<String>, GithubError> {
        let user = self.find("user", "say whose token it is").await?;
        let login = user.and_then(|user| user["login"].as_str().map(ToOwned::to_owned));
        Ok(login)
    }
}
