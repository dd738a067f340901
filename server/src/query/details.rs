//! Everything the page of one entity shows.

use super::belonging::belonging;
use super::registered::registered_at;
use super::summarise::{Summaries, link, link_of};
use super::{Entry, Model, text_at};
use crate::clock::{Millis, ago, rfc3339};
use crate::config::Layouts;
use crate::ingest::LocationRef;
use crate::markdown;
use app::catalog::relation::PAIRS;
use app::catalog::{
    EntityDetails, EntityLink, EntityRef, EntitySource, ListedProblem, MadeBy, Profile,
    RefDefaults, RelatedEntity, RelationGroup, WebLink,
};
use serde_json::Value;
use std::collections::BTreeMap;
use url::Url;

/// The annotations that say where people see and change the source.
const VIEW_URL: &str = "/metadata/annotations/backstage.io~1view-url";
const EDIT_URL: &str = "/metadata/annotations/backstage.io~1edit-url";
/// The annotation that says which template has made it.
const SOURCE_TEMPLATE: &str = "/metadata/annotations/backstage.io~1source-template";

/// The page of `entry`, for a viewer with these stars, at `now`.
pub(super) fn details(
    model: &Model,
    entry: &Entry,
    stars: &[String],
    now: Millis,
    layouts: &Layouts,
) -> EntityDetails {
    let entity = model.entity(entry);
    let mut summaries = Summaries::of(model);
    let summary = summaries.row(entry, stars);
    let layout = layouts.of(&summary.entity_ref.kind, summary.spec_type.as_deref());
    EntityDetails {
        description_html: description(&entity),
        layout: layout.clone(),
        belonging: belonging(model, &mut summaries, entry, &entity),
        summary,
        links: links(&entity),
        labels: pairs(&entity, "/metadata/labels"),
        annotations: pairs(&entity, "/metadata/annotations"),
        relations: groups(&mut summaries, model, &entity),
        profile: profile(&entity),
        has_definition: entity
            .pointer("/spec/definition")
            .is_some_and(Value::is_string),
        source: source(model, entry, &entity, now),
        made_by: made_by(model, entry, &entity),
        problems: problems_of_entry(model, entry),
        json: shown(entity),
    }
}

/// The description, in which links are relative to the file that holds it.
fn description(entity: &Value) -> Option<String> {
    let text = text_at(entity, "/metadata/description")?;
    let base = text_at(entity, VIEW_URL).and_then(|url| Url::parse(&url).ok());
    Some(markdown::render(&text, base.as_ref()).into_string())
}

/// How much of a definition the source of its entity shows, in bytes.
const SHOWN: usize = 20_000;

/// The task that has registered what holds an entity, and its template; or the template that its file names.
fn made_by(model: &Model, entry: &Entry, entity: &Value) -> Option<MadeBy> {
    let origin = model.sources.get(&entry.location);
    let origin: Option<LocationRef> = origin.and_then(|source| source.origin.parse().ok());
    let registered = origin.and_then(|origin| registered_at(model, &origin));
    let task = registered.and_then(|it| it.made_by.as_ref());
    let named = text_at(entity, SOURCE_TEMPLATE);
    let template = named.or_else(|| task?.template.clone());
    let defaults = RefDefaults {
        kind: Some("template"),
        namespace: None,
    };
    let template = template.and_then(|it| EntityRef::parse(&it, defaults).ok());
    let made_by = MadeBy {
        template: template.map(|template| link(model, &template)),
        task: task.map(|it| it.task.clone()),
    };
    (made_by.template.is_some() || made_by.task.is_some()).then_some(made_by)
}

/// The entity as text. A definition is not repeated in full: it has a page and a file of its own.
fn shown(mut entity: Value) -> String {
    if let Some(Value::String(text)) = entity.pointer_mut("/spec/definition")
        && text.len() > SHOWN
    {
        text.truncate(text.floor_char_boundary(SHOWN));
        text.push_str(" … cut here; the raw JSON has the rest");
    }
    serde_json::to_string_pretty(&entity).unwrap_or_default()
}

impl Model {
    /// The type of an API and the text of its definition.
    pub fn definition(&self, entity_ref: &EntityRef) -> Option<(String, String)> {
        let entity = self.entity(self.get(entity_ref)?);
        let text = text_at(&entity, "/spec/definition")?;
        let kind = text_at(&entity, "/spec/type").unwrap_or_else(|| "text".to_owned());
        Some((kind, text))
    }
}

fn problems_of_entry(model: &Model, entry: &Entry) -> Vec<ListedProblem> {
    let problems = model.problems_of(&entry.key).cloned();
    problems.map(ListedProblem::from).collect()
}

/// The URL if it is safe to link to: what a repository says could as well be `javascript:`.
fn web_url(text: &str) -> Option<String> {
    let url = Url::parse(text.trim()).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.to_string())
}

fn links(entity: &Value) -> Vec<WebLink> {
    let links = entity.pointer("/metadata/links").and_then(Value::as_array);
    let links = links.into_iter().flatten().filter_map(|link| {
        let url = web_url(link.get("url")?.as_str()?)?;
        Some(WebLink {
            title: text_at(link, "/title").unwrap_or_else(|| url.clone()),
            icon: text_at(link, "/icon"),
            url,
        })
    });
    links.collect()
}

fn pairs(entity: &Value, pointer: &str) -> Vec<(String, String)> {
    let fields = entity.pointer(pointer).and_then(Value::as_object);
    let mut pairs: Vec<(String, String)> = fields
        .into_iter()
        .flatten()
        .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
        .collect();
    pairs.sort_unstable();
    pairs
}

fn profile(entity: &Value) -> Option<Profile> {
    entity.pointer("/spec/profile")?;
    Some(Profile {
        email: text_at(entity, "/spec/profile/email"),
        picture: text_at(entity, "/spec/profile/picture")
            .and_then(|picture| web_url(&picture))
            .filter(|picture| picture.starts_with("https:")),
    })
}

fn source(model: &Model, entry: &Entry, entity: &Value, now: Millis) -> EntitySource {
    let source = model.sources.get(&entry.location);
    let read_at = source.map_or(0, |source| source.read_at());
    EntitySource {
        location: entry.location.to_string(),
        origin: source.map_or_else(
            || entry.location.to_string(),
            |source| source.origin.clone(),
        ),
        line: LocationRef::has_lines(&entry.location).then_some(entry.line),
        view_url: text_at(entity, VIEW_URL).and_then(|url| web_url(&url)),
        edit_url: text_at(entity, EDIT_URL).and_then(|url| web_url(&url)),
        read_at: rfc3339(read_at),
        read_ago: ago(now, read_at),
        also_claimed_by: model.also_claimed_by(entry),
    }
}

/// How many entities of each type of relation are described; more are only named. Pages show fewer, and
/// a group may have thousands of members.
const DESCRIBED: usize = 100;

/// The relations by type, the well-known types first and in their order.
fn groups(summaries: &mut Summaries<'_>, model: &Model, entity: &Value) -> Vec<RelationGroup> {
    let mut groups: BTreeMap<&str, Vec<(EntityRef, EntityLink)>> = BTreeMap::new();
    for (kind, target) in relations_of(entity) {
        let link = summaries.link(&target);
        groups.entry(kind).or_default().push((target, link));
    }
    let mut groups: Vec<RelationGroup> = groups
        .into_iter()
        .map(|(kind, mut targets)| {
            targets.sort_by_cached_key(|(_, link)| link.label().to_lowercase());
            let entities = targets.into_iter().enumerate();
            let entities = entities.map(|(at, (target, link))| {
                if at < DESCRIBED {
                    related(summaries, model, &target)
                } else {
                    named(link)
                }
            });
            RelationGroup {
                kind: kind.to_owned(),
                entities: entities.collect(),
            }
        })
        .collect();
    groups.sort_by_cached_key(|group| (rank(&group.kind), group.kind.clone()));
    groups
}

/// The relations of a finished entity, each with its type.
pub(super) fn relations_of(entity: &Value) -> impl Iterator<Item = (&str, EntityRef)> {
    let relations = entity.get("relations").and_then(Value::as_array);
    relations.into_iter().flatten().filter_map(|relation| {
        let target = relation.get("targetRef")?.as_str()?;
        let target = EntityRef::parse(target, RefDefaults::default()).ok()?;
        Some((relation.get("type")?.as_str()?, target))
    })
}

fn rank(kind: &str) -> usize {
    let types = PAIRS
        .iter()
        .flat_map(|(forward, reverse)| [*forward, *reverse]);
    types
        .into_iter()
        .position(|known| known == kind)
        .unwrap_or(usize::MAX)
}

pub(super) fn related(
    summaries: &mut Summaries<'_>,
    model: &Model,
    target: &EntityRef,
) -> RelatedEntity {
    let Some(entry) = model.get(target) else {
        return named(summaries.link(target));
    };
    let entity = model.entity(entry);
    RelatedEntity {
        link: link_of(&entity),
        description: text_at(&entity, "/metadata/description"),
        spec_type: text_at(&entity, "/spec/type"),
        lifecycle: text_at(&entity, "/spec/lifecycle"),
    }
}

/// What is known of an entity without a look at its document.
pub(super) fn named(link: EntityLink) -> RelatedEntity {
    RelatedEntity {
        link,
        description: None,
        spec_type: None,
        lifecycle: None,
    }
}
