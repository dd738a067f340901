//! The place in a list from which to go on, as clients carry it.

use app::error::ApiError;
use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Both alphabets are read, with padding or without, for cursors pass through many hands.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A whole query with a place in its answer: base64 of JSON, in the shape that clients know.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Cursor {
    /// The first counts, the others are carried along.
    pub order_fields: Vec<OrderField>,
    /// Of the entity that the place is next to: the value it is ordered by, if there is an order,
    /// and its uid.
    pub order_field_values: Vec<Option<String>>,
    /// Whether the page before that place is meant, or the one after.
    pub is_previous: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub full_text_filter: Option<FullText>,
    /// The same of the very first entity: whoever stands there can go back no further.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_sort_field_values: Option<Vec<Option<String>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub total_items: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skip_total_items: Option<bool>,
}

/// An order by the values of a key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderField {
    pub field: String,
    #[serde(default)]
    pub order: Direction,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    #[default]
    Asc,
    Desc,
}

/// A text that one of the fields must contain.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FullText {
    #[serde(default)]
    pub term: String,
    /// Without any, the field that is ordered by.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fields: Option<Vec<String>>,
}

impl Cursor {
    pub fn encode(&self) -> String {
        ENGINE.encode(serde_json::to_vec(self).expect("a cursor holds nothing but JSON"))
    }

    /// Reads what [`Cursor::encode`] has written.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for anything else.
    pub fn decode(text: &str) -> Result<Self, ApiError> {
        if text.is_empty() {
            return Err(ApiError::invalid("cursor", "Cursor cannot be empty"));
        }
        let standard: String = text
            .chars()
            .map(|letter| match letter {
                // A plus that nobody has escaped arrives as a space.
                '-' | ' ' => '+',
                '_' => '/',
                other => other,
            })
            .collect();
        let json = ENGINE.decode(standard).map_err(|error| malformed(&error))?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|error| malformed(&error))?;
        cursor.checked()
    }

    fn checked(self) -> Result<Self, ApiError> {
        let expected = self.expected_values();
        let counts = [
            Some(&self.order_field_values),
            self.first_sort_field_values.as_ref(),
        ];
        for values in counts.into_iter().flatten() {
            let fits = values.is_empty() || values.len() == expected;
            let has_uid = values.last().is_none_or(Option::is_some);
            if !fits || !has_uid {
                return Err(malformed(&"the place does not fit the order"));
            }
        }
        Ok(self)
    }

    /// How many values name a place: one for the order, if there is one, and the uid.
    fn expected_values(&self) -> usize {
        usize::from(!self.order_fields.is_empty()) + 1
    }
}

/// Reads the `orderField` parameters of a request: `metadata.name,asc`.
///
/// # Errors
/// [`ApiError::Invalid`] for another direction than `asc` and `desc`, and for an empty field.
pub fn parse_order_fields(parameters: &[String]) -> Result<Vec<OrderField>, ApiError> {
    let parse = |text: &String| {
        let (field, order) = text.split_once(',').unwrap_or((text, "asc"));
        let order = match order {
            "asc" => Direction::Asc,
            "desc" => Direction::Desc,
            _ => {
                let message = "Invalid order field order, must be asc or desc";
                return Err(ApiError::invalid("orderField", message));
            }
        };
        if field.is_empty() {
            return Err(ApiError::invalid(
                "orderField",
                "Invalid order field, must not be empty",
            ));
        }
        Ok(OrderField {
            field: field.to_owned(),
            order,
        })
    };
    parameters.iter().map(parse).collect()
}

fn malformed(reason: &dyn std::fmt::Display) -> ApiError {
    ApiError::invalid(
        "cursor",
        format!("Malformed cursor: {reason}. Begin again without a cursor."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::engine::general_purpose::STANDARD;
    use serde_json::json;

    fn refuse(cursor: &str) {
        let error = Cursor::decode(cursor).expect_err(cursor).to_string();
        assert!(error.to_lowercase().contains("cursor"), "{error}");
    }

    #[test]
    fn a_cursor_survives_its_way() {
        let cursor = Cursor {
            order_fields: vec![OrderField {
                field: "metadata.name".to_owned(),
                order: Direction::Desc,
            }],
            order_field_values: vec![Some("b??>\u{1F3AD}".to_owned()), Some("2".to_owned())],
            is_previous: true,
            query: Some(json!({ "kind": "component" })),
            full_text_filter: Some(FullText::default()),
            first_sort_field_values: Some(vec![None, Some("1".to_owned())]),
            total_items: Some(7),
            skip_total_items: None,
        };
        let text = cursor.encode();
        assert_eq!(Cursor::decode(&text), Ok(cursor.clone()));
        for other in [
            text.replace('=', ""),
            text.replace('+', "-").replace('/', "_"),
        ] {
            assert_eq!(Cursor::decode(&other), Ok(cursor.clone()), "{other}");
        }
    }

    #[test]
    fn what_nobody_has_handed_out_is_refused() {
        for text in ["", "x", "e30=", "bnVsbA==", "%%%", "\0"] {
            refuse(text);
        }
        let plain = json!({ "orderFields": [], "orderFieldValues": ["1"], "isPrevious": false });
        assert!(Cursor::decode(&STANDARD.encode(plain.to_string())).is_ok());
        for (field, value) in [
            ("orderFields", json!([{ "field": "a", "order": "up" }])),
            ("orderFields", json!({ "__proto__": 1 })),
            ("orderFieldValues", json!(["1", "2"])),
            ("orderFieldValues", json!([null])),
            ("orderFieldValues", json!([1])),
            ("firstSortFieldValues", json!(["1", "2", "3"])),
            ("isPrevious", json!("no")),
            ("totalItems", json!(-1)),
            ("totalItems", json!(1e99)),
            ("__proto__", json!({})),
            ("filter", json!({ "key": "kind" })),
        ] {
            let mut tampered = plain.clone();
            tampered[field] = value;
            refuse(&STANDARD.encode(tampered.to_string()));
        }
        let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        let deep = format!(r#"{{"query":{deep}}}"#);
        refuse(&STANDARD.encode(deep));
    }
}
