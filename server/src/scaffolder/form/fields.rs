//! From a settled schema to the fields that ask for its values.

use super::settle::{ITEM, VARIANTS};
use super::ui::{Ui, ordered};
use super::{choices, pickers};
use crate::config::Provider;
use crate::markdown;
use crate::pointer::escaped;
use app::scaffolder::form::{Control, Field, Item, Lock, Number, Review, Text, TextKind};
use serde_json::{Map, Value};

/// Items of one list that are shown; nobody fills in more by hand.
const MAX_ITEMS: usize = 200;
/// Lines of a paragraph, unless the template says otherwise.
const ROWS: u8 = 4;

/// What fields need to know beside schema and values.
pub(super) struct Around<'a> {
    /// The hosts of repositories, in the order in which they are offered.
    pub hosts: &'a [(String, Provider)],
    /// Whether a host can be asked for owners and branches.
    pub offers: &'a dyn Fn(&str) -> bool,
    /// What the reader calls an entity, by its reference.
    pub label: &'a dyn Fn(&str) -> Option<String>,
}

/// The fields of an object, in their order.
pub(super) fn of_object(
    around: &Around<'_>,
    schema: &Map<String, Value>,
    value: Option<&Value>,
    path: &str,
) -> Vec<Field> {
    let empty = Map::new();
    let properties = schema.get("properties").and_then(Value::as_object);
    let properties = properties.unwrap_or(&empty);
    let names = ordered(
        properties.keys().map(String::as_str).collect(),
        &Ui::of(schema).words("order"),
    );
    let required = schema.get("required").and_then(Value::as_array);
    let fields = names.into_iter().filter_map(|name| {
        let property = properties.get(name)?.as_object()?;
        let needed = required.is_some_and(|names| names.iter().any(|it| it == name));
        let asked = Asked {
            schema: property,
            value: value.and_then(|value| value.get(name)),
            path: format!("{path}/{}", escaped(name)),
            name,
            required: needed,
        };
        Some(field(around, asked))
    });
    fields.collect()
}

/// A value that is asked for.
pub(super) struct Asked<'a> {
    pub(super) schema: &'a Map<String, Value>,
    pub(super) value: Option<&'a Value>,
    pub(super) path: String,
    pub(super) name: &'a str,
    pub(super) required: bool,
}

fn field(around: &Around<'_>, asked: Asked<'_>) -> Field {
    let ui = Ui::of(asked.schema);
    let (control, note) = control(around, &asked, ui);
    let text = |name: &str| asked.schema.get(name).and_then(Value::as_str);
    let label = ui.text("title").or(text("title")).unwrap_or(asked.name);
    let description = ui.text("description").or(text("description"));
    Field {
        label: label.to_owned(),
        description: description.map(inline).unwrap_or_default(),
        help: ui.text("help").map(inline).unwrap_or_default(),
        required: asked.required,
        lock: lock(asked.schema, ui),
        focus: ui.flag("autofocus"),
        errors: Vec::new(),
        note,
        review: review(ui),
        path: asked.path,
        control,
    }
}

fn inline(text: &str) -> String {
    markdown::render(text, None).into_string()
}

fn lock(schema: &Map<String, Value>, ui: Ui<'_>) -> Lock {
    let read_only = schema.get("readOnly").and_then(Value::as_bool);
    if ui.flag("disabled") {
        Lock::Disabled
    } else if ui.flag("readonly") || read_only == Some(true) {
        Lock::ReadOnly
    } else {
        Lock::No
    }
}

fn review(ui: Ui<'_>) -> Review {
    let portal = |name: &str| ui.portal(&format!("/review/{name}"));
    let text = |name: &str| portal(name).and_then(Value::as_str).map(str::to_owned);
    Review {
        hidden: portal("show") == Some(&Value::Bool(false)),
        mask: text("mask"),
        name: text("name"),
        whole: portal("explode") == Some(&Value::Bool(false)),
    }
}

/// How a value is asked for, and why it is not as the template wants it.
fn control(around: &Around<'_>, asked: &Asked<'_>, ui: Ui<'_>) -> (Control, Option<String>) {
    let widget = ui.text("widget").unwrap_or_default();
    if widget == "hidden" {
        return (Control::Hidden, None);
    }
    if let Some(name) = ui.text("field") {
        return match pickers::control(around, asked, ui, name) {
            Some(control) => (control, None),
            None => (plain(around, asked, ui), Some(unknown(name))),
        };
    }
    if widget == "password" {
        return (concealed(asked), None);
    }
    (plain(around, asked, ui), None)
}

fn unknown(name: &str) -> String {
    format!(
        "The template asks for the field “{name}”, which this installation does not have. Type the value as it is."
    )
}

/// A text that stays in the browser.
pub(super) fn concealed(asked: &Asked<'_>) -> Control {
    Control::Concealed {
        min: count(asked.schema, "minLength"),
        max: count(asked.schema, "maxLength"),
        given: asked.value.is_some(),
        secret: None,
    }
}

/// How a value of its type is asked for.
fn plain(around: &Around<'_>, asked: &Asked<'_>, ui: Ui<'_>) -> Control {
    if asked.schema.contains_key(VARIANTS) {
        return variants(around, asked);
    }
    let kind = kind(asked.schema);
    if kind == "array" {
        return choices::several(asked).unwrap_or_else(|| list(around, asked, ui));
    }
    if let Some(choice) = choices::one(asked, ui, kind) {
        return choice;
    }
    match kind {
        "object" => Control::Group {
            fields: of_object(around, asked.schema, asked.value, &asked.path),
        },
        "boolean" => Control::Switch {
            on: asked.value == Some(&Value::Bool(true)),
        },
        "integer" | "number" => Control::Number(number(asked, ui, kind)),
        "null" => Control::Said,
        _ => Control::Text(text(asked, ui)),
    }
}

/// The type of the values: as it is said, or as it follows from the rest.
pub(super) fn kind(schema: &Map<String, Value>) -> &str {
    match schema.get("type") {
        Some(Value::String(kind)) => kind,
        Some(Value::Array(kinds)) => {
            let mut kinds = kinds.iter().filter_map(Value::as_str);
            kinds.find(|kind| *kind != "null").unwrap_or("null")
        }
        _ if schema.contains_key("properties") => "object",
        _ if schema.contains_key("items") || schema.contains_key(ITEM) => "array",
        _ => match schema.get("const") {
            Some(Value::Bool(_)) => "boolean",
            Some(Value::Number(_)) => "number",
            _ => "string",
        },
    }
}

fn text(asked: &Asked<'_>, ui: Ui<'_>) -> Text {
    let format = asked.schema.get("format").and_then(Value::as_str);
    let widget = ui.text("widget").unwrap_or_default();
    let rows = ui.get("rows").and_then(Value::as_u64);
    let kind = match (widget, format.unwrap_or_default()) {
        ("textarea", _) => TextKind::Paragraph(
            rows.map_or(ROWS, |rows| u8::try_from(rows.clamp(1, 30)).unwrap_or(ROWS)),
        ),
        ("color", _) | (_, "color") => TextKind::Colour,
        ("email", _) | (_, "email") => TextKind::Email,
        ("uri", _) | (_, "uri" | "url") => TextKind::Url,
        ("date" | "alt-date", _) | (_, "date") => TextKind::Date,
        (_, "time") => TextKind::Time,
        _ => TextKind::Line,
    };
    Text {
        kind,
        value: shown(asked.value),
        placeholder: ui.text("placeholder").unwrap_or_default().to_owned(),
        autocomplete: ui.text("autocomplete").unwrap_or("off").to_owned(),
        min: count(asked.schema, "minLength"),
        max: count(asked.schema, "maxLength"),
        empty: ui.get("emptyValue").cloned(),
    }
}

fn number(asked: &Asked<'_>, ui: Ui<'_>, kind: &str) -> Number {
    let bound = |name: &str| {
        let bound = asked.schema.get(name)?;
        bound.is_number().then(|| bound.to_string())
    };
    let step = bound("multipleOf");
    Number {
        value: shown(asked.value),
        min: bound("minimum"),
        max: bound("maximum"),
        step: step.unwrap_or_else(|| if kind == "integer" { "1" } else { "any" }.to_owned()),
        placeholder: ui.text("placeholder").unwrap_or_default().to_owned(),
    }
}

/// A value as it stands in a field.
pub(super) fn shown(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

pub(super) fn count(schema: &Map<String, Value>, name: &str) -> Option<u64> {
    schema.get(name).and_then(Value::as_u64)
}

fn list(around: &Around<'_>, asked: &Asked<'_>, ui: Ui<'_>) -> Control {
    let empty = Vec::new();
    let schemas = asked.schema.get("items").and_then(Value::as_array);
    let schemas = schemas.unwrap_or(&empty);
    let values = asked.value.and_then(Value::as_array);
    let values = values.map_or(&[][..], Vec::as_slice);
    let may = |name: &str| ui.get(name) != Some(&Value::Bool(false));
    let fixed = schemas.len().saturating_sub(values.len());
    let (min, max) = (
        count(asked.schema, "minItems"),
        count(asked.schema, "maxItems"),
    );
    let length = schemas.len().min(MAX_ITEMS);
    let is_long = |bound: Option<u64>| bound.is_some_and(|bound| length as u64 >= bound);
    let is_short = min.is_some_and(|min| length as u64 <= min);
    let word = asked
        .schema
        .get(ITEM)
        .and_then(|item| item.get("title")?.as_str());
    let items = schemas.iter().enumerate().take(length);
    let items = items.filter_map(|(at, schema)| {
        let schema = schema.as_object()?;
        let title = schema.get("title").and_then(Value::as_str).or(word);
        let path = format!("{}/{at}", asked.path);
        let asked = Asked {
            schema,
            value: values.get(at),
            path: path.clone(),
            name: title.unwrap_or("Item"),
            required: false,
        };
        Some(Item {
            label: format!("{} {}", title.unwrap_or("Item"), at + 1),
            field: Box::new(field(around, asked)),
            can_remove: fixed == 0 && may("removable") && !is_short,
            can_rise: at > 0 && may("orderable"),
            can_sink: at + 1 < length && may("orderable"),
            path,
        })
    });
    Control::List {
        items: items.collect(),
        can_add: asked.schema.contains_key(ITEM)
            && may("addable")
            && !is_long(max)
            && length < MAX_ITEMS,
    }
}

pub(super) fn variants(around: &Around<'_>, asked: &Asked<'_>) -> Control {
    let known = asked.schema.get(VARIANTS);
    let names = known.and_then(|it| it.get("names")?.as_array());
    let names = names.into_iter().flatten().map(|name| shown(Some(name)));
    let chosen = known.and_then(|it| it.get("chosen")?.as_u64());
    // The same without its variants, of which one has been taken.
    let mut taken = asked.schema.clone();
    taken.remove(VARIANTS);
    let inner = Asked {
        schema: &taken,
        value: asked.value,
        path: asked.path.clone(),
        name: asked.name,
        required: asked.required,
    };
    let fields = match plain(around, &inner, Ui::of(&taken)) {
        Control::Group { fields } => fields,
        Control::Said => Vec::new(),
        control => vec![Field {
            control,
            label: "Value".to_owned(),
            ..field(around, inner)
        }],
    };
    Control::Variants {
        options: names.collect(),
        chosen: chosen.and_then(|at| usize::try_from(at).ok()).unwrap_or(0),
        fields,
    }
}
