//! The headings of a text: without gaps, below the level where the text stands.

use super::Setting;
use comrak::Anchorizer;
use comrak::nodes::{AstNode, NodeValue};

/// A heading as a table of contents names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The id of its element.
    pub id: String,
    pub text: String,
}

/// Gives every heading its level, and returns them in their order.
pub(super) fn settle<'a>(root: &'a AstNode<'a>, setting: &Setting) -> Vec<Heading> {
    let mut ids = Anchorizer::new();
    let mut headings: Vec<Heading> = Vec::new();
    // The levels that are written around the place, the outermost first.
    let mut around: Vec<u8> = Vec::new();
    for node in root.descendants() {
        let NodeValue::Heading(heading) = &mut node.data.borrow_mut().value else {
            continue;
        };
        while around.last().is_some_and(|level| *level >= heading.level) {
            around.pop();
        }
        around.push(heading.level);
        let below = u8::try_from(around.len() - 1).unwrap_or(u8::MAX);
        heading.level = setting.level.saturating_add(below).min(6);
        headings.push(Heading {
            level: heading.level,
            id: String::new(),
            text: String::new(),
        });
    }
    let nodes = root
        .descendants()
        .filter(|node| matches!(node.data.borrow().value, NodeValue::Heading(_)));
    for (node, heading) in nodes.zip(&mut headings) {
        heading.text = node.collect_text();
        heading.id = format!("{}{}", setting.prefix, ids.anchorize(&heading.text));
    }
    headings
}
