//! What is said and asked before an entity goes, made on the server alone.

use super::entity_link::IconLink;
use super::problem_list::SourcePath;
use super::told;
use crate::catalog::{EntityLink, EntityRef, Removal, Way};
use crate::permission::refusal;
use crate::routes::{Permission, use_links};
use crate::ui::{Card, Fragment};
use leptos::either::Either;
use leptos::prelude::*;

/// The question, as its page takes it.
pub(crate) fn html(removal: Removal) -> Fragment {
    Fragment {
        title: title(&removal),
        ..told::html(|| view! { <Ask removal /> }.into_any())
    }
}

fn title(removal: &Removal) -> String {
    format!("Remove {}", removal.entity.label())
}

#[component]
fn Ask(removal: Removal) -> impl IntoView {
    let back = use_links().entity(&removal.entity.entity_ref);
    let title = title(&removal);
    let unregister = match removal.way.clone() {
        Way::Registered(id) => Some(view! { <Unregister id removal=removal.clone() /> }),
        _ => None,
    };
    view! {
        <h1 class="page-title clip">{title}</h1>
        <p class="ui text-muted mt-1 mb-4">
            "It came by way of " <span class="mono break-anywhere"><SourcePath source=removal.origin.clone() /></span>
            {came_by(&removal.way)}
        </p>
        <div class="stack max-w-[720px]">
            {unregister}
            <Delete removal />
            <p><a class="btn" href=back>"Keep it"</a></p>
        </div>
    }
    .into_any()
}

fn came_by(way: &Way) -> &'static str {
    match way {
        Way::Registered(_) => ", which somebody has registered.",
        Way::Configured => ", which the configuration names or a provider has found.",
        Way::Pushed(_) => ", which a program pushes.",
    }
}

#[component]
fn Unregister(id: String, removal: Removal) -> impl IntoView {
    let others = removal.colocated_total;
    let what = match others {
        0 => "Nothing else came by this location.".to_owned(),
        1 => "One other entity came by this location and goes too:".to_owned(),
        others => format!("{others} other entities came by this location and go too:"),
    };
    view! {
        <Card title="Unregister the location">
            <div class="card-body">
                <p class="ui">"The location is not read any more, and all that it has brought leaves the catalog. " {what}</p>
                <Colocated entities=removal.colocated total=others />
                {match refusal(Permission::CatalogLocationDelete, None) {
                    Some(why) => Either::Left(view! { <p class="meta mt-3">{why}</p> }),
                    None => Either::Right(view! {
                        <form method="post" action=use_links().path("/_fn/unregister_location")>
                            <input r#type="hidden" name="id" value=id />
                            <button r#type="submit" class="btn btn-primary mt-3">"Unregister the location"</button>
                        </form>
                    }),
                }}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Colocated(entities: Vec<EntityLink>, total: usize) -> impl IntoView {
    let more = total.saturating_sub(entities.len());
    view! {
        <ul class="mt-2">
            {entities.into_iter().map(|link| view! { <li class="py-0.5"><IconLink link /></li> }).collect_view()}
            {(more > 0).then(|| view! { <li class="meta">{format!("and {more} more")}</li> })}
        </ul>
    }
}

#[component]
fn Delete(removal: Removal) -> impl IntoView {
    let entity_ref = removal.entity.entity_ref;
    let kept = entity_ref.clone();
    let kept_out = use_links().kept_out();
    let fate = match removal.way {
        _ if removal.orphan => "Nothing leads to it any more, so it does not come back.",
        Way::Pushed(_) => "It comes back with the next push that holds it.",
        Way::Registered(_) | Way::Configured => {
            "What it came from still holds it: it comes back when that is read next, unless it has been taken out there."
        }
    };
    view! {
        <Card title="Delete the entity">
            <div class="card-body">
                <p class="ui">{fate}</p>
                <DeleteForm entity_ref=entity_ref.clone() keep_out=false />
            </div>
        </Card>
        <Card title="Delete and keep out">
            <div class="card-body">
                <p class="ui">
                    "It stays out whatever claims its name, until somebody lets it in again or registers a location that holds it. See "
                    <a class="link" href=kept_out>"what is kept out"</a> "."
                </p>
                <DeleteForm entity_ref=kept keep_out=true />
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn DeleteForm(entity_ref: EntityRef, keep_out: bool) -> impl IntoView {
    let word = if keep_out {
        "Delete and keep out"
    } else {
        "Delete"
    };
    if let Some(why) = refusal(Permission::CatalogEntityDelete, Some(&entity_ref)) {
        return Either::Left(view! { <p class="meta mt-3">{why}</p> });
    }
    Either::Right(view! {
        <form method="post" action=use_links().path("/_fn/delete_entity")>
            <input r#type="hidden" name="entity_ref" value=entity_ref.to_string() />
            <input r#type="hidden" name="keep_out" value=keep_out.to_string() />
            <button r#type="submit" class="btn mt-3">{word}</button>
        </form>
    })
}
