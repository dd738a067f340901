//! What is asked of the server, and what Backstage does in its place.

use super::catalog::Catalog;
use super::random::Random;

/// One kind of request.
pub(super) struct Case {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) paths: Vec<String>,
    /// Requests each second of Backstage 1.55.0 with PostgreSQL 15, two cores, 10,000 entities.
    pub(super) backstage: Option<f64>,
    /// How many times as many are promised.
    pub(super) factor: Option<f64>,
}

/// The names that `--only` takes besides those of the requests.
pub(super) const PHASES: [&str; 11] = [
    "ingest",
    "refresh",
    "start",
    "memory",
    "readers",
    "permission",
    "tasks",
    "people",
    "palette",
    "definition",
    "lighthouse",
];

const DIFFERENT: usize = 500;

pub(super) fn cases(catalog: &Catalog) -> Vec<Case> {
    let mut random = Random::seeded(11);
    let picked: Vec<&String> = (0..DIFFERENT)
        .map(|_| random.pick(&catalog.names.components))
        .collect();
    let each = |prefix: &str| -> Vec<String> {
        picked
            .iter()
            .map(|name| format!("{prefix}{name}"))
            .collect()
    };
    let words = [
        "archive", "booking", "contract", "delivery", "forecast", "journey", "refund", "seat",
    ];
    let by_query = "/api/catalog/entities/by-query?limit=20&orderField=metadata.name,asc&filter=kind=component";
    let case = |name, title, paths, backstage, factor| Case {
        name,
        title,
        paths,
        backstage,
        factor,
    };
    vec![
        case(
            "by-name",
            "one entity by name",
            each("/api/catalog/entities/by-name/component/default/"),
            Some(3123.0),
            Some(8.0),
        ),
        // Backstage's figure is that of by-query, which also gives the total and a cursor.
        case(
            "entities",
            "20 components by name, entities",
            vec!["/api/catalog/entities?filter=kind=component&limit=20&order=asc:metadata.name".into()],
            Some(77.0),
            None,
        ),
        case(
            "by-query",
            "20 components by name, by-query",
            vec![by_query.to_owned()],
            Some(77.0),
            Some(100.0),
        ),
        case(
            "full-text",
            "20 components by word, by-query",
            words
                .iter()
                .map(|word| format!("{by_query}&fullTextFilterTerm={word}&fullTextFilterFields=metadata.name,metadata.title"))
                .collect(),
            Some(138.0),
            Some(60.0),
        ),
        case(
            "facets",
            "two facets",
            vec!["/api/catalog/entity-facets?facet=kind&facet=spec.type".into()],
            Some(465.0),
            Some(40.0),
        ),
        case(
            "all",
            "all components",
            vec!["/api/catalog/entities?filter=kind=component".into()],
            Some(15.9),
            Some(8.0),
        ),
        case(
            "list-page",
            "page: list of components",
            vec!["/catalog?kind=component".into()],
            None,
            None,
        ),
        case(
            "form",
            "page: form of 10 pages, 100 fields",
            super::form::paths(),
            None,
            None,
        ),
        case(
            "entity-page",
            "page: one component",
            each("/catalog/default/component/"),
            None,
            None,
        ),
    ]
}
