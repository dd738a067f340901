//! Renders a template: goes through its parts with what is known, within what is allowed.

mod callables;
mod calls;
mod expressions;
mod hidden;
mod loops;
mod macros;
mod statements;

use super::context::{Context, Secrets, to_data};
use super::data::Data;
use super::engine::{Options, Rendered};
use super::error::{Failure, Outcome};
use super::limits::{Budget, DEEPEST_EVALUATION};
use super::scope::{Frame, Scope};
use super::syntax::{CallableBody, Expr, Name, Statement, StatementKind, Tree};
use super::text::{Text, TextBuilder};
use super::value::Value;
use hashbrown::HashMap;
use hidden::Hidden;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// One rendering of one template.
pub(super) struct Evaluator<'t> {
    options: &'t Options,
    tree: &'t Tree,
    context: &'t Context,
    budget: Budget,
    /// What macros see: the context, and what the template itself sets.
    exports: Rc<Scope>,
    macros: RefCell<Vec<Definition<'t>>>,
    cyclers: RefCell<Vec<callables::Cycler>>,
    joiners: RefCell<Vec<callables::Joiner>>,
    /// Values of the context and functions that were asked for, each of which is one thing.
    known: RefCell<HashMap<Arc<str>, Value>>,
    depth: Cell<usize>,
    /// Whether there is anything secret that has to be followed.
    watches: bool,
    /// How many decisions around this place were made on a secret.
    shade: Cell<usize>,
    /// How many of them stay so to the end.
    shade_kept: Cell<usize>,
    random: Cell<u64>,
}

/// A macro or the body of a `call`, with what is around it.
#[derive(Clone)]
struct Definition<'t> {
    callable: &'t CallableBody,
    /// Of the body of a `call` only: a macro sees nothing of where it was declared.
    around: Option<(Rc<Scope>, Rc<Frame>)>,
}

/// Where a part stands.
#[derive(Clone)]
struct Place {
    scope: Rc<Scope>,
    frame: Rc<Frame>,
    /// Whether macros that are declared here are seen by other macros.
    exports_macros: bool,
    /// Whether names that are set here are seen by macros.
    exports_names: bool,
}

impl Place {
    /// Gives a name a value here.
    fn bind(&self, name: &Name, value: Value) {
        self.bind_slot(name, &value);
        self.scope.declare(&name.text, value);
    }

    /// The same, for what is bound by the text alone.
    fn bind_slot(&self, name: &Name, value: &Value) {
        if let Some(slot) = name.slot {
            self.frame.set(slot, value.clone());
        }
    }
}

/// Where output goes.
#[derive(Default)]
struct Sink {
    text: TextBuilder,
    secret: bool,
    hidden: Hidden,
}

impl<'t> Evaluator<'t> {
    pub(super) fn new(options: &'t Options, tree: &'t Tree, context: &'t Context) -> Self {
        Self::within(Budget::new(&options.limits), options, tree, context)
    }

    /// The same with what is left of a budget.
    pub(super) fn within(
        budget: Budget,
        options: &'t Options,
        tree: &'t Tree,
        context: &'t Context,
    ) -> Self {
        Self {
            options,
            tree,
            context,
            budget,
            exports: Rc::new(Scope::default()),
            macros: RefCell::default(),
            cyclers: RefCell::default(),
            joiners: RefCell::default(),
            known: RefCell::default(),
            depth: Cell::new(0),
            watches: context.has_secrets(),
            shade: Cell::new(0),
            shade_kept: Cell::new(0),
            // Never zero, of which nothing random would come.
            random: Cell::new(options.seed | 1),
        }
    }

    /// The output, and what of it is secret.
    pub(super) fn render(&self) -> Outcome<Rendered> {
        let mut sink = Sink::default();
        self.body(&self.tree.body, &self.root(), &mut sink)?;
        Ok(Rendered {
            text: sink.text.into_string(),
            secret: sink.secret,
            hidden: sink.hidden.finish(),
        })
    }

    /// The value of the only variable, if the template is nothing else, or else the output.
    pub(super) fn render_value(&self) -> Outcome<(Option<Data>, Secrets)> {
        if let Some(only) = sole_variable(self.tree) {
            let value = self.expr(only, &self.root())?;
            return to_data(&value, &self.budget).map_err(|failure| failure.at(only.at));
        }
        let Rendered { text, secret, .. } = self.render()?;
        let secrets = if secret {
            Secrets::all()
        } else {
            Secrets::default()
        };
        Ok((Some(Data::Text(text)), secrets))
    }

    pub(super) fn budget(&self) -> &Budget {
        &self.budget
    }

    fn root(&self) -> Place {
        Place {
            scope: Scope::within(&self.exports, true),
            frame: self.new_frame(0, None),
            exports_macros: true,
            exports_names: true,
        }
    }

    fn new_frame(&self, number: usize, parent: Option<Rc<Frame>>) -> Rc<Frame> {
        let slots = self.tree.frames.get(number).copied().unwrap_or(0);
        Frame::new(number, slots, parent)
    }

    /// Goes one deeper, as far as the stack allows.
    fn deeper<T>(&self, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let depth = self.depth.get();
        if depth >= DEEPEST_EVALUATION {
            return Err(Failure::limit(
                "this template goes too deep; does a macro call itself without end?",
            ));
        }
        self.budget.step()?;
        self.depth.set(depth + 1);
        let done = work();
        self.depth.set(depth);
        done
    }

    /// Whether a value was computed from a secret, or holds one that was.
    fn hides(&self, value: &Value) -> Outcome<bool> {
        if !self.watches {
            return Ok(false);
        }
        value.holds_secret(&self.budget)
    }

    fn hides_any<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> Outcome<bool> {
        if self.watches {
            for value in values {
                if value.holds_secret(&self.budget)? {
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    /// Does what a secret decided on: all that comes of it is secret too.
    fn shaded<T>(&self, secret: bool, work: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
        let (shade, kept) = (self.shade.get(), self.shade_kept.get());
        self.shade.set(shade + usize::from(secret));
        let done = work();
        self.shade.set(shade + self.shade_kept.get() - kept);
        done
    }

    fn is_shaded(&self) -> bool {
        self.shade.get() > 0
    }

    fn write(&self, sink: &mut Sink, text: &Text, secret: bool) -> Outcome<()> {
        self.budget.output(text.bytes())?;
        sink.text.push(text);
        if secret {
            sink.hidden.secret(&text.to_str());
        } else if self.watches {
            sink.hidden.open(&text.to_str());
        }
        sink.secret |= secret || (self.is_shaded() && !text.is_empty());
        Ok(())
    }
}

/// The variable, if a template is nothing else.
pub(super) fn sole_variable(tree: &Tree) -> Option<&Expr> {
    match tree.body.as_slice() {
        [
            Statement {
                kind: StatementKind::Output(expr),
                ..
            },
        ] => Some(expr),
        _ => None,
    }
}
