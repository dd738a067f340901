//! The inside of the page of the audit log, made on the server alone.

use super::told;
use crate::admin::AdminTab;
use crate::audit::{Action, AuditEntry, AuditPage, AuditQuery, LeadsTo, Named, Outcome};
use crate::routes::use_links;
use crate::ui::{EmptyState, Fragment, Icon};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

/// The entries as their page takes them.
pub(crate) fn html(query: AuditQuery, page: AuditPage) -> Fragment {
    told::html(|| view! { <Audit query page /> }.into_any())
}

#[component]
fn Audit(query: AuditQuery, page: AuditPage) -> impl IntoView {
    let is_filtered = !query.from_the_newest().to_params().is_empty();
    let rows = if page.entries.is_empty() {
        Either::Left(view! { <Nothing is_filtered /> })
    } else {
        Either::Right(view! { <Entries entries=page.entries /> })
    };
    view! {
        <p class="ui text-muted mt-1 mb-4">
            "Who has done what, and who was kept from it. Nobody can change or remove an entry; it goes when it is old."
        </p>
        <Filters query=query.clone() is_filtered />
        {rows}
        <Pages query next=page.next />
    }
    .into_any()
}

/// A form whose answers stand in the address; it needs no script.
#[component]
fn Filters(query: AuditQuery, is_filtered: bool) -> impl IntoView {
    let links = use_links();
    let here = links.admin_tab(AdminTab::Audit);
    let export = links.audit_export(&query.from_the_newest());
    let actions = Action::ALL.map(Action::name);
    let outcomes = Outcome::ALL.map(Outcome::name);
    let clear =
        is_filtered.then(|| view! { <a class="btn btn-quiet" href=here.clone()>"Clear"</a> });
    view! {
        <form method="get" action=here.clone() class="audit-filters" role="search" aria-label="Entries">
            {text("who", "Who", query.who, "user:default/…")}
            {choice("action", "Action", &actions, &query.action)}
            {choice("outcome", "Outcome", &outcomes, &query.outcome)}
            {text("text", "About or address", query.text, "component:default/…, 10.0.")}
            {time("from", "From, UTC", query.from)}
            {time("to", "To, UTC", query.to)}
            <div class="audit-do">
                <button r#type="submit" class="btn btn-primary">"Filter"</button>
                {clear}
                <a class="btn" href=export rel="external" download="audit.ndjson" title="A line of JSON for each entry, 100,000 at most">{Icon::Download.svg()} "Export"</a>
            </div>
        </form>
    }
    .into_any()
}

fn text(
    name: &'static str,
    label: &'static str,
    value: String,
    hint: &'static str,
) -> impl IntoView {
    view! {
        <label class="audit-field">
            <span class="meta">{label}</span>
            <span class="field"><input name=name value=value placeholder=hint autocomplete="off" spellcheck="false" /></span>
        </label>
    }
}

/// `datetime-local` shows nothing of a value that says seconds or a zone, so that is given as text.
fn time(name: &'static str, label: &'static str, value: String) -> impl IntoView {
    let kind = match value.len() {
        0 | 16 => "datetime-local",
        _ => "text",
    };
    view! {
        <label class="audit-field">
            <span class="meta">{label}</span>
            <span class="field"><input r#type=kind name=name value=value /></span>
        </label>
    }
}

fn choice(
    name: &'static str,
    label: &'static str,
    known: &[&'static str],
    chosen: &str,
) -> impl IntoView + use<> {
    // What stands in the address and not in the list is chosen all the same.
    let other = (!chosen.is_empty() && !known.contains(&chosen)).then(|| {
        let word = chosen.to_owned();
        view! { <option value=word selected=true>{chosen.to_owned()}</option> }
    });
    let options = known.iter().map(|word| {
        let selected = *word == chosen;
        view! { <option value=*word selected=selected>{*word}</option> }
    });
    let options = options.collect_view();
    view! {
        <label class="audit-field">
            <span class="meta">{label}</span>
            <span class="field"><select name=name><option value="">"Any"</option>{other}{options}</select> {Icon::ChevronDown.small()}</span>
        </label>
    }
}

#[component]
fn Nothing(is_filtered: bool) -> impl IntoView {
    if is_filtered {
        let all = use_links().admin_tab(AdminTab::Audit);
        return Either::Left(view! {
            <EmptyState icon=Icon::Search title="No such entries" text="No entry passes these filters.">
                <a class="btn" href=all>"Show everything"</a>
            </EmptyState>
        });
    }
    Either::Right(view! {
        <EmptyState icon=Icon::CircleCheck title="Nothing has been done yet"
            text="The first sign-in, registration or refused request will be the first entry." />
    })
}

/// The roles say again what the elements are: on a phone the rows are laid out as cards.
#[component]
fn Entries(entries: Vec<AuditEntry>) -> impl IntoView {
    let head = |class: &'static str, word: &'static str| view! { <th scope="col" role="columnheader" class=class>{word}</th> };
    let rows = entries.into_iter().map(|entry| view! { <Entry entry /> });
    view! {
        <table class="table audit" role="table" aria-label="Entries">
            <thead role="rowgroup">
                <tr role="row">
                    {head("audit-when", "When")}
                    {head("audit-who", "Who")}
                    {head("audit-action", "Action")}
                    {head("audit-outcome", "Outcome")}
                    {head("", "About")}
                    {head("audit-address", "From")}
                    <th scope="col" role="columnheader" class="audit-more"><span class="hidden-label">"More"</span></th>
                </tr>
            </thead>
            <tbody role="rowgroup">{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

#[component]
fn Entry(entry: AuditEntry) -> impl IntoView {
    let (dot, word) = outcome(&entry.outcome);
    let times = (entry.times > 1).then(|| {
        let (few, whole) = (
            format!("×{}", entry.times),
            format!("{} times", entry.times),
        );
        view! { <span class="chip num" title=whole>{few}</span> }
    });
    let reason = entry.reason.clone();
    let why = (!reason.is_empty()).then(|| view! { <span class="text-muted">" " {reason}</span> });
    let subject = entry.subject.clone();
    view! {
        <tr role="row">
            <td role="cell" class="audit-when"><time class="text-muted" datetime=entry.at.clone() title=entry.at.clone()>{entry.ago.clone()}</time></td>
            <td role="cell" class="audit-who"><Actor entry=entry.clone() /></td>
            <td role="cell" class="audit-action"><span class="mono">{entry.action.clone()}</span></td>
            <td role="cell" class="audit-outcome"><span class="inline-flex items-center gap-2"><span class=dot aria-hidden="true"></span> {word} {times}</span></td>
            <td role="cell" class="audit-about"><span class="cell">{reference(subject)} {why}</span></td>
            <td role="cell" class="audit-address"><span class="num text-muted">{entry.address.clone()}</span></td>
            <td role="cell" class="audit-more"><More entry /></td>
        </tr>
    }
    .into_any()
}

fn outcome(name: &str) -> (&'static str, String) {
    match name {
        "allowed" => ("dot dot-ok", "Allowed".to_owned()),
        "denied" => ("dot dot-bad", "Denied".to_owned()),
        "failed" => ("dot dot-warn", "Failed".to_owned()),
        other => ("dot", other.to_owned()),
    }
}

/// Who it was; for whom they acted, or as whom they looked.
#[component]
fn Actor(entry: AuditEntry) -> impl IntoView {
    let word = if entry.actor_kind == "system" {
        " for "
    } else {
        " as "
    };
    let behalf = entry
        .on_behalf
        .map(|named| view! { <span class="text-muted">{word}</span> {reference(named)} });
    let (icon, kind) = match entry.actor_kind.as_str() {
        "personal-token" => (Icon::Braces, "With a personal token: "),
        "service-token" => (Icon::Plug, "A program: "),
        "system" => (Icon::Settings, ""),
        "nobody" => (Icon::CircleHelp, ""),
        "guest" => (Icon::User, "A guest: "),
        _ => (Icon::User, ""),
    };
    let name = if entry.actor.text.is_empty() {
        Either::Left(view! { <span class="text-muted">"Not signed in"</span> })
    } else {
        Either::Right(reference(entry.actor))
    };
    view! {
        <span class="audit-name">
            <span class="text-faint flex-none">{icon.small()}</span>
            <span class="hidden-label">{kind}</span>
            <span class="cell">{name} {behalf}</span>
        </span>
    }
}

/// A name, as a link where it leads somewhere.
fn reference(named: Named) -> impl IntoView {
    let links = use_links();
    match named.leads_to {
        Some(LeadsTo::Entity(entity_ref)) => {
            let href = links.entity(&entity_ref);
            EitherOf3::A(view! { <a class="quiet" href=href>{named.text}</a> })
        }
        Some(LeadsTo::Task(id)) => {
            let short: String = id.chars().take(8).collect();
            EitherOf3::B(
                view! { <a class="quiet" href=links.task(&id) title=id.clone()>"task " {short}</a> },
            )
        }
        None => EitherOf3::C(named.text),
    }
}

/// What else is known of it, behind a button that needs no script.
#[component]
fn More(entry: AuditEntry) -> impl IntoView {
    let known = [
        ("When", entry.at),
        ("Why", entry.reason),
        ("About", entry.subject.text),
        ("From", entry.address),
        ("Browser", entry.agent),
        ("Request", entry.request_id),
    ];
    let known = known.map(|(name, value)| (name.to_owned(), value));
    let all = known.into_iter().chain(entry.details);
    let facts = all
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            view! { <div><dt class="meta">{name}</dt><dd class="break-anywhere">{value}</dd></div> }
        });
    let facts = facts.collect_view();
    view! {
        <details class="menu" name="menu" data-stays="">
            <summary class="btn btn-quiet btn-icon"><span class="hidden-label">"More of this entry"</span> {Icon::ChevronDown.svg()}</summary>
            <dl class="menu-list menu-list-end audit-facts">{facts}</dl>
        </details>
    }
}

#[component]
fn Pages(query: AuditQuery, next: Option<String>) -> impl IntoView {
    let links = use_links();
    let newest = (!query.cursor.is_empty()).then(|| {
        let href = links.audit(&query.from_the_newest());
        view! { <a class="btn" href=href>{Icon::ChevronLeft.svg()} "Newest"</a> }
    });
    let older = next.map(|cursor| {
        let href = links.audit(&AuditQuery { cursor, ..query });
        view! { <a class="btn" href=href rel="next">"Older" {Icon::ChevronRight.svg()}</a> }
    });
    (newest.is_some() || older.is_some()).then(|| {
        view! { <nav class="mt-3 flex justify-end gap-2" aria-label="Pages">{newest} {older}</nav> }
    })
}
