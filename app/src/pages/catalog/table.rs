//! The list as a table whose heads are links that sort it.

use crate::catalog::{Column, EntityListQuery, SortField};
use crate::pages::star;
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::either::Either;
use leptos::prelude::*;

/// The roles say again what the elements are: on a phone they are laid out as lines, and some
/// browsers then forget that they were a table.
#[component]
pub(super) fn EntityTable(
    query: EntityListQuery,
    columns: Vec<Column>,
    /// As the server has written them.
    rows: String,
) -> impl IntoView {
    view! {
        <table class="table" role="table" aria-label="Entities" on:submit=move |event| star::submit(&event)>
            <thead role="rowgroup">
                <tr role="row">
                    <SortableHead query=query.clone() label="Name" field=SortField::Name class="" />
                    {columns.iter().map(|column| head(&query, *column)).collect_view()}
                    <th scope="col" role="columnheader" class="col-star"><span class="hidden-label">"Starred"</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup" inner_html=rows></tbody>
        </table>
    }
}

fn head(query: &EntityListQuery, column: Column) -> impl IntoView + use<> {
    let class = match column {
        Column::Description => "col-wide",
        Column::Type | Column::Lifecycle | Column::Definition => "col-word",
        Column::Owner | Column::System | Column::Tags => "col-plain",
    };
    match column.sort() {
        Some(field) => Either::Left(
            view! { <SortableHead query=query.clone() label=column.label() field class /> },
        ),
        None => Either::Right(
            view! { <th scope="col" role="columnheader" class=class>{column.label()}</th> },
        ),
    }
}

#[component]
fn SortableHead(
    query: EntityListQuery,
    label: &'static str,
    field: SortField,
    class: &'static str,
) -> impl IntoView {
    let sorted = query.sort == field;
    let state = sorted.then_some(if query.descending {
        "descending"
    } else {
        "ascending"
    });
    let icon = if sorted && query.descending {
        Icon::ArrowDown
    } else {
        Icon::ArrowUp
    };
    let next = EntityListQuery {
        sort: field,
        descending: sorted && !query.descending,
        page: 1,
        ..query
    };
    view! {
        <th scope="col" role="columnheader" class=class aria-sort=state>
            <a class="sort" href=use_links().catalog(&next)>{label} {icon.svg()}</a>
        </th>
    }
}
