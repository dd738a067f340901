//! The rows of a list as HTML, made on the server alone: browsers have no program for them, and a page
//! of fifty is made in a millisecond.

use super::super::{kind, kind_tile, lifecycle};
use crate::catalog::{
    Column, EntityLink, EntityList, EntityListQuery, EntityRef, EntitySummary, ListView,
};
use crate::routes::Links;
use crate::ui::{Html, Icon, counted};

/// How many tags a row shows before it counts.
const TAGS: usize = 2;

/// A list as its page takes it.
pub(crate) fn view(
    links: &Links,
    query: &EntityListQuery,
    list: EntityList,
    kept: Option<Vec<Column>>,
) -> ListView {
    let columns = of_list(query, kept.as_deref(), &list.rows);
    let mut html = Html::default();
    for summary in &list.rows {
        row(&mut html, links, &columns, summary);
    }
    ListView {
        rows: html.into_string(),
        is_empty: list.rows.is_empty(),
        columns,
        kept,
        total: list.total,
        page: list.page,
        pages: list.pages,
        facets: list.facets,
    }
}

/// The columns between the name and the star: those that the URL names, or that the reader keeps, or
/// the usual ones. A usual one that stays empty on this page leaves its room to the names, unless the
/// list is sorted by it.
fn of_list(
    query: &EntityListQuery,
    kept: Option<&[Column]>,
    rows: &[EntitySummary],
) -> Vec<Column> {
    if let Some(chosen) = query.columns.as_deref().or(kept) {
        return chosen.to_vec();
    }
    let usual = of_kind(query.kind.as_deref()).iter().copied();
    let shown = usual.filter(|column| {
        column.sort() == Some(query.sort) || rows.iter().any(|row| is_filled(*column, row))
    });
    shown.collect()
}

fn is_filled(column: Column, row: &EntitySummary) -> bool {
    match column {
        Column::Owner => row.owner.is_some(),
        Column::System => row.system.is_some(),
        Column::Type => row.spec_type.is_some(),
        Column::Lifecycle => row.lifecycle.is_some(),
        Column::Description => row.description.is_some(),
        Column::Definition => row.has_definition,
        Column::Tags => !row.tags.is_empty(),
    }
}

fn of_kind(kind: Option<&str>) -> &'static [Column] {
    use Column::{Definition, Description, Lifecycle, Owner, System, Tags, Type};
    match kind {
        Some("user") => &[Description],
        Some("api") => &[Owner, System, Type, Lifecycle, Definition, Tags],
        Some("group" | "location") => &[Type, Description],
        Some("domain" | "system") => &[Owner, Description, Tags],
        Some("template") => &[Type, Owner, Description],
        Some("resource") => &[Owner, System, Type, Tags],
        _ => &[Owner, System, Type, Lifecycle, Tags],
    }
}

/// The roles say again what the elements are: on a phone they are laid out as lines, and some browsers
/// then forget that they were a table.
fn row(html: &mut Html, links: &Links, columns: &[Column], summary: &EntitySummary) {
    html.raw("<tr role=\"row\"><td role=\"cell\">");
    name(html, links, summary);
    html.raw("</td>");
    for column in columns {
        match column {
            Column::Tags | Column::System | Column::Description | Column::Definition => {
                html.raw("<td role=\"cell\" class=\"not-narrow\">");
            }
            _ => html.raw("<td role=\"cell\">"),
        }
        cell(html, links, *column, summary);
        html.raw("</td>");
    }
    html.raw("<td role=\"cell\">");
    star(html, links, summary);
    html.raw("</td></tr>");
}

fn name(html: &mut Html, links: &Links, summary: &EntitySummary) {
    let entity_ref = &summary.entity_ref;
    let (label, short) = (summary.label(), entity_ref.short(Some(&entity_ref.kind)));
    let kind = kind::singular(&entity_ref.kind);
    html.raw("<span class=\"row-name\"><span");
    html.attribute("class", kind_tile::tile_class(&entity_ref.kind));
    html.attribute("title", &kind);
    html.raw(">");
    html.icon(kind::icon(&entity_ref.kind));
    html.raw("<span class=\"hidden-label\">");
    html.text(&kind);
    html.raw("</span></span><a class=\"row-title quiet\"");
    html.attribute("href", &links.entity(entity_ref));
    html.attribute("title", &entity_ref.to_string());
    html.raw(">");
    html.text(label);
    html.raw("</a>");
    if !says_same(label, &short) {
        html.raw("<span class=\"row-ref mono\">");
        html.text(&short);
        html.raw("</span>");
    }
    if summary.problems > 0 {
        let said = counted(summary.problems, "problem");
        html.raw("<span class=\"tone-warn\"");
        html.attribute("title", &said);
        html.raw(">");
        html.icon(Icon::TriangleAlert);
        html.raw("<span class=\"hidden-label\">");
        html.text(&said);
        html.raw("</span></span>");
    }
    html.raw("</span>");
}

fn cell(html: &mut Html, links: &Links, column: Column, summary: &EntitySummary) {
    match column {
        Column::Owner => link(html, links, summary.owner.as_ref()),
        Column::System => link(html, links, summary.system.as_ref()),
        Column::Type => {
            if let Some(word) = &summary.spec_type {
                html.raw("<span class=\"cell\">");
                html.text(word);
                html.raw("</span>");
            }
        }
        Column::Lifecycle => {
            if let Some(word) = &summary.lifecycle {
                html.raw("<span");
                html.attribute("class", lifecycle::word_class(word));
                html.raw(">");
                html.text(word);
                html.raw("</span>");
            }
        }
        Column::Description => {
            if let Some(text) = &summary.description {
                html.raw("<span class=\"cell text-muted\"");
                html.attribute("title", text);
                html.raw(">");
                html.text(text);
                html.raw("</span>");
            }
        }
        Column::Definition => {
            if summary.has_definition {
                html.raw("<a class=\"link\"");
                html.attribute("href", &links.entity_definition(&summary.entity_ref));
                let label = format!("View the definition of {}", summary.label());
                html.attribute("aria-label", &label);
                html.raw(">View</a>");
            }
        }
        Column::Tags => tags(html, links, &summary.tags),
    }
}

/// A quiet link to which there is a card; what the catalog does not hold is text that says so.
pub(crate) fn link(html: &mut Html, links: &Links, link: Option<&EntityLink>) {
    let Some(link) = link else { return };
    let full = link.entity_ref.to_string();
    if link.known {
        html.raw("<a class=\"cell quiet\"");
        html.attribute("href", &links.entity(&link.entity_ref));
        html.attribute("data-card", &full);
        html.raw(">");
        html.text(link.label());
        html.raw("</a>");
    } else {
        html.raw("<span class=\"unknown\"");
        html.attribute("title", &format!("{full} is not in the catalog"));
        html.raw("><span class=\"cell\">");
        html.text(link.label());
        html.raw("</span>");
        html.icon(Icon::CircleHelp);
        html.raw("<span class=\"hidden-label\">(not in the catalog)</span></span>");
    }
}

fn tags(html: &mut Html, links: &Links, tags: &[String]) {
    some_tags(html, links, tags, TAGS);
}

/// As many tags as there is room for, then how many more there are.
pub(crate) fn some_tags(html: &mut Html, links: &Links, tags: &[String], room: usize) {
    if tags.is_empty() {
        return;
    }
    html.raw("<span class=\"row-tags\">");
    for tag in tags.iter().take(room) {
        let query = EntityListQuery {
            tags: vec![tag.clone()],
            ..EntityListQuery::default()
        };
        html.raw("<a class=\"chip\"");
        html.attribute("href", &links.catalog(&query));
        html.attribute("title", tag);
        html.raw(">");
        html.text(tag);
        html.raw("</a>");
    }
    if tags.len() > room {
        html.raw("<span class=\"count\"");
        html.attribute("title", &tags[room..].join(", "));
        html.raw(">+");
        html.text(&(tags.len() - room).to_string());
        html.raw("</span>");
    }
    html.raw("</span>");
}

/// The form that `star::submit` answers in the browser.
pub(crate) fn star(html: &mut Html, links: &Links, summary: &EntitySummary) {
    let EntityRef {
        kind,
        namespace,
        name,
    } = &summary.entity_ref;
    html.raw("<form class=\"star-form\" method=\"post\"");
    html.attribute("action", &links.path("/_fn/set_starred"));
    html.raw("><input type=\"hidden\" name=\"entity_ref\"");
    html.attribute("value", &format!("{kind}:{namespace}/{name}"));
    html.raw("><input type=\"hidden\" name=\"starred\"");
    html.attribute("value", if summary.starred { "false" } else { "true" });
    html.raw("><button class=\"star\"");
    html.attribute(
        "aria-pressed",
        if summary.starred { "true" } else { "false" },
    );
    html.attribute("aria-label", &format!("Star {}", summary.label()));
    html.raw(">");
    html.icon(Icon::Star);
    html.raw("</button></form>");
}

/// Whether a title is only its name in nicer writing: then the name adds nothing.
fn says_same(title: &str, name: &str) -> bool {
    let letters = |text: &'_ str| -> String {
        let counted = |letter: &char| letter.is_alphanumeric() || matches!(letter, '/' | ':');
        let letters = text.chars().filter(counted);
        letters.flat_map(char::to_lowercase).collect()
    };
    letters(title) == letters(name)
}

#[cfg(test)]
mod tests {
    use super::says_same;

    #[test]
    fn a_name_is_shown_when_it_says_more_than_the_title() {
        assert!(says_same("Seat Map API", "seat-map-api"));
        assert!(says_same("What's On", "whats-on"));
        assert!(!says_same("Print at Home", "ticket-printer"));
        assert!(!says_same("Streaming", "encore/streaming"));
    }
}
