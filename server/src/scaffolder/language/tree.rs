//! Renders every text in a JSON value, as the inputs of a step are.

use super::context::{Context, Secrets};
use super::data::Data;
use super::engine::{Engine, RenderedValue};
use super::error::LanguageError;

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
        let mut pointer = String::new();
        let mut tree = RenderedTree {
            value: None,
            secrets: Secrets::default(),
            unrendered: Vec::new(),
        };
        tree.value = self.branch(data, context, &mut pointer, &mut tree);
        tree
    }

    fn branch(
        &self,
        data: &Data,
        context: &Context,
        pointer: &mut String,
        tree: &mut RenderedTree,
    ) -> Option<Data> {
        let mut below = |key: &str, data: &Data| {
            let length = pointer.len();
            pointer.push('/');
            pointer.push_str(&key.replace('~', "~0").replace('/', "~1"));
            let value = self.branch(data, context, pointer, tree);
            pointer.truncate(length);
            value
        };
        match data {
            Data::Text(text) => self.leaf(text, context, pointer, tree),
            Data::List(items) => {
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| below(&index.to_string(), item));
                Some(items.map(Option::unwrap_or_default).collect())
            }
            Data::Map(entries) => {
                let entries = entries.iter();
                let entries =
                    entries.filter_map(|(key, item)| Some((key.clone(), below(key, item)?)));
                Some(entries.collect())
            }
            other => Some(other.clone()),
        }
    }

    fn leaf(
        &self,
        text: &str,
        context: &Context,
        pointer: &str,
        tree: &mut RenderedTree,
    ) -> Option<Data> {
        match self.render_value(text, context) {
            Ok(RenderedValue { value, secrets }) => {
                tree.secrets.extend(secrets.under(pointer));
                value
            }
            Err(error) => {
                let pointer = pointer.to_owned();
                tree.unrendered.push(Unrendered { pointer, error });
                Some(Data::from(text))
            }
        }
    }
}
