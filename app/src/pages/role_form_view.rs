//! The form of a role, made on the server alone. Every button sends it; what comes back is the form as it
//! is then, so that it works without scripts.

use super::role_grant_view::Grant;
use super::role_preview_view::Shown;
use super::told;
use crate::permission::roles::{FormFault, RoleForm, RoleOffers};
use crate::routes::use_links;
use crate::ui::{Fragment, Icon};
use leptos::prelude::*;

/// Empty lines to begin with, and when more are asked for.
const LINES: usize = 2;
const MORE_LINES: usize = 8;

/// The form as its page takes it.
pub(crate) fn form(form: RoleForm, offers: RoleOffers) -> Fragment {
    let title = match &form.of {
        Some(name) => format!("Edit {name}"),
        None => "New role".to_owned(),
    };
    let heading = title.clone();
    Fragment {
        title,
        ..told::html(|| view! { <Form heading form offers /> }.into_any())
    }
}

#[component]
fn Form(heading: String, form: RoleForm, offers: RoleOffers) -> impl IntoView {
    let links = use_links();
    let page = if form.of.is_some() { "edit" } else { "new" };
    let action = links.role_step(page, "");
    let faults = form.faults.clone();
    let whole = faults_at(&faults, str::is_empty);
    let grants_fault = faults_at(&faults, |field| field == "grants");
    let grants = form
        .grants
        .iter()
        .cloned()
        .enumerate()
        .map(|(number, grant)| {
            let faults = faults.clone();
            view! { <Grant number grant faults rules=offers.rules.clone() /> }
        });
    let grants = grants.collect_view();
    let of = form.of.clone().map(|of| {
        view! {
            <input r#type="hidden" name="role" value=of />
            <input r#type="hidden" name="version" value=form.overtaken.unwrap_or(form.version).to_string() />
        }
    });
    let overtaken = form.of.as_deref().filter(|_| form.overtaken.is_some()).map(|of| {
        view! {
            <p class="notice">
                <span class="tone-warn flex-none">{Icon::TriangleAlert.svg()}</span>
                <span>
                    "What stands here is yours. Saved once more, it takes the place of theirs; or "
                    <a class="link" href=links.role_step("edit", of)>"look at theirs first"</a> ", and yours is gone."
                </span>
            </p>
        }
    });
    let wrong = (!faults.is_empty() && form.overtaken.is_none()).then(|| {
        view! {
            <p class="notice" role="alert" id="faults">
                <span class="tone-bad flex-none">{Icon::CircleAlert.svg()}</span>
                <span>"Nothing is saved yet. What is wrong stands beside each field."</span>
            </p>
        }
    });
    view! {
        <h1 class="page-title break-anywhere">{heading}</h1>
        <form method="post" action=action class="form role-form mt-4">
            // What Enter in a field does.
            <button r#type="submit" name="do" value="preview" class="hidden-label" tabindex="-1" aria-hidden="true">"Preview"</button>
            {of}
            {wrong}
            {whole}
            {overtaken}
            <Named form=form.clone() />
            <Who form=form.clone() offers />
            <h2 class="card-title">"What it lets them do"</h2>
            {grants_fault}
            {grants}
            <div><button r#type="submit" class="btn" name="do" value="grant-add">"Add another grant"</button></div>
            <Shown form />
            <div class="flex flex-wrap gap-2">
                <button r#type="submit" class="btn btn-primary" name="do" value="save">"Save the role"</button>
                <button r#type="submit" class="btn" name="do" value="preview" formaction="#preview">"Preview"</button>
                <a class="btn" href=links.path("/admin/roles")>"Cancel"</a>
            </div>
        </form>
    }
    .into_any()
}

#[component]
fn Named(form: RoleForm) -> impl IntoView {
    let name_fault = faults_at(&form.faults, |field| field == "name");
    let description_fault = faults_at(&form.faults, |field| field == "description");
    let is_wrong = form.faults.iter().any(|it| it.field == "name");
    view! {
        <div class="form-field">
            <label class="form-label" for="role-name">"Name"</label>
            <div>
                <div class="field"><input id="role-name" name="name" value=form.name aria-required="true" maxlength="80" autocomplete="off" aria-invalid=is_wrong.then_some("true") /></div>
                {name_fault}
            </div>
        </div>
        <div class="form-field">
            <label class="form-label" for="role-description">"Description"</label>
            <div>
                <div class="field"><input id="role-description" name="description" value=form.description maxlength="500" placeholder="What it is for" autocomplete="off" /></div>
                {description_fault}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Who(form: RoleForm, offers: RoleOffers) -> impl IntoView {
    let more = if form.more { MORE_LINES } else { LINES };
    let empty = || std::iter::repeat_n(String::new(), more);
    let members = form.members.iter().cloned().chain(empty());
    let members = members.enumerate().map(|(number, value)| {
        line(
            "member",
            "A person or a group",
            "members",
            "people",
            number,
            value,
            &form.faults,
        )
    });
    let members = members.collect_view();
    let claims = form
        .claims
        .iter()
        .cloned()
        .chain(empty().take(if form.more { more } else { 1 }));
    let claims = claims.enumerate().map(|(number, value)| {
        line(
            "claim",
            "A claim",
            "claims",
            "claims",
            number,
            value,
            &form.faults,
        )
    });
    let claims = claims.collect_view();
    let people = offers
        .people
        .into_iter()
        .map(|(value, label)| view! { <option value=value>{label}</option> });
    let kept = match offers.claims.len() {
        0 => "No claims are kept yet: permission.claims of the configuration names those that are."
            .to_owned(),
        _ => format!(
            "Kept of each sign-in: {}. Such as {}=admin.",
            offers.claims.join(", "),
            offers.claims[0]
        ),
    };
    let hints = offers
        .claims
        .into_iter()
        .map(|name| view! { <option value=format!("{name}=")></option> });
    let members_fault = faults_at(&form.faults, |field| field == "members");
    let claims_fault = faults_at(&form.faults, |field| field == "claims");
    view! {
        <datalist id="people">{people.collect_view()}</datalist>
        <datalist id="claims">{hints.collect_view()}</datalist>
        <fieldset class="form-field">
            <legend class="hidden-label">"Who has it"</legend>
            <span class="form-label" aria-hidden="true">"Who has it"</span>
            <div class="role-lines">
                <label class="check-line"><input r#type="checkbox" name="signed-in" value="1" checked=form.signed_in /> <span class="ui">"Everybody who has signed in"</span></label>
                <label class="check-line"><input r#type="checkbox" name="guests" value="1" checked=form.guests /> <span class="ui">"Guests, who may read at most"</span></label>
                {members}
                {members_fault}
            </div>
        </fieldset>
        <fieldset class="form-field">
            <legend class="hidden-label">"Or who signs in with a claim"</legend>
            <span class="form-label" aria-hidden="true">"By claims"</span>
            <div class="role-lines">
                {claims}
                {claims_fault}
                <p class="meta">{kept}</p>
                <div><button r#type="submit" class="btn btn-small" name="do" value="more">"More lines"</button></div>
            </div>
        </fieldset>
    }
    .into_any()
}

/// A field for one of several, with what is wrong with it.
fn line(
    name: &'static str,
    label: &'static str,
    list: &'static str,
    suggestions: &'static str,
    number: usize,
    value: String,
    faults: &[FormFault],
) -> impl IntoView + use<> {
    let place = format!("{list}[{number}]");
    let is_wrong = faults.iter().any(|fault| fault.field == place);
    let fault = faults_at(faults, |field| field == place);
    let hint = if list == "members" {
        "group:default/…"
    } else {
        "roles=admin"
    };
    view! {
        <div>
            <div class="field"><input name=name value=value list=suggestions placeholder=hint aria-label=format!("{label}, {}", number + 1) maxlength="300" autocomplete="off" aria-invalid=is_wrong.then_some("true") /></div>
            {fault}
        </div>
    }
}

/// What is wrong at a place.
pub(super) fn faults_at(faults: &[FormFault], is_here: impl Fn(&str) -> bool) -> AnyView {
    let here = faults.iter().filter(|fault| is_here(&fault.field));
    let lines = here.map(|fault| {
        let message = fault.message.clone();
        view! { <p class="form-fault" role="alert">{Icon::CircleAlert.small()} <span>{message}</span></p> }
    });
    lines.collect_view().into_any()
}
