//! Reads the bytes of a catalog file into documents that know their lines. Pure.

mod compose;
mod lines;
mod scalar;

pub use lines::Lines;

use compose::Composer;
use serde_json::Value;
use serde_yaml::granit_parser::{Event, Options, Parser, ScanError};

/// The largest catalog file that is read, unless a caller says otherwise.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Blocks or brackets inside one another. Catalog files, with an API definition inside, stay
/// below 30.
const MAX_DEPTH: usize = 100;

/// One YAML document that holds something.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// 0-based position in the file; documents that are empty or broken count.
    pub index: usize,
    /// 1-based line of its first content.
    pub line: u32,
    /// An object, where the document comes from a catalog file.
    pub value: Value,
    pub lines: Lines,
}

/// A document, or a whole file, that is no entity and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Broken {
    pub index: usize,
    /// 1-based.
    pub line: u32,
    pub message: String,
}

/// Every document of a catalog file in order, broken ones as errors. Empty documents are passed
/// over; a document that is no object is broken.
pub fn parse(bytes: &[u8], max_bytes: usize) -> Vec<Result<Document, Broken>> {
    let documents = parse_data(bytes, max_bytes).into_iter();
    let documents = documents.map(|document| match document {
        Ok(document) if !document.value.is_object() => Err(Broken {
            index: document.index,
            line: document.line,
            message: format!(
                "Expected object at root, got {}",
                type_name(&document.value)
            ),
        }),
        document => document,
    });
    documents.collect()
}

/// Every document of a YAML file in order, whatever it holds.
///
/// A document with an error ends there; the next one begins at the next `---`. Scalars follow the
/// YAML 1.2 core schema: dates are text, `yes` is text, merge keys are ordinary keys.
pub fn parse_data(bytes: &[u8], max_bytes: usize) -> Vec<Result<Document, Broken>> {
    match decode(bytes, max_bytes) {
        Ok(text) => documents(text),
        Err(broken) => vec![Err(broken)],
    }
}

/// The bytes as text.
///
/// # Errors
/// When they are none, or more than `max_bytes`.
pub fn decode(bytes: &[u8], max_bytes: usize) -> Result<&str, Broken> {
    text(bytes, max_bytes).map_err(|(line, message)| Broken {
        index: 0,
        line,
        message,
    })
}

fn text(bytes: &[u8], max_bytes: usize) -> Result<&str, (u32, String)> {
    if bytes.len() > max_bytes {
        return Err((1, too_large(max_bytes)));
    }
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        let message = "the file is UTF-16 text; save it as UTF-8";
        return Err((1, message.to_owned()));
    }
    if let Some(at) = bytes.iter().position(|byte| *byte == 0) {
        let message = "the file holds binary data (a NUL byte); a catalog file is UTF-8 text";
        return Err((line_of(bytes, at), message.to_owned()));
    }
    std::str::from_utf8(bytes)
        .map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
        .map_err(|error| {
            let line = line_of(bytes, error.valid_up_to());
            let message = "the file is not UTF-8 text; save it as UTF-8";
            (line, message.to_owned())
        })
}

/// What is said of a file above the size limit.
pub(super) fn too_large(max_bytes: usize) -> String {
    format!(
        "the file is larger than the {} KiB that are read; split it or refer to large parts with $text",
        max_bytes / 1024
    )
}

fn line_of(bytes: &[u8], at: usize) -> u32 {
    line(bytes[..at].split(|byte| *byte == b'\n').count())
}

fn documents(text: &str) -> Vec<Result<Document, Broken>> {
    let mut options = Options::default();
    options.emit_comments = false;
    options.block_nesting_limit = MAX_DEPTH;
    options.flow_nesting_limit = MAX_DEPTH;
    // Templates and generated files have long keys; the limit only bounds the look-ahead.
    options.simple_key_max_lookahead = 64 * 1024;
    let mut parser = Parser::new_from_str_with_options(text, options);

    let mut documents = Vec::new();
    let mut index = 0;
    let mut composer = Composer::new(MAX_BYTES);
    while let Some(next) = parser.next_event() {
        let step = match next {
            Ok((Event::DocumentStart(..), _)) => {
                composer = Composer::new(MAX_BYTES);
                Ok(())
            }
            Ok((Event::DocumentEnd, _)) => {
                documents.extend(finish(&mut composer, index).map(Ok));
                index += 1;
                Ok(())
            }
            Ok((Event::StreamEnd, _)) => break,
            Ok((event, span)) => composer.take(event, line(span.start.line())),
            Err(error) => Err((line(error.marker().line()), syntax(&error))),
        };
        if let Err((line, message)) = step {
            documents.push(Err(Broken {
                index,
                line,
                message,
            }));
            index += 1;
            match parser.proceed_next_document() {
                Ok(true) => {}
                // What follows cannot be told apart any more.
                Ok(false) | Err(_) => break,
            }
        }
    }
    documents
}

/// The document that ended; none when it was empty.
fn finish(composer: &mut Composer, index: usize) -> Option<Document> {
    let (value, lines) = composer.finish()?;
    (!value.is_null()).then_some(Document {
        index,
        line: lines.line,
        value,
        lines,
    })
}

/// What JSON calls the type of a value, for messages.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn syntax(error: &ScanError) -> String {
    let column = error.marker().col() + 1;
    format!("YAML error in column {column}: {}", error.info())
}

fn line(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::fmt::Write;

    fn check(text: &str, expected: &[Result<Value, &str>]) {
        let actual: Vec<Result<Value, String>> = parse(text.as_bytes(), MAX_BYTES)
            .into_iter()
            .map(|document| match document {
                Ok(document) => Ok(document.value),
                Err(broken) => Err(format!("{}: {}", broken.line, broken.message)),
            })
            .collect();
        assert_eq!(actual.len(), expected.len(), "{actual:?}");
        for (actual, expected) in actual.iter().zip(expected) {
            match (actual, expected) {
                (Ok(actual), Ok(expected)) => assert_eq!(actual, expected),
                (Err(actual), Err(expected)) => {
                    assert!(actual.contains(expected), "{actual} has no {expected}");
                }
                _ => panic!("{actual:?} instead of {expected:?}"),
            }
        }
    }

    #[test]
    fn documents_are_separate_and_empty_ones_do_not_count() {
        check(
            "a: 1\n---\n---\n# nothing\n---\nb: 2\n...\n",
            &[Ok(json!({"a": 1})), Ok(json!({"b": 2}))],
        );
        check("", &[]);
        check("\u{feff}a: 1", &[Ok(json!({"a": 1}))]);
    }

    #[test]
    fn a_broken_document_does_not_take_its_neighbours_along() {
        check(
            "a: 1\n---\nb: [1, 2\n---\nc: 3\nc: 4\n---\nd: 5\n",
            &[
                Ok(json!({"a": 1})),
                Err("3: YAML error"),
                Err("6: the key \"c\" stands twice"),
                Ok(json!({"d": 5})),
            ],
        );
    }

    #[test]
    fn an_escaped_nul_breaks_its_document_alone() {
        check(
            "a: 1\nb: \"x\\0\"\n---\n\"k\\u0000\": 1\n---\nc: 3\n",
            &[
                Err("2: the text holds a NUL character (\\0"),
                Err("4: the text holds a NUL"),
                Ok(json!({"c": 3})),
            ],
        );
    }

    #[test]
    fn the_root_must_be_an_object() {
        check(
            "just text",
            &[Err("1: Expected object at root, got string")],
        );
        check("\n- a\n", &[Err("2: Expected object at root, got array")]);
    }

    #[test]
    fn scalars_follow_the_core_schema() {
        check(
            "a: [1, 1.0, 1.5, 0x1F, 0o17, 017, -3, +4, .5, 1e3, .inf, 9007199254740993]\n\
             b: [yes, No, on, true, FALSE, ~, null, '', 2020-01-01, 1:30, 1_000]\n\
             c: [!!str 1, !!int '7', !own 8, '9', \"10\"]\n\
             1: {<<: x}\n\
             true: |\n  text\n",
            &[Ok(json!({
                "a": [1, 1, 1.5, 31, 15, 17, -3, 4, 0.5, 1000, null, 9_007_199_254_740_993_i64],
                "b": ["yes", "No", "on", true, false, null, null, "", "2020-01-01", "1:30", "1_000"],
                "c": ["1", 7, "8", "9", "10"],
                "1": {"<<": "x"},
                "true": "text\n",
            }))],
        );
    }

    #[test]
    fn aliases_are_resolved_within_their_document() {
        check(
            "a: &x {b: 1}\nc: *x\n---\nd: *x\n",
            &[
                Ok(json!({"a": {"b": 1}, "c": {"b": 1}})),
                Err("4: YAML error"),
            ],
        );
        check("a: &x [*x]", &[Err("1: the alias refers to the value")]);
    }

    #[test]
    fn every_path_has_a_line() {
        let text = "# top\n\na: 1\nm:\n  name: x\n  tags:\n    - one\n    -\n      - two\n";
        let documents = parse(text.as_bytes(), MAX_BYTES);
        let document = documents[0].as_ref().unwrap();
        let lines = ["", "/a", "/m/name", "/m/tags/0", "/m/tags/1/0", "/m/none/x"]
            .map(|path| document.lines.of(path));
        assert_eq!(lines, [3, 3, 5, 7, 9, 4]);
        assert_eq!(document.line, 3);
    }

    #[test]
    fn binary_data_is_named_as_such() {
        let broken = |bytes: &[u8]| parse(bytes, MAX_BYTES)[0].clone().unwrap_err().to_string();
        assert!(broken(b"a: 1\nb: \0").contains("binary"));
        assert!(broken(b"a: \xc3\x28").contains("UTF-8"));
        assert!(broken(b"\xff\xfea\0").contains("UTF-16"));
        assert_eq!(
            parse(b"a: 1\nb: \0", MAX_BYTES)[0]
                .clone()
                .unwrap_err()
                .line,
            2
        );
    }

    #[test]
    fn hostile_input_is_bounded() {
        let mut laughs = String::from("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for i in 1..30 {
            let alias = format!("*a{}", i - 1);
            writeln!(laughs, "a{i}: &a{i} [{}]", [alias.as_str(); 9].join(", ")).unwrap();
        }
        check(&laughs, &[Err("aliases")]);

        let mut nested_anchors = String::new();
        for i in 0..90 {
            write!(nested_anchors, "&a{i} [").unwrap();
        }
        let long = "x".repeat(1_000_000);
        check(&format!("a: {nested_anchors}{long}"), &[Err("")]);

        check(&format!("a: {}", "[".repeat(100_000)), &[Err("1: ")]);
        let mut blocks = String::new();
        for depth in 0..5_000 {
            writeln!(blocks, "{}- a:", " ".repeat(depth * 2)).unwrap();
        }
        check(&blocks, &[Err("")]);

        check(&"- ".repeat(100_000), &[Err("")]);
        let documents = parse("a: [\n---\n".repeat(10_000).as_bytes(), MAX_BYTES);
        assert_eq!(documents.len(), 10_000);
        assert!(documents.iter().all(Result::is_err));

        let large = vec![b'#'; MAX_BYTES + 1];
        let broken = parse(&large, MAX_BYTES)[0].clone().unwrap_err();
        assert!(broken.message.contains("10240 KiB"), "{broken}");
    }
}
