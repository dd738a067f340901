//! The inside of the inbox of problems, made on the server alone.

use super::entity_link::QuietLink;
use super::problem_list::{ProblemList, SourcePath};
use super::told;
use crate::catalog::{
    FacetValue, INBOX_PAGE, Inbox, InboxOwner, InboxQuery, OwnedProblems, ProblemKind,
    ProblemSource,
};
use crate::routes::use_links;
use crate::ui::{
    Avatar, ChoiceMenu, EmptyState, Fragment, Icon, MenuChoice, Pagination, Tab, Tabs, counted,
};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

/// What stands where the first reading has brought nothing yet.
pub(super) const STILL_READING: &str =
    "The sources are being read for the first time. Load the page again in a moment.";

/// The inbox as its page takes it.
pub(crate) fn html(query: InboxQuery, inbox: Inbox) -> Fragment {
    told::html(|| view! { <Problems query inbox /> }.into_any())
}

#[component]
fn Problems(query: InboxQuery, inbox: Inbox) -> impl IntoView {
    let links = use_links();
    let is_everything = query.owner == InboxOwner::Everyone && query.kind.is_none();
    if inbox.total == 0 && is_everything {
        return EitherOf3::A(if inbox.reading {
            Either::Left(
                view! { <EmptyState icon=Icon::Library title="Reading the catalog" text=STILL_READING /> },
            )
        } else {
            Either::Right(view! {
                <EmptyState icon=Icon::CircleCheck title="Nothing is wrong"
                    text="Every catalog file could be read, every entity in them is valid, and every relation leads somewhere." />
            })
        });
    }
    let filters = view! { <Filters query=query.clone() inbox=inbox.clone() /> };
    if inbox.total == 0 {
        let all = links.inbox(&InboxQuery::default());
        return EitherOf3::B(view! {
            {filters}
            <EmptyState icon=Icon::CircleCheck title="Nothing of this is wrong" text="No problem passes these filters.">
                <a class="btn" href=all>"Show everything"</a>
            </EmptyState>
        });
    }
    let said = format!(
        "{} and {}. An error keeps a document out of the catalog; a warning does not.",
        counted(inbox.errors, "error"),
        counted(inbox.total - inbox.errors, "warning"),
    );
    let href = move |page| {
        links.inbox(&InboxQuery {
            page,
            ..query.clone()
        })
    };
    EitherOf3::C(view! {
        {filters}
        <p class="ui text-muted mt-2 mb-4" role="status">{said}</p>
        <div class="stack">
            {inbox.groups.into_iter().map(|group| view! { <OwnerProblems group /> }).collect_view()}
        </div>
        <Pagination page=inbox.page pages=inbox.pages total=inbox.total page_size=INBOX_PAGE href />
    })
}

/// Whose, of which sort.
#[component]
fn Filters(query: InboxQuery, inbox: Inbox) -> impl IntoView {
    let links = use_links();
    let whose = |owner: InboxOwner, label: &str, count: usize| Tab {
        label: label.to_owned(),
        count: Some(count),
        current: query.owner == owner,
        href: links.inbox(&InboxQuery {
            owner,
            page: 1,
            ..query.clone()
        }),
    };
    let tabs = vec![
        whose(InboxOwner::Everyone, "Everyone’s", inbox.everyone),
        whose(InboxOwner::Mine, "Mine", inbox.mine),
    ];
    let all: usize = inbox.kinds.iter().map(|(_, count)| count).sum();
    let sort = |kind: Option<ProblemKind>, word: &'static str, count: usize| {
        let current = query.kind == kind;
        let href = links.inbox(&InboxQuery {
            kind,
            page: 1,
            ..query.clone()
        });
        view! { <a class="segment" href=href aria-current=current.then_some("page")>{word} <span class="count">{count}</span></a> }
    };
    let kinds = inbox
        .kinds
        .iter()
        .filter(|(kind, count)| *count > 0 || query.kind == Some(*kind));
    let kinds = kinds
        .map(|(kind, count)| sort(Some(*kind), word(*kind), *count))
        .collect_view();
    view! {
        <div class="mt-1"><Tabs label="Whose" tabs /></div>
        <div class="filters mt-3">
            <nav class="segments segments-wrap" aria-label="What">{sort(None, "All", all)} {kinds}</nav>
            <OwnerMenu query inbox />
        </div>
    }
}

/// One owner among those who have something to see to.
#[component]
fn OwnerMenu(query: InboxQuery, inbox: Inbox) -> impl IntoView {
    let links = use_links();
    let list = |owner: InboxOwner| {
        links.inbox(&InboxQuery {
            owner,
            page: 1,
            ..query.clone()
        })
    };
    let owner_of = |value: &str| match value {
        "none" => InboxOwner::Nobody,
        owner => InboxOwner::One(owner.to_owned()),
    };
    let chosen = inbox
        .owners
        .values
        .iter()
        .find(|value| owner_of(&value.value) == query.owner);
    let summary = chosen.map_or("Owner".to_owned(), |value| {
        format!("Owner: {}", value.label)
    });
    let clear = chosen
        .is_some()
        .then(|| (list(InboxOwner::Everyone), "Any"));
    let more = inbox.owners.more;
    let note = (more > 0).then(|| format!("{more} more"));
    let item = |value: FacetValue| {
        let owner = owner_of(&value.value);
        MenuChoice {
            word: value.label,
            icon: None,
            count: Some(value.count),
            chosen: owner == query.owner,
            href: list(owner),
        }
    };
    let choices = inbox.owners.values.into_iter().map(item).collect();
    view! { <ChoiceMenu label="Owner" summary choices note clear /> }.into_any()
}

fn word(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::File => "Files",
        ProblemKind::Unprocessed => "Not in the catalog",
        ProblemKind::Conflict => "Claimed twice",
        ProblemKind::Relation => "Relations to nothing",
        ProblemKind::Orphan => "Orphans",
        ProblemKind::Waiting => "Not read yet",
    }
}

#[component]
fn OwnerProblems(group: OwnedProblems) -> impl IntoView {
    let name = match &group.owner {
        Some(link) => link.label().to_owned(),
        None => "Nobody known".to_owned(),
    };
    let said = counted(group.total, "problem");
    let head = match group.owner {
        Some(link) => Either::Left(
            view! { {Avatar::TeamLarge.of(&name, None)} <h2 class="card-title min-w-0"><QuietLink link /></h2> },
        ),
        None => Either::Right(
            view! { {Avatar::TeamLarge.of("?", None)} <h2 class="card-title">"Nobody known"</h2> },
        ),
    };
    let sources = group
        .sources
        .into_iter()
        .map(|source| view! { <SourceProblems source /> });
    view! {
        <section class="inbox" aria-label=name>
            <div class="flex items-center gap-2 min-w-0">
                {head}
                {group.mine.then(|| view! { <span class="chip">"Yours"</span> })}
                <span class="count">{said}</span>
            </div>
            <div class="stack mt-2">{sources.collect_view()}</div>
        </section>
    }
    .into_any()
}

#[component]
fn SourceProblems(source: ProblemSource) -> impl IntoView {
    let ProblemSource { source, problems } = source;
    let count = problems.len();
    let open = source.strip_prefix("url:").map(str::to_owned).map(|href| {
        view! { <a class="link ui ms-auto flex-none" href=href rel="noreferrer external">"Open the file"</a> }
    });
    view! {
        <section class="card" aria-label=source.clone()>
            <div class="card-head">
                <span class="text-faint flex-none">{Icon::FileText.svg()}</span>
                <h3 class="mono font-medium break-anywhere"><SourcePath source=source.clone() /></h3>
                <span class="count">{count}</span>
                {open}
            </div>
            <div class="px-4 pb-2"><ProblemList problems /></div>
        </section>
    }
    .into_any()
}
