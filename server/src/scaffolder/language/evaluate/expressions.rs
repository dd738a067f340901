//! Values, members, operations and comparisons.

use super::super::coerce::{
    add, concat, is_equal, is_in, is_same, order, own_member, to_key, to_number,
};
use super::super::error::{Failure, Outcome};
use super::super::methods;
use super::super::number;
use super::super::pattern::Pattern;
use super::super::syntax::{Binary, Choice, Comparison, Expr, ExprKind, Name, Slice, Unary};
use super::super::value::{Callable, Kind, PatternValue, Value};
use super::callables::function;
use super::{Evaluator, Place};
use indexmap::IndexMap;
use std::cell::Cell;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::Arc;

impl<'t> Evaluator<'t> {
    pub(super) fn expr(&self, expr: &'t Expr, place: &Place) -> Outcome<Value> {
        self.deeper(|| self.expr_kind(&expr.kind, place))
            .map_err(|failure| failure.at(expr.at))
    }

    fn expr_kind(&self, kind: &'t ExprKind, place: &Place) -> Outcome<Value> {
        match kind {
            ExprKind::Null => Ok(Kind::Null.into()),
            ExprKind::Bool(bool) => Ok((*bool).into()),
            ExprKind::Number(number) => Ok((*number).into()),
            ExprKind::Text(text) => Ok(text.clone().into()),
            ExprKind::Pattern { compiled, .. } => Ok(pattern(compiled.as_ref())),
            ExprKind::Name(name) => self.name(name, place),
            ExprKind::List(items) => self.list(items, place),
            ExprKind::Group(parts) => self.group(parts, place),
            ExprKind::Record(entries) => self.record(entries, place),
            ExprKind::Member(target, key) => self.member(target, key, place),
            ExprKind::Slice(slice) => self.slice(slice, place),
            ExprKind::Choice(choice) => self.choose(choice, place),
            ExprKind::Or(left, right) => self.either(left, right, true, place),
            ExprKind::And(left, right) => self.either(left, right, false, place),
            ExprKind::Unary(unary, target) => self.unary(*unary, target, place),
            ExprKind::Binary(binary, left, right) => self.binary(*binary, left, right, place),
            ExprKind::Compare(first, rest) => self.compare(first, rest, place),
            ExprKind::In(needle, container) => self.membership(needle, container, place),
            ExprKind::Test(test) => self.test(test, place),
            ExprKind::Filter(filter) => self.filter(filter, place),
            ExprKind::Call(callee, arguments) => self.call(callee, arguments, place),
            ExprKind::Capture(body) => self.capture(body, place),
        }
    }

    fn name(&self, name: &Name, place: &Place) -> Outcome<Value> {
        if let Some(slot) = name.slot {
            return Ok(place.frame.get(slot));
        }
        if let Some(value) = place.scope.get(&name.text) {
            return Ok(value);
        }
        if let Some(value) = self.known.borrow().get(&name.text) {
            return Ok(value.clone());
        }
        let Some(value) = self.look_up(&name.text)? else {
            return Ok(Value::UNDEFINED);
        };
        let mut known = self.known.borrow_mut();
        known.insert(Arc::clone(&name.text), value.clone());
        Ok(value)
    }

    /// What is known under a name that the template has not set.
    fn look_up(&self, name: &Arc<str>) -> Outcome<Option<Value>> {
        if let Some(value) = self.context.get(name) {
            return value.map(Some);
        }
        if self.options.cookiecutter {
            match &**name {
                "True" => return Ok(Some(true.into())),
                "False" => return Ok(Some(false.into())),
                "None" => return Ok(Some(Kind::Null.into())),
                _ => {}
            }
        }
        if let Some(value) = self.options.global(name) {
            return value.map(Some);
        }
        if self.options.functions.contains_key(&**name) {
            return Ok(Some(Value::callable(Callable::Global(Arc::clone(name)))));
        }
        Ok(function(name).map(Value::callable))
    }

    fn list(&self, items: &'t [Expr], place: &Place) -> Outcome<Value> {
        self.budget.items(items.len())?;
        let items = items.iter().map(|item| self.expr(item, place));
        Ok(Value::list(items.collect::<Outcome<_>>()?))
    }

    fn group(&self, parts: &'t [Expr], place: &Place) -> Outcome<Value> {
        let mut last = Value::UNDEFINED;
        for part in parts {
            last = self.expr(part, place)?;
        }
        Ok(last)
    }

    fn record(&self, entries: &'t [(Arc<str>, Expr)], place: &Place) -> Outcome<Value> {
        self.budget.items(entries.len())?;
        let mut record = IndexMap::with_capacity(entries.len());
        for (key, value) in entries {
            record.insert(Arc::clone(key), self.expr(value, place)?);
        }
        Ok(Value::record(record))
    }

    fn member(&self, target: &'t Expr, key: &'t Expr, place: &Place) -> Outcome<Value> {
        let target = self.expr(target, place)?;
        let key = match &key.kind {
            ExprKind::Text(text) => Value::from(text.clone()),
            _ => self.expr(key, place)?,
        };
        let secret = self.hides(&key)?;
        let key = to_key(&key, &self.budget)?;
        let member = self.member_of(&target, &key)?;
        Ok(member.marked(target.secret || secret))
    }

    fn member_of(&self, target: &Value, key: &Arc<str>) -> Outcome<Value> {
        if let Kind::Callable(callable) = &target.kind {
            return Ok(self.callable_member(callable, key));
        }
        match own_member(target, key, &self.budget)? {
            // What a list or record holds is called through it, and is not the same as elsewhere.
            Some(Value {
                kind: Kind::Callable(callable),
                secret,
            }) => Ok(Value::callable((*callable).clone()).marked(secret)),
            Some(member) => Ok(member),
            None if methods::has(target, key, self.options.cookiecutter) => {
                Ok(Value::callable(Callable::Method {
                    receiver: target.clone(),
                    name: Arc::clone(key),
                }))
            }
            None => Ok(Value::UNDEFINED),
        }
    }

    fn choose(&self, choice: &'t Choice, place: &Place) -> Outcome<Value> {
        let condition = self.expr(&choice.condition, place)?;
        let secret = self.hides(&condition)?;
        let chosen = match (condition.is_truthy(), &choice.no) {
            (true, _) => self.shaded(secret, || self.expr(&choice.yes, place))?,
            (false, Some(no)) => self.shaded(secret, || self.expr(no, place))?,
            (false, None) => Value::from(""),
        };
        Ok(chosen.marked(secret))
    }

    /// The left side if it is truthy, or is not, as asked; else the right one.
    fn either(
        &self,
        left: &'t Expr,
        right: &'t Expr,
        truthy: bool,
        place: &Place,
    ) -> Outcome<Value> {
        let left = self.expr(left, place)?;
        if left.is_truthy() == truthy {
            return Ok(left);
        }
        let secret = self.hides(&left)?;
        let right = self.shaded(secret, || self.expr(right, place))?;
        Ok(right.marked(secret))
    }

    fn unary(&self, unary: Unary, target: &'t Expr, place: &Place) -> Outcome<Value> {
        let target = self.expr(target, place)?;
        let secret = self.hides(&target)?;
        let value: Value = match unary {
            Unary::Not => (!target.is_truthy()).into(),
            Unary::Negative => (-to_number(&target, &self.budget)?).into(),
            Unary::Positive => to_number(&target, &self.budget)?.into(),
            Unary::Floor => to_number(&target, &self.budget)?.floor().into(),
        };
        Ok(value.marked(secret))
    }

    fn binary(
        &self,
        binary: Binary,
        left: &'t Expr,
        right: &'t Expr,
        place: &Place,
    ) -> Outcome<Value> {
        let left = self.expr(left, place)?;
        let right = self.expr(right, place)?;
        let secret = self.hides(&left)? || self.hides(&right)?;
        let number = |value: &Value| to_number(value, &self.budget);
        let value: Value = match binary {
            Binary::Concat => concat(&left, &right, &self.budget)?,
            Binary::Add => add(&left, &right, &self.budget)?,
            Binary::Subtract => (number(&left)? - number(&right)?).into(),
            Binary::Multiply => (number(&left)? * number(&right)?).into(),
            Binary::Divide => (number(&left)? / number(&right)?).into(),
            Binary::Remainder => (number(&left)? % number(&right)?).into(),
            Binary::Power => power(number(&left)?, number(&right)?).into(),
        };
        Ok(value.marked(secret))
    }

    /// Each comparison after the first compares with the result of the one before.
    fn compare(
        &self,
        first: &'t Expr,
        rest: &'t [(Comparison, Expr)],
        place: &Place,
    ) -> Outcome<Value> {
        let mut left = self.expr(first, place)?;
        for (comparison, right) in rest {
            let right = self.expr(right, place)?;
            let secret = self.hides(&left)? || self.hides(&right)?;
            let ordered = || order(&left, &right, &self.budget);
            let is_one_of = |orders: [Ordering; 2]| -> Outcome<bool> {
                Ok(ordered()?.is_some_and(|order| orders.contains(&order)))
            };
            let holds = match comparison {
                Comparison::Equal => is_equal(&left, &right, &self.budget)?,
                Comparison::NotEqual => !is_equal(&left, &right, &self.budget)?,
                Comparison::Same => is_same(&left, &right),
                Comparison::NotSame => !is_same(&left, &right),
                Comparison::Less => is_one_of([Ordering::Less; 2])?,
                Comparison::LessOrEqual => is_one_of([Ordering::Less, Ordering::Equal])?,
                Comparison::Greater => is_one_of([Ordering::Greater; 2])?,
                Comparison::GreaterOrEqual => is_one_of([Ordering::Greater, Ordering::Equal])?,
            };
            left = Value::from(holds).marked(secret);
        }
        Ok(left)
    }

    fn membership(&self, needle: &'t Expr, container: &'t Expr, place: &Place) -> Outcome<Value> {
        let needle = self.expr(needle, place)?;
        let container = self.expr(container, place)?;
        let secret = self.hides(&needle)? || self.hides(&container)?;
        let is_in = is_in(&needle, &container, &self.budget)?;
        Ok(Value::from(is_in).marked(secret))
    }

    /// Every `step`th member from `start` up to `stop`, as Jinja does it on anything with a length.
    fn slice(&self, slice: &'t Slice, place: &Place) -> Outcome<Value> {
        let budget = &self.budget;
        let part = |part: &'t Option<Expr>, otherwise: Kind| match part {
            Some(part) => self.expr(part, place),
            None => Ok(otherwise.into()),
        };
        let target = self.expr(&slice.target, place)?;
        let mut start = part(&slice.start, Kind::Null)?;
        let mut end = part(&slice.stop, Kind::Null)?;
        let stride = part(&slice.step, Kind::Number(1.0))?;
        let secret = target.secret || self.hides_any([&start, &end, &stride])?;
        if matches!(target.kind, Kind::Callable(_)) {
            return Err(Failure::new("a macro or function cannot be sliced"));
        }
        let target = if target.is_truthy() {
            target
        } else {
            Value::list(Vec::new())
        };
        let length = own_member(&target, "length", budget)?.unwrap_or(Value::UNDEFINED);

        let stride_number = to_number(&stride, budget)?;
        if !stride_number.is_finite() || stride_number == 0.0 {
            return Err(Failure::new(
                "the step of a slice has to be a number, not zero",
            ));
        }
        let zero = Value::from(0.0);
        let is_negative = |value: &Value| -> Outcome<bool> {
            Ok(order(value, &zero, budget)? == Some(Ordering::Less))
        };
        let goes_down = stride_number < 0.0;
        if matches!(start.kind, Kind::Null) {
            start = if goes_down {
                (to_number(&length, budget)? - 1.0).into()
            } else {
                zero.clone()
            };
        }
        if matches!(end.kind, Kind::Null) {
            end = if goes_down {
                Value::from(-1.0)
            } else {
                length.clone()
            };
        } else if is_negative(&end)? {
            end = add(&end, &length, budget)?;
        }
        if is_negative(&start)? {
            start = add(&start, &length, budget)?;
        }

        let mut items = Vec::new();
        let mut index = start;
        loop {
            let is_behind = order(&index, &length, budget)? == Some(Ordering::Greater);
            let against_end = order(&index, &end, budget)?;
            let is_done = match against_end {
                Some(Ordering::Equal) => true,
                Some(Ordering::Less) => goes_down,
                Some(Ordering::Greater) => !goes_down,
                None => false,
            };
            if is_negative(&index)? || is_behind || is_done {
                break;
            }
            budget.items(1)?;
            let item = own_member(&target, &to_key(&index, budget)?, budget)?;
            items.push(item.unwrap_or(Value::UNDEFINED).marked(secret));
            index = add(&index, &stride, budget)?;
        }
        Ok(Value::list(items).marked(secret))
    }
}

fn pattern(compiled: Option<&Arc<Pattern>>) -> Value {
    match compiled {
        Some(pattern) => Kind::Pattern(Rc::new(PatternValue {
            pattern: Arc::clone(pattern),
            next: Cell::new(0),
        }))
        .into(),
        None => Value::UNDEFINED,
    }
}

/// As JavaScript has it: one to an infinite power is no number.
fn power(base: f64, exponent: f64) -> f64 {
    if number::same(base.abs(), 1.0) && exponent.is_infinite() || exponent.is_nan() {
        return f64::NAN;
    }
    base.powf(exponent)
}
