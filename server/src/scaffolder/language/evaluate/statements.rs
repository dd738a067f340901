//! Text, variables, decisions, names that are set, blocks.

use super::super::coerce::{is_same, to_output};
use super::super::error::Outcome;
use super::super::scope::Scope;
use super::super::syntax::{
    Block, Body, Expr, Macro, Name, SetValue, Statement, StatementKind, Switch,
};
use super::super::value::{Callable, Value};
use super::super::walk;
use super::{Definition, Evaluator, Place, Sink};

impl<'t> Evaluator<'t> {
    pub(super) fn body(&self, body: &'t Body, place: &Place, sink: &mut Sink) -> Outcome<()> {
        for statement in body {
            self.statement(statement, place, sink)?;
        }
        Ok(())
    }

    fn statement(&self, statement: &'t Statement, place: &Place, sink: &mut Sink) -> Outcome<()> {
        let done = self.deeper(|| match &statement.kind {
            StatementKind::Text(text) => self.write(sink, text, false),
            StatementKind::Output(expr) => self.output(expr, place, sink),
            StatementKind::If {
                branches,
                otherwise,
            } => self.decide(branches, otherwise.as_ref(), place, sink),
            StatementKind::For(each) => self.each(each, place, sink),
            StatementKind::Set { targets, value } => self.set(targets, value, place),
            StatementKind::Macro(declared) => {
                self.declare(declared, place);
                Ok(())
            }
            StatementKind::Call(call) => self.call_block(call, place, sink),
            StatementKind::Block(block) => self.block(block, place, sink),
            StatementKind::Switch(switch) => self.switch(switch, place, sink),
        });
        done.map_err(|failure| failure.at(statement.at))
    }

    fn output(&self, expr: &'t Expr, place: &Place, sink: &mut Sink) -> Outcome<()> {
        let value = self.expr(expr, place)?;
        self.write_value(&value, sink)
    }

    pub(super) fn write_value(&self, value: &Value, sink: &mut Sink) -> Outcome<()> {
        let text = to_output(value, &self.budget)?;
        self.write(sink, &text, self.hides(value)?)
    }

    /// The first body whose condition holds. That those before do not tells of them as well.
    fn decide(
        &self,
        branches: &'t [(Expr, Body)],
        otherwise: Option<&'t Body>,
        place: &Place,
        sink: &mut Sink,
    ) -> Outcome<()> {
        let mut secret = false;
        for (condition, body) in branches {
            let condition = self.shaded(secret, || self.expr(condition, place))?;
            if !secret && self.hides(&condition)? {
                secret = true;
                let bodies = branches.iter().map(|(_, body)| body).chain(otherwise);
                self.decided_on_secret(bodies, sink)?;
            }
            if condition.is_truthy() {
                return self.shaded(secret, || self.body(body, place, sink));
            }
        }
        match otherwise {
            Some(body) => self.shaded(secret, || self.body(body, place, sink)),
            None => Ok(()),
        }
    }

    /// What is written tells of the secret, even if it is nothing. So does everything from here on,
    /// if something is changed in one of the bodies, gone through or not.
    pub(super) fn decided_on_secret<'b>(
        &self,
        bodies: impl Iterator<Item = &'b Body>,
        sink: &mut Sink,
    ) -> Outcome<()> {
        sink.secret = true;
        let mut changes = false;
        for body in bodies {
            changes |= walk::changes_something(body, &self.budget)?;
        }
        if changes {
            self.shade.set(self.shade.get() + 1);
            self.shade_kept.set(self.shade_kept.get() + 1);
        }
        Ok(())
    }

    /// The first case that is the value. A case without a body goes on to the next.
    fn switch(&self, switch: &'t Switch, place: &Place, sink: &mut Sink) -> Outcome<()> {
        let value = self.expr(&switch.value, place)?;
        let mut secret = self.hides(&value)?;
        let mut chosen = None;
        for (condition, body) in &switch.cases {
            if chosen.is_none() {
                let condition = self.expr(condition, place)?;
                secret |= self.hides(&condition)?;
                chosen = is_same(&value, &condition).then_some(body);
            } else if chosen.is_some_and(Vec::is_empty) {
                chosen = Some(body);
            }
        }
        if secret {
            let cases = switch.cases.iter().map(|(_, body)| body);
            self.decided_on_secret(cases.chain(&switch.otherwise), sink)?;
        }
        let chosen = chosen.filter(|body| !body.is_empty());
        match chosen.or(switch.otherwise.as_ref()) {
            Some(body) => self.shaded(secret, || self.body(body, place, sink)),
            None => Ok(()),
        }
    }

    fn set(&self, targets: &'t [Name], value: &'t SetValue, place: &Place) -> Outcome<()> {
        let value = match value {
            SetValue::Expression(expr) => self.expr(expr, place)?,
            SetValue::Capture(body) => self.capture(body, place)?,
        };
        let value = value.marked(self.is_shaded());
        for target in targets {
            place.scope.assign(&target.text, value.clone());
            place.bind_slot(target, &value);
            if place.exports_names {
                self.exports.declare(&target.text, value.clone());
            }
        }
        Ok(())
    }

    /// What a body writes, as a text.
    pub(super) fn capture(&self, body: &'t Body, place: &Place) -> Outcome<Value> {
        let mut sink = Sink::default();
        self.body(body, place, &mut sink)?;
        let text = sink.text.finish();
        self.budget.text(text.bytes())?;
        Ok(Value::from(text).marked(sink.secret))
    }

    fn declare(&self, declared: &'t Macro, place: &Place) {
        let callable = self.define(Definition {
            callable: &declared.callable,
            around: None,
        });
        place.bind_slot(&declared.name, &callable);
        if place.exports_macros {
            self.exports.declare(&declared.name.text, callable);
        }
    }

    pub(super) fn define(&self, definition: Definition<'t>) -> Value {
        let mut macros = self.macros.borrow_mut();
        macros.push(definition);
        Value::callable(Callable::Macro(macros.len() - 1))
    }

    /// What is set in a block stays in it.
    fn block(&self, block: &'t Block, place: &Place, sink: &mut Sink) -> Outcome<()> {
        let inner = Place {
            scope: Scope::within(&place.scope, true),
            frame: self.new_frame(block.frame, None),
            exports_macros: true,
            exports_names: false,
        };
        self.body(&block.body, &inner, sink)
    }
}
