//! What may be a class name in Rust source.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use anyhow::{Context as _, Result, anyhow};
use proc_macro2::{Delimiter, Literal, TokenStream, TokenTree};
use walkdir::WalkDir;

/// Every word of every string in the sources below `folder`, and every `class:name=`.
///
/// More than the classes, and never less: a word that names no utility adds nothing.
pub(super) fn candidates(folder: &Path) -> Result<BTreeSet<String>> {
    let mut words = BTreeSet::new();
    for (_, tokens) in sources(folder)? {
        collect(tokens, &mut words);
    }
    Ok(words)
}

/// The Rust files below `folder`, read into tokens.
pub(super) fn sources(folder: &Path) -> Result<Vec<(PathBuf, TokenStream)>> {
    let mut sources = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let path = entry
            .with_context(|| format!("cannot read {}", folder.display()))?
            .into_path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            let tokens = TokenStream::from_str(&text)
                .map_err(|error| anyhow!("{} is no Rust source: {error}", path.display()))?;
            sources.push((path, tokens));
        }
    }
    Ok(sources)
}

fn collect(tokens: TokenStream, words: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) if !is_attribute(&tokens, at) => {
                collect(group.stream(), words);
            }
            TokenTree::Literal(literal) => {
                let text = string(literal).unwrap_or_default();
                words.extend(text.split_whitespace().map(str::to_owned));
            }
            TokenTree::Ident(ident) if ident == "class" => {
                words.extend(toggled_class(&tokens[at + 1..]));
            }
            _ => {}
        }
    }
}

/// Whether the group at `at` is that of `#[…]` or `#![…]`; documentation comments are, too.
pub(super) fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    let is = |back: usize, wanted: char| {
        at.checked_sub(back)
            .and_then(|before| tokens.get(before))
            .is_some_and(|token| is_punct(token, wanted))
    };
    matches!(&tokens[at], TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
        && (is(1, '#') || (is(1, '!') && is(2, '#')))
}

/// The name in `class:name=…`, given what follows the word `class`.
pub(super) fn toggled_class(tokens: &[TokenTree]) -> Option<String> {
    let (colon, rest) = tokens.split_first()?;
    if !is_punct(colon, ':') {
        return None;
    }
    let end = rest.iter().position(|token| is_punct(token, '='))?;
    let parts = &rest[..end];
    let is_name = !parts.is_empty()
        && parts
            .iter()
            .all(|part| matches!(part, TokenTree::Ident(_)) || is_punct(part, '-'));
    is_name.then(|| parts.iter().map(ToString::to_string).collect())
}

pub(super) fn is_punct(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == wanted)
}

/// What a string literal says, near enough for class names; `None` for other literals.
pub(super) fn string(literal: &Literal) -> Option<String> {
    let source = literal.to_string();
    if let Some(raw) = source.strip_prefix('r') {
        let inner = raw.trim_matches('#');
        return Some(inner.strip_prefix('"')?.strip_suffix('"')?.to_owned());
    }
    let inner = source.strip_prefix('"')?.strip_suffix('"')?;
    Some(
        inner
            .replace("\\\n", " ")
            .replace("\\n", " ")
            .replace("\\\"", "\"")
            .replace("\\\\", "\\"),
    )
}
