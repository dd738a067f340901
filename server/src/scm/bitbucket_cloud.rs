//! Bitbucket Cloud: `/workspace/repository/src/branch/path`.

use super::error::ScmError;
use super::name::encode;
use super::place::{Parts, Place, RevisionKind, Stands, below, encoded, owned};
use crate::config::Integration;
use url::Url;

pub(super) fn place(segments: &[&str]) -> Option<Parts> {
    let [workspace, repository, "src" | "raw", revision, path @ ..] = segments else {
        return None;
    };
    Some(Parts {
        repository: owned(&[workspace, repository]),
        revision: Some((RevisionKind::Any, (*revision).to_owned())),
        path: owned(path),
        stands: Stands::Behind {
            segments: 4,
            view: 2,
        },
    })
}

pub(super) fn file(
    integration: &Integration,
    place: &Place,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let api = integration.api_base_url.as_deref().unwrap_or_default();
    let revision = place.revision.as_ref().map_or("HEAD", |it| &it.name);
    let (repository, path) = (encoded(&place.repository), encoded(&place.path));
    let revision = encode(revision);
    let url = below(
        api,
        &format!("repositories/{repository}/src/{revision}/{path}"),
    )?;
    Ok((url, None))
}
