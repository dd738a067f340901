//! `GET …/.well-known/backstage/permissions/metadata`: the permissions and rules of a part of the API.

use crate::http::answer::json_answer;
use crate::permission::{RULES, resource_of};
use app::routes::Permission;
use axum::http::StatusCode;
use axum::response::Response;
use serde_json::{Value, json};

/// `GET` of the catalog.
pub(super) async fn of_catalog() -> Response {
    of("catalog")
}

/// `GET` of the scaffolder.
pub(super) async fn of_scaffolder() -> Response {
    of("scaffolder")
}

fn of(plugin: &str) -> Response {
    let beginning = format!("{plugin}.");
    let permissions = Permission::ALL
        .into_iter()
        .filter(|permission| permission.name().starts_with(&beginning));
    let rules = RULES.iter().filter(|row| row.resource.plugin() == plugin);
    let rules = rules.map(|row| {
        json!({
            "name": row.name,
            "description": row.description,
            "resourceType": row.resource.name(),
            "paramsSchema": row.schema(),
        })
    });
    let body = json!({
        "permissions": permissions.map(permission).collect::<Vec<_>>(),
        "rules": rules.collect::<Vec<_>>(),
    });
    json_answer(StatusCode::OK, body.to_string())
}

fn permission(permission: Permission) -> Value {
    let action = permission.action();
    let attributes = action.map_or_else(|| json!({}), |action| json!({ "action": action }));
    match resource_of(permission) {
        Some(resource) => json!({
            "type": "resource",
            "name": permission.name(),
            "attributes": attributes,
            "resourceType": resource.name(),
        }),
        None => json!({ "type": "basic", "name": permission.name(), "attributes": attributes }),
    }
}
