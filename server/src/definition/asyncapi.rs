//! `AsyncAPI` 2 and 3.

use super::model::{Body, Document, Fact, Field, Group, Operation, Part};
use super::schema::resolve;
use super::value::Value;
use super::{named, types};

/// Reads a parsed document.
pub(super) fn read(root: Value) -> Document {
    let info = root.get("info");
    let is_old = root.get("asyncapi").short().starts_with('2');
    let mut groups: Vec<Group> = Vec::new();
    if is_old {
        for (name, channel) in root.get("channels").fields() {
            let channel = resolve(&root, channel);
            for verb in ["publish", "subscribe"] {
                let operation = channel.get(verb);
                if matches!(operation, Value::Map(_)) {
                    let messages = messages_of(&root, operation.get("message"));
                    add(
                        &mut groups,
                        &root,
                        verb,
                        name,
                        channel,
                        operation,
                        messages,
                        "Channels",
                    );
                }
            }
        }
    } else {
        for (name, operation) in root.get("operations").fields() {
            let operation = resolve(&root, operation);
            let channel = resolve(&root, operation.get("channel"));
            let mut messages: Vec<Value> = operation.get("messages").list().to_vec();
            if messages.is_empty() {
                messages = channel
                    .get("messages")
                    .fields()
                    .map(|(_, it)| it.clone())
                    .collect();
            }
            let address = channel.owned("address").unwrap_or_else(|| name.to_owned());
            let verb = operation.owned("action").unwrap_or_default();
            add(
                &mut groups,
                &root,
                &verb,
                &address,
                channel,
                operation,
                messages,
                "Operations",
            );
        }
    }
    Document {
        format: format!("AsyncAPI {}", root.get("asyncapi").short()),
        title: info.owned("title"),
        version: Some(info.get("version").short()).filter(|_| !info.get("version").is_null()),
        description: info.owned("description"),
        facts: facts(&root),
        groups,
        types_title: "Schemas",
        types: types(&root, "#/components/schemas"),
        root,
    }
}

#[expect(clippy::too_many_arguments, reason = "one call for either version")]
fn add(
    groups: &mut Vec<Group>,
    root: &Value,
    verb: &str,
    address: &str,
    channel: &Value,
    operation: &Value,
    messages: Vec<Value>,
    otherwise: &str,
) {
    let tag = operation
        .get("tags")
        .list()
        .first()
        .and_then(|tag| resolve(root, tag).owned("name"));
    let fields: Vec<Field> = channel
        .get("parameters")
        .fields()
        .map(|(name, parameter)| {
            let parameter = resolve(root, parameter);
            Field {
                name: name.to_owned(),
                place: String::new(),
                required: true,
                deprecated: false,
                description: parameter.owned("description"),
                schema: if parameter.get("schema").is_null() {
                    parameter.clone()
                } else {
                    parameter.get("schema").clone()
                },
            }
        })
        .collect();
    let mut parts = Vec::new();
    if !fields.is_empty() {
        parts.push(Part::Fields {
            title: "Parameters".to_owned(),
            fields,
        });
    }
    for message in messages {
        parts.extend(read_message(root, &message));
    }
    let said = |key: &str| operation.owned(key);
    named(groups, tag.as_deref().unwrap_or(otherwise))
        .operations
        .push(Operation {
            verb: verb.to_owned(),
            name: address.to_owned(),
            id: said("operationId"),
            summary: said("summary")
                .or_else(|| said("title"))
                .or_else(|| channel.owned("description").filter(|it| it.len() < 120)),
            description: said("description").or_else(|| channel.owned("description")),
            parts,
            ..Operation::default()
        });
}

fn messages_of(root: &Value, message: &Value) -> Vec<Value> {
    let message = resolve(root, message);
    match message.get("oneOf").list() {
        [] if message.is_null() => Vec::new(),
        [] => vec![message.clone()],
        several => several.to_vec(),
    }
}

fn read_message(root: &Value, message: &Value) -> Vec<Part> {
    let message = resolve(root, message);
    let title = message
        .owned("title")
        .or_else(|| message.owned("name"))
        .unwrap_or_else(|| "Message".to_owned());
    let media = message
        .owned("contentType")
        .or_else(|| root.owned("defaultContentType"));
    let examples = message.get("examples").list().iter().map(|given| {
        let name = given.owned("summary").or_else(|| given.owned("name"));
        (
            name.unwrap_or_else(|| "Example".to_owned()),
            given.get("payload").clone(),
        )
    });
    let payload = message.get("payload");
    // A payload of another schema language stands within `schema`.
    let payload = if payload.get("schemaFormat").is_null() {
        payload
    } else {
        payload.get("schema")
    };
    let mut parts = vec![Part::Body(Body {
        title: title.clone(),
        note: media.unwrap_or_default(),
        description: message
            .owned("description")
            .or_else(|| message.owned("summary")),
        schema: payload.clone(),
        examples: examples.collect(),
    })];
    let headers = resolve(root, message.get("headers"));
    if !headers.is_null() {
        parts.push(Part::Body(Body {
            title: format!("{title}: headers"),
            note: String::new(),
            description: None,
            schema: headers.clone(),
            examples: Vec::new(),
        }));
    }
    parts
}

fn facts(root: &Value) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (name, server) in root.get("servers").fields() {
        let server = resolve(root, server);
        let url = server.owned("url").unwrap_or_else(|| {
            let part = |key: &str| server.owned(key).unwrap_or_default();
            format!(
                "{}://{}{}",
                part("protocol"),
                part("host"),
                part("pathname")
            )
        });
        let words: Vec<String> = [
            Some(name.to_owned()),
            server.owned("protocol"),
            server.owned("description"),
        ]
        .into_iter()
        .flatten()
        .collect();
        facts.push(Fact {
            kind: "Server",
            name: url,
            text: words.join(" · "),
        });
    }
    for (name, scheme) in root.get("components").get("securitySchemes").fields() {
        let scheme = resolve(root, scheme);
        let words: Vec<String> = ["type", "scheme", "in", "description"]
            .into_iter()
            .filter_map(|key| scheme.owned(key))
            .collect();
        facts.push(Fact {
            kind: "Security",
            name: name.to_owned(),
            text: words.join(" · "),
        });
    }
    let contact = root.get("info").get("contact");
    let words: Vec<String> = ["name", "email", "url"]
        .into_iter()
        .filter_map(|key| contact.owned(key))
        .collect();
    if !words.is_empty() {
        facts.push(Fact {
            kind: "Contact",
            name: words.join(" · "),
            text: String::new(),
        });
    }
    facts
}
