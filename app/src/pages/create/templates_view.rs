//! Templates as cards by category, made on the server alone.

use super::super::catalog::rows;
use super::super::kind;
use super::super::kind_tile::tile_class;
use crate::catalog::{EntityList, EntityListQuery, EntitySummary, ListView, Scope};
use crate::routes::Links;
use crate::scaffolder::Makes;
use crate::ui::{Html, Icon};

/// How many tags a card shows before it counts.
const TAGS: usize = 4;

/// The list as its page takes it; `makes` has one for each row.
pub(crate) fn view(
    links: &Links,
    query: &EntityListQuery,
    list: EntityList,
    makes: Vec<Makes>,
) -> ListView {
    let mut html = Html::default();
    if list.rows.is_empty() {
        nothing(&mut html, links, query);
    }
    let cards: Vec<_> = list.rows.iter().zip(makes).collect();
    let same = |one: &(&EntitySummary, Makes), other: &(&EntitySummary, Makes)| {
        one.0.spec_type == other.0.spec_type
    };
    for (number, group) in cards.chunk_by(same).enumerate() {
        category(&mut html, links, number, group);
    }
    ListView {
        rows: html.into_string(),
        is_empty: false,
        columns: Vec::new(),
        kept: None,
        total: list.total,
        page: list.page,
        pages: list.pages,
        facets: list.facets,
    }
}

fn category(html: &mut Html, links: &Links, number: usize, group: &[(&EntitySummary, Makes)]) {
    let name = group
        .first()
        .and_then(|(summary, _)| summary.spec_type.as_deref());
    let name = name.unwrap_or("Other");
    let id = format!("category-{number}");
    html.raw("<section class=\"templates\"");
    html.attribute("aria-labelledby", &id);
    html.raw("><h2 class=\"templates-head\"");
    html.attribute("id", &id);
    html.raw(">");
    html.text(&capital(name));
    html.raw(" <span class=\"count\">");
    html.text(&group.len().to_string());
    html.raw("</span></h2><ul class=\"templates-grid\">");
    for (summary, makes) in group {
        card(html, links, summary, makes);
    }
    html.raw("</ul></section>");
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

fn card(html: &mut Html, links: &Links, summary: &EntitySummary, makes: &Makes) {
    html.raw("<li class=\"card template-card\"><div class=\"template-head\"><span");
    html.attribute("class", tile_class("template"));
    html.raw(">");
    html.icon(kind::icon("template"));
    html.raw("</span><h3 class=\"card-title min-w-0\"><a class=\"template-link\"");
    html.attribute("href", &links.template(&summary.entity_ref));
    html.raw(">");
    html.text(summary.label());
    html.raw("</a></h3>");
    rows::star(html, links, summary);
    html.raw("</div>");
    if let Some(text) = &summary.description {
        html.raw("<p class=\"template-text\"");
        html.attribute("title", text);
        html.raw(">");
        html.text(text);
        html.raw("</p>");
    }
    match makes {
        Makes::These(things) if things.is_empty() => {}
        Makes::These(things) => {
            html.raw("<p class=\"template-makes\">Makes ");
            html.text(&listed(things));
            html.raw("</p>");
        }
        Makes::Unusable(why) => {
            html.raw("<p class=\"template-makes tone-warn\">");
            html.icon(Icon::TriangleAlert);
            html.raw(" <span>");
            html.text(why);
            html.raw("</span></p>");
        }
    }
    html.raw("<div class=\"template-foot\"><span class=\"meta min-w-0\">");
    rows::link(html, links, summary.owner.as_ref());
    html.raw("</span>");
    rows::some_tags(html, links, &summary.tags, TAGS);
    html.raw("</div></li>");
}

/// `a, b and c`.
fn listed(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Why there is nothing, and what to do.
fn nothing(html: &mut Html, links: &Links, query: &EntityListQuery) {
    let is_whole = query.scope == Scope::All
        && query.text.is_empty()
        && [&query.types, &query.owners, &query.lifecycles, &query.tags]
            .iter()
            .all(|chosen| chosen.is_empty());
    html.raw("<div class=\"empty\">");
    html.icon(Icon::LayoutTemplate);
    if !is_whole {
        html.raw("<p class=\"card-title\">No template passes these filters</p><p class=\"mt-2\"><a class=\"btn\"");
        html.attribute("href", &links.templates());
        html.raw(">Show all templates</a></p></div>");
        return;
    }
    html.raw(
        "<p class=\"card-title\">There are no templates yet</p>\
         <p class=\"ui text-muted max-w-[56ch]\">A template is a file in a repository, of the kind Template. \
         Register the file, and see to it that the rules of the catalog let Templates in:</p>\
         <pre class=\"code text-start\" tabindex=\"0\">catalog:\n  rules:\n    - allow: [Component, API, Location, Template]</pre>\
         <p class=\"mt-2 flex flex-wrap gap-2 justify-center\"><a class=\"btn btn-primary\"",
    );
    html.attribute("href", &links.register());
    html.raw(">Register a template</a><a class=\"btn\"");
    html.attribute("href", &links.guide("templates"));
    html.raw(">How to write one</a></p></div>");
}
