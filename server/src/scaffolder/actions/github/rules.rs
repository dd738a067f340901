//! What the organisation asks of a repository, put together with what the template says: the stricter of
//! the two, and a line in the log where that is not the template's.

use super::Target;
use crate::config::{Freedom, ProtectionRules, Visibility};

/// The branch of a repository for which nobody has said one.
const USUAL_BRANCH: &str = "master";

impl Target<'_> {
    fn lets(&self, freedom: Freedom) -> bool {
        self.rules.is_none_or(|rules| rules.lets(freedom))
    }

    /// Says in the log that the organisation's rule is kept.
    fn overrule(&self, what: &str, said: &str, kept: &str) {
        self.log.warn(&format!(
            "The template says {what}: {said}; the rules for {} ask for {kept}, so it is {kept}",
            self.owner
        ));
    }

    /// Who may see it.
    pub(super) fn visibility(&self, said: Option<&str>) -> Visibility {
        let said = said.and_then(Visibility::of);
        let asked = self.rules.and_then(|rules| rules.visibility);
        match (said, asked) {
            (Some(said), Some(asked)) if said > asked && !self.lets(Freedom::Visibility) => {
                self.overrule("repoVisibility", said.word(), asked.word());
                asked
            }
            (Some(said), _) => said,
            (None, asked) => asked.unwrap_or(Visibility::Private),
        }
    }

    /// Whether there is a wiki.
    pub(super) fn has_wiki(&self, said: Option<bool>) -> bool {
        let asked = self.rules.and_then(|rules| rules.wiki);
        match (said, asked) {
            (Some(true), Some(false)) if !self.lets(Freedom::Wiki) => {
                self.overrule("hasWiki", "true", "false");
                false
            }
            (Some(said), _) => said,
            (None, asked) => asked.unwrap_or(true),
        }
    }

    /// The name of its branch.
    pub(super) fn default_branch(&self, said: Option<&str>) -> String {
        let asked = self.rules.and_then(|rules| rules.default_branch.as_deref());
        match (said, asked) {
            (Some(said), Some(asked)) if said != asked && !self.lets(Freedom::DefaultBranch) => {
                self.overrule("defaultBranch", said, asked);
                asked.to_owned()
            }
            (Some(said), _) => said.to_owned(),
            (None, asked) => asked.unwrap_or(USUAL_BRANCH).to_owned(),
        }
    }

    /// Its topics, in small letters, each once.
    pub(super) fn topics(&self, said: Option<&[String]>) -> Vec<String> {
        let asked = self.rules.map_or(&[][..], |rules| &rules.topics);
        let mut topics: Vec<String> = Vec::new();
        for topic in said.unwrap_or_default().iter().chain(asked) {
            let topic = topic.to_lowercase();
            if !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        topics
    }

    /// What its branch is protected by whatever the template says; None when a template may say.
    pub(super) fn asked_protection(&self) -> Option<&ProtectionRules> {
        let rules = self.rules?.protection.as_ref();
        rules.filter(|_| !self.lets(Freedom::Protection))
    }

    /// What its branch is protected by when the template says nothing.
    pub(super) fn usual_protection(&self) -> Option<&ProtectionRules> {
        self.rules?.protection.as_ref()
    }
}
