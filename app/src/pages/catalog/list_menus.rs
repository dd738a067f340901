//! What can be done with a list as a whole: its columns chosen, and all of it taken along as a file.

use super::columns;
use crate::catalog::{Column, EntityListQuery};
use crate::routes::use_links;
use crate::ui::{Icon, Menu, MenuSide};
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// Both menus, for a list that shows these columns.
#[component]
pub(super) fn ListMenus(
    query: EntityListQuery,
    /// Those that the reader keeps for this kind.
    kept: Option<Vec<Column>>,
    shown: Vec<Column>,
) -> impl IntoView {
    let links = use_links();
    let export = |format| links.export(&query, format);
    let (csv, json) = (export("csv"), export("json"));
    let items = columns::choices(query.kind.as_deref())
        .map(|column| item(&query, column, &shown))
        .collect_view();
    view! {
        <Menu class="btn btn-icon" label="Columns" side=MenuSide::End stays=true button=|| Icon::Columns.svg()>
            <p class="menu-head">"Columns"</p>
            <ul>{items}</ul>
            {keeping(query, kept)}
        </Menu>
        <Menu class="btn btn-icon" label="Export" side=MenuSide::End button=|| Icon::Download.svg()>
            <p class="menu-head">"All of this list as a file"</p>
            <a class="menu-item" href=csv rel="external" download="">"CSV"</a>
            <a class="menu-item" href=json rel="external" download="">"JSON"</a>
        </Menu>
    }
    .into_any()
}

/// Shows a column, or does without it.
fn item(query: &EntityListQuery, column: Column, shown: &[Column]) -> impl IntoView + use<> {
    let is_shown = shown.contains(&column);
    let wanted = |known: &Column| shown.contains(known) != (*known == column);
    let columns = Column::ALL.into_iter().filter(wanted).collect();
    let href = use_links().catalog(&EntityListQuery {
        columns: Some(columns),
        ..query.clone()
    });
    view! {
        <li>
            <a class="menu-item" href=href aria-current=is_shown.then_some("true")>
                <span class="pressed-mark">{is_shown.then(|| Icon::Check.small())}</span>
                {column.label()}
            </a>
        </li>
    }
}

/// Has the choice kept for lists of the kind, or forgotten again.
fn keeping(query: EntityListQuery, kept: Option<Vec<Column>>) -> impl IntoView {
    let links = use_links();
    let action = links.path("/_fn/keep_columns");
    let kind = query.kind.clone();
    let kind = view! { <input r#type="hidden" name="kind" value=kind /> };
    match &query.columns {
        Some(columns) if kept.as_ref() != Some(columns) => {
            let columns = Column::words(columns, ",");
            let before = links.catalog(&EntityListQuery {
                columns: None,
                ..query.clone()
            });
            EitherOf3::A(view! {
                <div class="menu-rule"></div>
                <form method="post" action=action>
                    {kind} <input r#type="hidden" name="columns" value=columns />
                    <button r#type="submit" class="menu-item">{Icon::Check.small()} "Keep for lists like this"</button>
                </form>
                <a class="menu-item" href=before>{Icon::X.small()} "As before"</a>
            })
        }
        None if kept.is_some() => EitherOf3::B(view! {
            <div class="menu-rule"></div>
            <form method="post" action=action>
                {kind}
                <button r#type="submit" class="menu-item">{Icon::X.small()} "The usual columns"</button>
            </form>
        }),
        _ => EitherOf3::C(()),
    }
}
