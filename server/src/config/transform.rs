//! Applies directives and substitutions to everything in a file.

use std::path::Path;

use super::error::ConfigProblem;
use super::include::{Surroundings, include};
use super::node::{Node, NodeValue};
use super::substitute::substitute;

/// How deep files may include each other; a file that includes itself ends here.
const MAX_DEPTH: usize = 200;

/// Returns the value with everything resolved; `None` if nothing is left of it. Undefined entries
/// of maps and lists are left out.
///
/// # Errors
/// As [`include()`], and for values that nest without end.
pub fn transform(
    node: Node,
    dir: &Path,
    around: &Surroundings<'_>,
) -> Result<Option<Node>, ConfigProblem> {
    walk(node, "", dir, around, 0)
}

fn walk(
    node: Node,
    path: &str,
    dir: &Path,
    around: &Surroundings<'_>,
    depth: usize,
) -> Result<Option<Node>, ConfigProblem> {
    if depth > MAX_DEPTH {
        return Err(ConfigProblem::at(
            &node.origin,
            path,
            "values nest more than 200 deep; does a file include itself?",
        ));
    }
    if let NodeValue::String(text) = &node.value {
        return Ok(substitute(text, around.env).map(|text| Node {
            value: NodeValue::String(text),
            origin: node.origin,
        }));
    }
    match include(&node, path, dir, around)? {
        Some(included) => match included.value {
            Some(value) => children(value, path, &included.dir, around, depth).map(Some),
            None => Ok(None),
        },
        None => children(node, path, dir, around, depth).map(Some),
    }
}

fn children(
    node: Node,
    path: &str,
    dir: &Path,
    around: &Surroundings<'_>,
    depth: usize,
) -> Result<Node, ConfigProblem> {
    let Node { value, origin } = node;
    let value = match value {
        NodeValue::List(items) => {
            let mut kept = Vec::with_capacity(items.len());
            for (index, item) in items.into_iter().enumerate() {
                kept.extend(walk(
                    item,
                    &format!("{path}[{index}]"),
                    dir,
                    around,
                    depth + 1,
                )?);
            }
            NodeValue::List(kept)
        }
        NodeValue::Map(entries) => {
            let mut kept = std::collections::BTreeMap::new();
            for (key, entry) in entries {
                let path = join(path, &key);
                if let Some(entry) = walk(entry, &path, dir, around, depth + 1)? {
                    kept.insert(key, entry);
                }
            }
            NodeValue::Map(kept)
        }
        leaf => leaf,
    };
    Ok(Node { value, origin })
}

/// `a` and `b` are `a.b`; nothing and `b` are `b`, `a` and nothing are `a`.
pub(crate) fn join(prefix: &str, key: &str) -> String {
    match (prefix, key) {
        ("", only) | (only, "") => only.to_owned(),
        (prefix, key) => format!("{prefix}.{key}"),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io;

    use serde_json::{Value, json};

    use super::*;
    use crate::config::yaml;

    fn read(path: &Path) -> io::Result<String> {
        match path.to_str() {
            Some("/app/more/../token.txt") => Ok("s3cret \n\n".to_owned()),
            Some("/app/more/data.yaml") => Ok(
                "list:\n  - {$file: ../token.txt}\n  - ${UNSET}\nname: ${NAME}\nempty:".to_owned(),
            ),
            Some("/app/loop.yaml") => Ok("again: {$include: loop.yaml}".to_owned()),
            Some("/app/broken.yaml") => Ok("a: 1\nb: [}".to_owned()),
            _ => Err(io::Error::new(io::ErrorKind::NotFound, "file not found")),
        }
    }

    fn run(text: &str) -> Result<Value, ConfigProblem> {
        let env = BTreeMap::from([("NAME".to_owned(), "Callboard".to_owned())]);
        let around = Surroundings {
            env: &env,
            read: &read,
        };
        let root = yaml::parse(text, "app-config.yaml")?;
        Ok(transform(root, Path::new("/app"), &around)?.map_or(Value::Null, |node| node.to_json()))
    }

    #[test]
    fn everything_is_resolved_relative_to_its_own_file() {
        let text = "data: {$include: more/data.yaml}\nname: {$include: 'more/data.yaml#name'}\n\
                    gone: {$env: UNSET}\nalso: ${UNSET}\nleft: {$not: {kind: x}}\n";
        assert_eq!(
            run(text).unwrap(),
            json!({
                "data": {"list": ["s3cret"], "name": "Callboard"},
                "name": "Callboard",
                "left": {"$not": {"kind": "x"}},
            })
        );
    }

    #[test]
    fn errors_name_the_key_and_the_place() {
        for (text, line, part) in [
            ("x: 1\na: {$file: no.txt}", 2, "no.txt for 'a'"),
            ("x: 1\na: {$env: A, b: 1}", 2, "adjacent keys"),
            ("x: 1\na:\n  b: {$file: 7}", 3, "at 'a.b' should be a text"),
            ("x: 1\na: {$include: 'a.toml'}", 2, "a.toml"),
            (
                "x: 1\na: {$include: 'more/data.yaml#name.b.c'}",
                2,
                "'name'",
            ),
            ("x: 1\na: {$file: '${UNSET}/x'}", 2, "not set"),
        ] {
            let problem = run(text).unwrap_err();
            assert_eq!(problem.file, "app-config.yaml");
            assert_eq!(problem.line, Some(line), "{problem}");
            assert!(problem.message.contains(part), "{problem}");
        }
    }

    #[test]
    fn a_broken_include_is_reported_in_that_file() {
        let problem = run("a: {$include: broken.yaml}").unwrap_err();
        assert_eq!(
            (problem.file.as_str(), problem.line),
            ("broken.yaml", Some(2))
        );
    }

    #[test]
    fn a_file_that_includes_itself_ends() {
        let problem = run("a: {$include: loop.yaml}").unwrap_err();
        assert!(problem.message.contains("include itself"), "{problem}");
    }
}
