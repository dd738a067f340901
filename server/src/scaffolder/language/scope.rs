//! Names and what they stand for while a template is rendered.

use super::syntax::Slot;
use super::value::Value;
use hashbrown::HashMap;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Names that were set, inside of others.
#[derive(Debug, Default)]
pub(super) struct Scope {
    parent: Option<Rc<Scope>>,
    /// Whether setting a name here leaves the scopes around alone.
    is_isolated: bool,
    values: RefCell<HashMap<Arc<str>, Value>>,
}

impl Scope {
    pub(super) fn within(parent: &Rc<Self>, is_isolated: bool) -> Rc<Self> {
        Rc::new(Self {
            parent: Some(Rc::clone(parent)),
            is_isolated,
            values: RefCell::default(),
        })
    }

    /// Sets a name in this very scope.
    pub(super) fn declare(&self, name: &Arc<str>, value: Value) {
        self.values.borrow_mut().insert(Arc::clone(name), value);
    }

    /// Sets a name where it is set already, as far as isolation allows, or else here.
    pub(super) fn assign(&self, name: &Arc<str>, value: Value) {
        let mut scope = self;
        while !scope.is_isolated && !scope.has_own(name) {
            match &scope.parent {
                Some(parent) => scope = parent,
                None => break,
            }
        }
        let owner = if scope.has_own(name) { scope } else { self };
        owner.declare(name, value);
    }

    pub(super) fn get(&self, name: &str) -> Option<Value> {
        let mut scope = self;
        loop {
            if let Some(value) = scope.values.borrow().get(name) {
                return Some(value.clone());
            }
            scope = scope.parent.as_deref()?;
        }
    }

    fn has_own(&self, name: &str) -> bool {
        self.values.borrow().contains_key(name)
    }
}

/// The slots of a frame, inside of those of others.
#[derive(Debug)]
pub(super) struct Frame {
    number: usize,
    slots: RefCell<Vec<Value>>,
    parent: Option<Rc<Frame>>,
}

impl Frame {
    pub(super) fn new(number: usize, slots: usize, parent: Option<Rc<Self>>) -> Rc<Self> {
        let slots = RefCell::new(vec![Value::UNDEFINED; slots]);
        Rc::new(Self {
            number,
            slots,
            parent,
        })
    }

    pub(super) fn get(&self, slot: Slot) -> Value {
        let slots = self.owner(slot).map(|frame| frame.slots.borrow());
        let value = slots.and_then(|slots| slots.get(slot.index).cloned());
        value.unwrap_or(Value::UNDEFINED)
    }

    pub(super) fn set(&self, slot: Slot, value: Value) {
        if let Some(frame) = self.owner(slot)
            && let Some(place) = frame.slots.borrow_mut().get_mut(slot.index)
        {
            *place = value;
        }
    }

    fn owner(&self, slot: Slot) -> Option<&Self> {
        let mut frame = self;
        while frame.number != slot.frame {
            frame = frame.parent.as_deref()?;
        }
        Some(frame)
    }
}
