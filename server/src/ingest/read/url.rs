//! URLs of files in repositories: where their bytes are, and what lies beside them.

use super::ReadError;
use url::Url;

/// The address of the bytes of a file: the page of a file on GitHub shows it, but is not it.
pub(crate) fn raw(target: &str) -> Result<String, ReadError> {
    if target.contains('*') {
        let message = "patterns in URLs cannot be read yet; name each file, or use a Location with several targets";
        return Err(ReadError::Failed(message.to_owned()));
    }
    let Some((repository, rest)) = github(target) else {
        return Ok(target.to_owned());
    };
    Ok(match rest.split_once('/') {
        Some(("blob" | "tree" | "edit", path)) => {
            format!("https://raw.githubusercontent.com/{repository}/{path}")
        }
        _ => target.to_owned(),
    })
}

/// `owner/repository` and the rest of the path of a URL on GitHub.
fn github(url: &str) -> Option<(&str, &str)> {
    let path = url.strip_prefix("https://github.com/")?;
    let repository_end = path.match_indices('/').nth(1)?.0;
    Some((&path[..repository_end], &path[repository_end + 1..]))
}

/// A target of the file at `base`. Relative ones count from its folder; on GitHub those that
/// begin with a slash count from the root of the repository.
///
/// # Errors
/// What is wrong with one of the URLs.
pub(crate) fn resolve(target: &str, base: &str) -> Result<String, String> {
    if let (true, Some((repository, rest))) = (target.starts_with('/'), github(base)) {
        let mut parts = rest.splitn(3, '/');
        if let (Some(view), Some(branch)) = (parts.next(), parts.next()) {
            return Ok(format!(
                "https://github.com/{repository}/{view}/{branch}{target}"
            ));
        }
    }
    let base = Url::parse(base).map_err(|error| format!("{base} is no URL: {error}"))?;
    base.join(target)
        .map(String::from)
        .map_err(|error| format!("{target} is no URL: {error}"))
}

/// Where a person edits the file; none when the URL names a commit, which cannot change.
pub(crate) fn edit(target: &str) -> Option<String> {
    let names_commit = target
        .split(|c: char| !c.is_ascii_hexdigit())
        .any(|it| it.len() >= 40);
    (!names_commit).then(|| view(target, "edit"))
}

/// The folder that the file lies in, with a slash at its end.
pub(crate) fn folder(target: &str) -> Option<String> {
    let folder = Url::parse(target).ok()?.join("./").ok()?;
    Some(view(folder.as_str(), "tree"))
}

/// The same place on GitHub in another view.
fn view(url: &str, view: &str) -> String {
    let Some((repository, rest)) = github(url) else {
        return url.to_owned();
    };
    match rest.split_once('/') {
        Some(("blob" | "tree" | "edit", path)) => {
            format!("https://github.com/{repository}/{view}/{path}")
        }
        _ => url.to_owned(),
    }
}

/// Whether a file may be read on behalf of an entity at `base`: it must be in the same
/// repository, or elsewhere in the folder of the entity.
pub(crate) fn is_beside(target: &str, base: &str) -> bool {
    let repository = |url: &str| github(url).map(|(repository, _)| repository.to_lowercase());
    match repository(base) {
        Some(base) => repository(target).is_some_and(|target| target == base),
        None => folder(base).is_some_and(|folder| target.starts_with(&folder)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "https://github.com/o/r/blob/main/a/b.yaml";

    #[test]
    fn github_pages_become_raw_files() {
        let check = |url, expected: &str| assert_eq!(raw(url), Ok(expected.to_owned()));
        check(FILE, "https://raw.githubusercontent.com/o/r/main/a/b.yaml");
        check(
            "https://other.com/o/r/blob/main/a",
            "https://other.com/o/r/blob/main/a",
        );
        assert!(raw("https://github.com/o/r/blob/main/*.yaml").is_err());
    }

    #[test]
    fn targets_resolve_beside_their_file() {
        let check = |target, base, expected: &str| {
            assert_eq!(resolve(target, base), Ok(expected.to_owned()));
        };
        check(
            "./c.yaml",
            FILE,
            "https://github.com/o/r/blob/main/a/c.yaml",
        );
        check("../c.yaml", FILE, "https://github.com/o/r/blob/main/c.yaml");
        check("/c.yaml", FILE, "https://github.com/o/r/blob/main/c.yaml");
        check("https://x/y", FILE, "https://x/y");
        check("/c", "https://x/a/b", "https://x/c");
    }

    #[test]
    fn a_file_has_a_folder_and_is_edited_unless_it_is_frozen() {
        assert_eq!(folder(FILE).unwrap(), "https://github.com/o/r/tree/main/a/");
        assert_eq!(
            edit(FILE).unwrap(),
            "https://github.com/o/r/edit/main/a/b.yaml"
        );
        let frozen = format!("https://github.com/o/r/blob/{}/b.yaml", "a1".repeat(20));
        assert_eq!(edit(&frozen), None);
    }

    #[test]
    fn only_the_same_repository_is_beside() {
        assert!(is_beside("https://github.com/o/R/blob/main/x", FILE));
        assert!(!is_beside("https://github.com/o/r2/blob/main/x", FILE));
        assert!(!is_beside("https://evil/o/r/blob/main/x", FILE));
        assert!(is_beside("https://x/a/c/d", "https://x/a/b"));
        assert!(!is_beside("https://x/c", "https://x/a/b"));
    }
}
