//! The tree of groups around a group or a person.

use super::super::entity_link::QuietLink;
use crate::catalog::{EntityDetails, EntityLink};
use crate::ui::{Avatar, Card, counted};
use leptos::prelude::*;

/// What one step of the tree shows: the group, how deep it is, and a word about it.
type Step = (Option<EntityLink>, usize, String);

#[component]
pub(super) fn Teams(details: EntityDetails, title: Option<String>) -> impl IntoView {
    let own = details.summary.label().to_owned();
    let is_group = details
        .summary
        .entity_ref
        .kind
        .eq_ignore_ascii_case("group");
    let (above, below) = match details.belonging {
        Some(belonging) => (belonging.above, belonging.below),
        None => (Vec::new(), Vec::new()),
    };
    let up = above.len();
    let mut steps: Vec<Step> = above
        .into_iter()
        .enumerate()
        .map(|(depth, link)| (Some(link), depth, String::new()))
        .collect();
    let alone = up == 0 && below.is_empty();
    if is_group && !alone {
        steps.push((None, up, String::new()));
    }
    let from = if is_group { up + 1 } else { 0 };
    steps.extend(below.into_iter().map(|node| {
        let members = counted(node.members, "member");
        (Some(node.link), from + node.depth, members)
    }));
    let nothing = alone.then(|| {
        let said = if is_group {
            "It is within no other group, and no group is within it."
        } else {
            "In no group of the catalog."
        };
        view! { <p class="ui text-muted">{said}</p> }
    });
    let steps = steps
        .into_iter()
        .map(move |step| view! { <TeamStep step own=own.clone() /> });
    view! {
        <Card title=title.unwrap_or_else(|| "Teams".to_owned())>
            <div class="card-body">{nothing}<ul>{steps.collect_view()}</ul></div>
        </Card>
    }
    .into_any()
}

#[component]
fn TeamStep(step: Step, own: String) -> impl IntoView {
    let (link, depth, note) = step;
    let name = link
        .as_ref()
        .map_or(own.clone(), |link| link.label().to_owned());
    let here = link
        .is_none()
        .then(|| view! { <span class="font-medium clip" aria-current="true">{own}</span> });
    view! {
        <li class=format!("line {}", indent(depth))>
            {Avatar::Person.of(&name, None)}
            {here}
            {link.map(|link| view! { <QuietLink link /> })}
            <span class="meta num">{note}</span>
        </li>
    }
    .into_any()
}

fn indent(depth: usize) -> &'static str {
    match depth {
        0 => "",
        1 => "step-1",
        2 => "step-2",
        3 => "step-3",
        _ => "step-4",
    }
}
