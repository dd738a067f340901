//! What lies beside a file: paths count from its folder, or from the root of its repository.

use super::error::ScmError;
use super::name::name;
use super::{Scm, parse};
use url::{ParseError, Url};

impl Scm {
    /// A target of the file at `base`: a URL, a path from its folder, or a path from the root of its
    /// repository, which begins with a slash. A path cannot lead out of the repository, nor to
    /// another host.
    ///
    /// # Errors
    /// What is wrong with the target or with `base`.
    pub fn resolve(&self, target: &str, base: &str) -> Result<String, ScmError> {
        match Url::parse(target) {
            Err(ParseError::RelativeUrlWithoutBase) => {}
            _ => return parse_whole(target).map(String::from),
        }
        // Browsers take a backslash for a slash, and two of either for the start of a host.
        if target.contains('\\') || target.starts_with("//") {
            return Err(ScmError::Unsafe(target.to_owned()));
        }
        let (_, place) = match self.place(base) {
            Ok(found) => found,
            Err(ScmError::UnknownHost(_) | ScmError::Shape { .. } | ScmError::Unsupported(_)) => {
                let url = parse(base)?.join(target);
                let url = url.map_err(|_| ScmError::NotAUrl(target.to_owned()))?;
                return Ok(url.into());
            }
            Err(error) => return Err(error),
        };
        // Like the parameters of the page, which stay, these are not part of the path.
        let path = target.split(['?', '#']).next().unwrap_or_default();
        let start = if path.starts_with('/') {
            &[]
        } else {
            place.folder()
        };
        let (path, is_folder) = walk(start, path).ok_or_else(|| outside_or_unsafe(target))?;
        Ok(place.with_path(&path, is_folder).into())
    }

    /// Whether a file may be read on behalf of an entity at `base`: it must be in the same
    /// repository, or at an unknown host elsewhere in the folder of the entity.
    pub fn is_same_repository(&self, target: &str, base: &str) -> bool {
        match (self.place(target), self.place(base)) {
            (Ok((target_at, target)), Ok((base_at, base))) => {
                let names = |names: &[String]| names.join("/").to_lowercase();
                target_at.host == base_at.host
                    && names(&target.repository) == names(&base.repository)
            }
            (Err(ScmError::UnknownHost(_)), Err(ScmError::UnknownHost(_))) => {
                is_in_folder(target, base).unwrap_or_default()
            }
            _ => false,
        }
    }
}

fn parse_whole(target: &str) -> Result<Url, ScmError> {
    let fragment = Url::parse(target).ok();
    let fragment = fragment.as_ref().and_then(Url::fragment);
    let mut url = parse(target)?;
    url.set_fragment(fragment);
    Ok(url)
}

/// Follows a relative path, and says whether it ends with a slash. None when it leads above the root
/// or holds what is no name.
fn walk(start: &[String], target: &str) -> Option<(Vec<String>, bool)> {
    let mut path = start.to_vec();
    let mut is_folder = false;
    for segment in target.split('/') {
        is_folder = true;
        match segment {
            "" | "." => {}
            ".." => {
                path.pop()?;
            }
            segment => {
                path.push(name(segment)?);
                is_folder = false;
            }
        }
    }
    Some((path, is_folder))
}

fn outside_or_unsafe(target: &str) -> ScmError {
    if target.contains('%') {
        ScmError::Unsafe(target.to_owned())
    } else {
        ScmError::Outside(target.to_owned())
    }
}

/// For hosts of which nothing is known. None when one of the URLs is none.
fn is_in_folder(target: &str, base: &str) -> Option<bool> {
    let (target, folder) = (parse(target).ok()?, parse(base).ok()?.join("./").ok()?);
    let rest = target.path().strip_prefix(folder.path());
    let is_plain = |rest: &str| {
        rest.split('/')
            .all(|it| it.is_empty() || name(it).is_some())
    };
    Some(target.origin() == folder.origin() && rest.is_some_and(is_plain))
}
