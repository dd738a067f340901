//! Which routes do what is recorded.

use app::audit::Action;

/// The name of what a route does; none for what only looks, tries, or writes what is kept of the viewer
/// alone. `path` is as in the table of routes.
pub(in super::super) fn action_of(method: &str, path: &str) -> Option<Action> {
    if method == "GET" {
        return match path {
            "/api/auth/{provider}/handler/frame" => Some(Action::SignIn),
            "/api/audit/export" => Some(Action::AuditExport),
            _ => None,
        };
    }
    Some(match (method, path) {
        ("POST", "/sign-out" | "/api/auth/{provider}/logout") => Action::SignOut,
        ("POST", "/_fn/end_session" | "/_fn/end_other_sessions") => Action::SessionEnd,
        ("POST", "/settings/tokens") => Action::TokenCreate,
        ("POST", "/_fn/revoke_token") => Action::TokenRevoke,
        ("POST", "/_fn/view_as") => Action::ViewAsStart,
        ("POST", "/api/catalog/locations" | "/_fn/register_location") => Action::LocationCreate,
        ("PUT", "/api/catalog/locations/{id}") => Action::LocationUpdate,
        ("DELETE", "/api/catalog/locations/{id}") | ("POST", "/_fn/unregister_location") => {
            Action::LocationDelete
        }
        ("POST", "/api/permission/roles") => Action::RoleCreate,
        // The form says which of the three it is.
        ("PUT", "/api/permission/roles/{name}") | ("POST", "/admin/roles/{step}") => {
            Action::RoleUpdate
        }
        ("DELETE", "/api/permission/roles/{name}") => Action::RoleDelete,
        ("POST", "/_fn/propose_file") => Action::LocationPropose,
        ("POST", "/api/catalog/refresh" | "/_fn/refresh_entity") => Action::EntityRefresh,
        (
            "DELETE",
            "/api/catalog/entities/by-uid/{uid}" | "/api/catalog/entities/unprocessed/delete/{id}",
        )
        | ("POST", "/_fn/delete_entity") => Action::EntityDelete,
        ("DELETE", "/api/catalog/tombstones/{kind}/{namespace}/{name}")
        | ("POST", "/_fn/let_in") => Action::TombstoneLift,
        ("PUT", "/api/catalog/pushed/{name}") => Action::PushedReplace,
        ("DELETE", "/api/catalog/pushed/{name}") => Action::PushedDelete,
        ("POST", "/api/scaffolder/v2/tasks" | "/_fn/start_task") => Action::TaskCreate,
        ("POST", "/api/scaffolder/v2/tasks/{taskId}/cancel" | "/_fn/cancel_task") => {
            Action::TaskCancel
        }
        ("POST", "/api/scaffolder/v2/tasks/{taskId}/retry" | "/_fn/retry_task") => {
            Action::TaskRetry
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::routes::{Permission, ROUTES};

    /// What may be asked by another method than GET and leaves nothing in the log.
    fn leaves_nothing(path: &str, permission: Permission) -> bool {
        let looks = permission.is_read() && permission != Permission::Public;
        let of_the_viewer = [
            "/_fn/keep_columns",
            "/_fn/set_starred",
            "/_fn/set_appearance",
            "/_fn/set_theme",
        ];
        looks
            || of_the_viewer.contains(&path)
            || path.starts_with("/api/user-settings/")
            // A trial has no effect elsewhere, and choices of a field are looked at.
            || permission == Permission::ScaffolderDryRun
            || path.starts_with("/api/scaffolder/v2/autocomplete/")
            // A decision that is asked for is none that is made.
            || path == "/api/permission/authorize"
            // What GitHub tells is read anew, as it would be in time.
            || path == "/api/events/http/github"
    }

    #[test]
    fn every_route_that_changes_something_has_a_name_for_it() {
        for route in ROUTES {
            let (method, path) = (route.method, route.path);
            let is_recorded = action_of(method, path).is_some();
            if method != "GET" {
                let nothing = leaves_nothing(path, route.permission);
                assert_ne!(is_recorded, nothing, "{method} {path}");
            }
            let changes = matches!(route.permission.action(), Some("create" | "delete"));
            assert!(
                is_recorded || !changes || path.contains("autocomplete"),
                "{method} {path}"
            );
        }
    }
}
