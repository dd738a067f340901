//! The answers of a form, to be read once more before anything is made of them.

use super::fields::shown;
use app::catalog::EntityLink;
use app::scaffolder::form::{Answered, Control, Field, ReviewGroup, ReviewLine};
use serde_json::{Map, Value};

/// What stands for what must not be seen.
const MASK: &str = "••••••";
/// Headings below headings are shown that deep.
const MAX_DEPTH: u8 = 4;

/// The answers of one page.
pub(super) fn group(
    title: &str,
    page: usize,
    fields: &[Field],
    values: &Value,
    link: &dyn Fn(&str) -> Option<EntityLink>,
) -> ReviewGroup {
    let mut lines = Vec::new();
    add(&mut lines, fields, values, link, 0);
    ReviewGroup {
        title: title.to_owned(),
        page: Some(page),
        lines,
    }
}

/// What no page asks for, but a link has brought along.
pub(super) fn others(values: &Map<String, Value>, asked: &[&str]) -> Option<ReviewGroup> {
    let lines = values
        .iter()
        .filter(|(name, _)| !asked.contains(&name.as_str()))
        .map(|(name, value)| ReviewLine {
            label: name.clone(),
            depth: 0,
            answer: Answered::Text(shown(Some(value))),
        });
    let lines: Vec<ReviewLine> = lines.collect();
    (!lines.is_empty()).then(|| ReviewGroup {
        title: "Brought along by the link".to_owned(),
        page: None,
        lines,
    })
}

fn add(
    lines: &mut Vec<ReviewLine>,
    fields: &[Field],
    values: &Value,
    link: &dyn Fn(&str) -> Option<EntityLink>,
    depth: u8,
) {
    for field in fields {
        if field.review.hidden || matches!(field.control, Control::Hidden | Control::Said) {
            continue;
        }
        let label = field.review.name.as_ref().unwrap_or(&field.label);
        let mut add_line = |answer: Answered| {
            lines.push(ReviewLine {
                label: label.clone(),
                depth: depth.min(MAX_DEPTH),
                answer,
            });
        };
        let value = values.pointer(&field.path);
        if let Some(mask) = &field.review.mask {
            add_line(Answered::Masked(mask.clone()));
            continue;
        }
        match &field.control {
            Control::Group { fields } | Control::Variants { fields, .. } if !field.review.whole => {
                add_line(Answered::Heading);
                add(lines, fields, values, link, depth + 1);
            }
            Control::List { items, .. } if !field.review.whole && is_nested(items) => {
                add_line(Answered::Heading);
                for item in items {
                    let one = std::slice::from_ref(&*item.field);
                    let start = lines.len();
                    add(lines, one, values, link, depth + 1);
                    if let Some(first) = lines.get_mut(start) {
                        first.label.clone_from(&item.label);
                    }
                }
            }
            control => add_line(answer(control, value, link)),
        }
    }
}

/// Whether the items have questions of their own.
fn is_nested(items: &[app::scaffolder::form::Item]) -> bool {
    let nested = |control: &Control| {
        matches!(
            control,
            Control::Group { .. } | Control::Variants { .. } | Control::List { .. }
        )
    };
    items.iter().any(|item| nested(&item.field.control))
}

fn answer(
    control: &Control,
    value: Option<&Value>,
    link: &dyn Fn(&str) -> Option<EntityLink>,
) -> Answered {
    let Some(value) = value.filter(|value| !value.is_null()) else {
        return match control {
            Control::Switch { .. } => Answered::Text("No".to_owned()),
            _ => Answered::Nothing,
        };
    };
    match control {
        Control::Concealed { .. } => Answered::Masked(MASK.to_owned()),
        Control::Switch { .. } => Answered::Text(
            if value == &Value::Bool(true) {
                "Yes"
            } else {
                "No"
            }
            .to_owned(),
        ),
        Control::Choice {
            options,
            chosen: Some(chosen),
            ..
        } => Answered::Text(options[*chosen].label.clone()),
        Control::Choices { options, chosen } => {
            let labels = chosen.iter().map(|&at| options[at].label.clone());
            words(labels.collect())
        }
        Control::Entity { .. } => match link(&shown(Some(value))) {
            Some(link) => Answered::Entity(link),
            None => Answered::Text(shown(Some(value))),
        },
        Control::Entities { values, .. } => {
            let links: Option<Vec<EntityLink>> = values.iter().map(|(it, _)| link(it)).collect();
            match links {
                Some(links) if !links.is_empty() => Answered::Entities(links),
                _ => words(values.iter().map(|(_, label)| label.clone()).collect()),
            }
        }
        _ => match value {
            Value::String(text) if text.contains('\n') => Answered::Paragraph(text.clone()),
            Value::String(text) if text.is_empty() => Answered::Nothing,
            Value::Array(items) if items.iter().all(|it| !it.is_object() && !it.is_array()) => {
                words(items.iter().map(|item| shown(Some(item))).collect())
            }
            Value::Array(_) | Value::Object(_) => {
                Answered::Paragraph(serde_json::to_string_pretty(value).unwrap_or_default())
            }
            value => Answered::Text(shown(Some(value))),
        },
    }
}

fn words(words: Vec<String>) -> Answered {
    if words.is_empty() {
        return Answered::Nothing;
    }
    Answered::Words(words)
}
