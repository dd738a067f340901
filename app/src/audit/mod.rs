//! Who has done what: the words of the audit log, what may be asked of it, and its entries.
//!
//! To record another deed: 1. its [`Action`], 2. the route that it comes by, or the place that does it, in
//! the server's `audit`, 3. its row in `docs/audit.md`.

pub mod port;

use crate::catalog::EntityRef;

/// How many entries a page has.
pub const ENTRIES_PAGE: usize = 50;

/// Something that is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    SignIn,
    SignOut,
    SessionEnd,
    TokenCreate,
    TokenRevoke,
    /// A program shows a token: once an hour for each token and address.
    TokenUse,
    ViewAsStart,
    ViewAsStop,
    /// Something that has no name here was refused.
    PermissionDenied,
    RoleCreate,
    RoleUpdate,
    RoleDelete,
    LocationCreate,
    LocationUpdate,
    LocationDelete,
    /// A catalog file was offered to a repository.
    LocationPropose,
    EntityRefresh,
    EntityDelete,
    TombstoneLift,
    PushedReplace,
    PushedDelete,
    TaskCreate,
    TaskCancel,
    TaskRetry,
    TaskEnd,
    AuditExport,
    /// Entries could not be kept: the database was away for too long.
    AuditLost,
}

impl Action {
    /// Every action, in the order in which people choose of them.
    pub const ALL: [Self; 27] = [
        Self::SignIn,
        Self::SignOut,
        Self::SessionEnd,
        Self::TokenCreate,
        Self::TokenRevoke,
        Self::TokenUse,
        Self::ViewAsStart,
        Self::ViewAsStop,
        Self::PermissionDenied,
        Self::RoleCreate,
        Self::RoleUpdate,
        Self::RoleDelete,
        Self::LocationCreate,
        Self::LocationUpdate,
        Self::LocationDelete,
        Self::LocationPropose,
        Self::EntityRefresh,
        Self::EntityDelete,
        Self::TombstoneLift,
        Self::PushedReplace,
        Self::PushedDelete,
        Self::TaskCreate,
        Self::TaskCancel,
        Self::TaskRetry,
        Self::TaskEnd,
        Self::AuditExport,
        Self::AuditLost,
    ];

    /// The name by which it is kept and asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::SignOut => "sign-out",
            Self::SessionEnd => "session.end",
            Self::TokenCreate => "token.create",
            Self::TokenRevoke => "token.revoke",
            Self::TokenUse => "token.use",
            Self::ViewAsStart => "view-as.start",
            Self::ViewAsStop => "view-as.stop",
            Self::PermissionDenied => "permission.denied",
            Self::RoleCreate => "role.create",
            Self::RoleUpdate => "role.update",
            Self::RoleDelete => "role.delete",
            Self::LocationCreate => "location.create",
            Self::LocationUpdate => "location.update",
            Self::LocationDelete => "location.delete",
            Self::LocationPropose => "location.propose",
            Self::EntityRefresh => "entity.refresh",
            Self::EntityDelete => "entity.delete",
            Self::TombstoneLift => "tombstone.lift",
            Self::PushedReplace => "pushed.replace",
            Self::PushedDelete => "pushed.delete",
            Self::TaskCreate => "task.create",
            Self::TaskCancel => "task.cancel",
            Self::TaskRetry => "task.retry",
            Self::TaskEnd => "task.end",
            Self::AuditExport => "audit.export",
            Self::AuditLost => "audit.lost",
        }
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Allowed,
    /// Who asked may not.
    Denied,
    /// They may, but it did not work.
    Failed,
}

impl Outcome {
    pub const ALL: [Self; 3] = [Self::Allowed, Self::Denied, Self::Failed];

    /// The name by which it is kept and asked for.
    pub fn name(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

/// What sort of somebody it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    User,
    PersonalToken,
    ServiceToken,
    Guest,
    /// Callboard itself, be it on behalf of somebody.
    System,
    /// Somebody who has not signed in, where one has to be.
    Nobody,
}

impl ActorKind {
    pub const ALL: [Self; 6] = [
        Self::User,
        Self::PersonalToken,
        Self::ServiceToken,
        Self::Guest,
        Self::System,
        Self::Nobody,
    ];

    /// The name by which it is kept.
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::PersonalToken => "personal-token",
            Self::ServiceToken => "service-token",
            Self::Guest => "guest",
            Self::System => "system",
            Self::Nobody => "nobody",
        }
    }
}

/// Which entries are asked for, as it stands in the URL; what is empty asks for nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditQuery {
    /// A ref, or a part of one.
    pub who: String,
    /// The name of an action, or `token.*`.
    pub action: String,
    pub outcome: String,
    /// Times in UTC: `2026-11-28`, `2026-11-28T09:30` or RFC 3339.
    pub from: String,
    pub to: String,
    /// A part of the subject, the address or the request id.
    pub text: String,
    /// Where the page before has ended.
    pub cursor: String,
}

impl AuditQuery {
    /// Reads the parameters of a URL; what is unknown is passed over.
    pub fn from_params<'a>(params: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut query = Self::default();
        for (key, value) in params {
            let place = match key {
                "who" => &mut query.who,
                "action" => &mut query.action,
                "outcome" => &mut query.outcome,
                "from" => &mut query.from,
                "to" => &mut query.to,
                "text" => &mut query.text,
                "cursor" => &mut query.cursor,
                _ => continue,
            };
            value.trim().clone_into(place);
        }
        query
    }

    /// The parameters that [`Self::from_params`] reads back, without what asks for nothing.
    pub fn to_params(&self) -> Vec<(&'static str, String)> {
        let all = [
            ("who", &self.who),
            ("action", &self.action),
            ("outcome", &self.outcome),
            ("from", &self.from),
            ("to", &self.to),
            ("text", &self.text),
            ("cursor", &self.cursor),
        ];
        let asked = all.into_iter().filter(|(_, value)| !value.is_empty());
        asked.map(|(key, value)| (key, value.clone())).collect()
    }

    /// The same from the newest entry on.
    #[must_use]
    pub fn from_the_newest(&self) -> Self {
        Self {
            cursor: String::new(),
            ..self.clone()
        }
    }
}

/// Entries, the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditPage {
    pub entries: Vec<AuditEntry>,
    /// The cursor of the page after it; none when this is the last.
    pub next: Option<String>,
}

/// One entry, as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// RFC 3339, to the millisecond.
    pub at: String,
    pub ago: String,
    /// As it is kept: another release may know more of them.
    pub action: String,
    pub outcome: String,
    pub reason: String,
    pub actor_kind: String,
    pub actor: Named,
    pub on_behalf: Option<Named>,
    pub subject: Named,
    pub address: String,
    pub agent: String,
    pub request_id: String,
    pub details: Vec<(String, String)>,
    /// How many of the same it stands for.
    pub times: i64,
}

/// Something that is named, and where there is more about it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Named {
    pub text: String,
    pub leads_to: Option<LeadsTo>,
}

/// Where there is more about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LeadsTo {
    Entity(EntityRef),
    Task(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart() {
        let names: std::collections::BTreeSet<_> = Action::ALL.map(Action::name).into();
        assert_eq!(names.len(), Action::ALL.len());
    }

    #[test]
    fn a_query_stands_in_the_url() {
        let params = [
            ("who", " user:default/ada "),
            ("outcome", "denied"),
            ("x", "y"),
        ];
        let query = AuditQuery::from_params(params);
        let back = query.to_params();
        assert_eq!(
            back,
            [
                ("who", "user:default/ada".to_owned()),
                ("outcome", "denied".to_owned())
            ]
        );
    }
}
