//! Takes documents that somebody hands over, as if they had been read at a location.

use super::SourceUpdate;
use super::root::Root;
use super::source::{Means, content};
use super::walk::{Context, job_of};
use serde_json::Value;
use std::fmt::Write;

/// What the documents in `bytes` come to, were they found at the location of `root`. Where they
/// lead is not read.
pub async fn ingest_given(root: Root, bytes: Vec<u8>, context: &Context) -> SourceUpdate {
    let job = job_of(root, context);
    let means = Means {
        outbound: &context.outbound,
        max_bytes: context.max_bytes,
        etag: None,
        hash: None,
    };
    let (update, _targets) = content(&job, "", bytes, None, means).await;
    update
}

/// A value as a document of a catalog file. JSON takes characters that YAML has as escapes only.
pub fn document_of(value: &Value) -> String {
    let json = value.to_string();
    let mut text = String::with_capacity(json.len());
    for character in json.chars() {
        if matches!(
            character,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        ) {
            write!(text, "\\u{:04x}", u32::from(character)).expect("memory can be written");
        } else {
            text.push(character);
        }
    }
    text
}
