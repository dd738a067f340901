//! The `query` of a request: conditions as JSON.

use super::pairs::text_of;
use super::predicate::Predicate;
use app::error::ApiError;
use serde_json::{Map, Value};

/// Operators within operators.
const MAX_DEPTH: usize = 32;
/// Conditions and values in one query.
const MAX_CONDITIONS: usize = 10_000;

/// What a `$hasPrefix` counts for: it may look at every value of its key.
const PREFIX_COST: usize = 100;

/// What a query may still cost.
struct Budget {
    conditions: usize,
}

impl Predicate {
    /// Reads a query: an object of keys with what they must be, or one of `$all`, `$any` and `$not`
    /// around others. A key is compared with a text, number or boolean, or by one of `$exists`,
    /// `$in`, `$hasPrefix` and `$contains`. `{}` holds for everything.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for anything else, and for more than anyone would write.
    pub fn from_query(query: &Value) -> Result<Self, ApiError> {
        let mut budget = Budget {
            conditions: MAX_CONDITIONS,
        };
        budget.read(query, MAX_DEPTH)
    }
}

impl Budget {
    fn spend(&mut self, count: usize) -> Result<(), ApiError> {
        let left = self.conditions.checked_sub(count);
        self.conditions = left.ok_or_else(|| {
            refused(format!(
                "more than {MAX_CONDITIONS} conditions and values, of which each $hasPrefix counts for {PREFIX_COST}; ask in several requests"
            ))
        })?;
        Ok(())
    }

    fn read(&mut self, query: &Value, depth: usize) -> Result<Predicate, ApiError> {
        self.spend(1)?;
        let Some(depth) = depth.checked_sub(1) else {
            return Err(refused(format!(
                "operators are nested more than {MAX_DEPTH} deep"
            )));
        };
        let Some(fields) = query.as_object() else {
            return Err(refused(format!(
                "top-level primitive values are not supported. Wrap the value in a field expression, e.g. {{ \"kind\": {} }}",
                shown(query)
            )));
        };
        if let Some((operator, operand)) = operator_of(fields)? {
            return match operator {
                "$all" => Ok(Predicate::All(self.read_all(operator, operand, depth)?)),
                "$any" => Ok(Predicate::Any(self.read_all(operator, operand, depth)?)),
                "$not" => Ok(Predicate::Not(Box::new(self.read(operand, depth)?))),
                other => Err(refused(format!(
                    "{other} is no operator that stands by itself; use $all, $any or $not"
                ))),
            };
        }
        let conditions = fields.iter().map(|(key, value)| self.condition(key, value));
        let mut conditions = conditions.collect::<Result<Vec<_>, _>>()?;
        Ok(match conditions.len() {
            1 => conditions.swap_remove(0),
            _ => Predicate::All(conditions),
        })
    }

    fn read_all(
        &mut self,
        operator: &str,
        operand: &Value,
        depth: usize,
    ) -> Result<Vec<Predicate>, ApiError> {
        let Some(parts) = operand.as_array() else {
            return Err(refused(format!("{operator} must be a list of conditions")));
        };
        parts.iter().map(|part| self.read(part, depth)).collect()
    }

    fn condition(&mut self, key: &str, value: &Value) -> Result<Predicate, ApiError> {
        self.spend(1)?;
        if let Some(text) = primitive(value) {
            return Ok(Predicate::In(key.to_owned(), vec![text]));
        }
        let unsupported = || {
            refused(format!(
                "invalid value for field \"{key}\": expected a primitive value, $exists, $in, $hasPrefix or $contains, but got {}",
                shown(value)
            ))
        };
        let fields = value.as_object().ok_or_else(unsupported)?;
        let (operator, operand) = operator_of(fields)?.ok_or_else(unsupported)?;
        match operator {
            "$exists" => match operand.as_bool() {
                Some(true) => Ok(Predicate::Exists(key.to_owned())),
                Some(false) => Ok(Predicate::Not(Box::new(Predicate::Exists(key.to_owned())))),
                None => Err(refused(format!(
                    "$exists of \"{key}\" must be true or false"
                ))),
            },
            "$in" => Ok(Predicate::In(key.to_owned(), self.values(key, operand)?)),
            "$hasPrefix" => match operand.as_str() {
                Some(prefix) => {
                    self.spend(PREFIX_COST)?;
                    Ok(Predicate::HasPrefix(key.to_owned(), prefix.to_owned()))
                }
                None => Err(refused(format!("$hasPrefix of \"{key}\" must be a text"))),
            },
            "$contains" => self.contains(key, operand),
            _ => Err(unsupported()),
        }
    }

    fn values(&mut self, key: &str, operand: &Value) -> Result<Vec<String>, ApiError> {
        let values = operand.as_array().and_then(|values| {
            let values = values.iter().map(primitive);
            values.collect::<Option<Vec<String>>>()
        });
        let Some(values) = values else {
            return Err(refused(format!(
                "$in of \"{key}\" must be a list of texts, numbers and booleans"
            )));
        };
        self.spend(values.len())?;
        Ok(values)
    }

    /// An item of a list; of `relations` one with a `type` and, when given, a `targetRef`.
    fn contains(&mut self, key: &str, operand: &Value) -> Result<Predicate, ApiError> {
        if let Some(item) = primitive(operand) {
            return Ok(Predicate::In(key.to_owned(), vec![item]));
        }
        let relation = operand
            .as_object()
            .filter(|_| key.eq_ignore_ascii_case("relations"));
        let Some(relation) = relation else {
            return Err(refused(format!(
                "$contains of \"{key}\" must be a text, number or boolean; objects can be looked for in relations alone"
            )));
        };
        let known = |name: &String| name == "type" || name == "targetRef";
        let kind = relation.get("type").and_then(Value::as_str);
        let (Some(kind), true) = (kind, relation.keys().all(known)) else {
            return Err(refused(
                "$contains of \"relations\" needs a type and may have a targetRef, and nothing else"
                    .to_owned(),
            ));
        };
        let key = format!("relations.{kind}");
        match relation.get("targetRef") {
            None => Ok(Predicate::Exists(key)),
            Some(Value::String(target)) => Ok(Predicate::In(key, vec![target.clone()])),
            Some(Value::Object(target)) if target.len() == 1 && target.contains_key("$in") => {
                let targets = self.values("targetRef", &target["$in"])?;
                Ok(Predicate::In(key, targets))
            }
            Some(other) => Err(refused(format!(
                "targetRef must be a text or a $in, but got {}",
                shown(other)
            ))),
        }
    }
}

/// The operator of an object and what it is applied to, if there is one.
fn operator_of(fields: &Map<String, Value>) -> Result<Option<(&str, &Value)>, ApiError> {
    let mut operators = fields.iter().filter(|(name, _)| name.starts_with('$'));
    match operators.next() {
        None => Ok(None),
        Some((name, operand)) if fields.len() == 1 => Ok(Some((name, operand))),
        Some((name, _)) => Err(refused(format!(
            "{name} stands beside other fields; join them with $all"
        ))),
    }
}

fn primitive(value: &Value) -> Option<String> {
    match value {
        Value::String(_) | Value::Number(_) | Value::Bool(_) => text_of(value),
        _ => None,
    }
}

/// As much of a value as helps to find it.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(100) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn refused(reason: String) -> ApiError {
    ApiError::invalid("query", format!("Invalid query: {reason}"))
}

#[cfg(test)]
mod tests;
