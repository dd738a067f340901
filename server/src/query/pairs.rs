//! A walk through an entity, text or value, that sees the pairs of path and value in it.

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::borrow::Cow;
use std::fmt;

/// What is left out of the search, or added by hand.
const SKIPPED: [&str; 7] = [
    "attachments",
    "relations",
    "status",
    "metadata.name",
    "metadata.namespace",
    "metadata.uid",
    "metadata.etag",
];

/// Hands over each value with its dotted path, and whether it is a text in a list. A value that is
/// null has none.
///
/// # Errors
/// When a text is no JSON. A [`Value`] always is.
pub(super) fn walk<'de, D: Deserializer<'de>>(
    entity: D,
    mut take: impl FnMut(&str, Option<Cow<'_, str>>, bool),
) -> Result<(), D::Error> {
    let walk = Walk {
        path: &mut String::new(),
        take: &mut take,
        is_item: false,
    };
    walk.deserialize(entity)
}

/// A single value as text; `None` for null, lists and objects.
pub fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(match number.as_f64() {
            Some(float) if number.is_f64() => text_of_float(float),
            _ => number.to_string(),
        }),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// Where numbers are of one type, 2.0 is written 2.
fn text_of_float(float: f64) -> String {
    if float.fract() == 0.0 {
        format!("{float:.0}")
    } else {
        Value::from(float).to_string()
    }
}

struct Walk<'a, F> {
    path: &'a mut String,
    take: &'a mut F,
    /// Whether it is an item of a list.
    is_item: bool,
}

/// Takes the name of a field into the path.
struct Name<'a>(&'a mut String);

impl<'de, F: FnMut(&str, Option<Cow<'_, str>>, bool)> DeserializeSeed<'de> for Walk<'_, F> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, value: D) -> Result<(), D::Error> {
        value.deserialize_any(self)
    }
}

impl<'de, F: FnMut(&str, Option<Cow<'_, str>>, bool)> Visitor<'de> for Walk<'_, F> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value of an entity")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        (self.take)(self.path, Some(text.into()), self.is_item);
        Ok(())
    }

    fn visit_bool<E: Error>(self, flag: bool) -> Result<(), E> {
        let text = if flag { "true" } else { "false" };
        (self.take)(self.path, Some(text.into()), false);
        Ok(())
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<(), E> {
        (self.take)(self.path, Some(number.to_string().into()), false);
        Ok(())
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<(), E> {
        (self.take)(self.path, Some(number.to_string().into()), false);
        Ok(())
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<(), E> {
        (self.take)(self.path, Some(text_of_float(number).into()), false);
        Ok(())
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        (self.take)(self.path, None, false);
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Self { path, take, .. } = self;
        loop {
            let item = Walk {
                path: &mut *path,
                take: &mut *take,
                is_item: true,
            };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<(), A::Error> {
        let Self { path, take, .. } = self;
        let above = path.len();
        if above > 0 {
            path.push('.');
        }
        let behind_dot = path.len();
        while fields.next_key_seed(Name(&mut *path))?.is_some() {
            if SKIPPED.contains(&path.as_str()) {
                fields.next_value::<IgnoredAny>()?;
            } else {
                fields.next_value_seed(Walk {
                    path: &mut *path,
                    take: &mut *take,
                    is_item: false,
                })?;
            }
            path.truncate(behind_dot);
        }
        path.truncate(above);
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, name: D) -> Result<(), D::Error> {
        name.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = ();

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.0.push_str(name);
        Ok(())
    }
}
