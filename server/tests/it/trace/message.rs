//! Reads protocol buffers without knowing what they say.

/// The fields of a message, in order.
#[derive(Debug, Clone)]
pub struct Message(Vec<(u64, Value)>);

#[derive(Debug, Clone)]
enum Value {
    Number(u64),
    Bytes(Vec<u8>),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first().unwrap();
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return number;
        }
    }
    panic!("a number without an end");
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> &'a [u8] {
    let (taken, rest) = bytes.split_at(count);
    *bytes = rest;
    taken
}

impl Message {
    pub fn read(mut bytes: &[u8]) -> Self {
        let bytes = &mut bytes;
        let mut fields = Vec::new();
        while !bytes.is_empty() {
            let key = varint(bytes);
            let value = match key & 7 {
                0 => Value::Number(varint(bytes)),
                1 => Value::Number(u64::from_le_bytes(take(bytes, 8).try_into().unwrap())),
                2 => {
                    let length = usize::try_from(varint(bytes)).unwrap();
                    Value::Bytes(take(bytes, length).to_vec())
                }
                wire => panic!("no such kind of value: {wire}"),
            };
            fields.push((key >> 3, value));
        }
        Self(fields)
    }

    fn all(&self, field: u64) -> impl Iterator<Item = &Value> {
        self.0
            .iter()
            .filter(move |(number, _)| *number == field)
            .map(|(_, value)| value)
    }

    fn bytes(&self, field: u64) -> Vec<Vec<u8>> {
        let bytes = self.all(field).map(|value| match value {
            Value::Bytes(bytes) => bytes.clone(),
            Value::Number(number) => panic!("{field} is the number {number}"),
        });
        bytes.collect()
    }

    pub fn messages(&self, field: u64) -> Vec<Self> {
        let bytes = self.bytes(field);
        bytes.iter().map(|bytes| Self::read(bytes)).collect()
    }

    pub fn text(&self, field: u64) -> String {
        let bytes = self.bytes(field).into_iter().next().unwrap_or_default();
        String::from_utf8(bytes).unwrap()
    }

    pub fn hex(&self, field: u64) -> String {
        let bytes = self.bytes(field).into_iter().next().unwrap_or_default();
        let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        digits.concat()
    }

    pub fn number(&self, field: u64) -> u64 {
        match self.all(field).next() {
            Some(Value::Number(number)) => *number,
            other => panic!("{field} is no number but {other:?}"),
        }
    }

    /// The value of a key in a list of keys and values, as text.
    pub fn attribute(&self, field: u64, key: &str) -> String {
        let pairs = self.messages(field);
        let pair = pairs.iter().find(|pair| pair.text(1) == key);
        let any = &pair.unwrap_or_else(|| panic!("no {key}")).messages(2)[0];
        match any.0.first() {
            Some((_, Value::Bytes(bytes))) => String::from_utf8(bytes.clone()).unwrap(),
            Some((_, Value::Number(number))) => number.to_string(),
            None => String::new(),
        }
    }
}
