//! What the actions about skeletons are given.

use super::super::language::{Data, Secrets};
use super::names::{Outside, clean};

/// How a skeleton becomes files.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Debug, Clone, Default)]
pub struct Input {
    /// Below which folder of the workspace things go, or which file is written; empty for the
    /// workspace itself.
    pub target: String,
    pub values: Data,
    /// Which of the values are secret.
    pub secrets: Secrets,
    /// Patterns of files whose contents are copied as they are.
    pub copied: Vec<String>,
    /// Whether the skeleton was written for Cookiecutter.
    pub cookiecutter: bool,
    /// Of which ending files are templates, with its point; the ending goes. All are without it.
    pub extension: Option<String>,
    /// Whether what is there already is replaced.
    pub replace: bool,
    pub trim_blocks: bool,
    pub lstrip_blocks: bool,
}

/// Why an input cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidInput {
    #[error("targetPath: Relative path is not allowed to refer to a directory outside its parent")]
    Outside,
    #[error("{0} has to be a list of patterns")]
    NoList(&'static str),
    #[error("copyWithoutRender and copyWithoutTemplating say the same; use only the second")]
    CopiedTwice,
    #[error(
        "templateFileExtension cannot be used with {0}; what has no such extension is copied anyway"
    )]
    ExtensionWith(&'static str),
    #[error("{pattern}: {why}")]
    Pattern { pattern: String, why: String },
}

impl Input {
    /// Reads the input of an action, of which these parts are secret.
    ///
    /// # Errors
    /// When parts of it contradict each other, or the target is outside of the workspace.
    pub fn read(input: &Data, secrets: &Secrets) -> Result<Self, InvalidInput> {
        let flag = |name: &str| input.get(name).is_some_and(Data::is_truthy);
        let target = input.get("targetPath").and_then(Data::as_str).unwrap_or("");
        let target = clean(target).map_err(|Outside| InvalidInput::Outside)?;
        let templating = patterns(input, "copyWithoutTemplating")?;
        let render = patterns(input, "copyWithoutRender")?;
        let extension = match input.get("templateFileExtension") {
            Some(Data::Bool(true)) => Some(".njk".to_owned()),
            Some(Data::Text(extension)) if !extension.is_empty() => {
                let bare = extension.trim_start_matches('.');
                Some(format!(".{bare}"))
            }
            _ => None,
        };
        let cookiecutter = flag("cookiecutterCompat");
        if extension.is_some() && templating.is_some() {
            return Err(InvalidInput::ExtensionWith("copyWithoutTemplating"));
        }
        if extension.is_some() && cookiecutter {
            return Err(InvalidInput::ExtensionWith("cookiecutterCompat"));
        }
        if templating.is_some() && render.is_some() {
            return Err(InvalidInput::CopiedTwice);
        }
        Ok(Self {
            target,
            values: input.get("values").cloned().unwrap_or_default(),
            secrets: secrets.within("values"),
            copied: templating.or(render).unwrap_or_default(),
            cookiecutter,
            extension,
            replace: flag("replace"),
            trim_blocks: flag("trimBlocks"),
            lstrip_blocks: flag("lstripBlocks"),
        })
    }
}

fn patterns(input: &Data, name: &'static str) -> Result<Option<Vec<String>>, InvalidInput> {
    let items = match input.get(name) {
        None | Some(Data::Null) => return Ok(None),
        Some(Data::List(items)) => items,
        Some(_) => return Err(InvalidInput::NoList(name)),
    };
    let patterns = items.iter().map(|item| item.as_str().map(str::to_owned));
    let patterns: Option<Vec<String>> = patterns.collect();
    patterns.map(Some).ok_or(InvalidInput::NoList(name))
}
