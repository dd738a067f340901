//! A pull request that puts a catalog file into its repository: what it says, and what came of it.

/// Its title is no longer than this, in characters.
pub const LONGEST_TITLE: usize = 200;
/// What it says is no longer than this, in characters: it stands in an address when it is refused.
pub const LONGEST_TEXT: usize = 2_000;

/// The parameters of a URL that say it.
const TITLE: &str = "pull-title";
const TEXT: &str = "pull-text";
const BRANCH: &str = "pull-branch";
/// The parameter of a URL that says what came of it.
const OUTCOME: &str = "pull";

/// What a pull request is to say.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proposal {
    pub title: String,
    pub text: String,
    /// The branch that is made for it.
    pub branch: String,
}

/// Whether a pull request can be opened for a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offering {
    /// The host is none that Callboard opens pull requests at.
    Elsewhere,
    /// Nothing says with which credential, at the host of that name.
    NoCredential(String),
    /// What it says unless somebody writes something else.
    Open(Proposal),
}

/// What came of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proposed {
    /// It is open under that number.
    Opened(u64),
    /// One with the same branch was open already.
    There(u64),
    Refused(Obstacle),
}

/// Why there is no pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// There is no credential for the owner of the repository.
    NoCredential,
    /// The credential is none any more, or is suspended.
    Credential,
    /// The organisation has not let the credential in.
    SingleSignOn,
    /// The credential may not write there.
    Permission,
    /// There is no such repository, or it cannot be seen.
    Missing,
    Archived,
    /// The branch that the file is for is not there; perhaps nothing is.
    Base,
    /// The file is there already.
    File,
    /// The branch is there already, with something else on it.
    Branch,
    /// No branch can have that name.
    BranchName,
    /// The host asks to wait.
    Limited,
    /// There was no whole answer, so that it may be there all the same.
    Silent,
    /// The host refused for another reason.
    Other,
}

impl Obstacle {
    /// How each is written in a URL.
    const WORDS: [(&'static str, Self); 13] = [
        ("no-credential", Self::NoCredential),
        ("credential", Self::Credential),
        ("sso", Self::SingleSignOn),
        ("permission", Self::Permission),
        ("missing", Self::Missing),
        ("archived", Self::Archived),
        ("base", Self::Base),
        ("file", Self::File),
        ("branch", Self::Branch),
        ("branch-name", Self::BranchName),
        ("limited", Self::Limited),
        ("silent", Self::Silent),
        ("other", Self::Other),
    ];
}

impl Proposal {
    /// What the parameters of a URL say it is to say; without a title, nothing.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let mut said = Self::default();
        for (key, value) in params {
            match key {
                TITLE => value.clone_into(&mut said.title),
                TEXT => value.clone_into(&mut said.text),
                BRANCH => value.clone_into(&mut said.branch),
                _ => {}
            }
        }
        (!said.title.is_empty()).then_some(said)
    }

    /// The parameters that say it.
    pub fn to_params(&self) -> [(&'static str, String); 3] {
        [
            (TITLE, self.title.clone()),
            (TEXT, self.text.clone()),
            (BRANCH, self.branch.clone()),
        ]
    }
}

impl Proposed {
    /// What the parameters of a URL say came of it. A URL can be made by anyone, so this is no more than
    /// a number and a word.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let (_, value) = params.into_iter().find(|(key, _)| *key == OUTCOME)?;
        match value.split_once('.') {
            Some(("opened", number)) => number.parse().ok().map(Self::Opened),
            Some(("there", number)) => number.parse().ok().map(Self::There),
            Some(_) => None,
            None => {
                let mut words = Obstacle::WORDS.iter();
                let found = words.find(|(word, _)| *word == value);
                found.map(|(_, obstacle)| Self::Refused(*obstacle))
            }
        }
    }

    /// The parameter that says it.
    pub fn to_param(self) -> (&'static str, String) {
        let value = match self {
            Self::Opened(number) => format!("opened.{number}"),
            Self::There(number) => format!("there.{number}"),
            Self::Refused(obstacle) => {
                let mut words = Obstacle::WORDS.iter();
                let found = words.find(|(_, of)| *of == obstacle);
                found.map_or_else(String::new, |(word, _)| (*word).to_owned())
            }
        };
        (OUTCOME, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_came_of_it_is_read_as_it_is_written() {
        let refused = Obstacle::WORDS.iter().map(|(_, it)| Proposed::Refused(*it));
        for proposed in [Proposed::Opened(12), Proposed::There(7)]
            .into_iter()
            .chain(refused)
        {
            let (key, value) = proposed.to_param();
            assert_eq!(Proposed::from_params([(key, &*value)]), Some(proposed));
        }
        for forged in ["", "opened", "opened.x", "opened.-1", "gone.1", "<b>"] {
            assert_eq!(Proposed::from_params([("pull", forged)]), None, "{forged}");
        }
    }

    #[test]
    fn what_is_said_is_read_as_it_is_written() {
        let proposal = Proposal {
            title: "Add it".to_owned(),
            text: "For the catalog.".to_owned(),
            branch: "add-it".to_owned(),
        };
        let params = proposal.to_params();
        let params = || params.iter().map(|(key, value)| (*key, &**value));
        assert_eq!(Proposal::from_params(params()), Some(proposal.clone()));
        assert_eq!(Proposal::from_params([("title", "x")]), None);
    }
}
