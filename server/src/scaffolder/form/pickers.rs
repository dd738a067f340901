//! The fields that existing installations have beside those of JSON Schema.

use super::fields::{Around, Asked, concealed, shown};
use super::repository;
use super::ui::Ui;
use app::scaffolder::form::{Control, Offered, Picker, Text};
use serde_json::{Map, Value};

/// The control of a field extension; none for one that is not known.
pub(super) fn control(
    around: &Around<'_>,
    asked: &Asked<'_>,
    ui: Ui<'_>,
    name: &str,
) -> Option<Control> {
    Some(match name {
        "EntityPicker" => one(around, asked, entities(ui, None, false)),
        "OwnedEntityPicker" => one(around, asked, entities(ui, None, true)),
        "OwnerPicker" => one(around, asked, owners(ui)),
        "MyGroupsPicker" => one(around, asked, my_groups()),
        "MultiEntityPicker" => several(around, asked, entities(ui, None, false)),
        "EntityTagsPicker" => several(around, asked, tags(ui)),
        "EntityNamePicker" => Control::Text(line(asked, ui)),
        "RepoBranchPicker" => match asked_host(around, ui) {
            Some(_) => one(around, asked, offered(Offered::Branches, ui)),
            None => Control::Text(line(asked, ui)),
        },
        "RepoUrlPicker" => Control::Repository(repository::control(around, asked, ui)),
        "RepoOwnerPicker" => match ui.words("allowedOwners") {
            owners if owners.is_empty() => match asked_host(around, ui) {
                Some(host) => one(around, asked, offered(Offered::Owners { host }, ui)),
                None => Control::Text(line(asked, ui)),
            },
            owners => one(around, asked, words(owners)),
        },
        "Secret" => match concealed(asked) {
            Control::Concealed {
                min, max, given, ..
            } => Control::Concealed {
                min,
                max,
                given,
                secret: Some(asked.name.to_owned()),
            },
            control => control,
        },
        _ => return None,
    })
}

fn one(around: &Around<'_>, asked: &Asked<'_>, picker: Picker) -> Control {
    let value = shown(asked.value);
    let label = (around.label)(&value).unwrap_or_else(|| value.clone());
    Control::Entity {
        picker,
        value,
        label,
    }
}

fn several(around: &Around<'_>, asked: &Asked<'_>, picker: Picker) -> Control {
    let values = asked.value.and_then(Value::as_array);
    let values = values.into_iter().flatten().map(|value| {
        let value = shown(Some(value));
        let label = (around.label)(&value).unwrap_or_else(|| value.clone());
        (value, label)
    });
    Control::Entities {
        picker: Picker {
            most: super::fields::count(asked.schema, "maxItems"),
            ..picker
        },
        values: values.collect(),
    }
}

fn entities(ui: Ui<'_>, kinds: Option<Vec<String>>, owned: bool) -> Picker {
    let filters = match ui.get("catalogFilter") {
        Some(Value::Array(filters)) => filters.iter().filter_map(filter).collect(),
        Some(one) => filter(one).into_iter().collect(),
        None => {
            let named = ui.words("allowedKinds");
            let kinds = kinds.filter(|_| named.is_empty()).unwrap_or(named);
            let of_kind = vec![("kind".to_owned(), kinds.clone())];
            if kinds.is_empty() {
                Vec::new()
            } else {
                vec![of_kind]
            }
        }
    };
    Picker {
        of: Offered::Entities { filters, owned },
        free: ui.get("allowArbitraryValues") != Some(&Value::Bool(false)),
        default_kind: ui.text("defaultKind").map(str::to_owned),
        default_namespace: ui.text("defaultNamespace").map(str::to_owned),
        placeholder: ui.text("placeholder").unwrap_or_default().to_owned(),
        most: None,
    }
}

fn owners(ui: Ui<'_>) -> Picker {
    let kinds = vec!["Group".to_owned(), "User".to_owned()];
    let picker = entities(ui, Some(kinds), false);
    Picker {
        default_kind: picker.default_kind.or_else(|| Some("Group".to_owned())),
        ..picker
    }
}

fn my_groups() -> Picker {
    Picker {
        of: Offered::MyGroups,
        default_kind: Some("Group".to_owned()),
        ..Picker::default()
    }
}

fn tags(ui: Ui<'_>) -> Picker {
    Picker {
        of: Offered::Tags {
            kinds: ui.words("kinds"),
        },
        free: true,
        ..Picker::default()
    }
}

/// The host that is asked: the one that the template names, or the first that can be.
fn asked_host(around: &Around<'_>, ui: Ui<'_>) -> Option<String> {
    let named = ui.text("host").map(str::to_owned);
    let hosts = around.hosts.iter().map(|(host, _)| host.clone());
    let mut hosts = named.into_iter().chain(hosts);
    hosts.find(|host| (around.offers)(host))
}

/// A picker of what a host offers; it takes anything else too.
fn offered(of: Offered, ui: Ui<'_>) -> Picker {
    Picker {
        of,
        free: true,
        placeholder: ui.text("placeholder").unwrap_or_default().to_owned(),
        ..Picker::default()
    }
}

/// A picker of texts, of which one must be taken.
pub(super) fn words(words: Vec<String>) -> Picker {
    Picker {
        of: Offered::Words(words),
        ..Picker::default()
    }
}

/// A filter as a template has it: keys with a value, values, or `exists`.
fn filter(filter: &Value) -> Option<Vec<(String, Vec<String>)>> {
    let conditions = filter.as_object()?.iter().map(|(key, value)| {
        let values = match value {
            Value::Array(values) => values.iter().map(|value| shown(Some(value))).collect(),
            Value::Object(_) => Vec::new(),
            value => vec![shown(Some(value))],
        };
        (key.clone(), values)
    });
    Some(conditions.collect())
}

fn line(asked: &Asked<'_>, ui: Ui<'_>) -> Text {
    let bound = |name: &str| super::fields::count(asked.schema, name);
    Text {
        value: shown(asked.value),
        placeholder: ui.text("placeholder").unwrap_or_default().to_owned(),
        autocomplete: ui.text("autocomplete").unwrap_or("off").to_owned(),
        min: bound("minLength"),
        max: bound("maxLength"),
        ..Text::default()
    }
}

/// What is wrong with a value that the schema lets pass, as existing installations judge it.
pub(super) fn mistake(schema: &Map<String, Value>, value: &Value) -> Option<String> {
    match Ui::of(schema).text("field")? {
        "EntityNamePicker" => {
            let is_name = value.as_str().is_some_and(is_entity_name);
            (!is_name).then(|| {
                "Must start and end with a letter or digit, and hold only letters, digits, hyphens, underscores and periods; at most 63 characters."
                    .to_owned()
            })
        }
        "EntityTagsPicker" => {
            let tags = value.as_array()?.iter().filter_map(Value::as_str);
            let wrong: Vec<&str> = tags.filter(|tag| !is_tag(tag)).collect();
            (!wrong.is_empty()).then(|| {
                format!(
                    "{} cannot be a tag: lower-case letters, digits, + and #, separated by - or :, at most 63 characters.",
                    wrong.join(", ")
                )
            })
        }
        "RepoUrlPicker" => repository::mistake(value.as_str()?),
        _ => None,
    }
}

fn is_entity_name(name: &str) -> bool {
    let is_edge = |letter: Option<char>| letter.is_some_and(|it| it.is_ascii_alphanumeric());
    name.len() <= 63
        && is_edge(name.chars().next())
        && is_edge(name.chars().next_back())
        && name
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || "-_.".contains(it))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |word: &str| {
        let may = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "+#".contains(it);
        !word.is_empty() && word.chars().all(may)
    };
    tag.len() <= 63 && tag.split(['-', ':']).all(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn filters_are_read_in_all_their_forms() {
        let check = |options: Value, expected: &[&[(&str, &[&str])]]| {
            let schema = json!({ "ui:options": options });
            let picker = entities(Ui::of(schema.as_object().unwrap()), None, false);
            let owned = |(key, values): &(&str, &[&str])| {
                let values = values.iter().map(|&it| it.to_owned()).collect();
                ((*key).to_owned(), values)
            };
            let filters = expected.iter().map(|it| it.iter().map(owned).collect());
            let expected = Offered::Entities {
                filters: filters.collect(),
                owned: false,
            };
            assert_eq!(picker.of, expected);
        };
        check(json!({}), &[]);
        check(
            json!({ "catalogFilter": { "kind": "Group" } }),
            &[&[("kind", &["Group"])]],
        );
        check(
            json!({ "catalogFilter": [
                { "kind": ["API", "Component"], "metadata.annotations.a/b": { "exists": true } },
                { "spec.replicas": 3 },
            ] }),
            &[
                &[
                    ("kind", &["API", "Component"]),
                    ("metadata.annotations.a/b", &[]),
                ],
                &[("spec.replicas", &["3"])],
            ],
        );
        check(
            json!({ "allowedKinds": ["Group"] }),
            &[&[("kind", &["Group"])]],
        );
    }

    #[test]
    fn names_and_tags_are_those_of_the_catalog() {
        for name in ["a", "a-b.c_D", &"x".repeat(63)] {
            assert!(is_entity_name(name), "{name}");
        }
        for name in ["", "-a", "a.", "a b", "ü", &"x".repeat(64)] {
            assert!(!is_entity_name(name), "{name}");
        }
        assert!(is_tag("c++") && is_tag("a-b:c") && !is_tag("A") && !is_tag("a--b"));
    }
}
