//! `events`: what others tell of their own accord.

use crate::config::Secret;
use crate::config::section::Section;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events {
    /// `events.modules.github.webhookSecret`: signs what GitHub tells of. Without it, and without the
    /// `webhookSecret` of a GitHub App, nothing is believed.
    pub github_webhook_secret: Option<Secret>,
}

impl Events {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let modules = root.section("events.modules");
        Self {
            github_webhook_secret: modules.and_then(|it| it.secret("github.webhookSecret")),
        }
    }
}
