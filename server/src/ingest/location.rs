//! Where catalog data is read from: a file or a URL.

use serde_json::Value;
use std::fmt;
use std::str::FromStr;
use url::Url;

/// The annotation that names the location an entity was read from.
pub const MANAGED_BY: &str = "backstage.io/managed-by-location";
/// The annotation that names the registered location by whose way an entity came in.
pub const MANAGED_BY_ORIGIN: &str = "backstage.io/managed-by-origin-location";
/// The annotation that names the folder of the sources of an entity.
pub const SOURCE: &str = "backstage.io/source-location";

/// The kind of a location that stands for what a provider lists: nobody reads it.
pub const LISTED: &str = "github-org";

/// A reference to a location, `<type>:<target>`, such as `url:https://host/path`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LocationRef {
    /// `file` or `url`; others can be named but not read, `push` and [`LISTED`] among them.
    pub kind: String,
    /// An absolute path or a URL.
    pub target: String,
}

/// Why a text is no location reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidLocation {
    #[error(
        "Unable to parse location ref '{0}', expected '<type>:<target>', e.g. 'url:https://host/path'"
    )]
    Form(String),
    #[error("Invalid location ref '{0}', please prefix it with 'url:', e.g. 'url:{0}'")]
    BareUrl(String),
    #[error("Invalid location ref '{0}', target is a javascript: URL")]
    Script(String),
    #[error("Unable to stringify location ref, empty {0}")]
    Empty(&'static str),
    #[error("Entity '{0}' is missing location")]
    Missing(String),
}

impl LocationRef {
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            kind: "file".to_owned(),
            target: path.into(),
        }
    }

    pub fn url(url: impl Into<String>) -> Self {
        Self {
            kind: "url".to_owned(),
            target: url.into(),
        }
    }

    /// What the entry of `catalog.providers.githubOrg` with that id lists.
    pub fn listed(id: &str) -> Self {
        Self {
            kind: LISTED.to_owned(),
            target: id.to_owned(),
        }
    }

    /// Whether what stands there has lines that people can look up.
    pub fn has_lines(location: &str) -> bool {
        let kind = location.split_once(':').map(|(kind, _)| kind);
        kind != Some(LISTED)
    }

    /// For logs: without what may be secret in a URL, a user, a password and the query.
    pub fn shown(&self) -> String {
        match Url::parse(&self.target) {
            Ok(mut url) if url.has_host() => {
                let _cannot_fail = url.set_username("");
                let _cannot_fail = url.set_password(None);
                url.set_query(None);
                url.set_fragment(None);
                format!("{}:{url}", self.kind)
            }
            _ => self.to_string(),
        }
    }

    /// A location of checked parts, which may be printed into an annotation.
    ///
    /// # Errors
    /// When a part is empty or the target would run as a script behind a link.
    pub fn checked(kind: &str, target: &str) -> Result<Self, InvalidLocation> {
        for (part, name) in [(kind, "type"), (target, "target")] {
            if part.is_empty() {
                return Err(InvalidLocation::Empty(name));
            }
        }
        if is_script(target) {
            return Err(InvalidLocation::Script(format!("{kind}:{target}")));
        }
        Ok(Self {
            kind: kind.to_owned(),
            target: target.to_owned(),
        })
    }

    /// Where the sources of an entity are: its own annotation, else where it was read.
    ///
    /// # Errors
    /// When neither annotation is there or can be read.
    pub fn source_of(entity: &Value) -> Result<Self, InvalidLocation> {
        let annotation = |name: &str| {
            entity
                .get("metadata")?
                .get("annotations")?
                .get(name)?
                .as_str()
        };
        if let Some(text) = annotation(SOURCE).or_else(|| annotation(MANAGED_BY)) {
            return text.parse();
        }
        let name = super::validate::entity_ref(entity);
        let name = name.map(|name| name.to_string()).unwrap_or_default();
        Err(InvalidLocation::Missing(name))
    }
}

impl FromStr for LocationRef {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let form = || InvalidLocation::Form(text.to_owned());
        let (kind, target) = text.split_once(':').ok_or_else(form)?;
        let (kind, target) = (kind.trim(), target.trim());
        if kind.is_empty() || target.is_empty() {
            return Err(form());
        }
        if kind == "http" || kind == "https" {
            return Err(InvalidLocation::BareUrl(text.to_owned()));
        }
        if is_script(target) {
            return Err(InvalidLocation::Script(text.to_owned()));
        }
        Ok(Self {
            kind: kind.to_owned(),
            target: target.to_owned(),
        })
    }
}

impl fmt::Display for LocationRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.target)
    }
}

/// Whether a browser would run the text as a script: browsers pass over control characters in
/// front of the scheme, and line breaks and tabs within it.
pub fn is_script(url: &str) -> bool {
    has_scheme(url, "javascript:")
}

/// Whether a browser would run the text, or show it as a page of its own.
pub fn is_active(url: &str) -> bool {
    ["javascript:", "vbscript:", "data:"]
        .iter()
        .any(|scheme| has_scheme(url, scheme))
}

fn has_scheme(url: &str, scheme: &str) -> bool {
    let mut visible = url
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\r' | '\n' | '\t'))
        .map(|c| c.to_ascii_lowercase());
    scheme.chars().all(|c| visible.next() == Some(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logs_are_told_no_secret_of_a_location() {
        let check = |target: &str, expected: &str| {
            assert_eq!(LocationRef::url(target).shown(), expected);
        };
        check(
            "https://ann:secret@example.com/a.yaml?token=secret&at=main#secret",
            "url:https://example.com/a.yaml",
        );
        check("not a URL", "url:not a URL");
        let file = LocationRef::file("/catalog/a?b.yaml");
        assert_eq!(file.shown(), "file:/catalog/a?b.yaml");
    }

    #[test]
    fn a_location_is_read_as_it_is_printed() {
        for text in ["url:https://a/b:c", "file:/a b/c.yaml"] {
            assert_eq!(text.parse::<LocationRef>().unwrap().to_string(), text);
        }
        assert_eq!(" url : x ".parse(), Ok(LocationRef::url("x")));
    }

    #[test]
    fn scripts_are_refused_in_disguise_too() {
        for target in ["javascript:x", " JAVA\tscript:x", "\u{1}java\nscript:"] {
            assert!(is_script(target), "{target:?}");
            assert!(LocationRef::checked("url", target).is_err());
        }
        assert!(!is_script("https://a/javascript:"));
        assert!(is_active(" DATA:text/html,x") && is_active("vb\nscript:x"));
        assert!(!is_active("https://a/data:") && !is_active("database:x"));
    }
}
