//! The GitHub of the tests, and the configuration of a server that uses it.

pub use fake_github::{Fault, Profile, Repository, Webhook};

use server::config::{Config, Integration, Provider, Secret};
use server::outbound::Hosts;
use server::scm::Scm;
use std::ops::Deref;

/// A GitHub of one's own, until it is dropped.
pub struct Github(fake_github::Github);

impl Github {
    /// Starts without any repository.
    pub async fn start() -> Self {
        Self(fake_github::Github::start().await)
    }

    /// What a server that may read everything there is configured with.
    pub fn config(&self) -> Config {
        let mut integration = Integration::new(Provider::Github, &self.host);
        integration.api_base_url = Some(format!("http://{}/api/v3", self.host));
        integration.raw_base_url = Some(format!("http://{}/raw", self.host));
        integration.token = Some(Secret::new(fake_github::TOKEN));
        Config {
            integrations: vec![integration],
            ..Config::default()
        }
    }

    pub fn scm(&self) -> Scm {
        Scm::new(&self.config().integrations)
    }

    pub fn hosts(&self) -> Hosts {
        Hosts::configured(&self.config())
    }
}

impl Deref for Github {
    type Target = fake_github::Github;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}
