//! What a template computes with. A value that comes from a secret carries a mark, and so does all
//! that is made of it.

use super::error::{Failure, Outcome};
use super::limits::{Budget, check_depth};
use super::pattern::Pattern;
use super::text::Text;
use indexmap::IndexMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug, Clone)]
pub(super) struct Value {
    pub(super) kind: Kind,
    /// Whether it was computed from a secret.
    pub(super) secret: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    /// Text that `escape` leaves alone. Unlike other text it is one thing of its own.
    Safe(Rc<Text>),
    List(Rc<List>),
    Record(Rc<Record>),
    Pattern(Rc<PatternValue>),
    Callable(Rc<Callable>),
}

/// A list, which methods can change.
#[derive(Debug, Default)]
pub(super) struct List {
    items: RefCell<Vec<Value>>,
    /// Whether a secret decided on a change of it.
    is_marked: Cell<bool>,
}

/// Keys with values: those that are indices first, by number, then the others as they came.
#[derive(Debug, Default)]
pub(super) struct Record {
    entries: IndexMap<Arc<str>, Value>,
}

/// A regular expression, and where it looks next if it is asked to remember.
#[derive(Debug)]
pub(super) struct PatternValue {
    pub(super) pattern: Arc<Pattern>,
    pub(super) next: Cell<usize>,
}

/// Something that can be called. Macros and cyclers are kept elsewhere, under a number.
#[derive(Debug, Clone)]
pub(super) enum Callable {
    Macro(usize),
    Range,
    Cycler,
    Joiner,
    NewCycler(usize),
    NewJoiner(usize),
    CyclerNext(usize),
    CyclerReset(usize),
    Method { receiver: Value, name: Arc<str> },
    Global(Arc<str>),
}

impl From<Kind> for Value {
    fn from(kind: Kind) -> Self {
        let secret = false;
        Self { kind, secret }
    }
}

impl From<Text> for Value {
    fn from(text: Text) -> Self {
        Kind::Text(text).into()
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Text::from(text).into()
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Text::from(text).into()
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Kind::Number(number).into()
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Kind::Bool(bool).into()
    }
}

impl Value {
    pub(super) const UNDEFINED: Self = Self {
        kind: Kind::Undefined,
        secret: false,
    };

    pub(super) fn safe(text: Text) -> Self {
        Kind::Safe(Rc::new(text)).into()
    }

    pub(super) fn list(items: Vec<Self>) -> Self {
        let list = List {
            items: RefCell::new(items),
            is_marked: Cell::new(false),
        };
        Kind::List(Rc::new(list)).into()
    }

    pub(super) fn record(entries: IndexMap<Arc<str>, Self>) -> Self {
        Kind::Record(Rc::new(Record::new(entries))).into()
    }

    pub(super) fn callable(callable: Callable) -> Self {
        Kind::Callable(Rc::new(callable)).into()
    }

    /// Marked if it was, or if this says so.
    pub(super) fn marked(mut self, secret: bool) -> Self {
        self.secret |= secret;
        self
    }

    pub(super) fn is_undefined(&self) -> bool {
        matches!(self.kind, Kind::Undefined)
    }

    /// Neither undefined nor null.
    pub(super) fn is_something(&self) -> bool {
        !matches!(self.kind, Kind::Undefined | Kind::Null)
    }

    /// The text, safe or not.
    pub(super) fn text(&self) -> Option<&Text> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            Kind::Safe(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is_safe(&self) -> bool {
        matches!(self.kind, Kind::Safe(_))
    }

    /// Text that is safe if this value is.
    pub(super) fn like(&self, text: Text) -> Self {
        if self.is_safe() {
            Self::safe(text)
        } else {
            text.into()
        }
    }

    pub(super) fn is_truthy(&self) -> bool {
        match &self.kind {
            Kind::Undefined | Kind::Null => false,
            Kind::Bool(bool) => *bool,
            Kind::Number(number) => *number != 0.0 && !number.is_nan(),
            Kind::Text(text) => !text.is_empty(),
            _ => true,
        }
    }

    /// What kind of value it is, for messages.
    pub(super) fn kind_name(&self) -> &'static str {
        match &self.kind {
            Kind::Undefined => "undefined",
            Kind::Null => "null",
            Kind::Bool(_) => "boolean",
            Kind::Number(_) => "number",
            Kind::Text(_) => "text",
            Kind::Safe(_) => "safe text",
            Kind::List(_) => "list",
            Kind::Record(_) => "record",
            Kind::Pattern(_) => "regular expression",
            Kind::Callable(_) => "macro or function",
        }
    }

    /// Whether it, or anything in it, was computed from a secret.
    pub(super) fn holds_secret(&self, budget: &Budget) -> Outcome<bool> {
        self.any(budget, 0, &|value| match &value.kind {
            Kind::List(list) => value.secret || list.is_marked(),
            _ => value.secret,
        })
    }

    /// Whether it, or anything in it, can be called.
    pub(super) fn holds_callable(&self, budget: &Budget) -> Outcome<bool> {
        self.any(budget, 0, &|value| matches!(value.kind, Kind::Callable(_)))
    }

    /// Whether it, or anything in it, is this very list.
    pub(super) fn holds_list(&self, list: &Rc<List>, budget: &Budget) -> Outcome<bool> {
        self.any(
            budget,
            0,
            &|value| matches!(&value.kind, Kind::List(own) if Rc::ptr_eq(own, list)),
        )
    }

    fn any(&self, budget: &Budget, depth: usize, asks: &dyn Fn(&Self) -> bool) -> Outcome<bool> {
        check_depth(depth)?;
        if asks(self) {
            return Ok(true);
        }
        match &self.kind {
            Kind::List(list) => {
                let items = list.items();
                budget.steps(items.len() / 8)?;
                any_of(items.iter(), |item| item.any(budget, depth + 1, asks))
            }
            Kind::Record(record) => {
                budget.steps(record.len() / 8)?;
                any_of(record.values(), |value| value.any(budget, depth + 1, asks))
            }
            _ => Ok(false),
        }
    }
}

fn any_of<'v>(
    mut values: impl Iterator<Item = &'v Value>,
    asks: impl Fn(&Value) -> Outcome<bool>,
) -> Outcome<bool> {
    values.try_fold(false, |found, value| Ok(found || asks(value)?))
}

impl List {
    pub(super) fn items(&self) -> std::cell::Ref<'_, Vec<Value>> {
        self.items.borrow()
    }

    pub(super) fn items_mut(&self) -> std::cell::RefMut<'_, Vec<Value>> {
        self.items.borrow_mut()
    }

    /// From here on, all that it tells comes from a secret.
    pub(super) fn mark(&self) {
        self.is_marked.set(true);
    }

    pub(super) fn is_marked(&self) -> bool {
        self.is_marked.get()
    }

    pub(super) fn len(&self) -> usize {
        self.items.borrow().len()
    }

    pub(super) fn get(&self, index: usize) -> Option<Value> {
        self.items.borrow().get(index).cloned()
    }
}

impl Record {
    fn new(mut entries: IndexMap<Arc<str>, Value>) -> Self {
        if entries.keys().any(|key| index(key).is_some()) {
            // Stable, so that keys that are no indices stay as they came.
            entries.sort_by_key(|key, _| index(key).unwrap_or(u32::MAX));
        }
        Self { entries }
    }

    /// What stands under a key; nothing does under names that are reserved.
    pub(super) fn get(&self, key: &str) -> Option<&Value> {
        if super::syntax::is_reserved(key) {
            return None;
        }
        self.entries.get(key)
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &Value)> {
        self.entries.iter()
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Value> {
        self.entries.values()
    }

    pub(super) fn entry(&self, index: usize) -> Option<(&Arc<str>, &Value)> {
        self.entries.get_index(index)
    }
}

/// The number that a key stands for, if it is an index and written like one.
fn index(key: &str) -> Option<u32> {
    let is_written = !key.starts_with('0') || key == "0";
    let is_digits = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_digit());
    let number: u32 = (is_written && is_digits).then(|| key.parse().ok())??;
    (number < u32::MAX).then_some(number)
}

// Values stand in one another as deep as a loop puts them: they are dropped without recursion.

impl Drop for List {
    fn drop(&mut self) {
        drop_flat(std::mem::take(self.items.get_mut()));
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let entries = std::mem::take(&mut self.entries);
        drop_flat(entries.into_values().collect());
    }
}

fn drop_flat(mut values: Vec<Value>) {
    while let Some(value) = values.pop() {
        match value.kind {
            Kind::List(list) => {
                if let Some(mut list) = Rc::into_inner(list) {
                    values.append(list.items.get_mut());
                }
            }
            Kind::Record(record) => {
                if let Some(mut record) = Rc::into_inner(record) {
                    values.extend(std::mem::take(&mut record.entries).into_values());
                }
            }
            Kind::Callable(callable) => {
                if let Some(Callable::Method { receiver, .. }) = Rc::into_inner(callable) {
                    values.push(receiver);
                }
            }
            _ => {}
        }
    }
}

/// Says that a value can be called, where one is needed that can be read.
pub(super) fn callable_as_value() -> Failure {
    Failure::new("a macro or function is no value; call it with ()")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scaffolder::language::limits::Limits;

    #[test]
    fn keys_that_are_indices_come_first() {
        let keys = ["b", "10", "2", "a", "01", "4294967295"];
        let entries = keys.iter().map(|key| ((*key).into(), Value::UNDEFINED));
        let record = Record::new(entries.collect());
        let keys: Vec<&str> = record.iter().map(|(key, _)| &**key).collect();
        assert_eq!(keys, ["2", "10", "b", "a", "01", "4294967295"]);
    }

    #[test]
    fn a_mark_is_found_in_what_holds_it() {
        let budget = Budget::new(&Limits::default());
        let open = Value::list(vec![Value::from("a")]);
        let marked = Value::list(vec![open.clone(), Value::from("b").marked(true)]);
        assert!(!open.holds_secret(&budget).unwrap());
        assert!(marked.holds_secret(&budget).unwrap());
    }

    #[test]
    fn what_stands_in_itself_very_deep_is_dropped() {
        let mut value = Value::UNDEFINED;
        for _ in 0..1_000_000 {
            value = Value::list(vec![value]);
        }
        let budget = Budget::new(&Limits::default());
        assert!(value.holds_secret(&budget).is_err());
        drop(value);
    }
}
