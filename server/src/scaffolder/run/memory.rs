//! Keeps what a run tells in memory: for runs that are only tried.

use super::{Keeper, Lost, StepState, Told};
use crate::scaffolder::actions::{ActionError, Checkpoints};
use crate::scaffolder::task::Step;
use crate::scaffolder::workspace::Workspace;
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// Lines that are kept.
const MOST: usize = 20_000;

/// See the head of this file.
#[derive(Debug, Default)]
pub struct Memory {
    told: Mutex<Vec<Told>>,
    checkpoints: Mutex<BTreeMap<String, Value>>,
}

impl Memory {
    /// Everything that was told, in its order.
    pub fn told(&self) -> Vec<Told> {
        self.told
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

impl Checkpoints for Memory {
    fn get(&self, name: &str) -> Option<Value> {
        let known = self
            .checkpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.get(name).cloned()
    }

    fn put<'a>(&'a self, name: &'a str, value: Value) -> BoxFuture<'a, Result<(), ActionError>> {
        let mut known = self
            .checkpoints
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        known.insert(name.to_owned(), value);
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Keeper for Memory {
    /// Nobody asks how long a trial took.
    fn now(&self) -> i64 {
        0
    }

    fn tell(&self, told: Told) {
        let mut all = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST {
            all.push(told);
        }
    }

    fn keep<'a>(
        &'a self,
        _: &'a Step,
        _: &'a StepState,
        _: &'a Arc<Workspace>,
    ) -> BoxFuture<'a, Result<(), Lost>> {
        Box::pin(std::future::ready(Ok(())))
    }
}
