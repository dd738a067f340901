//! What cannot work in a template, known without rendering it.

use super::engine::Options;
use super::error::{Failure, shown, suggestion};
use super::filters;
use super::predicates;
use super::syntax::{ExprKind, Tree};
use super::walk::{self, Part};
use std::convert::Infallible;

/// Filters and tests that are not known, with their places.
pub(super) fn mistakes(tree: &Tree, options: &Options) -> Vec<Failure> {
    let mut found = Vec::new();
    let Ok(()) = walk::body::<Infallible>(&tree.body, &mut |part| {
        if let Part::Expr(expr) = part {
            let mistake = match &expr.kind {
                ExprKind::Filter(filter) => unknown_filter(&filter.name, options),
                ExprKind::Test(test) => unknown_test(&test.name),
                _ => None,
            };
            found.extend(mistake.map(|message| Failure::new(message).at(expr.at)));
        }
        Ok(())
    });
    found
}

/// What is wrong with the name of a filter, if there is none under it.
pub(super) fn unknown_filter(name: &str, options: &Options) -> Option<String> {
    let own = || options.filters.keys().map(String::as_str);
    let is_alias = name == "jsonify" && options.cookiecutter;
    if is_alias || filters::find(name).is_some() || own().any(|it| it == name) {
        return None;
    }
    let known = filters::NAMES.iter().copied().chain(own());
    Some(format!(
        "unknown filter {}{}",
        shown(name),
        suggestion(name, known)
    ))
}

/// The same for a test.
pub(super) fn unknown_test(name: &str) -> Option<String> {
    if predicates::arity(name).is_some() {
        return None;
    }
    let known = predicates::NAMES.iter().map(|(name, _)| *name);
    Some(format!(
        "unknown test {}{}",
        shown(name),
        suggestion(name, known)
    ))
}
