//! Reads what macros are given.

use super::super::error::Outcome;
use super::super::syntax::{Body, CallableBody, Expr, ExprKind, Name};
use super::tokens::Tokens;

pub(super) type Signature = (Vec<Name>, Vec<(Name, Expr)>);

/// Names, and names with defaults, up to the closing parenthesis.
pub(super) fn signature(tokens: &mut Tokens) -> Outcome<Signature> {
    let (mut formals, mut defaults) = Signature::default();
    if tokens.take_sign(")") {
        return Ok((formals, defaults));
    }
    loop {
        let name = tokens.target()?;
        if tokens.take_sign("=") {
            defaults.push((name, *tokens.expression()?));
        } else {
            formals.push(name);
        }
        if tokens.take_sign(")") {
            return Ok((formals, defaults));
        }
        if !tokens.take_sign(",") {
            return Err(tokens.unexpected("expected , or ) behind a name"));
        }
    }
}

/// Something that can be called with these names.
pub(super) fn callable(
    formals: Vec<Name>,
    defaults: Vec<(Name, Expr)>,
    body: Body,
) -> CallableBody {
    CallableBody {
        formals,
        defaults,
        body,
        frame: 0,
    }
}

/// Whether something is called by its name alone, as `call` needs it.
pub(super) fn is_static(callee: &Expr) -> bool {
    match &callee.kind {
        ExprKind::Name(_) => true,
        ExprKind::Member(target, key) => {
            let is_constant = matches!(
                key.kind,
                ExprKind::Text(_) | ExprKind::Number(_) | ExprKind::Bool(_) | ExprKind::Null
            );
            is_constant && is_static(target)
        }
        _ => false,
    }
}
