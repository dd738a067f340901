//! The name of an entity: kind, namespace and name.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::borrow::Cow;
use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

/// The longest reference that is written in lower case without asking for memory, in bytes: kind,
/// namespace and name of 63 characters each and what is between them.
const SHORT: usize = 191;
type Short = [u8; SHORT];

/// The namespace of an entity that names none.
pub const DEFAULT_NAMESPACE: &str = "default";

/// A reference to an entity, `kind:namespace/name`.
///
/// Parsing keeps the case of its input and checks no characters; printing, comparing, ordering
/// and hashing do not see case. So the same entity is always the same key.
#[derive(Debug, Clone)]
pub struct EntityRef {
    pub kind: String,
    pub namespace: String,
    pub name: String,
}

/// What a short reference inherits from where it stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct RefDefaults<'a> {
    pub kind: Option<&'a str>,
    pub namespace: Option<&'a str>,
}

/// Why a text is no entity reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEntityRef {
    #[error("Entity reference \"{0}\" was not on the form [<kind>:][<namespace>/]<name>")]
    Form(String),
    #[error(
        "Entity reference \"{0}\" had missing or empty kind (e.g. did not start with \"component:\" or similar)"
    )]
    MissingKind(String),
    #[error("Entity reference \"{0}\" had missing or empty namespace")]
    MissingNamespace(String),
    #[error("Entity reference \"{0}\" had missing or empty name")]
    MissingName(String),
}

impl EntityRef {
    pub fn new(
        kind: impl Into<String>,
        namespace: impl Into<String>,
        name: impl Into<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            namespace: namespace.into(),
            name: name.into(),
        }
    }

    /// Reads `[<kind>:][<namespace>/]<name>`; what is left out comes from `defaults`, and the
    /// namespace at last from [`DEFAULT_NAMESPACE`].
    ///
    /// A colon behind the first slash belongs to the name.
    ///
    /// # Errors
    /// [`InvalidEntityRef::Form`] when a part is empty, [`InvalidEntityRef::MissingKind`] when
    /// neither the text nor `defaults` give a kind.
    pub fn parse(text: &str, defaults: RefDefaults<'_>) -> Result<Self, InvalidEntityRef> {
        let form = || InvalidEntityRef::Form(text.to_owned());
        let slash = text.find('/');
        let colon = text
            .find(':')
            .filter(|colon| slash.is_none_or(|slash| *colon < slash));
        let (kind, rest) = match colon {
            Some(colon) => (Some(&text[..colon]), &text[colon + 1..]),
            None => (None, text),
        };
        let (namespace, name) = match rest.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, rest),
        };
        if kind == Some("") || namespace == Some("") || name.is_empty() {
            return Err(form());
        }
        let kind = kind
            .or(defaults.kind.filter(|kind| !kind.is_empty()))
            .ok_or_else(|| InvalidEntityRef::MissingKind(text.to_owned()))?;
        let namespace = namespace
            .or(defaults.namespace.filter(|namespace| !namespace.is_empty()))
            .unwrap_or(DEFAULT_NAMESPACE);
        Ok(Self::new(kind, namespace, name))
    }

    /// Puts a reference together from parts that came apart, with the same defaults as
    /// [`EntityRef::parse`]. A part that is there must not be empty.
    ///
    /// # Errors
    /// Names the first part that is missing or empty.
    pub fn from_parts(
        kind: Option<&str>,
        namespace: Option<&str>,
        name: Option<&str>,
        defaults: RefDefaults<'_>,
    ) -> Result<Self, InvalidEntityRef> {
        let kind = kind.or(defaults.kind).unwrap_or_default();
        let namespace = namespace
            .or(defaults.namespace)
            .unwrap_or(DEFAULT_NAMESPACE);
        let name = name.unwrap_or_default();
        let shown = || format!("{kind}:{namespace}/{name}");
        if kind.is_empty() {
            Err(InvalidEntityRef::MissingKind(shown()))
        } else if namespace.is_empty() {
            Err(InvalidEntityRef::MissingNamespace(shown()))
        } else if name.is_empty() {
            Err(InvalidEntityRef::MissingName(shown()))
        } else {
            Ok(Self::new(kind, namespace, name))
        }
    }

    /// The name as people would write it beside others of `kind`: without what is understood.
    pub fn short(&self, kind: Option<&str>) -> String {
        let mut text = String::new();
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(&self.kind)) {
            text.push_str(&self.kind.to_lowercase());
            text.push(':');
        }
        if !self.namespace.eq_ignore_ascii_case(DEFAULT_NAMESPACE) {
            text.push_str(&self.namespace);
            text.push('/');
        }
        text.push_str(&self.name);
        text
    }

    /// The reference in lower case, which is what it is compared by, in `short` if it fits: every request
    /// compares some.
    fn key<'a>(&self, short: &'a mut Short) -> Cow<'a, str> {
        let parts = [&*self.kind, ":", &self.namespace, "/", &self.name];
        let mut end = 0;
        for part in parts {
            let place = short.get_mut(end..end + part.len());
            let Some(place) = place.filter(|_| part.is_ascii()) else {
                return Cow::Owned(parts.map(str::to_lowercase).concat());
            };
            place.copy_from_slice(part.as_bytes());
            end += part.len();
        }
        short[..end].make_ascii_lowercase();
        Cow::Borrowed(std::str::from_utf8(&short[..end]).unwrap_or_default())
    }
}

impl fmt::Display for EntityRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.key(&mut [0; SHORT]))
    }
}

impl FromStr for EntityRef {
    type Err = InvalidEntityRef;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text, RefDefaults::default())
    }
}

impl PartialEq for EntityRef {
    fn eq(&self, other: &Self) -> bool {
        self.key(&mut [0; SHORT]) == other.key(&mut [0; SHORT])
    }
}

impl Eq for EntityRef {}

impl Ord for EntityRef {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key(&mut [0; SHORT]).cmp(&other.key(&mut [0; SHORT]))
    }
}

impl PartialOrd for EntityRef {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for EntityRef {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key(&mut [0; SHORT]).hash(state);
    }
}

impl Serialize for EntityRef {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!(
            "{}:{}/{}",
            self.kind, self.namespace, self.name
        ))
    }
}

impl<'de> Deserialize<'de> for EntityRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, defaults: RefDefaults<'_>, expected: &str) {
        let entity_ref = EntityRef::parse(text, defaults).expect(text);
        assert_eq!(
            format!(
                "{}:{}/{}",
                entity_ref.kind, entity_ref.namespace, entity_ref.name
            ),
            expected
        );
    }

    #[test]
    fn short_references_inherit_what_is_missing() {
        let defaults = RefDefaults {
            kind: Some("Group"),
            namespace: Some("Stage"),
        };
        check("lights", defaults, "Group:Stage/lights");
        check("user:lights", defaults, "user:Stage/lights");
        check("ops/lights", defaults, "Group:ops/lights");
        check("a:b/c", RefDefaults::default(), "a:b/c");
        check("a:c", RefDefaults::default(), "a:default/c");
    }

    #[test]
    fn a_colon_behind_the_slash_belongs_to_the_name() {
        let defaults = RefDefaults {
            kind: Some("API"),
            namespace: None,
        };
        check("a/b:c", defaults, "API:a/b:c");
    }

    #[test]
    fn empty_parts_are_refused() {
        for text in ["", ":b/c", "a:/c", "a:b/", "a:", "/c", "b/"] {
            let defaults = RefDefaults {
                kind: Some("k"),
                namespace: None,
            };
            assert_eq!(
                EntityRef::parse(text, defaults),
                Err(InvalidEntityRef::Form(text.to_owned())),
                "{text}"
            );
        }
        assert_eq!(
            EntityRef::parse("b", RefDefaults::default()),
            Err(InvalidEntityRef::MissingKind("b".to_owned()))
        );
    }

    #[test]
    fn parts_inherit_what_is_missing_but_not_what_is_empty() {
        let defaults = RefDefaults {
            kind: Some("Group"),
            namespace: Some("ops"),
        };
        let parts = |kind, namespace| EntityRef::from_parts(kind, namespace, Some("a"), defaults);
        assert_eq!(parts(None, None), Ok(EntityRef::new("Group", "ops", "a")));
        assert!(matches!(
            parts(Some(""), None),
            Err(InvalidEntityRef::MissingKind(_))
        ));
        assert!(matches!(
            parts(None, Some("")),
            Err(InvalidEntityRef::MissingNamespace(_))
        ));
    }

    #[test]
    fn case_is_kept_but_not_seen() {
        let entity_ref = EntityRef::new("API", "Default", "Seats");
        assert_eq!(entity_ref.kind, "API");
        assert_eq!(entity_ref.to_string(), "api:default/seats");
        assert_eq!(entity_ref, EntityRef::new("api", "default", "seats"));
    }

    #[test]
    fn the_same_name_is_one_key_however_long_and_in_whatever_script() {
        let long = "N".repeat(SHORT);
        // The sign of the unit Kelvin, and a sigma that ends its part.
        let pairs = [
            ("Seats", "seats"),
            (&*long, &*long.to_lowercase()),
            ("\u{212a}iosk", "kiosk"),
            ("\u{3a9}\u{3a3}", "\u{3c9}\u{3c2}"),
        ];
        for (one, other) in pairs {
            let (one, other) = (
                EntityRef::new("Group", one, one),
                EntityRef::new("group", other, other),
            );
            assert_eq!(one, other);
            assert_eq!(one.cmp(&other), Ordering::Equal);
            assert_eq!(one.to_string(), other.to_string());
            let known = std::collections::HashSet::from([one]);
            assert!(known.contains(&other), "{other}");
        }
        let parts = |kind, namespace| EntityRef::new(kind, namespace, "c");
        assert!(parts("a", "b") < parts("a", "b0"));
        assert_ne!(parts("a", "b"), parts("a", "bc"));
    }
}
