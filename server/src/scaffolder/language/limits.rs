//! How much one rendering may do, so that no template can hold up or fill the server.

use super::error::{Failure, Outcome};
use std::cell::Cell;

/// The most that one rendering may take. What goes beyond fails with its place.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of the template.
    pub source: usize,
    /// Parts that a template is made of, once it is read.
    pub parts: usize,
    /// Steps: each part that is evaluated, each item that is looked at, each few bytes of text.
    pub steps: u64,
    /// Bytes of text, and room for items, made on the way, all together.
    pub memory: usize,
    /// Bytes of output.
    pub output: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            source: 4 << 20,
            parts: 1_000_000,
            steps: 1_000_000,
            memory: 64 << 20,
            output: 16 << 20,
        }
    }
}

/// How deep parts of a template stand in one another. Evaluating is recursive, on a stack of 2 MiB.
pub(super) const DEEPEST_SOURCE: usize = 80;
/// How deep evaluation goes, macros that call macros included.
pub(super) const DEEPEST_EVALUATION: usize = 220;
/// How deep lists and records stand in one another.
pub(super) const DEEPEST_VALUE: usize = 200;
/// Text that is worked through for one step.
const BYTES_PER_STEP: usize = 128;
/// What an item of a list or a record takes.
const BYTES_PER_ITEM: usize = 32;

/// How many renderings' worth of work the texts of one step may take together.
const TOGETHER: usize = 8;

/// What is left of the work that several renderings may take together.
#[derive(Debug)]
pub struct Allowance {
    budget: Budget,
    is_exceeded: bool,
}

impl Allowance {
    pub(super) fn of(limits: &Limits) -> Self {
        Self {
            budget: Budget::new(&Limits {
                steps: limits.steps.saturating_mul(TOGETHER as u64),
                memory: limits.memory.saturating_mul(TOGETHER),
                output: limits.output.saturating_mul(TOGETHER),
                ..limits.clone()
            }),
            is_exceeded: false,
        }
    }

    /// Whether a rendering has failed since there was nothing left for it.
    pub fn is_exceeded(&self) -> bool {
        self.is_exceeded
    }

    /// What the next rendering may take: no more than any, and no more than is left.
    pub(super) fn next(&self, limits: &Limits) -> Budget {
        let left = &self.budget;
        Budget {
            steps: Cell::new(limits.steps.min(left.steps.get())),
            memory: Cell::new(limits.memory.min(left.memory.get())),
            output: Cell::new(limits.output.min(left.output.get())),
        }
    }

    /// Takes off what a rendering has taken that began with [`Allowance::next`].
    pub(super) fn spend(&mut self, limits: &Limits, after: &Budget, failed: bool) {
        let before = self.next(limits);
        let left = &self.budget;
        let is_less = left.steps.get() < limits.steps
            || left.memory.get() < limits.memory
            || left.output.get() < limits.output;
        self.is_exceeded |= failed && is_less;
        let steps = before.steps.get() - after.steps.get();
        left.steps.set(left.steps.get() - steps);
        let memory = before.memory.get() - after.memory.get();
        left.memory.set(left.memory.get() - memory);
        let output = before.output.get() - after.output.get();
        left.output.set(left.output.get() - output);
    }
}

/// What is left of the limits of one rendering.
#[derive(Debug)]
pub(super) struct Budget {
    steps: Cell<u64>,
    memory: Cell<usize>,
    output: Cell<usize>,
}

impl Budget {
    pub(super) fn new(limits: &Limits) -> Self {
        Self {
            steps: Cell::new(limits.steps),
            memory: Cell::new(limits.memory),
            output: Cell::new(limits.output),
        }
    }

    pub(super) fn step(&self) -> Outcome<()> {
        self.steps(1)
    }

    pub(super) fn steps(&self, count: usize) -> Outcome<()> {
        let left = self.steps.get().checked_sub(count as u64);
        self.steps.set(left.ok_or_else(|| {
            Failure::limit("this template takes too many steps; shorten its loops and lists")
        })?);
        Ok(())
    }

    /// Pays for reading so much text.
    pub(super) fn read(&self, bytes: usize) -> Outcome<()> {
        self.steps(bytes / BYTES_PER_STEP)
    }

    /// Pays for making so much text, before it is made.
    pub(super) fn text(&self, bytes: usize) -> Outcome<()> {
        self.read(bytes)?;
        self.memory(bytes)
    }

    /// Pays for a list or record of so many items, before it is made.
    pub(super) fn items(&self, count: usize) -> Outcome<()> {
        self.steps(count)?;
        self.memory(count.saturating_mul(BYTES_PER_ITEM))
    }

    pub(super) fn output(&self, bytes: usize) -> Outcome<()> {
        let left = self.output.get().checked_sub(bytes);
        self.output
            .set(left.ok_or_else(|| Failure::limit("the output of this template is too long"))?);
        Ok(())
    }

    fn memory(&self, bytes: usize) -> Outcome<()> {
        let left = self.memory.get().checked_sub(bytes);
        self.memory.set(left.ok_or_else(|| {
            Failure::limit("this template makes too much text or too long lists on the way")
        })?);
        Ok(())
    }
}

/// Fails where lists and records stand in one another too deep.
pub(super) fn check_depth(depth: usize) -> Outcome<()> {
    if depth > DEEPEST_VALUE {
        return Err(Failure::limit(
            "lists and records stand in one another too deep",
        ));
    }
    Ok(())
}
