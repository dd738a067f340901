//! Whether what a theme sets can be read.
//!
//! Source: WCAG 2.2, relative luminance and contrast ratio; 1.4.3 and 1.4.11 for what is asked.

use super::tokens::{Scheme, Values, value};
use csscolorparser::Color;

/// A text or line that stands out too little.
#[derive(Debug, Clone, PartialEq)]
pub struct Faint {
    pub scheme: Scheme,
    pub what: &'static str,
    pub on: &'static str,
    /// The ratio that there is, and the one that there should be.
    pub ratio: f32,
    pub wanted: f32,
}

/// What is read, on which grounds, and how clearly.
const PAIRS: [(&str, &[&str], f32); 13] = [
    ("text", &["bg", "bg-subtle", "bg-raised", "bg-hover"], 7.0),
    ("text-muted", &["bg", "bg-subtle", "bg-raised"], 4.5),
    ("text-faint", &["bg", "bg-subtle", "bg-raised"], 4.5),
    ("accent-text", &["bg", "bg-raised", "accent-subtle"], 4.5),
    ("accent-contrast", &["accent", "accent-hover"], 4.5),
    ("border-control", &["bg", "bg-raised"], 3.0),
    ("accent", &["bg", "bg-raised"], 3.0),
    ("ok-text", &["bg", "bg-raised", "ok-subtle"], 4.5),
    ("warn-text", &["bg", "bg-raised", "warn-subtle"], 4.5),
    ("bad-text", &["bg", "bg-raised", "bad-subtle"], 4.5),
    ("note-text", &["bg", "bg-raised"], 4.5),
    ("tint-blue", &["tint-blue-bg"], 3.0),
    ("tint-slate", &["tint-slate-bg"], 3.0),
];

/// What in a theme stands out too little, of the pairs that it has changed.
pub fn faint(values: &Values) -> Vec<Faint> {
    let mut found = Vec::new();
    for scheme in Scheme::ALL {
        for (what, grounds, wanted) in PAIRS {
            for on in grounds {
                if !values.contains_key(what) && !values.contains_key(*on) {
                    continue;
                }
                let ratio = ratio(value(values, what, scheme), value(values, on, scheme));
                if ratio < wanted {
                    found.push(Faint {
                        scheme,
                        what,
                        on,
                        ratio,
                        wanted,
                    });
                }
            }
        }
    }
    found
}

/// From 1 for the same to 21 for black on white; 21 for what is no colour.
pub(super) fn ratio(one: &str, other: &str) -> f32 {
    let (Ok(one), Ok(other)) = (csscolorparser::parse(one), csscolorparser::parse(other)) else {
        return 21.0;
    };
    let (one, other) = (luminance(&one), luminance(&other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: &Color) -> f32 {
    let [red, green, blue, _] = color.to_linear_rgba();
    0.2126f32.mul_add(red, 0.7152f32.mul_add(green, 0.0722 * blue))
}
