//! How templates are read and rendered: the surface of the language.

use super::Outcome;
use super::context::{Context, Secrets, to_value};
use super::data::Data;
use super::error::{ErrorKind, Failure, LanguageError};
use super::evaluate::Evaluator;
use super::limits::{Allowance, Limits};
use super::mistakes::mistakes;
use super::parse::parse;
use super::reads::{Read, reads};
use super::slots;
use super::syntax::Tree;
use super::value::Value;
use indexmap::IndexMap;
use std::fmt;
use std::sync::Arc;

/// A filter or function that is added to the language. A filter is given its input first. What is
/// undefined is given as null; giving back nothing is undefined.
pub type Function = Arc<dyn Fn(&[Data]) -> Result<Option<Data>, String> + Send + Sync>;

/// How templates are read, and what they may use.
#[expect(clippy::struct_excessive_bools, reason = "each is a choice of its own")]
#[derive(Clone)]
pub struct Options {
    /// What stands before and behind a variable.
    pub variable: (String, String),
    /// Whether templates of Cookiecutter are understood: `True`, `False` and `None`, `jsonify`, and
    /// the methods of Jinja's lists and records.
    pub cookiecutter: bool,
    /// Whether the line break behind a tag goes.
    pub trim_blocks: bool,
    /// Whether the white space before a tag goes, where nothing else stands on the line.
    pub lstrip_blocks: bool,
    /// Whether regular expressions are run.
    pub regular_expressions: bool,
    /// Filters beside those that every template knows, which they win over.
    pub filters: IndexMap<String, Function>,
    /// Functions that templates can call by name.
    pub functions: IndexMap<String, Function>,
    /// Values that templates can read where the context has none under that name.
    pub globals: IndexMap<String, Data>,
    /// What the `random` filter starts from.
    pub seed: u64,
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            variable: ("${{".to_owned(), "}}".to_owned()),
            cookiecutter: false,
            trim_blocks: false,
            lstrip_blocks: false,
            regular_expressions: true,
            filters: IndexMap::new(),
            functions: IndexMap::new(),
            globals: IndexMap::new(),
            seed: 0x9e37_79b9_7f4a_7c15,
            limits: Limits::default(),
        }
    }
}

impl Options {
    /// As templates of Cookiecutter need them.
    pub fn cookiecutter() -> Self {
        Self {
            variable: ("{{".to_owned(), "}}".to_owned()),
            cookiecutter: true,
            ..Self::default()
        }
    }

    /// The value under the name of a global.
    pub(super) fn global(&self, name: &str) -> Option<Outcome<Value>> {
        let data = self.globals.get(name)?;
        Some(to_value(data, &Secrets::default()))
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Options")
            .field("variable", &self.variable)
            .field("cookiecutter", &self.cookiecutter)
            .field("trim_blocks", &self.trim_blocks)
            .field("lstrip_blocks", &self.lstrip_blocks)
            .field("filters", &self.filters.keys())
            .field("functions", &self.functions.keys())
            .field("globals", &self.globals.keys())
            .finish_non_exhaustive()
    }
}

/// Reads templates. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Engine {
    options: Arc<Options>,
}

/// Output, and whether it holds anything that comes from a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    pub secret: bool,
    /// The parts of the text that come from secrets; without those that are too short to be told from
    /// others.
    pub hidden: Vec<String>,
}

/// A value, none if it is undefined, and which parts of it come from secrets.
#[derive(Debug, Clone, PartialEq)]
pub struct RenderedValue {
    pub value: Option<Data>,
    pub secrets: Secrets,
}

/// A template that was read, and can be rendered many times.
#[derive(Debug, Clone)]
pub struct Template {
    options: Arc<Options>,
    source: Arc<str>,
    tree: Arc<Tree>,
}

impl Engine {
    pub fn new(options: Options) -> Self {
        let options = Arc::new(options);
        Self { options }
    }

    /// The work that several renderings may take together: all texts of a step, for all its items.
    pub fn allowance(&self) -> Allowance {
        Allowance::of(&self.options.limits)
    }

    /// Reads a template.
    ///
    /// # Errors
    /// When the text is no template, with the place.
    pub fn compile(&self, source: &str) -> Result<Template, LanguageError> {
        let limits = &self.options.limits;
        if source.len() > limits.source {
            let failure = Failure::limit("this template is too long");
            return Err(failure.in_source(source));
        }
        let body = parse(source, &self.options);
        let tree = body.and_then(|body| slots::bind(body, limits));
        Ok(Template {
            options: Arc::clone(&self.options),
            tree: Arc::new(tree.map_err(|failure| failure.in_source(source))?),
            source: source.into(),
        })
    }

    /// Reads and renders a template to text.
    ///
    /// # Errors
    /// When the text is no template, or cannot be rendered with these values, with the place.
    pub fn render(&self, source: &str, context: &Context) -> Result<Rendered, LanguageError> {
        self.compile(source)?.render(context)
    }

    /// Reads and renders a template; what is a variable and nothing else keeps its type.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_value(
        &self,
        source: &str,
        context: &Context,
    ) -> Result<RenderedValue, LanguageError> {
        self.compile(source)?.render_value(context)
    }
}

impl Template {
    /// The output.
    ///
    /// # Errors
    /// When the values do not fit what the template does with them, with the place.
    pub fn render(&self, context: &Context) -> Result<Rendered, LanguageError> {
        let evaluator = Evaluator::new(&self.options, &self.tree, context);
        let rendered = evaluator.render();
        rendered.map_err(|failure| failure.in_source(&self.source))
    }

    /// The value of the only variable, or else the output.
    ///
    /// # Errors
    /// As [`render`](Self::render).
    pub fn render_value(&self, context: &Context) -> Result<RenderedValue, LanguageError> {
        let evaluator = Evaluator::new(&self.options, &self.tree, context);
        let rendered = evaluator.render_value();
        let (value, secrets) = rendered.map_err(|failure| failure.in_source(&self.source))?;
        Ok(RenderedValue { value, secrets })
    }

    /// The same, as far as is left of what several renderings may take together.
    pub(super) fn render_value_within(
        &self,
        context: &Context,
        allowance: &mut Allowance,
    ) -> Result<RenderedValue, LanguageError> {
        let limits = &self.options.limits;
        let budget = allowance.next(limits);
        let evaluator = Evaluator::within(budget, &self.options, &self.tree, context);
        let rendered = evaluator
            .render_value()
            .map_err(|failure| failure.in_source(&self.source));
        let failed = matches!(&rendered, Err(error) if error.kind == ErrorKind::Limit);
        allowance.spend(limits, evaluator.budget(), failed);
        let (value, secrets) = rendered?;
        Ok(RenderedValue { value, secrets })
    }

    /// What the template asks its context for.
    pub fn reads(&self) -> Vec<Read> {
        reads(&self.tree, &self.source)
    }

    /// What would fail whatever the values are, if it was reached: filters and tests that there are not.
    pub fn mistakes(&self) -> Vec<LanguageError> {
        let mistakes = mistakes(&self.tree, &self.options).into_iter();
        let mistakes = mistakes.map(|failure| failure.in_source(&self.source));
        mistakes.collect()
    }
}
