//! What a kind is called and looks like: one icon and one tint, everywhere.

use crate::site::{KindLook, Site};
use crate::ui::Icon;
use leptos::prelude::*;

/// The icon of a kind.
pub(crate) fn icon(kind: &str) -> Icon {
    let kind = kind.to_lowercase();
    if let Some(icon) = look(&kind).and_then(|look| look.icon) {
        return icon;
    }
    match kind.as_str() {
        "component" => Icon::Box,
        "api" => Icon::Plug,
        "system" => Icon::Boxes,
        "domain" => Icon::Layers,
        "resource" => Icon::Database,
        "template" => Icon::LayoutTemplate,
        "group" => Icon::Users,
        "user" => Icon::User,
        "location" => Icon::MapPin,
        _ => Icon::Package,
    }
}

/// Kinds in the order in which people ask for them; what is not named here comes after.
pub(crate) const ORDER: [&str; 8] = [
    "component",
    "api",
    "system",
    "domain",
    "resource",
    "template",
    "group",
    "user",
];

/// Where a kind stands among others.
pub(crate) fn rank(kind: &str) -> usize {
    ORDER
        .iter()
        .position(|known| known.eq_ignore_ascii_case(kind))
        .unwrap_or(ORDER.len())
}

/// The plural, as the heading of a list.
pub(crate) fn plural(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "component" => "Components",
        "api" => "APIs",
        "system" => "Systems",
        "domain" => "Domains",
        "resource" => "Resources",
        "template" => "Templates",
        "group" => "Groups",
        "user" => "Users",
        "location" => "Locations",
        _ => return kind.to_owned(),
    }
    .to_owned()
}

/// One of the kind, as a word.
pub(crate) fn singular(kind: &str) -> String {
    match kind.to_lowercase().as_str() {
        "component" => "Component",
        "api" => "API",
        "system" => "System",
        "domain" => "Domain",
        "resource" => "Resource",
        "template" => "Template",
        "group" => "Group",
        "user" => "User",
        "location" => "Location",
        _ => return kind.to_owned(),
    }
    .to_owned()
}

/// What the operator says of the look of a kind, which is in lower case.
fn look(kind: &str) -> Option<KindLook> {
    let of_kind = |site: &Site| site.kinds.iter().find(|look| look.kind == *kind).cloned();
    with_context(of_kind).flatten()
}

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
