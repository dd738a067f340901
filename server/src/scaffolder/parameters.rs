//! What a template asks: its pages, each a JSON Schema.

use crate::query::Model;
use app::catalog::EntityRef;
use app::error::ApiError;
use serde_json::{Map, Value, json};

/// The version of the format that templates are written in.
pub const API_VERSION: &str = "scaffolder.backstage.io/v1beta3";

/// The heading of a page that names none.
const UNTITLED: &str = "Please enter the following information";

/// One page of what a template asks.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub title: String,
    pub description: Option<String>,
    /// As the template has it, `ui:` options and all.
    pub schema: Value,
}

/// The template of that name.
///
/// # Errors
/// [`ApiError::Invalid`] when the reference names no template, or one of another version;
/// [`ApiError::NotFound`] when the catalog does not hold it.
pub fn find(model: &Model, entity_ref: &EntityRef) -> Result<Value, ApiError> {
    if !entity_ref.kind.eq_ignore_ascii_case("template") {
        let message = "Invalid kind, only 'Template' kind is supported".to_owned();
        return Err(ApiError::invalid("kind", message));
    }
    let entry = model
        .get(entity_ref)
        .ok_or_else(|| ApiError::NotFound(format!("Template {entity_ref} not found")))?;
    let template = model.entity(entry);
    let version = template["apiVersion"].as_str().unwrap_or_default();
    if version != API_VERSION {
        let message = format!("Unsupported apiVersion field in schema entity, {version}");
        return Err(ApiError::invalid("apiVersion", message));
    }
    Ok(template)
}

/// The pages of a template; a template without parameters has none.
pub fn pages(template: &Value) -> Vec<Page> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let page = |schema: &Value| Page {
        title: text(&schema["title"]).unwrap_or_else(|| UNTITLED.to_owned()),
        description: text(&schema["description"]),
        schema: schema.clone(),
    };
    match &template["spec"]["parameters"] {
        Value::Array(pages) => pages.iter().map(page).collect(),
        Value::Null => Vec::new(),
        single => vec![page(single)],
    }
}

/// The pages as clients of the API read them, with what else the template says of its form.
pub fn parameter_schema(template: &Value) -> Value {
    let (metadata, spec) = (&template["metadata"], &template["spec"]);
    let steps = pages(template).into_iter().map(|page| {
        let mut step = Map::new();
        step.insert("title".to_owned(), page.title.into());
        put(&mut step, "description", page.description.into());
        step.insert("schema".to_owned(), page.schema);
        Value::Object(step)
    });
    let title = match &metadata["title"] {
        Value::Null => &metadata["name"],
        title => title,
    };
    let mut schema = Map::new();
    schema.insert("title".to_owned(), title.clone());
    put(&mut schema, "presentation", spec["presentation"].clone());
    put(&mut schema, "description", metadata["description"].clone());
    put(&mut schema, "ui:options", metadata["ui:options"].clone());
    schema.insert("steps".to_owned(), steps.collect());
    for name in ["formDecorators", "EXPERIMENTAL_formDecorators"] {
        put(&mut schema, name, spec[name].clone());
    }
    json!(schema)
}

/// Adds what is there.
fn put(into: &mut Map<String, Value>, name: &str, value: Value) {
    if !value.is_null() {
        into.insert(name.to_owned(), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: Value, expected: Value) {
        assert_eq!(parameter_schema(&template), expected);
    }

    #[test]
    fn each_page_comes_as_it_was_written() {
        let first = json!({
            "title": "Basics",
            "description": "What it is",
            "required": ["name"],
            "properties": { "name": { "type": "string", "ui:autofocus": true } },
        });
        let second = json!({ "properties": { "port": { "type": "integer" } } });
        check(
            json!({
                "metadata": { "name": "service", "title": "Service", "description": "Makes one" },
                "spec": {
                    "parameters": [first, second],
                    "presentation": { "buttonLabels": { "createButtonText": "Go" } },
                    "EXPERIMENTAL_formDecorators": [{ "id": "stamp" }],
                },
            }),
            json!({
                "title": "Service",
                "presentation": { "buttonLabels": { "createButtonText": "Go" } },
                "description": "Makes one",
                "steps": [
                    { "title": "Basics", "description": "What it is", "schema": first },
                    { "title": UNTITLED, "schema": second },
                ],
                "EXPERIMENTAL_formDecorators": [{ "id": "stamp" }],
            }),
        );
    }

    #[test]
    fn one_page_need_not_be_a_list_and_none_is_none() {
        let page = json!({ "title": "All", "properties": {} });
        check(
            json!({ "metadata": { "name": "one" }, "spec": { "parameters": page } }),
            json!({ "title": "one", "steps": [{ "title": "All", "schema": page }] }),
        );
        check(
            json!({ "metadata": { "name": "none" }, "spec": {} }),
            json!({ "title": "none", "steps": [] }),
        );
    }
}
