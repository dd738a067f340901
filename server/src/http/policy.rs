//! The Content-Security-Policy of pages.

use app::site::Policy;
use std::collections::BTreeMap;

/// What pages need and nothing more. `'wasm-unsafe-eval'` lets the browser compile the page's own
/// WebAssembly. Pictures may come from anywhere over TLS: profiles name them.
const DIRECTIVES: [(&str, &str); 10] = [
    ("default-src", "'none'"),
    ("script-src", "'self' 'nonce-{nonce}' 'wasm-unsafe-eval'"),
    ("style-src", "'self'"),
    ("img-src", "'self' data: https:"),
    ("font-src", "'self'"),
    ("connect-src", "'self'"),
    ("manifest-src", "'self'"),
    ("form-action", "'self'"),
    ("base-uri", "'none'"),
    ("frame-ancestors", "'none'"),
];

/// What keeps foreign scripts out, and so is not the operator's to loosen: files written for a
/// portal that needs `'unsafe-eval'` must not weaken one that does not.
const FIXED: [&str; 5] = [
    "default-src",
    "script-src",
    "style-src",
    "object-src",
    "base-uri",
];

/// The built-in policy, with the directives of `backend.csp` in place of its own; `None` removes one.
pub fn policy(configured: &BTreeMap<String, Option<Vec<String>>>) -> Policy {
    let mut directives: BTreeMap<&str, String> = DIRECTIVES
        .into_iter()
        .map(|(name, sources)| (name, sources.to_owned()))
        .collect();
    let own = configured
        .iter()
        .filter(|(name, _)| !FIXED.contains(&name.as_str()));
    for (name, sources) in own {
        match sources {
            Some(sources) => directives.insert(name, sources.join(" ")),
            None => directives.remove(name.as_str()),
        };
    }
    let directives: Vec<String> = directives
        .into_iter()
        .map(|(name, sources)| format!("{name} {sources}").trim_end().to_owned())
        .collect();
    Policy(directives.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, sources: Option<&[&str]>, expected: &str, gone: &str) {
        let sources = sources.map(|sources| sources.iter().map(|&it| it.to_owned()).collect());
        let Policy(policy) = policy(&BTreeMap::from([(name.to_owned(), sources)]));
        assert!(policy.contains(expected), "{policy}");
        assert!(!policy.contains(gone), "{policy}");
    }

    #[test]
    fn the_operator_decides_what_is_harmless() {
        check(
            "img-src",
            Some(&["'self'", "x.example"]),
            "img-src 'self' x.example",
            "https:",
        );
        check(
            "frame-ancestors",
            None,
            "base-uri 'none'",
            "frame-ancestors",
        );
        check(
            "upgrade-insecure-requests",
            Some(&[]),
            "upgrade-insecure-requests",
            "unsafe-inline",
        );
    }

    #[test]
    fn nobody_lets_foreign_scripts_in() {
        check(
            "script-src",
            Some(&["'unsafe-eval'"]),
            "'nonce-{nonce}'",
            "'unsafe-eval'",
        );
        check("default-src", None, "default-src 'none'", "unsafe-inline");
    }
}
