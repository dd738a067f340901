//! `auth`: who may come in.

use crate::config::section::Section;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auth {
    /// `auth.environment`: which settings of a provider apply. Default `development`.
    pub environment: String,
    /// `auth.providers.guest`: whom everybody counts as until there is a way to sign in.
    pub guest: Option<Guest>,
}

/// Someone who has not signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guest {
    /// `userEntityRef`: whom a guest counts as. Default `user:development/guest`.
    pub user_entity_ref: String,
    /// `ownershipEntityRefs`: what a guest owns as; without it what the catalog says of the user.
    pub ownership_entity_refs: Option<Vec<String>>,
    /// `dangerouslyAllowOutsideDevelopment`: let guests in where `auth.environment` is not
    /// `development`. Default false.
    pub dangerously_allow_outside_development: bool,
}

impl Default for Auth {
    fn default() -> Self {
        Self {
            environment: "development".to_owned(),
            guest: None,
        }
    }
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            user_entity_ref: "user:development/guest".to_owned(),
            ownership_entity_refs: None,
            dangerously_allow_outside_development: false,
        }
    }
}

impl Auth {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let environment = root.string("auth.environment");
        Self {
            environment: environment.unwrap_or_else(|| Self::default().environment),
            guest: root.section("auth.providers.guest").map(|guest| Guest {
                user_entity_ref: guest
                    .string("userEntityRef")
                    .unwrap_or_else(|| Guest::default().user_entity_ref),
                ownership_entity_refs: guest.strings("ownershipEntityRefs"),
                dangerously_allow_outside_development: guest
                    .boolean("dangerouslyAllowOutsideDevelopment")
                    .unwrap_or_default(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn a_guest_needs_to_be_named_only() {
        let auth = |text| load_text(text).unwrap().config.auth;
        assert_eq!(auth("auth: {}").guest, None);
        assert_eq!(
            auth("auth: {providers: {guest: {}}}").guest,
            Some(Guest::default())
        );
    }
}
