//! The questions of the battery, and how long Backstage's database took for each.

use super::super::random::Random;
use super::generate::{Kind, Size};

pub(super) struct Question {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) paths: Vec<String>,
    /// Theirs in milliseconds: the time in the database alone, everything warm.
    pub(super) theirs: f64,
}

const DIFFERENT: usize = 100;

pub(super) fn questions(size: Size) -> Vec<Question> {
    let mut random = Random::seeded(5);
    let by_query = "/api/catalog/entities/by-query";
    let entity = "/api/catalog/entities/by-name";
    let mut each = |make: &dyn Fn(&mut Random) -> String| -> Vec<String> {
        (0..DIFFERENT).map(|_| make(&mut random)).collect()
    };
    let any = |kind: &str, random: &mut Random| Kind::of(kind).any(size, random);
    let components = "filter=kind=component";
    let by_name = "orderField=metadata.name,asc";
    let question = |name, title, theirs, paths| Question {
        name,
        title,
        paths,
        theirs,
    };
    vec![
        question(
            "page",
            "page of 21 components by name",
            22.6,
            vec![format!("{by_query}?{components}&{by_name}&limit=21")],
        ),
        question(
            "count",
            "count of components",
            452.0,
            vec![format!("{by_query}?{components}&limit=0")],
        ),
        question(
            "page-all",
            "page of 21, unfiltered",
            0.15,
            vec![format!("{by_query}?limit=21")],
        ),
        question(
            "facets-few",
            "facets over 14 templates",
            0.84,
            vec!["/api/catalog/entity-facets?facet=spec.type&facet=metadata.tags&filter=kind=template".to_owned()],
        ),
        question(
            "facet",
            "facet spec.type over the components",
            632.0,
            vec![format!("/api/catalog/entity-facets?facet=spec.type&{components}")],
        ),
        question(
            "by-ref",
            "entity by reference",
            0.12,
            each(&|random| format!("{entity}/component/default/{}", any("Component", random))),
        ),
        question(
            "containing",
            "name contains \"player\" among components",
            14.9,
            vec![format!(
                "{by_query}?{components}&{by_name}&limit=21&fullTextFilterTerm=player&fullTextFilterFields=metadata.name"
            )],
        ),
        question(
            "ancestry",
            "one ancestry step",
            0.13,
            each(&|random| format!("{entity}/api/default/{}/ancestry", any("API", random))),
        ),
        question(
            "incoming",
            "count of incoming references",
            0.2,
            each(&|random| {
                let resource = any("Resource", random);
                format!("{by_query}?filter=relations.dependsOn=resource:default/{resource}&limit=0")
            }),
        ),
        question(
            "count-all",
            "unfiltered count",
            514.0,
            vec![format!("{by_query}?limit=0")],
        ),
        question(
            "orphans",
            "orphan scan",
            1600.0,
            vec![format!(
                "{by_query}?filter=metadata.annotations.backstage.io/orphan=true&limit=21"
            )],
        ),
        question(
            "or",
            "OR of two selective filters, ordered",
            2760.0,
            each(&|random| {
                let (owner, system) = (any("Group", random), any("System", random));
                format!("{by_query}?filter=spec.owner={owner}&filter=spec.system={system}&{by_name}&limit=21")
            }),
        ),
    ]
}
