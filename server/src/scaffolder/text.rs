//! A template as it is being written.

use super::check::is_template;
use super::parameters::API_VERSION;
use crate::ingest::parse::parse;
use crate::ingest::validate::custom::Kinds;
use crate::ingest::validate::validate;
use app::error::ApiError;
use serde_json::{Map, Value};

/// The longest text that is looked at, in bytes.
const MAX_BYTES: usize = 256 * 1024;
/// Faults that are told at a time: who has more mends the first ones first.
const MAX_FAULTS: usize = 10;

/// What a text begins with where no template is chosen.
pub(super) const NEW: &str = "\
apiVersion: scaffolder.backstage.io/v1beta3
kind: Template
metadata:
  name: new-service
  title: New service
  description: Says in a sentence what it makes.
spec:
  type: service
  owner: my-team
  parameters:
    - title: The service
      required: [name]
      properties:
        name:
          title: Name
          type: string
          ui:field: EntityNamePicker
          ui:autofocus: true
        owner:
          title: Owner
          type: string
          ui:field: OwnerPicker
  steps:
    - id: log
      name: Say hello
      action: debug:log
      input:
        message: Hello, ${{ parameters.name }}
";

/// The first template of a text, and what is wrong with it, each with its line.
///
/// # Errors
/// [`ApiError::Invalid`] with the line where the text is no YAML, or when no template is in it.
pub(super) fn read(text: &str) -> Result<(Value, Vec<String>), ApiError> {
    let mut template = None;
    for document in parse(text.as_bytes(), MAX_BYTES) {
        let document = document
            .map_err(|broken| invalid(format!("Line {}: {}", broken.line, broken.message)))?;
        if is_template(&document.value) {
            template = Some(document);
            break;
        }
    }
    let template = template.ok_or_else(|| {
        let message = "The text holds no template: a document with `kind: Template`";
        invalid(message.to_owned())
    })?;
    let mut value = template.value;
    let version = value["apiVersion"].as_str().unwrap_or_default();
    let mut notes = Vec::new();
    if version != API_VERSION {
        let line = template.lines.of("/apiVersion");
        notes.push(format!("Line {line}: apiVersion must be {API_VERSION}"));
    }
    if let Err(faults) = validate(&mut value, &Kinds::default()) {
        let told = faults.iter().take(MAX_FAULTS);
        notes.extend(told.map(|fault| format!("Line {}: {fault}", template.lines.of(&fault.path))));
    }
    Ok((value, notes))
}

/// A template of the catalog as its file may have had it: without what the catalog has added.
pub(super) fn write(entity: &Value) -> String {
    let mut entity = entity.clone();
    if let Value::Object(fields) = &mut entity {
        fields.shift_remove("relations");
        fields.shift_remove("status");
        // In the order in which people write it.
        let mut ordered = Map::new();
        for name in ["apiVersion", "kind", "metadata", "spec"] {
            if let Some(value) = fields.shift_remove(name) {
                ordered.insert(name.to_owned(), value);
            }
        }
        ordered.append(fields);
        *fields = ordered;
    }
    if let Some(Value::Object(metadata)) = entity.get_mut("metadata") {
        metadata.shift_remove("uid");
        metadata.shift_remove("etag");
        if let Some(Value::Object(annotations)) = metadata.get_mut("annotations") {
            annotations.retain(|name, _| !name.starts_with("backstage.io/"));
            if annotations.is_empty() {
                metadata.shift_remove("annotations");
            }
        }
    }
    serde_yaml::to_string(&entity).unwrap_or_default()
}

fn invalid(message: String) -> ApiError {
    ApiError::invalid("text", message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_reads_back() {
        let entity = json!({
            "apiVersion": API_VERSION,
            "kind": "Template",
            "metadata": {
                "annotations": { "backstage.io/managed-by-location": "file:x" },
                "etag": "1", "name": "t", "namespace": "default", "uid": "2",
            },
            "relations": [],
            "spec": {
                "steps": [{ "action": "a", "input": { "text": "${{ parameters.x }}: yes\n" } }],
                "parameters": { "properties": { "z": { "type": "string" }, "a": { "default": "1" } } },
                "type": "service",
            },
        });
        let text = write(&entity);
        assert!(
            !text.contains("uid") && !text.contains("relations"),
            "{text}"
        );
        assert!(text.find("apiVersion") < text.find("metadata"), "{text}");
        let (read, notes) = read(&text).unwrap();
        assert_eq!(notes, Vec::<String>::new());
        assert_eq!(read["spec"], entity["spec"]);
        assert!(super::read(NEW).unwrap().1.is_empty());
    }

    #[test]
    fn what_is_wrong_has_its_line() {
        let check = |text: &str, expected: &str| {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        };
        check("kind: Template\nspec: [", "Line ");
        check("kind: Component\n", "no template");
        let read_with = |version: &str| {
            let rest = "kind: Template\nmetadata:\n  name: t\nspec:\n  type: 7\n  steps: []\n";
            read(&format!("apiVersion: {version}\n{rest}")).unwrap().1
        };
        let notes = read_with("x/v1");
        assert!(notes[0].starts_with("Line 1: apiVersion"), "{notes:?}");
        let notes = read_with(API_VERSION);
        assert!(notes[0].starts_with("Line 6: "), "{notes:?}");
    }
}
