//! The catalog as pages see it: the port of `app`, answered from the read model.

use super::details::{details, relations_of};
use super::summarise::{Summaries, link_of};
use super::{Catalog, Model, find, graph, inbox, list, settings, text_at};
use crate::clock::Clock;
use crate::config::Layouts;
use crate::readiness::Readiness;
use app::catalog::port;
use app::catalog::{
    EntityCard, EntityDetails, EntityList, EntityListQuery, EntityRef, EntitySummary, FacetValue,
    Found, Home, Inbox, InboxQuery, ListedProblem, Scope, Settings, Team,
};
use app::error::ApiError;
use app::graph::port::{Graph, GraphQuery};
use app::viewer::Viewer;

/// How many rows a card of the home page has.
const CARD_ROWS: usize = 8;
/// How many entities are offered to somebody who types a name.
const FOUND: usize = 12;

/// Answers pages from memory.
#[derive(Debug, Clone)]
pub struct Portal {
    catalog: Catalog,
    clock: Clock,
    readiness: Readiness,
    layouts: Layouts,
}

impl Portal {
    pub fn new(catalog: Catalog, clock: Clock, readiness: Readiness) -> Self {
        Self {
            catalog,
            clock,
            readiness,
            layouts: Layouts::default(),
        }
    }

    /// The same with the operator's layouts before those of its own.
    #[must_use]
    pub fn with_layouts(self, layouts: Layouts) -> Self {
        Self { layouts, ..self }
    }
}

impl port::Catalog for Portal {
    fn list_entities(&self, viewer: &Viewer, query: &EntityListQuery) -> EntityList {
        list::list(
            &self.catalog.seen_by(viewer),
            viewer,
            &self.catalog.stars(&viewer.user_ref),
            query,
        )
    }

    fn get_entity(
        &self,
        viewer: &Viewer,
        entity_ref: &EntityRef,
    ) -> Result<EntityDetails, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let entry = model.get(entity_ref).ok_or_else(|| not_found(entity_ref))?;
        let stars = self.catalog.stars(&viewer.user_ref);
        Ok(details(
            &model,
            entry,
            &stars,
            self.clock.now(),
            &self.layouts,
        ))
    }

    fn get_card(&self, viewer: &Viewer, entity_ref: &EntityRef) -> Result<EntityCard, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let entry = model.get(entity_ref).ok_or_else(|| not_found(entity_ref))?;
        let summary = Summaries::of(&model).row(entry, &[]);
        let entity = model.entity(entry);
        let count = |kind: &str| {
            let related = relations_of(&entity).filter(|(known, _)| *known == kind);
            (kind.to_owned(), related.count())
        };
        let counts = ["ownerOf", "hasMember", "parentOf", "hasPart"].map(count);
        Ok(EntityCard {
            link: summary.link(),
            description: summary.description,
            spec_type: summary.spec_type,
            lifecycle: summary.lifecycle,
            owner: summary.owner,
            counts: counts.into_iter().filter(|(_, count)| *count > 0).collect(),
        })
    }

    fn home(&self, viewer: &Viewer) -> Home {
        let model = self.catalog.seen_by(viewer);
        let owned = EntityListQuery {
            scope: Scope::Owned,
            page: 1,
            ..EntityListQuery::default()
        };
        let stars = self.catalog.stars(&viewer.user_ref);
        let owned = list::list(&model, viewer, &stars, &owned);
        let attention = inbox::mine(&model, viewer);
        Home {
            teams: teams(&model, viewer),
            owned_total: owned.total,
            owned: owned.rows.into_iter().take(CARD_ROWS).collect(),
            starred: rows(&model, stars.iter().rev(), &stars),
            recent: rows(&model, self.catalog.visits(&viewer.user_ref).iter(), &stars),
            kinds: kinds(&model),
            entities_total: model.entries.len(),
            problems_mine: attention.total,
            problems: first_of(attention),
            problems_total: model.problems.len(),
            reading: self.readiness.is_starting(),
            cards: self.layouts.home().to_vec(),
        }
    }

    fn find_entities(&self, viewer: &Viewer, text: &str) -> Found {
        let model = self.catalog.seen_by(viewer);
        if !text.trim().is_empty() {
            return Found {
                fitting: find::find(&model, text, FOUND),
                ..Found::default()
            };
        }
        let links = |keys: &mut dyn Iterator<Item = &String>| {
            let entries = keys.filter_map(|key| model.get_key(key)).take(CARD_ROWS);
            entries.map(|entry| link_of(&model.entity(entry))).collect()
        };
        let recent = self.catalog.visits(&viewer.user_ref);
        let stars = self.catalog.stars(&viewer.user_ref);
        let others = stars.iter().rev().filter(|star| !recent.contains(star));
        Found {
            fitting: Vec::new(),
            recent: links(&mut recent.iter()),
            starred: links(&mut others.into_iter()),
        }
    }

    fn graph(&self, viewer: &Viewer, query: &GraphQuery) -> Result<Graph, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let net = if query.roots.is_empty() {
            graph::landscape(&model)
        } else {
            graph::neighbourhood(&model, query)
        };
        if net.nodes.is_empty()
            && let Some(root) = query.roots.first()
        {
            return Err(not_found(root));
        }
        let stars = self.catalog.stars(&viewer.user_ref);
        let centre = query.roots.iter().find_map(|root| model.get(root));
        Ok(Graph {
            centre: centre.map(|entry| Summaries::of(&model).row(entry, &stars)),
            kinds: kinds(&model),
            relations: graph::relation_names(&model),
            ..graph::drawing(&model, &net)
        })
    }

    fn diagram(&self, viewer: &Viewer, entity_ref: &EntityRef) -> Result<Graph, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let number = model.number(&entity_ref.to_string());
        let number = number.ok_or_else(|| not_found(entity_ref))?;
        let stars = self.catalog.stars(&viewer.user_ref);
        let centre = Summaries::of(&model).row(model.entry(number), &stars);
        let mut net = graph::diagram(&model, number);
        net.frame = Some(centre.label().to_owned());
        Ok(Graph {
            centre: Some(centre),
            ..graph::drawing(&model, &net)
        })
    }

    fn list_problems(&self, viewer: &Viewer, query: &InboxQuery) -> Inbox {
        Inbox {
            reading: self.readiness.is_starting(),
            ..inbox::inbox(&self.catalog.seen_by(viewer), viewer, query)
        }
    }

    fn settings(&self, viewer: &Viewer) -> Settings {
        settings::settings(&self.catalog.seen_by(viewer), viewer)
    }
}

/// The first problems of an inbox, as many as a card has.
fn first_of(inbox: Inbox) -> Vec<ListedProblem> {
    let sources = inbox.groups.into_iter().flat_map(|group| group.sources);
    let problems = sources.flat_map(|source| source.problems);
    problems.take(CARD_ROWS).collect()
}

fn not_found(entity_ref: &EntityRef) -> ApiError {
    ApiError::NotFound(format!(
        "No entity named '{}' found, with kind '{}' in namespace '{}'",
        entity_ref.name, entity_ref.kind, entity_ref.namespace
    ))
}

/// The rows of a card, for a viewer with these stars; what is gone has none.
fn rows<'a>(
    model: &Model,
    keys: impl Iterator<Item = &'a String>,
    stars: &[String],
) -> Vec<EntitySummary> {
    let mut summaries = Summaries::of(model);
    let entries = keys.filter_map(|key| model.get_key(key)).take(CARD_ROWS);
    entries.map(|entry| summaries.row(entry, stars)).collect()
}

fn teams(model: &Model, viewer: &Viewer) -> Vec<Team> {
    let groups = viewer
        .ownership
        .iter()
        .filter(|owner| owner.kind.eq_ignore_ascii_case("group"));
    let entries = groups.filter_map(|group| model.get(group));
    entries
        .map(|entry| {
            let entity = model.entity(entry);
            let count = |kind: &str| {
                relations_of(&entity)
                    .filter(|(known, _)| *known == kind)
                    .count()
            };
            Team {
                link: link_of(&entity),
                description: text_at(&entity, "/metadata/description"),
                members: count("hasMember"),
                owned: count("ownerOf"),
            }
        })
        .collect()
}

fn kinds(model: &Model) -> Vec<FacetValue> {
    let facet = super::facets::facet(model, "kind", None);
    let values = facet.into_iter().map(|kind| FacetValue {
        value: kind.value.to_lowercase(),
        label: kind.value,
        count: usize::try_from(kind.count).unwrap_or(usize::MAX),
    });
    values.collect()
}
