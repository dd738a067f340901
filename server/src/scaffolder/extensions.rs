//! What is known of the filters and functions that templates have beside those of the language.

use serde_json::Value;

/// Their words and schemas, in the form in which clients of the API read them.
const EXTENSIONS: &str = include_str!("extensions.yaml");

/// All of them.
///
/// # Panics
/// When the file is none: then the program is wrong, and a test says so.
pub fn listed() -> Value {
    serde_yaml::from_str(EXTENSIONS).expect("the file of extensions is YAML")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffolder::filters::{NAMES, filters};
    use crate::scaffolder::language::{Context, Data, Options};
    use crate::scaffolder::run::Engines;
    use crate::scm::Scm;
    use serde_json::json;
    use std::collections::BTreeSet;

    fn names(of: &Value) -> BTreeSet<&str> {
        let of = of.as_object().expect("they have names");
        of.keys().map(String::as_str).collect()
    }

    #[test]
    fn every_filter_is_described_and_nothing_else() {
        let listed = listed();
        assert_eq!(names(&listed["filters"]), NAMES.iter().copied().collect());
        let functions = names(&listed["globals"]["functions"]);
        assert_eq!(functions, ["always", "failure"].into_iter().collect());
        assert_eq!(listed["globals"]["values"], json!({}));
    }

    /// An example is a template, and its notes say what it comes to as JSON.
    #[test]
    fn examples_come_to_what_they_say() {
        let engines = Engines::new(&Options {
            filters: filters(&Scm::default()),
            ..Options::default()
        });
        let parameters = json!({
            "repoUrl": "github.com?owner=playhouse&repo=orders",
            "owner": "group:default/box-office",
        });
        let context = Context::new().with("parameters", Data::from(&parameters));
        let listed = listed();
        let all = [&listed["filters"], &listed["globals"]["functions"]];
        let all = all.into_iter().filter_map(Value::as_object).flatten();
        let mut seen = 0;
        for (name, extension) in all {
            for example in extension["examples"].as_array().expect("it has examples") {
                let text = Data::from(&example["example"]);
                let rendered = engines.get(false).render_tree(&text, &context);
                let came = rendered.value.map(|value| value.to_json());
                let said = example["notes"].as_str().unwrap_or_default();
                let expected = serde_json::from_str(said).ok();
                assert!(expected.is_some(), "{name}: {said}");
                assert_eq!(came, expected, "{name}: {example}");
                seen += 1;
            }
        }
        assert!(seen >= NAMES.len() + 2);
    }
}
