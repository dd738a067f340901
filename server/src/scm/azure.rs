//! Azure DevOps: `/organization/project/_git/repository?path=/path&version=GBbranch`.

use super::error::ScmError;
use super::place::{
    Parts, Place, RevisionKind, Stands, below, encoded, owned, parameter, set_parameter, web,
};
use crate::config::Integration;
use url::Url;

/// The first letters of `version` and what they mean.
const VERSIONS: [(&str, RevisionKind); 3] = [
    ("GB", RevisionKind::Branch),
    ("GT", RevisionKind::Tag),
    ("GC", RevisionKind::Commit),
];

pub(super) fn place(url: &Url, segments: &[&str]) -> Option<Parts> {
    let git = segments.iter().position(|it| *it == "_git")?;
    let (owner, rest) = (&segments[..git], &segments[git + 1..]);
    let (repository, rest) = rest.split_first()?;
    if repository.is_empty() || rest.iter().any(|it| !it.is_empty()) {
        return None;
    }
    // The repository that has the name of its project may leave the project out.
    let needed = if is_visual_studio(url) { 1 } else { 2 };
    let mut names = owned(owner);
    if names.len() + 1 < needed {
        return None;
    }
    if names.len() < needed {
        names.push((*repository).to_owned());
    }
    names.push((*repository).to_owned());
    let revision = match parameter(url, "version") {
        Some(version) => {
            let found = VERSIONS
                .iter()
                .find_map(|(letters, kind)| Some((*kind, version.strip_prefix(letters)?)));
            let (kind, name) = found?;
            Some((kind, name.to_owned()))
        }
        None => None,
    };
    let path = parameter(url, "path").unwrap_or_default();
    Some(Parts {
        repository: names,
        revision,
        path: path.split('/').map(str::to_owned).collect(),
        stands: Stands::InQuery,
    })
}

/// Whether the organisation is in the name of the host, as it was before `dev.azure.com`.
fn is_visual_studio(url: &Url) -> bool {
    url.host_str()
        .is_some_and(|host| host.ends_with(".visualstudio.com"))
}

pub(super) fn file(
    integration: &Integration,
    place: &Place,
) -> Result<(Url, Option<&'static str>), ScmError> {
    let path = format!("/{}", place.path.join("/"));
    let url = items(integration, place, &[("path", &path)])?;
    // Otherwise a description of the file comes in place of its content.
    Ok((url, Some("application/octet-stream")))
}

/// Asks for something at the revision of a place.
pub(super) fn items(
    integration: &Integration,
    place: &Place,
    what: &[(&str, &str)],
) -> Result<Url, ScmError> {
    let (repository, project) = place
        .repository
        .split_last()
        .ok_or_else(|| ScmError::Configuration(integration.host.clone()))?;
    let repository = encoded(std::slice::from_ref(repository));
    let mut url = below(
        &web(integration),
        &format!(
            "{}/_apis/git/repositories/{repository}/items",
            encoded(project)
        ),
    )?;
    let mut query = url.query_pairs_mut();
    query.append_pair("api-version", "6.0").extend_pairs(what);
    if let Some(revision) = &place.revision {
        let kind = match revision.kind {
            RevisionKind::Tag => "tag",
            RevisionKind::Commit => "commit",
            RevisionKind::Branch | RevisionKind::Any => "branch",
        };
        query.append_pair("versionDescriptor.version", &revision.name);
        query.append_pair("versionDescriptor.versionType", kind);
    }
    drop(query);
    Ok(url)
}

pub(super) fn mark_line(url: &mut Url, line: u32) {
    set_parameter(url, "line", &line.to_string());
    set_parameter(url, "lineEnd", &line.saturating_add(1).to_string());
    set_parameter(url, "lineStartColumn", "1");
    set_parameter(url, "lineEndColumn", "1");
}
