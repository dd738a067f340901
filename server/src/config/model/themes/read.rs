//! From configuration to themes: what cannot be used is named with its place, and left out.

use super::{Theme, ThemeSettings};
use crate::config::node::{Node, NodeValue};
use crate::config::section::Section;
use crate::theme::{BUILT_IN, Scheme, accents, check, faint};
use app::site::{Icon, KindLook, TINTS};
use std::collections::{BTreeMap, BTreeSet};

/// A drawing is sent with a page's first visit: a large one would slow all of them.
const MAX_DRAWING: usize = 64 * 1024;
const KEYS: [&str; 8] = [
    "name", "title", "product", "logo", "favicon", "tokens", "light", "dark",
];

/// What cannot be used, and why.
type Wrong<'a> = (&'a Node, String);

/// The values that a theme gives itself, by token and scheme.
type Given = BTreeMap<(String, &'static str), String>;

pub(super) fn settings(app: &Section<'_>) -> ThemeSettings {
    // Asked for as a whole, so that nothing in them counts as unread.
    app.value("themes");
    app.value("kinds");
    let mut themes: Vec<Theme> = Vec::new();
    for item in items(app, "themes") {
        let mut wrong = Vec::new();
        match theme(item, &mut wrong) {
            Ok(theme) if themes.iter().any(|known| known.name == theme.name) => {
                let message = format!("lists the theme '{}' twice; the first is used", theme.name);
                app.warn_at(&item.origin, "themes", &message);
            }
            Ok(theme) => {
                warn_of_faint(app, item, &theme);
                themes.push(theme);
            }
            Err((node, reason)) => {
                let message = format!("{reason}; this theme is passed over");
                app.warn_at(&node.origin, "themes", &message);
            }
        }
        for (node, reason) in wrong {
            let message = format!("{reason}; the value is passed over");
            app.warn_at(&node.origin, "themes", &message);
        }
    }
    if let Some(theme) = branding(app) {
        themes.push(theme);
    }
    ThemeSettings {
        default: default(app, &themes),
        kinds: kinds(app),
        themes,
    }
}

/// The look of who has not chosen.
fn default(app: &Section<'_>, themes: &[Theme]) -> String {
    let first = themes.first().map_or(BUILT_IN, |theme| &theme.name);
    let Some(chosen) = app.string("theme") else {
        return first.to_owned();
    };
    if chosen == BUILT_IN || themes.iter().any(|theme| theme.name == chosen) {
        return chosen;
    }
    let message = format!("is '{chosen}', which 'app.themes' does not hold; it is '{first}' now");
    app.warn("theme", &message);
    first.to_owned()
}

/// `app.branding.theme.{light,dark}.primaryColor`: the built-in look with another accent.
fn branding(app: &Section<'_>) -> Option<Theme> {
    let theme = app.section("branding.theme")?;
    let mut given = Given::new();
    for scheme in Scheme::ALL {
        let key = format!("{}.primaryColor", scheme.word());
        let Some(written) = theme.string(&key) else {
            continue;
        };
        match check("accent", &written) {
            Ok(color) => {
                given.insert(("accent".to_owned(), scheme.word()), color);
            }
            Err(_) => theme.warn(&key, &format!("is '{written}', which is no colour")),
        }
    }
    (!given.is_empty()).then(|| Theme {
        name: BUILT_IN.to_owned(),
        title: "Callboard".to_owned(),
        values: values(&given),
        ..Theme::default()
    })
}

fn theme<'a>(node: &'a Node, wrong: &mut Vec<Wrong<'a>>) -> Result<Theme, Wrong<'a>> {
    let Some(fields) = node.as_map() else {
        return Err((node, format!("has {} for a theme", node.type_name())));
    };
    if let Some((key, value)) = fields.iter().find(|(key, _)| !KEYS.contains(&key.as_str())) {
        let known = KEYS.join(", ");
        return Err((
            value,
            format!("has the key '{key}' in a theme; there are {known}"),
        ));
    }
    let text = |key: &str| fields.get(key).map(|node| text(node, key)).transpose();
    let is_plain = |name: &String| {
        !name.is_empty()
            && name
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let Some(name) = text("name")?.filter(is_plain) else {
        let reason = "has a theme without a name of small letters, such as contoso";
        return Err((node, reason.to_owned()));
    };
    let mut given = Given::new();
    for (key, schemes) in [
        ("tokens", &Scheme::ALL[..]),
        ("light", &[Scheme::Light]),
        ("dark", &[Scheme::Dark]),
    ] {
        let Some(node) = fields.get(key) else {
            continue;
        };
        let Some(tokens) = node.as_map() else {
            wrong.push((
                node,
                format!("has {} for {key} of a theme", node.type_name()),
            ));
            continue;
        };
        for (token, node) in tokens {
            match text_of(node).map_or_else(
                || Err(format!("sets {token} to {}", node.type_name())),
                |written| check(token, &written),
            ) {
                Ok(value) => {
                    for scheme in schemes {
                        given.insert((token.clone(), scheme.word()), value.clone());
                    }
                }
                Err(reason) => wrong.push((node, reason)),
            }
        }
    }
    let mut drawing = |key: &str| {
        let node = fields.get(key)?;
        match svg(node) {
            Ok(svg) => Some(svg),
            Err(reason) => {
                wrong.push((node, format!("has a {key} {reason}")));
                None
            }
        }
    };
    Ok(Theme {
        title: text("title")?.unwrap_or_else(|| name.clone()),
        product: text("product")?,
        logo: drawing("logo"),
        favicon: drawing("favicon"),
        values: values(&given),
        name,
    })
}

/// Both values of each token that is given in any scheme, and of what follows from the accent.
fn values(given: &Given) -> crate::theme::Values {
    let tokens: BTreeSet<&String> = given.keys().map(|(token, _)| token).collect();
    let mut values = crate::theme::Values::new();
    for token in tokens {
        let of = |scheme: Scheme| {
            let given = given.get(&(token.clone(), scheme.word()));
            given.map_or_else(
                || crate::theme::built_in(token, scheme).to_owned(),
                String::clone,
            )
        };
        values.insert(token.clone(), Scheme::ALL.map(of));
    }
    let is_given =
        |token: &str, scheme: Scheme| given.contains_key(&(token.to_owned(), scheme.word()));
    accents(&mut values, is_given);
    values
}

fn warn_of_faint(app: &Section<'_>, node: &Node, theme: &Theme) {
    let faint = faint(&theme.values);
    if faint.is_empty() {
        return;
    }
    let said = faint.iter().map(|it| {
        let scheme = it.scheme.word();
        format!(
            "{} on {} in {scheme} (contrast {:.1}, should be {})",
            it.what, it.on, it.ratio, it.wanted
        )
    });
    let said: Vec<String> = said.collect();
    let message = format!(
        "has the theme '{}', in which this is hard to read: {}",
        theme.name,
        said.join(", ")
    );
    app.warn_at(&node.origin, "themes", &message);
}

/// `app.kinds`: icon and colour by kind.
fn kinds(app: &Section<'_>) -> Vec<KindLook> {
    let Some(kinds) = app.node("kinds").and_then(Node::as_map) else {
        if let Some(node) = app.node("kinds") {
            let message = format!("is {}, should be a map of kinds", node.type_name());
            app.warn_at(&node.origin, "kinds", &message);
        }
        return Vec::new();
    };
    let mut looks = Vec::new();
    for (kind, node) in kinds {
        match kind_look(kind, node) {
            Ok(look) => looks.push(look),
            Err((node, reason)) => {
                let message = format!("{reason}; the kind keeps its look");
                app.warn_at(&node.origin, "kinds", &message);
            }
        }
    }
    looks
}

fn kind_look<'a>(kind: &str, node: &'a Node) -> Result<KindLook, Wrong<'a>> {
    let is_plain = kind.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let fields = node.as_map().filter(|fields| {
        is_plain
            && fields
                .keys()
                .all(|key| matches!(key.as_str(), "icon" | "color"))
    });
    let Some(fields) = fields else {
        let reason = format!("has '{kind}', should be a kind with icon and color");
        return Err((node, reason));
    };
    let icon = fields.get("icon").map(|node| {
        let name = text(node, "icon")?;
        Icon::named(&name).ok_or_else(|| {
            let known = Icon::ALL.map(Icon::name).join(", ");
            (
                node,
                format!("has the icon '{name}', which there is not; there are {known}"),
            )
        })
    });
    let tint = fields.get("color").map(|node| {
        let name = text(node, "color")?;
        let tint = TINTS.into_iter().find(|known| *known == name);
        tint.ok_or_else(|| {
            let known = TINTS.join(", ");
            (
                node,
                format!("has the color '{name}', which there is not; there are {known}"),
            )
        })
    });
    Ok(KindLook {
        kind: kind.to_lowercase(),
        icon: icon.transpose()?,
        tint: tint.transpose()?,
    })
}

fn items<'a>(app: &Section<'a>, key: &str) -> &'a [Node] {
    match app.node(key) {
        Some(Node {
            value: NodeValue::List(items),
            ..
        }) => items,
        Some(node) => {
            let message = format!("is {}, should be a list", node.type_name());
            app.warn_at(&node.origin, key, &message);
            &[]
        }
        None => &[],
    }
}

fn text<'a>(node: &'a Node, key: &str) -> Result<String, Wrong<'a>> {
    text_of(node)
        .filter(|text| !text.trim().is_empty())
        .ok_or_else(|| {
            (
                node,
                format!("has {} for {key}, should be a text", node.type_name()),
            )
        })
}

/// Text, or a number written without quotes.
fn text_of(node: &Node) -> Option<String> {
    match node.to_json() {
        // In one line, as the attributes of a document need it.
        serde_json::Value::String(text) => {
            Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
        }
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// The text of a drawing. It is shown as a picture, and scripts in a picture do not run.
fn svg(node: &Node) -> Result<String, String> {
    let text = node.as_str().unwrap_or_default().trim();
    if !text.contains("<svg") || !text.starts_with('<') {
        return Err("that is no SVG; write it as {$file: logo.svg}".to_owned());
    }
    if text.len() > MAX_DRAWING {
        return Err(format!(
            "of {} bytes, should be at most {MAX_DRAWING}",
            text.len()
        ));
    }
    Ok(text.to_owned())
}
