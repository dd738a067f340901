//! Who is signed in where, and the tokens of their programs: cards of the settings. Their forms are sent
//! as they are; what a new token is stands on a page of its own, once.

use crate::account::{Account, SignedIn, Token};
use crate::routes::use_links;
use crate::ui::{Card, Icon};
use leptos::either::Either;
use leptos::prelude::*;

/// What a token may be for, with what that means.
const SCOPES: [(&str, &str); 4] = [
    ("catalog:read", "Read the catalog"),
    ("catalog:write", "Change the catalog, and read it"),
    ("scaffolder:read", "Read templates and tasks"),
    ("scaffolder:write", "Start tasks, and read them"),
];
/// For how many days.
const DAYS: [u16; 4] = [7, 30, 90, 365];

#[component]
pub(super) fn Sessions(account: Account) -> impl IntoView {
    let links = use_links();
    let count = account.sessions.len();
    let (one, others) = (
        links.path("/_fn/end_session"),
        links.path("/_fn/end_other_sessions"),
    );
    let sessions = account.sessions.into_iter().map(move |session| {
        view! { <Session session action=one.clone() /> }
    });
    view! {
        <Card title="Where you are signed in" count=count>
            <div class="card-body stack">
                <ul class="lines-ruled">{sessions.collect_view()}</ul>
                {(count > 1).then(|| view! {
                    <form method="post" action=others>
                        <button r#type="submit" class="btn">"Sign out everywhere else"</button>
                    </form>
                })}
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Session(session: SignedIn, action: String) -> impl IntoView {
    let out = if session.is_this {
        Either::Left(view! { <span class="chip">{Icon::Check.small()} "Here"</span> })
    } else {
        let label = format!("Sign out of {}", session.browser);
        Either::Right(view! {
            <form method="post" action=action>
                <input r#type="hidden" name="id" value=session.id />
                <button r#type="submit" class="btn btn-small" aria-label=label>"Sign out"</button>
            </form>
        })
    };
    view! {
        <li class="line py-1">
            {Icon::Monitor.svg()}
            <div class="min-w-0 grow">
                <p class="font-medium clip">{session.browser}</p>
                <p class="meta">"Since " {session.since} " · last used " {session.last_used} " · " {session.address}</p>
            </div>
            {out}
        </li>
    }
    .into_any()
}

#[component]
pub(super) fn Tokens(tokens: Vec<Token>) -> impl IntoView {
    let links = use_links();
    let count = tokens.len();
    let revoke = links.path("/_fn/revoke_token");
    let kept = tokens.into_iter().map(move |token| {
        view! { <Line token action=revoke.clone() /> }
    });
    let scopes = SCOPES.into_iter().map(|(word, meaning)| {
        view! {
            <label class="check-line">
                <input r#type="checkbox" name="scopes" value=word checked=word == "catalog:read" />
                <span class="ui">{meaning} " " <span class="mono meta">{word}</span></span>
            </label>
        }
    });
    let days = DAYS.into_iter().map(|days| {
        view! { <option value=days.to_string() selected=days == 30>{format!("{days} days")}</option> }
    });
    view! {
        <Card title="Tokens" count=count>
            <div class="card-body stack">
                <p class="ui text-muted">"A program that asks the API in your name sends one as "<span class="mono">"Authorization: Bearer …"</span>"."</p>
                {(count > 0).then(|| view! { <ul class="lines-ruled">{kept.collect_view()}</ul> })}
                <form method="post" action=links.path("/settings/tokens") class="stack token-form">
                    <label class="stack-label">
                        <span class="ui font-medium">"What is it for?"</span>
                        <span class="field"><input r#type="text" name="name" required maxlength="100" placeholder="Nightly export" autocomplete="off" /></span>
                    </label>
                    <fieldset class="stack-label">
                        <legend class="ui font-medium">"What may it do?"</legend>
                        {scopes.collect_view()}
                    </fieldset>
                    <label class="stack-label">
                        <span class="ui font-medium">"How long is it good for?"</span>
                        <span class="field field-menu w-64"><select name="days">{days.collect_view()}</select> {Icon::ChevronDown.small()}</span>
                    </label>
                    <div><button r#type="submit" class="btn btn-primary">"Make a token"</button></div>
                </form>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Line(token: Token, action: String) -> impl IntoView {
    let used = match token.last_used {
        Some(at) => format!("last used {at}"),
        None => "never used".to_owned(),
    };
    let label = format!("Revoke {}", token.name);
    view! {
        <li class="line py-1">
            {Icon::Lock.svg()}
            <div class="min-w-0 grow">
                <p class="font-medium clip">{token.name}</p>
                <p class="meta">{token.scopes.join(", ")} " · until " {token.expires} " · " {used}</p>
            </div>
            <form method="post" action=action>
                <input r#type="hidden" name="id" value=token.id />
                <button r#type="submit" class="btn btn-small" aria-label=label>"Revoke"</button>
            </form>
        </li>
    }
    .into_any()
}
