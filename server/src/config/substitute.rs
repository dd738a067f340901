//! `${VAR}`, `${VAR:-default}` and the escape `$${` inside text.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::Regex;

static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\$?\$\{[^{}]*\}").expect("the pattern is fixed and valid"));

/// Replaces every placeholder. One variable without a value makes the whole text undefined, which
/// is `None`. An empty variable counts as unset only where a default is written.
pub fn substitute(text: &str, env: &BTreeMap<String, String>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut end = 0;
    for found in PLACEHOLDER.find_iter(text) {
        out.push_str(&text[end..found.start()]);
        end = found.end();
        let placeholder = found.as_str();
        if let Some(escaped) = placeholder.strip_prefix("$$") {
            out.push('$');
            out.push_str(escaped);
            continue;
        }
        let inner = &placeholder["${".len()..placeholder.len() - "}".len()];
        out.push_str(&resolve(inner, env)?);
    }
    out.push_str(&text[end..]);
    Some(out)
}

fn resolve(inner: &str, env: &BTreeMap<String, String>) -> Option<String> {
    let Some((name, default)) = inner.split_once(":-") else {
        return env.get(inner.trim()).cloned();
    };
    env.get(name.trim())
        .map(String::as_str)
        .filter(|value| !value.is_empty())
        .or_else(|| Some(default.trim()).filter(|value| !value.is_empty()))
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        let env = [("SECRET", "my-secret"), ("EMPTY", "")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        assert_eq!(substitute(text, &env).as_deref(), expected, "{text}");
    }

    #[test]
    fn variables_defaults_and_escapes() {
        check("plain", Some("plain"));
        check("${SECRET}-${ SECRET }", Some("my-secret-my-secret"));
        check("a ${MISSING} b", None);
        check("${}", None);
        check("${MISSING:- fallback }", Some("fallback"));
        check("${MISSING:-a:-b}", Some("a:-b"));
        check("${MISSING:-}", None);
        check("${EMPTY}", Some(""));
        check("${EMPTY:-x}", Some("x"));
        check("$${SECRET} $$${SECRET}", Some("${SECRET} $${SECRET}"));
        check("${unclosed", Some("${unclosed"));
    }
}
