//! `scaffolder`: how templates are run.

use std::collections::BTreeMap;

use serde_json::Value;

use super::RepositoryRules;
use crate::config::Secret;
use crate::config::section::Section;
use crate::git::Person;

/// The shortest key that is no mistake.
const SHORTEST: usize = 16;

#[derive(Debug, Clone, PartialEq)]
pub struct Scaffolder {
    /// `scaffolder.concurrentTasksLimit`: how many tasks this process runs at once; 0 leaves them to
    /// others. Default 10.
    pub concurrent_tasks: usize,
    /// `scaffolder.keepFailedTasksDays`: for how many days a task that has failed can go on from where it
    /// was. Default 7.
    pub keep_days: u32,
    /// `scaffolder.defaultEnvironment.parameters`: what every template can read as
    /// `environment.parameters`.
    pub parameters: BTreeMap<String, Value>,
    /// `scaffolder.defaultEnvironment.secrets`: what inputs of steps can read as `environment.secrets`.
    pub secrets: BTreeMap<String, Secret>,
    /// `scaffolder.secrets.keys`: what seals the secrets of tasks in the database. The first seals, all
    /// of them open.
    pub keys: Vec<Secret>,
    /// `scaffolder.defaultAuthor.name`: who writes commits when the template does not say. Default
    /// Scaffolder.
    pub author: String,
    /// `scaffolder.defaultAuthor.email`: their address. Default scaffolder@backstage.io, by which
    /// existing installations know such commits.
    pub email: String,
    /// `scaffolder.defaultCommitMessage`: Default initial commit.
    pub message: String,
    /// `scaffolder.repositories`: what is asked of created repositories; the first entry for an owner
    /// counts.
    pub repositories: Vec<RepositoryRules>,
}

impl Default for Scaffolder {
    fn default() -> Self {
        Self {
            concurrent_tasks: 10,
            keep_days: 7,
            parameters: BTreeMap::new(),
            secrets: BTreeMap::new(),
            keys: Vec::new(),
            author: "Scaffolder".to_owned(),
            email: "scaffolder@backstage.io".to_owned(),
            message: "initial commit".to_owned(),
            repositories: Vec::new(),
        }
    }
}

impl Scaffolder {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let usual = Self::default();
        let Some(scaffolder) = root.section("scaffolder") else {
            return usual;
        };
        let days = scaffolder.count("keepFailedTasksDays");
        let environment = scaffolder.section("defaultEnvironment");
        let parameters = environment.as_ref().and_then(|it| it.section("parameters"));
        let secrets = environment.as_ref().and_then(|it| it.section("secrets"));
        Self {
            concurrent_tasks: scaffolder
                .count("concurrentTasksLimit")
                .unwrap_or(usual.concurrent_tasks),
            keep_days: days
                .and_then(|days| u32::try_from(days).ok())
                .unwrap_or(usual.keep_days),
            parameters: parameters.map_or_else(BTreeMap::new, |section| {
                let keys = section.keys().into_iter();
                keys.filter_map(|key| Some((key.clone(), section.value(&key)?)))
                    .collect()
            }),
            secrets: secrets.map_or_else(BTreeMap::new, |section| {
                let keys = section.keys().into_iter();
                keys.filter_map(|key| Some((key.clone(), section.secret(&key)?)))
                    .collect()
            }),
            keys: read_keys(&scaffolder),
            author: scaffolder
                .string("defaultAuthor.name")
                .unwrap_or(usual.author),
            email: scaffolder
                .string("defaultAuthor.email")
                .unwrap_or(usual.email),
            message: scaffolder
                .string("defaultCommitMessage")
                .unwrap_or(usual.message),
            repositories: RepositoryRules::read_all(&scaffolder),
        }
        .checked(&scaffolder)
    }

    /// Who writes commits has to fit into one.
    fn checked(self, scaffolder: &Section<'_>) -> Self {
        if let Err(error) = Person::new(&self.author, &self.email) {
            scaffolder.refuse("defaultAuthor", &format!("cannot write commits: {error}"));
        }
        self
    }
}

/// A key from an unset variable seals nothing, and is no reason not to start.
fn read_keys(scaffolder: &Section<'_>) -> Vec<Secret> {
    let entries = scaffolder.sections("secrets.keys").unwrap_or_default();
    let mut keys = Vec::new();
    for entry in entries {
        let Some(key) = entry.secret("secret") else {
            entry.warn("secret", "is not set, so this entry is no key");
            continue;
        };
        if key.expose().len() < SHORTEST {
            let reason = format!("should be at least {SHORTEST} characters");
            entry.refuse("secret", &reason);
            continue;
        }
        keys.push(key);
    }
    keys
}

#[cfg(test)]
mod tests {
    use crate::config::load::tests::load_text;

    #[test]
    fn everything_can_be_said() {
        let config = load_text(
            "
scaffolder:
  concurrentTasksLimit: 3
  keepFailedTasksDays: 1
  defaultEnvironment:
    parameters: {region: eu-west-1}
    secrets: {TOKEN: hunter2}
  secrets:
    keys:
      - secret: 0123456789abcdef
  defaultAuthor: {name: Stage hands, email: stage@example.com}
  defaultCommitMessage: First night
  repositories: [{wiki: false}]
",
        )
        .expect("a configuration")
        .config
        .scaffolder;
        assert_eq!((config.concurrent_tasks, config.keep_days), (3, 1));
        assert_eq!(config.parameters["region"], "eu-west-1");
        assert_eq!(config.secrets["TOKEN"].expose(), "hunter2");
        assert_eq!(config.keys.len(), 1);
        assert_eq!(config.author, "Stage hands");
        assert_eq!(config.email, "stage@example.com");
        assert_eq!(config.message, "First night");
        assert_eq!(config.repositories.len(), 1);
    }

    #[test]
    fn an_author_fits_into_a_commit() {
        let text = "scaffolder: {defaultAuthor: {name: 'a <b>'}}";
        let error = load_text(text).expect_err("brackets").to_string();
        assert!(error.contains("defaultAuthor"), "{error}");
    }

    #[test]
    fn a_short_key_is_a_mistake() {
        let text = "scaffolder: {secrets: {keys: [{secret: short}]}}";
        let error = load_text(text).expect_err("too short").to_string();
        assert!(error.contains("at least 16 characters"), "{error}");
    }
}
