//! Binds names to slots where the text alone says what they mean: the targets of loops, what macros
//! are given, and macros themselves. Other names are looked up while rendering.
//!
//! Regular expressions are made ready on the way.
//!
//! Nunjucks compiles templates to functions, and this is which variable of which function a name
//! becomes. It can be seen: a macro that a branch not taken would have declared is undefined even
//! where the context has its name.

use super::error::{Failure, Outcome};
use super::limits::Limits;
use super::pattern::Pattern;
use super::syntax::{
    Arguments, Body, CallableBody, Expr, ExprKind, For, Name, SetValue, Slot, Statement,
    StatementKind, Tree,
};
use std::collections::HashMap;
use std::sync::Arc;

/// Binds the names of a template.
pub(super) fn bind(mut body: Body, limits: &Limits) -> Outcome<Tree> {
    let mut binder = Binder {
        frames: Vec::new(),
        asks_for_loop: false,
        parts_left: limits.parts,
    };
    let mut region = binder.frame(Bindings::new());
    binder.body(&mut body, &mut region)?;
    Ok(Tree {
        body,
        frames: binder.frames,
        asks_for_loop: binder.asks_for_loop,
    })
}

/// What making a regular expression ready costs, beside other parts.
const PARTS_OF_PATTERN: usize = 2_000;

type Bindings = HashMap<Arc<str>, Slot>;

struct Binder {
    /// How many slots each frame has so far.
    frames: Vec<usize>,
    asks_for_loop: bool,
    parts_left: usize,
}

/// A part of the text in which the same names are bound.
#[derive(Clone)]
struct Region {
    frame: usize,
    bindings: Bindings,
}

impl Binder {
    fn frame(&mut self, bindings: Bindings) -> Region {
        self.frames.push(0);
        let frame = self.frames.len() - 1;
        Region { frame, bindings }
    }

    fn slot(&mut self, region: &Region) -> Slot {
        let count = &mut self.frames[region.frame];
        *count += 1;
        Slot {
            frame: region.frame,
            index: *count - 1,
        }
    }

    fn declare(&mut self, name: &mut Name, region: &mut Region) {
        let slot = self.slot(region);
        name.slot = Some(slot);
        region.bindings.insert(Arc::clone(&name.text), slot);
    }

    fn look_up(&mut self, name: &mut Name, region: &Region) {
        name.slot = region.bindings.get(&name.text).copied();
        self.asks_for_loop |= *name.text == *"loop";
    }

    fn pay(&mut self, parts: usize, at: usize) -> Outcome<()> {
        let left = self.parts_left.checked_sub(parts);
        self.parts_left = left.ok_or_else(|| {
            Failure::limit("this template is too large, or its loops stand in one another too deep")
                .at(at)
        })?;
        Ok(())
    }

    fn body(&mut self, body: &mut Body, region: &mut Region) -> Outcome<()> {
        for statement in body {
            self.statement(statement, region)?;
        }
        Ok(())
    }

    fn optional_body(&mut self, body: Option<&mut Body>, region: &mut Region) -> Outcome<()> {
        body.map_or(Ok(()), |body| self.body(body, region))
    }

    fn statement(&mut self, statement: &mut Statement, region: &mut Region) -> Outcome<()> {
        self.pay(1, statement.at)?;
        match &mut statement.kind {
            StatementKind::Text(_) => Ok(()),
            StatementKind::Output(expr) => self.expr(expr, region),
            StatementKind::If {
                branches,
                otherwise,
            } => {
                for (condition, body) in branches {
                    self.expr(condition, region)?;
                    self.body(body, region)?;
                }
                self.optional_body(otherwise.as_mut(), region)
            }
            StatementKind::For(each) => self.each(each, region),
            StatementKind::Set { targets, value } => {
                match value {
                    SetValue::Expression(expr) => self.expr(expr, region)?,
                    SetValue::Capture(body) => self.body(body, region)?,
                }
                for target in targets {
                    self.look_up(target, region);
                }
                Ok(())
            }
            StatementKind::Macro(declared) => {
                self.declare(&mut declared.name, region);
                self.callable(&mut declared.callable, Bindings::new())
            }
            StatementKind::Call(call) => {
                self.expr(&mut call.callee, region)?;
                self.arguments(&mut call.arguments, region)?;
                self.callable(&mut call.caller, region.bindings.clone())
            }
            StatementKind::Block(block) => {
                let mut inner = self.frame(Bindings::new());
                block.frame = inner.frame;
                self.body(&mut block.body, &mut inner)
            }
            StatementKind::Switch(switch) => {
                self.expr(&mut switch.value, region)?;
                for (condition, body) in &mut switch.cases {
                    self.expr(condition, region)?;
                    self.body(body, region)?;
                }
                self.optional_body(switch.otherwise.as_mut(), region)
            }
        }
    }

    /// With several targets, what is inside is bound twice: once for lists, and once more for records,
    /// where only the first two targets are new.
    fn each(&mut self, each: &mut For, region: &mut Region) -> Outcome<()> {
        self.expr(&mut each.values, region)?;
        each.length = self.slot(region);
        let mut inner = region.clone();
        let over_record =
            (each.targets.len() > 1).then(|| (each.targets.clone(), each.body.clone()));
        for target in &mut each.targets {
            self.declare(target, &mut inner);
        }
        self.body(&mut each.body, &mut inner)?;
        if let Some((mut targets, mut body)) = over_record {
            targets.truncate(2);
            for target in &mut targets {
                self.declare(target, &mut inner);
            }
            self.body(&mut body, &mut inner)?;
            each.over_record = Some((targets, body));
        }
        self.optional_body(each.otherwise.as_mut(), &mut inner)
    }

    fn callable(&mut self, callable: &mut CallableBody, inherited: Bindings) -> Outcome<()> {
        let mut inner = self.frame(inherited);
        callable.frame = inner.frame;
        let mut declared = Bindings::new();
        for formal in &mut callable.formals {
            // The last of two with one name is what both are.
            if let Some(slot) = declared.get(&formal.text) {
                formal.slot = Some(*slot);
                continue;
            }
            self.declare(formal, &mut inner);
            declared.extend(formal.slot.map(|slot| (Arc::clone(&formal.text), slot)));
        }
        for (_, default) in &mut callable.defaults {
            self.expr(default, &mut inner)?;
        }
        self.body(&mut callable.body, &mut inner)
    }

    fn arguments(&mut self, arguments: &mut Arguments, region: &mut Region) -> Outcome<()> {
        let keyword = arguments.keyword.iter_mut().map(|(_, value)| value);
        for argument in arguments.positional.iter_mut().chain(keyword) {
            self.expr(argument, region)?;
        }
        Ok(())
    }

    fn exprs<'e>(
        &mut self,
        exprs: impl IntoIterator<Item = &'e mut Expr>,
        region: &mut Region,
    ) -> Outcome<()> {
        for expr in exprs {
            self.expr(expr, region)?;
        }
        Ok(())
    }

    fn expr(&mut self, expr: &mut Expr, region: &mut Region) -> Outcome<()> {
        self.pay(1, expr.at)?;
        match &mut expr.kind {
            ExprKind::Null | ExprKind::Bool(_) | ExprKind::Number(_) | ExprKind::Text(_) => Ok(()),
            ExprKind::Pattern {
                source,
                flags,
                compiled,
            } => {
                self.pay(PARTS_OF_PATTERN, expr.at)?;
                let pattern = Pattern::new(Arc::clone(source), Arc::clone(flags));
                *compiled = Some(Arc::new(pattern.map_err(|failure| failure.at(expr.at))?));
                Ok(())
            }
            ExprKind::Name(name) => {
                self.look_up(name, region);
                Ok(())
            }
            ExprKind::List(items) | ExprKind::Group(items) => self.exprs(items, region),
            ExprKind::Record(entries) => {
                self.exprs(entries.iter_mut().map(|(_, value)| value), region)
            }
            ExprKind::Unary(_, target) => self.expr(target, region),
            ExprKind::Member(left, right)
            | ExprKind::Or(left, right)
            | ExprKind::And(left, right)
            | ExprKind::Binary(_, left, right)
            | ExprKind::In(left, right) => {
                self.expr(left, region)?;
                self.expr(right, region)
            }
            ExprKind::Slice(slice) => {
                self.expr(&mut slice.target, region)?;
                let parts = [&mut slice.start, &mut slice.stop, &mut slice.step];
                self.exprs(parts.into_iter().flatten(), region)
            }
            ExprKind::Choice(choice) => {
                self.expr(&mut choice.condition, region)?;
                self.expr(&mut choice.yes, region)?;
                self.exprs(&mut choice.no, region)
            }
            ExprKind::Compare(first, rest) => {
                self.expr(first, region)?;
                self.exprs(rest.iter_mut().map(|(_, expr)| expr), region)
            }
            ExprKind::Test(test) => {
                self.expr(&mut test.value, region)?;
                self.arguments(&mut test.arguments, region)
            }
            ExprKind::Filter(filter) => {
                self.expr(&mut filter.input, region)?;
                self.arguments(&mut filter.arguments, region)
            }
            ExprKind::Call(callee, arguments) => {
                self.expr(callee, region)?;
                self.arguments(arguments, region)
            }
            ExprKind::Capture(body) => self.body(body, region),
        }
    }
}
