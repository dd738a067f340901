//! The filter that writes values as JSON.

use super::super::error::Outcome;
use super::super::limits::{Budget, check_depth};
use super::super::number;
use super::super::text::{Text, TextBuilder};
use super::super::value::{Kind, Value, callable_as_value};
use super::{Tools, argument};

/// JSON of a value, on several lines if a text or a number of spaces to indent with is given.
pub(super) fn dump(input: &Value, arguments: &[Value], tools: &Tools<'_>) -> Outcome<Value> {
    let indentation = match &argument(arguments, 0).kind {
        Kind::Text(text) => text.slice(0, 10),
        Kind::Number(count) => Text::from(" ".repeat(number::to_count(*count).min(10))),
        _ => Text::from(""),
    };
    if input.is_undefined() {
        return Ok(Value::UNDEFINED);
    }
    let mut writer = Writer {
        indentation,
        depth: 0,
        out: TextBuilder::default(),
        budget: tools.budget,
    };
    writer.value(input)?;
    Ok(writer.out.finish().into())
}

struct Writer<'b> {
    indentation: Text,
    depth: usize,
    out: TextBuilder,
    budget: &'b Budget,
}

impl Writer<'_> {
    fn put(&mut self, text: &str) -> Outcome<()> {
        self.budget.text(text.len())?;
        self.out.push_str(text);
        Ok(())
    }

    fn value(&mut self, value: &Value) -> Outcome<()> {
        self.budget.step()?;
        match &value.kind {
            Kind::Bool(bool) => self.put(if *bool { "true" } else { "false" }),
            Kind::Number(number) if number.is_finite() => self.put(&number::format(*number)),
            Kind::Undefined | Kind::Null | Kind::Number(_) => self.put("null"),
            Kind::Text(text) => self.text(text),
            Kind::Safe(text) => self.text(text),
            Kind::List(list) => {
                let items = list.items();
                self.items("[", "]", items.iter(), Self::value)
            }
            Kind::Record(record) => {
                let entries = record.iter().filter(|(_, value)| !value.is_undefined());
                self.items("{", "}", entries, |writer, (key, value)| {
                    writer.text(&Text::from(key.clone()))?;
                    let is_indented = !writer.indentation.is_empty();
                    writer.put(if is_indented { ": " } else { ":" })?;
                    writer.value(value)
                })
            }
            Kind::Pattern(_) => self.put("{}"),
            Kind::Callable(_) => Err(callable_as_value()),
        }
    }

    fn items<T>(
        &mut self,
        open: &str,
        close: &str,
        items: impl Iterator<Item = T>,
        write: impl Fn(&mut Self, T) -> Outcome<()>,
    ) -> Outcome<()> {
        self.depth += 1;
        check_depth(self.depth)?;
        self.put(open)?;
        let mut is_empty = true;
        for item in items {
            if !is_empty {
                self.put(",")?;
            }
            is_empty = false;
            self.line()?;
            write(self, item)?;
        }
        self.depth -= 1;
        if !is_empty {
            self.line()?;
        }
        self.put(close)
    }

    fn line(&mut self) -> Outcome<()> {
        if self.indentation.is_empty() {
            return Ok(());
        }
        self.put("\n")?;
        for _ in 0..self.depth {
            self.budget.text(self.indentation.bytes())?;
            self.out.push(&self.indentation);
        }
        Ok(())
    }

    fn text(&mut self, text: &Text) -> Outcome<()> {
        self.budget.text(text.bytes().saturating_add(2))?;
        self.out.push_str("\"");
        let mut whole = String::new();
        for unit in char::decode_utf16(text.units()) {
            match unit {
                Ok('"') => whole.push_str("\\\""),
                Ok('\\') => whole.push_str("\\\\"),
                Ok('\n') => whole.push_str("\\n"),
                Ok('\r') => whole.push_str("\\r"),
                Ok('\t') => whole.push_str("\\t"),
                Ok('\u{8}') => whole.push_str("\\b"),
                Ok('\u{c}') => whole.push_str("\\f"),
                Ok(char) if char < ' ' => whole.push_str(&format!("\\u{:04x}", u32::from(char))),
                Ok(char) => whole.push(char),
                Err(half) => whole.push_str(&format!("\\u{:04x}", half.unpaired_surrogate())),
            }
        }
        whole.push('"');
        self.out.push_str(&whole);
        Ok(())
    }
}
