//! Loops over lists, records and texts.

use super::super::coerce::to_number;
use super::super::error::{Failure, Outcome};
use super::super::number;
use super::super::scope::Scope;
use super::super::syntax::{Body, For, Name};
use super::super::text::Text;
use super::super::value::{Kind, List, Record, Value};
use super::{Evaluator, Place, Sink};
use indexmap::IndexMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a loop goes over.
enum Values {
    List(Rc<List>),
    /// Keys with values.
    Entries(Rc<Record>),
    /// Values under indices, up to a length that is written beside them.
    Indexed(Rc<Record>),
    Units(Vec<Text>),
    /// Indices with units.
    NumberedUnits(Vec<Text>),
    None,
}

/// One turn of a loop: one value for all targets, or a key and a value.
enum Turn {
    One(Value),
    Pair(Value, Value),
}

impl<'t> Evaluator<'t> {
    pub(super) fn each(&self, each: &'t For, place: &Place, sink: &mut Sink) -> Outcome<()> {
        let value = self.expr(&each.values, place)?;
        let secret = self.hides(&value)?;
        let (values, length) = values(&value, each.targets.len() > 1);
        let is_list = matches!(value.kind, Kind::List(_) | Kind::Safe(_));
        let (targets, body) = match &each.over_record {
            Some((targets, body)) if !is_list => (targets, body),
            _ => (&each.targets, &each.body),
        };
        let inner = Place {
            scope: Scope::within(&place.scope, false),
            frame: Rc::clone(&place.frame),
            exports_macros: false,
            exports_names: false,
        };
        let length = if value.is_truthy() {
            inner.frame.set(each.length, length.clone());
            length
        } else {
            inner.frame.get(each.length)
        };
        if secret {
            self.decided_on_secret([body].into_iter().chain(&each.otherwise), sink)?;
        }
        self.shaded(secret, || {
            self.turns(&values, &length, targets, body, &inner, sink, value.secret)?;
            match &each.otherwise {
                Some(body) if !length.is_truthy() => self.body(body, &inner, sink),
                _ => Ok(()),
            }
        })
    }

    #[expect(clippy::too_many_arguments, reason = "what one turn needs")]
    fn turns(
        &self,
        values: &Values,
        length: &Value,
        targets: &'t [Name],
        body: &'t Body,
        place: &Place,
        sink: &mut Sink,
        secret: bool,
    ) -> Outcome<()> {
        let count = to_number(length, &self.budget)?;
        let mut index = 0;
        while let Some(turn) = values.turn(index, count) {
            self.budget.step()?;
            self.bind_turn(turn, targets, place, secret)?;
            if self.tree.asks_for_loop {
                let told = loop_record(number::of(index), count, length);
                self.budget.items(7)?;
                place.scope.declare(&Arc::from("loop"), told);
            }
            self.body(body, place, sink)?;
            index += 1;
        }
        Ok(())
    }

    fn bind_turn(&self, turn: Turn, targets: &[Name], place: &Place, secret: bool) -> Outcome<()> {
        let secret = secret || self.is_shaded();
        match turn {
            Turn::One(value) => match targets {
                [target] => place.bind(target, value.marked(secret)),
                // Only the frame learns of them: what macros look up by name does not.
                targets => {
                    for (index, target) in targets.iter().enumerate() {
                        let part = part(&value, index)?.marked(secret || value.secret);
                        place.bind_slot(target, &part);
                    }
                }
            },
            Turn::Pair(key, value) => {
                for (target, value) in targets.iter().zip([key, value]) {
                    place.bind(target, value.marked(secret));
                }
            }
        }
        Ok(())
    }
}

fn values(value: &Value, has_several_targets: bool) -> (Values, Value) {
    let count = |count: usize| Value::from(number::of(count));
    match &value.kind {
        Kind::List(list) => (Values::List(Rc::clone(list)), count(list.len())),
        Kind::Record(record) if has_several_targets => {
            (Values::Entries(Rc::clone(record)), count(record.len()))
        }
        Kind::Record(record) => {
            let length = record.get("length").cloned();
            let length = length.unwrap_or(Value::UNDEFINED);
            (Values::Indexed(Rc::clone(record)), length)
        }
        Kind::Text(text) if has_several_targets => {
            (Values::NumberedUnits(text.split()), count(text.len()))
        }
        Kind::Text(text) => (Values::Units(text.split()), count(text.len())),
        Kind::Safe(text) => (Values::Units(text.split()), count(text.len())),
        _ if has_several_targets => (Values::None, count(0)),
        _ => (Values::None, Value::UNDEFINED),
    }
}

impl Values {
    fn turn(&self, index: usize, count: f64) -> Option<Turn> {
        match self {
            // Asked anew each time, since the body can change it.
            Self::List(list) => list.get(index).map(Turn::One),
            Self::Entries(record) => {
                let (key, value) = record.entry(index)?;
                Some(Turn::Pair(
                    Value::from(Text::from(Arc::clone(key))),
                    value.clone(),
                ))
            }
            Self::Indexed(record) => (number::of(index) < count).then(|| {
                let value = record.get(&index.to_string()).cloned();
                Turn::One(value.unwrap_or(Value::UNDEFINED))
            }),
            Self::Units(units) => units.get(index).cloned().map(|it| Turn::One(it.into())),
            Self::NumberedUnits(units) => {
                let unit = units.get(index)?.clone();
                Some(Turn::Pair(index.to_string().into(), unit.into()))
            }
            Self::None => None,
        }
    }
}

/// One of the parts of a value for one of several targets.
fn part(value: &Value, index: usize) -> Outcome<Value> {
    let part = match &value.kind {
        Kind::Undefined | Kind::Null => {
            return Err(Failure::new(format!(
                "this loop has several names, but one of its values is {}",
                value.kind_name()
            )));
        }
        Kind::List(list) => list.get(index),
        Kind::Record(record) => record.get(&index.to_string()).cloned(),
        Kind::Text(text) => text.unit(index).map(Value::from),
        _ => None,
    };
    Ok(part.unwrap_or(Value::UNDEFINED))
}

/// What `loop` tells.
fn loop_record(index: f64, count: f64, length: &Value) -> Value {
    let entries: [(&str, Value); 7] = [
        ("index", (index + 1.0).into()),
        ("index0", index.into()),
        ("revindex", (count - index).into()),
        ("revindex0", (count - index - 1.0).into()),
        ("first", (index == 0.0).into()),
        ("last", number::same(index, count - 1.0).into()),
        ("length", length.clone()),
    ];
    let entries = entries
        .into_iter()
        .map(|(key, value)| (Arc::from(key), value));
    Value::record(entries.collect::<IndexMap<Arc<str>, Value>>())
}
