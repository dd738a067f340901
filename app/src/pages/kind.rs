//! What a kind is called and which icon it has, everywhere.

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
pub(super) fn look(kind: &str) -> Option<KindLook> {
    let of_kind = |site: &Site| site.kinds.iter().find(|look| look.kind == *kind).cloned();
    with_context(of_kind).flatten()
}
