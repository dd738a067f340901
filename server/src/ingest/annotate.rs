//! Where an entity came from, as annotations on it. Pure.

use super::location::{LocationRef, MANAGED_BY, MANAGED_BY_ORIGIN, SOURCE, is_active};
use crate::scm::Scm;
use serde_json::{Map, Value};

const VIEW_URL: &str = "backstage.io/view-url";
const EDIT_URL: &str = "backstage.io/edit-url";
/// What stands in place of a link that would run a script; clients know it.
const REJECTED: &str = "https://backstage.io/annotation-rejected-for-security-reasons";

/// Adds where the entity was read, and for URLs where to view and edit it.
///
/// A file may say itself where it is viewed, edited and kept, for example when it is generated;
/// where it was read it may not.
pub fn annotate(entity: &mut Value, location: &LocationRef, origin: &LocationRef, scm: &Scm) {
    let Some(metadata) = entity.get_mut("metadata").and_then(Value::as_object_mut) else {
        return;
    };
    let annotations = metadata
        .entry("annotations")
        .or_insert_with(|| Map::new().into());
    let Some(annotations) = annotations.as_object_mut() else {
        return;
    };
    annotations.insert(MANAGED_BY.to_owned(), location.to_string().into());
    annotations.insert(MANAGED_BY_ORIGIN.to_owned(), origin.to_string().into());
    for name in [VIEW_URL, EDIT_URL] {
        if let Some(Value::String(url)) = annotations.get_mut(name)
            && is_active(url)
        {
            REJECTED.clone_into(url);
        }
    }
    if location.kind != "url" {
        return;
    }
    let generated = [
        (VIEW_URL, Some(location.target.clone())),
        (EDIT_URL, scm.edit_url(&location.target)),
        (
            SOURCE,
            scm.folder_url(&location.target)
                .map(|folder| format!("url:{folder}")),
        ),
    ];
    for (name, value) in generated {
        if let Some(value) = value {
            annotations.entry(name).or_insert_with(|| value.into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_file_says_where_it_is_viewed_but_not_where_it_was_read() {
        let mut entity = json!({"metadata": {"annotations": {
            VIEW_URL: "https://mine",
            MANAGED_BY: "url:https://forged",
        }}});
        let location = LocationRef::url("https://github.com/o/r/blob/main/a.yaml");
        annotate(
            &mut entity,
            &location,
            &LocationRef::url("https://root"),
            &Scm::default(),
        );
        let expected = json!({
            VIEW_URL: "https://mine",
            MANAGED_BY: "url:https://github.com/o/r/blob/main/a.yaml",
            MANAGED_BY_ORIGIN: "url:https://root",
            EDIT_URL: "https://github.com/o/r/edit/main/a.yaml",
            SOURCE: "url:https://github.com/o/r/tree/main/",
        });
        assert_eq!(entity["metadata"]["annotations"], expected);
    }

    #[test]
    fn links_that_run_scripts_are_replaced() {
        for active in [
            " JavaScript:alert(1)",
            "data:text/html,<script>",
            "vbscript:x",
        ] {
            let mut entity = json!({"metadata": {"annotations": {
                VIEW_URL: active,
                EDIT_URL: "https://mine",
            }}});
            let location = LocationRef::file("/a.yaml");
            annotate(&mut entity, &location, &location, &Scm::default());
            let annotations = &entity["metadata"]["annotations"];
            assert_eq!(annotations[VIEW_URL], REJECTED);
            assert_eq!(annotations[EDIT_URL], "https://mine");
        }
    }

    #[test]
    fn files_have_no_urls() {
        let mut entity = json!({"metadata": {"name": "a"}});
        let location = LocationRef::file("/a.yaml");
        annotate(&mut entity, &location, &location, &Scm::default());
        let annotations = entity["metadata"]["annotations"].as_object().unwrap();
        assert_eq!(annotations.len(), 2);
        assert_eq!(annotations[MANAGED_BY], "file:/a.yaml");
    }
}
