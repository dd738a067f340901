//! What a template asks its context for, known without rendering it.

use super::error::place;
use super::syntax::{Expr, ExprKind, StatementKind, Tree};
use super::walk::{self, Part};
use std::collections::HashSet;
use std::convert::Infallible;
use std::sync::Arc;

/// A name of the context that is read, and the members on from it as far as they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    pub path: Vec<String>,
    pub line: usize,
    pub column: usize,
}

/// Every place that reads from the context. Names that the template itself gives a meaning anywhere
/// are left out, even where they would still mean the context.
pub(super) fn reads(tree: &Tree, source: &str) -> Vec<Read> {
    let own = own_names(tree);
    let mut found: Vec<(Vec<String>, usize)> = Vec::new();
    // Of `a.b.c` the parts `a.b` and `a` are met as well, at places that were seen with the whole.
    let mut seen: HashSet<usize> = HashSet::new();
    let Ok(()) = walk::body::<Infallible>(&tree.body, &mut |part| {
        if let Part::Expr(expr) = part
            && let Some((path, at)) = path(expr)
            && seen.insert(at)
            && !own.contains(path[0].as_str())
        {
            found.push((path, at));
        }
        Ok(())
    });
    let reads = found.into_iter().map(|(path, at)| {
        let (line, column) = place(source, at);
        Read { path, line, column }
    });
    reads.collect()
}

/// The longest path that an expression is, and where its name stands.
fn path(expr: &Expr) -> Option<(Vec<String>, usize)> {
    match &expr.kind {
        ExprKind::Name(name) => Some((vec![name.text.to_string()], name.at)),
        ExprKind::Member(target, key) => {
            let (mut path, at) = path(target)?;
            if let ExprKind::Text(key) = &key.kind {
                path.push(key.to_str().into_owned());
                return Some((path, at));
            }
            None
        }
        _ => None,
    }
}

/// Names that are set, looped over, declared, or given to macros, and those that are always there.
fn own_names(tree: &Tree) -> HashSet<Arc<str>> {
    let always = ["loop", "caller", "range", "cycler", "joiner"];
    let mut own: HashSet<Arc<str>> = always.into_iter().map(Arc::from).collect();
    let Ok(()) = walk::body::<Infallible>(&tree.body, &mut |part| {
        let Part::Statement(statement) = part else {
            return Ok(());
        };
        let names = match &statement.kind {
            StatementKind::For(each) => each.targets.iter().collect(),
            StatementKind::Set { targets, .. } => targets.iter().collect(),
            StatementKind::Macro(declared) => {
                let mut names = vec![&declared.name];
                names.extend(declared.callable.names());
                names
            }
            StatementKind::Call(call) => call.caller.names().collect(),
            _ => Vec::new(),
        };
        own.extend(names.into_iter().map(|name| Arc::clone(&name.text)));
        Ok(())
    });
    own
}
