//! One entity of the list.

use super::super::entity_link::QuietLink;
use super::super::kind::KindTile;
use super::super::lifecycle::Lifecycle;
use super::super::star::StarButton;
use super::columns::Column;
use crate::catalog::{EntityListQuery, EntitySummary};
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::either::EitherOf6;
use leptos::prelude::*;

/// How many tags a row shows before it counts.
const TAGS: usize = 2;

#[component]
pub(super) fn EntityRow<'a>(
    summary: EntitySummary,
    columns: &'a [Column],
) -> impl IntoView + use<> {
    let label = summary.label().to_owned();
    let cells = columns
        .iter()
        .map(|column| cell(*column, &summary))
        .collect_view();
    view! {
        <tr role="row">
            <td role="cell"><Name summary=summary.clone() /></td>
            {cells}
            <td role="cell"><StarButton entity_ref=summary.entity_ref label starred=summary.starred /></td>
        </tr>
    }
    .into_any()
}

#[component]
fn Name(summary: EntitySummary) -> impl IntoView {
    let label = summary.label().to_owned();
    let entity_ref = &summary.entity_ref;
    let href = use_links().entity(entity_ref);
    let short = entity_ref.short(Some(&entity_ref.kind));
    let other =
        (!says_same(&label, &short)).then(|| view! { <span class="row-ref mono">{short}</span> });
    let problems = (summary.problems > 0).then(|| {
        let said = super::super::problems::counted(summary.problems, "problem");
        view! { <span class="tone-warn" title=said.clone()>{Icon::TriangleAlert.small()}<span class="hidden-label">{said.clone()}</span></span> }
    });
    view! {
        <span class="row-name">
            <KindTile kind=&entity_ref.kind />
            <a class="row-title quiet" href=href title=entity_ref.to_string()>{label}</a>
            {other} {problems}
        </span>
    }
}

fn cell(column: Column, summary: &EntitySummary) -> impl IntoView + use<> {
    let content = match column {
        Column::Owner => EitherOf6::A(
            summary
                .owner
                .clone()
                .map(|link| view! { <QuietLink link /> }),
        ),
        Column::System => EitherOf6::B(
            summary
                .system
                .clone()
                .map(|link| view! { <QuietLink link /> }),
        ),
        Column::Type => EitherOf6::C(
            summary
                .spec_type
                .clone()
                .map(|word| view! { <span class="cell">{word}</span> }),
        ),
        Column::Lifecycle => EitherOf6::D(
            summary
                .lifecycle
                .clone()
                .map(|word| view! { <Lifecycle word /> }),
        ),
        Column::Description => EitherOf6::E(summary.description.clone().map(
            |text| view! { <span class="cell text-muted" title=text.clone()>{text.clone()}</span> },
        )),
        Column::Tags => EitherOf6::F(view! { <Tags tags=summary.tags.clone() /> }),
    };
    let class = match column {
        Column::Tags | Column::System | Column::Description => "not-narrow",
        _ => "",
    };
    view! { <td role="cell" class=class>{content}</td> }
}

#[component]
fn Tags(tags: Vec<String>) -> impl IntoView {
    let links = use_links();
    let rest = tags
        .get(TAGS..)
        .filter(|rest| !rest.is_empty())
        .map(|rest| {
            let all = rest.join(", ");
            view! { <span class="count" title=all>{format!("+{}", rest.len())}</span> }
        });
    let chip = |tag: &String| {
        let query = EntityListQuery {
            tags: vec![tag.clone()],
            ..EntityListQuery::default()
        };
        view! { <a class="chip" href=links.catalog(&query) title=tag.clone()>{tag.clone()}</a> }
    };
    view! { <span class="row-tags">{tags.iter().take(TAGS).map(chip).collect_view()} {rest}</span> }
}

/// Whether a title is only its name in nicer writing: then the name adds nothing.
fn says_same(title: &str, name: &str) -> bool {
    let letters = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric() || matches!(letter, '/' | ':'))
            .flat_map(char::to_lowercase)
            .collect::<String>()
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
