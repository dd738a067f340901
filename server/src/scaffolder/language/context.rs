//! What a template can read: values under names, and which of them are secret.

use super::data::Data;
use super::error::{Failure, Outcome};
use super::limits::{Budget, check_depth};
use super::text::Text;
use super::value::{Kind, Value, callable_as_value};
use crate::pointer::escaped;
use indexmap::IndexMap;
use std::sync::Arc;

/// The values that templates are given, made once and read by many.
#[derive(Debug, Clone, Default)]
pub struct Context {
    entries: IndexMap<Arc<str>, Entry>,
}

#[derive(Debug, Clone)]
struct Entry {
    data: Arc<Data>,
    secrets: Secrets,
}

/// Which parts of a value are secret, by their JSON pointers: `/a/0` is the first item of `a`, the
/// empty pointer is the whole.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secrets(Vec<String>);

impl Secrets {
    /// The whole value is secret.
    pub fn all() -> Self {
        Self(vec![String::new()])
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pointers of what is secret.
    pub fn pointers(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    /// Whether what a pointer points to is secret, by itself or as a part of what is.
    pub fn cover(&self, pointer: &str) -> bool {
        self.0.iter().any(|secret| {
            let rest = pointer.strip_prefix(secret.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    }

    /// These, as they are found below a key of a larger value.
    #[must_use]
    pub fn below(&self, key: &str) -> Self {
        let key = escaped(key);
        Self(self.0.iter().map(|it| format!("/{key}{it}")).collect())
    }

    /// Those of them that are found at a key, as they are found there.
    #[must_use]
    pub fn within(&self, key: &str) -> Self {
        let key = format!("/{}", escaped(key));
        let within = self.0.iter().filter_map(|pointer| {
            if pointer.is_empty() {
                return Some(String::new());
            }
            let rest = pointer.strip_prefix(&key)?;
            (rest.is_empty() || rest.starts_with('/')).then(|| rest.to_owned())
        });
        Self(within.collect())
    }

    /// These, as they are found where a pointer points in a larger value.
    pub(super) fn under(&self, pointer: &str) -> Self {
        Self(self.0.iter().map(|it| format!("{pointer}{it}")).collect())
    }

    /// These and others.
    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }
}

impl FromIterator<String> for Secrets {
    fn from_iter<I: IntoIterator<Item = String>>(pointers: I) -> Self {
        Self(pointers.into_iter().collect())
    }
}

impl Context {
    pub fn new() -> Self {
        Self::default()
    }

    /// With a value that may be shown.
    #[must_use]
    pub fn with(self, name: &str, data: impl Into<Arc<Data>>) -> Self {
        self.with_secrets_in(name, data, Secrets::default())
    }

    /// With a value that must not be shown, nor anything that is computed from it.
    #[must_use]
    pub fn with_secret(self, name: &str, data: impl Into<Arc<Data>>) -> Self {
        self.with_secrets_in(name, data, Secrets::all())
    }

    /// With a value of which some parts must not be shown.
    #[must_use]
    pub fn with_secrets_in(
        mut self,
        name: &str,
        data: impl Into<Arc<Data>>,
        secrets: Secrets,
    ) -> Self {
        let data = data.into();
        self.entries.insert(name.into(), Entry { data, secrets });
        self
    }

    pub(super) fn has_secrets(&self) -> bool {
        self.entries.values().any(|entry| !entry.secrets.is_empty())
    }

    pub(super) fn get(&self, name: &str) -> Option<Outcome<Value>> {
        let entry = self.entries.get(name)?;
        Some(to_value(&entry.data, &entry.secrets))
    }
}

impl<K: AsRef<str>> FromIterator<(K, Data)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, Data)>>(entries: I) -> Self {
        let entries = entries.into_iter();
        entries.fold(Self::new(), |context, (name, data)| {
            context.with(name.as_ref(), data)
        })
    }
}

/// A value of the language, with marks on what is secret.
pub(super) fn to_value(data: &Data, secrets: &Secrets) -> Outcome<Value> {
    let mut pointer = String::new();
    value_at(data, secrets, &mut pointer, 0)
}

fn value_at(data: &Data, secrets: &Secrets, pointer: &mut String, depth: usize) -> Outcome<Value> {
    check_depth(depth)?;
    let value = match data {
        Data::Null => Kind::Null.into(),
        Data::Bool(bool) => (*bool).into(),
        Data::Number(number) => (*number).into(),
        Data::Text(text) => text.as_str().into(),
        Data::List(items) => {
            let mut values = Vec::with_capacity(items.len());
            for (index, item) in items.iter().enumerate() {
                let value = at(
                    pointer,
                    secrets,
                    || index.to_string(),
                    |pointer| value_at(item, secrets, pointer, depth + 1),
                )?;
                values.push(value);
            }
            Value::list(values)
        }
        Data::Map(entries) => {
            let mut values = IndexMap::with_capacity(entries.len());
            for (key, item) in entries {
                let value = at(
                    pointer,
                    secrets,
                    || key.clone(),
                    |pointer| value_at(item, secrets, pointer, depth + 1),
                )?;
                values.insert(Arc::from(key.as_str()), value);
            }
            Value::record(values)
        }
    };
    Ok(value.marked(!secrets.is_empty() && secrets.cover(pointer)))
}

/// Does something at a key below a pointer, which is only kept where it is asked for.
fn at<T>(
    pointer: &mut String,
    secrets: &Secrets,
    key: impl Fn() -> String,
    work: impl FnOnce(&mut String) -> T,
) -> T {
    if secrets.is_empty() {
        return work(pointer);
    }
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&escaped(&key()));
    let done = work(pointer);
    pointer.truncate(length);
    done
}

/// A value as it goes out, and what of it is secret. What is undefined is nothing, and goes from
/// records.
pub(super) fn to_data(value: &Value, budget: &Budget) -> Outcome<(Option<Data>, Secrets)> {
    let mut secrets = Secrets::default();
    let mut pointer = String::new();
    let data = data_at(value, &mut secrets, &mut pointer, budget, 0)?;
    Ok((data, secrets))
}

fn data_at(
    value: &Value,
    secrets: &mut Secrets,
    pointer: &mut String,
    budget: &Budget,
    depth: usize,
) -> Outcome<Option<Data>> {
    check_depth(depth)?;
    budget.step()?;
    let is_marked = matches!(&value.kind, Kind::List(list) if list.is_marked());
    if (value.secret || is_marked) && !secrets.cover(pointer) {
        secrets.0.push(pointer.clone());
    }
    Ok(Some(match &value.kind {
        Kind::Undefined => return Ok(None),
        Kind::Bool(bool) => Data::Bool(*bool),
        Kind::Number(number) if number.is_finite() => Data::Number(*number),
        Kind::Null | Kind::Number(_) => Data::Null,
        Kind::Text(text) => text_data(text, budget)?,
        Kind::Safe(text) => text_data(text, budget)?,
        Kind::List(list) => {
            let mut items = Vec::new();
            for (index, item) in list.items().iter().enumerate() {
                let length = pointer.len();
                pointer.push_str(&format!("/{index}"));
                let item = data_at(item, secrets, pointer, budget, depth + 1)?;
                pointer.truncate(length);
                items.push(item.unwrap_or_default());
            }
            Data::List(items)
        }
        Kind::Record(record) => {
            let mut entries = IndexMap::new();
            for (key, item) in record.iter() {
                let length = pointer.len();
                pointer.push_str(&format!("/{}", escaped(key)));
                let item = data_at(item, secrets, pointer, budget, depth + 1)?;
                pointer.truncate(length);
                if let Some(item) = item {
                    entries.insert(key.to_string(), item);
                }
            }
            Data::Map(entries)
        }
        Kind::Pattern(value) => Data::Text(format!("{:?}", value.pattern)),
        Kind::Callable(_) => return Err(callable_as_value()),
    }))
}

fn text_data(text: &Text, budget: &Budget) -> Outcome<Data> {
    budget.output(text.bytes())?;
    Ok(Data::Text(text.to_str().into_owned()))
}

/// The same for what a function is given, which knows nothing of secrets.
pub(super) fn to_argument(value: &Value, budget: &Budget) -> Outcome<Data> {
    let (data, _) = to_data(value, budget)?;
    Ok(data.unwrap_or_default())
}

/// What a function gave back, or why it did not.
pub(super) fn from_function(
    name: &str,
    result: Result<Option<Data>, String>,
    secret: bool,
) -> Outcome<Value> {
    match result {
        Ok(None) => Ok(Value::UNDEFINED),
        Ok(Some(data)) => Ok(to_value(&data, &Secrets::default())?.marked(secret)),
        Err(_) if secret => Err(Failure::new(failed_on_secret(name))),
        Err(message) => Err(Failure::new(format!("{name}: {message}"))),
    }
}

/// What is said of a function that has failed with what nobody may see.
pub(super) fn failed_on_secret(name: &str) -> String {
    format!("{name} failed; it was given a secret, so what it says is not shown")
}

#[cfg(test)]
mod tests {
    use super::super::limits::Limits;
    use super::*;

    fn data(json: &str) -> Data {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn marks_go_in_and_come_out() {
        let secrets: Secrets = ["/a/0".to_owned(), "/b~1c".to_owned()]
            .into_iter()
            .collect();
        let given = data(r#"{"a":["x","y"],"b/c":{"d":1},"e":2}"#);
        let value = to_value(&given, &secrets).unwrap();
        let (out, marks) = to_data(&value, &Budget::new(&Limits::default())).unwrap();
        assert_eq!(out, Some(given));
        assert_eq!(marks, secrets);
        assert!(marks.cover("/b~1c/d"));
        assert!(!marks.cover("/b~1cd"));
    }
}
