//! The inside of the page of names that are kept out, made on the server alone.

use super::told;
use crate::catalog::KeptOut;
use crate::permission::refusal;
use crate::routes::{Permission, use_links};
use crate::ui::{EmptyState, Fragment, Icon};
use leptos::either::Either;
use leptos::prelude::*;

/// The names as their page takes them.
pub(crate) fn html(names: Vec<KeptOut>) -> Fragment {
    told::html(|| view! { <Names names /> }.into_any())
}

#[component]
fn Names(names: Vec<KeptOut>) -> impl IntoView {
    if names.is_empty() {
        return Either::Left(view! {
            <EmptyState icon=Icon::CircleCheck title="Nothing is kept out"
                text="Every name that a source claims is in the catalog." />
        });
    }
    Either::Right(view! {
        <ul class="card lines-ruled max-w-[960px]">
            {names.into_iter().map(|name| view! { <Name name /> }).collect_view()}
        </ul>
    })
}

#[component]
fn Name(name: KeptOut) -> impl IntoView {
    let entity_ref = name.entity_ref.to_string();
    let let_in = match refusal(Permission::CatalogEntityDelete, Some(&name.entity_ref)) {
        Some(why) => Either::Left(view! { <p class="meta">{why}</p> }),
        None => Either::Right(view! {
            <form method="post" action=use_links().path("/_fn/let_in")>
                <input r#type="hidden" name="entity_ref" value=entity_ref.clone() />
                <button r#type="submit" class="btn" aria-label=format!("Let {entity_ref} in again")>"Let in again"</button>
            </form>
        }),
    };
    view! {
        <li class="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2">
            <div class="min-w-0 grow">
                <p class="mono break-anywhere">{entity_ref.clone()}</p>
                <p class="meta">
                    "by " {name.by} ", " <time datetime=name.since.clone() title=name.since>{name.since_ago}</time>
                </p>
            </div>
            {let_in}
        </li>
    }
    .into_any()
}
