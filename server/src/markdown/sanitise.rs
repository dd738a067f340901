//! What of a text's HTML comes into a page: a list of what may, and nothing else.

use super::Setting;
use crate::highlight::CLASSES;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;
use url::Url;

/// Where a relative link of a text leads; `None` takes the link away.
pub type Links = Arc<dyn Fn(&str) -> Option<String> + Send + Sync>;

/// The classes that comrak gives.
const ALERTS: [&str; 6] = [
    "markdown-alert",
    "markdown-alert-note",
    "markdown-alert-tip",
    "markdown-alert-important",
    "markdown-alert-warning",
    "markdown-alert-caution",
];

pub(super) fn sanitise(html: &str, setting: &Setting) -> String {
    let own = setting.clone();
    let mut builder = Builder::default();
    builder
        .add_tags(["input", "section", "summary", "details", "picture"])
        .add_tag_attributes("input", ["checked"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("a", ["aria-label"])
        .add_tag_attributes("p", ["align"])
        .add_generic_attributes(["id"])
        .allowed_classes(classes())
        .url_schemes(["http", "https", "mailto"].into())
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener noreferrer"))
        // A task is shown, not asked.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .set_tag_attribute_value("input", "aria-label", "Task")
        .set_tag_attribute_value("img", "loading", "lazy")
        .set_tag_attribute_value("img", "referrerpolicy", "no-referrer")
        // What scrolls has to be in reach of the keyboard.
        .set_tag_attribute_value("pre", "tabindex", "0")
        .set_tag_attribute_value("table", "tabindex", "0")
        .rm_tags(["map", "area", "bdo", "center", "hgroup"])
        .attribute_filter(
            move |element, attribute, value| match (element, attribute) {
                (_, "id") => Some(own_id(value, own.prefix)),
                ("a", "href") => link(value, &own),
                ("img", "src") => picture(value, &own),
                (_, "cite") => None,
                _ => Some(Cow::Borrowed(value)),
            },
        );
    // A heading above those of the text would be that of the page.
    let above: Vec<&str> = ["h1", "h2", "h3", "h4", "h5"]
        .into_iter()
        .take(usize::from(setting.level.saturating_sub(1)))
        .collect();
    builder.rm_tags(above);
    builder.clean(html).to_string()
}

fn classes() -> HashMap<&'static str, std::collections::HashSet<&'static str>> {
    HashMap::from([
        ("span", CLASSES.into()),
        ("pre", ["code"].into()),
        ("div", ALERTS.into()),
        ("p", ["markdown-alert-title"].into()),
        ("a", ["anchor", "footnote-backref"].into()),
        ("sup", ["footnote-ref"].into()),
        ("section", ["footnotes"].into()),
        ("li", ["task-list-item"].into()),
    ])
}

/// An id that no element of the page around the text has.
fn own_id<'a>(id: &'a str, prefix: &str) -> Cow<'a, str> {
    if id.starts_with(prefix) {
        Cow::Borrowed(id)
    } else {
        Cow::Owned(format!("{prefix}{id}"))
    }
}

fn link<'a>(url: &'a str, setting: &Setting) -> Option<Cow<'a, str>> {
    let url = url.trim();
    if let Some(place) = url.strip_prefix('#') {
        return Some(Cow::Owned(format!("#{}", own_id(place, setting.prefix))));
    }
    match Url::parse(url) {
        Ok(parsed) => {
            matches!(parsed.scheme(), "http" | "https" | "mailto").then_some(Cow::Borrowed(url))
        }
        // Without a scheme it is relative, to another host even.
        Err(url::ParseError::RelativeUrlWithoutBase) => (setting.links)(url).map(Cow::Owned),
        Err(_) => None,
    }
}

/// Pictures come over TLS: the page's policy has no other.
fn picture<'a>(url: &'a str, setting: &Setting) -> Option<Cow<'a, str>> {
    let resolved = link(url, setting)?;
    match Url::parse(&resolved) {
        Ok(parsed) => (parsed.scheme() == "https").then_some(resolved),
        Err(_) => Some(resolved),
    }
}
