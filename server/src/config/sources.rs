//! Which files a configuration is read from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::ConfigProblem;
use super::node::Origin;

/// The files to read in order, each relative to the working folder. `listed` are the values of
/// `--config`; without any, the files of an ordinary installation that exist.
///
/// # Errors
/// A listed file that is a URL or does not exist.
pub(crate) fn config_files(
    listed: &[PathBuf],
    dir: &Path,
    env: &BTreeMap<String, String>,
) -> Result<Vec<PathBuf>, ConfigProblem> {
    if listed.is_empty() {
        return Ok(default_names(env)
            .into_iter()
            .filter(|name| dir.join(name).is_file())
            .collect());
    }
    for file in listed {
        let name = file.to_string_lossy();
        let refuse = |message: &str| Err(ConfigProblem::at(&Origin::named(&name), "", message));
        if name.contains("://") {
            return refuse("configuration is not read from a URL; download it and name the file");
        }
        if !dir.join(file).exists() {
            return refuse("this configuration file does not exist; correct --config");
        }
    }
    Ok(listed.to_vec())
}

/// `app-config.yaml`, one per name in `BACKSTAGE_ENV`, then the local ones, which win.
fn default_names(env: &BTreeMap<String, String>) -> Vec<PathBuf> {
    let environments: Vec<&str> = env
        .get("BACKSTAGE_ENV")
        .map(|names| names.split(',').map(str::trim))
        .into_iter()
        .flatten()
        .filter(|name| !name.is_empty())
        .collect();
    let each = |suffix: &str| -> Vec<PathBuf> {
        environments
            .iter()
            .map(|name| format!("app-config.{name}{suffix}.yaml").into())
            .collect()
    };
    let mut names = vec!["app-config.yaml".into()];
    names.extend(each(""));
    names.push("app-config.local.yaml".into());
    names.extend(each(".local"));
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_files_come_after_those_of_the_environment() {
        let env = [("BACKSTAGE_ENV".to_owned(), "staging, eu".to_owned())].into();
        let names: Vec<String> = default_names(&env)
            .iter()
            .map(|name| name.display().to_string())
            .collect();
        assert_eq!(
            names,
            [
                "app-config.yaml",
                "app-config.staging.yaml",
                "app-config.eu.yaml",
                "app-config.local.yaml",
                "app-config.staging.local.yaml",
                "app-config.eu.local.yaml",
            ]
        );
    }

    #[test]
    fn listed_files_must_exist_and_be_files() {
        let env = BTreeMap::new();
        for (name, part) in [
            ("https://example.com/a.yaml", "not read from a URL"),
            ("no-such.yaml", "does not exist"),
        ] {
            let problem = config_files(&[name.into()], Path::new("."), &env).unwrap_err();
            assert_eq!(problem.file, name);
            assert!(problem.message.contains(part), "{problem}");
        }
    }
}
