//! A form as HTML, made on the server alone. It is filled in without scripts, too: each button sends
//! the page, and what is known of the others comes along.
//!
//! What the browser's program finds in it: `data-at` is the page, `data-focus` what takes the focus,
//! `data-ask` a field, `data-wrong` what is wrong with it, `data-concealed` what the browser keeps,
//! `data-said` the place for what it has to say, `data-over` begins anew.

use super::super::entity_link::QuietLink;
use super::super::kind;
use super::super::kind_tile::KindTileLarge;
use super::super::told;
use super::control_view::{asks, control_id};
use super::review_view::{InYourName, Review};
use crate::catalog::EntityLink;
use crate::permission::refusal;
use crate::routes::{Permission, use_links};
use crate::scaffolder::Drafted;
use crate::scaffolder::form::{FormView, Mistake, Offer, Shown, Step};
use crate::ui::{ChoiceMenu, Fragment, Html, Icon, MenuChoice};
use leptos::either::Either;
use leptos::prelude::*;

/// A form as its page takes it.
pub(crate) fn html(view: FormView) -> Fragment {
    Fragment {
        title: view.title.clone(),
        ..told::html(|| view! { <Form view /> }.into_any())
    }
}

/// What stands above a template that is edited: which it is, and the way to others.
pub(crate) fn editor_head(draft: &Drafted) -> String {
    let links = use_links();
    let choice = |link: &EntityLink| MenuChoice {
        word: link.label().to_owned(),
        icon: None,
        count: None,
        href: links.edit_template(Some(&link.entity_ref)),
        chosen: draft.chosen.as_ref() == Some(&link.entity_ref),
    };
    let choices: Vec<MenuChoice> = draft.templates.iter().map(choice).collect();
    let chosen = choices.iter().find(|choice| choice.chosen);
    let summary = chosen.map_or("A new template".to_owned(), |choice| choice.word.clone());
    let clear = chosen.map(|_| (links.edit_template(None), "A new template"));
    let said =
        "Nothing that is written here is kept: copy the text into its file when it is right.";
    told::html(|| {
        view! {
            <p class="ui text-muted mb-3">{said}</p>
            <div class="filters"><ChoiceMenu label="Template" summary choices clear /></div>
        }
        .into_any()
    })
    .html
}

/// What a picker offers, as the options of its list.
pub(crate) fn offers(path: &str, offers: Vec<Offer>) -> Fragment {
    let mut html = Html::default();
    if offers.is_empty() {
        html.raw("<p class=\"meta px-2 py-1\">Nothing fits</p>");
    }
    for (at, offer) in offers.iter().enumerate() {
        html.raw("<div role=\"option\" class=\"menu-item\" aria-selected=\"false\"");
        html.attribute("id", &format!("o{at}{path}"));
        html.attribute("data-value", &offer.value);
        html.attribute("data-label", &offer.label);
        html.raw(">");
        if let Some(kind) = &offer.kind {
            html.raw("<span class=\"text-faint flex-none\">");
            html.icon(kind::icon(kind));
            html.raw("</span>");
        }
        html.raw("<span class=\"clip\">");
        html.text(&offer.label);
        html.raw("</span><span class=\"meta clip ms-auto\">");
        html.text(&offer.detail);
        html.raw("</span></div>");
    }
    Fragment {
        title: String::new(),
        html: html.into_string(),
    }
}

#[component]
fn Form(view: FormView) -> impl IntoView {
    let links = use_links();
    let action = links.template(&view.template);
    let last = view.steps.len();
    let steps = steps(&view);
    let is_review = view.at == last;
    let id = view.template.to_string();
    let hidden = view! {
        <input type="hidden" name="values" value=view.values.clone() />
        <input type="hidden" name="page" value=view.at />
        {view.touched.iter().map(|path| view! { <input type="hidden" name="touched" value=path.clone() /> }).collect_view()}
        {view.tried.then(|| view! { <input type="hidden" name="tried" value="1" /> })}
    };
    let middle = match view.shown.clone() {
        Shown::Page {
            title,
            description,
            fields,
        } => Either::Left(view! {
            <Head title description is_focus=view.mistakes.is_empty() && !fields.iter().any(|field| field.focus) />
            <Notes notes=view.notes.clone() />
            <Mistakes mistakes=view.mistakes.clone() />
            <div class="asks">{asks(fields)}</div>
        }),
        Shown::Review {
            groups,
            concealed,
            credentials,
        } => Either::Right(view! {
            <Head title="Review".to_owned() description=String::new() is_focus=true />
            <Notes notes=view.notes.clone() />
            <InYourName credentials back=links.template_filled(&view.template, view.at, &view.values) />
            <Review groups concealed />
        }),
    };
    let refused = refusal(Permission::ScaffolderTaskCreate, None);
    let can_start = is_review && !view.draft && refused.is_none();
    let start = can_start.then(|| {
        view! {
            <form id="start" method="post" action=links.path("/_fn/start_task")>
                <input type="hidden" name="template" value=id />
                <input type="hidden" name="values" value=view.values.clone() />
            </form>
        }
    });
    view! {
        <div class="form-head">
            <KindTileLarge kind="template" />
            <div class="min-w-0">
                {if view.draft {
                    Either::Left(view! { <p class="page-title">{view.title}</p> })
                } else {
                    Either::Right(view! { <h1 class="page-title">{view.title}</h1> })
                }}
                <div class="prose prose-quiet" inner_html=view.description></div>
                {view.owner.map(|link| view! { <p class="meta mt-1 flex gap-1">"Owned by " <QuietLink link /></p> })}
            </div>
        </div>
        <form class="wizard" method="get" action=action data-at=view.at id="wizard">
            {(!is_review).then(|| view! { <button name="do" value="next" class="hidden-label" tabindex="-1" aria-hidden="true">"Next"</button> })}
            {hidden}
            {steps}
            <div class="wizard-page">
                {middle}
                <div class="wizard-foot">
                    <p class="meta me-auto" role="alert" data-said></p>
                    {(view.at > 0).then(|| view! { <button class="btn" name="do" value="back" formnovalidate>{view.words.back}</button> })}
                    {if is_review {
                        Either::Left(if can_start {
                            view! { <button class="btn btn-primary" form="start">{view.words.create}</button> }.into_any()
                        } else if let Some(why) = refused.filter(|_| !view.draft) {
                            view! { <p class="meta">{why}</p> }.into_any()
                        } else {
                            view! { <button class="btn btn-primary" name="do" value="try">"Try it"</button> }.into_any()
                        })
                    } else {
                        let word = if view.at + 1 == last { view.words.review } else { "Next".to_owned() };
                        Either::Right(view! { <button class="btn btn-primary" name="do" value="next">{word}</button> })
                    }}
                </div>
            </div>
        </form>
        {start}
    }
    .into_any()
}

/// The pages at the left; each can be turned to, as far as the answers allow.
fn steps(view: &FormView) -> impl IntoView + use<> {
    let at = view.at;
    let step = |(number, step): (usize, Step)| {
        let mark = if step.done {
            Either::Left(Icon::Check.small())
        } else {
            Either::Right(number + 1)
        };
        let done = step
            .done
            .then(|| view! { <span class="hidden-label">"(done)"</span> });
        view! {
            <li>
                <button class="wizard-step" name="do" value=format!("turn:{number}") formnovalidate aria-current=(number == at).then_some("step")
                    data-done=step.done.then_some("")>
                    <span class="wizard-mark">{mark}</span> <span class="clip">{step.title}</span> {done}
                </button>
            </li>
        }
    };
    let review = Step {
        title: "Review".to_owned(),
        done: false,
    };
    let steps = view.steps.iter().cloned().chain([review]);
    let steps = steps.enumerate().map(step).collect_view();
    let said = format!("Step {} of {}", at + 1, view.steps.len() + 1);
    let over = use_links().template(&view.template);
    view! {
        <nav class="wizard-steps" aria-label="Steps">
            <p class="meta wizard-count">{said}</p>
            <ol>{steps}</ol>
            <p class="mt-3 needs-script"><a class="meta quiet" href=over data-over>"Start over"</a></p>
        </nav>
    }
}

#[component]
fn Head(title: String, description: String, is_focus: bool) -> impl IntoView {
    let described = (!description.is_empty())
        .then(|| view! { <div class="prose prose-quiet mt-1" inner_html=description></div> });
    view! {
        <h2 class="wizard-title" tabindex="-1" data-focus=is_focus.then_some("")>{title}</h2>
        {described}
    }
}

#[component]
fn Notes(notes: Vec<String>) -> impl IntoView {
    let note = |note: String| {
        view! {
            <p class="notice mt-3"><span class="tone-warn flex-none">{Icon::TriangleAlert.svg()}</span> <span>{note}</span></p>
        }
    };
    notes.into_iter().map(note).collect_view()
}

/// What is wrong, with links to where it can be mended.
#[component]
fn Mistakes(mistakes: Vec<Mistake>) -> impl IntoView {
    let count = mistakes.len();
    let line = |mistake: Mistake| {
        let label = mistake.label;
        let link = if mistake.path.is_empty() {
            Either::Left(view! { <strong class="font-semibold">{label}</strong> })
        } else {
            let href = format!("#{}", control_id(&mistake.path));
            Either::Right(view! { <a class="link" rel="external" href=href>{label}</a> })
        };
        view! { <li>{link} <span>": " {mistake.message}</span></li> }
    };
    let said = match count {
        1 => "One answer needs another look".to_owned(),
        count => format!("{count} answers need another look"),
    };
    let lines = mistakes.into_iter().map(line).collect_view();
    (count > 0).then(|| {
        view! {
            <div class="mistakes" role="alert" tabindex="-1" data-focus="">
                <span class="tone-bad flex-none">{Icon::CircleAlert.svg()}</span>
                <div class="min-w-0"><p class="font-semibold">{said}</p> <ul>{lines}</ul></div>
            </div>
        }
    })
}
