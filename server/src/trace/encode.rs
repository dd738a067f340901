//! Spans as OTLP writes them: `opentelemetry/proto/collector/trace/v1` as protocol buffers.
//!
//! Written by hand, for it is one message and the crates for it are many; the numbers are those of
//! the fields in OpenTelemetry's published description.

use super::layer::{Record, Value};

/// One request: everything of one process.
pub(super) fn request(resource: &[(String, String)], spans: &[Record]) -> Vec<u8> {
    let mut attributes = Message::default();
    for (key, value) in resource {
        attributes.message(1, &key_value(key, &Value::Text(value.clone())));
    }
    let mut scope = Message::default();
    scope.text(1, "callboard");
    scope.text(2, env!("CARGO_PKG_VERSION"));
    let mut of_scope = Message::default();
    of_scope.message(1, &scope);
    for span in spans {
        of_scope.message(2, &encode(span));
    }
    let mut of_resource = Message::default();
    of_resource.message(1, &attributes);
    of_resource.message(2, &of_scope);
    let mut request = Message::default();
    request.message(1, &of_resource);
    request.0
}

fn encode(span: &Record) -> Message {
    let mut message = Message::default();
    message.bytes(1, &span.context.trace.to_be_bytes());
    message.bytes(2, &span.context.span.to_be_bytes());
    if let Some(parent) = span.parent {
        message.bytes(4, &parent.to_be_bytes());
    }
    message.text(5, &span.name);
    message.number(6, span.kind as u64);
    message.fixed64(7, span.start_ns);
    message.fixed64(8, span.end_ns);
    for (key, value) in &span.attributes {
        message.message(9, &key_value(key, value));
    }
    for event in &span.events {
        let mut encoded = Message::default();
        encoded.fixed64(1, event.at_ns);
        encoded.text(2, &event.name);
        for (key, value) in &event.attributes {
            encoded.message(3, &key_value(key, value));
        }
        message.message(11, &encoded);
    }
    if span.failed {
        let mut status = Message::default();
        status.number(3, 2);
        message.message(15, &status);
    }
    message
}

fn key_value(key: &str, value: &Value) -> Message {
    let mut any = Message::default();
    match value {
        Value::Text(text) => any.text(1, text),
        Value::Flag(flag) => any.number(2, u64::from(*flag)),
        // Two's complement, as the format has it.
        Value::Whole(number) => any.number(3, number.cast_unsigned()),
        Value::Real(number) => any.fixed64(4, number.to_bits()),
    }
    let mut message = Message::default();
    message.text(1, key);
    message.message(2, &any);
    message
}

#[derive(Default)]
struct Message(Vec<u8>);

/// How the value of a field is written.
const VARINT: u64 = 0;
const FIXED64: u64 = 1;
const LENGTH: u64 = 2;

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.0.push((number & 0x7f) as u8);
    }

    fn key(&mut self, field: u64, wire: u64) {
        self.varint(field << 3 | wire);
    }

    fn number(&mut self, field: u64, number: u64) {
        self.key(field, VARINT);
        self.varint(number);
    }

    fn fixed64(&mut self, field: u64, bits: u64) {
        self.key(field, FIXED64);
        self.0.extend_from_slice(&bits.to_le_bytes());
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.key(field, LENGTH);
        self.varint(u64::try_from(bytes.len()).expect("a length fits in 64 bits"));
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }
}
