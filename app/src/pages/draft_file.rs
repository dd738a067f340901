//! The file that a draft comes to, and its ways into the repository and the catalog.

use super::proposal_view::{Asked, Outcome, ProposalForm};
use crate::catalog::{Draft, NewFile, Offering, Proposal, Proposed};
use crate::routes::use_links;
use crate::ui::{Card, CopyButton};
use leptos::either::Either;
use leptos::prelude::*;

/// Where a file belongs.
#[derive(Debug, Clone)]
pub(super) struct Whither {
    /// What was looked at.
    pub(super) url: String,
    /// `owner/name`.
    pub(super) repository: String,
    /// Its page.
    pub(super) repository_url: String,
    pub(super) branch: Option<String>,
    /// What the file is called.
    pub(super) file: String,
}

/// The file of a sound draft.
#[component]
pub(super) fn Made(file: NewFile, whither: Whither, draft: Draft, asked: Asked) -> impl IntoView {
    let (said, proposed) = asked;
    let number = match proposed {
        Some(Proposed::Opened(number)) => Some((number, true)),
        Some(Proposed::There(number)) => Some((number, false)),
        _ => None,
    };
    let text = file.text.clone();
    let title = whither.file.clone();
    let text = view! {
        <Card title>
            <div class="card-body">
                <div class="hint-code">
                    <pre class="code" tabindex="0" aria-label="The text of the file">{text}</pre>
                    <CopyButton label="Copy the file" />
                </div>
            </div>
        </Card>
    };
    if let Some((number, is_new)) = number {
        return Either::Left(view! {
            <Outcome number is_new location=file.location whither />
            {text}
        });
    }
    let form = match &file.offering {
        Offering::Open(usual) => {
            let proposal: Proposal = said.unwrap_or_else(|| usual.clone());
            let obstacle = match proposed {
                Some(Proposed::Refused(obstacle)) => Some(obstacle),
                _ => None,
            };
            let whither = whither.clone();
            let location = file.location.clone();
            Some(view! { <ProposalForm proposal obstacle location whither draft /> })
        }
        _ => None,
    };
    Either::Right(view! {
        {text}
        {form}
        <ByHand file whither />
    })
}

/// How a person puts the file there.
#[component]
fn ByHand(file: NewFile, whither: Whither) -> impl IntoView {
    let (href, word) = match (&file.page, file.is_filled) {
        (Some(page), true) => (page.clone(), "Begin the file there"),
        (Some(page), false) => (page.clone(), "Begin the file there, and paste the text"),
        (None, _) => (whither.repository_url, "Open the repository"),
    };
    let then = file.location.map(|location| {
        let href = use_links().register_at(&location);
        view! {
            <li><a class="link" href=href>"Look at it"</a> " once it is there, and register it."</li>
        }
    });
    let (title, hint) = match file.offering {
        Offering::Open(_) => ("Or put it there yourself", None),
        Offering::Elsewhere => ("Put it there", None),
        Offering::NoCredential(host) => ("Put it there", Some(host)),
    };
    let hint = hint.map(|host| {
        view! {
            <p class="meta">
                "Callboard opens a pull request itself once there is a token or an app for " {host} " under "
                <a class="link" href=use_links().guide("catalog/github")>"integrations.github"</a> "."
            </p>
        }
    });
    view! {
        <Card title>
            <div class="card-body stack">
                <ol class="steps">
                    <li>
                        "Put it at the root of " {whither.repository} ": "
                        <a class="link" href=href rel="noreferrer external">{word}</a> "."
                    </li>
                    {then}
                </ol>
                {hint}
            </div>
        </Card>
    }
    .into_any()
}
