//! Filters that change text.

use super::super::coerce::{order, to_number, to_output, to_text};
use super::super::error::{Failure, Outcome};
use super::super::number;
use super::super::pattern::Pattern;
use super::super::text::{Text, TextBuilder, is_space};
use super::super::value::{Kind, Value};
use super::{Tools, argument};
use std::cmp::Ordering;

/// Spaces that may be put in at one place.
const MOST_SPACES: f64 = 16.0 * 1024.0 * 1024.0;

/// The text of a value that has to be one.
pub(super) fn text_of(value: &Value) -> Outcome<&Text> {
    value
        .text()
        .ok_or_else(|| Failure::new("this works on text; put the string filter before it"))
}

/// Nothing at all, for what is nothing or false.
fn or_empty(input: &Value) -> Value {
    match input.kind {
        Kind::Undefined | Kind::Null | Kind::Bool(false) => Value::from("").marked(input.secret),
        _ => input.clone(),
    }
}

/// Pays for reading a text and writing one of its size.
fn pay(text: &Text, tools: &Tools<'_>) -> Outcome<()> {
    tools.budget.text(text.bytes())
}

pub(super) fn lower(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let text = text_of(&input)?;
    pay(text, tools)?;
    Ok(text.map(str::to_lowercase).into())
}

pub(super) fn upper(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let text = text_of(&input)?;
    pay(text, tools)?;
    Ok(text.map(str::to_uppercase).into())
}

pub(super) fn capitalize(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let text = text_of(&input)?;
    pay(text, tools)?;
    Ok(input.like(text.map(capitalized)))
}

pub(super) fn title(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let text = text_of(&input)?;
    pay(text, tools)?;
    let titled = text.map(|text| {
        let words: Vec<String> = text.split(' ').map(capitalized).collect();
        words.join(" ")
    });
    Ok(input.like(titled))
}

/// The first letter large, all others small. What is no single unit is left as it is.
fn capitalized(text: &str) -> String {
    let small = text.to_lowercase();
    let mut chars = small.chars();
    match chars.next() {
        Some(first) if first.len_utf16() == 1 => first.to_uppercase().chain(chars).collect(),
        _ => small,
    }
}

pub(super) fn trim(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let text = text_of(input)?;
    pay(text, tools)?;
    Ok(input.like(trimmed(text)))
}

fn trimmed(text: &Text) -> Text {
    match text.to_str() {
        std::borrow::Cow::Borrowed(text) => Text::from(text.trim_matches(is_space)),
        std::borrow::Cow::Owned(_) => text.clone(),
    }
}

pub(super) fn string(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if !input.is_something() {
        return Err(Failure::new("there is nothing to make a text of"));
    }
    if input.is_safe() {
        return Ok(input.clone());
    }
    Ok(to_output(input, tools.budget)?.into())
}

pub(super) fn word_count(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    if !input.is_truthy() {
        return Ok(Kind::Null.into());
    }
    let text = text_of(&input)?;
    tools.budget.read(text.bytes())?;
    let text = text.to_str();
    let is_word = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let words = text
        .split(|char| !is_word(char))
        .filter(|word| !word.is_empty());
    match words.count() {
        0 => Ok(Kind::Null.into()),
        count => Ok(number::of(count).into()),
    }
}

pub(super) fn new_lines_to_breaks(input: &Value, _: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    if !input.is_something() {
        return Ok("".into());
    }
    let text = text_of(input)?;
    tools.budget.text(text.bytes().saturating_mul(7))?;
    let broken = text.map(|text| text.replace("\r\n", "\n").replace('\n', "<br />\n"));
    Ok(input.like(broken))
}

/// How long a value is, without looking at what has no length.
fn length(value: &Value) -> Value {
    match &value.kind {
        Kind::List(list) => number::of(list.len()).into(),
        Kind::Record(record) => record.get("length").cloned().unwrap_or(Value::UNDEFINED),
        _ => match value.text() {
            Some(text) => number::of(text.len()).into(),
            None => Value::UNDEFINED,
        },
    }
}

fn spaces(count: f64, tools: &Tools<'_>) -> Outcome<Text> {
    if count.is_nan() || count <= 0.0 {
        return Ok(Text::from(""));
    }
    if count > MOST_SPACES {
        return Err(Failure::limit("too many spaces"));
    }
    let count = number::to_count(count.ceil());
    tools.budget.text(count)?;
    Ok(Text::from(" ".repeat(count)))
}

pub(super) fn center(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let width = match argument(arguments, 0) {
        width if width.is_truthy() => width.clone(),
        _ => 80.0.into(),
    };
    let length = length(&input);
    let is_long = matches!(
        order(&length, &width, tools.budget)?,
        Some(Ordering::Greater | Ordering::Equal)
    );
    if is_long {
        return Ok(input);
    }
    let free = to_number(&width, tools.budget)? - to_number(&length, tools.budget)?;
    let text = to_text(&input, tools.budget)?;
    pay(&text, tools)?;
    let mut centered = TextBuilder::default();
    centered.push(&spaces(free / 2.0 - free % 2.0, tools)?);
    centered.push(&text);
    centered.push(&spaces(free / 2.0, tools)?);
    Ok(input.like(centered.finish()))
}

pub(super) fn indent(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let input = or_empty(input);
    let text = text_of(&input)?;
    if matches!(&input.kind, Kind::Text(text) if text.is_empty()) {
        return Ok("".into());
    }
    let width = match argument(arguments, 0) {
        width if width.is_truthy() => to_number(width, tools.budget)?,
        _ => 4.0,
    };
    let indents_first = argument(arguments, 1).is_truthy();
    let indentation = spaces(width, tools)?;
    let whole = text.to_str();
    let lines = whole.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let added = lines.saturating_mul(indentation.bytes());
    tools.budget.text(text.bytes().saturating_add(added))?;
    let indentation = indentation.to_str();
    let mut indented = TextBuilder::default();
    if indents_first {
        indented.push_str(&indentation);
    }
    let behind = format!("\n{indentation}");
    indented.push(&text.map(|text| text.replace('\n', &behind)));
    Ok(input.like(indented.finish()))
}

pub(super) fn truncate(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let normal = or_empty(input);
    let most = match argument(arguments, 0) {
        most if most.is_truthy() => most.clone(),
        _ => 255.0.into(),
    };
    let fits = matches!(
        order(&length(&normal), &most, tools.budget)?,
        Some(Ordering::Less | Ordering::Equal)
    );
    if fits {
        return Ok(normal);
    }
    let text = text_of(&normal)?;
    pay(text, tools)?;
    let most = to_number(&most, tools.budget)?;
    let end = if argument(arguments, 1).is_truthy() {
        number::to_count(most)
    } else {
        let last = if most.is_nan() {
            usize::MAX
        } else {
            number::to_count(most)
        };
        let space = text.find_last(&Text::from(" "), last);
        space.unwrap_or(number::to_count(most))
    };
    let mut truncated = TextBuilder::default();
    truncated.push(&text.slice(0, end));
    match argument(arguments, 2) {
        end if end.is_something() => truncated.push(&to_text(end, tools.budget)?),
        _ => truncated.push_str("..."),
    }
    Ok(input.like(truncated.finish()))
}

/// Replaces a text, or what a regular expression matches.
pub(super) fn replace(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let (sought, by) = (argument(arguments, 0), argument(arguments, 1));
    let needle = match &sought.kind {
        Kind::Pattern(value) => {
            let text = text_of(input)?;
            let by = to_text(by, tools.budget)?;
            return replace_matches(&value.pattern, text, &by, tools);
        }
        Kind::Text(_) | Kind::Number(_) => to_text(sought, tools.budget)?,
        _ => return Ok(input.clone()),
    };
    let whole = match input.kind {
        Kind::Number(_) => Value::from(to_text(input, tools.budget)?),
        _ => input.clone(),
    };
    let Some(text) = whole.text() else {
        return Ok(whole);
    };
    let written = to_text(by, tools.budget)?;
    if needle.is_empty() {
        let between = if by.is_undefined() {
            Text::from(",")
        } else {
            written.clone()
        };
        return Ok(whole.like(put_between(text, &between, &written, tools)?));
    }
    let most = match argument(arguments, 2) {
        most if most.is_undefined() => f64::INFINITY,
        most => match most.kind {
            Kind::Number(-1.0) => f64::INFINITY,
            Kind::Number(0.0) => return Ok(whole),
            _ => to_number(most, tools.budget)?,
        },
    };
    if text.find(&needle, 0).is_none() {
        return Ok(whole);
    }
    Ok(input.like(replace_text(text, &needle, &written, most, tools)?))
}

pub(in super::super) fn replace_matches(
    pattern: &Pattern,
    text: &Text,
    by: &Text,
    tools: &Tools<'_>,
) -> Outcome<Value> {
    if !tools.has_patterns {
        return Err(Failure::new("regular expressions are switched off"));
    }
    let replaced = pattern.replace(&text.to_str(), &by.to_str(), tools.budget)?;
    Ok(replaced.into())
}

/// A text before, behind and between all units of another.
fn put_between(text: &Text, between: &Text, around: &Text, tools: &Tools<'_>) -> Outcome<Text> {
    let added = between.bytes().saturating_mul(text.len());
    tools.budget.text(added.saturating_add(text.bytes()))?;
    let mut put = TextBuilder::default();
    put.push(around);
    for (index, unit) in text.split().iter().enumerate() {
        if index > 0 {
            put.push(between);
        }
        put.push(unit);
    }
    put.push(around);
    Ok(put.finish())
}

fn replace_text(
    text: &Text,
    needle: &Text,
    by: &Text,
    most: f64,
    tools: &Tools<'_>,
) -> Outcome<Text> {
    let units = text.units();
    let mut replaced = TextBuilder::default();
    let (mut from, mut count) = (0, 0.0);
    let ends = occurrences(&units, &needle.units());
    for start in ends {
        if count >= most {
            break;
        }
        tools.budget.text((start - from) * 2 + by.bytes())?;
        replaced.push(&Text::from_units(&units[from..start]));
        replaced.push(by);
        from = start + needle.len();
        count += 1.0;
    }
    tools.budget.text((units.len() - from) * 2)?;
    replaced.push(&Text::from_units(&units[from..]));
    Ok(replaced.finish())
}

/// Where a text begins in another, without overlaps.
pub(in super::super) fn occurrences(units: &[u16], needle: &[u16]) -> Vec<usize> {
    let bytes =
        |units: &[u16]| -> Vec<u8> { units.iter().flat_map(|it| it.to_be_bytes()).collect() };
    let (hay, needle) = (bytes(units), bytes(needle));
    let finder = memchr::memmem::Finder::new(&needle);
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = finder.find(&hay[from..]).map(|at| at + from) {
        if at % 2 == 0 {
            found.push(at / 2);
            from = at + needle.len();
        } else {
            from = at + 1;
        }
    }
    found
}
