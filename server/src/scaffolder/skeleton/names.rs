//! Where things go, by their rendered names.

use super::super::language::Rendered;

/// A path that leads out of the folder it is in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Outside;

/// A path below the target folder.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Name {
    pub(super) path: String,
    pub(super) secret: bool,
}

/// Where something goes; nowhere, if a part of its name came to nothing.
pub(super) fn name(rendered: Rendered) -> Result<Option<Name>, Outside> {
    let Rendered { text, secret, .. } = rendered;
    let is_skipped =
        text.is_empty() || text.starts_with('/') || text.ends_with('/') || text.contains("//");
    if is_skipped {
        return Ok(None);
    }
    let path = clean(&text)?;
    Ok((!path.is_empty()).then_some(Name { path, secret }))
}

/// A path without `.` and `..`, relative, and empty for the folder itself.
pub(super) fn clean(path: &str) -> Result<String, Outside> {
    if path.starts_with('/') || path.contains('\0') {
        return Err(Outside);
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop().ok_or(Outside)?;
            }
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// Whether a link at a path leads out of the workspace.
pub(super) fn leaves(path: &str, to: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let whole = format!("{folder}/{to}");
    to.starts_with('/') || clean(whole.trim_start_matches('/')).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Result<Option<String>, Outside> {
        let rendered = Rendered {
            text: text.to_owned(),
            secret: false,
            hidden: Vec::new(),
        };
        Ok(name(rendered)?.map(|name| name.path))
    }

    #[test]
    fn what_comes_to_nothing_is_skipped() {
        for text in ["", "/a", "a//b", "a/", ".", "./", "a/.."] {
            assert_eq!(named(text), Ok(None), "{text}");
        }
    }

    #[test]
    fn nothing_leads_out() {
        for text in ["..", "../a", "a/../../b", "a\0b"] {
            assert_eq!(named(text), Err(Outside), "{text}");
        }
        assert_eq!(named("a/./b/../c"), Ok(Some("a/c".to_owned())));
        assert!(leaves("a/b", "../../c"));
        assert!(leaves("a", "/etc/passwd"));
        assert!(!leaves("a/b", "../c"));
        assert!(!leaves("a", "./gone"));
    }
}
