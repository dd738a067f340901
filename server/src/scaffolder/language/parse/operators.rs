//! Reads operations; which sign binds how is that of Nunjucks, oddities included.

use super::super::error::Outcome;
use super::super::lexer::TokenKind;
use super::super::number;
use super::super::syntax::{Arguments, Binary, Choice, Comparison, Expr, ExprKind, Test, Unary};
use super::tokens::{Tokens, make};
use std::sync::Arc;

impl Tokens {
    /// A whole expression that nothing follows.
    pub(super) fn only_expression(&mut self, what: &str) -> Outcome<Box<Expr>> {
        let expression = self.expression()?;
        self.expect_end(what)?;
        Ok(expression)
    }

    /// `a if b else c`, or anything that binds closer.
    pub(super) fn expression(&mut self) -> Outcome<Box<Expr>> {
        let yes = self.or()?;
        if !self.take_word("if") {
            return Ok(yes);
        }
        let at = yes.at;
        let condition = *self.or()?;
        let no = self.take_word("else").then(|| self.or()).transpose()?;
        let choice = Choice {
            condition,
            yes: *yes,
            no: no.map(|no| *no),
        };
        make(ExprKind::Choice(Box::new(choice)), at)
    }

    fn or(&mut self) -> Outcome<Box<Expr>> {
        let mut left = self.and()?;
        while self.take_word("or") {
            let at = left.at;
            left = make(ExprKind::Or(left, self.and()?), at)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Outcome<Box<Expr>> {
        let mut left = self.not()?;
        while self.take_word("and") {
            let at = left.at;
            left = make(ExprKind::And(left, self.not()?), at)?;
        }
        Ok(left)
    }

    fn not(&mut self) -> Outcome<Box<Expr>> {
        let at = self.at();
        if self.take_word("not") {
            let mut target = self.nested(Self::not)?;
            push_not_inward(&mut target, at);
            return Ok(target);
        }
        self.membership()
    }

    fn membership(&mut self) -> Outcome<Box<Expr>> {
        let mut left = self.test()?;
        loop {
            let is_in_next = matches!(self.peek_next(), TokenKind::Name(word) if &**word == "in");
            let negated = self.is_word("not") && is_in_next;
            self.pass(usize::from(negated));
            if !self.take_word("in") {
                return Ok(left);
            }
            let at = left.at;
            left = make(ExprKind::In(left, self.test()?), at)?;
            if negated {
                left = make(ExprKind::Unary(Unary::Not, left), at)?;
            }
        }
    }

    fn test(&mut self) -> Outcome<Box<Expr>> {
        let value = self.equality()?;
        if !self.take_word("is") {
            return Ok(value);
        }
        let negated = self.take_word("not");
        let at = value.at;
        let (name, test_at, arguments) = static_test(*self.equality()?);
        let test = Test {
            value: *value,
            name,
            at: test_at,
            arguments,
        };
        let test = make(ExprKind::Test(Box::new(test)), test_at)?;
        if negated {
            return make(ExprKind::Unary(Unary::Not, test), at);
        }
        Ok(test)
    }

    fn equality(&mut self) -> Outcome<Box<Expr>> {
        const SIGNS: &[(&str, Comparison)] = &[
            ("==", Comparison::Equal),
            ("===", Comparison::Same),
            ("!=", Comparison::NotEqual),
            ("!==", Comparison::NotSame),
        ];
        self.comparison(SIGNS, Self::relation)
    }

    fn relation(&mut self) -> Outcome<Box<Expr>> {
        const SIGNS: &[(&str, Comparison)] = &[
            ("<", Comparison::Less),
            ("<=", Comparison::LessOrEqual),
            (">", Comparison::Greater),
            (">=", Comparison::GreaterOrEqual),
        ];
        self.comparison(SIGNS, Self::sum)
    }

    fn comparison(
        &mut self,
        signs: &[(&str, Comparison)],
        part: fn(&mut Self) -> Outcome<Box<Expr>>,
    ) -> Outcome<Box<Expr>> {
        let first = part(self)?;
        let mut rest = Vec::new();
        while let Some((_, comparison)) = signs.iter().find(|(sign, _)| self.is_sign(sign)) {
            self.pass(1);
            rest.push((*comparison, *part(self)?));
        }
        if rest.is_empty() {
            return Ok(first);
        }
        let at = first.at;
        make(ExprKind::Compare(first, rest), at)
    }

    fn sum(&mut self) -> Outcome<Box<Expr>> {
        let mut left = self.product()?;
        loop {
            let operation = if self.take_sign("+") {
                Binary::Add
            } else if self.take_sign("-") {
                Binary::Subtract
            } else if self.take_sign("~") {
                Binary::Concat
            } else {
                return Ok(left);
            };
            let right = self.product()?;
            left = binary(operation, left, right)?;
        }
    }

    fn product(&mut self) -> Outcome<Box<Expr>> {
        let sequence = self.multiplied()?;
        fold(sequence)
    }

    /// What is multiplied is one chain from the left, as if nothing bound closer.
    fn multiplied(&mut self) -> Outcome<Factors> {
        let mut factors = self.divided()?;
        while self.take_sign("*") {
            let more = self.divided()?;
            factors.append(Binary::Multiply, more);
        }
        Ok(factors)
    }

    fn divided(&mut self) -> Outcome<Factors> {
        let mut factors = self.floor_divided()?;
        while self.take_sign("/") {
            let more = self.floor_divided()?;
            factors.append(Binary::Divide, more);
        }
        Ok(factors)
    }

    fn floor_divided(&mut self) -> Outcome<Factors> {
        let mut factors = self.remainders()?;
        while self.take_sign("//") {
            let more = self.remainders()?;
            factors.append(Binary::Divide, more);
            let divided = fold(factors)?;
            let at = divided.at;
            let floor = make(ExprKind::Unary(Unary::Floor, divided), at)?;
            factors = Factors::from(floor);
        }
        Ok(factors)
    }

    fn remainders(&mut self) -> Outcome<Factors> {
        let mut factors = Factors::from(self.power()?);
        while self.take_sign("%") {
            factors.rest.push((Binary::Remainder, self.power()?));
        }
        Ok(factors)
    }

    fn power(&mut self) -> Outcome<Box<Expr>> {
        let mut left = self.filtered()?;
        while self.take_sign("**") {
            let right = self.filtered()?;
            left = binary(Binary::Power, left, right)?;
        }
        Ok(left)
    }

    fn filtered(&mut self) -> Outcome<Box<Expr>> {
        let mut input = self.signed()?;
        while self.take_sign("|") {
            input = self.filter(*input)?;
        }
        Ok(input)
    }
}

/// A chain of factors, from the left.
struct Factors {
    first: Box<Expr>,
    rest: Vec<(Binary, Box<Expr>)>,
}

impl From<Box<Expr>> for Factors {
    fn from(first: Box<Expr>) -> Self {
        let rest = Vec::new();
        Self { first, rest }
    }
}

impl Factors {
    fn append(&mut self, operation: Binary, more: Self) {
        self.rest.push((operation, more.first));
        self.rest.extend(more.rest);
    }
}

fn fold(factors: Factors) -> Outcome<Box<Expr>> {
    let mut rest = factors.rest.into_iter();
    rest.try_fold(factors.first, |left, (operation, right)| {
        binary(operation, left, right)
    })
}

fn binary(operation: Binary, left: Box<Expr>, right: Box<Expr>) -> Outcome<Box<Expr>> {
    let at = left.at;
    make(ExprKind::Binary(operation, left, right), at)
}

/// `not a + b` negates `a` alone, since it is written in front of it.
fn push_not_inward(target: &mut Expr, at: usize) {
    let innermost = {
        let mut part = target;
        loop {
            let goes_on = matches!(
                part.kind,
                ExprKind::Compare(..)
                    | ExprKind::Binary(
                        Binary::Add
                            | Binary::Concat
                            | Binary::Subtract
                            | Binary::Multiply
                            | Binary::Divide
                            | Binary::Remainder,
                        ..
                    )
            );
            if !goes_on {
                break part;
            }
            part = match &mut part.kind {
                ExprKind::Compare(first, _) | ExprKind::Binary(_, first, _) => first,
                _ => unreachable!("only comparisons and operations go on"),
            };
        }
    };
    let negated = std::mem::replace(innermost, Expr::new(ExprKind::Null, at));
    *innermost = Expr::new(ExprKind::Unary(Unary::Not, Box::new(negated)), at);
}

/// What is right of `is` names a test; what could be no name is the test `undefined`.
fn static_test(right: Expr) -> (Arc<str>, usize, Arguments) {
    let at = right.at;
    match right.kind {
        ExprKind::Call(callee, arguments) => (test_name(&callee.kind), at, *arguments),
        ExprKind::Filter(filter) => {
            let mut arguments = filter.arguments;
            arguments.positional.insert(0, filter.input);
            (filter.name, at, arguments)
        }
        kind => (test_name(&kind), at, Arguments::default()),
    }
}

fn test_name(kind: &ExprKind) -> Arc<str> {
    match kind {
        ExprKind::Name(name) => Arc::clone(&name.text),
        ExprKind::Text(text) => text.to_key(),
        ExprKind::Null => "null".into(),
        ExprKind::Bool(bool) => bool.to_string().into(),
        ExprKind::Number(number) => number::format(*number).into(),
        ExprKind::Pattern { source, flags, .. } => format!("/{source}/{flags}").into(),
        _ => "undefined".into(),
    }
}
