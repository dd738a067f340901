//! What a template asks for: names of parameters and of secrets, and whether anything uses them.

use super::Findings;
use super::references::Uses;
use crate::pointer::escaped;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// How deep schemas stand in one another.
const DEEPEST: usize = 32;
/// Secrets that every task has.
const ALWAYS: [&str; 2] = ["backstageToken", "__initiatorCredentials"];

/// The names that a template declares.
#[derive(Debug, Default)]
pub(super) struct Declared {
    /// Parameters, with where each stands first.
    pub(super) parameters: BTreeMap<String, String>,
    pub(super) secrets: BTreeSet<String>,
    /// Parameters that decide about others in the form.
    decisive: BTreeSet<String>,
    /// Whether names may come that are not written here.
    pub(super) is_open: bool,
}

impl Declared {
    pub(super) fn of(parameters: &Value, secrets: &Value) -> Self {
        let mut declared = Self::default();
        let pointer = "/spec/parameters";
        match parameters {
            Value::Array(pages) => {
                for (index, page) in pages.iter().enumerate() {
                    declared.page(page, &format!("{pointer}/{index}"), 0);
                }
            }
            page => declared.page(page, pointer, 0),
        }
        declared.secrets.extend(ALWAYS.map(str::to_owned));
        let names = secrets["properties"].as_object().into_iter().flatten();
        declared.secrets.extend(names.map(|(name, _)| name.clone()));
        declared
    }

    /// Properties of a page, and those that come with others.
    fn page(&mut self, schema: &Value, pointer: &str, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        // Schemas are shared in ways that cannot be seen from here.
        self.is_open |= schema.get("$ref").is_some();
        if let Some(properties) = schema["properties"].as_object() {
            for (name, property) in properties {
                let pointer = format!("{pointer}/properties/{}", escaped(name));
                self.property(name, property, &pointer);
            }
        }
        if let Some(dependencies) = schema["dependencies"].as_object() {
            for (name, dependency) in dependencies {
                self.decisive.insert(name.clone());
                let pointer = format!("{pointer}/dependencies/{}", escaped(name));
                self.page(dependency, &pointer, depth + 1);
            }
        }
        for key in ["if", "then", "else", "not"] {
            if schema[key].is_object() {
                self.page(&schema[key], &format!("{pointer}/{key}"), depth + 1);
            }
        }
        for key in ["allOf", "anyOf", "oneOf"] {
            for (index, part) in schema[key].as_array().into_iter().flatten().enumerate() {
                self.page(part, &format!("{pointer}/{key}/{index}"), depth + 1);
            }
        }
        let conditions = schema["if"]["properties"].as_object();
        let decisive = conditions
            .into_iter()
            .flatten()
            .map(|(name, _)| name.clone());
        self.decisive.extend(decisive);
    }

    fn property(&mut self, name: &str, property: &Value, pointer: &str) {
        if property["ui:field"] == "Secret" {
            self.secrets.insert(name.to_owned());
        }
        // A value that is the only one confirms something, and decides about going on.
        if property.get("const").is_some() {
            self.decisive.insert(name.to_owned());
        }
        let credentials = &property["ui:options"]["requestUserCredentials"]["secretsKey"];
        self.secrets.extend(credentials.as_str().map(str::to_owned));
        self.parameters
            .entry(name.to_owned())
            .or_insert_with(|| pointer.to_owned());
    }
}

/// Parameters that are asked for and nothing comes of.
pub(super) fn look_for_unused(declared: &Declared, uses: &Uses<'_>, findings: &mut Findings<'_>) {
    if uses.hands_on_all {
        return;
    }
    for (name, pointer) in &declared.parameters {
        let is_used = uses.parameters.contains(name)
            || declared.decisive.contains(name)
            || declared.secrets.contains(name);
        if !is_used {
            let message = format!("nothing uses the parameter {name:?}; use it or leave it out");
            findings.warning(pointer, message);
        }
    }
}
