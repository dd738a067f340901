//! What regular expressions do beside replacing.

use super::super::coerce::to_text;
use super::super::error::{Failure, Outcome};
use super::super::filters::Tools;
use super::super::pattern::{Pattern, behind};
use super::super::text::Text;
use super::super::value::{PatternValue, Value};

fn allowed(tools: &Tools<'_>) -> Outcome<()> {
    if tools.has_patterns {
        return Ok(());
    }
    Err(Failure::new("regular expressions are switched off"))
}

/// Whether a text matches. With `g` or `y` the next question goes on behind what matched.
pub(super) fn test(value: &PatternValue, text: &Value, tools: &Tools<'_>) -> Outcome<Value> {
    allowed(tools)?;
    let text = to_text(text, tools.budget)?;
    let text = text.to_str();
    let PatternValue { pattern, next } = value;
    let remembers = pattern.has('g') || pattern.has('y');
    let from = if remembers { next.get() } else { 0 };
    let found = if text.is_char_boundary(from) {
        pattern.find(&text, from, tools.budget)?
    } else {
        None
    };
    let found = found.filter(|found| !pattern.has('y') || found.whole.start == from);
    if remembers {
        next.set(found.as_ref().map_or(0, |found| found.whole.end));
    }
    Ok(found.is_some().into())
}

/// What stands between matches, and what their groups matched.
pub(super) fn split(pattern: &Pattern, text: &Text, tools: &Tools<'_>) -> Outcome<Vec<Text>> {
    allowed(tools)?;
    let text = text.to_str();
    if text.is_empty() {
        let matches = pattern.find(&text, 0, tools.budget)?.is_some();
        let whole = (!matches).then(|| Text::from(""));
        return Ok(whole.into_iter().collect());
    }
    let mut parts = Vec::new();
    let (mut copied, mut from) = (0, 0);
    while let Some(found) = pattern.find(&text, from, tools.budget)? {
        if found.whole.start >= text.len() {
            break;
        }
        // A match of nothing counts only behind the last part.
        if found.whole.end > copied {
            tools.budget.items(found.groups.len())?;
            parts.push(Text::from(&text[copied..found.whole.start]));
            for group in found.groups.into_iter().skip(1) {
                parts.push(Text::from(group.map_or("", |group| &text[group])));
            }
            copied = found.whole.end;
        }
        match behind(&text, &found.whole) {
            Some(next) => from = next,
            None => break,
        }
    }
    parts.push(Text::from(&text[copied..]));
    Ok(parts)
}
