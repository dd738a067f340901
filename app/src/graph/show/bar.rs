//! What chooses how far a graph reaches: links, so that it works without scripts.

use super::super::port::{Direction, Graph, GraphQuery};
use super::Ways;
use crate::catalog::relation;
use crate::pages::kind;
use crate::ui::{ChoiceMenu, Icon, MenuChoice, counted_as};
use leptos::prelude::*;

pub(super) fn bar(ways: &Ways<'_>, graph: &Graph) -> impl IntoView + use<> {
    let query = ways.query;
    let depths = [Some(1), Some(2), Some(3), Some(4), None].map(|depth| {
        let word = depth.map_or("All".to_owned(), |depth: usize| depth.to_string());
        let href = ways.asking(&GraphQuery {
            depth,
            ..query.clone()
        });
        segment(word, None, href, query.depth == depth)
    });
    let directions = Direction::ALL.map(|direction| {
        let (word, title) = match direction {
            Direction::Both => ("Both ways", "All that hangs together with it"),
            Direction::In => (
                "What needs it",
                "Only against the arrows: what needs, owns or holds it",
            ),
            Direction::Out => (
                "What it needs",
                "Only along the arrows: what it needs, owns or holds",
            ),
        };
        let href = ways.asking(&GraphQuery {
            direction,
            ..query.clone()
        });
        segment(
            word.to_owned(),
            Some(title),
            href,
            query.direction == direction,
        )
    });
    let relations = graph.relations.iter().map(|name| {
        let href = ways.asking(&GraphQuery {
            relations: toggled(&query.relations, name, &graph.relations),
            ..query.clone()
        });
        MenuChoice {
            word: relation::verb(name).to_owned(),
            icon: None,
            count: None,
            href,
            chosen: is_on(&query.relations, name),
        }
    });
    let all: Vec<String> = graph.kinds.iter().map(|kind| kind.value.clone()).collect();
    let kinds = graph.kinds.iter().map(|value| {
        let href = ways.asking(&GraphQuery {
            kinds: toggled(&query.kinds, &value.value, &all),
            ..query.clone()
        });
        MenuChoice {
            word: kind::plural(&value.label),
            icon: Some(kind::icon(&value.value)),
            count: None,
            href,
            chosen: is_on(&query.kinds, &value.value),
        }
    });
    let relations = choices(
        "Relations",
        relations.collect(),
        ways.asking(&GraphQuery {
            relations: Vec::new(),
            ..query.clone()
        }),
    );
    let kinds = choices(
        "Kinds",
        kinds.collect(),
        ways.asking(&GraphQuery {
            kinds: Vec::new(),
            ..query.clone()
        }),
    );
    let plain = GraphQuery {
        roots: query.roots.clone(),
        depth: Some(2),
        tab: query.tab.clone(),
        ..GraphQuery::default()
    };
    let reset = (*query != plain).then(|| {
        view! { <a class="btn btn-quiet" href=ways.asking(&plain)>{Icon::X.small()} "Reset"</a> }
    });
    let (nodes, edges) = (graph.nodes.len(), graph.edges.len());
    let counted = format!(
        "{}, {}",
        counted_as(nodes, "entity", "entities"),
        counted_as(edges, "line", "lines")
    );
    view! {
        <div class="filters graph-bar">
            <nav class="graph-choice-of" aria-label="Steps">
                <span class="ui text-muted" aria-hidden="true">"Steps"</span>
                <span class="segments">{depths.collect_view()}</span>
            </nav>
            <nav class="segments" aria-label="Direction">{directions.collect_view()}</nav>
            {relations} {kinds} {reset}
            <p class="count result-count" role="status">{counted}</p>
        </div>
    }
}

fn segment(
    word: String,
    title: Option<&'static str>,
    href: String,
    current: bool,
) -> impl IntoView {
    view! { <a class="segment" href=href title=title aria-current=current.then_some("true")>{word}</a> }
}

fn is_on(chosen: &[String], name: &str) -> bool {
    chosen.is_empty() || chosen.iter().any(|it| it == name)
}

/// All but one, where all were chosen; otherwise as one would expect. Who chooses the last of them has
/// chosen all, and so has who takes away the only one.
fn toggled(chosen: &[String], name: &str, all: &[String]) -> Vec<String> {
    let mut next: Vec<String> = if chosen.is_empty() {
        all.to_vec()
    } else {
        chosen.to_vec()
    };
    if next.iter().any(|it| it == name) {
        next.retain(|it| it != name);
    } else {
        next.push(name.to_owned());
    }
    next.sort_unstable();
    if all.iter().all(|it| next.contains(it)) {
        next.clear();
    }
    next
}

fn choices(label: &'static str, choices: Vec<MenuChoice>, any: String) -> impl IntoView {
    let on = choices.iter().filter(|choice| choice.chosen).count();
    let all = on == choices.len();
    let summary = if all {
        label.to_owned()
    } else {
        format!("{label}: {on}")
    };
    let clear = (!all).then_some((any, "All of them"));
    view! { <ChoiceMenu label summary choices clear stays=true /> }
}

#[cfg(test)]
mod tests {
    use super::toggled;

    #[test]
    fn all_and_none_are_the_same_and_leave_the_url_short() {
        let all = ["a", "b", "c"].map(str::to_owned);
        let of = |words: &[&str]| words.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        assert_eq!(toggled(&[], "b", &all), of(&["a", "c"]));
        assert_eq!(toggled(&of(&["a", "c"]), "b", &all), of(&[]));
        assert_eq!(toggled(&of(&["a"]), "a", &all), of(&[]));
        assert_eq!(toggled(&of(&["a"]), "c", &all), of(&["a", "c"]));
    }
}
