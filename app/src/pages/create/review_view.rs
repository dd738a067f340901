//! The answers as they are read once more.

use super::super::entity_link::IconLink;
use super::control_view::control_id;
use crate::account::port::Accounts;
use crate::account::{CredentialRequest, InTheirName};
use crate::routes::use_links;
use crate::scaffolder::form::{Answered, Concealed, ReviewGroup, ReviewLine};
use crate::ui::Icon;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Review(groups: Vec<ReviewGroup>, concealed: Vec<Concealed>) -> impl IntoView {
    let is_empty = groups.iter().all(|group| group.lines.is_empty());
    let groups = groups
        .into_iter()
        .filter(|group| !group.lines.is_empty())
        .map(group)
        .collect_view();
    let none =
        is_empty.then(|| view! { <p class="ui text-muted mt-2">"The template asks nothing."</p> });
    let concealed = (!concealed.is_empty()).then(|| view! { <Typed concealed /> });
    view! { {none} <div class="stack mt-3">{groups}</div> {concealed} }.into_any()
}

/// What is done in the reader's own name, and the way to allow it.
#[component]
pub(super) fn InYourName(credentials: Vec<CredentialRequest>, back: String) -> impl IntoView {
    let accounts = use_context::<Arc<dyn Accounts>>();
    let links = use_links();
    let told = |asked: CredentialRequest| {
        let standing = accounts
            .as_ref()
            .map(|accounts| accounts.in_their_name(&asked));
        let host = asked.host;
        match standing? {
            InTheirName::Allowed => Some(
                view! {
                    <p class="notice mt-3"><span class="flex-none">{Icon::User.svg()}</span> <span>{format!("What is made at {host} is made in your name.")}</span></p>
                }
                .into_any(),
            ),
            InTheirName::Asks(consent) => {
                let href = links.agree(&consent.path, &consent.scope, &back);
                let why = format!(
                    "What is made at {host} is made in your name. Allow it there first; your answers are kept meanwhile."
                );
                Some(
                    view! {
                        <div class="notice mt-3">
                            <span class="tone-warn flex-none">{Icon::Lock.svg()}</span>
                            <div><p>{why}</p> <a class="btn btn-primary mt-2" rel="external" href=href>{format!("Allow it at {}", consent.provider)}</a></div>
                        </div>
                    }
                    .into_any(),
                )
            }
            InTheirName::Never => {
                let why = format!(
                    "The template makes things at {host} in the name of whoever starts it, and nobody signs in with {host} here. Whoever runs this portal can change that: auth.providers.github."
                );
                Some(
                    view! {
                        <p class="notice mt-3"><span class="tone-warn flex-none">{Icon::TriangleAlert.svg()}</span> <span>{why}</span></p>
                    }
                    .into_any(),
                )
            }
        }
    };
    credentials.into_iter().filter_map(told).collect_view()
}

fn group(group: ReviewGroup) -> impl IntoView {
    let change = group.page.map(|page| {
        let label = format!("Change {}", group.title);
        view! { <button class="btn btn-quiet btn-small ms-auto" name="do" value=format!("turn:{page}") aria-label=label>"Change"</button> }
    });
    let lines = group.lines.into_iter().map(answered).collect_view();
    let label = group.title.clone();
    view! {
        <section class="card" aria-label=label>
            <div class="card-head"><h3 class="card-title">{group.title}</h3> {change}</div>
            <dl class="review">{lines}</dl>
        </section>
    }
}

fn answered(given: ReviewLine) -> impl IntoView {
    let class = match given.depth {
        0 => "",
        1 => "step-1",
        2 => "step-2",
        3 => "step-3",
        _ => "step-4",
    };
    let answer = match given.answer {
        Answered::Heading => ().into_any(),
        Answered::Nothing => view! { <span class="text-faint">"—"</span> }.into_any(),
        Answered::Text(text) | Answered::Masked(text) => text.into_any(),
        Answered::Paragraph(text) => view! { <span class="review-text">{text}</span> }.into_any(),
        Answered::Words(words) => words.join(", ").into_any(),
        Answered::Entity(link) => view! { <IconLink link /> }.into_any(),
        Answered::Entities(links) => {
            let links = links.into_iter().map(|link| view! { <IconLink link /> });
            view! { <span class="flex flex-wrap gap-3">{links.collect_view()}</span> }.into_any()
        }
    };
    view! { <div><dt class=class>{given.label}</dt> <dd>{answer}</dd></div> }
}

/// What without scripts has to be typed here; with them it is brought along and stays unseen.
#[component]
fn Typed(concealed: Vec<Concealed>) -> impl IntoView {
    let field = |asked: Concealed| {
        let id = control_id(&asked.path);
        view! {
            <div class="ask">
                <label class="ask-label" for=id.clone()>{asked.label}</label>
                <div class="field"><input type="password" form="start" id=id name=format!("concealed[{}]", asked.path) required=asked.required
                    data-concealed=asked.path autocomplete="new-password" /></div>
            </div>
        }
    };
    let fields = concealed.into_iter().map(field).collect_view();
    view! { <div class="asks only-without-script">{fields}</div> }
}
