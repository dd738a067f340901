//! Links of an entity that nobody should follow. Pure.

use super::location::is_active;
use serde_json::Value;

/// Annotations that pages make links of.
const LINKS: [&str; 2] = ["backstage.io/view-url", "backstage.io/edit-url"];

/// Where in an entity a link stands that a browser would run, as JSON pointers.
pub(super) fn active_links(entity: &Value) -> Vec<String> {
    let is_active = |value: Option<&Value>| value.and_then(Value::as_str).is_some_and(is_active);
    let links = entity.pointer("/metadata/links").and_then(Value::as_array);
    let links = links.into_iter().flatten().enumerate();
    let links = links.filter(|(_, link)| is_active(link.get("url")));
    let links = links.map(|(index, _)| format!("/metadata/links/{index}/url"));
    let annotations = &entity["metadata"]["annotations"];
    let annotations = LINKS
        .iter()
        .filter(|name| is_active(annotations.get(name)))
        .map(|name| format!("/metadata/annotations/{}", name.replace('/', "~1")));
    links.chain(annotations).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_a_browser_would_run_is_found() {
        let entity = json!({"metadata": {
            "links": [
                {"url": "https://a"}, {"url": "javascript:x"}, {"url": 7}, {"url": "\tdata:text/html,x"},
                {"url": "mailto:a@b"},
            ],
            "annotations": {"backstage.io/edit-url": "vbscript:x", "other": "data:x"},
        }});
        let expected = [
            "/metadata/links/1/url",
            "/metadata/links/3/url",
            "/metadata/annotations/backstage.io~1edit-url",
        ];
        assert_eq!(active_links(&entity), expected);
        assert_eq!(active_links(&json!({"metadata": {"links": "x"}})), [""; 0]);
    }
}
