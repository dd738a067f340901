//! Reads values and what stands behind them: members, slices, calls and filters.

use super::super::error::{Failure, Outcome};
use super::super::lexer::{Token, TokenKind};
use super::super::syntax::{Arguments, Expr, ExprKind, Filter, Slice, Unary};
use super::super::text::Text;
use super::tokens::{LITERALS, Tokens, make, name};
use std::sync::Arc;

impl Tokens {
    /// `name(arguments)` behind a bar.
    pub(super) fn filter(&mut self, input: Expr) -> Outcome<Box<Expr>> {
        let expected = "expected the name of a filter";
        let (first, at) = self
            .take_any_word()
            .ok_or_else(|| self.unexpected(expected))?;
        let mut full = name(first, at)?.text.to_string();
        while self.take_sign(".") {
            let (part, part_at) = self
                .take_any_word()
                .ok_or_else(|| self.unexpected(expected))?;
            full.push('.');
            full.push_str(&name(part, part_at)?.text);
        }
        let arguments = if self.take_sign("(") {
            self.nested(Self::arguments)?
        } else {
            Arguments::default()
        };
        let filter = Filter {
            name: full.into(),
            input,
            arguments,
        };
        make(ExprKind::Filter(Box::new(filter)), at)
    }

    pub(super) fn signed(&mut self) -> Outcome<Box<Expr>> {
        let at = self.at();
        for (sign, unary) in [("-", Unary::Negative), ("+", Unary::Positive)] {
            if !self.take_sign(sign) {
                continue;
            }
            if self.is_sign(sign) {
                let message = format!("{sign}{sign} is unclear; put the second into parentheses");
                return Err(Failure::syntax(message, at));
            }
            let target = self.nested(Self::signed)?;
            return make(ExprKind::Unary(unary, target), at);
        }
        self.postfix()
    }

    pub(super) fn postfix(&mut self) -> Outcome<Box<Expr>> {
        let mut target = self.primary()?;
        loop {
            if self.take_sign(".") {
                let expected = "expected a name behind the point";
                let (key, at) = self
                    .take_any_word()
                    .ok_or_else(|| self.unexpected(expected))?;
                let key = make(ExprKind::Text(Text::from(name(key, at)?.text)), at)?;
                target = make(ExprKind::Member(target, key), at)?;
            } else if self.take_sign("[") {
                target = self.nested(|tokens| tokens.subscript(target))?;
            } else if self.take_sign("(") {
                let at = target.at;
                let arguments = self.nested(Self::arguments)?;
                target = make(ExprKind::Call(target, Box::new(arguments)), at)?;
            } else {
                return Ok(target);
            }
        }
    }

    /// What stands in brackets behind a value: a key, or `start:stop:step`.
    fn subscript(&mut self, target: Box<Expr>) -> Outcome<Box<Expr>> {
        let at = self.at();
        let start = self.slice_part()?;
        if !self.take_sign(":") {
            let Some(key) = start else {
                return Err(self.unexpected("expected a key in the brackets"));
            };
            self.expect_sign("]")?;
            if let ExprKind::Text(text) = &key.kind {
                name(text.to_key(), key.at)?;
            }
            let at = key.at;
            return make(ExprKind::Member(target, key), at);
        }
        let end = self.slice_part()?;
        let step = if self.take_sign(":") {
            self.slice_part()?
        } else {
            None
        };
        self.expect_sign("]")?;
        let slice = Slice {
            target: *target,
            start: start.map(|part| *part),
            stop: end.map(|part| *part),
            step: step.map(|part| *part),
        };
        make(ExprKind::Slice(Box::new(slice)), at)
    }

    fn slice_part(&mut self) -> Outcome<Option<Box<Expr>>> {
        let is_missing = self.is_sign(":") || self.is_sign("]");
        (!is_missing).then(|| self.expression()).transpose()
    }

    fn primary(&mut self) -> Outcome<Box<Expr>> {
        let Token { at, kind } = self.peek().clone();
        let kind = match kind {
            TokenKind::Number(number) => ExprKind::Number(number),
            TokenKind::Text(text) => ExprKind::Text(Text::from(text)),
            TokenKind::Pattern { source, flags } => ExprKind::Pattern {
                source,
                flags,
                compiled: None,
            },
            TokenKind::Name(word) => match &*word {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "none" | "null" => ExprKind::Null,
                _ => ExprKind::Name(name(word, at)?),
            },
            TokenKind::Sign(sign @ ("(" | "[" | "{")) => {
                self.pass(1);
                return self.nested(|tokens| tokens.bracketed(sign, at));
            }
            _ => return Err(self.unexpected("expected a value")),
        };
        self.pass(1);
        make(kind, at)
    }

    fn bracketed(&mut self, open: &str, at: usize) -> Outcome<Box<Expr>> {
        match open {
            "(" => {
                let parts = self.list(")")?;
                if parts.is_empty() {
                    return Err(Failure::syntax("nothing stands in these parentheses", at));
                }
                make(ExprKind::Group(parts), at)
            }
            "[" => make(ExprKind::List(self.list("]")?), at),
            _ => make(ExprKind::Record(self.entries()?), at),
        }
    }

    fn list(&mut self, close: &str) -> Outcome<Vec<Expr>> {
        let mut items = Vec::new();
        if self.take_sign(close) {
            return Ok(items);
        }
        items.push(*self.expression()?);
        while self.take_sign(",") {
            items.push(*self.expression()?);
        }
        self.expect_sign(close)?;
        Ok(items)
    }

    fn entries(&mut self) -> Outcome<Vec<(Arc<str>, Expr)>> {
        let mut entries = Vec::new();
        if self.take_sign("}") {
            return Ok(entries);
        }
        loop {
            let Token { at, kind } = self.peek().clone();
            let key = match kind {
                TokenKind::Name(word) if !LITERALS.contains(&&*word) => name(word, at)?.text,
                TokenKind::Text(text) => name(text.into(), at)?.text,
                _ => return Err(self.unexpected("expected a key: a name or a text")),
            };
            self.pass(1);
            self.expect_sign(":")?;
            entries.push((key, *self.expression()?));
            if !self.take_sign(",") {
                break;
            }
        }
        self.expect_sign("}")?;
        Ok(entries)
    }

    /// Arguments up to the closing parenthesis; those with names are kept apart.
    pub(super) fn arguments(&mut self) -> Outcome<Arguments> {
        let mut arguments = Arguments::default();
        if self.take_sign(")") {
            return Ok(arguments);
        }
        loop {
            let is_keyword = *self.peek_next() == TokenKind::Sign("=");
            match self.peek().kind.clone() {
                TokenKind::Name(word) if is_keyword => {
                    let key = name(word, self.at())?.text;
                    self.pass(2);
                    arguments.keyword.push((key, *self.expression()?));
                }
                _ => arguments.positional.push(*self.expression()?),
            }
            if !self.take_sign(",") {
                break;
            }
        }
        self.expect_sign(")")?;
        Ok(arguments)
    }
}
