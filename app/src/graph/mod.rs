//! Graphs as pages know them: a drawing that the server has made.
//!
//! The data and what draws it are the server's alone: no browser downloads code for a layout, and
//! the drawing is there before a script has run.

pub mod api;
#[cfg(feature = "ssr")]
pub mod port;
#[cfg(feature = "ssr")]
mod show;

use crate::catalog::EntityRef;
use crate::ui::Stripped;
use serde::{Deserialize, Serialize};

/// Of what a graph is drawn, and for which place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum GraphOf {
    /// The page of graphs: what the URL asks for.
    Page,
    /// The graph of an entity on a tab of its page, with these relations unless the URL has others.
    Tab(EntityRef, Vec<String>),
    /// The neighbours of an entity, small.
    Card(EntityRef, Vec<String>),
    /// What a system or a domain holds.
    Diagram(EntityRef),
}

/// A graph, drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GraphView {
    /// What the page is called.
    pub title: String,
    /// Safe to show as it is.
    pub html: String,
}

impl Stripped for GraphView {
    fn stripped(&self) -> Self {
        Self {
            title: self.title.clone(),
            html: String::new(),
        }
    }
}
