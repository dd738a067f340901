//! A graph as HTML: a drawing in SVG, the same as a list, and what chooses what is in it.

mod bar;
mod drawing;
mod list;

use super::port::{Graph, GraphOf, GraphQuery};
use crate::catalog::port::Catalog;
use crate::catalog::{EntityLink, EntityRef, EntitySummary};
use crate::error::ApiError;
use crate::pages::kind_tile::KindTile;
use crate::pages::{Params, entity_link, kind, lifecycle};
use crate::routes::{Links, add_params, use_links};
use crate::ui::{EmptyState, Fragment, Icon, YamlHint, counted_as};
use crate::viewer::Viewer;
use leptos::prelude::*;
use std::sync::Arc;

/// Where the links of a graph lead.
struct Ways<'a> {
    links: Links,
    of: &'a GraphOf,
    query: &'a GraphQuery,
}

impl Ways<'_> {
    /// The same place with another question.
    fn asking(&self, query: &GraphQuery) -> String {
        let here = match self.of {
            GraphOf::Page => self.links.graph(None),
            GraphOf::Tab(entity_ref, _)
            | GraphOf::Card(entity_ref, _)
            | GraphOf::Diagram(entity_ref) => self.links.entity(entity_ref),
        };
        with_params(here, query.to_params())
    }

    /// Where a box leads: another centre, or the page of the entity.
    fn of_node(&self, entity_ref: &EntityRef) -> String {
        match self.of {
            GraphOf::Page => self.asking(&GraphQuery {
                roots: vec![entity_ref.clone()],
                ..self.query.clone()
            }),
            GraphOf::Tab(..) => with_params(self.links.entity(entity_ref), self.query.to_params()),
            GraphOf::Card(..) | GraphOf::Diagram(_) => self.links.entity(entity_ref),
        }
    }
}

fn with_params(mut url: String, params: Vec<(&'static str, String)>) -> String {
    add_params(&mut url, params.into_iter());
    url
}

/// A graph with what the parameters of the URL say.
///
/// # Errors
/// [`ApiError::NotFound`] when the catalog holds nothing to begin at.
pub(crate) fn graph(of: &GraphOf, params: &Params) -> Result<Fragment, ApiError> {
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let viewer = expect_context::<Viewer>();
    let (query, unclear) = GraphQuery::of(of, params);
    if let Some(text) = unclear {
        let found = catalog.find_entities(&viewer, &text).fitting;
        if found.is_empty() {
            return Err(ApiError::NotFound(text));
        }
        return Ok(choice(&text, found));
    }
    let graph = match of {
        GraphOf::Diagram(entity_ref) => catalog.diagram(&viewer, entity_ref)?,
        _ => catalog.graph(&viewer, &query)?,
    };
    Ok(show(of, &query, graph))
}

/// The graph for its place.
fn show(of: &GraphOf, query: &GraphQuery, graph: Graph) -> Fragment {
    let ways = Ways {
        links: use_links(),
        of,
        query,
    };
    let centre = graph.centre.as_ref();
    let title = match centre {
        Some(centre) if *of == GraphOf::Page => format!("Graph of {}", centre.label()),
        _ => "Graph".to_owned(),
    };
    let is_page = *of == GraphOf::Page;
    let is_small = matches!(of, GraphOf::Card(..) | GraphOf::Diagram(_));
    let head = is_page.then(|| head(&ways, centre));
    let bar = (!is_small && !query.roots.is_empty()).then(|| bar::bar(&ways, &graph));
    let large = match of {
        GraphOf::Card(entity_ref, _) | GraphOf::Diagram(entity_ref) => {
            Some(ways.links.graph(Some(entity_ref)))
        }
        _ => None,
    };
    // An entity by itself is no graph, while a system of one part is a diagram.
    let fewest = usize::from(!matches!(of, GraphOf::Diagram(_)));
    let body = if graph.nodes.len() <= fewest {
        nothing(of, query).into_any()
    } else {
        view! {
            <div class="graph-canvas" tabindex="0" role="region" aria-label="Drawing, which can be scrolled"
                    inner_html=drawing::drawing(&ways, &graph)></div>
            <div class="graph-foot">
                {legend(&graph)}
                {left_out(&graph)}
                {tools()}
                {large.map(|href| view! { <a class="btn" href=href>"Open large"</a> })}
            </div>
            {list::list(&ways, &graph)}
        }
        .into_any()
    };
    let class = match of {
        GraphOf::Diagram(_) => "graph graph-diagram",
        _ => "graph",
    };
    let html = view! { <div class=class>{head} {bar} {body}</div> }.to_html();
    Fragment { title, html }
}

/// What stands where nothing hangs together.
fn nothing(of: &GraphOf, query: &GraphQuery) -> impl IntoView {
    match of {
        GraphOf::Diagram(_) => {
            let yaml = "spec:\n  system: the-name-of-this-system\n";
            view! {
                <div class="card-body">
                    <p class="ui text-muted">"Nothing says that it is part of this."</p>
                    <YamlHint summary="What parts say of their system" yaml />
                </div>
            }
            .into_any()
        }
        GraphOf::Card(..) => {
            view! { <p class="card-body ui text-muted">"It names nothing else, and nothing else names it."</p> }.into_any()
        }
        GraphOf::Page if query.roots.is_empty() => view! {
            <EmptyState icon=Icon::Network title="Where to begin?"
                text="The catalog holds no domain and no system. Name any entity above, and see what hangs together with it." />
        }
        .into_any(),
        _ => view! {
            <EmptyState icon=Icon::Network title="Nothing hangs on it"
                text="No relation leads from here to anything, as far as these choices let it through." />
        }
        .into_any(),
    }
}

/// The title of the page, where to begin, and what stands in the centre.
fn head(ways: &Ways<'_>, centre: Option<&EntitySummary>) -> impl IntoView + use<> {
    let others = GraphQuery {
        roots: Vec::new(),
        ..ways.query.clone()
    };
    let hidden = others.to_params().into_iter();
    let hidden =
        hidden.map(|(name, value)| view! { <input r#type="hidden" name=name value=value /> });
    let hidden = hidden.collect_view();
    let root = ways.query.roots.first().map(ToString::to_string);
    view! {
        <div class="graph-head">
            <h1 class="page-title">"Graph"</h1>
            <form method="get" action=ways.links.graph(None) class="graph-from">
                {hidden}
                <label class="field">
                    {Icon::Search.small()}
                    <span class="hidden-label">"Begin with"</span>
                    <input r#type="search" name="root" placeholder="Begin with: a name, or kind:namespace/name"
                        autocomplete="off" spellcheck="false" value=root />
                </label>
                <button r#type="submit" class="btn">"Show"</button>
            </form>
        </div>
        {centre.map(|centre| in_centre(ways, centre))}
    }
}

/// One line about the entity in the centre.
fn in_centre(ways: &Ways<'_>, centre: &EntitySummary) -> impl IntoView + use<> {
    let kind = centre.entity_ref.kind.clone();
    let page = ways.links.entity(&centre.entity_ref);
    let words = match &centre.spec_type {
        Some(word) => format!("{} · {word}", kind::singular(&kind)),
        None => kind::singular(&kind),
    };
    let label = centre.label().to_owned();
    let fact = |name: &'static str, link: &Option<EntityLink>| {
        link.clone().map(|link| {
            view! { <span class="graph-fact"><span class="text-muted">{name}</span> <entity_link::IconLink link /></span> }
        })
    };
    view! {
        <div class="graph-centre">
            <KindTile kind=&kind />
            <a class="graph-title clip" href=page.clone()>{label}</a>
            <span class="graph-fact text-muted">{words}</span>
            {centre.lifecycle.clone().map(|word| view! { <span class="graph-fact"><lifecycle::Lifecycle word /></span> })}
            {fact("Owner", &centre.owner)}
            {fact("System", &centre.system)}
            <a class="btn graph-open" href=page>"Open its page"</a>
        </div>
    }
}

/// The buttons that scripts make work.
fn tools() -> impl IntoView {
    let button = |step: &'static str, word: &'static str, label: &'static str| {
        view! { <button type="button" class="btn graph-tool" data-zoom=step aria-label=label title=label>{word}</button> }
    };
    view! {
        <div class="graph-tools needs-script">
            {button("+", "+", "Larger")}
            {button("-", "−", "Smaller")}
            {button("0", "Fit", "Fit the box")}
        </div>
    }
}

/// What the lines mean, as far as there are such lines.
fn legend(graph: &Graph) -> impl IntoView + use<> {
    let families = drawing::Family::ALL.into_iter();
    let there = |family: &drawing::Family| {
        let mut names = graph.edges.iter().flat_map(|edge| &edge.relations);
        names.any(|(name, _)| drawing::Family::of(name) == *family)
    };
    let entries = families.filter(there).map(|family| {
        let sample = format!(
            "<svg class=\"graph-sample {}\" viewBox=\"0 0 28 10\" width=\"28\" height=\"10\" aria-hidden=\"true\"><path class=\"edge-line\" d=\"M1 5H27\"/></svg>",
            family.edge_class()
        );
        view! { <li class="graph-key"><span class="graph-sample-box" inner_html=sample></span> {family.word()}</li> }
    });
    view! { <ul class="graph-legend" aria-label="What the lines mean">{entries.collect_view()}</ul> }
}

/// What is not in it, and how to see that.
fn left_out(graph: &Graph) -> impl IntoView + use<> {
    let entities = counted_as(graph.left_out, "entity", "entities");
    let lines = counted_as(graph.lines_left_out, "line", "lines");
    let more = match (graph.left_out, graph.lines_left_out) {
        (0, 0) => return None,
        (_, 0) => entities,
        (0, _) => lines,
        _ => format!("{entities} and {lines}"),
    };
    Some(view! {
        <p class="ui graph-more">{Icon::CircleAlert.small()} "And " {more} " more, which would make it too large. Fewer steps, kinds or relations show the rest."</p>
    })
}

/// Several entities that a text may mean.
fn choice(text: &str, found: Vec<EntityLink>) -> Fragment {
    let of = GraphOf::Page;
    let query = GraphQuery::default();
    let ways = Ways {
        links: use_links(),
        of: &of,
        query: &query,
    };
    let lines = found.into_iter().map(|link| {
        let href = ways.links.graph(Some(&link.entity_ref));
        let kind = link.entity_ref.kind.clone();
        view! {
            <li class="line">
                <KindTile kind=&kind />
                <a class="link" href=href>{link.label().to_owned()}</a>
                <span class="meta mono clip">{link.entity_ref.to_string()}</span>
            </li>
        }
    });
    let lines = lines.collect_view();
    let html = view! {
        {head(&ways, None)}
        <section class="card graph-choice" aria-label="Where to begin">
            <div class="card-head"><h2 class="card-title">"Which one is “" {text.to_owned()} "”?"</h2></div>
            <ul class="card-body">{lines}</ul>
        </section>
    }
    .to_html();
    Fragment {
        title: "Graph".to_owned(),
        html,
    }
}
