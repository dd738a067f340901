//! Pages made on the server alone, without a program and without what only those see who are in: the one on
//! which people sign in and are told why they were not let in, the one that shows a new token, and the one that
//! says why nothing was done.

use crate::layout::appearance::Appearance;
use crate::layout::side::Brand;
use crate::layout::title::full_title;
use crate::shell::{links_of_head, set_policy};
use crate::site::{Assets, Site};
use crate::ui::Icon;
use leptos::prelude::*;

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SignInPage {
    /// The ways in: what each is called, and where it leads.
    pub providers: Vec<(String, String)>,
    /// Where a guest goes on; none where guests are not let in.
    pub guest: Option<String>,
    pub notice: Option<Notice>,
}

/// What has just happened.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Notice {
    pub title: String,
    pub text: String,
    /// Whether something went wrong.
    pub is_failure: bool,
    /// What the provider told, as names and values.
    pub received: Vec<(String, String)>,
    pub tried: Vec<TriedRule>,
}

/// A rule that found no user.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TriedRule {
    pub rule: String,
    pub looked_for: String,
    pub outcome: String,
}

/// The whole document. It needs `Site`, `Assets`, `Policy` and the parts of the request in its context.
pub fn document(page: SignInPage) -> impl IntoView {
    let site = expect_context::<Site>();
    let name = match site.organization.as_str() {
        "" => site.title.clone(),
        organization => format!("{} of {organization}", site.title),
    };
    framed(
        "Sign in",
        name,
        view! {
            {page.notice.map(|notice| view! { <NoticeCard notice /> })}
            <Ways providers=page.providers guest=page.guest />
        }
        .into_any(),
    )
}

/// A token that was just made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewTokenPage {
    pub name: String,
    pub token: String,
    /// Where one goes on.
    pub settings: String,
}

/// The whole document that shows a new token. It needs the same context as [`document`].
pub fn new_token(page: NewTokenPage) -> impl IntoView {
    framed(
        "Your new token",
        page.name,
        view! {
            <div class="card">
                <div class="card-body stack">
                    <p class="ui">"Copy it now: nobody can show it again. Whoever has it can do what it is for, in your name."</p>
                    <p class="code mono token-text">{page.token}</p>
                    <a class="btn btn-primary gate-way" href=page.settings>"I have copied it"</a>
                </div>
            </div>
        }
        .into_any(),
    )
}

/// Why nothing was done, for a reader to whom no page of the portal itself is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusalPage {
    pub title: &'static str,
    /// What it is about.
    pub below: &'static str,
    /// What was wrong, and what to do.
    pub text: String,
    /// Whether a form was sent, whose fields the browser still has.
    pub is_form: bool,
    /// Where the same can be asked once more.
    pub again: Option<String>,
    /// Where an administrator ends looking at the portal as somebody else.
    pub stop: Option<String>,
    pub home: String,
}

/// The whole document. It needs the same context as [`document`].
pub fn refusal(page: RefusalPage) -> impl IntoView {
    let again = page
        .again
        .map(|href| view! { <a class="btn btn-primary gate-way" href=href>"Try again"</a> });
    let stop = page.stop.map(|action| {
        view! {
            <form method="post" action=action>
                <button class="btn btn-primary gate-way">"Stop looking at it as somebody else"</button>
            </form>
        }
    });
    framed(
        page.title,
        page.below.to_owned(),
        view! {
            <section class="card" role="alert">
                <div class="card-body stack">
                    <p class="ui">{page.text}</p>
                    {page.is_form.then(|| view! {
                        <p class="ui text-muted">"Go back in your browser to find what you had written, and send it again then."</p>
                    })}
                    {again}
                    {stop}
                    <a class="btn gate-way" href=page.home>"Home"</a>
                </div>
            </section>
        }
        .into_any(),
    )
}

/// A document without the frame of those who are in.
fn framed(title: &'static str, below: String, children: AnyView) -> impl IntoView {
    let site = expect_context::<Site>();
    let assets = expect_context::<Assets>();
    let look = Appearance::of_request();
    set_policy();
    let full = full_title(title, &site.title);
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-palette=site.theme.clone()
            data-theme=look.theme_attribute()
            data-density=look.density_attribute()
        >
            <head>
                <title inner_html=full></title>
                {links_of_head(&assets)}
            </head>
            <body>
                <main class="gate">
                    <div class="gate-head">
                        <Brand />
                        <h1 class="page-title">{title}</h1>
                        <p class="ui text-muted">{below}</p>
                    </div>
                    {children}
                </main>
            </body>
        </html>
    }
}

#[component]
fn Ways(providers: Vec<(String, String)>, guest: Option<String>) -> impl IntoView {
    let is_empty = providers.is_empty() && guest.is_none();
    let ways = providers
        .into_iter()
        .enumerate()
        .map(|(at, (title, href))| {
            let class = if at == 0 {
                "btn btn-primary gate-way"
            } else {
                "btn gate-way"
            };
            view! { <a class=class href=href>"Sign in with " {title}</a> }
        });
    let guest =
        guest.map(|href| view! { <a class="btn gate-way" href=href>"Look around as a guest"</a> });
    view! {
        <div class="card">
            <div class="card-body stack">
                {ways.collect_view()}
                {guest}
                {is_empty.then(|| view! {
                    <p class="ui">"There is no way in yet: whoever runs this portal has configured nobody to sign in with."</p>
                    <p class="meta">"The configuration names providers below auth.providers, such as github or oidc."</p>
                })}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn NoticeCard(notice: Notice) -> impl IntoView {
    let role = if notice.is_failure { "alert" } else { "status" };
    let icon = if notice.is_failure {
        Icon::CircleAlert
    } else {
        Icon::CircleCheck
    };
    let received = (!notice.received.is_empty()).then(|| {
        let facts = notice.received.into_iter().map(|(name, value)| {
            view! { <div class="fact-told"><dt class="meta">{name}</dt><dd class="mono clip">{value}</dd></div> }
        });
        view! {
            <h2 class="ui font-medium">"What the provider told"</h2>
            <dl class="facts-told">{facts.collect_view()}</dl>
        }
    });
    let tried = (!notice.tried.is_empty()).then(|| {
        let rules = notice.tried.into_iter().map(|tried| {
            view! {
                <li class="py-1">
                    <p class="mono meta clip">{tried.rule}</p>
                    <p class="ui">"Looked for " <span class="mono">{tried.looked_for}</span> ". " {tried.outcome}</p>
                </li>
            }
        });
        view! {
            <h2 class="ui font-medium">"What was tried"</h2>
            <ol class="lines-ruled">{rules.collect_view()}</ol>
            <p class="meta">"Show this to whoever runs the portal: a user like that has to be in the catalog, or another rule be configured in signIn.resolvers."</p>
        }
    });
    view! {
        <section class="card" role=role>
            <div class="card-body stack">
                <div class="flex gap-2">
                    {icon.svg()}
                    <div class="min-w-0">
                        <p class="font-medium">{notice.title}</p>
                        <p class="ui text-muted">{notice.text}</p>
                    </div>
                </div>
                {received}
                {tried}
            </div>
        </section>
    }
    .into_any()
}
