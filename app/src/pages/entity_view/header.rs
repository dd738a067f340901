//! The head of the page: tile, title, reference, facts, and what can be done.

use super::super::entity_link::IconLink;
use super::super::kind;
use super::super::kind_tile::KindTileLarge;
use super::super::lifecycle::Lifecycle;
use super::super::problem_list::short_source;
use super::super::star_button::StarButton;
use super::actions;
use crate::catalog::EntityDetails;
use crate::routes::use_links;
use crate::ui::{Avatar, CopyButton, Icon};
use leptos::either::Either;
use leptos::prelude::*;

#[component]
pub(super) fn Header(details: EntityDetails) -> impl IntoView {
    let summary = details.summary.clone();
    let label = summary.label().to_owned();
    let entity_ref = summary.entity_ref.to_string();
    let picture = picture(&details);
    view! {
        <header class="entity-head">
            {match picture {
                Some(avatar) => Either::Left(avatar),
                None => Either::Right(view! { <KindTileLarge kind=&summary.entity_ref.kind /> }),
            }}
            <div class="entity-name">
                <div class="flex items-center gap-2 min-w-0">
                    <h1 class="page-title clip">{label.clone()}</h1>
                    <StarButton entity_ref=summary.entity_ref.clone() label starred=summary.starred />
                </div>
                <p class="flex items-center gap-1 min-w-0 text-muted">
                    <span class="mono clip">{entity_ref.clone()}</span>
                    <CopyButton text=entity_ref label="Copy the reference" />
                </p>
            </div>
            <Actions details=details.clone() />
        </header>
        <Facts details />
    }
    .into_any()
}

/// The face of a person or the sign of a team, where the catalog names a picture of it.
fn picture(details: &EntityDetails) -> Option<impl IntoView + use<>> {
    let url = details.profile.as_ref()?.picture.clone()?;
    let summary = &details.summary;
    let avatar = match summary.entity_ref.kind.to_lowercase().as_str() {
        "user" => Avatar::PersonTitle,
        "group" => Avatar::TeamTitle,
        _ => return None,
    };
    Some(avatar.of(summary.label(), Some(url)))
}

#[component]
fn Actions(details: EntityDetails) -> impl IntoView {
    let json = use_links().entity_json(&details.summary.entity_ref);
    let outward = |url: Option<String>, icon: Icon, word: &'static str| {
        url.map(|url| {
            view! {
                <a class="btn" href=url rel="noreferrer external" aria-label=word>
                    {icon.small()} <span class="not-narrow">{word}</span>
                </a>
            }
        })
    };
    view! {
        <div class="flex gap-2 flex-none">
            {outward(details.source.view_url, Icon::ExternalLink, "View source")}
            {outward(details.source.edit_url, Icon::Pencil, "Edit")}
            <a class="btn" href=json rel="external" aria-label="Raw JSON">
                {Icon::Braces.small()} <span class="not-narrow">"JSON"</span>
            </a>
            <actions::MoreActions entity_ref=details.summary.entity_ref />
        </div>
    }
}

/// What is asked first, in one strip. A fact that is not known is not there.
#[component]
fn Facts(details: EntityDetails) -> impl IntoView {
    let summary = details.summary;
    let source = details.source;
    let kind = kind::singular(&summary.entity_ref.kind);
    let what = match summary.spec_type {
        Some(word) => format!("{kind} · {word}"),
        None => kind,
    };
    let file = short_source(&source.location).to_owned();
    let file_name = file.rsplit('/').next().unwrap_or_default().to_owned();
    view! {
        <dl class="facts mt-3">
            {summary.owner.map(|link| view! { <div><dt>"Owner"</dt><dd><IconLink link /></dd></div> })}
            {summary.system.map(|link| view! { <div><dt>{kind::singular(&link.entity_ref.kind)}</dt><dd><IconLink link /></dd></div> })}
            {summary.lifecycle.map(|word| view! { <div><dt class="hidden-label">"Lifecycle"</dt><dd><Lifecycle word /></dd></div> })}
            <div><dt class="hidden-label">"Kind and type"</dt><dd>{what}</dd></div>
            <div><dt>"From"</dt><dd class="mono" title=file>{file_name}</dd></div>
            <div><dt>"Read"</dt><dd><time datetime=source.read_at>{source.read_ago}</time></dd></div>
        </dl>
    }
    .into_any()
}
