//! `scaffolder.repositories`: what an organisation asks of every repository that a template creates.

use crate::config::section::Section;
use crate::git::BranchName;

/// The most approving reviews that GitHub can ask for.
const MOST_APPROVALS: usize = 6;
/// The words for access, as GitHub has them.
const ACCESS: [&str; 5] = ["pull", "triage", "push", "maintain", "admin"];

/// What is asked of the repositories of some owners.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryRules {
    /// `host`: of which host; any when absent.
    pub host: Option<String>,
    /// `owners`: organisations and people, in small letters; all when absent.
    pub owners: Vec<String>,
    /// `visibility`: who may see a repository at most.
    pub visibility: Option<Visibility>,
    /// `defaultBranch`
    pub default_branch: Option<String>,
    /// `topics`: those that every repository has, beside those of the template.
    pub topics: Vec<String>,
    /// `wiki`: whether there is one.
    pub wiki: Option<bool>,
    /// `teams`: who has access beside whom the template names.
    pub teams: Vec<TeamAccess>,
    /// `protection`: of the default branch.
    pub protection: Option<ProtectionRules>,
    /// `templatesMayChange`: what a template may say otherwise.
    pub templates_may_change: Vec<Freedom>,
}

/// Who may see a repository; each may be seen by fewer than the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visibility {
    Private,
    Internal,
    Public,
}

/// An entry of `scaffolder.repositories[].teams`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamAccess {
    /// Its name in addresses, without the organisation.
    pub team: String,
    pub access: String,
}

/// `scaffolder.repositories[].protection`
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own at GitHub"
)]
pub struct ProtectionRules {
    /// `approvals`: approving reviews before a merge. Default 2.
    pub approvals: usize,
    /// `codeOwnerReviews`: one of them by an owner of the code. Default false, as all below but
    /// `enforceAdmins`.
    pub code_owner_reviews: bool,
    /// `dismissStaleReviews`: a change after a review asks for a new one.
    pub dismiss_stale_reviews: bool,
    /// `lastPushApproval`: by somebody else than who pushed last.
    pub last_push_approval: bool,
    /// `conversationResolution`: every remark is settled.
    pub conversation_resolution: bool,
    /// `enforceAdmins`: for administrators too. Default true.
    pub enforce_admins: bool,
    /// `signedCommits`
    pub signed_commits: bool,
    /// `linearHistory`
    pub linear_history: bool,
    /// `statusChecks`: which have to pass.
    pub status_checks: Vec<String>,
}

/// Something that templates may say otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freedom {
    DefaultBranch,
    Protection,
    Visibility,
    Wiki,
}

impl Default for ProtectionRules {
    fn default() -> Self {
        Self {
            approvals: 2,
            code_owner_reviews: false,
            dismiss_stale_reviews: false,
            last_push_approval: false,
            conversation_resolution: false,
            enforce_admins: true,
            signed_commits: false,
            linear_history: false,
            status_checks: Vec::new(),
        }
    }
}

impl Visibility {
    pub fn word(self) -> &'static str {
        match self {
            Self::Private => "private",
            Self::Internal => "internal",
            Self::Public => "public",
        }
    }

    /// The one of a word.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Private, Self::Internal, Self::Public];
        all.into_iter().find(|it| it.word() == word)
    }
}

impl RepositoryRules {
    /// Whether these are the rules for an owner.
    pub fn are_for(&self, host: &str, owner: &str) -> bool {
        let is_host = self.host.as_deref().is_none_or(|it| it == host);
        is_host && (self.owners.is_empty() || self.owners.contains(&owner.to_lowercase()))
    }

    /// Whether a template may say it otherwise.
    pub fn lets(&self, freedom: Freedom) -> bool {
        self.templates_may_change.contains(&freedom)
    }

    pub(super) fn read_all(scaffolder: &Section<'_>) -> Vec<Self> {
        let entries = scaffolder.sections("repositories").unwrap_or_default();
        entries.iter().map(Self::read).collect()
    }

    fn read(entry: &Section<'_>) -> Self {
        let visibility = [
            Visibility::Private,
            Visibility::Internal,
            Visibility::Public,
        ];
        let visibility = visibility.map(|it| (it.word(), it));
        let branch = entry.string("defaultBranch").filter(|branch| {
            let read = BranchName::parse(branch);
            if let Err(error) = &read {
                entry.refuse("defaultBranch", &format!("cannot be used: {error}"));
            }
            read.is_ok()
        });
        let owners = entry.strings("owners").unwrap_or_default();
        let topics = entry.strings("topics").unwrap_or_default();
        let protection = entry.section("protection");
        Self {
            host: entry.string("host"),
            owners: owners.iter().map(|it| it.to_lowercase()).collect(),
            visibility: entry.choice("visibility", &visibility),
            default_branch: branch,
            topics: topics.iter().map(|it| it.to_lowercase()).collect(),
            wiki: entry.boolean("wiki"),
            teams: read_teams(entry),
            protection: protection.map(|it| ProtectionRules::read(&it)),
            templates_may_change: read_freedoms(entry),
        }
    }
}

impl ProtectionRules {
    fn read(section: &Section<'_>) -> Self {
        let usual = Self::default();
        let is = |key: &str, usual: bool| section.boolean(key).unwrap_or(usual);
        let approvals = section.count("approvals").unwrap_or(usual.approvals);
        if approvals > MOST_APPROVALS {
            let reason =
                format!("should be at most {MOST_APPROVALS}, which is what GitHub can ask for");
            section.refuse("approvals", &reason);
        }
        Self {
            approvals,
            code_owner_reviews: is("codeOwnerReviews", usual.code_owner_reviews),
            dismiss_stale_reviews: is("dismissStaleReviews", usual.dismiss_stale_reviews),
            last_push_approval: is("lastPushApproval", usual.last_push_approval),
            conversation_resolution: is("conversationResolution", usual.conversation_resolution),
            enforce_admins: is("enforceAdmins", usual.enforce_admins),
            signed_commits: is("signedCommits", usual.signed_commits),
            linear_history: is("linearHistory", usual.linear_history),
            status_checks: section.strings("statusChecks").unwrap_or_default(),
        }
    }
}

fn read_teams(entry: &Section<'_>) -> Vec<TeamAccess> {
    let choices = ACCESS.map(|word| (word, word));
    let teams = entry.sections("teams").unwrap_or_default();
    let teams = teams.iter().filter_map(|team| {
        Some(TeamAccess {
            team: team.required_string("team")?,
            access: team.choice("access", &choices).unwrap_or("push").to_owned(),
        })
    });
    teams.collect()
}

fn read_freedoms(entry: &Section<'_>) -> Vec<Freedom> {
    let key = "templatesMayChange";
    let choices = [
        ("defaultBranch", Freedom::DefaultBranch),
        ("protection", Freedom::Protection),
        ("visibility", Freedom::Visibility),
        ("wiki", Freedom::Wiki),
    ];
    let mut freedoms = Vec::new();
    for word in entry.strings(key).unwrap_or_default() {
        if let Some((_, freedom)) = choices.iter().find(|(name, _)| *name == word) {
            freedoms.push(*freedom);
            continue;
        }
        let names = choices.map(|(name, _)| name).join(", ");
        entry.refuse(key, &format!("names '{word}', should name some of {names}"));
    }
    freedoms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn read(entry: &str) -> RepositoryRules {
        let text = format!("scaffolder: {{repositories: [{entry}]}}");
        let loaded = load_text(&text).expect("a configuration");
        loaded.config.scaffolder.repositories[0].clone()
    }

    #[test]
    fn everything_can_be_asked() {
        let rules = read(
            "{host: github.com, owners: [Acme], visibility: internal, defaultBranch: main, topics: [Managed],
              wiki: false, teams: [{team: platform, access: admin}, {team: all}],
              protection: {approvals: 3, statusChecks: [ci], signedCommits: true},
              templatesMayChange: [visibility]}",
        );
        assert!(rules.are_for("github.com", "ACME"));
        assert!(!rules.are_for("github.com", "others"));
        assert!(!rules.are_for("ghe.example.com", "acme"));
        assert_eq!(rules.topics, ["managed"]);
        assert_eq!(
            (rules.wiki, rules.visibility),
            (Some(false), Some(Visibility::Internal))
        );
        let access: Vec<_> = rules.teams.iter().map(|it| it.access.as_str()).collect();
        assert_eq!(access, ["admin", "push"]);
        assert!(rules.lets(Freedom::Visibility) && !rules.lets(Freedom::Wiki));
        let protection = rules.protection.expect("some");
        assert_eq!(protection.approvals, 3);
        assert!(protection.signed_commits && protection.enforce_admins);
    }

    #[test]
    fn what_is_not_said_is_two_reviews_and_nothing_else() {
        let rules = read("{protection: {}}");
        assert_eq!(rules.protection, Some(ProtectionRules::default()));
        assert!(rules.are_for("any", "body"));
        assert_eq!(read("{wiki: true}").protection, None);
    }

    #[test]
    fn what_cannot_be_asked_is_a_mistake_with_its_place() {
        for (entry, key) in [
            ("{visibility: secret}", "visibility"),
            ("{defaultBranch: '-x'}", "defaultBranch"),
            ("{protection: {approvals: 7}}", "approvals"),
            ("{teams: [{team: a, access: owner}]}", "access"),
            ("{templatesMayChange: [everything]}", "templatesMayChange"),
        ] {
            let text = format!("scaffolder: {{repositories: [{entry}]}}");
            let error = load_text(&text).expect_err(entry).to_string();
            assert!(error.contains(key), "{error}");
        }
    }
}
