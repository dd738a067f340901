//! What can be called without being a macro: `range`, `cycler` and `joiner`.

use super::super::coerce::{add, order};
use super::super::error::{Failure, Outcome};
use super::super::value::{Callable, Kind, Value};
use super::Evaluator;
use std::cmp::Ordering;

/// Gives its values in turn.
pub(super) struct Cycler {
    values: Vec<Value>,
    /// The one that was given last.
    current: Option<usize>,
}

/// Gives nothing at first, and then its separator.
pub(super) struct Joiner {
    separator: Value,
    is_used: bool,
}

/// The functions that every template knows.
pub(super) fn function(name: &str) -> Option<Callable> {
    match name {
        "range" => Some(Callable::Range),
        "cycler" => Some(Callable::Cycler),
        "joiner" => Some(Callable::Joiner),
        _ => None,
    }
}

/// How many arguments may be given, at least and at most.
pub(super) fn arity(callable: &Callable) -> (usize, usize) {
    match callable {
        Callable::Range => (0, 3),
        Callable::Joiner => (0, 1),
        Callable::NewJoiner(_) | Callable::CyclerNext(_) | Callable::CyclerReset(_) => (0, 0),
        _ => (0, usize::MAX),
    }
}

impl Evaluator<'_> {
    pub(super) fn call_function(
        &self,
        callable: &Callable,
        mut given: Vec<Value>,
    ) -> Outcome<Value> {
        match callable {
            Callable::Range => self.range(&given),
            Callable::Cycler => {
                let mut cyclers = self.cyclers.borrow_mut();
                cyclers.push(Cycler {
                    values: given,
                    current: None,
                });
                Ok(Value::callable(Callable::NewCycler(cyclers.len() - 1)))
            }
            Callable::Joiner => {
                let separator = given.pop().filter(Value::is_truthy);
                let mut joiners = self.joiners.borrow_mut();
                joiners.push(Joiner {
                    separator: separator.unwrap_or_else(|| Value::from(",")),
                    is_used: false,
                });
                Ok(Value::callable(Callable::NewJoiner(joiners.len() - 1)))
            }
            Callable::NewJoiner(number) => Ok(self.join(*number)),
            Callable::CyclerNext(number) => Ok(self.next(*number)),
            Callable::CyclerReset(number) => {
                if let Some(cycler) = self.cyclers.borrow_mut().get_mut(*number) {
                    cycler.current = None;
                }
                Ok(Value::UNDEFINED)
            }
            _ => Err(Failure::new("this cannot be called; use its next()")),
        }
    }

    /// The numbers from the first up to the second, or up to the only one.
    fn range(&self, given: &[Value]) -> Outcome<Value> {
        let argument = |index: usize| given.get(index).cloned().unwrap_or(Value::UNDEFINED);
        let (mut start, mut end, mut stride) = (argument(0), argument(1), argument(2));
        if end.is_undefined() {
            (start, end, stride) = (0.0.into(), start, 1.0.into());
        } else if !stride.is_truthy() {
            stride = 1.0.into();
        }
        let goes_up = order(&stride, &0.0.into(), &self.budget)? == Some(Ordering::Greater);
        let goes_on = if goes_up {
            Ordering::Less
        } else {
            Ordering::Greater
        };
        let mut numbers = Vec::new();
        let mut number = start;
        while order(&number, &end, &self.budget)? == Some(goes_on) {
            self.budget.items(1)?;
            let next = add(&number, &stride, &self.budget)?;
            numbers.push(number);
            number = next;
        }
        Ok(Value::list(numbers))
    }

    fn join(&self, number: usize) -> Value {
        match self.joiners.borrow_mut().get_mut(number) {
            Some(joiner) if joiner.is_used => joiner.separator.clone(),
            Some(joiner) => {
                joiner.is_used = true;
                Value::from("")
            }
            None => Value::UNDEFINED,
        }
    }

    fn next(&self, number: usize) -> Value {
        let mut cyclers = self.cyclers.borrow_mut();
        let Some(cycler) = cyclers.get_mut(number) else {
            return Value::UNDEFINED;
        };
        let next = cycler.current.map_or(0, |current| current + 1);
        let next = next.checked_rem(cycler.values.len()).unwrap_or(0);
        cycler.current = Some(next);
        cycler.values.get(next).cloned().unwrap_or(Value::UNDEFINED)
    }

    /// What stands under a name of a cycler.
    pub(super) fn callable_member(&self, callable: &Callable, key: &str) -> Value {
        let Callable::NewCycler(number) = *callable else {
            return Value::UNDEFINED;
        };
        match key {
            "next" => Value::callable(Callable::CyclerNext(number)),
            "reset" => Value::callable(Callable::CyclerReset(number)),
            "current" => {
                let cyclers = self.cyclers.borrow();
                let cycler = cyclers.get(number);
                let current = cycler.and_then(|cycler| Some((cycler, cycler.current?)));
                match current {
                    None => Kind::Null.into(),
                    Some((cycler, current)) => {
                        let value = cycler.values.get(current).cloned();
                        value.unwrap_or(Value::UNDEFINED)
                    }
                }
            }
            _ => Value::UNDEFINED,
        }
    }
}
