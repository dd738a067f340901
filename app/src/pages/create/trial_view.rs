//! What came of a trial, as HTML made on the server alone.
//!
//! What the browser's program finds in it: `data-focus` is its heading, `data-kept` what the next trial
//! is compared with.

use super::super::told;
use super::task_view::{log, made, step};
use crate::scaffolder::trial::{Change, Content, TrialView, TriedFile};
use crate::ui::{Card, Fragment, Icon, Prose, counted};
use leptos::either::Either;
use leptos::prelude::*;

pub(crate) fn html(trial: TrialView) -> Fragment {
    told::html(|| view! { <Trial trial /> }.into_any())
}

#[component]
fn Trial(trial: TrialView) -> impl IntoView {
    let said = said(&trial);
    let has_failed = trial.failure.is_some();
    let (tone, icon) = if has_failed {
        ("tone-bad flex-none", Icon::CircleAlert)
    } else {
        ("tone-ok flex-none", Icon::CircleCheck)
    };
    let steps = trial.steps.into_iter().map(step).collect_view();
    let links = (!trial.links.is_empty()).then(|| {
        let links = trial.links.into_iter().map(made).collect_view();
        view! { <Card title="Links"><ul class="card-body">{links}</ul></Card> }
    });
    let texts = trial.texts.into_iter().map(|text| {
        view! { <Card title=text.title><div class="card-body"><Prose html=text.html /></div></Card> }
    });
    let texts = texts.collect_view();
    let output = (!trial.output.is_empty()).then(|| {
        view! {
            <Card title="Output"><div class="card-body"><pre class="tried-text" tabindex="0" aria-label="Output"><code inner_html=trial.output></code></pre></div></Card>
        }
    });
    let files: Vec<(&str, &TriedFile)> =
        trial.files.iter().map(|file| (&*file.path, file)).collect();
    let none = if has_failed {
        "No file was there when it stopped."
    } else {
        "The steps make no files."
    };
    let count = files.len();
    let files = if files.is_empty() {
        view! { <p class="ui text-muted">{none}</p> }.into_any()
    } else {
        tree(&files)
    };
    view! {
        <section class="tried" aria-label="What came of it">
            <h2 class="wizard-title" tabindex="-1" data-focus>"What came of it"</h2>
            <p class="notice mt-2" role="status"><span class=tone>{icon.svg()}</span> <span>{said}</span></p>
            <div class="task">
                <div class="stack">
                    <Card title="Steps"><ol class="card-body task-steps">{steps}</ol></Card>
                    {links}
                </div>
                <div class="stack">
                    <Card title="Files" count><div class="card-body">{files}</div></Card>
                    {texts}
                    {output}
                    <Card title="Log"><div class="card-body">{log(trial.log)}</div></Card>
                </div>
            </div>
            <input type="hidden" data-kept value=trial.kept />
        </section>
    }
    .into_any()
}

fn said(trial: &TrialView) -> String {
    if let Some(failure) = &trial.failure {
        return failure.clone();
    }
    let nothing = "Nothing was changed anywhere else.";
    if !trial.is_compared {
        return format!("Every step went through. {nothing}");
    }
    let count = |change: Change| trial.files.iter().filter(|it| it.change == change).count();
    let changes = [Change::New, Change::Changed, Change::Gone]
        .map(|change| (count(change), change.label()))
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, label)| format!("{} {label}", counted(count, "file")));
    let changes: Vec<String> = changes.collect();
    let changes = if changes.is_empty() {
        "the same files".to_owned()
    } else {
        changes.join(", ")
    };
    format!("Every step went through. Since the trial before: {changes}. {nothing}")
}

/// The files below a folder, each with what is left of its path.
fn tree(files: &[(&str, &TriedFile)]) -> AnyView {
    let mut lines = Vec::new();
    let mut rest = files;
    while let Some(((path, file), others)) = rest.split_first() {
        let Some((folder, _)) = path.split_once('/') else {
            lines.push(leaf(path, file).into_any());
            rest = others;
            continue;
        };
        let below = |(path, _): &&(&str, &TriedFile)| {
            path.split_once('/')
                .is_some_and(|(first, _)| first == folder)
        };
        let count = rest.iter().take_while(below).count();
        let inside: Vec<(&str, &TriedFile)> = rest[..count]
            .iter()
            .map(|(path, file)| (&path[folder.len() + 1..], *file))
            .collect();
        let folder = folder.to_owned();
        lines.push(
            view! { <li><details class="fold" open><summary class="tried-line">{Icon::ChevronRight.small()} {folder} "/"</summary>{tree(&inside)}</details></li> }
                .into_any(),
        );
        rest = &rest[count..];
    }
    view! { <ul class="tried-files">{lines}</ul> }.into_any()
}

fn leaf(name: &str, file: &TriedFile) -> impl IntoView + use<> {
    let size = match file.content {
        Content::Link(_) => "link".to_owned(),
        _ => size(file.size),
    };
    let executable = file.executable.then_some(", executable");
    let (word, class) = match file.change {
        Change::Same => (None, ""),
        Change::New => (Some("new"), "tone-ok"),
        Change::Changed => (Some("changed"), "tone-warn"),
        Change::Gone => (Some("gone"), "tone-bad"),
    };
    let word = word.map(|word| view! { <span class=class>{word} " "</span> });
    let label = file.path.clone();
    let content = match &file.content {
        Content::Text(html) | Content::Difference(html) => Either::Left(
            view! { <pre class="tried-text" tabindex="0" aria-label=label><code inner_html=html.clone()></code></pre> },
        ),
        Content::Link(target) => {
            Either::Right(view! { <p class="meta tried-note">{format!("Leads to {target}")}</p> })
        }
        Content::Nothing(why) => {
            Either::Right(view! { <p class="meta tried-note">{(*why).to_owned()}</p> })
        }
    };
    view! {
        <li>
            <details class="fold">
                <summary class="tried-line">{Icon::ChevronRight.small()} <span class="clip">{name.to_owned()}</span> <span class="meta ms-auto flex-none">{word} {size} {executable}</span></summary>
                {content}
            </details>
        </li>
    }
}

fn size(bytes: usize) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes / 1_000),
        _ => format!("{} MB", bytes / 1_000_000),
    }
}
