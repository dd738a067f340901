//! What conditional permissions cost: the same pages with and without 50 of them.

use anyhow::Result;
use serde_json::{Value, json};

use super::cases::Case;
use super::catalog::Catalog;
use super::load;
use super::measure::{EACH_RUN, WARM_UP};
use super::report::{Figure, Unit, median};
use super::server::Server;
use crate::progress::note;

/// How many grants the role of everybody has, each under a condition of its own.
const RULES: usize = 50;
/// What is promised to be left of the rate.
const LEFT: f64 = 0.9;

/// `permission` of the configuration: everybody sees what any of the conditions holds of.
pub(super) fn settings(catalog: &Catalog) -> Value {
    let rule = |name: &str, params: Value| json!({ "rule": name, "params": params });
    let mut conditions = vec![rule(
        "IS_ENTITY_KIND",
        json!({ "kinds": ["Group", "User"] }),
    )];
    let tags = [
        "batch", "billing", "critical", "go", "java", "nightly", "rust", "web",
    ];
    let tags = tags.map(|tag| rule("HAS_METADATA", json!({ "key": "tags", "value": tag })));
    conditions.extend(tags);
    let types = ["bucket", "cache", "library", "website"];
    let types = types.map(|of_type| rule("HAS_SPEC", json!({ "key": "type", "value": of_type })));
    conditions.extend(types);
    let annotation = "pagerduty.com/service-id";
    conditions.push(json!({ "allOf": [
        rule("HAS_ANNOTATION", json!({ "annotation": annotation })),
        rule("HAS_LABEL", json!({ "label": "tier", "value": "1" })),
        { "not": rule("HAS_SPEC", json!({ "key": "lifecycle", "value": "deprecated" })) },
    ] }));
    let groups = catalog.names.groups.iter();
    let owners = groups.map(|group| {
        let owner = format!("group:default/{group}");
        rule(
            "IS_ENTITY_OWNER",
            json!({ "claims": [owner, "$ownerRefs"] }),
        )
    });
    conditions.extend(owners.take(RULES - conditions.len()));
    let grants = conditions
        .into_iter()
        .map(|condition| json!({ "permission": "catalog.entity.read", "conditions": condition }));
    json!({
        "enabled": true,
        "rbac": { "admin": { "users": [{ "name": "user:default/nobody" }] } },
        "roles": [{
            "name": "everybody",
            "members": ["signed-in"],
            "grants": grants.collect::<Vec<_>>(),
        }],
    })
}

/// Asks both servers in turn, so that neither has the better moment.
pub(super) fn measure(
    database: &str,
    runs: usize,
    case: &Case,
    plain: &Server,
    guarded: &Server,
) -> Result<Figure> {
    for server in [plain, guarded] {
        load::run(server.address, &case.paths, WARM_UP)?;
    }
    let (mut without, mut with) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        without.push(load::run(plain.address, &case.paths, EACH_RUN)?.per_second);
        with.push(load::run(guarded.address, &case.paths, EACH_RUN)?.per_second);
    }
    let promise = median(&without) * LEFT;
    note(&format!(
        "{:.0} of {:.0} requests a second",
        median(&with),
        median(&without)
    ));
    let title = format!("{}, {RULES} conditional grants", case.title);
    let figure = Figure::of(database, "permission", title, Unit::RequestsPerSecond, with);
    Ok(figure.promised(promise))
}
