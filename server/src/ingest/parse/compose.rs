//! Builds one document out of parser events, with its lines and within a budget.

use super::lines::{Below, Lines};
use super::scalar;
use serde_json::{Map, Value};
use serde_yaml::granit_parser::Event;
use std::collections::HashMap;

/// What a value costs beside its text, so that many small ones count too.
const NODE_COST: usize = 16;

/// Collects the events of one document.
///
/// Aliases are replaced by copies; the copies together may not become larger than the budget,
/// which stops documents that grow exponentially.
pub(super) struct Composer {
    open: Vec<Frame>,
    root: Option<Node>,
    anchors: HashMap<usize, Anchor>,
    budget: usize,
}

struct Node {
    value: Value,
    lines: Lines,
    cost: usize,
}

struct Anchor {
    value: Value,
    cost: usize,
}

struct Frame {
    line: u32,
    anchor: usize,
    cost: usize,
    collection: Collection,
}

enum Collection {
    Array(Vec<Value>, Vec<Lines>),
    Object {
        map: Map<String, Value>,
        lines: Vec<(String, Lines)>,
        /// The key whose value comes next, and its line.
        key: Option<(String, u32)>,
    },
}

type Step = Result<(), (u32, String)>;

impl Composer {
    pub(super) fn new(budget: usize) -> Self {
        Self {
            open: Vec::new(),
            root: None,
            anchors: HashMap::new(),
            budget,
        }
    }

    /// The finished document; none when it has no content.
    pub(super) fn finish(&mut self) -> Option<(Value, Lines)> {
        self.root.take().map(|node| (node.value, node.lines))
    }

    /// Takes the next event, which began on `line`.
    pub(super) fn take(&mut self, event: Event<'_>, line: u32) -> Step {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                // Not every database can store it.
                if text.contains('\0') {
                    let message = "the text holds a NUL character (\\0 or \\u0000); remove it";
                    return Err((line, message.to_owned()));
                }
                let node = Node {
                    cost: NODE_COST + text.len(),
                    value: scalar::value(&text, style, tag.as_deref()),
                    lines: leaf(line),
                };
                self.put(node, anchor)
            }
            Event::SequenceStart(_, anchor, _) => {
                self.open(line, anchor, Collection::Array(Vec::new(), Vec::new()));
                Ok(())
            }
            Event::MappingStart(_, anchor, _) => {
                let collection = Collection::Object {
                    map: Map::new(),
                    lines: Vec::new(),
                    key: None,
                };
                self.open(line, anchor, collection);
                Ok(())
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(),
            Event::Alias(anchor) => self.alias(anchor, line),
            _ => Ok(()),
        }
    }

    fn open(&mut self, line: u32, anchor: usize, collection: Collection) {
        self.open.push(Frame {
            line,
            anchor,
            cost: NODE_COST,
            collection,
        });
    }

    fn close(&mut self) -> Step {
        let Some(frame) = self.open.pop() else {
            return Ok(());
        };
        let (value, below) = match frame.collection {
            Collection::Array(items, lines) => (Value::Array(items), Below::Items(lines)),
            Collection::Object { map, lines, .. } => (Value::Object(map), Below::Entries(lines)),
        };
        let lines = Lines {
            line: frame.line,
            below,
        };
        let node = Node {
            value,
            lines,
            cost: frame.cost,
        };
        self.put(node, frame.anchor)
    }

    fn alias(&mut self, anchor: usize, line: u32) -> Step {
        let Some(Anchor { cost, .. }) = self.anchors.get(&anchor) else {
            let message = "the alias refers to the value it stands in; write the value out";
            return Err((line, message.to_owned()));
        };
        let cost = *cost;
        self.spend(cost, line)?;
        let node = Node {
            value: self.anchors[&anchor].value.clone(),
            lines: leaf(line),
            cost,
        };
        self.put(node, 0)
    }

    fn put(&mut self, mut node: Node, anchor: usize) -> Step {
        if anchor != 0 {
            self.spend(node.cost, node.lines.line)?;
            let value = node.value.clone();
            let cost = node.cost;
            self.anchors.insert(anchor, Anchor { value, cost });
        }
        let Some(frame) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        frame.cost += node.cost;
        match &mut frame.collection {
            Collection::Array(items, lines) => {
                items.push(node.value);
                lines.push(node.lines);
            }
            Collection::Object { map, lines, key } => match key.take() {
                None => {
                    let name = key_text(&node.value);
                    if map.contains_key(&name) {
                        let message = format!(
                            "the key \"{name}\" stands twice in the same object; keys must be unique"
                        );
                        return Err((node.lines.line, message));
                    }
                    *key = Some((name, node.lines.line));
                }
                Some((name, line)) => {
                    node.lines.line = line;
                    lines.push((name.clone(), node.lines));
                    map.insert(name, node.value);
                }
            },
        }
        Ok(())
    }

    fn spend(&mut self, cost: usize, line: u32) -> Step {
        match self.budget.checked_sub(cost) {
            Some(rest) => {
                self.budget = rest;
                Ok(())
            }
            None => Err((
                line,
                "the aliases of this document grow too large; write the values out".to_owned(),
            )),
        }
    }
}

fn leaf(line: u32) -> Lines {
    Lines {
        line,
        below: Below::Nothing,
    }
}

/// JSON keys are text; numbers and truth values are written out, null is empty.
fn key_text(key: &Value) -> String {
    match key {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
