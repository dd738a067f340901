//! GitHub and GitHub Enterprise: `/owner/repository/blob/branch/path`.

use super::error::ScmError;
use super::place::{Parts, Place, RevisionKind, Stands, below, encoded, owned};
use crate::config::Integration;
use url::Url;

const VIEWS: [&str; 5] = ["blob", "raw", "tree", "edit", "blame"];

pub(super) fn place(segments: &[&str]) -> Option<Parts> {
    let (repository, [view, rest @ ..]) = segments.split_at_checked(2)? else {
        return None;
    };
    if !VIEWS.contains(view) {
        return None;
    }
    let (kind, skipped, rest) = match rest {
        ["refs", "heads", rest @ ..] => (RevisionKind::Branch, 2, rest),
        ["refs", "tags", rest @ ..] => (RevisionKind::Tag, 2, rest),
        rest => (RevisionKind::Any, 0, rest),
    };
    let (revision, path) = rest.split_first()?;
    Some(Parts {
        repository: owned(repository),
        revision: Some((kind, (*revision).to_owned())),
        path: owned(path),
        stands: Stands::Behind {
            segments: 4 + skipped,
            view: 2,
        },
    })
}

/// The API knows who asks; plain files are not counted against those who do not say.
pub(super) fn file(
    integration: &Integration,
    place: &Place,
    is_known: bool,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let repository = encoded(&place.repository);
    let path = encoded(&place.path);
    let revision = place.revision.as_ref().map_or("HEAD", |it| &it.name);
    match (&integration.api_base_url, &integration.raw_base_url) {
        (api, Some(raw)) if api.is_none() || !is_known => {
            // Slashes of a branch stand for themselves here.
            let revision: Vec<String> = revision.split('/').map(str::to_owned).collect();
            let revision = encoded(&revision);
            Ok((
                below(raw, &format!("{repository}/{revision}/{path}"))?,
                None,
            ))
        }
        (Some(api), _) => {
            let mut url = below(api, &format!("repos/{repository}/contents/{path}"))?;
            url.query_pairs_mut().append_pair("ref", revision);
            Ok((url, Some("application/vnd.github.raw+json")))
        }
        (None, _) => Err(ScmError::Configuration(format!(
            "apiBaseUrl of {}",
            integration.host
        ))),
    }
}
