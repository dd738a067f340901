//! Skeletons: a tree of files that becomes another, names and contents rendered.
//!
//! What `fetch:template`, `fetch:template:file` and the actions like them do once the files are here.
//! It knows files only through [`Source`] and [`Target`], so that it works on a workspace and on trees
//! in memory alike.

mod content;
mod input;
mod names;
mod patterns;
mod tree;

pub use input::{Input, InvalidInput};
pub use tree::{Entry, EntryKind, MemoryTree, Node, Source, Target};

use super::language::{Context, Engine, Function, LanguageError, Options, Rendered};
use content::is_text;
use indexmap::IndexMap;
use names::{Name, name};
use patterns::Patterns;
use std::io;
use std::sync::{Mutex, PoisonError};

/// Ready to make files of a skeleton.
#[derive(Debug)]
pub struct Skeleton {
    engine: Engine,
    context: Context,
    input: Input,
    copied: Patterns,
    hidden: Mutex<Vec<String>>,
}

/// One thing that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// Where it was in the skeleton.
    pub from: String,
    /// Where it is now.
    pub path: String,
    /// Whether its path holds anything that comes from a secret.
    pub is_path_secret: bool,
    pub is_rendered: bool,
}

/// What kept a skeleton from becoming files, and at which of them.
#[derive(Debug, thiserror::Error)]
pub enum SkeletonError {
    #[error("the name {path}: {error}")]
    Name { path: String, error: LanguageError },
    #[error("{path}, {error}")]
    Content { path: String, error: LanguageError },
    #[error("the name {path} leads out of the target folder; nothing may be written there")]
    Outside { path: String },
    #[error("{path}: {error}")]
    Files { path: String, error: io::Error },
}

impl Skeleton {
    /// Prepares for an input, with filters beside those of the language.
    ///
    /// # Errors
    /// When a pattern of files to copy cannot be understood.
    pub fn new(input: Input, filters: IndexMap<String, Function>) -> Result<Self, InvalidInput> {
        let copied = Patterns::new(&input.copied)?;
        let options = if input.cookiecutter {
            Options::cookiecutter()
        } else {
            Options::default()
        };
        let options = Options {
            trim_blocks: input.trim_blocks,
            lstrip_blocks: input.lstrip_blocks,
            filters,
            ..options
        };
        let root = if input.cookiecutter {
            "cookiecutter"
        } else {
            "values"
        };
        let context =
            Context::new().with_secrets_in(root, input.values.clone(), input.secrets.clone());
        Ok(Self {
            engine: Engine::new(options),
            context,
            input,
            copied,
            hidden: Mutex::default(),
        })
    }

    /// The texts in what was rendered so far that come from secrets: they are now in files and names.
    pub fn hidden(&self) -> Vec<String> {
        let hidden = self.hidden.lock();
        hidden.unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn hide(&self, rendered: &mut Rendered) {
        if !rendered.hidden.is_empty() {
            let hidden = self.hidden.lock();
            let mut hidden = hidden.unwrap_or_else(PoisonError::into_inner);
            hidden.append(&mut rendered.hidden);
        }
    }

    /// Writes a whole skeleton below the target path. What is there already stays, unless it is to be
    /// replaced.
    ///
    /// # Errors
    /// At the first file that cannot be rendered, read or written.
    pub fn write(
        &self,
        source: &impl Source,
        target: &mut impl Target,
    ) -> Result<Vec<Written>, SkeletonError> {
        let failed = |path: &str| {
            let path = path.to_owned();
            move |error| SkeletonError::Files { path, error }
        };
        let mut written = Vec::new();
        for entry in source.entries().map_err(failed(""))? {
            let (inner, is_rendered) = self.sort(&entry);
            let rendered = self.render_name(inner, &entry.path)?;
            let Some(Name { path, secret }) = rendered else {
                continue;
            };
            let path = join(&self.input.target, &path);
            if !self.input.replace && target.exists(&path) {
                continue;
            }
            let is_rendered = match &entry.kind {
                EntryKind::Folder => {
                    target.folder(&path).map_err(failed(&entry.path))?;
                    false
                }
                EntryKind::Link(to) => {
                    if names::leaves(&path, to) {
                        return Err(SkeletonError::Outside { path: entry.path });
                    }
                    target.link(&path, to).map_err(failed(&entry.path))?;
                    false
                }
                EntryKind::File { is_executable } => {
                    let bytes = source.read(&entry.path).map_err(failed(&entry.path))?;
                    let renders = is_rendered && is_text(&bytes);
                    let bytes = if renders {
                        self.render_content(bytes, &entry.path)?
                    } else {
                        bytes
                    };
                    let write = target.file(&path, &bytes, *is_executable);
                    write.map_err(failed(&entry.path))?;
                    renders
                }
            };
            written.push(Written {
                from: entry.path,
                path,
                is_path_secret: secret,
                is_rendered,
            });
        }
        Ok(written)
    }

    /// Writes one file to the target path, its content rendered; false if one is there that stays.
    ///
    /// # Errors
    /// When it cannot be rendered or written.
    pub fn write_file(
        &self,
        from: &str,
        bytes: Vec<u8>,
        is_executable: bool,
        target: &mut impl Target,
    ) -> Result<bool, SkeletonError> {
        let path = &self.input.target;
        if !self.input.replace && target.exists(path) {
            return Ok(false);
        }
        let bytes = if is_text(&bytes) {
            self.render_content(bytes, from)?
        } else {
            bytes
        };
        let failed = |error| SkeletonError::Files {
            path: from.to_owned(),
            error,
        };
        target.file(path, &bytes, is_executable).map_err(failed)?;
        Ok(true)
    }

    /// Whether a file of this name is rendered, if it holds text.
    pub fn renders(&self, path: &str) -> bool {
        let entry = Entry {
            path: path.to_owned(),
            kind: EntryKind::File {
                is_executable: false,
            },
        };
        self.sort(&entry).1
    }

    /// The name of an entry without what only says that it is a template, and whether it is one.
    fn sort<'e>(&self, entry: &'e Entry) -> (&'e str, bool) {
        let path = entry.path.as_str();
        match &self.input.extension {
            Some(extension) if entry.kind != EntryKind::Folder => {
                match path.strip_suffix(extension.as_str()) {
                    Some(inner) if !inner.is_empty() && !inner.ends_with('/') => (inner, true),
                    _ => (path, false),
                }
            }
            Some(_) => (path, false),
            None => (path, !self.copied.cover(path)),
        }
    }

    fn render_name(&self, path: &str, entry: &str) -> Result<Option<Name>, SkeletonError> {
        let rendered = self.engine.render(path, &self.context);
        let mut rendered = rendered.map_err(|error| SkeletonError::Name {
            path: entry.to_owned(),
            error,
        })?;
        self.hide(&mut rendered);
        name(rendered).map_err(|names::Outside| SkeletonError::Outside {
            path: entry.to_owned(),
        })
    }

    fn render_content(&self, bytes: Vec<u8>, path: &str) -> Result<Vec<u8>, SkeletonError> {
        let text = String::from_utf8_lossy(&bytes);
        let rendered = self.engine.render(&text, &self.context);
        let mut rendered = rendered.map_err(|error| SkeletonError::Content {
            path: path.to_owned(),
            error,
        })?;
        self.hide(&mut rendered);
        Ok(rendered.text.into_bytes())
    }
}

fn join(folder: &str, path: &str) -> String {
    if folder.is_empty() {
        return path.to_owned();
    }
    format!("{folder}/{path}")
}
