//! Calls of macros and of the bodies of `call`.

use super::super::error::{Failure, Outcome};
use super::super::scope::Scope;
use super::super::syntax::{CallBlock, Name};
use super::super::value::{Callable, Kind, Value};
use super::{Definition, Evaluator, Place, Sink};
use std::rc::Rc;
use std::sync::Arc;

/// What something is called with.
#[derive(Default)]
pub(super) struct Given {
    pub(super) positional: Vec<Value>,
    pub(super) keyword: Vec<(Arc<str>, Value)>,
}

impl Given {
    /// The last value given under a name.
    fn keyword(&self, name: &str) -> Option<&Value> {
        let mut given = self.keyword.iter().rev();
        given
            .find(|(own, _)| **own == *name)
            .map(|(_, value)| value)
    }

    fn take_keyword(&mut self, name: &str) -> Option<Value> {
        let value = self.keyword(name).cloned();
        self.keyword.retain(|(own, _)| **own != *name);
        value
    }

    /// Sorts what was given to the formal names: names fill what positions do not, and positions that
    /// are left over go to the names that have defaults.
    pub(super) fn sort<'n>(
        &mut self,
        formals: impl ExactSizeIterator<Item = &'n str>,
        defaults: impl Iterator<Item = &'n Arc<str>>,
    ) {
        let count = formals.len();
        if self.positional.len() > count {
            let surplus = self.positional.split_off(count);
            let named = defaults.zip(surplus);
            let named = named.map(|(name, value)| (Arc::clone(name), value));
            self.keyword.extend(named);
            return;
        }
        for name in formals.skip(self.positional.len()) {
            let value = self.take_keyword(name).unwrap_or(Value::UNDEFINED);
            self.positional.push(value);
        }
    }
}

impl<'t> Evaluator<'t> {
    pub(super) fn call_block(
        &self,
        call: &'t CallBlock,
        place: &Place,
        sink: &mut Sink,
    ) -> Outcome<()> {
        let callee = self.expr(&call.callee, place)?;
        let Some((number, None)) = self
            .macro_of(&callee)
            .map(|(number, it)| (number, it.around))
        else {
            return Err(Failure::new(format!(
                "\"call\" needs a macro, and {} is {}",
                call.callee.path().unwrap_or_default(),
                callee.kind_name()
            )));
        };
        let mut given = self.given(&call.arguments, place)?;
        let around = (Rc::clone(&place.scope), Rc::clone(&place.frame));
        let content = self.define(Definition {
            callable: &call.caller,
            around: Some(around),
        });
        given.keyword.push(("caller".into(), content));
        let value = self.call_macro(number, given)?;
        self.write_value(&value, sink)
    }

    fn macro_of(&self, value: &Value) -> Option<(usize, Definition<'t>)> {
        match &value.kind {
            Kind::Callable(callable) => match **callable {
                Callable::Macro(number) => {
                    let definition = self.macros.borrow().get(number).cloned();
                    definition.map(|definition| (number, definition))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// What a macro writes, which is safe.
    pub(super) fn call_macro(&self, number: usize, mut given: Given) -> Outcome<Value> {
        let definition = self.macros.borrow().get(number).cloned();
        let Some(Definition { callable, around }) = definition else {
            return Ok(Value::UNDEFINED);
        };
        let exports_macros = around.is_none();
        let (scope, frame) = match around {
            Some((scope, frame)) => (scope, Some(frame)),
            None => (Rc::clone(&self.exports), None),
        };
        let place = Place {
            scope: Scope::within(&scope, true),
            frame: self.new_frame(callable.frame, frame),
            exports_macros,
            exports_names: false,
        };

        let (formals, defaults) = (&callable.formals, &callable.defaults);
        let names = || formals.iter().map(|name| &*name.text);
        given.sort(names(), defaults.iter().map(|(name, _)| &name.text));
        for (name, value) in formals.iter().zip(&given.positional) {
            place.bind(name, value.clone());
        }
        for (name, default) in defaults {
            let value = match given.keyword(&name.text) {
                Some(value) => value.clone(),
                None => self.expr(default, &place)?,
            };
            place.bind(name, value);
        }
        let is_caller = |name: &Name| *name.text == *"caller";
        let declares_caller =
            formals.iter().any(is_caller) || defaults.iter().any(|(name, _)| is_caller(name));
        if !declares_caller && let Some(caller) = given.keyword("caller") {
            place.scope.declare(&Arc::from("caller"), caller.clone());
        }
        let written = self.capture(&callable.body, &place)?;
        let text = written.text().cloned();
        Ok(text
            .map_or(Value::UNDEFINED, Value::safe)
            .marked(written.secret))
    }
}
