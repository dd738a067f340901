//! Reads tags, and what stands between those that belong together.

use super::super::engine::Options;
use super::super::error::{Failure, Outcome, shown, suggestion};
use super::super::lexer;
use super::super::limits::DEEPEST_SOURCE;
use super::super::scan::{Piece, PieceKind, scan};
use super::super::syntax::{
    Block, Body, CallBlock, Expr, ExprKind, For, Macro, SetValue, Slot, Statement, StatementKind,
    Switch,
};
use super::super::text::{Text, is_space};
use super::signature::{callable, is_static, signature};
use super::tokens::Tokens;
use std::sync::Arc;

/// Tags that begin something.
const TAGS: [&str; 14] = [
    "if", "for", "set", "macro", "call", "filter", "block", "switch", "raw", "verbatim", "include",
    "import", "from", "extends",
];
/// Tags that go on with something or end it.
const INNER_TAGS: [&str; 13] = [
    "elif",
    "elseif",
    "else",
    "endif",
    "endfor",
    "endset",
    "endmacro",
    "endcall",
    "endfilter",
    "endblock",
    "case",
    "default",
    "endswitch",
];

/// Reads a whole template. Names are not bound to slots yet.
pub(in super::super) fn parse(source: &str, options: &Options) -> Outcome<Body> {
    let pieces = scan(source, options)?;
    let mut parser = Parser {
        source,
        pieces: pieces.into_iter(),
        depth: 0,
        has_macro: false,
        blocks: Vec::new(),
    };
    let (body, _) = parser.body(None)?;
    Ok(body)
}

struct Parser<'s> {
    source: &'s str,
    pieces: std::vec::IntoIter<Piece>,
    depth: usize,
    /// Whether a macro was declared since this was last reset.
    has_macro: bool,
    blocks: Vec<Arc<str>>,
}

/// A tag that was opened, and which tags may go on with it or end it.
#[derive(Clone, Copy)]
struct Opened<'a> {
    at: usize,
    name: &'a str,
    stops: &'a [&'a str],
}

/// The tag that ended a body: its name and what follows the name.
struct Stop {
    name: Arc<str>,
    rest: Tokens,
}

impl Stop {
    fn is(&self, name: &str) -> bool {
        *self.name == *name
    }
}

impl Parser<'_> {
    /// Everything up to one of the tags that may end what was opened, or to the end of the template.
    fn body(&mut self, opened: Option<Opened<'_>>) -> Outcome<(Body, Option<Stop>)> {
        self.depth += 1;
        if self.depth > DEEPEST_SOURCE {
            let failure = Failure::limit("tags stand in one another too deep; use macros");
            return Err(failure.at(opened.map_or(0, |opened| opened.at)));
        }
        let mut body = Body::new();
        while let Some(Piece { at, kind }) = self.pieces.next() {
            let kind = match kind {
                PieceKind::Text(text) => StatementKind::Text(Text::from(text)),
                PieceKind::Variable(part) => {
                    let mut tokens = Tokens::new(lexer::tokens(self.source, part)?);
                    StatementKind::Output(*tokens.only_expression("the variable")?)
                }
                PieceKind::Tag(part) => {
                    let mut tokens = Tokens::new(lexer::tokens(self.source, part)?);
                    let (name, _) = tokens
                        .take_any_word()
                        .ok_or_else(|| tokens.unexpected("expected the name of a tag"))?;
                    let stops = opened.map_or(&[][..], |opened| opened.stops);
                    if stops.contains(&&*name) {
                        self.depth -= 1;
                        let rest = tokens;
                        return Ok((body, Some(Stop { name, rest })));
                    }
                    if INNER_TAGS.contains(&&*name) {
                        return Err(misplaced(&name, opened, at));
                    }
                    self.statement(&name, tokens, at)?
                }
            };
            body.push(Statement { at, kind });
        }
        if let Some(opened) = opened {
            let message = format!(
                "this {:?} tag is not closed with {}",
                opened.name,
                or(opened.stops)
            );
            return Err(Failure::syntax(message, opened.at));
        }
        self.depth -= 1;
        Ok((body, None))
    }

    fn until(&mut self, opened: Opened<'_>) -> Outcome<(Body, Stop)> {
        let (body, stop) = self.body(Some(opened))?;
        match stop {
            Some(stop) => Ok((body, stop)),
            None => unreachable!("a body that was opened is closed or fails"),
        }
    }

    /// The body up to its only end, behind which nothing stands in the tag.
    fn until_end(&mut self, at: usize, name: &str, end: &str) -> Outcome<Body> {
        let stops = &[end][..];
        let (body, stop) = self.until(Opened { at, name, stops })?;
        stop.rest.expect_end("this tag")?;
        Ok(body)
    }

    fn statement(&mut self, name: &str, tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        match name {
            "if" => self.parse_if(tokens, at),
            "for" => self.parse_for(tokens, at),
            "set" => self.parse_set(tokens, at),
            "macro" => self.parse_macro(tokens, at),
            "call" => self.parse_call(tokens, at),
            "filter" => self.parse_filter(tokens, at),
            "block" => self.parse_block(tokens, at),
            "switch" => self.parse_switch(tokens, at),
            "include" | "import" | "from" | "extends" => Err(Failure::syntax(
                format!("{name:?} needs other templates, and a template here stands alone"),
                at,
            )),
            _ => {
                let known = TAGS.iter().chain(&INNER_TAGS).copied();
                let message = format!("unknown tag {}{}", shown(name), suggestion(name, known));
                Err(Failure::syntax(message, at))
            }
        }
    }

    fn parse_if(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let mut branches = Vec::new();
        loop {
            let condition = *tokens.only_expression("the condition")?;
            let stops = &["elif", "elseif", "else", "endif"];
            let name = "if";
            let (body, stop) = self.until(Opened { at, name, stops })?;
            branches.push((condition, body));
            if stop.is("elif") || stop.is("elseif") {
                tokens = stop.rest;
                continue;
            }
            stop.rest.expect_end("this tag")?;
            let otherwise = stop.is("else").then(|| self.until_end(at, "if", "endif"));
            return Ok(StatementKind::If {
                branches,
                otherwise: otherwise.transpose()?,
            });
        }
    }

    fn parse_for(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let targets = tokens.targets()?;
        if let [only] = targets.as_slice()
            && *only.text == *"loop"
        {
            let message = "\"loop\" tells of the loop itself; call its value otherwise";
            return Err(Failure::syntax(message, only.at));
        }
        if !tokens.take_word("in") {
            return Err(tokens.unexpected("expected \"in\" behind the names of the loop"));
        }
        let values = *tokens.only_expression("the loop")?;
        let stops = &["else", "endfor"];
        let name = "for";
        let (body, stop) = self.until(Opened { at, name, stops })?;
        stop.rest.expect_end("this tag")?;
        let otherwise = stop.is("else").then(|| self.until_end(at, "for", "endfor"));
        Ok(StatementKind::For(Box::new(For {
            values,
            targets,
            body,
            over_record: None,
            otherwise: otherwise.transpose()?,
            length: Slot::default(),
        })))
    }

    fn parse_set(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let targets = tokens.targets()?;
        let value = if tokens.take_sign("=") {
            SetValue::Expression(*tokens.only_expression("the value")?)
        } else {
            tokens.expect_end("this tag")?;
            SetValue::Capture(self.capture(at, "set", "endset")?)
        };
        Ok(StatementKind::Set { targets, value })
    }

    /// A body whose text is taken as a value. What it declares would be lost.
    fn capture(&mut self, at: usize, name: &str, end: &str) -> Outcome<Body> {
        let before = std::mem::replace(&mut self.has_macro, false);
        let body = self.until_end(at, name, end)?;
        if self.has_macro {
            let message = format!("a macro cannot be declared inside {name:?}; move it out");
            return Err(Failure::syntax(message, at));
        }
        self.has_macro = before;
        Ok(body)
    }

    fn parse_macro(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let name = tokens.target()?;
        if !tokens.take_sign("(") {
            return Err(tokens.unexpected("expected ( behind the name of the macro"));
        }
        let (formals, defaults) = signature(&mut tokens)?;
        tokens.expect_end("this tag")?;
        let body = self.until_end(at, "macro", "endmacro")?;
        self.has_macro = true;
        let callable = callable(formals, defaults, body);
        Ok(StatementKind::Macro(Box::new(Macro { name, callable })))
    }

    fn parse_call(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let (formals, defaults) = if tokens.take_sign("(") {
            signature(&mut tokens)?
        } else {
            Default::default()
        };
        let call = *tokens.only_expression("this tag")?;
        let ExprKind::Call(callee, arguments) = call.kind else {
            let message = "\"call\" needs a macro with its arguments, as in call name()";
            return Err(Failure::syntax(message, at));
        };
        if !is_static(&callee) {
            let message = "\"call\" needs a macro by its name";
            return Err(Failure::syntax(message, callee.at));
        }
        let body = self.until_end(at, "call", "endcall")?;
        Ok(StatementKind::Call(Box::new(CallBlock {
            callee: *callee,
            arguments: *arguments,
            caller: callable(formals, defaults, body),
        })))
    }

    fn parse_filter(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let body = self.capture(at, "filter", "endfilter")?;
        let captured = Expr::new(ExprKind::Capture(body), at);
        let filter = *tokens.filter(captured)?;
        tokens.expect_end("this tag")?;
        Ok(StatementKind::Output(filter))
    }

    fn parse_block(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let name = tokens.target()?;
        tokens.expect_end("this tag")?;
        if self.blocks.contains(&name.text) {
            let message = format!("there is a block {} already", shown(&name.text));
            return Err(Failure::syntax(message, at));
        }
        self.blocks.push(Arc::clone(&name.text));
        let stops = &["endblock"];
        let opened = Opened {
            at,
            name: "block",
            stops,
        };
        let (body, mut stop) = self.until(opened)?;
        stop.rest.take_word(&name.text);
        stop.rest.expect_end("the block, or its name")?;
        Ok(StatementKind::Block(Box::new(Block { body, frame: 0 })))
    }

    fn parse_switch(&mut self, mut tokens: Tokens, at: usize) -> Outcome<StatementKind> {
        let value = *tokens.only_expression("the value")?;
        let stops = &["case", "default", "endswitch"];
        let name = "switch";
        let opened = Opened { at, name, stops };
        let (before, mut stop) = self.until(opened)?;
        if let Some(statement) = before.iter().find(|statement| !is_blank(statement)) {
            let message = "nothing may stand between switch and its first case";
            return Err(Failure::syntax(message, statement.at));
        }
        let mut cases = Vec::new();
        while stop.is("case") {
            let condition = *stop.rest.only_expression("the case")?;
            let (body, next) = self.until(opened)?;
            cases.push((condition, body));
            stop = next;
        }
        stop.rest.expect_end("this tag")?;
        let otherwise = stop
            .is("default")
            .then(|| self.until_end(at, "switch", "endswitch"));
        let otherwise = otherwise.transpose()?;
        if cases.is_empty() && otherwise.is_none() {
            return Err(Failure::syntax("a switch needs a case or a default", at));
        }
        Ok(StatementKind::Switch(Box::new(Switch {
            value,
            cases,
            otherwise,
        })))
    }
}

fn is_blank(statement: &Statement) -> bool {
    matches!(&statement.kind, StatementKind::Text(text) if text.to_str().chars().all(is_space))
}

fn misplaced(name: &str, opened: Option<Opened<'_>>, at: usize) -> Failure {
    let message = match opened {
        Some(opened) => format!(
            "a tag {name:?} cannot stand here; expected {}",
            or(opened.stops)
        ),
        None => format!("this {name:?} belongs to no tag before it"),
    };
    Failure::syntax(message, at)
}

/// `"a", "b" or "c"`
fn or(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{name:?}")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    }
}
