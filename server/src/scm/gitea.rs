//! Gitea and Forgejo: `/owner/repository/src/branch/name/path`.

use super::error::ScmError;
use super::name::encode;
use super::place::{Parts, Place, RevisionKind, Stands, below, encoded, owned, web};
use crate::config::Integration;
use url::Url;

pub(super) fn place(segments: &[&str], base: usize) -> Option<Parts> {
    let [
        owner,
        repository,
        "src" | "raw" | "media",
        kind,
        revision,
        path @ ..,
    ] = &segments[base..]
    else {
        return None;
    };
    let kind = match *kind {
        "branch" => RevisionKind::Branch,
        "tag" => RevisionKind::Tag,
        "commit" => RevisionKind::Commit,
        _ => return None,
    };
    Some(Parts {
        repository: owned(&[owner, repository]),
        revision: Some((kind, (*revision).to_owned())),
        path: owned(path),
        stands: Stands::Behind {
            segments: base + 5,
            view: base + 2,
        },
    })
}

pub(super) fn file(
    integration: &Integration,
    place: &Place,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let (repository, path) = (encoded(&place.repository), encoded(&place.path));
    let mut url = below(
        &web(integration),
        &format!("api/v1/repos/{repository}/raw/{path}"),
    )?;
    if let Some(revision) = &place.revision {
        url.query_pairs_mut().append_pair("ref", &revision.name);
    }
    Ok((url, None))
}

/// Only branches are edited.
pub(super) fn edit(integration: &Integration, place: &Place) -> Option<String> {
    let revision = place.revision.as_ref()?;
    if revision.kind != RevisionKind::Branch {
        return None;
    }
    let (repository, path) = (encoded(&place.repository), encoded(&place.path));
    let branch = encode(&revision.name);
    let url = below(
        &web(integration),
        &format!("{repository}/_edit/{branch}/{path}"),
    );
    url.ok().map(String::from)
}
