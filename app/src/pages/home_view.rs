//! The inside of the home page, made on the server alone.

use super::entity_line::EntityLine;
use super::entity_link::QuietLink;
use super::entity_view::LinkLine;
use super::grid::Grid;
use super::inbox_view::STILL_READING;
use super::kind_tile::KindTile;
use super::problem_list::ProblemList;
use super::{kind, told};
use crate::catalog::{
    CardName, EntityListQuery, EntitySummary, FacetValue, Home, InboxOwner, InboxQuery,
    ListedProblem, Placed, Scope, Team,
};
use crate::routes::use_links;
use crate::ui::{Avatar, Card, EmptyState, Fragment, Icon, Prose, counted};
use leptos::either::Either;
use leptos::prelude::*;

/// The viewer's corner as their page takes it.
pub(crate) fn html(home: Home) -> Fragment {
    told::html(|| view! { <Corner home /> }.into_any())
}

#[component]
fn Corner(home: Home) -> impl IntoView {
    if home.entities_total == 0 {
        return Either::Left(if home.reading {
            Either::Left(
                view! { <EmptyState icon=Icon::Library title="Reading the catalog" text=STILL_READING /> },
            )
        } else {
            Either::Right(view! { <FirstSteps problems=home.problems_total /> })
        });
    }
    let said = in_the_catalog(home.entities_total, home.owned_total);
    let cards = home.cards.clone();
    let show = move |placed: Placed| card(home.clone(), placed);
    Either::Right(view! {
        <p class="ui text-muted mt-1 mb-4">{said}</p>
        <Grid cards show />
    })
}

/// The cards that a layout can name for the home page.
fn card(home: Home, placed: Placed) -> AnyView {
    let title = placed.title;
    let called = |word: &str| title.clone().unwrap_or_else(|| word.to_owned());
    match placed.card {
        CardName::Kinds => view! { <Kinds kinds=home.kinds /> }.into_any(),
        CardName::Attention => {
            view! { <Attention problems=home.problems total=home.problems_mine title=called("Needs attention") /> }.into_any()
        }
        CardName::MyEntities => {
            view! { <Owned owned=home.owned total=home.owned_total title=called("What you own") /> }.into_any()
        }
        CardName::MyTeams => view! { <Teams teams=home.teams title=called("My teams") /> }.into_any(),
        CardName::Starred => {
            view! { <Kept kept=home.starred title=called("Starred") none="What you star in the catalog is kept here." /> }.into_any()
        }
        CardName::Recent => {
            view! { <Kept kept=home.recent title=called("Recently visited") none="What you look at in the catalog is found again here." /> }.into_any()
        }
        CardName::QuickLinks => {
            let lines = placed.links.into_iter().map(|link| view! { <LinkLine link /> });
            view! { <Card title=called("Quick links")><ul class="card-body">{lines.collect_view()}</ul></Card> }.into_any()
        }
        CardName::Markdown => {
            let html = placed.html.unwrap_or_default();
            view! { <Card title=called("Notes")><div class="card-body"><Prose html /></div></Card> }.into_any()
        }
        // The others are cards of an entity.
        _ => ().into_any(),
    }
}

#[component]
fn Kinds(mut kinds: Vec<FacetValue>) -> impl IntoView {
    let links = use_links();
    kinds.sort_by_key(|value| kind::rank(&value.value));
    let tile = move |value: FacetValue| {
        let name = value.value.to_lowercase();
        view! {
            <li>
                <a class="kind" href=links.kind(&name)>
                    <KindTile kind=&name />
                    <span class="min-w-0">
                        <span class="kind-count">{value.count}</span>
                        <span class="meta clip">{kind::plural(&value.label)}</span>
                    </span>
                </a>
            </li>
        }
    };
    view! {
        <nav aria-label="Kinds">
            <ul class="kinds">{kinds.into_iter().map(tile).collect_view()}</ul>
        </nav>
    }
}

#[component]
fn Attention(problems: Vec<ListedProblem>, total: usize, title: String) -> impl IntoView {
    let mine = use_links().inbox(&InboxQuery {
        owner: InboxOwner::Mine,
        ..InboxQuery::default()
    });
    let body = if problems.is_empty() {
        Either::Left(view! {
            <p class="line text-muted"><span class="tone-ok">{Icon::CircleCheck.svg()}</span> "Nothing you own needs attention."</p>
        })
    } else {
        let word = match total {
            1 => "See it in its file".to_owned(),
            total if total > problems.len() => format!("All {total} that are yours"),
            _ => "See them file by file".to_owned(),
        };
        Either::Right(view! {
            <ProblemList problems />
            <a class="link ui inline-block mt-2" href=mine>{word}</a>
        })
    };
    view! {
        <Card title count=total>
            <div class="card-body">{body}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn Owned(owned: Vec<EntitySummary>, total: usize, title: String) -> impl IntoView {
    let query = EntityListQuery {
        scope: Scope::Owned,
        ..EntityListQuery::default()
    };
    let href = use_links().catalog(&query);
    let shown = owned.len();
    let body = if owned.is_empty() {
        Either::Left(
            view! { <p class="ui text-muted">"Nothing names you or your teams as its owner yet."</p> },
        )
    } else {
        let lines = owned
            .into_iter()
            .map(|summary| view! { <EntityLine line=summary.into() /> });
        Either::Right(view! {
            <ul>{lines.collect_view()}</ul>
            {(total > shown).then(|| view! { <a class="link ui inline-block mt-2" href=href>"All " {total} " that are yours"</a> })}
        })
    };
    view! {
        <Card title count=total>
            <div class="card-body">{body}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn Teams(teams: Vec<Team>, title: String) -> impl IntoView {
    let body = if teams.is_empty() {
        Either::Left(view! { <p class="ui text-muted">"You are in no group of the catalog."</p> })
    } else {
        Either::Right(
            view! { <ul>{teams.into_iter().map(|team| view! { <TeamLine team /> }).collect_view()}</ul> },
        )
    };
    view! {
        <Card title>
            <div class="card-body">{body}</div>
        </Card>
    }
}

#[component]
fn TeamLine(team: Team) -> impl IntoView {
    let said = format!("{} · owns {}", counted(team.members, "member"), team.owned);
    let name = team.link.label().to_owned();
    view! {
        <li class="line py-1">
            {Avatar::TeamLarge.of(&name, None)}
            <div class="min-w-0">
                <p class="font-medium"><QuietLink link=team.link /></p>
                <p class="meta num">{said}</p>
            </div>
        </li>
    }
    .into_any()
}

#[component]
fn Kept(kept: Vec<EntitySummary>, title: String, none: &'static str) -> impl IntoView {
    let body = if kept.is_empty() {
        Either::Left(view! { <p class="ui text-muted">{none}</p> })
    } else {
        let lines = kept
            .into_iter()
            .map(|summary| view! { <EntityLine line=summary.into() /> });
        Either::Right(view! { <ul class="lines-short">{lines.collect_view()}</ul> })
    };
    view! {
        <Card title>
            <div class="card-body">{body}</div>
        </Card>
    }
}

/// The home of an empty catalog says what to do first.
#[component]
fn FirstSteps(problems: usize) -> impl IntoView {
    let links = use_links();
    let text = "Name the files that describe your software in app-config.yaml, then start again. A folder or an address given as --catalog works too.";
    view! {
        <EmptyState icon=Icon::Library title="The catalog is empty" text>
            <pre class="code text-left" tabindex="0">"catalog:\n  locations:\n    - type: url\n      target: https://github.com/acme/shop/blob/main/catalog-info.yaml\n    - type: file\n      target: ./catalog/all.yaml"</pre>
            {(problems > 0).then(|| view! { <a class="btn" href=links.problems()>{counted(problems, "problem")} " while reading"</a> })}
        </EmptyState>
    }
}

fn in_the_catalog(entities: usize, owned: usize) -> String {
    let entities = if entities == 1 {
        "1 entity".to_owned()
    } else {
        format!("{entities} entities")
    };
    match owned {
        0 => format!("{entities} in the catalog."),
        owned => format!("{entities} in the catalog; {owned} belong to you or your teams."),
    }
}
