//! The formats of single fields: names, keys, tags and URLs.
//!
//! The rules are those of the descriptor format; they are the rules of Kubernetes, except that
//! DNS labels may hold several dashes in a row.

use url::Url;

/// A format of text with what is said of it when a value does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    ApiVersion,
    Kind,
    ObjectName,
    Namespace,
    LabelKey,
    LabelValue,
    AnnotationKey,
    AnnotationValue,
    Tag,
    Url,
    NonEmpty,
}

impl Format {
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::ApiVersion => prefixed(text, is_dns_subdomain, |suffix| {
                within_63(suffix) && suffix.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }),
            Self::Kind => {
                within_63(text)
                    && text.starts_with(|first: char| first.is_ascii_alphabetic())
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
            }
            Self::ObjectName => is_object_name(text),
            Self::Namespace => is_dns_label(text),
            Self::LabelKey | Self::AnnotationKey => {
                prefixed(text, is_dns_subdomain, is_object_name)
            }
            Self::LabelValue => text.is_empty() || is_object_name(text),
            Self::AnnotationValue => true,
            Self::Tag => {
                let part = |part: &str| {
                    let allowed =
                        |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || ":+#".contains(c);
                    !part.is_empty() && part.chars().all(allowed)
                };
                within_63(text) && text.split('-').all(part)
            }
            Self::Url => Url::parse(text).is_ok(),
            Self::NonEmpty => !text.trim().is_empty(),
        }
    }

    /// What the format wants, to stand behind "expected".
    pub fn expected(self) -> &'static str {
        match self {
            Self::ApiVersion => "[prefix/]version, such as backstage.io/v1alpha1",
            Self::Kind => "a letter, then letters and digits, at most 63 characters in total",
            Self::ObjectName | Self::LabelValue => {
                "sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters in total"
            }
            Self::Namespace => {
                "sequences of [a-z0-9] separated by [-], at most 63 characters in total"
            }
            Self::LabelKey | Self::AnnotationKey => {
                "[prefix/]name: a lower-case domain, and sequences of [a-zA-Z0-9] separated by any of [-_.], at most 63 characters"
            }
            Self::AnnotationValue => "a string",
            Self::Tag => {
                "sequences of [a-z0-9:+#] separated by [-], at most 63 characters in total"
            }
            Self::Url => "a valid url",
            Self::NonEmpty => "a non empty string",
        }
    }
}

/// `[prefix/]suffix`, both to the taste of a rule.
pub fn prefixed(text: &str, prefix: fn(&str) -> bool, suffix: fn(&str) -> bool) -> bool {
    match text.split_once('/') {
        // A second slash fails in the suffix: no rule for one allows it.
        Some((before, after)) => prefix(before) && suffix(after),
        None => suffix(text),
    }
}

pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_dns_label)
}

pub fn is_dns_label(text: &str) -> bool {
    within_63(text)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

fn is_object_name(text: &str) -> bool {
    let ends = |c: char| c.is_ascii_alphanumeric();
    within_63(text)
        && text.starts_with(ends)
        && text.ends_with(ends)
        && text.chars().all(|c| ends(c) || "-_.".contains(c))
}

fn within_63(text: &str) -> bool {
    (1..=63).contains(&text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(format: Format, good: &[&str], bad: &[&str]) {
        for text in good {
            assert!(format.accepts(text), "{format:?} refuses {text:?}");
        }
        for text in bad {
            assert!(!format.accepts(text), "{format:?} takes {text:?}");
        }
    }

    #[test]
    fn formats() {
        let long = "a".repeat(64);
        let fits = &long[..63];
        check(
            Format::ApiVersion,
            &["a", "v1", "backstage.io/v1alpha1", "a--b.c/V1"],
            &["", "a-b", "a/b/c", "A/b", "/a", "a/", &long],
        );
        check(
            Format::Kind,
            &["API", "a9", fits],
            &["", "9a", "a-b", "ä", &long],
        );
        check(
            Format::ObjectName,
            &["a", "A-b_c.d", "a--b", "a_.b", "9", fits],
            &["", "-a", "a-", "a/b", "a b", "é", &long],
        );
        check(
            Format::Namespace,
            &["a", "a--b", "9"],
            &["", "A", "a.b", "a_b", "-a", "a-"],
        );
        check(
            Format::LabelKey,
            &["a", "a.b/c_d", "example.com/x"],
            &["", "a/", "/a", "A/b", "a/b/c", "a.-b/c"],
        );
        check(Format::LabelValue, &["", "a", "A.b"], &["a/b", "-", " "]);
        check(
            Format::Tag,
            &["a", "c++", "a:b", "#c", "a-b"],
            &["", "A", "a--b", "-a", "a_b", &long],
        );
        check(
            Format::Url,
            &["http://a", "ftp://a/b", "mailto:a@b.c"],
            &["", "a", "http://", "/a/b"],
        );
        check(Format::NonEmpty, &["a", " a ", "a b"], &["", " ", "\t"]);
    }
}
