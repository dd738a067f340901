//! The icon of a kind on a ground of its colour, the same everywhere.

use super::kind::{icon, look, singular};
use leptos::prelude::*;

/// The colour of a kind: what the operator says, or its own.
pub(crate) fn tint(kind: &str) -> &'static str {
    let kind = kind.to_lowercase();
    let said = look(&kind).and_then(|look| look.tint);
    said.unwrap_or(match kind.as_str() {
        "component" => "blue",
        "api" => "teal",
        "system" => "violet",
        "domain" => "plum",
        "resource" => "bronze",
        "template" => "olive",
        "group" | "user" => "green",
        _ => "slate",
    })
}

pub(crate) fn tile_class(kind: &str) -> &'static str {
    match tint(kind) {
        "blue" => "tile tint-blue",
        "teal" => "tile tint-teal",
        "violet" => "tile tint-violet",
        "plum" => "tile tint-plum",
        "bronze" => "tile tint-bronze",
        "olive" => "tile tint-olive",
        "green" => "tile tint-green",
        _ => "tile",
    }
}

/// The icon on its tinted ground; who listens hears the kind.
#[component]
pub(crate) fn KindTile<'a>(kind: &'a str) -> impl IntoView + use<> {
    view! {
        <span class=tile_class(kind) title=singular(kind)>
            {icon(kind).used()}
            <span class="hidden-label">{singular(kind)}</span>
        </span>
    }
}

/// The same, large, beside the title of a page that says the kind in words.
#[component]
pub(crate) fn KindTileLarge<'a>(kind: &'a str) -> impl IntoView + use<> {
    let class = format!("{} tile-large", tile_class(kind));
    view! { <span class=class aria-hidden="true">{icon(kind).svg()}</span> }
}
