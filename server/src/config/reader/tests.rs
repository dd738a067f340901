//! Layers, messages and spellings of the typed getters.

use serde_json::json;

use super::*;

/// Runs `check` on a reader over the layers, lowest first, named a, b, c …
fn with(layers: &[Value], check: impl FnOnce(ConfigReader<'_>)) {
    let names = ["a", "b", "c"];
    let nodes: Vec<Node> = layers
        .iter()
        .map(|layer| Node::from_json(layer.clone(), &Origin::named("file")))
        .collect();
    let layers: Vec<Layer<'_>> = nodes
        .iter()
        .zip(names)
        .map(|(data, context)| Layer { data, context })
        .collect();
    check(ConfigReader::new(&layers));
}

fn message<T: fmt::Debug>(result: Result<T, ReadError>) -> String {
    result.unwrap_err().message
}

#[test]
fn the_highest_layer_wins_and_null_hides() {
    let low = json!({"x": {"a": 1, "b": 2, "c": 3}, "gone": {"a": 1}});
    let high = json!({"x": {"a": 9, "b": null}, "gone": null});
    with(&[low, high], |reader| {
        assert_eq!(reader.optional_number("x.a"), Ok(Some(9.0)));
        assert_eq!(reader.optional_number("x.b"), Ok(None));
        assert_eq!(reader.optional_number("x.c"), Ok(Some(3.0)));
        assert_eq!(reader.has("gone"), Ok(false));
        assert_eq!(reader.optional_number("gone.a"), Ok(None));
        assert!(reader.optional_config("gone").unwrap().is_none());
        assert_eq!(reader.keys(), ["x"]);
        let merged = json!({"x": {"a": 9, "c": 3}});
        assert_eq!(reader.optional(""), Ok(Some(merged)));
    });
}

#[test]
fn messages_name_the_full_key_and_the_layer() {
    let low = json!({"s": [{"n": true}], "deep": {"list": ["x", 3]}});
    let high = json!({"flat": "text"});
    with(&[low, high], |reader| {
        let first = &reader.optional_config_array("s").unwrap().unwrap()[0];
        assert_eq!(
            message(first.optional_number("n")),
            "Invalid type in config for key 's[0].n' in 'a', got boolean, wanted number"
        );
        let deep = reader.optional_config("deep").unwrap().unwrap();
        assert_eq!(
            message(deep.optional_string_array("list")),
            "Invalid type in config for key 'deep.list[1]' in 'a', got number, wanted string-array"
        );
        assert_eq!(
            message(reader.optional_string("flat.x")),
            "Invalid type in config for key 'flat' in 'b', got string, wanted object"
        );
        assert_eq!(
            message(reader.required::<()>("none", None)),
            "Missing required config value at 'none' in 'b'"
        );
        assert_eq!(
            message(reader.optional_number("flat")),
            "Unable to convert config value for key 'flat' in 'b' to a number"
        );
    });
}

#[test]
fn truth_has_many_spellings() {
    let data = json!({"on": "ON", "no": " no ", "one": 1, "text": "maybe"});
    with(&[data], |reader| {
        assert_eq!(reader.optional_boolean("on"), Ok(Some(true)));
        assert_eq!(reader.optional_boolean("no"), Ok(Some(false)));
        assert_eq!(reader.optional_boolean("one"), Ok(Some(true)));
        assert!(message(reader.optional_boolean("text")).contains("to a boolean"));
    });
}

#[test]
fn a_map_above_other_values_hides_them_only_for_the_topmost() {
    with(&[json!({"x": "text"}), json!({"x": {"a": 1}})], |reader| {
        assert!(message(reader.optional_config("x")).contains("in 'a', got string"));
        assert!(reader.topmost_config("x").unwrap().is_some());
    });
}
