//! An entry of the audit log, within bounds and without what lets anybody in.

use crate::clock::Millis;
use crate::store::AuditRow;
use app::audit::{Action, ActorKind, Outcome};
use app::error::ApiError;
use serde_json::{Map, Value};
use std::fmt::Display;

/// How long each part may be, in bytes.
const NAME: usize = 300;
const SUBJECT: usize = 500;
const REASON: usize = 500;
const AGENT: usize = 200;
const ID: usize = 128;
const VALUE: usize = 200;
/// How many details there may be.
const DETAILS: usize = 12;

/// Who does something.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Who {
    pub kind: ActorKind,
    /// A ref, or the name of a program.
    pub name: String,
    /// For whom the system acts, or as whom an administrator looks at the portal.
    pub on_behalf: Option<String>,
}

impl Who {
    pub fn new(kind: ActorKind, name: impl Display) -> Self {
        Self {
            kind,
            name: name.to_string(),
            on_behalf: None,
        }
    }

    /// Callboard itself.
    pub fn system() -> Self {
        Self::new(ActorKind::System, "callboard")
    }

    /// Somebody who has not signed in.
    pub fn nobody() -> Self {
        Self::new(ActorKind::Nobody, "")
    }

    /// The same on behalf of somebody.
    #[must_use]
    pub fn on_behalf_of(mut self, name: impl Display) -> Self {
        self.on_behalf = Some(name.to_string());
        self
    }
}

/// From where something is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    pub address: String,
    pub agent: String,
    pub request_id: String,
}

/// Something that somebody does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub action: Action,
    pub who: Who,
    pub outcome: Outcome,
    /// Why not, when it was not allowed.
    pub reason: String,
    pub subject: String,
    pub origin: Origin,
    pub details: Vec<(&'static str, String)>,
}

impl Entry {
    /// Somebody is let do something.
    pub fn new(action: Action, who: Who) -> Self {
        Self {
            action,
            who,
            outcome: Outcome::Allowed,
            reason: String::new(),
            subject: String::new(),
            origin: Origin::default(),
            details: Vec::new(),
        }
    }

    /// To what it is done: a ref, a location, an id.
    #[must_use]
    pub fn about(mut self, subject: impl Display) -> Self {
        self.subject = subject.to_string();
        self
    }

    /// More to know about it. Never what was typed or sent as a value: it may be a secret.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.details.push((name, value.to_string()));
        self
    }

    #[must_use]
    pub fn from(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// They may not.
    #[must_use]
    pub fn denied(mut self, reason: impl Display) -> Self {
        self.set(Outcome::Denied, reason);
        self
    }

    /// They may, but it did not work.
    #[must_use]
    pub fn failed(mut self, reason: impl Display) -> Self {
        self.set(Outcome::Failed, reason);
        self
    }

    pub(crate) fn set(&mut self, outcome: Outcome, reason: impl Display) {
        self.outcome = outcome;
        self.reason = reason.to_string();
    }

    /// What an error makes of it.
    pub(crate) fn refuse(&mut self, error: &ApiError) {
        let outcome = match error {
            ApiError::Forbidden(_) | ApiError::Unauthenticated(_) => Outcome::Denied,
            _ => Outcome::Failed,
        };
        match error {
            // What is said of something that was sent may repeat it.
            ApiError::Invalid { field, .. } => {
                self.set(
                    outcome,
                    format_args!("what was sent as '{field}' cannot be used"),
                );
            }
            error => self.set(outcome, error),
        }
    }

    /// As it is kept.
    pub(super) fn row(&self, id: String, at: Millis, times: i64) -> AuditRow {
        let details = self.details.iter().take(DETAILS);
        let details: Map<String, Value> = details
            .map(|(name, value)| ((*name).to_owned(), kept(value, VALUE).into()))
            .collect();
        AuditRow {
            id,
            happened_at: at,
            action: self.action.name().to_owned(),
            outcome: self.outcome.name().to_owned(),
            reason: kept(&self.reason, REASON),
            actor_kind: self.who.kind.name().to_owned(),
            actor: kept(&self.who.name, NAME),
            on_behalf: self.who.on_behalf.as_deref().map(|it| kept(it, NAME)),
            subject: kept(&self.subject, SUBJECT),
            address: kept(&self.origin.address, NAME),
            agent: kept(&self.origin.agent, AGENT),
            request_id: kept(&self.origin.request_id, ID),
            details: Value::Object(details).to_string(),
            times,
        }
    }
}

/// A text as it is kept: in one line, not too long, and without the parts of addresses in which secrets
/// travel.
fn kept(text: &str, most: usize) -> String {
    let words = text.split(|it: char| it.is_whitespace() || it.is_control());
    let words = words.filter(|word| !word.is_empty());
    let mut kept = String::new();
    for word in words {
        if !kept.is_empty() {
            kept.push(' ');
        }
        push_word(&mut kept, word);
        if kept.len() > most {
            kept.truncate(kept.floor_char_boundary(most.saturating_sub('…'.len_utf8())));
            kept.push('…');
            break;
        }
    }
    kept
}

/// Leaves out whom an address names and what it asks.
fn push_word(kept: &mut String, word: &str) {
    let Some((scheme, rest)) = word.split_once("://") else {
        kept.push_str(word);
        return;
    };
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (place, asked) = rest.split_at(end);
    let host_end = place.find('/').unwrap_or(place.len());
    let (host, path) = place.split_at(host_end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    kept.extend([scheme, "://", host, path]);
    if !asked.is_empty() {
        kept.push_str("?…");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_kept_without_what_lets_in() {
        for (text, expected) in [
            ("plain  text\nin\tlines\0", "plain text in lines"),
            (
                "url:https://me:secret@host.example/a/b.yaml?token=secret#x",
                "url:https://host.example/a/b.yaml?…",
            ),
            (
                "location https://host/a exists",
                "location https://host/a exists",
            ),
            ("a@b", "a@b"),
        ] {
            assert_eq!(kept(text, 200), expected);
        }
        let long = kept(&"ä".repeat(300), 100);
        assert!(long.len() <= 100 && long.ends_with('…'), "{long}");
    }

    #[test]
    fn what_was_sent_is_not_repeated() {
        let mut entry = Entry::new(Action::TaskCreate, Who::nobody());
        entry.refuse(&ApiError::invalid(
            "values",
            "'hunter2' is too short".to_owned(),
        ));
        let row = entry.row("1".to_owned(), 0, 1);
        assert_eq!(row.outcome, "failed");
        assert!(!format!("{row:?}").contains("hunter2"));
    }
}
