//! Goes through the tokens of one variable or tag, and says what was expected where it is not.

use super::super::error::{Failure, Outcome, shown};
use super::super::lexer::{Token, TokenKind};
use super::super::limits::DEEPEST_SOURCE;
use super::super::syntax::{Expr, ExprKind, Name, is_reserved};
use std::sync::Arc;

/// How deep the parts of one expression stand in one another, chains included.
const DEEPEST_EXPRESSION: usize = 150;
/// Words that stand for values and can be no names.
pub(super) const LITERALS: [&str; 4] = ["true", "false", "none", "null"];

/// Goes through the tokens of one variable or tag.
pub(in super::super) struct Tokens {
    all: Vec<Token>,
    index: usize,
    depth: usize,
}

impl Tokens {
    pub(super) fn new(tokens: Vec<Token>) -> Self {
        Self {
            all: tokens,
            index: 0,
            depth: 0,
        }
    }

    pub(super) fn at(&self) -> usize {
        self.peek().at
    }

    pub(super) fn peek(&self) -> &Token {
        // The last token is the end, which is never passed.
        &self.all[self.index.min(self.all.len() - 1)]
    }

    pub(super) fn peek_next(&self) -> &TokenKind {
        &self.all[(self.index + 1).min(self.all.len() - 1)].kind
    }

    /// Passes tokens that were looked at.
    pub(super) fn pass(&mut self, count: usize) {
        self.index += count;
    }

    pub(super) fn is_sign(&self, sign: &str) -> bool {
        match &self.peek().kind {
            // Signs are so short that comparing them by a call is what takes long.
            TokenKind::Sign(own) => own.bytes().eq(sign.bytes()),
            _ => false,
        }
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        matches!(&self.peek().kind, TokenKind::Name(own) if **own == *word)
    }

    pub(super) fn take_sign(&mut self, sign: &str) -> bool {
        let is = self.is_sign(sign);
        self.index += usize::from(is);
        is
    }

    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let is = self.is_word(word);
        self.index += usize::from(is);
        is
    }

    pub(super) fn expect_sign(&mut self, sign: &str) -> Outcome<()> {
        if self.take_sign(sign) {
            return Ok(());
        }
        Err(self.unexpected(&format!("expected {sign}")))
    }

    /// Any word, with its place.
    pub(super) fn take_any_word(&mut self) -> Option<(Arc<str>, usize)> {
        let Token {
            at,
            kind: TokenKind::Name(word),
        } = self.peek()
        else {
            return None;
        };
        let word = (Arc::clone(word), *at);
        self.index += 1;
        Some(word)
    }

    pub(super) fn is_end(&self) -> bool {
        self.peek().kind == TokenKind::End
    }

    pub(super) fn expect_end(&self, what: &str) -> Outcome<()> {
        if self.is_end() {
            return Ok(());
        }
        Err(self.unexpected(&format!("expected the end of {what}")))
    }

    pub(super) fn unexpected(&self, expected: &str) -> Failure {
        let found = match &self.peek().kind {
            TokenKind::End => "the end".to_owned(),
            TokenKind::Name(name) => shown(name),
            TokenKind::Sign(sign) => shown(sign),
            TokenKind::Number(_) => "a number".to_owned(),
            TokenKind::Text(_) => "a text".to_owned(),
            TokenKind::Pattern { .. } => "a regular expression".to_owned(),
        };
        Failure::syntax(format!("{expected}, found {found}"), self.at())
    }

    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        self.depth += 1;
        if self.depth > DEEPEST_SOURCE {
            let failure = Failure::limit("this expression is nested too deep; use set");
            return Err(failure.at(self.at()));
        }
        let read = read(self);
        self.depth -= 1;
        read
    }

    /// A name that something is bound to.
    pub(super) fn target(&mut self) -> Outcome<Name> {
        let expected = "expected a name";
        let (text, at) = self
            .take_any_word()
            .ok_or_else(|| self.unexpected(expected))?;
        if LITERALS.contains(&&*text) {
            let message = format!("{} is a value and can be no name", shown(&text));
            return Err(Failure::syntax(message, at));
        }
        name(text, at)
    }

    pub(super) fn targets(&mut self) -> Outcome<Vec<Name>> {
        let mut targets = vec![self.target()?];
        while self.take_sign(",") {
            targets.push(self.target()?);
        }
        Ok(targets)
    }
}

pub(super) fn make(kind: ExprKind, at: usize) -> Outcome<Box<Expr>> {
    let made = Expr::new(kind, at);
    if made.depth > DEEPEST_EXPRESSION {
        let failure = Failure::limit("this expression is too long; use set for its parts");
        return Err(failure.at(at));
    }
    Ok(Box::new(made))
}

pub(super) fn name(text: Arc<str>, at: usize) -> Outcome<Name> {
    if is_reserved(&text) {
        let message = format!("{} is reserved and can be no name", shown(&text));
        return Err(Failure::syntax(message, at));
    }
    let slot = None;
    Ok(Name { text, at, slot })
}
