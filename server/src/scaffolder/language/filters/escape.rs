//! Filters for HTML and URLs.

use super::super::coerce::{to_number, to_output, to_text};
use super::super::error::{Failure, Outcome};
use super::super::number;
use super::super::text::{Text, is_space};
use super::super::value::{Kind, Value};
use super::text::text_of;
use super::{Tools, argument};
use regex::Regex;
use std::sync::LazyLock;

/// How often tags are taken away that only came to be when others went.
const MOST_PASSES: usize = 8;

pub(super) fn escape(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if input.is_safe() {
        return Ok(input.clone());
    }
    force_escape(input, arguments, tools)
}

pub(super) fn force_escape(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let text = to_output(input, tools.budget)?;
    tools.budget.text(text.bytes().saturating_mul(6))?;
    Ok(Value::safe(text.map(|text| {
        let mut escaped = String::with_capacity(text.len());
        for char in text.chars() {
            match char {
                '&' => escaped.push_str("&amp;"),
                '"' => escaped.push_str("&quot;"),
                '\'' => escaped.push_str("&#39;"),
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '\\' => escaped.push_str("&#92;"),
                other => escaped.push(other),
            }
        }
        escaped
    })))
}

pub(super) fn safe(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if input.is_safe() {
        return Ok(input.clone());
    }
    Ok(Value::safe(to_output(input, tools.budget)?))
}

/// Text without tags and comments; lines are kept if asked for, or else become spaces.
pub(super) fn strip_tags(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    static EDGES: LazyLock<Regex> = LazyLock::new(|| regex(r"(?m)^ +| +$"));
    static SPACES: LazyLock<Regex> = LazyLock::new(|| regex(" +"));
    static LINES: LazyLock<Regex> = LazyLock::new(|| regex("\n\n\n+"));

    let empty = Value::from("");
    let normal = match input.kind {
        Kind::Undefined | Kind::Null | Kind::Bool(false) => &empty,
        _ => input,
    };
    let text = text_of(normal)?;
    tools.budget.text(text.bytes().saturating_mul(4))?;
    let stripped = without_tags(&text.to_str())?;
    let stripped = stripped.trim_matches(is_space);
    let stripped = if argument(arguments, 0).is_truthy() {
        let text = EDGES.replace_all(stripped, "");
        let text = SPACES.replace_all(&text, " ").replace("\r\n", "\n");
        LINES.replace_all(&text, "\n\n").into_owned()
    } else {
        let words: Vec<&str> = stripped
            .split(is_space)
            .filter(|it| !it.is_empty())
            .collect();
        words.join(" ")
    };
    Ok(input.like(stripped.into()))
}

fn without_tags(text: &str) -> Outcome<String> {
    static TAGS: LazyLock<Regex> =
        LazyLock::new(|| regex(r"(?i)</?(?:[a-z][a-z0-9]*)(?-u:\b)[^>]*>|<!--(?s:.*?)-->"));

    let mut stripped = text.to_owned();
    for _ in 0..MOST_PASSES {
        let next = TAGS.replace_all(&stripped, "").into_owned();
        if next == stripped {
            return Ok(stripped);
        }
        stripped = next;
    }
    if TAGS.is_match(&stripped) {
        return Err(Failure::new("tags stand in one another too deep"));
    }
    Ok(stripped)
}

pub(super) fn url_encode(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if let Some(text) = input.text() {
        return Ok(encode(text, tools)?.into());
    }
    let mut pairs = Vec::new();
    let mut put = |key: &Value, value: &Value| -> Outcome<()> {
        let (key, value) = (to_text(key, tools.budget)?, to_text(value, tools.budget)?);
        pairs.push(format!(
            "{}={}",
            encode(&key, tools)?,
            encode(&value, tools)?
        ));
        Ok(())
    };
    match &input.kind {
        Kind::Record(record) => {
            for (key, value) in record.iter() {
                put(&Text::from(key.clone()).into(), value)?;
            }
        }
        Kind::List(list) => {
            for item in list.items().iter() {
                let (key, value) = pair(item)?;
                put(&key, &value)?;
            }
        }
        _ => {}
    }
    Ok(pairs.join("&").into())
}

fn pair(item: &Value) -> Outcome<(Value, Value)> {
    let part = |index: usize| match &item.kind {
        Kind::List(list) => list.get(index),
        Kind::Record(record) => record.get(&index.to_string()).cloned(),
        _ => item.text()?.unit(index).map(Value::from),
    };
    if !item.is_something() {
        return Err(Failure::new(
            "the items have to be pairs of a name and a value",
        ));
    }
    let part = |index: usize| part(index).unwrap_or(Value::UNDEFINED);
    Ok((part(0), part(1)))
}

/// What is no letter, digit or one of a few signs, in percent.
fn encode(text: &Text, tools: &Tools<'_>) -> Outcome<String> {
    tools.budget.text(text.bytes().saturating_mul(3))?;
    let whole = text.to_str();
    if matches!(whole, std::borrow::Cow::Owned(_)) {
        return Err(Failure::new("half of a character cannot stand in a URL"));
    }
    let mut encoded = String::new();
    for byte in whole.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.!~*'()".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

/// Words that are addresses become links.
pub(super) fn urlize(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let text = text_of(input)?;
    tools.budget.text(text.bytes().saturating_mul(4))?;
    let longest = match argument(arguments, 0) {
        longest if longest.is_undefined() => usize::MAX,
        longest => match longest.kind {
            Kind::Number(number) if number.is_nan() => usize::MAX,
            _ => number::to_count(to_number(longest, tools.budget)?),
        },
    };
    let is_nofollow = matches!(argument(arguments, 1).kind, Kind::Bool(true));
    let rel = if is_nofollow { " rel=\"nofollow\"" } else { "" };
    let whole = text.to_str();
    let mut linked = String::new();
    for word in words_and_spaces(&whole) {
        linked.push_str(&link(word, longest, rel));
    }
    tools.budget.text(linked.len())?;
    Ok(linked.into())
}

/// Words, and the white space between them, as they come.
fn words_and_spaces(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let is_other = |char: char| is_space(char) != is_space(first);
        let (part, behind) = rest.split_at(rest.find(is_other).unwrap_or(rest.len()));
        parts.push(part);
        rest = behind;
    }
    parts
}

fn link(word: &str, longest: usize, rel: &str) -> String {
    static PUNCTUATION: LazyLock<Regex> =
        LazyLock::new(|| regex(r"^(?:\(|<|&lt;)?([^\n\r\x{2028}\x{2029}]*?)(?:\.|,|\)|\n|&gt;)?$"));
    static MAIL: LazyLock<Regex> = LazyLock::new(|| {
        regex(r"(?i)^[A-Za-z0-9_.!#$%&'*+\-/=?^`{|}~]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+$")
    });
    static DOMAIN: LazyLock<Regex> = LazyLock::new(|| regex(r"\.(?:org|net|com)(?::|/|$)"));

    let inner = PUNCTUATION.captures(word).and_then(|found| found.get(1));
    let address = inner.map_or(word, |inner| inner.as_str());
    let shown = Text::from(address).slice(0, longest);
    let shown = shown.to_str();
    if address.starts_with("http://") || address.starts_with("https://") {
        format!("<a href=\"{address}\"{rel}>{shown}</a>")
    } else if address.starts_with("www.") {
        format!("<a href=\"http://{address}\"{rel}>{shown}</a>")
    } else if MAIL.is_match(address) {
        format!("<a href=\"mailto:{address}\">{address}</a>")
    } else if DOMAIN.is_match(address) {
        format!("<a href=\"http://{address}\"{rel}>{shown}</a>")
    } else {
        word.to_owned()
    }
}

fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("the pattern was tried by the tests")
}
