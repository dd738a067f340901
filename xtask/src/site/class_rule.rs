//! The rule that every class name in `app` is one the stylesheet knows.
//!
//! A string is read as class names where it is the value of `class=` or of a struct field `class`,
//! an argument of `.class(…)`, or stands in a function, constant or variable that is called
//! `class`, `classes` or ends with `_class`, `_classes`.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::classes::{is_attribute, is_punct, sources, string, toggled_class};
use super::css::{Style, without_comments};

/// Class names that only mark an element for others to refer to.
const MARKERS: [&str; 2] = ["group", "peer"];

/// A string that is compared with is no list of classes.
const COMPARING: [&str; 6] = ["contains", "ends_with", "eq", "get", "ne", "starts_with"];

#[test]
fn every_class_in_app_is_known_to_the_stylesheet() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask stands in the workspace");
    let unknown = unknown_classes(root).expect("the sources and style/ can be read");
    assert!(
        unknown.is_empty(),
        "these class names have no rule; correct them, or add them to style/:\n{}",
        unknown.join("\n")
    );
}

fn unknown_classes(root: &Path) -> Result<Vec<String>> {
    let style = Style::load(root)?;
    let own = selectors(&style.base);
    let mut unknown = Vec::new();
    for (path, tokens) in sources(&root.join("app/src"))? {
        for class in class_names(tokens) {
            let marker = class.split('/').next().unwrap_or_default();
            let known = MARKERS.contains(&marker)
                || own.contains(&class)
                || !style.utilities(&BTreeSet::from([class.clone()])).is_empty();
            if !known {
                let file = path.strip_prefix(root).unwrap_or(&path);
                unknown.push(format!("{}: {class}", file.display()));
            }
        }
    }
    Ok(unknown)
}

/// The class names that the rules of a stylesheet select.
fn selectors(css: &str) -> BTreeSet<String> {
    without_comments(css)
        .split('.')
        .skip(1)
        .filter(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '-'))
        .filter_map(|rest| {
            rest.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-'))
                .next()
        })
        .map(str::to_owned)
        .collect()
}

/// The words in class position. One that holds a brace is put together when the program runs and
/// so unknown to the stylesheet; a whole `{}` stands for a list that is read where it is written.
fn class_names(tokens: TokenStream) -> BTreeSet<String> {
    let mut texts = Vec::new();
    walk(&tokens.into_iter().collect::<Vec<_>>(), &mut texts);
    texts
        .iter()
        .flat_map(|text| text.split_whitespace())
        .filter(|word| !(word.starts_with('{') && word.ends_with('}')))
        .map(str::to_owned)
        .collect()
}

/// Looks for the places that hold class names.
fn walk(tokens: &[TokenTree], texts: &mut Vec<String>) {
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            TokenTree::Group(group) if !is_attribute(tokens, at) => {
                walk(&group.stream().into_iter().collect::<Vec<_>>(), texts);
            }
            TokenTree::Ident(ident) if is_class_name(&ident.to_string()) => {
                let (before, after) = (&tokens[..at], &tokens[at + 1..]);
                match before.last() {
                    Some(TokenTree::Ident(word)) if word == "fn" => {
                        texts.extend(body(after).into_iter().flat_map(strings_within));
                    }
                    Some(TokenTree::Punct(dot)) if dot.as_char() == '.' => {
                        if let Some(TokenTree::Group(arguments)) = after.first()
                            && arguments.delimiter() == Delimiter::Parenthesis
                        {
                            texts.extend(strings_within(arguments.stream()));
                        }
                    }
                    _ => texts.extend(value(after)),
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_class_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["class", "classes"].contains(&name.as_str())
        || name.ends_with("_class")
        || name.ends_with("_classes")
}

/// The braces that follow a function's name, arguments and return type.
fn body(tokens: &[TokenTree]) -> Option<TokenStream> {
    tokens.iter().find_map(|token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group.stream()),
        _ => None,
    })
}

/// What is assigned to a name, given what follows the name: `= …`, `: Type = …`, `: "…"`, `:name=`.
fn value(after: &[TokenTree]) -> Vec<String> {
    if let Some(name) = toggled_class(after)
        // `class: Type = …` has a name in the same place, and types begin with a capital.
        && !name.starts_with(char::is_uppercase)
    {
        return vec![name];
    }
    let assigned = match after {
        [equals, rest @ ..] if is_punct(equals, '=') => rest,
        [colon, rest @ ..] if is_punct(colon, ':') => {
            if matches!(rest.first(), Some(TokenTree::Literal(_))) {
                rest
            } else if let Some(equals) = end_of_type(rest) {
                &rest[equals + 1..]
            } else {
                return Vec::new();
            }
        }
        _ => return Vec::new(),
    };
    match assigned.first() {
        // `==` and `=>` assign nothing.
        Some(token) if is_punct(token, '=') || is_punct(token, '>') => Vec::new(),
        Some(TokenTree::Literal(literal)) => string(literal).into_iter().collect(),
        _ => strings(&assigned[..end_of_expression(assigned)]),
    }
}

/// The position of the `=` after a type, when there is one before the statement or field ends.
fn end_of_type(tokens: &[TokenTree]) -> Option<usize> {
    let end = tokens
        .iter()
        .position(|token| is_punct(token, ';') || is_punct(token, ','))
        .unwrap_or(tokens.len());
    tokens[..end].iter().position(|token| is_punct(token, '='))
}

/// How many tokens the value has: up to `;` or `,`, or in a view up to the next attribute or `>`.
fn end_of_expression(tokens: &[TokenTree]) -> usize {
    let next = |at: usize, wanted: char| tokens.get(at + 1).is_some_and(|t| is_punct(t, wanted));
    (0..tokens.len())
        .find(|&at| match &tokens[at] {
            TokenTree::Punct(punct) => match punct.as_char() {
                ';' | ',' => true,
                '/' => next(at, '>'),
                '>' => {
                    at == 0 || !(is_punct(&tokens[at - 1], '-') || is_punct(&tokens[at - 1], '='))
                }
                _ => false,
            },
            TokenTree::Ident(_) => {
                next(at, '=') && !tokens.get(at + 2).is_some_and(|t| is_punct(t, '='))
            }
            _ => false,
        })
        .unwrap_or(tokens.len())
}

fn strings_within(tokens: TokenStream) -> Vec<String> {
    strings(&tokens.into_iter().collect::<Vec<_>>())
}

/// The strings of an expression that can become its value: neither patterns nor compared with.
fn strings(tokens: &[TokenTree]) -> Vec<String> {
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = &tokens[..at];
        let after = &tokens[at + 1..];
        match token {
            TokenTree::Literal(literal) => {
                let is_pattern = matches!(after, [equals, arrow, ..]
                    if is_punct(equals, '=') && is_punct(arrow, '>'))
                    || after.first().is_some_and(|token| is_punct(token, '|'));
                let is_compared = matches!(before, [.., first, equals]
                    if is_punct(equals, '=') && (is_punct(first, '=') || is_punct(first, '!')));
                if !is_pattern && !is_compared {
                    found.extend(string(literal));
                }
            }
            TokenTree::Group(group) => {
                let is_comparing = matches!(before.last(), Some(TokenTree::Ident(name))
                    if COMPARING.contains(&name.to_string().as_str()));
                if !is_comparing && !is_attribute(tokens, at) {
                    found.extend(strings_within(group.stream()));
                }
            }
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::str::FromStr as _;

    use proc_macro2::TokenStream;

    use super::{class_names, selectors};

    fn check(source: &str, expected: &[&str]) {
        let tokens = TokenStream::from_str(source).expect("Rust source");
        let names: Vec<String> = class_names(tokens).into_iter().collect();
        assert_eq!(names, expected, "in {source}");
    }

    #[test]
    fn classes_of_a_view() {
        check(r#"view! { <p class="a b" id="c">"text"</p> }"#, &["a", "b"]);
        check(
            r#"view! { <p class:is-on=on class:off=move || !on>"text"</p> }"#,
            &["is-on", "off"],
        );
        check(r#"view! { <p class=("a", move || on)>"text"</p> }"#, &["a"]);
        check(
            r#"view! { <p class=move || if tab() == "x" { "a" } else { "b" } id="c">"text"</p> }"#,
            &["a", "b"],
        );
        check(
            r#"view! { <Card class={if on { "a" } else { "b" }}/> "text" }"#,
            &["a", "b"],
        );
        check(r#"view! { <input class=size.class() type="text"/> }"#, &[]);
        check(r#"div().class("a").child("text")"#, &["a"]);
    }

    #[test]
    fn classes_of_functions_constants_and_variables() {
        check(
            r#"fn class(self) -> &'static str { match self { Self::A => "a", Self::B => "b" } }"#,
            &["a", "b"],
        );
        check(
            r#"fn dot_class(of: &str) -> &str { match of { "x" | "y" => "a", _ => "b" } }"#,
            &["a", "b"],
        );
        check(
            r#"const ROW_CLASS: &str = "a b"; const NAME: &str = "c";"#,
            &["a", "b"],
        );
        check(
            r#"let class = if list.contains("x") { "a" } else { "b" }; let id = "c";"#,
            &["a", "b"],
        );
        check(
            r#"let class: String = format!("a {}", "b"); let id = "c";"#,
            &["a", "b"],
        );
        check(r#"Look { class: "a", name: "b" }"#, &["a"]);
    }

    #[test]
    fn what_is_no_class() {
        check(
            r#"fn card(#[prop(default = "x")] name: &str, class: &'static str) {}"#,
            &[],
        );
        check(
            r#"#[doc = "class = \"x\""] struct Card { class: String, name: String }"#,
            &[],
        );
        check(r#"if class == "x" { log("y") }"#, &[]);
    }

    #[test]
    fn a_name_put_together_at_run_time_is_no_known_class() {
        check(
            r#"let class = format!("text-{colour} {rest}");"#,
            &["text-{colour}"],
        );
    }

    #[test]
    fn selectors_of_a_stylesheet() {
        let css = ".card > .card-title:hover { margin: .5rem } /* .gone */ a.link{}";
        let names: Vec<String> = selectors(css).into_iter().collect();
        assert_eq!(names, ["card", "card-title", "link"]);
    }
}
