//! Where the entity's file sends its reader.

use crate::catalog::WebLink;
use crate::ui::{Card, Icon};
use leptos::prelude::*;

/// The links of the file; nothing when it has none.
#[component]
pub(super) fn Links(links: Vec<WebLink>, title: Option<String>) -> impl IntoView {
    (!links.is_empty()).then(|| {
        let count = links.len();
        view! {
            <Card title=title.unwrap_or_else(|| "Links".to_owned()) count=count>
                <ul class="card-body">{links.into_iter().map(|link| view! { <LinkLine link /> }).collect_view()}</ul>
            </Card>
        }
    })
}

#[component]
pub(crate) fn LinkLine(link: WebLink) -> impl IntoView {
    let host = host(&link.url).to_owned();
    let icon = icon(link.icon.as_deref().unwrap_or_default());
    view! {
        <li class="line">
            <span class="text-faint flex-none">{icon.svg()}</span>
            <a class="link clip flex-none max-w-[75%]" href=link.url title=link.title.clone() rel="noreferrer external">{link.title.clone()}</a>
            <span class="meta clip grow text-right">{host}</span>
        </li>
    }
}

/// The part of an address by which people know a site.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or_default()
}

/// The icon names that files use, as far as we have a drawing.
fn icon(name: &str) -> Icon {
    match name {
        "dashboard" | "chart" => Icon::ChartLine,
        "docs" | "book" | "techdocs" => Icon::BookOpen,
        "chat" | "help" | "support" => Icon::MessageCircle,
        "github" | "code" | "git" => Icon::Code,
        "email" | "mail" => Icon::Mail,
        "web" | "website" => Icon::Globe,
        "alert" | "alerts" => Icon::TriangleAlert,
        _ => Icon::Link,
    }
}

#[cfg(test)]
mod tests {
    use super::host;

    #[test]
    fn hosts_are_what_stands_between_scheme_and_path() {
        assert_eq!(host("https://a.example.com/d/x?y"), "a.example.com");
        assert_eq!(host("mailto:x@example.com"), "");
    }
}
