//! The pages for those who see to the installation: one address with tabs, whose insides the server writes.
//!
//! To add a tab: 1. a variant of [`AdminTab`], 2. its inside, a `_view` in `pages`, 3. its line in
//! [`api::get_admin`]. Browsers need no program of its own for it.

pub mod api;

/// A tab of the pages for those who see to the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdminTab {
    /// How the catalog and what keeps it stand; the first that is shown.
    Health,
    /// Who has which role, and what it grants.
    Roles,
    /// Who has done what.
    Audit,
}

impl AdminTab {
    pub const ALL: [Self; 3] = [Self::Health, Self::Roles, Self::Audit];

    /// Its part of the address.
    pub fn path(self) -> &'static str {
        match self {
            Self::Health => "",
            Self::Roles => "roles",
            Self::Audit => "audit",
        }
    }

    /// Its name on the row of tabs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Health => "Health",
            Self::Roles => "Roles",
            Self::Audit => "Audit",
        }
    }

    /// The title of its page.
    pub fn title(self) -> &'static str {
        match self {
            Self::Health => "Catalog health",
            Self::Roles => "Roles",
            Self::Audit => "Audit",
        }
    }

    /// The tab of that part of the address.
    pub fn at(path: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tab| tab.path() == path)
    }
}
