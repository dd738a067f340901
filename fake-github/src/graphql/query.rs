//! GitHub's published schema of its GraphQL API, held against what is asked.
//!
//! The types that are served here stand in `description/graphql.json`; see the text beside it.

use apollo_parser::Parser;
use apollo_parser::cst::{self, CstNode, Definition, Selection};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::LazyLock;

static TYPES: LazyLock<Value> = LazyLock::new(|| {
    let text = include_str!("../../description/graphql.json");
    serde_json::from_str(text).expect("it is made by `extract`")
});

/// How deep a question goes.
const DEEPEST: usize = 50;

/// What GitHub Enterprise Server has beside what is published of github.com.
const OF_ENTERPRISE_SERVER: [(&str, &str); 1] = [("User", "suspendedAt")];

/// What is wrong with a question.
pub(crate) fn mistakes(query: &str, variables: &Value, is_enterprise_server: bool) -> Vec<String> {
    let parsed = Parser::new(query).recursion_limit(DEEPEST).parse();
    let mut found = Found {
        mistakes: parsed.errors().map(|it| it.message().to_owned()).collect(),
        variables: HashMap::new(),
        is_enterprise_server,
    };
    for definition in parsed.document().definitions() {
        match definition {
            Definition::OperationDefinition(operation) => found.operation(&operation, variables),
            _ => found
                .mistakes
                .push("only operations are served here".to_owned()),
        }
    }
    found.mistakes
}

struct Found {
    mistakes: Vec<String>,
    /// The types of the variables.
    variables: HashMap<String, String>,
    is_enterprise_server: bool,
}

impl Found {
    fn operation(&mut self, operation: &cst::OperationDefinition, given: &Value) {
        let defined = operation.variable_definitions();
        for variable in defined
            .iter()
            .flat_map(cst::VariableDefinitions::variable_definitions)
        {
            let name = variable.variable().and_then(|it| it.name());
            let name = name.map_or_else(String::new, |it| it.text().to_string());
            let kind = variable.ty().map(|it| it.source_string());
            let kind = kind.unwrap_or_default().trim().to_owned();
            let value = &given[&name];
            if value.is_null() {
                if kind.ends_with('!') && variable.default_value().is_none() {
                    self.mistakes.push(format!("${name} is not given"));
                }
            } else if !fits(&kind, value) {
                self.mistakes
                    .push(format!("${name} is {value}, not {kind}"));
            }
            self.variables.insert(name, kind);
        }
        for name in given.as_object().into_iter().flat_map(|it| it.keys()) {
            if !self.variables.contains_key(name) {
                self.mistakes
                    .push(format!("${name} is given and not defined"));
            }
        }
        let is_change = operation
            .operation_type()
            .is_some_and(|it| it.mutation_token().is_some());
        let root = if is_change { "Mutation" } else { "Query" };
        self.selection(root, operation.selection_set());
    }

    fn selection(&mut self, of: &str, selection: Option<cst::SelectionSet>) {
        for selection in selection.iter().flat_map(cst::SelectionSet::selections) {
            match selection {
                Selection::Field(field) => self.field(of, &field),
                Selection::InlineFragment(fragment) => {
                    let named = fragment.type_condition().and_then(|it| it.named_type());
                    let name = named.and_then(|it| it.name());
                    let name = name.map_or_else(|| of.to_owned(), |it| it.text().to_string());
                    if TYPES[&name].is_null() {
                        self.mistakes
                            .push(format!("there is no type {name}, or it is not served here"));
                    }
                    self.selection(&name, fragment.selection_set());
                }
                Selection::FragmentSpread(_) => {
                    self.mistakes
                        .push("named fragments are not served here".to_owned());
                }
            }
        }
    }

    fn field(&mut self, of: &str, field: &cst::Field) {
        let name = field
            .name()
            .map_or_else(String::new, |it| it.text().to_string());
        if name == "__typename" {
            return;
        }
        if self.is_enterprise_server && OF_ENTERPRISE_SERVER.contains(&(of, &*name)) {
            return;
        }
        let described = &TYPES[of]["fields"][&name];
        let Some(kind) = described["type"].as_str() else {
            self.mistakes.push(format!("{of} has no field {name}"));
            return;
        };
        self.arguments(
            &format!("{of}.{name}"),
            &described["arguments"],
            field.arguments(),
        );
        let inner = base(kind);
        let has_fields = TYPES[inner]["fields"].is_object();
        match field.selection_set() {
            Some(_) if !has_fields => self.mistakes.push(format!(
                "{of}.{name} is {kind}, of which nothing is served here"
            )),
            None if has_fields => self.mistakes.push(format!("{of}.{name} needs fields")),
            selection => self.selection(inner, selection),
        }
    }

    fn arguments(&mut self, of: &str, described: &Value, given: Option<cst::Arguments>) {
        let mut names = Vec::new();
        for argument in given.iter().flat_map(cst::Arguments::arguments) {
            let name = argument
                .name()
                .map_or_else(String::new, |it| it.text().to_string());
            let Some(kind) = described[&name].as_str() else {
                self.mistakes.push(format!("{of} has no argument {name}"));
                continue;
            };
            if let Some(cst::Value::Variable(variable)) = argument.value() {
                let variable = variable.name();
                let variable = variable.map_or_else(String::new, |it| it.text().to_string());
                let given = self.variables.get(&variable).map_or("", String::as_str);
                let is_lax = kind.ends_with('!') && !given.ends_with('!');
                if given.trim_end_matches('!') != kind.trim_end_matches('!') || is_lax {
                    self.mistakes
                        .push(format!("{of}({name}) is {kind}, ${variable} is “{given}”"));
                }
            }
            names.push(name);
        }
        for (name, kind) in described.as_object().into_iter().flatten() {
            if kind.as_str().is_some_and(|it| it.ends_with('!')) && !names.contains(name) {
                self.mistakes.push(format!("{of} needs {name}"));
            }
        }
    }
}

/// The type in lists and exclamation marks.
fn base(kind: &str) -> &str {
    kind.trim_matches(|it| "[]!".contains(it))
}

/// Whether a value can be one of a scalar type; of others nothing is said.
fn fits(kind: &str, value: &Value) -> bool {
    match kind.trim_end_matches('!') {
        "String" | "ID" => value.is_string(),
        "Int" => value.is_i64(),
        "Float" => value.is_number(),
        "Boolean" => value.is_boolean(),
        list if list.starts_with('[') => value.is_array(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::mistakes;
    use serde_json::{Value, json};

    #[track_caller]
    fn check(query: &str, variables: Value, expected: &str) {
        let found = mistakes(query, &variables, false).join("\n");
        assert!(found.contains(expected), "{query}: {found}");
        assert_eq!(expected.is_empty(), found.is_empty(), "{query}: {found}");
    }

    #[test]
    fn questions_are_of_the_schema() {
        let query = |inner: &str| format!("query a($owner: String!) {{ {inner} }}");
        let ann = json!({"owner": "ann"});
        let good =
            "repositoryOwner(login: $owner) { login __typename ... on Organization { name } }";
        check(&query(good), ann.clone(), "");
        check(
            &query("repositoryOwner(login: $owner) { title }"),
            ann.clone(),
            "no field title",
        );
        check(
            &query("repositoryOwner(log: $owner) { login }"),
            ann.clone(),
            "no argument log",
        );
        check(
            &query("repositoryOwner { login }"),
            ann.clone(),
            "needs login",
        );
        check(
            &query("repositoryOwner(login: $owner)"),
            ann.clone(),
            "needs fields",
        );
        check(
            &query("repositoryOwner(login: $owner) { login { a } }"),
            ann.clone(),
            "nothing is served",
        );
        check(
            &query("repositoryOwner(login: $other) { login }"),
            ann,
            "$other",
        );
        check(&query(good), json!({}), "$owner is not given");
        check(&query(good), json!({"owner": 1}), "not String!");
        check(
            &query(good),
            json!({"owner": "a", "more": 1}),
            "$more is given",
        );
        check("query {", json!({}), "expected");
    }
}
