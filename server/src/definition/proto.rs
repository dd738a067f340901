//! Protocol Buffers: services, their methods, and the messages they carry.

use super::model::{Body, Document, Fact, Group, Operation, Part};
use super::openapi::quoted;
use super::schema::example;
use super::value::{Value, map};
use super::{DEEPEST, depth_of, types};
use indexmap::IndexMap;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FieldOptions, FileDescriptorProto,
    MessageOptions, MethodOptions,
};
use std::collections::{HashMap, HashSet};

/// Reads a file.
///
/// # Errors
/// What is wrong with it, and in which line.
pub(super) fn read(text: &str) -> Result<Document, String> {
    if depth_of(text) > DEEPEST {
        return Err(format!("It is nested deeper than {DEEPEST} levels."));
    }
    let file = protox_parse::parse("definition.proto", text).map_err(|error| {
        let line = error.span().map(|span| {
            let before = text.get(..span.start).unwrap_or(text);
            format!("Line {}: ", before.matches('\n').count() + 1)
        });
        format!("{}{error}", line.unwrap_or_default())
    })?;
    let reader = Reader::of(&file);
    let mut all = IndexMap::new();
    for (at, message) in file.message_type.iter().enumerate() {
        let at = i32::try_from(at).unwrap_or(i32::MAX);
        reader.message(message, "", &[4, at], &mut all);
    }
    for (at, list) in file.enum_type.iter().enumerate() {
        let at = i32::try_from(at).unwrap_or(i32::MAX);
        all.insert(list.name().to_owned(), reader.list(list, &[5, at]));
    }
    let root = map([("types", Value::Map(all))]);
    let groups = reader.services(&file, &root);
    let mut facts = vec![Fact {
        kind: "Package",
        name: file.package().to_owned(),
        text: String::new(),
    }];
    facts.retain(|fact| !fact.name.is_empty());
    facts.extend(file.dependency.iter().map(|name| Fact {
        kind: "Imports",
        name: name.clone(),
        text: String::new(),
    }));
    let syntax = if file.syntax().is_empty() {
        "proto2"
    } else {
        file.syntax()
    };
    Ok(Document {
        format: format!("Protocol Buffers, {syntax}"),
        title: Some(file.package().to_owned()).filter(|name| !name.is_empty()),
        version: None,
        description: reader.comment(&[2]),
        facts,
        groups,
        types_title: "Messages",
        types: types(&root, "#/types"),
        root,
    })
}

struct Reader<'a> {
    package: &'a str,
    /// The comment of each path of the file.
    comments: HashMap<&'a [i32], &'a str>,
    /// The full names of what the file defines, without the package.
    names: HashSet<String>,
}

impl<'a> Reader<'a> {
    fn of(file: &'a FileDescriptorProto) -> Self {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let comments = locations.filter_map(|it| {
            let text = it
                .leading_comments
                .as_deref()
                .or(it.trailing_comments.as_deref())?;
            Some((it.path.as_slice(), text))
        });
        let mut names = HashSet::new();
        for message in &file.message_type {
            collect(message, "", &mut names);
        }
        names.extend(file.enum_type.iter().map(|it| it.name().to_owned()));
        Self {
            package: file.package(),
            comments: comments.collect(),
            names,
        }
    }

    fn comment(&self, path: &[i32]) -> Option<String> {
        let text = self.comments.get(path)?;
        let lines: Vec<&str> = text
            .lines()
            .map(|line| line.strip_prefix(' ').unwrap_or(line))
            .collect();
        Some(lines.join("\n").trim().to_owned()).filter(|text| !text.is_empty())
    }

    /// The reference to a type that is named within `scope`; its bare name when it is another file's.
    fn reference(&self, name: &str, scope: &str) -> Value {
        let absolute = name.strip_prefix('.').unwrap_or(name);
        let absolute = absolute
            .strip_prefix(self.package)
            .and_then(|rest| rest.strip_prefix('.'))
            .unwrap_or(absolute);
        let mut scope = scope;
        loop {
            let full = if scope.is_empty() {
                absolute.to_owned()
            } else {
                format!("{scope}.{absolute}")
            };
            if self.names.contains(&full) {
                return map([("$ref", Value::Text(format!("#/types/{full}")))]);
            }
            if scope.is_empty() {
                return map([("type", absolute.into())]);
            }
            scope = scope.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }

    fn message(
        &self,
        message: &DescriptorProto,
        scope: &str,
        path: &[i32],
        all: &mut IndexMap<String, Value>,
    ) {
        let name = join(scope, message.name());
        let mut properties = IndexMap::new();
        for (at, field) in message.field.iter().enumerate() {
            let path = below(path, 2, at);
            properties.insert(
                field.name().to_owned(),
                self.field(message, field, &name, &path),
            );
        }
        let mut schema = IndexMap::from([("type".to_owned(), Value::from("object"))]);
        if let Some(text) = self.comment(path) {
            schema.insert("description".to_owned(), Value::Text(text));
        }
        schema.insert("properties".to_owned(), Value::Map(properties));
        all.insert(name.clone(), Value::Map(schema));
        for (at, nested) in message.nested_type.iter().enumerate() {
            if !is_entry(nested) {
                self.message(nested, &name, &below(path, 3, at), all);
            }
        }
        for (at, list) in message.enum_type.iter().enumerate() {
            all.insert(
                join(&name, list.name()),
                self.list(list, &below(path, 4, at)),
            );
        }
    }

    fn field(
        &self,
        message: &DescriptorProto,
        field: &FieldDescriptorProto,
        scope: &str,
        path: &[i32],
    ) -> Value {
        let entry = message
            .nested_type
            .iter()
            .find(|it| is_entry(it) && field.type_name().rsplit('.').next() == Some(it.name()));
        let mut schema = match entry {
            Some(entry) => {
                let value = entry.field.iter().find(|it| it.name() == "value");
                let value = value.map_or(Value::Null, |it| self.kind(it, scope));
                map([("type", "map".into()), ("additionalProperties", value)])
            }
            None if field.label() == Label::Repeated => {
                map([("type", "array".into()), ("items", self.kind(field, scope))])
            }
            None => self.kind(field, scope),
        };
        if let Value::Map(schema) = &mut schema {
            let mut text = self.comment(path).unwrap_or_default();
            if let Some(one) = field
                .oneof_index
                .filter(|_| !field.proto3_optional())
                .and_then(|at| message.oneof_decl.get(usize::try_from(at).ok()?))
            {
                text = format!("One of *{}*. {text}", one.name());
            }
            if !text.is_empty() {
                schema.insert("description".to_owned(), Value::Text(text));
            }
            if field.options.as_ref().is_some_and(FieldOptions::deprecated) {
                schema.insert("deprecated".to_owned(), Value::Bool(true));
            }
        }
        schema
    }

    fn kind(&self, field: &FieldDescriptorProto, scope: &str) -> Value {
        if let Some(name) = &field.type_name {
            return self.reference(name, scope);
        }
        map([(
            "type",
            match field.r#type() {
                Type::Double => "double",
                Type::Float => "float",
                Type::Int64 | Type::Sint64 | Type::Sfixed64 => "int64",
                Type::Uint64 | Type::Fixed64 => "uint64",
                Type::Int32 | Type::Sint32 | Type::Sfixed32 => "int32",
                Type::Uint32 | Type::Fixed32 => "uint32",
                Type::Bool => "bool",
                Type::Bytes => "bytes",
                _ => "string",
            }
            .into(),
        )])
    }

    fn list(&self, list: &EnumDescriptorProto, path: &[i32]) -> Value {
        let values = list.value.iter().map(|it| it.name().into());
        let mut schema = IndexMap::from([("type".to_owned(), Value::from("enum"))]);
        let mut text = self.comment(path).unwrap_or_default();
        for (at, value) in list.value.iter().enumerate() {
            if let Some(comment) = self.comment(&below(path, 2, at)) {
                text.push_str(&format!(
                    "\n- `{}`: {}",
                    value.name(),
                    comment.replace('\n', " ")
                ));
            }
        }
        if !text.is_empty() {
            schema.insert("description".to_owned(), Value::Text(text));
        }
        schema.insert("enum".to_owned(), Value::List(values.collect()));
        Value::Map(schema)
    }

    fn services(&self, file: &FileDescriptorProto, root: &Value) -> Vec<Group> {
        let services = file.service.iter().enumerate().map(|(at, service)| {
            let path = below(&[], 6, at);
            let methods = service.method.iter().enumerate().map(|(at, method)| {
                let comment = self.comment(&below(&path, 2, at));
                let body = |title: &str, name: &str, streams: bool| Body {
                    title: title.to_owned(),
                    note: if streams {
                        "stream".to_owned()
                    } else {
                        String::new()
                    },
                    description: None,
                    schema: self.reference(name, ""),
                    examples: Vec::new(),
                };
                let request = body("Request", method.input_type(), method.client_streaming());
                let full = if self.package.is_empty() {
                    service.name().to_owned()
                } else {
                    format!("{}.{}", self.package, service.name())
                };
                let call = format!(
                    "grpcurl -d {} \\\n  localhost:443 {}",
                    quoted(&example(root, &request.schema).pretty()),
                    quoted(&format!("{full}/{}", method.name())),
                );
                Operation {
                    verb: "rpc".to_owned(),
                    name: method.name().to_owned(),
                    summary: comment
                        .as_deref()
                        .and_then(|text| text.lines().next())
                        .map(str::to_owned),
                    description: comment,
                    deprecated: method
                        .options
                        .as_ref()
                        .is_some_and(MethodOptions::deprecated),
                    id: Some(format!("{}.{}", service.name(), method.name())),
                    parts: vec![
                        Part::Call {
                            title: "grpcurl",
                            language: "sh",
                            text: call,
                        },
                        Part::Body(request),
                        Part::Body(body(
                            "Response",
                            method.output_type(),
                            method.server_streaming(),
                        )),
                    ],
                    ..Operation::default()
                }
            });
            Group {
                name: service.name().to_owned(),
                description: self.comment(&path),
                operations: methods.collect(),
            }
        });
        services.collect()
    }
}

fn collect(message: &DescriptorProto, scope: &str, names: &mut HashSet<String>) {
    let name = join(scope, message.name());
    for nested in &message.nested_type {
        collect(nested, &name, names);
    }
    names.extend(message.enum_type.iter().map(|it| join(&name, it.name())));
    names.insert(name);
}

fn join(scope: &str, name: &str) -> String {
    if scope.is_empty() {
        name.to_owned()
    } else {
        format!("{scope}.{name}")
    }
}

fn below(path: &[i32], field: i32, at: usize) -> Vec<i32> {
    [path, &[field, i32::try_from(at).unwrap_or(i32::MAX)]].concat()
}

/// Whether a message is one that a `map` brings along.
fn is_entry(message: &DescriptorProto) -> bool {
    message
        .options
        .as_ref()
        .is_some_and(MessageOptions::map_entry)
}
