//! `$env`, `$file` and `$include`: one-key maps that stand for a value kept elsewhere.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::error::ConfigProblem;
use super::node::{Node, NodeValue, Origin};
use super::substitute::substitute;
use super::yaml;

const DIRECTIVES: [&str; 3] = ["$env", "$file", "$include"];

/// What a configuration file may refer to: the environment and other files.
pub struct Surroundings<'a> {
    pub env: &'a BTreeMap<String, String>,
    pub read: &'a dyn Fn(&Path) -> io::Result<String>,
}

/// What a directive stands for.
pub struct Included {
    /// None where the directive stands for a variable or a key that is not there.
    pub value: Option<Node>,
    /// The folder that further directives inside the value are relative to.
    pub dir: PathBuf,
}

/// Resolves `node` if it is a directive; `None` if it is an ordinary value. `path` is its key, for
/// messages. The included value itself is not transformed further, text excepted.
///
/// # Errors
/// A directive beside other keys, a file that cannot be read or parsed, a path that leads through
/// something other than a map.
pub fn include(
    node: &Node,
    path: &str,
    dir: &Path,
    around: &Surroundings<'_>,
) -> Result<Option<Included>, ConfigProblem> {
    let Some(entries) = node.as_map() else {
        return Ok(None);
    };
    let Some(directive) = DIRECTIVES
        .into_iter()
        .find(|key| entries.contains_key(*key))
    else {
        return Ok(None);
    };
    let fail = |message: String| ConfigProblem::at(&node.origin, path, message);
    if entries.len() != 1 {
        return Err(fail(format!(
            "'{directive}' should not have adjacent keys at '{path}'; remove them"
        )));
    }
    let Some(written) = entries[directive].as_str() else {
        return Err(fail(format!("'{directive}' at '{path}' should be a text")));
    };
    let Some(target) = substitute(written, around.env) else {
        return Err(fail(format!(
            "'{directive}' at '{path}' names '{written}', but a variable in it is not set"
        )));
    };
    let text = |value: String| Node {
        value: NodeValue::String(value),
        origin: node.origin.clone(),
    };
    let included = match directive {
        "$env" => Included {
            value: around.env.get(&target).cloned().map(text),
            dir: dir.to_owned(),
        },
        "$file" => {
            let content = (around.read)(&dir.join(&target)).map_err(|error| {
                fail(format!(
                    "failed to read file {target} for '{path}': {error}"
                ))
            })?;
            Included {
                value: Some(text(content.trim_end().to_owned())),
                dir: dir.to_owned(),
            }
        }
        _ => include_data(&target, dir, around).map_err(|mut problem| {
            if problem.file.is_empty() {
                problem = fail(problem.message);
            }
            path.clone_into(&mut problem.path);
            problem
        })?,
    };
    Ok(Some(included))
}

/// Reads `file.yaml#key.in.it`.
fn include_data(
    target: &str,
    dir: &Path,
    around: &Surroundings<'_>,
) -> Result<Included, ConfigProblem> {
    // Without a file of its own the caller fills in where the directive stands.
    let fail = |message: String| ConfigProblem::at(&Origin::named(""), "", message);
    let (file, inner) = target.split_once('#').unwrap_or((target, ""));
    let known = ["json", "yaml", "yml"];
    if !Path::new(file)
        .extension()
        .is_some_and(|extension| known.iter().any(|known| extension == *known))
    {
        return Err(fail(format!(
            "no configuration parser available for included file {file}; use .yaml, .yml or .json"
        )));
    }
    let full = dir.join(file);
    let content = (around.read)(&full)
        .map_err(|error| fail(format!("failed to read included file {file}: {error}")))?;
    let mut value = Some(yaml::parse(&content, file)?);
    let parts: Vec<&str> = inner.split('.').filter(|_| !inner.is_empty()).collect();
    for (index, part) in parts.iter().enumerate() {
        let Some(NodeValue::Map(mut entries)) = value.map(|node| node.value) else {
            let above = parts[..index].join(".");
            return Err(fail(format!(
                "value at '{above}' in included file {file} is not an object"
            )));
        };
        value = entries.remove(*part);
    }
    if let Some(node) = &mut value
        && let NodeValue::String(text) = &mut node.value
    {
        match substitute(text, around.env) {
            Some(text_in_place) => *text = text_in_place,
            None => value = None,
        }
    }
    let dir = full.parent().unwrap_or(dir).to_owned();
    Ok(Included { value, dir })
}
