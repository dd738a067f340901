//! Bitbucket Server and Data Center: `/projects/KEY/repos/repository/browse/path?at=branch`.

use super::error::ScmError;
use super::place::{Parts, Place, RevisionKind, Stands, below, encoded, owned, parameter};
use crate::config::Integration;
use url::Url;

pub(super) fn place(url: &Url, segments: &[&str]) -> Option<Parts> {
    // The server may live below a path of its host.
    let start = (0..segments.len()).find(|start| shape(&segments[*start..]).is_some())?;
    let (project, repository, path) = shape(&segments[start..])?;
    let revision = parameter(url, "at").map(|at| {
        let kinds = [
            ("refs/heads/", RevisionKind::Branch),
            ("refs/tags/", RevisionKind::Tag),
        ];
        let kind = kinds.iter().find(|(prefix, _)| at.starts_with(prefix));
        (kind.map_or(RevisionKind::Any, |(_, kind)| *kind), at)
    });
    Some(Parts {
        repository: vec![project, repository.to_owned()],
        revision,
        path: owned(path),
        stands: Stands::Behind {
            segments: start + 5,
            view: start + 4,
        },
    })
}

/// Repositories of a person are in a project named `~person`.
fn shape<'a>(segments: &'a [&'a str]) -> Option<(String, &'a str, &'a [&'a str])> {
    match segments {
        [
            "projects",
            project,
            "repos",
            repository,
            "browse" | "raw",
            path @ ..,
        ] => Some(((*project).to_owned(), repository, path)),
        [
            "users",
            user,
            "repos",
            repository,
            "browse" | "raw",
            path @ ..,
        ] => Some((format!("~{user}"), repository, path)),
        _ => None,
    }
}

pub(super) fn file(
    integration: &Integration,
    place: &Place,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let api = integration.api_base_url.as_deref().unwrap_or_default();
    let [project, repository] = [0, 1].map(|index| encoded(&place.repository[index..=index]));
    let path = encoded(&place.path);
    let mut url = below(
        api,
        &format!("projects/{project}/repos/{repository}/raw/{path}"),
    )?;
    if let Some(revision) = &place.revision {
        url.query_pairs_mut().append_pair("at", &revision.name);
    }
    Ok((url, None))
}
