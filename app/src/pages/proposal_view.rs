//! The pull request that puts a catalog file into its repository: its form, and what came of it.

use super::draft_file::Whither;
use crate::catalog::{Draft, LONGEST_TEXT, LONGEST_TITLE, Obstacle, Proposal, Proposed};
use crate::routes::use_links;
use crate::ui::{Card, Html, Icon};
use leptos::either::Either;
use leptos::prelude::*;

/// What the URL says of a pull request: what it was to say, and what came of it.
pub(crate) type Asked = (Option<Proposal>, Option<Proposed>);

/// The form that opens one, with what was in its way.
#[component]
pub(super) fn ProposalForm(
    proposal: Proposal,
    obstacle: Option<Obstacle>,
    location: Option<String>,
    whither: Whither,
    draft: Draft,
) -> impl IntoView {
    let hidden = draft.to_params().map(|(key, value)| {
        view! { <input r#type="hidden" name=format!("draft[{key}]") value=value /> }
    });
    let hidden = hidden.collect_view();
    let is_of_branch = matches!(obstacle, Some(Obstacle::Branch | Obstacle::BranchName));
    let words = obstacle.map(|it| words(it, &proposal.branch, &whither));
    let (beside, above) = if is_of_branch {
        (words, None)
    } else {
        (None, words)
    };
    let above = above.map(|words| {
        let look = location.filter(|_| obstacle == Some(Obstacle::File)).map(|location| {
            view! { " " <a class="link" href=use_links().register_at(&location)>"Look at it"</a> "." }
        });
        view! {
            <p class="problem" role="alert">
                <span class="tone-bad mt-0.5 flex-none">{Icon::CircleAlert.svg()}</span>
                <span>{words} {look}</span>
            </p>
        }
    });
    let Proposal {
        title,
        text,
        branch,
    } = proposal;
    // What stands in this element leptos writes as it is.
    let mut escaped = Html::default();
    escaped.text(&text);
    let text = escaped.into_string();
    view! {
        <Card title="Open a pull request">
            <form method="post" action=use_links().path("/_fn/propose_file") class="card-body form">
                {above}
                <input r#type="hidden" name="url" value=whither.url.clone() />
                {whither.branch.clone().map(|branch| view! { <input r#type="hidden" name="branch" value=branch /> })}
                {hidden}
                <div class="form-field">
                    <label class="form-label" for="pull-title">"Title"</label>
                    <span class="field">
                        <input r#type="text" id="pull-title" name="title" value=title required
                            maxlength=LONGEST_TITLE.to_string() autocomplete="off" />
                    </span>
                </div>
                <div class="form-field">
                    <label class="form-label" for="pull-text">"Text"</label>
                    <span class="field field-text">
                        <textarea id="pull-text" name="text" rows="3" maxlength=LONGEST_TEXT.to_string()
                            inner_html=text></textarea>
                    </span>
                </div>
                <div class="form-field">
                    <label class="form-label" for="pull-branch">"Branch"</label>
                    <div class="min-w-0">
                        <span class="field">
                            <input r#type="text" id="pull-branch" name="head" value=branch required autocomplete="off"
                                spellcheck="false" aria-describedby="pull-branch-about"
                                aria-invalid=beside.is_some().then_some("true") />
                        </span>
                        <BranchSaid fault=beside base=whither.branch />
                    </div>
                </div>
                <div><button r#type="submit" class="btn btn-primary">"Open the pull request"</button></div>
                <p class="meta">
                    "Callboard opens it with its own access to " {whither.repository} ", and writes under it who asked."
                </p>
            </form>
        </Card>
    }
    .into_any()
}

#[component]
fn BranchSaid(fault: Option<String>, base: Option<String>) -> impl IntoView {
    if let Some(fault) = fault {
        return Either::Left(view! {
            <p class="form-fault" id="pull-branch-about" role="alert">{Icon::CircleAlert.small()} <span>{fault}</span></p>
        });
    }
    let base = base.unwrap_or_else(|| "the default branch".to_owned());
    Either::Right(
        view! { <p class="meta" id="pull-branch-about">"Is made for this, from " {base} "."</p> },
    )
}

/// What is in the way, and what to do about it.
fn words(obstacle: Obstacle, branch: &str, whither: &Whither) -> String {
    let Whither {
        repository, file, ..
    } = whither;
    match obstacle {
        Obstacle::NoCredential => format!(
            "There is no token or app for the owner of {repository}: whoever runs Callboard gives one under \
             integrations.github, or installs the app there."
        ),
        Obstacle::Credential => {
            "The token or app of Callboard is not valid any more, or is suspended: whoever runs Callboard \
             has to renew it under integrations.github."
                .to_owned()
        }
        Obstacle::SingleSignOn => {
            "The organisation asks for single sign-on: whoever runs Callboard has to let its token in."
                .to_owned()
        }
        Obstacle::Permission => format!(
            "The token or app of Callboard may not write to {repository}: it needs to write contents and \
             pull requests there. Until then, put the file there yourself."
        ),
        Obstacle::Missing => format!(
            "There is no repository {repository}, or the token or app of Callboard does not see it."
        ),
        Obstacle::Archived => format!("{repository} is archived: nobody may change it."),
        Obstacle::Base => match &whither.branch {
            Some(base) => format!(
                "There is no branch {base} in {repository} to add the file to. If nothing is in there yet, \
                 put the file there yourself."
            ),
            None => format!(
                "Nothing is in {repository} yet, so that nothing can be offered to it. Put the file there \
                 yourself."
            ),
        },
        Obstacle::File => format!("There is a {file} in {repository} already."),
        Obstacle::Branch => format!(
            "There is a branch {branch} already, with something else on it. Choose another name."
        ),
        Obstacle::BranchName => format!("No branch can be called '{branch}'. Choose another name."),
        Obstacle::Limited => {
            "GitHub wants Callboard to wait. Send it again in a few minutes.".to_owned()
        }
        Obstacle::Silent => {
            "GitHub gave no whole answer, so it may have been done. Send it again: what is there already is \
             found."
                .to_owned()
        }
        Obstacle::Other => {
            "GitHub refused. Why, stands in the log of Callboard; put the file there yourself."
                .to_owned()
        }
    }
}

/// A pull request that is open, and what comes next.
#[component]
pub(super) fn Outcome(
    number: u64,
    /** It has just been opened. */
    is_new: bool,
    location: Option<String>,
    whither: Whither,
) -> impl IntoView {
    let page = format!("{}/pull/{number}", whither.repository_url);
    let said = if is_new {
        format!("is open in {}.", whither.repository)
    } else {
        format!(
            "was open already in {}, from that branch. Nothing was made anew, so it may say something else \
             than the file below.",
            whither.repository
        )
    };
    let then = location.map(|location| {
        let look = use_links().register_at(&location);
        view! {
            <ol class="steps">
                <li><a class="link" href=page.clone() rel="noreferrer external">"Have it merged"</a> " at GitHub."</li>
                <li><a class="link" href=look>"Look at the file"</a> " once it is merged, and register it."</li>
            </ol>
            <form method="post" action=use_links().path("/_fn/register_location") class="flex flex-wrap items-center gap-2">
                <input r#type="hidden" name="url" value=location />
                <input r#type="hidden" name="awaited" value="true" />
                <button r#type="submit" class="btn">"Register it now"</button>
                <span class="meta">"The catalog looks for it from now on, and takes it in when it is merged."</span>
            </form>
        }
    });
    view! {
        <Card title="Pull request">
            <div class="card-body stack">
                <p class="problem" role="status">
                    <span class="tone-ok mt-0.5 flex-none">{Icon::Check.svg()}</span>
                    <span>
                        <a class="link" href=page.clone() rel="noreferrer external">"Pull request " {number}</a> " " {said}
                    </span>
                </p>
                {then}
            </div>
        </Card>
    }
    .into_any()
}
