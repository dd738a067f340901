//! Renders every text in a JSON value, as the inputs of a step are.

use super::context::{Context, Secrets};
use super::data::Data;
use super::engine::{Engine, RenderedValue};
use super::error::LanguageError;
use super::limits::Allowance;
use crate::pointer::escaped;

/// A value whose texts were rendered.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedTree {
    /// None if the whole is a text that came to nothing.
    pub value: Option<Data>,
    pub secrets: Secrets,
    /// Texts that stayed as they are, since they could not be rendered.
    pub unrendered: Vec<Unrendered>,
}

/// A text that could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unrendered {
    /// JSON pointer to the text.
    pub pointer: String,
    pub error: LanguageError,
}

impl Engine {
    /// Renders all texts in a value, but not its keys. A text that is one variable and nothing else
    /// becomes what that is, and goes from its record if that is undefined. A text that cannot be
    /// rendered stays as it is.
    pub fn render_tree(&self, data: &Data, context: &Context) -> RenderedTree {
        self.render_tree_within(data, context, &mut self.allowance())
    }

    /// The same, as far as is left of an allowance.
    pub fn render_tree_within(
        &self,
        data: &Data,
        context: &Context,
        allowance: &mut Allowance,
    ) -> RenderedTree {
        let mut rendering = Rendering {
            engine: self,
            context,
            allowance,
            pointer: String::new(),
            secrets: Secrets::default(),
            unrendered: Vec::new(),
        };
        let value = rendering.branch(data);
        RenderedTree {
            value,
            secrets: rendering.secrets,
            unrendered: rendering.unrendered,
        }
    }
}

/// A value on its way.
struct Rendering<'r> {
    engine: &'r Engine,
    context: &'r Context,
    allowance: &'r mut Allowance,
    /// Where it is.
    pointer: String,
    secrets: Secrets,
    unrendered: Vec<Unrendered>,
}

impl Rendering<'_> {
    fn branch(&mut self, data: &Data) -> Option<Data> {
        match data {
            Data::Text(text) => self.leaf(text),
            Data::List(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| self.below(&index.to_string(), item));
                Some(items.map(Option::unwrap_or_default).collect())
            }
            Data::Map(entries) => {
                let entries = entries.iter();
                let entries =
                    entries.filter_map(|(key, item)| Some((key.clone(), self.below(key, item)?)));
                Some(entries.collect())
            }
            other => Some(other.clone()),
        }
    }

    fn below(&mut self, key: &str, data: &Data) -> Option<Data> {
        let length = self.pointer.len();
        self.pointer.push('/');
        self.pointer.push_str(&escaped(key));
        let value = self.branch(data);
        self.pointer.truncate(length);
        value
    }

    fn leaf(&mut self, text: &str) -> Option<Data> {
        let template = self.engine.compile(text);
        let rendered = template.and_then(|it| it.render_value_within(self.context, self.allowance));
        match rendered {
            Ok(RenderedValue { value, secrets }) => {
                self.secrets.extend(secrets.under(&self.pointer));
                value
            }
            Err(error) => {
                let pointer = self.pointer.clone();
                self.unrendered.push(Unrendered { pointer, error });
                Some(Data::from(text))
            }
        }
    }
}
