//! The parts that a template is made of, once it is read.

use super::pattern::Pattern;
use super::text::Text;
use std::sync::Arc;

/// Parts that are evaluated one after the other.
pub(super) type Body = Vec<Statement>;

/// A whole template.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) body: Body,
    /// How many slots each frame has; the first is that of the template itself.
    pub(super) frames: Vec<usize>,
    /// Whether anything asks for `loop`.
    pub(super) asks_for_loop: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) at: usize,
    pub(super) kind: StatementKind,
}

#[derive(Debug, Clone)]
pub(super) enum StatementKind {
    Text(Text),
    Output(Expr),
    If {
        branches: Vec<(Expr, Body)>,
        otherwise: Option<Body>,
    },
    For(Box<For>),
    Set {
        targets: Vec<Name>,
        value: SetValue,
    },
    Macro(Box<Macro>),
    Call(Box<CallBlock>),
    Block(Box<Block>),
    Switch(Box<Switch>),
}

#[derive(Debug, Clone)]
pub(super) enum SetValue {
    Expression(Expr),
    Capture(Body),
}

/// A loop. With several targets it goes over lists in one way and over records in another, and what
/// is inside is bound anew for each.
#[derive(Debug, Clone)]
pub(super) struct For {
    pub(super) values: Expr,
    pub(super) targets: Vec<Name>,
    pub(super) body: Body,
    pub(super) over_record: Option<(Vec<Name>, Body)>,
    pub(super) otherwise: Option<Body>,
    /// Keeps the length for as long as its frame lives, so that `else` asks for the last one known.
    pub(super) length: Slot,
}

#[derive(Debug, Clone)]
pub(super) struct Macro {
    pub(super) name: Name,
    pub(super) callable: CallableBody,
}

/// What runs when a macro, or the body of a `call`, is called.
#[derive(Debug, Clone)]
pub(super) struct CallableBody {
    pub(super) formals: Vec<Name>,
    pub(super) defaults: Vec<(Name, Expr)>,
    pub(super) body: Body,
    pub(super) frame: usize,
}

#[derive(Debug, Clone)]
pub(super) struct CallBlock {
    pub(super) callee: Expr,
    pub(super) arguments: Arguments,
    pub(super) caller: CallableBody,
}

#[derive(Debug, Clone)]
pub(super) struct Block {
    pub(super) body: Body,
    pub(super) frame: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Switch {
    pub(super) value: Expr,
    pub(super) cases: Vec<(Expr, Body)>,
    pub(super) otherwise: Option<Body>,
}

/// A name, and the slot that it is bound to where that is known from the text alone.
#[derive(Debug, Clone)]
pub(super) struct Name {
    pub(super) text: Arc<str>,
    pub(super) at: usize,
    pub(super) slot: Option<Slot>,
}

/// A place in a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Slot {
    pub(super) frame: usize,
    pub(super) index: usize,
}

#[derive(Debug, Clone)]
pub(super) struct Expr {
    pub(super) at: usize,
    /// How deep its parts stand in one another.
    pub(super) depth: usize,
    pub(super) kind: ExprKind,
}

#[derive(Debug, Clone)]
pub(super) enum ExprKind {
    Null,
    Bool(bool),
    Number(f64),
    Text(Text),
    Pattern {
        source: Arc<str>,
        flags: Arc<str>,
        /// Once names are bound.
        compiled: Option<Arc<Pattern>>,
    },
    Name(Name),
    List(Vec<Expr>),
    /// In parentheses; of several parts the last counts.
    Group(Vec<Expr>),
    Record(Vec<(Arc<str>, Expr)>),
    Member(Box<Expr>, Box<Expr>),
    Slice(Box<Slice>),
    Choice(Box<Choice>),
    Or(Box<Expr>, Box<Expr>),
    And(Box<Expr>, Box<Expr>),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    Compare(Box<Expr>, Vec<(Comparison, Expr)>),
    In(Box<Expr>, Box<Expr>),
    Test(Box<Test>),
    Filter(Box<Filter>),
    Call(Box<Expr>, Box<Arguments>),
    /// What a `filter` block holds.
    Capture(Body),
}

#[derive(Debug, Clone)]
pub(super) struct Slice {
    pub(super) target: Expr,
    pub(super) start: Option<Expr>,
    pub(super) stop: Option<Expr>,
    pub(super) step: Option<Expr>,
}

/// `yes if condition else no`
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) condition: Expr,
    pub(super) yes: Expr,
    pub(super) no: Option<Expr>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Unary {
    Not,
    Negative,
    Positive,
    Floor,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Binary {
    Add,
    Concat,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Comparison {
    Equal,
    Same,
    NotEqual,
    NotSame,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// `value is name(arguments)`
#[derive(Debug, Clone)]
pub(super) struct Test {
    pub(super) value: Expr,
    pub(super) name: Arc<str>,
    pub(super) at: usize,
    pub(super) arguments: Arguments,
}

/// `input | name(arguments)`
#[derive(Debug, Clone)]
pub(super) struct Filter {
    pub(super) name: Arc<str>,
    pub(super) input: Expr,
    pub(super) arguments: Arguments,
}

#[derive(Debug, Clone, Default)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Expr>,
    pub(super) keyword: Vec<(Arc<str>, Expr)>,
}

impl Expr {
    pub(super) fn new(kind: ExprKind, at: usize) -> Self {
        let depth = 1 + kind.depth();
        Self { at, depth, kind }
    }

    /// `a.b.c`, where the expression is such a path.
    pub(super) fn path(&self) -> Option<String> {
        match &self.kind {
            ExprKind::Name(name) => Some(name.text.to_string()),
            ExprKind::Member(target, key) => match &key.kind {
                ExprKind::Text(key) => Some(format!("{}.{}", target.path()?, key.to_str())),
                _ => None,
            },
            _ => None,
        }
    }
}

impl ExprKind {
    fn depth(&self) -> usize {
        match self {
            Self::Null
            | Self::Bool(_)
            | Self::Number(_)
            | Self::Text(_)
            | Self::Pattern { .. }
            | Self::Name(_)
            | Self::Capture(_) => 0,
            Self::List(items) | Self::Group(items) => deepest(items),
            Self::Record(entries) => deepest(entries.iter().map(|(_, value)| value)),
            Self::Unary(_, target) => target.depth,
            Self::Member(left, right)
            | Self::Or(left, right)
            | Self::And(left, right)
            | Self::Binary(_, left, right)
            | Self::In(left, right) => left.depth.max(right.depth),
            Self::Slice(slice) => {
                let parts = [&slice.start, &slice.stop, &slice.step];
                slice.target.depth.max(deepest(parts.into_iter().flatten()))
            }
            Self::Choice(choice) => {
                let parts = [&choice.condition, &choice.yes].into_iter();
                deepest(parts.chain(&choice.no))
            }
            Self::Compare(first, rest) => {
                first.depth.max(deepest(rest.iter().map(|(_, expr)| expr)))
            }
            Self::Test(test) => test.value.depth.max(test.arguments.depth()),
            Self::Filter(filter) => filter.input.depth.max(filter.arguments.depth()),
            Self::Call(callee, arguments) => callee.depth.max(arguments.depth()),
        }
    }
}

impl CallableBody {
    /// The names that it is given.
    pub(super) fn names(&self) -> impl Iterator<Item = &Name> {
        let defaults = self.defaults.iter().map(|(name, _)| name);
        self.formals.iter().chain(defaults)
    }
}

impl Arguments {
    fn depth(&self) -> usize {
        let keyword = self.keyword.iter().map(|(_, value)| value);
        deepest(self.positional.iter().chain(keyword))
    }
}

fn deepest<'a>(parts: impl IntoIterator<Item = &'a Expr>) -> usize {
    let depths = parts.into_iter().map(|part| part.depth);
    depths.max().unwrap_or(0)
}

/// Names that stand for how objects are made elsewhere: no template may say them.
pub(super) fn is_reserved(name: &str) -> bool {
    matches!(name, "constructor" | "prototype" | "__proto__")
}
