//! The page of a host on which people put a new file into a repository.

use super::name::{encode, revision};
use super::repository::Repository;
use crate::config::Provider;
use url::form_urlencoded::Serializer;

/// In bytes: longer addresses are refused by some of the services, or by what stands before them.
const MAX_URL: usize = 6_000;
/// The branch that most repositories begin with.
const USUAL_BRANCH: &str = "main";

/// Where a new file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFilePage {
    pub url: String,
    /// The page opens with the text in it.
    pub is_filled: bool,
}

impl Repository {
    /// The page that begins the file with that text, where the host is known to have one.
    pub fn new_file(&self, branch: Option<&str>, path: &str, text: &str) -> Option<NewFilePage> {
        let branch = encode(branch.unwrap_or(USUAL_BRANCH));
        let page = match self.provider {
            Provider::Github => format!("{}/new/{branch}", self.url),
            Provider::Gitea => format!("{}/_new/{branch}/", self.url),
            Provider::Gitlab => format!("{}/-/new/{branch}", self.url),
            _ => return None,
        };
        let with = |pairs: &[(&str, &str)]| {
            let query = Serializer::new(String::new()).extend_pairs(pairs).finish();
            format!("{page}?{query}")
        };
        // GitLab takes a name, and no text.
        if self.provider == Provider::Gitlab {
            return Some(NewFilePage {
                url: with(&[("file_name", path)]),
                is_filled: false,
            });
        }
        let filled = with(&[("filename", path), ("value", text)]);
        let is_filled = filled.len() <= MAX_URL;
        let url = if is_filled {
            filled
        } else {
            with(&[("filename", path)])
        };
        Some(NewFilePage { url, is_filled })
    }
}

/// A name that a branch can have; none for anything else.
pub fn branch_name(text: &str) -> Option<&str> {
    let read = revision(&encode(text))?;
    (read == text).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Integration;
    use crate::scm::Scm;

    fn check(url: &str, branch: Option<&str>, expected: Option<&str>) {
        let gitea = Integration::new(Provider::Gitea, "git.example.com");
        let repository = Scm::new(&[gitea]).repository(url).unwrap();
        let page = repository.new_file(branch, "catalog-info.yaml", "a: b\n");
        assert_eq!(page.map(|page| page.url).as_deref(), expected, "{url}");
    }

    #[test]
    fn each_host_has_its_page() {
        check(
            "https://github.com/acme/x",
            None,
            Some("https://github.com/acme/x/new/main?filename=catalog-info.yaml&value=a%3A+b%0A"),
        );
        check(
            "https://github.com/acme/x",
            Some("a/b c"),
            Some(
                "https://github.com/acme/x/new/a%2Fb%20c?filename=catalog-info.yaml&value=a%3A+b%0A",
            ),
        );
        check(
            "https://git.example.com/acme/x",
            Some("trunk"),
            Some(
                "https://git.example.com/acme/x/_new/trunk/?filename=catalog-info.yaml&value=a%3A+b%0A",
            ),
        );
        check(
            "https://gitlab.com/a/b/c",
            None,
            Some("https://gitlab.com/a/b/c/-/new/main?file_name=catalog-info.yaml"),
        );
        check("https://bitbucket.org/acme/x", None, None);
    }

    #[test]
    fn a_text_that_is_too_long_for_an_address_is_left_out() {
        let repository = Scm::default()
            .repository("https://github.com/acme/x")
            .unwrap();
        let page = repository
            .new_file(None, "a.yaml", &"x".repeat(MAX_URL))
            .unwrap();
        assert!(!page.is_filled);
        assert_eq!(
            page.url,
            "https://github.com/acme/x/new/main?filename=a.yaml"
        );
    }

    #[test]
    fn a_branch_leads_nowhere_else() {
        assert_eq!(branch_name("feature/x"), Some("feature/x"));
        for bad in ["", "a/../b", "/a", "a\\b", "a\nb"] {
            assert_eq!(branch_name(bad), None, "{bad}");
        }
    }
}
