//! OpenAPI 2, 3.0 and 3.1.

use super::model::{Body, Document, Fact, Field, Group, Operation, Part};
use super::schema::{example, resolve};
use super::value::Value;
use super::{named, types};

const VERBS: [&str; 8] = [
    "get", "post", "put", "patch", "delete", "head", "options", "trace",
];

/// Reads a parsed document.
pub(super) fn read(root: Value) -> Document {
    let is_old = !root.get("swagger").is_null();
    let version = if is_old {
        root.get("swagger")
    } else {
        root.get("openapi")
    };
    let info = root.get("info");
    let mut groups: Vec<Group> = Vec::new();
    for tag in root.get("tags").list() {
        groups.push(Group {
            name: tag.owned("name").unwrap_or_default(),
            description: tag.owned("description"),
            operations: Vec::new(),
        });
    }
    let paths = root
        .get("paths")
        .fields()
        .map(|(path, item)| (path.to_owned(), item));
    let hooks = root
        .get("webhooks")
        .fields()
        .map(|(name, item)| (format!("webhook {name}"), item));
    for (path, item) in paths.chain(hooks) {
        let item = resolve(&root, item);
        for verb in VERBS {
            let operation = item.get(verb);
            if matches!(operation, Value::Map(_)) {
                let tag = operation.get("tags").list().first().and_then(Value::text);
                let operation = read_operation(&root, &path, verb, item, operation, is_old);
                named(&mut groups, tag.unwrap_or("Operations"))
                    .operations
                    .push(operation);
            }
        }
    }
    groups.retain(|group| !group.operations.is_empty());
    let place = if is_old {
        "#/definitions"
    } else {
        "#/components/schemas"
    };
    Document {
        format: format!("OpenAPI {}", version.short()),
        title: info.owned("title"),
        version: Some(info.get("version").short()).filter(|_| !info.get("version").is_null()),
        description: info.owned("description"),
        facts: facts(&root, is_old),
        groups,
        types_title: "Schemas",
        types: types(&root, place),
        root,
    }
}

fn facts(root: &Value, is_old: bool) -> Vec<Fact> {
    let mut facts = Vec::new();
    let fact = |kind, name: String, text: String| Fact { kind, name, text };
    for server in servers(root, is_old) {
        facts.push(fact("Server", server.0, server.1));
    }
    let schemes = if is_old {
        root.get("securityDefinitions")
    } else {
        root.get("components").get("securitySchemes")
    };
    for (name, scheme) in schemes.fields() {
        let scheme = resolve(root, scheme);
        let mut words: Vec<String> = [
            "type",
            "scheme",
            "bearerFormat",
            "in",
            "name",
            "flow",
            "openIdConnectUrl",
        ]
        .into_iter()
        .filter_map(|key| scheme.owned(key))
        .collect();
        words.extend(scheme.owned("description"));
        facts.push(fact("Security", name.to_owned(), words.join(" · ")));
    }
    let info = root.get("info");
    let contact = info.get("contact");
    let words: Vec<String> = ["name", "email", "url"]
        .into_iter()
        .filter_map(|key| contact.owned(key))
        .collect();
    if !words.is_empty() {
        facts.push(fact("Contact", words.join(" · "), String::new()));
    }
    if let Some(license) = info.get("license").owned("name") {
        facts.push(fact("Licence", license, String::new()));
    }
    facts
}

fn servers(root: &Value, is_old: bool) -> Vec<(String, String)> {
    if is_old {
        let Some(host) = root.get("host").text() else {
            return Vec::new();
        };
        let scheme = root
            .get("schemes")
            .list()
            .first()
            .and_then(Value::text)
            .unwrap_or("https");
        let base = root.get("basePath").text().unwrap_or_default();
        return vec![(format!("{scheme}://{host}{base}"), String::new())];
    }
    let servers = root.get("servers").list().iter();
    servers
        .map(|server| {
            let mut text = server.owned("description").unwrap_or_default();
            for (name, variable) in server.get("variables").fields() {
                text.push_str(&format!(" · {name}: {}", variable.get("default").short()));
            }
            (
                server.owned("url").unwrap_or_default(),
                text.trim_start_matches(" · ").to_owned(),
            )
        })
        .collect()
}

fn read_operation(
    root: &Value,
    path: &str,
    verb: &str,
    item: &Value,
    operation: &Value,
    is_old: bool,
) -> Operation {
    let mut parts = Vec::new();
    let mut parameters: Vec<&Value> = Vec::new();
    for parameter in item
        .get("parameters")
        .list()
        .iter()
        .chain(operation.get("parameters").list())
    {
        let parameter = resolve(root, parameter);
        let same = |it: &&Value| {
            it.get("name") == parameter.get("name") && it.get("in") == parameter.get("in")
        };
        match parameters.iter().position(same) {
            Some(at) => parameters[at] = parameter,
            None => parameters.push(parameter),
        }
    }
    let is_body = |it: &&&Value| is_old && it.get("in").text() == Some("body");
    let fields: Vec<Field> = parameters
        .iter()
        .filter(|it| !is_body(it))
        .map(|it| read_parameter(it, is_old))
        .collect();
    let mut request = None;
    if let Some(body) = parameters.iter().find(is_body) {
        request = Some(Body {
            title: "Request".to_owned(),
            note: first(operation.get("consumes"), root.get("consumes")),
            description: body.owned("description"),
            schema: body.get("schema").clone(),
            examples: Vec::new(),
        });
    }
    let body = resolve(root, operation.get("requestBody"));
    let mut bodies = contents(root, "Request", body);
    bodies.extend(request);
    parts.push(Part::Call {
        title: "curl",
        language: "sh",
        text: curl(root, path, verb, &fields, bodies.first(), is_old),
    });
    if !fields.is_empty() {
        parts.push(Part::Fields {
            title: "Parameters".to_owned(),
            fields,
        });
    }
    parts.extend(bodies.into_iter().map(Part::Body));
    for (status, response) in operation.get("responses").fields() {
        let response = resolve(root, response);
        if is_old {
            let examples = response
                .get("examples")
                .fields()
                .map(|(name, it)| (name.to_owned(), it.clone()));
            parts.push(Part::Body(Body {
                title: status.to_owned(),
                note: if response.get("schema").is_null() {
                    String::new()
                } else {
                    first(operation.get("produces"), root.get("produces"))
                },
                description: response.owned("description"),
                schema: response.get("schema").clone(),
                examples: examples.collect(),
            }));
        } else {
            parts.extend(contents(root, status, response).into_iter().map(Part::Body));
        }
    }
    let security = match operation.get("security") {
        Value::Null => root.get("security"),
        own => own,
    };
    let security = security.list().iter().map(|way| {
        let names: Vec<String> = way
            .fields()
            .map(|(name, scopes)| {
                let scopes: Vec<String> = scopes.list().iter().map(Value::short).collect();
                if scopes.is_empty() {
                    name.to_owned()
                } else {
                    format!("{name} ({})", scopes.join(", "))
                }
            })
            .collect();
        if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(" + ")
        }
    });
    Operation {
        verb: verb.to_uppercase(),
        name: path.to_owned(),
        id: operation.owned("operationId"),
        summary: operation.owned("summary"),
        description: operation.owned("description"),
        deprecated: operation.get("deprecated").is_true(),
        security: security.collect(),
        parts,
    }
}

fn first(own: &Value, all: &Value) -> String {
    let list = if own.list().is_empty() { all } else { own };
    list.list().first().map(Value::short).unwrap_or_default()
}

fn read_parameter(parameter: &Value, is_old: bool) -> Field {
    let schema = if is_old {
        parameter.clone()
    } else if parameter.get("schema").is_null() {
        parameter
            .get("content")
            .fields()
            .next()
            .map_or(Value::Null, |(_, it)| it.get("schema").clone())
    } else {
        parameter.get("schema").clone()
    };
    // What the parameter says of itself is shown beside its name, not in its type.
    let schema = match schema {
        Value::Map(mut fields) if is_old => {
            for key in ["description", "name", "in", "required"] {
                fields.shift_remove(key);
            }
            Value::Map(fields)
        }
        schema => schema,
    };
    Field {
        name: parameter.owned("name").unwrap_or_default(),
        place: parameter.owned("in").unwrap_or_default(),
        required: parameter.get("required").is_true(),
        deprecated: parameter.get("deprecated").is_true(),
        description: parameter.owned("description"),
        schema,
    }
}

/// A request or response of each media type; one of none where there is nothing but its meaning.
fn contents(root: &Value, title: &str, holder: &Value) -> Vec<Body> {
    let description = holder.owned("description");
    let mut bodies: Vec<Body> = Vec::new();
    for (media, content) in holder.get("content").fields() {
        let mut examples: Vec<(String, Value)> = Vec::new();
        if !content.get("example").is_null() {
            examples.push(("Example".to_owned(), content.get("example").clone()));
        }
        for (name, given) in content.get("examples").fields() {
            let given = resolve(root, given);
            let name = given.owned("summary").unwrap_or_else(|| name.to_owned());
            examples.push((name, given.get("value").clone()));
        }
        bodies.push(Body {
            title: title.to_owned(),
            note: media.to_owned(),
            description: if bodies.is_empty() {
                description.clone()
            } else {
                None
            },
            schema: content.get("schema").clone(),
            examples,
        });
    }
    if bodies.is_empty() && !holder.is_null() {
        bodies.push(Body {
            title: title.to_owned(),
            note: String::new(),
            description,
            schema: Value::Null,
            examples: Vec::new(),
        });
    }
    bodies
}

/// What to type into a shell. Everything that came from the document is quoted.
fn curl(
    root: &Value,
    path: &str,
    verb: &str,
    fields: &[Field],
    body: Option<&Body>,
    is_old: bool,
) -> String {
    let server = servers(root, is_old)
        .into_iter()
        .next()
        .map_or_else(|| "https://example.com".to_owned(), |(url, _)| url);
    let mut url = format!("{}{path}", server.trim_end_matches('/'));
    let required = fields
        .iter()
        .filter(|field| field.required && field.place == "query");
    for (at, field) in required.enumerate() {
        let value = example(root, &field.schema).short();
        let value: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
        url.push_str(&format!(
            "{}{}={value}",
            if at == 0 { '?' } else { '&' },
            field.name
        ));
    }
    let mut command = format!("curl -X {} {}", verb.to_uppercase(), quoted(&url));
    for field in fields
        .iter()
        .filter(|field| field.required && field.place == "header")
    {
        let value = example(root, &field.schema).short();
        command.push_str(&format!(
            " \\\n  -H {}",
            quoted(&format!("{}: {value}", field.name))
        ));
    }
    if let Some(body) = body.filter(|body| !body.schema.is_null()) {
        command.push_str(&format!(
            " \\\n  -H {}",
            quoted(&format!("Content-Type: {}", body.note))
        ));
        let given = body.examples.first().map(|(_, value)| value.clone());
        let value = given.unwrap_or_else(|| example(root, &body.schema));
        command.push_str(&format!(" \\\n  -d {}", quoted(&value.pretty())));
    }
    command
}

/// One word of a shell, whatever stands in it.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}
