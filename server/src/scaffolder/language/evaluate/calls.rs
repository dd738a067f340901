//! Calls, filters and tests: finds what is named, checks what it is given, and marks what comes back.

use super::super::context::{failed_on_secret, from_function, to_argument};
use super::super::error::{Failure, Outcome, shown};
use super::super::filters::{self, Tools};
use super::super::methods;
use super::super::mistakes::{unknown_filter, unknown_test};
use super::super::predicates;
use super::super::syntax::{Arguments, Expr, Filter, Test};
use super::super::value::{Callable, Kind, Value, callable_as_value};
use super::callables::arity;
use super::macros::Given;
use super::{Evaluator, Place};
use indexmap::IndexMap;
use std::sync::Arc;

impl<'t> Evaluator<'t> {
    pub(super) fn given(&self, arguments: &'t Arguments, place: &Place) -> Outcome<Given> {
        let mut given = Given::default();
        for argument in &arguments.positional {
            given.positional.push(self.expr(argument, place)?);
        }
        for (name, argument) in &arguments.keyword {
            let value = self.expr(argument, place)?;
            given.keyword.push((Arc::clone(name), value));
        }
        Ok(given)
    }

    pub(super) fn call(
        &self,
        callee: &'t Expr,
        arguments: &'t Arguments,
        place: &Place,
    ) -> Outcome<Value> {
        let target = self.expr(callee, place)?;
        let Kind::Callable(callable) = &target.kind else {
            let what = callee.path().map_or("this".to_owned(), |path| shown(&path));
            let message = format!("{what} is {} and cannot be called", target.kind_name());
            return Err(Failure::new(message));
        };
        if let Callable::Macro(number) = **callable {
            let given = self.given(arguments, place)?;
            return self.call_macro(number, given);
        }
        if !arguments.keyword.is_empty() {
            return Err(Failure::new(
                "this takes its arguments by position, not by name",
            ));
        }
        let (least, most) = match &**callable {
            Callable::Method { receiver, name } => {
                methods::arity(receiver, name, self.options.cookiecutter)
            }
            other => arity(other),
        };
        if !(least..=most).contains(&arguments.positional.len()) {
            return Err(Failure::new(wrong_count(least, most)));
        }
        let given = self.given(arguments, place)?.positional;
        self.refuse_callables(&given)?;
        let secret = self.hides_any(&given)?;
        let result = match &**callable {
            Callable::Method { receiver, name } => {
                return self.call_method(receiver, name, given, secret);
            }
            Callable::Global(name) => self.call_global(name, &given, secret)?,
            other => self.call_function(other, given)?,
        };
        Ok(result.marked(secret))
    }

    fn call_method(
        &self,
        receiver: &Value,
        name: &str,
        given: Vec<Value>,
        secret: bool,
    ) -> Outcome<Value> {
        if let Kind::List(list) = &receiver.kind {
            let decides = match name {
                "sort" | "remove" => secret || self.hides(receiver)?,
                // What is put in is marked by itself.
                "push" | "append" | "unshift" => false,
                _ => secret,
            };
            if decides {
                list.mark();
            }
        }
        let result = methods::call(receiver, name, given, &self.tools())?;
        // Items are marked by themselves; what is counted or written of them is not.
        let is_computed = !matches!(result.kind, Kind::List(_) | Kind::Record(_));
        let is_hidden = receiver.secret || (is_computed && self.hides(receiver)?);
        Ok(result.marked(secret || is_hidden))
    }

    fn call_global(&self, name: &str, given: &[Value], secret: bool) -> Outcome<Value> {
        let Some(function) = self.options.functions.get(name) else {
            return Ok(Value::UNDEFINED);
        };
        let given = given.iter().map(|value| to_argument(value, &self.budget));
        let given = given.collect::<Outcome<Vec<_>>>()?;
        from_function(name, function(&given), secret)
    }

    pub(super) fn filter(&self, filter: &'t Filter, place: &Place) -> Outcome<Value> {
        let name = match &*filter.name {
            "jsonify" if self.options.cookiecutter => "dump",
            name => name,
        };
        let own = self.options.filters.get(&*filter.name);
        let known = filters::find(name);
        if let Some(message) = unknown_filter(&filter.name, self.options) {
            return Err(Failure::new(message));
        }
        if own.is_some() && !filter.arguments.keyword.is_empty() {
            let message = format!(
                "{} takes its arguments by position, not by name",
                filter.name
            );
            return Err(Failure::new(message));
        }
        let input = self.expr(&filter.input, place)?;
        let given = self.given(&filter.arguments, place)?;
        self.refuse_callables([&input])?;
        self.refuse_callables(&given.positional)?;
        self.refuse_callables(given.keyword.iter().map(|(_, value)| value))?;

        if let Some(function) = own {
            let all = [&input].into_iter().chain(&given.positional);
            let secret = self.hides_any(all.clone())?;
            let all = all.map(|value| to_argument(value, &self.budget));
            let all = all.collect::<Outcome<Vec<_>>>()?;
            return from_function(name, function(&all), secret);
        }
        let Some(known) = known else {
            return Ok(Value::UNDEFINED);
        };
        let arguments = lower(name, given);
        let secret = self.hides_any(&arguments)?;
        let result = match known(&input, &arguments, &self.tools()) {
            Ok(result) => result,
            // It may speak of what it was given.
            Err(failure) if !failure.is_limit() && (secret || self.hides(&input)?) => {
                return Err(Failure::new(failed_on_secret(name)));
            }
            Err(failure) => {
                let what = format!("filter {name:?} on {}", input.kind_name());
                return Err(failure.within(&what));
            }
        };
        let keeps = filters::keeps_items(name) && !is_plain(&result);
        let secret = input.secret || secret || (!keeps && self.hides(&input)?);
        Ok(result.marked(secret))
    }

    pub(super) fn test(&self, test: &'t Test, place: &Place) -> Outcome<Value> {
        let name = &*test.name;
        if let Some(message) = unknown_test(name) {
            return Err(Failure::new(message));
        }
        let arity = predicates::arity(name).unwrap_or_default();
        if !test.arguments.keyword.is_empty() || test.arguments.positional.len() != arity {
            return Err(Failure::new(format!(
                "test {name:?}: {}",
                wrong_count(arity, arity)
            )));
        }
        let value = self.expr(&test.value, place)?;
        let given = self.given(&test.arguments, place)?.positional;
        let secret = self.hides(&value)? || self.hides_any(&given)?;
        let holds = predicates::holds(name, &value, &given, &self.budget).map_err(|failure| {
            let failure = failure.within(&format!("test {name:?} on {}", value.kind_name()));
            failure.at(test.at)
        })?;
        Ok(Value::from(holds).marked(secret))
    }

    fn refuse_callables<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> Outcome<()> {
        for value in values {
            if value.holds_callable(&self.budget)? {
                return Err(callable_as_value());
            }
        }
        Ok(())
    }

    fn tools(&self) -> Tools<'_> {
        Tools {
            budget: &self.budget,
            random: &self.random,
            has_patterns: self.options.regular_expressions,
            is_jinja: self.options.cookiecutter,
            is_shaded: self.is_shaded(),
        }
    }
}

/// Arguments by name become one record behind the others, but where the names are known.
fn lower(name: &str, mut given: Given) -> Vec<Value> {
    let names: &[&str] = match name {
        "int" => &["default", "base"],
        "sort" => &["reverse", "case_sensitive", "attribute"],
        _ => {
            if !given.keyword.is_empty() {
                let mut entries: IndexMap<_, _> = given.keyword.into_iter().collect();
                entries.insert("__keywords".into(), Value::from(true));
                given.positional.push(Value::record(entries));
            }
            return given.positional;
        }
    };
    given.sort(names.iter().copied(), std::iter::empty());
    given.positional
}

fn wrong_count(least: usize, most: usize) -> String {
    let wanted = match (least, most) {
        (_, usize::MAX) => format!("at least {least}"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least} to {most}"),
    };
    let plural = if wanted == "1" { "" } else { "s" };
    format!("this takes {wanted} argument{plural}, by position")
}

fn is_plain(value: &Value) -> bool {
    matches!(
        value.kind,
        Kind::Bool(_) | Kind::Number(_) | Kind::Null | Kind::Undefined
    )
}
