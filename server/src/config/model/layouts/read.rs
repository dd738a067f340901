//! From configuration to layouts: what cannot be used is named with its place.

use app::catalog::layout::{CARDS, Stage, WIDTHS};
use app::catalog::{CardName, Layout, LayoutTab, Placed, WebLink};
use url::Url;

use super::EntityLayout;
use crate::config::node::{Node, NodeValue};
use crate::markdown;

/// What cannot be used, and why.
pub(super) type Wrong<'a> = (&'a Node, String);

/// Those that can be used; the others are named in `wrong`.
pub(super) fn entities<'a>(node: &'a Node, wrong: &mut Vec<Wrong<'a>>) -> Vec<EntityLayout> {
    let items = match list(node) {
        Ok(items) => items,
        Err(reason) => {
            wrong.push(reason);
            return Vec::new();
        }
    };
    let mut read = Vec::new();
    for item in items {
        match entity(item) {
            Ok(layout) => read.push(layout),
            Err(reason) => wrong.push(reason),
        }
    }
    read
}

fn entity(node: &Node) -> Result<EntityLayout, Wrong<'_>> {
    let only = known(node, &["kind", "type", "tabs"])?;
    let kind = only("kind").map(text).transpose()?;
    let types = only("type").map(texts).transpose()?.unwrap_or_default();
    let tabs = match only("tabs") {
        Some(tabs) => list(tabs)?.iter().map(tab).collect::<Result<Vec<_>, _>>()?,
        None => Vec::new(),
    };
    if tabs.is_empty() {
        return Err((node, "has a layout without tabs".to_owned()));
    }
    Ok(EntityLayout {
        kind: kind.map(|kind| kind.to_lowercase()),
        types: types.iter().map(|word| word.to_lowercase()).collect(),
        layout: Layout { tabs },
    })
}

fn tab(node: &Node) -> Result<LayoutTab, Wrong<'_>> {
    let only = known(node, &["id", "title", "cards"])?;
    let plain = |id: &String| {
        id.bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let id = only("id").map(text).transpose()?.filter(plain);
    let Some(id) = id else {
        let reason = "has a tab without an id of small letters, such as overview";
        return Err((node, reason.to_owned()));
    };
    let Some(of_tab) = only("cards") else {
        return Err((node, format!("has no cards on the tab {id}")));
    };
    Ok(LayoutTab {
        title: only("title")
            .map(text)
            .transpose()?
            .unwrap_or_else(|| titled(&id)),
        cards: cards(of_tab, Stage::Entity)?,
        id,
    })
}

/// The cards of a tab or of the home page.
pub(super) fn cards(node: &Node, stage: Stage) -> Result<Vec<Placed>, Wrong<'_>> {
    list(node)?.iter().map(|item| card(item, stage)).collect()
}

/// A card as its name, or as a map with its options.
fn card(node: &Node, stage: Stage) -> Result<Placed, Wrong<'_>> {
    if let Some(name) = node.as_str() {
        return checked(named(node, name, stage)?, node);
    }
    let only = known(node, &["card", "width", "title", "types", "text", "links"])?;
    let Some(name) = only("card") else {
        return Err((node, "has a card without a name".to_owned()));
    };
    let mut placed = named(name, &text(name)?, stage)?;
    if let Some(at) = only("width") {
        placed.width = width(at)?;
    }
    placed.title = only("title").map(text).transpose()?;
    if let Some(types) = only("types") {
        placed.types = texts(types)?;
    }
    if let Some(written) = only("text") {
        placed.html = Some(markdown::render(&text(written)?, None).into_string());
    }
    if let Some(links) = only("links") {
        placed.links = list(links)?.iter().map(link).collect::<Result<_, _>>()?;
    }
    checked(placed, node)
}

/// What a card cannot do without.
fn checked(placed: Placed, node: &Node) -> Result<Placed, Wrong<'_>> {
    match placed.card {
        CardName::Markdown if placed.html.is_none() => {
            Err((node, "has a markdown card without a text".to_owned()))
        }
        CardName::QuickLinks if placed.links.is_empty() => {
            Err((node, "has a card of quick-links without links".to_owned()))
        }
        _ => Ok(placed),
    }
}

fn named<'a>(node: &'a Node, name: &str, stage: Stage) -> Result<Placed, Wrong<'a>> {
    let here = CARDS
        .iter()
        .filter(|(_, _, stands, _)| *stands == stage || *stands == Stage::Both);
    let Some((_, card, _, width)) = here.clone().find(|(known, ..)| *known == name) else {
        let known: Vec<&str> = here.map(|(known, ..)| *known).collect();
        let known = known.join(", ");
        return Err((
            node,
            format!("names the card '{name}', which there is not; there are {known}"),
        ));
    };
    Ok(Placed {
        card: *card,
        width: *width,
        title: None,
        types: Vec::new(),
        html: None,
        links: Vec::new(),
    })
}

fn width(node: &Node) -> Result<u8, Wrong<'_>> {
    let number = match &node.value {
        NodeValue::Number(number) => number.as_u64().and_then(|it| u8::try_from(it).ok()),
        _ => None,
    };
    let reason = "has a width other than 3, 4, 6, 8, 9 or 12 columns";
    number
        .filter(|number| WIDTHS.contains(number))
        .ok_or_else(|| (node, reason.to_owned()))
}

fn link(node: &Node) -> Result<WebLink, Wrong<'_>> {
    let only = known(node, &["title", "url", "icon"])?;
    let Some(address) = only("url") else {
        return Err((node, "has a link without a url".to_owned()));
    };
    let url = text(address)?;
    let on_the_web = |url: &Url| matches!(url.scheme(), "http" | "https" | "mailto");
    if !url.starts_with('/') && !Url::parse(&url).is_ok_and(|url| on_the_web(&url)) {
        let reason = "has a link that is no web address and no path such as /catalog";
        return Err((address, reason.to_owned()));
    }
    Ok(WebLink {
        title: only("title")
            .map(text)
            .transpose()?
            .unwrap_or_else(|| url.clone()),
        icon: only("icon").map(text).transpose()?,
        url,
    })
}

/// Looks keys up in a map that has no others.
fn known<'a>(
    node: &'a Node,
    keys: &[&str],
) -> Result<impl Fn(&str) -> Option<&'a Node> + use<'a>, Wrong<'a>> {
    let names = keys.join(", ");
    let Some(map) = node.as_map() else {
        let found = node.type_name();
        return Err((
            node,
            format!("has a {found} where keys are expected: {names}"),
        ));
    };
    let other = map.iter().find(|(key, _)| !keys.contains(&key.as_str()));
    if let Some((other, at)) = other {
        return Err((at, format!("has the key '{other}'; it may have {names}")));
    }
    Ok(move |key: &str| map.get(key).filter(|node| node.value != NodeValue::Null))
}

fn list(node: &Node) -> Result<&[Node], Wrong<'_>> {
    let NodeValue::List(items) = &node.value else {
        let found = node.type_name();
        return Err((node, format!("has a {found} where a list is expected")));
    };
    Ok(items)
}

fn text(node: &Node) -> Result<String, Wrong<'_>> {
    let found = node.as_str().filter(|text| !text.is_empty());
    found.map(str::to_owned).ok_or_else(|| {
        let found = node.type_name();
        (node, format!("has a {found} where a text is expected"))
    })
}

/// A text or a list of them.
fn texts(node: &Node) -> Result<Vec<String>, Wrong<'_>> {
    match &node.value {
        NodeValue::List(items) => items.iter().map(text).collect(),
        _ => Ok(vec![text(node)?]),
    }
}

/// A title made from an id.
fn titled(id: &str) -> String {
    let mut letters = id.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let title: String = first.into_iter().chain(letters).collect();
    title.replace('-', " ")
}
