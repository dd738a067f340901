//! GraphQL schemas: what can be asked, changed and followed, and the types of it.

use super::model::{Body, Document, Field, Group, Operation, Part};
use super::schema::resolve;
use super::value::{Value, map};
use super::{depth_of, named, types};
use apollo_parser::Parser;
use apollo_parser::cst::{self, CstNode, Definition};
use indexmap::IndexMap;

/// How much of a schema is read.
const TOKENS: usize = 2_000_000;
const DEEPEST: usize = 64;

/// Reads a schema.
///
/// # Errors
/// The first thing that is wrong, and in which line.
pub(super) fn read(text: &str) -> Result<Document, String> {
    if depth_of(text) > DEEPEST {
        return Err(format!("It is nested deeper than {DEEPEST} levels."));
    }
    let tree = Parser::new(text)
        .recursion_limit(DEEPEST)
        .token_limit(TOKENS)
        .parse();
    if let Some(error) = tree.errors().next() {
        let before = text.get(..error.index()).unwrap_or(text);
        return Err(format!(
            "Line {}: {}",
            before.matches('\n').count() + 1,
            error.message()
        ));
    }
    let document = tree.document();
    let mut roots = [
        ("query", "Query".to_owned()),
        ("mutation", "Mutation".to_owned()),
        ("subscription", "Subscription".to_owned()),
    ];
    let mut description = None;
    let mut all: IndexMap<String, Value> = IndexMap::new();
    let mut operations: Vec<(String, cst::FieldsDefinition)> = Vec::new();
    for definition in document.definitions() {
        if let Definition::SchemaDefinition(schema) = &definition {
            description = described(schema.description());
            for root in schema.root_operation_type_definitions() {
                let verb = root
                    .operation_type()
                    .map(|it| source(&it))
                    .unwrap_or_default();
                let name = root.named_type().map(|it| source(&it)).unwrap_or_default();
                if let Some(known) = roots.iter_mut().find(|(known, _)| *known == verb) {
                    known.1 = name;
                }
            }
        }
    }
    for definition in document.definitions() {
        let Some((name, fields, schema)) = read_type(&definition) else {
            continue;
        };
        match roots.iter().find(|(_, root)| *root == name) {
            Some((verb, _)) => operations.extend(fields.map(|fields| ((*verb).to_owned(), fields))),
            None => match (all.get_mut(&name), schema) {
                // What extends a type adds to it.
                (Some(Value::Map(known)), Value::Map(more)) => {
                    if let (Some(Value::Map(known)), Some(Value::Map(more))) =
                        (known.get_mut("properties"), more.get("properties"))
                    {
                        known.extend(more.clone());
                    }
                }
                (_, schema) => {
                    all.insert(name, schema);
                }
            },
        }
    }
    let root = map([("types", Value::Map(all))]);
    let mut groups: Vec<Group> = Vec::new();
    for (verb, fields) in operations {
        let title = match verb.as_str() {
            "query" => "Queries",
            "mutation" => "Mutations",
            _ => "Subscriptions",
        };
        let group = named(&mut groups, title);
        group.operations.extend(
            fields
                .field_definitions()
                .map(|field| operation(&root, &verb, &field)),
        );
    }
    Ok(Document {
        format: "GraphQL".to_owned(),
        title: None,
        version: None,
        description,
        facts: Vec::new(),
        groups,
        types_title: "Types",
        types: types(&root, "#/types"),
        root,
    })
}

fn source(node: &impl CstNode) -> String {
    node.source_string().trim().to_owned()
}

fn described(description: Option<cst::Description>) -> Option<String> {
    description?.string_value().map(String::from)
}

fn name_of(name: Option<cst::Name>) -> String {
    name.map(|name| name.text().to_string()).unwrap_or_default()
}

type Read = (String, Option<cst::FieldsDefinition>, Value);

fn read_type(definition: &Definition) -> Option<Read> {
    match definition {
        Definition::ObjectTypeDefinition(it) => Some(object(
            it.name(),
            described(it.description()),
            it.fields_definition(),
        )),
        Definition::ObjectTypeExtension(it) => {
            Some(object(it.name(), None, it.fields_definition()))
        }
        Definition::InterfaceTypeDefinition(it) => Some(object(
            it.name(),
            described(it.description()),
            it.fields_definition(),
        )),
        Definition::InterfaceTypeExtension(it) => {
            Some(object(it.name(), None, it.fields_definition()))
        }
        Definition::InputObjectTypeDefinition(it) => {
            let fields = it
                .input_fields_definition()
                .into_iter()
                .flat_map(|it| it.input_value_definitions());
            let mut required = Vec::new();
            let mut properties = IndexMap::new();
            for field in fields {
                let name = name_of(field.name());
                let (schema, needed) = schema_of(field.ty());
                if needed && field.default_value().is_none() {
                    required.push(Value::from(name.as_str()));
                }
                properties.insert(
                    name,
                    with(
                        schema,
                        described(field.description()),
                        field.default_value(),
                        field.directives(),
                    ),
                );
            }
            Some((
                name_of(it.name()),
                None,
                whole(described(it.description()), required, properties),
            ))
        }
        Definition::EnumTypeDefinition(it) => {
            let mut text = described(it.description()).unwrap_or_default();
            let mut values = Vec::new();
            for value in it
                .enum_values_definition()
                .into_iter()
                .flat_map(|it| it.enum_value_definitions())
            {
                let name = value
                    .enum_value()
                    .map(|it| it.text().to_string())
                    .unwrap_or_default();
                if let Some(about) = described(value.description()) {
                    text.push_str(&format!("\n- `{name}`: {}", about.replace('\n', " ")));
                }
                values.push(Value::Text(name));
            }
            let schema = map([("type", "enum".into()), ("enum", Value::List(values))]);
            Some((
                name_of(it.name()),
                None,
                with(schema, Some(text), None, None),
            ))
        }
        Definition::UnionTypeDefinition(it) => {
            let members = it
                .union_member_types()
                .into_iter()
                .flat_map(|it| it.named_types());
            let members = members.map(|it| reference(&source(&it)));
            let schema = map([("oneOf", Value::List(members.collect()))]);
            Some((
                name_of(it.name()),
                None,
                with(schema, described(it.description()), None, None),
            ))
        }
        Definition::ScalarTypeDefinition(it) => {
            let schema = map([("type", "scalar".into())]);
            Some((
                name_of(it.name()),
                None,
                with(schema, described(it.description()), None, None),
            ))
        }
        _ => None,
    }
}

fn object(
    name: Option<cst::Name>,
    description: Option<String>,
    fields: Option<cst::FieldsDefinition>,
) -> Read {
    let mut required = Vec::new();
    let mut properties = IndexMap::new();
    for field in fields
        .iter()
        .flat_map(cst::FieldsDefinition::field_definitions)
    {
        let name = name_of(field.name());
        let (schema, never_null) = schema_of(field.ty());
        if never_null {
            required.push(Value::from(name.as_str()));
        }
        properties.insert(
            name,
            with(
                schema,
                described(field.description()),
                None,
                field.directives(),
            ),
        );
    }
    (
        name_of(name),
        fields,
        whole(description, required, properties),
    )
}

fn whole(
    description: Option<String>,
    required: Vec<Value>,
    properties: IndexMap<String, Value>,
) -> Value {
    let schema = map([
        ("type", "object".into()),
        ("required", Value::List(required)),
        ("properties", Value::Map(properties)),
    ]);
    with(schema, description, None, None)
}

fn with(
    schema: Value,
    description: Option<String>,
    default: Option<cst::DefaultValue>,
    directives: Option<cst::Directives>,
) -> Value {
    let Value::Map(mut fields) = schema else {
        return schema;
    };
    if let Some(text) = description.filter(|text| !text.is_empty()) {
        fields.insert("description".to_owned(), Value::Text(text));
    }
    if let Some(value) = default.and_then(|it| it.value()) {
        fields.insert("default".to_owned(), Value::Text(source(&value)));
    }
    if is_deprecated(directives) {
        fields.insert("deprecated".to_owned(), Value::Bool(true));
    }
    Value::Map(fields)
}

fn is_deprecated(directives: Option<cst::Directives>) -> bool {
    directives.is_some_and(|it| it.directives().any(|it| name_of(it.name()) == "deprecated"))
}

fn reference(name: &str) -> Value {
    match name {
        "String" | "Int" | "Float" | "Boolean" | "ID" => map([("type", name.into())]),
        name => map([("$ref", Value::Text(format!("#/types/{name}")))]),
    }
}

/// The schema of a type, and whether it is never null.
fn schema_of(ty: Option<cst::Type>) -> (Value, bool) {
    match ty {
        Some(cst::Type::NamedType(it)) => (reference(&name_of(it.name())), false),
        Some(cst::Type::ListType(it)) => {
            let (items, _) = schema_of(it.ty());
            (map([("type", "array".into()), ("items", items)]), false)
        }
        Some(cst::Type::NonNullType(it)) => {
            let inner = it
                .named_type()
                .map(cst::Type::NamedType)
                .or(it.list_type().map(cst::Type::ListType));
            (schema_of(inner).0, true)
        }
        None => (Value::Null, false),
    }
}

fn operation(root: &Value, verb: &str, field: &cst::FieldDefinition) -> Operation {
    let name = name_of(field.name());
    let arguments = field
        .arguments_definition()
        .into_iter()
        .flat_map(|it| it.input_value_definitions());
    let fields: Vec<Field> = arguments
        .map(|it| {
            let (schema, required) = schema_of(it.ty());
            Field {
                name: name_of(it.name()),
                place: String::new(),
                required: required && it.default_value().is_none(),
                deprecated: is_deprecated(it.directives()),
                description: described(it.description()),
                schema: with(schema, None, it.default_value(), None),
            }
        })
        .collect();
    let (schema, _) = schema_of(field.ty());
    let text = described(field.description());
    let mut parts = vec![Part::Call {
        title: "Example",
        language: "graphql",
        text: call(root, verb, field, &fields, &schema),
    }];
    if !fields.is_empty() {
        parts.push(Part::Fields {
            title: "Arguments".to_owned(),
            fields,
        });
    }
    parts.push(Part::Body(Body {
        title: "Answer".to_owned(),
        note: field.ty().map(|it| source(&it)).unwrap_or_default(),
        description: None,
        schema,
        examples: Vec::new(),
    }));
    Operation {
        verb: verb.to_owned(),
        id: Some(format!("{verb}.{name}")),
        name,
        summary: text
            .as_deref()
            .and_then(|text| text.lines().next())
            .map(str::to_owned),
        description: text,
        deprecated: is_deprecated(field.directives()),
        parts,
        ..Operation::default()
    }
}

/// A question that asks for what has no parts of its own.
fn call(
    root: &Value,
    verb: &str,
    field: &cst::FieldDefinition,
    fields: &[Field],
    schema: &Value,
) -> String {
    let name = name_of(field.name());
    let arguments = field
        .arguments_definition()
        .into_iter()
        .flat_map(|it| it.input_value_definitions());
    let variables: Vec<String> = arguments
        .map(|it| {
            format!(
                "${}: {}",
                name_of(it.name()),
                it.ty().map(|it| source(&it)).unwrap_or_default()
            )
        })
        .collect();
    let passed: Vec<String> = fields
        .iter()
        .map(|it| format!("{0}: ${0}", it.name))
        .collect();
    let wrap = |list: &[String]| {
        if list.is_empty() {
            String::new()
        } else {
            format!("({})", list.join(", "))
        }
    };
    let mut target = resolve(root, schema);
    while !target.get("items").is_null() {
        target = resolve(root, target.get("items"));
    }
    let leaves: Vec<String> = target
        .get("properties")
        .fields()
        .filter(|(_, it)| {
            let it = resolve(root, it);
            it.get("properties").is_null() && it.get("items").is_null() && it.get("oneOf").is_null()
        })
        .take(12)
        .map(|(name, _)| format!("    {name}\n"))
        .collect();
    let selection = if leaves.is_empty() && target.get("oneOf").is_null() {
        String::new()
    } else if leaves.is_empty() {
        " {\n    __typename\n  }".to_owned()
    } else {
        format!(" {{\n{}  }}", leaves.concat())
    };
    format!(
        "{verb} {name}{} {{\n  {name}{}{selection}\n}}",
        wrap(&variables),
        wrap(&passed)
    )
}
