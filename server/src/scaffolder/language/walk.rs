//! Goes through all parts of a template, whatever they stand in.

use super::error::Outcome;
use super::limits::Budget;
use super::syntax::{
    Arguments, Body, CallableBody, Expr, ExprKind, SetValue, Statement, StatementKind,
};

/// A part, before those that it is made of.
pub(super) enum Part<'t> {
    Statement(&'t Statement),
    Expr(&'t Expr),
}

/// Shows every part of a body, until one of them is answered with an error.
pub(super) fn body<'t, E>(
    body: &'t Body,
    see: &mut impl FnMut(Part<'t>) -> Result<(), E>,
) -> Result<(), E> {
    body.iter().try_for_each(|it| statement(it, see))
}

/// Whether a body sets names, or calls something that may remember it.
pub(super) fn changes_something(searched: &Body, budget: &Budget) -> Outcome<bool> {
    let mut changes = false;
    body(searched, &mut |part| {
        changes |= match part {
            Part::Statement(statement) => matches!(
                statement.kind,
                StatementKind::Set { .. } | StatementKind::Call(_) | StatementKind::Macro(_)
            ),
            Part::Expr(expr) => matches!(expr.kind, ExprKind::Call(..)),
        };
        budget.step()
    })?;
    Ok(changes)
}

fn statement<'t, E>(
    statement: &'t Statement,
    see: &mut impl FnMut(Part<'t>) -> Result<(), E>,
) -> Result<(), E> {
    see(Part::Statement(statement))?;
    match &statement.kind {
        StatementKind::Text(_) => Ok(()),
        StatementKind::Output(value) => expr(value, see),
        StatementKind::If {
            branches,
            otherwise,
        } => {
            for (condition, inner) in branches {
                expr(condition, see)?;
                body(inner, see)?;
            }
            otherwise.iter().try_for_each(|it| body(it, see))
        }
        StatementKind::For(each) => {
            expr(&each.values, see)?;
            body(&each.body, see)?;
            each.otherwise.iter().try_for_each(|it| body(it, see))
        }
        StatementKind::Set { value, .. } => match value {
            SetValue::Expression(value) => expr(value, see),
            SetValue::Capture(inner) => body(inner, see),
        },
        StatementKind::Macro(declared) => callable(&declared.callable, see),
        StatementKind::Call(call) => {
            expr(&call.callee, see)?;
            arguments(&call.arguments, see)?;
            callable(&call.caller, see)
        }
        StatementKind::Block(block) => body(&block.body, see),
        StatementKind::Switch(switch) => {
            expr(&switch.value, see)?;
            for (condition, inner) in &switch.cases {
                expr(condition, see)?;
                body(inner, see)?;
            }
            switch.otherwise.iter().try_for_each(|it| body(it, see))
        }
    }
}

fn callable<'t, E>(
    callable: &'t CallableBody,
    see: &mut impl FnMut(Part<'t>) -> Result<(), E>,
) -> Result<(), E> {
    let mut defaults = callable.defaults.iter();
    defaults.try_for_each(|(_, default)| expr(default, see))?;
    body(&callable.body, see)
}

fn arguments<'t, E>(
    arguments: &'t Arguments,
    see: &mut impl FnMut(Part<'t>) -> Result<(), E>,
) -> Result<(), E> {
    let keyword = arguments.keyword.iter().map(|(_, value)| value);
    let mut all = arguments.positional.iter().chain(keyword);
    all.try_for_each(|it| expr(it, see))
}

/// Shows an expression, and every part of it.
pub(super) fn expr<'t, E>(
    whole: &'t Expr,
    see: &mut impl FnMut(Part<'t>) -> Result<(), E>,
) -> Result<(), E> {
    see(Part::Expr(whole))?;
    match &whole.kind {
        ExprKind::Null
        | ExprKind::Bool(_)
        | ExprKind::Number(_)
        | ExprKind::Text(_)
        | ExprKind::Pattern { .. }
        | ExprKind::Name(_) => Ok(()),
        ExprKind::List(items) | ExprKind::Group(items) => {
            items.iter().try_for_each(|it| expr(it, see))
        }
        ExprKind::Record(entries) => entries.iter().try_for_each(|(_, it)| expr(it, see)),
        ExprKind::Unary(_, target) => expr(target, see),
        ExprKind::Member(left, right)
        | ExprKind::Or(left, right)
        | ExprKind::And(left, right)
        | ExprKind::Binary(_, left, right)
        | ExprKind::In(left, right) => {
            expr(left, see)?;
            expr(right, see)
        }
        ExprKind::Slice(slice) => {
            expr(&slice.target, see)?;
            let parts = [&slice.start, &slice.stop, &slice.step];
            parts.into_iter().flatten().try_for_each(|it| expr(it, see))
        }
        ExprKind::Choice(choice) => {
            expr(&choice.condition, see)?;
            expr(&choice.yes, see)?;
            choice.no.iter().try_for_each(|it| expr(it, see))
        }
        ExprKind::Compare(first, rest) => {
            expr(first, see)?;
            rest.iter().try_for_each(|(_, it)| expr(it, see))
        }
        ExprKind::Test(test) => {
            expr(&test.value, see)?;
            arguments(&test.arguments, see)
        }
        ExprKind::Filter(filter) => {
            expr(&filter.input, see)?;
            arguments(&filter.arguments, see)
        }
        ExprKind::Call(callee, given) => {
            expr(callee, see)?;
            arguments(given, see)
        }
        ExprKind::Capture(inner) => body(inner, see),
    }
}
