//! The definition of an API, or how to give it one.

use crate::catalog::{CardName, EntityDetails};
use crate::definition::port::{DefinitionQuery, Definitions};
use crate::error::ApiError;
use crate::pages::told::{Params, text};
use crate::routes::use_links;
use crate::ui::{EmptyState, Icon, YamlHint};
use crate::viewer::Viewer;
use leptos::either::EitherOf3;
use leptos::prelude::*;
use std::sync::Arc;

/// What is shown where a layout wants the definition; it is made before the rest, for it may take
/// a while.
#[derive(Clone)]
pub(super) enum Definition {
    /// The entity has none, or the tab does not show it.
    None,
    Made(Result<String, ApiError>),
}

impl Definition {
    /// The definition as the parameters ask for it, where the tab of that number shows it.
    pub(super) async fn of(details: &EntityDetails, tab: usize, params: &Params) -> Self {
        let tab = details.layout.tabs.get(tab);
        let cards = tab.map_or(&[][..], |tab| &tab.cards);
        let is_wanted = cards.iter().any(|card| card.card == CardName::Definition);
        if !is_wanted || !details.has_definition {
            return Self::None;
        }
        let query = DefinitionQuery {
            raw: params.iter().any(|(name, _)| name == "raw"),
            text: text(params, "find").to_owned(),
            item: text(params, "item").to_owned(),
        };
        let definitions = expect_context::<Arc<dyn Definitions>>();
        let links = use_links();
        let entity_ref = &details.summary.entity_ref;
        let viewer = expect_context::<Viewer>();
        Self::Made(definitions.show(&viewer, &links, entity_ref, &query).await)
    }
}

#[component]
pub(super) fn DefinitionCard(definition: Definition) -> impl IntoView {
    match definition {
        Definition::Made(Ok(html)) => EitherOf3::A(
            view! { <section aria-label="Definition"><div inner_html=html></div></section> },
        ),
        Definition::Made(Err(error)) => EitherOf3::B(view! {
            <EmptyState icon=Icon::CircleAlert title=error.title() text=error.advice() />
        }),
        Definition::None => {
            let yaml = "spec:\n  type: openapi\n  definition:\n    $text: ./openapi.yaml\n";
            EitherOf3::C(view! {
                <EmptyState icon=Icon::FileText title="No definition" text="Its file holds no spec.definition, so there is nothing to show of it.">
                    <YamlHint summary="How to add one" yaml />
                </EmptyState>
            })
        }
    }
}
