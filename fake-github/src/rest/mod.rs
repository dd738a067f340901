//! The REST API, operation by operation.
//!
//! To add one: name it in `description/operations.txt` and make `rest.json` anew (see the text beside
//! it); write what it does in the file of its area; name that in [`handler`]. What comes in has been
//! held against the description, and what goes out will be.

mod accounts;
mod actions;
mod apps;
mod branches;
mod call;
mod commits;
mod compare;
mod contents;
mod environments;
mod extras;
mod git_data;
mod issues;
mod people;
mod protection;
mod pulls;
mod repositories;
mod search;
mod settings;

pub(crate) use call::Call;
pub(crate) use compare::changes;
pub use environments::SECRET_KEY;
pub(crate) use pulls::{describe as describe_pull, merge_pull};

use crate::answer::Answer;

/// What an operation does; what it refuses is an error.
pub(crate) type Handler = fn(&mut Call<'_>) -> Done;

/// An answer, or a refusal.
pub(crate) type Done = Result<Answer, Answer>;

/// What an operation of the description does.
pub(crate) fn handler(operation: &str) -> Option<Handler> {
    let (method, path) = operation.split_once(' ')?;
    let within = path.strip_prefix("/repos/{owner}/{repo}");
    within
        .and_then(|path| of_repository(method, path))
        .or_else(|| of_all(method, path))
}

fn of_all(method: &str, path: &str) -> Option<Handler> {
    Some(match (method, path) {
        ("GET", "/rate_limit") => apps::rate_limit,
        ("GET", "/app") => apps::app,
        ("GET", "/app/installations") => apps::installations,
        ("POST", "/app/installations/{installation_id}/access_tokens") => apps::access_token,
        ("GET", "/orgs/{org}/installation" | "/users/{username}/installation") => {
            apps::installation
        }
        ("GET", "/installation/repositories") => apps::repositories,
        ("GET", "/user") => accounts::me,
        ("GET", "/users/{username}") => accounts::user,
        ("GET", "/orgs/{org}") => accounts::organization,
        ("GET", "/orgs/{org}/members") => accounts::members,
        ("GET", "/user/memberships/orgs/{org}") => accounts::membership,
        ("GET", "/user/emails") => accounts::emails,
        ("GET", "/user/orgs") => accounts::organizations,
        ("GET", "/user/teams") => accounts::own_teams,
        ("GET", "/orgs/{org}/teams") => accounts::teams,
        ("GET", "/orgs/{org}/teams/{team_slug}") => accounts::team,
        ("GET", "/orgs/{org}/teams/{team_slug}/members") => accounts::team_members,
        ("GET", "/orgs/{org}/teams/{team_slug}/repos") => people::repositories_of_team,
        ("GET", "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}") => people::get_team,
        ("PUT", "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}") => people::add_team,
        ("DELETE", "/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}") => people::remove_team,
        ("GET", "/search/code") => search::code,
        ("GET", "/search/repositories") => search::repositories,
        ("POST", "/orgs/{org}/repos" | "/user/repos") => repositories::create,
        ("GET", "/orgs/{org}/repos" | "/user/repos" | "/users/{username}/repos") => {
            repositories::list
        }
        _ => return None,
    })
}

fn of_repository(method: &str, path: &str) -> Option<Handler> {
    Some(match (method, path) {
        ("GET", "") => repositories::get,
        ("PATCH", "") => repositories::change,
        ("DELETE", "") => repositories::delete,
        ("GET", "/installation") => apps::installation,
        ("GET", "/topics") => repositories::topics,
        ("PUT", "/topics") => repositories::set_topics,
        ("GET", "/forks") => repositories::forks,
        ("POST", "/forks") => repositories::fork,
        ("GET", "/collaborators") => people::list,
        ("GET", "/collaborators/{username}") => people::is_one,
        ("PUT", "/collaborators/{username}") => people::add,
        ("DELETE", "/collaborators/{username}") => people::remove,
        ("GET", "/collaborators/{username}/permission") => people::permission,
        ("GET", "/teams") => people::teams,
        ("GET", "/branches") => branches::list,
        ("GET", "/branches/{branch}") => branches::get,
        ("POST", "/branches/{branch}/rename") => branches::rename,
        ("GET", "/branches/{branch}/protection") => protection::get,
        ("PUT", "/branches/{branch}/protection") => protection::set,
        ("DELETE", "/branches/{branch}/protection") => protection::remove,
        ("GET", "/branches/{branch}/protection/required_signatures") => protection::signatures,
        ("POST", "/branches/{branch}/protection/required_signatures") => protection::sign,
        ("DELETE", "/branches/{branch}/protection/required_signatures") => protection::unsign,
        ("GET", "/contents/{path}") => contents::get,
        ("PUT", "/contents/{path}") => contents::put,
        ("DELETE", "/contents/{path}") => contents::remove,
        ("GET", "/readme") => contents::readme,
        ("GET", "/tarball/{ref}") => contents::tarball,
        ("GET", "/commits") => commits::list,
        ("GET", "/commits/{ref}") => commits::get,
        ("GET", "/compare/{basehead}") => compare::compare,
        ("POST", "/git/blobs") => git_data::create_blob,
        ("GET", "/git/blobs/{file_sha}") => git_data::blob,
        ("POST", "/git/trees") => git_data::create_tree,
        ("GET", "/git/trees/{tree_sha}") => git_data::tree,
        ("POST", "/git/commits") => git_data::create_commit,
        ("GET", "/git/commits/{commit_sha}") => git_data::commit,
        ("GET", "/git/ref/{ref}") => git_data::reference,
        ("GET", "/git/matching-refs/{ref}") => git_data::references,
        ("POST", "/git/refs") => git_data::create_reference,
        ("PATCH", "/git/refs/{ref}") => git_data::change_reference,
        ("DELETE", "/git/refs/{ref}") => git_data::remove_reference,
        _ => return of_collaboration(method, path),
    })
}

fn of_collaboration(method: &str, path: &str) -> Option<Handler> {
    Some(match (method, path) {
        ("GET", "/pulls") => pulls::list,
        ("POST", "/pulls") => pulls::create,
        ("GET", "/pulls/{pull_number}") => pulls::get,
        ("PATCH", "/pulls/{pull_number}") => pulls::change,
        ("PUT", "/pulls/{pull_number}/merge") => pulls::merge,
        ("GET", "/pulls/{pull_number}/files") => pulls::files,
        ("GET", "/pulls/{pull_number}/commits") => pulls::commits,
        ("GET", "/pulls/{pull_number}/requested_reviewers") => pulls::reviewers,
        ("POST", "/pulls/{pull_number}/requested_reviewers") => pulls::ask_reviewers,
        ("GET", "/issues") => issues::list,
        ("POST", "/issues") => issues::create,
        ("GET", "/issues/{issue_number}") => issues::get,
        ("PATCH", "/issues/{issue_number}") => issues::change,
        ("GET", "/issues/{issue_number}/labels") => issues::labels,
        ("POST", "/issues/{issue_number}/labels") => issues::add_labels,
        ("PUT", "/issues/{issue_number}/labels") => issues::set_labels,
        ("POST", "/issues/{issue_number}/assignees") => issues::assign,
        ("POST", "/issues/{issue_number}/comments") => issues::comment,
        ("GET", "/milestones") => issues::milestones,
        ("GET", "/labels") => issues::known_labels,
        ("POST", "/labels") => issues::create_label,
        ("GET", "/hooks") => extras::hooks,
        ("POST", "/hooks") => extras::create_hook,
        ("PATCH", "/hooks/{hook_id}") => extras::change_hook,
        ("DELETE", "/hooks/{hook_id}") => extras::remove_hook,
        ("GET", "/keys") => extras::keys,
        ("POST", "/keys") => extras::create_key,
        ("DELETE", "/keys/{key_id}") => extras::remove_key,
        ("GET", "/autolinks") => extras::autolinks,
        ("POST", "/autolinks") => extras::create_autolink,
        ("DELETE", "/autolinks/{autolink_id}") => extras::remove_autolink,
        ("GET", "/rulesets") => extras::rulesets,
        ("POST", "/rulesets") => extras::create_ruleset,
        ("GET", "/pages") => settings::pages,
        ("POST", "/pages") => settings::enable_pages,
        ("PUT", "/pages") => settings::change_pages,
        ("GET", "/properties/values") => settings::properties,
        ("PATCH", "/properties/values") => settings::set_properties,
        ("GET", "/subscription") => settings::subscription,
        ("PUT", "/subscription") => settings::subscribe,
        ("DELETE", "/subscription") => settings::unsubscribe,
        _ => return of_actions(method, path),
    })
}

fn of_actions(method: &str, path: &str) -> Option<Handler> {
    const ENVIRONMENT: &str = "/environments/{environment_name}";
    if let Some(path) = path.strip_prefix(ENVIRONMENT) {
        return Some(match (method, path) {
            ("GET", "") => environments::get,
            ("PUT", "") => environments::set,
            ("GET", "/deployment-branch-policies") => environments::policies,
            ("POST", "/deployment-branch-policies") => environments::add_policy,
            _ => return of_secrets(method, path),
        });
    }
    Some(match (method, path) {
        ("GET", "/environments") => environments::list,
        ("POST", "/actions/workflows/{workflow_id}/dispatches") => actions::dispatch,
        ("GET", "/actions/runs" | "/actions/workflows/{workflow_id}/runs") => actions::runs,
        ("GET", "/actions/permissions/access") => actions::access,
        ("PUT", "/actions/permissions/access") => actions::set_access,
        ("GET", "/actions/oidc/customization/sub") => actions::oidc,
        ("PUT", "/actions/oidc/customization/sub") => actions::set_oidc,
        _ => return of_secrets(method, path.strip_prefix("/actions")?),
    })
}

/// Variables and secrets, of a repository and of its environments.
fn of_secrets(method: &str, path: &str) -> Option<Handler> {
    Some(match (method, path) {
        ("GET", "/variables") => environments::variables,
        ("POST", "/variables") => environments::create_variable,
        ("GET", "/variables/{name}") => environments::variable,
        ("PATCH", "/variables/{name}") => environments::change_variable,
        ("GET", "/secrets") => environments::secrets,
        ("GET", "/secrets/public-key") => environments::public_key,
        ("PUT", "/secrets/{secret_name}") => environments::set_secret,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::handler;
    use crate::description::Operation;

    #[test]
    fn everything_that_is_described_is_served() {
        let missing: Vec<&str> = Operation::names()
            .filter(|it| handler(it).is_none())
            .collect();
        assert_eq!(missing, [""; 0]);
    }
}
