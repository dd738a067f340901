//! Templates as pages know them: what each asks, and the way to start a task.
//!
//! A form is made on the server, from the values so far, and comes as HTML: see [`form`].

#[cfg(feature = "ssr")]
pub mod action;
pub mod api;
pub mod form;
#[cfg(feature = "ssr")]
pub mod port;
#[cfg(feature = "ssr")]
pub mod task;
#[cfg(feature = "ssr")]
pub mod trial;

use crate::account::CredentialRequest;
use crate::catalog::{EntityLink, EntityRef};
use crate::ui::Stripped;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt;

/// What a task is to be made of: a template, and answers to all that it asks.
#[derive(Clone, PartialEq)]
pub struct NewTask {
    pub template: EntityRef,
    /// The parameters of the template; in the place of a secret stands its mask.
    pub values: Map<String, Value>,
    /// By name. They are printed nowhere.
    pub secrets: BTreeMap<String, String>,
    /// What is still to be added to the secrets: it is whoever starts the task that has it.
    pub credentials: Vec<CredentialRequest>,
}

impl fmt::Debug for NewTask {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewTask")
            .field("template", &self.template)
            .field("values", &self.values)
            .field("secrets", &self.secrets.keys())
            .field("credentials", &self.credentials)
            .finish()
    }
}

/// Where a form comes from.
#[derive(Debug, Clone, Copy)]
pub enum Of<'a> {
    /// A template of the catalog.
    Catalog(&'a EntityRef),
    /// A template that is being written.
    Text(&'a str),
}

/// A template to be edited, as the port answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafted {
    pub text: String,
    /// The one of the catalog that it began as.
    pub chosen: Option<EntityRef>,
    /// Those that can be chosen.
    pub templates: Vec<EntityLink>,
}

/// The same as its page takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftView {
    /// HTML.
    pub head: String,
    pub text: String,
    /// HTML.
    pub form: String,
}

impl Stripped for DraftView {
    fn stripped(&self) -> Self {
        Self {
            head: String::new(),
            text: self.text.clone(),
            form: String::new(),
        }
    }
}

/// What a template makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Makes {
    /// Things with their articles, for example `a catalog entry`.
    These(Vec<String>),
    /// It cannot be used, and why.
    Unusable(String),
}
