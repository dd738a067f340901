//! The form that writes a catalog file. It is sent as it is: what it asks stands in the
//! URL, so it works without scripts and can be passed on.

use super::draft_file::{Made, Whither};
use super::proposal_view::Asked;
use crate::catalog::{
    DRAFT_KINDS, DraftField, DraftForm, EntityLink, Proposed, Suggestions, Written,
};
use crate::routes::use_links;
use crate::ui::{Card, Html, Icon};
use leptos::either::EitherOf3;
use leptos::prelude::*;

/// What is said of one answer.
#[derive(Debug, Clone, Default)]
struct Said {
    fault: Option<String>,
    note: Option<String>,
}

impl Said {
    fn of(written: Option<&Written>, field: DraftField) -> Self {
        let find = |said: &[(DraftField, String)]| {
            let found = said.iter().find(|(of, _)| *of == field);
            found.map(|(_, message)| format!("{} {message}", label(field)))
        };
        match written {
            None => Self::default(),
            Some(Written::Faulty(faults)) => Self {
                fault: find(faults),
                note: None,
            },
            Some(Written::Sound(file)) => Self {
                fault: None,
                note: find(&file.notes),
            },
        }
    }
}

#[component]
pub(super) fn DraftCard(url: String, form: DraftForm, asked: Asked) -> impl IntoView {
    let page = form.repository_url.clone();
    let sound = match &form.written {
        Some(Written::Sound(file)) => Some(file.clone()),
        _ => None,
    };
    // What is offered already is not asked again.
    let is_offered = matches!(asked.1, Some(Proposed::Opened(_) | Proposed::There(_)));
    let is_offered = is_offered && sound.is_some();
    let told = match &form.written {
        Some(Written::Faulty(faults)) if !faults.is_empty() => EitherOf3::A(view! {
            <p class="problem" role="alert">
                <span class="tone-bad mt-0.5 flex-none">{Icon::CircleAlert.svg()}</span>
                <span>"Not a catalog file yet: see what is said beside the fields."</span>
            </p>
        }),
        // What came of the file is said there.
        _ if sound.is_some() && asked.1.is_some() => EitherOf3::B(()),
        _ => EitherOf3::C(view! {
            <p class="ui" role="status">
                "No catalog file was found in " <a class="link" href=page>{form.repository.clone()}</a>
                ". Describe here what it holds; then you see the file to put into it. Of a private repository nothing is seen until "
                <a class="link" href=use_links().guide("configuration")>"the configuration"</a> " says how to read it."
            </p>
        }),
    };
    let file = sound.map(|file| {
        let whither = Whither {
            url: url.clone(),
            repository: form.repository.clone(),
            repository_url: form.repository_url.clone(),
            branch: form.branch.clone(),
            file: form.file.clone(),
        };
        let draft = form.draft.clone();
        view! { <Made file whither draft asked /> }
    });
    let questions = (!is_offered).then(|| {
        view! { <Card title=format!("What {} says", form.file)><Form url form /></Card> }
    });
    view! { <div class="stack">{told} {file} {questions}</div> }.into_any()
}

#[component]
fn Form(url: String, form: DraftForm) -> impl IntoView {
    let DraftForm {
        draft,
        written,
        branch,
        suggestions,
        ..
    } = form;
    let (class, word) = match &written {
        Some(Written::Sound(_)) => ("btn", "Write the file anew"),
        _ => ("btn btn-primary", "Write the file"),
    };
    let fields = DraftField::ALL.into_iter().map(|field| {
        let said = Said::of(written.as_ref(), field);
        view! { <Field field said text=draft.text(field).to_owned() /> }
    });
    view! {
        <form method="get" action=use_links().register() class="card-body form">
            <input r#type="hidden" name="url" value=url />
            {branch.map(|branch| view! { <input r#type="hidden" name="branch" value=branch /> })}
            {fields.collect_view()}
            <Lists suggestions />
            <div><button r#type="submit" class=class>{word}</button></div>
        </form>
    }
    .into_any()
}

fn label(field: DraftField) -> &'static str {
    match field {
        DraftField::Kind => "Kind",
        DraftField::Name => "Name",
        DraftField::Title => "Title",
        DraftField::Description => "Description",
        DraftField::Type => "Type",
        DraftField::Lifecycle => "Lifecycle",
        DraftField::Owner => "Owner",
        DraftField::System => "System",
        DraftField::Domain => "Domain",
        DraftField::Definition => "Definition",
        DraftField::Tags => "Tags",
    }
}

fn hint(field: DraftField) -> &'static str {
    match field {
        DraftField::Kind => "Software that runs or is built in is a component.",
        DraftField::Name => "By which others refer to it: letters, digits, and - _ . between them.",
        DraftField::Title => "What people read; without one, the name.",
        DraftField::Description => "One or two sentences: what it is for.",
        DraftField::Type => "Such as service, website, library; openapi or grpc for an API.",
        DraftField::Lifecycle => "Such as experimental, production, deprecated.",
        DraftField::Owner => "A group, or a person as user:name.",
        DraftField::System => "That which it is a part of.",
        DraftField::Domain => "That which the system is a part of.",
        DraftField::Definition => "The file in the repository that defines the API.",
        DraftField::Tags => "Small letters, with commas between tags.",
    }
}

/// The kinds whose files have the field; the stylesheet hides it for others.
fn class(field: DraftField) -> &'static str {
    match field {
        DraftField::Lifecycle => "form-field for-life",
        DraftField::System => "form-field for-part",
        DraftField::Domain => "form-field for-system",
        DraftField::Definition => "form-field for-api",
        _ => "form-field",
    }
}

#[component]
fn Field(field: DraftField, text: String, said: Said) -> impl IntoView {
    let id = format!("draft-{}", field.key());
    let about = format!("{id}-about");
    let fault = said.fault.is_some();
    let said = match (said.fault, said.note) {
        (Some(fault), _) => EitherOf3::A(
            view! { <p class="form-fault" id=about.clone()>{Icon::CircleAlert.small()} <span>{fault}"."</span></p> },
        ),
        (None, Some(note)) => EitherOf3::B(
            view! { <p class="form-note" id=about.clone()>{Icon::TriangleAlert.small()} <span>{note}"."</span></p> },
        ),
        (None, None) => EitherOf3::C(view! { <p class="meta" id=about.clone()>{hint(field)}</p> }),
    };
    view! {
        <div class=class(field)>
            <label class="form-label" for=id.clone()>{label(field)}</label>
            <div class="min-w-0">
                <Control field id about text fault />
                {said}
            </div>
        </div>
    }
    .into_any()
}

#[component]
fn Control(
    field: DraftField,
    id: String,
    /** The id of what is said of it. */
    about: String,
    text: String,
    fault: bool,
) -> impl IntoView {
    let invalid = fault.then_some("true");
    let name = field.key();
    match field {
        DraftField::Kind => EitherOf3::A(view! {
            <span class="field">
                <select id=id name=name aria-describedby=about aria-invalid=invalid>
                    {DRAFT_KINDS.into_iter().map(|kind| view! { <option value=kind selected=kind == text>{kind}</option> }).collect_view()}
                </select>
                {Icon::ChevronDown.small()}
            </span>
        }),
        DraftField::Description => {
            // What stands in this element leptos writes as it is.
            let mut escaped = Html::default();
            escaped.text(&text);
            let text = escaped.into_string();
            EitherOf3::B(view! {
                <span class="field field-text">
                    <textarea id=id name=name rows="2" aria-describedby=about aria-invalid=invalid inner_html=text></textarea>
                </span>
            })
        }
        _ => {
            let must = matches!(field, DraftField::Name | DraftField::Owner);
            EitherOf3::C(view! {
                <span class="field">
                    <input r#type="text" id=id name=name value=text autocomplete="off" spellcheck="false" required=must
                        list=list_of(field) aria-describedby=about aria-invalid=invalid />
                </span>
            })
        }
    }
}

/// The list of what is usual.
fn list_of(field: DraftField) -> Option<&'static str> {
    match field {
        DraftField::Type => Some("draft-types"),
        DraftField::Lifecycle => Some("draft-lifecycles"),
        DraftField::Owner => Some("draft-owners"),
        DraftField::System => Some("draft-systems"),
        DraftField::Domain => Some("draft-domains"),
        _ => None,
    }
}

#[component]
fn Lists(suggestions: Suggestions) -> impl IntoView {
    let plain = |value: String| (value, String::new());
    let links = |links: Vec<EntityLink>, kind: &str| {
        let named = links.into_iter().map(|link| {
            let short = link.entity_ref.short(Some(kind));
            (short, link.title.unwrap_or_default())
        });
        named.collect::<Vec<_>>()
    };
    let lists = [
        (DraftField::Type, suggestions.types),
        (
            DraftField::Lifecycle,
            suggestions.lifecycles.into_iter().map(plain).collect(),
        ),
        (DraftField::Owner, links(suggestions.owners, "group")),
        (DraftField::System, links(suggestions.systems, "system")),
        (DraftField::Domain, links(suggestions.domains, "domain")),
    ];
    lists
        .into_iter()
        .map(|(field, values)| {
            let options = values.into_iter().map(|(value, said)| {
                let said = Some(said).filter(|said| !said.is_empty());
                view! { <option value=value label=said></option> }
            });
            view! { <datalist id=list_of(field)>{options.collect_view()}</datalist> }
        })
        .collect_view()
}
