//! The template language as steps have it.

use crate::scaffolder::language::{Data, Engine, Function, Options};
use std::sync::Arc;

/// One for as long as all goes well, and one for after a failure.
#[derive(Debug, Clone)]
pub struct Engines {
    well: Engine,
    failed: Engine,
}

impl Engines {
    /// Engines with these options, to which they add `always()` and `failure()`.
    pub fn new(options: &Options) -> Self {
        let with = |has_failed: bool| {
            let mut options = options.clone();
            let says =
                |answer: bool| -> Function { Arc::new(move |_| Ok(Some(Data::Bool(answer)))) };
            options.functions.insert("always".to_owned(), says(true));
            options
                .functions
                .insert("failure".to_owned(), says(has_failed));
            Engine::new(options)
        };
        Self {
            well: with(false),
            failed: with(true),
        }
    }

    /// The one for a step.
    pub fn get(&self, has_failed: bool) -> &Engine {
        if has_failed { &self.failed } else { &self.well }
    }
}
