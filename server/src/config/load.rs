//! Reads the files and the environment into one [`Config`].

use std::collections::BTreeMap;
use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::env::read_env;
use super::error::{ConfigError, ConfigProblem, ConfigWarning};
use super::include::Surroundings;
use super::model::Config;
use super::node::{Node, NodeValue, Origin};
use super::reader::{ConfigReader, Layer};
use super::redact::redact;
use super::section::{Section, Trace};
use super::sources::config_files;
use super::transform::transform;
use super::unread::unread;
use super::yaml;

/// What to read. Not to be printed: the environment holds secrets.
#[derive(Clone, Default)]
pub struct LoadOptions {
    /// The values of `--config`; empty means the usual files of `dir`.
    pub files: Vec<PathBuf>,
    /// What relative paths in `files` are relative to: the working folder.
    pub dir: PathBuf,
    /// The environment variables.
    pub env: BTreeMap<String, String>,
}

/// A configuration that can be used.
#[derive(Clone)]
pub struct Loaded {
    /// Everything merged, as written. It holds secrets: show it through [`redact()`].
    pub value: Value,
    pub config: Config,
    /// Keys that nothing reads, and contradictions; to be shown once.
    pub warnings: Vec<ConfigWarning>,
    /// The files read, in order; later ones win.
    pub files: Vec<PathBuf>,
}

impl fmt::Debug for Loaded {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Loaded")
            .field("value", &redact(&self.value))
            .field("warnings", &self.warnings)
            .field("files", &self.files)
            .finish_non_exhaustive()
    }
}

/// Reads, merges and checks a configuration.
///
/// # Errors
/// Everything that is wrong with it, by file and line. A file that cannot be read or parsed is
/// reported alone.
pub fn load(options: &LoadOptions) -> Result<Loaded, ConfigError> {
    let files = config_files(&options.files, &options.dir, &options.env)?;
    let mut sources = Vec::new();
    for file in &files {
        if let Some(node) = read_file(file, options)? {
            sources.push((file_name(file), node));
        }
    }
    if let Some(node) = read_env(&options.env)? {
        sources.push(("env".to_owned(), node));
    }
    read_config(&sources, files)
}

/// Reads the struct from named sources, the highest last.
fn read_config(sources: &[(String, Node)], files: Vec<PathBuf>) -> Result<Loaded, ConfigError> {
    let layers: Vec<Layer<'_>> = sources
        .iter()
        .map(|(context, data)| Layer { data, context })
        .collect();
    let empty = Node {
        value: NodeValue::Map(BTreeMap::new()),
        origin: Origin::named("configuration"),
    };
    let merged = sources
        .iter()
        .fold(empty, |below, (_, node)| below.merge(node.clone()));

    let trace = Trace::default();
    let config = Config::read(&Section::new(ConfigReader::new(&layers), &trace));
    let problems = trace.problems.into_inner();
    if !problems.is_empty() {
        return Err(ConfigError { problems });
    }
    let mut warnings = trace.warnings.into_inner();
    warnings.extend(unread(&merged, &trace.asked.into_inner()));
    warnings.extend(
        config.validate().into_iter().map(|(path, message)| {
            ConfigProblem::at(&merged.nearest(&path).origin, &path, message)
        }),
    );
    Ok(Loaded {
        value: merged.to_json(),
        config,
        warnings,
        files,
    })
}

/// One file with everything in it resolved; None if it is empty.
fn read_file(file: &Path, options: &LoadOptions) -> Result<Option<Node>, ConfigProblem> {
    let name = file.display().to_string();
    let fail = |message: String| ConfigProblem::at(&Origin::named(&name), "", message);
    let path = options.dir.join(file);
    let text = fs::read_to_string(&path)
        .map_err(|error| fail(format!("this configuration file cannot be read: {error}")))?;
    let around = Surroundings {
        env: &options.env,
        read: &|path| fs::read_to_string(path),
    };
    let dir = path.parent().unwrap_or(Path::new(""));
    let root = yaml::parse(&text, &name)?;
    match transform(root, dir, &around)? {
        Some(node) if node.as_map().is_some() => Ok(Some(node)),
        Some(node) if node.value != NodeValue::Null => Err(fail(format!(
            "a configuration file should hold keys and values, this one holds a {}",
            node.type_name()
        ))),
        _ => Ok(None),
    }
}

fn file_name(file: &Path) -> String {
    file.file_name()
        .unwrap_or(file.as_os_str())
        .to_string_lossy()
        .into_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::json;

    use super::*;

    /// Loads one file's text with an empty environment.
    pub(crate) fn load_text(text: &str) -> Result<Loaded, ConfigError> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("app-config.yaml"), text).unwrap();
        load(&LoadOptions {
            dir: dir.path().to_owned(),
            ..LoadOptions::default()
        })
    }

    /// Expects one warning about a file's text: at that line, and with these words.
    pub(crate) fn check_warning(text: &str, line: u32, said: &str) {
        let warnings = load_text(text).unwrap().warnings;
        assert_eq!(warnings.len(), 1, "{warnings:#?}");
        assert_eq!(warnings[0].line, Some(line), "{warnings:#?}");
        assert!(warnings[0].message.contains(said), "{warnings:#?}");
    }

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            fs::write(dir.path().join(name), text).unwrap();
        }
        dir
    }

    #[test]
    fn later_files_win_and_the_environment_wins_over_all() {
        let dir = folder(&[
            (
                "app-config.yaml",
                "app: {title: base, baseUrl: 'http://a'}\ncatalog: {locations: [{type: file, target: a}]}\norganization: {name: Base}",
            ),
            (
                "app-config.local.yaml",
                "app: {title: local}\ncatalog: {locations: []}\norganization: {name: ~}",
            ),
            ("other.yaml", "app: {title: other}"),
        ]);
        let mut options = LoadOptions {
            dir: dir.path().to_owned(),
            ..LoadOptions::default()
        };
        let loaded = load(&options).unwrap();
        assert_eq!(
            loaded.value,
            json!({
                "app": {"title": "local", "baseUrl": "http://a"},
                "catalog": {"locations": []},
                "organization": {},
            })
        );
        assert_eq!(loaded.config.organization.name, "");
        assert_eq!(loaded.files.len(), 2);

        options.files = vec!["other.yaml".into()];
        assert_eq!(
            load(&options).unwrap().value,
            json!({"app": {"title": "other"}})
        );

        options
            .env
            .insert("APP_CONFIG_app_title".into(), "from the environment".into());
        assert_eq!(
            load(&options).unwrap().config.app.title,
            "from the environment"
        );
    }

    #[test]
    fn nothing_at_all_is_a_configuration() {
        let loaded = load_text("").unwrap();
        assert_eq!(loaded.config, Config::default());
        assert_eq!(loaded.warnings, []);
    }

    #[test]
    fn errors_name_file_and_line() {
        for (text, expected) in [
            ("app: [", "app-config.yaml:1: this is not valid YAML"),
            (
                "- a",
                "app-config.yaml: a configuration file should hold keys",
            ),
            (
                "app:\n  title: ''",
                "app-config.yaml:2: Invalid type in config for key 'app.title' in 'app-config.yaml', got empty-string, wanted string",
            ),
            (
                "app: true",
                "app-config.yaml:1: Invalid type in config for key 'app' in 'app-config.yaml', got boolean, wanted object",
            ),
            (
                "a: 1\napp: {$include: no.yaml}",
                "app-config.yaml:2: failed to read included file no.yaml",
            ),
        ] {
            let error = load_text(text).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }

    #[test]
    fn a_wrong_variable_is_named() {
        let error = load(&LoadOptions {
            env: [("APP_CONFIG_backend_listen_port".into(), "none".into())].into(),
            ..LoadOptions::default()
        })
        .unwrap_err();
        assert_eq!(error.problems[0].file, "APP_CONFIG_backend_listen_port");
    }
}
