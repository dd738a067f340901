//! GitLab: `/group/subgroup/project/-/blob/branch/path`, formerly without `/-`.

use super::error::ScmError;
use super::name::encode;
use super::place::{Parts, Place, RevisionKind, Stands, below, owned, web};
use crate::config::Integration;
use url::Url;

const VIEWS: [&str; 5] = ["blob", "raw", "tree", "edit", "blame"];

pub(super) fn place(segments: &[&str], base: usize) -> Option<Parts> {
    let is_view = |index: usize| segments.get(index).is_some_and(|it| VIEWS.contains(it));
    // A project has a group at least; either may have the name of a view.
    let candidates = base + 2..segments.len();
    let separated = candidates
        .clone()
        .find(|index| segments[*index] == "-" && is_view(index + 1));
    let (end, view) = match separated {
        Some(separator) => (separator, separator + 1),
        None => candidates
            .clone()
            .find(|index| is_view(*index))
            .map(|view| (view, view))?,
    };
    let project = &segments[base..end];
    // Nothing has the name that keeps pages apart from projects.
    if project.contains(&"-") {
        return None;
    }
    let revision = segments.get(view + 1)?;
    Some(Parts {
        repository: owned(project),
        revision: Some((RevisionKind::Any, (*revision).to_owned())),
        path: owned(&segments[view + 2..]),
        stands: Stands::Behind {
            segments: view + 2,
            view,
        },
    })
}

/// The API takes the whole path of a project, and of a file, as one segment each.
pub(super) fn file(
    integration: &Integration,
    place: &Place,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let api = integration.api_base_url.clone();
    let api = api.unwrap_or_else(|| format!("{}/api/v4", web(integration)));
    let project = encode(&place.repository.join("/"));
    let path = encode(&place.path.join("/"));
    let mut url = below(
        &api,
        &format!("projects/{project}/repository/files/{path}/raw"),
    )?;
    if let Some(revision) = &place.revision {
        url.query_pairs_mut().append_pair("ref", &revision.name);
    }
    Ok((url, None))
}
