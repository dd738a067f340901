//! Reading from a GitHub of our own and other hosts, and being told by it.

mod discovery;
mod hosts;
mod limits;
mod organizations;
mod patterns;
mod rounds;
mod story;
mod webhooks;

use crate::support::github::Github;
use server::clock::Clock;
use server::config::Config;
use server::ingest::{Context, Fingerprint, LocationRef, Root, SourceUpdate, ingest_all};
use server::outbound::{Hosts, Outbound};
use server::scm::Scm;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

/// A component in YAML.
fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: lights}}\n"
    )
}

/// What reads from a GitHub at a time that the test sets, in seconds since 1970.
struct Reader {
    now: Arc<AtomicI64>,
    context: Context,
}

impl Reader {
    fn of(github: &Github) -> Self {
        Self::on(&github.config())
    }

    /// What reads from the hosts that are configured.
    fn on(config: &Config) -> Self {
        let now = Arc::new(AtomicI64::new(0));
        let clock = Arc::clone(&now);
        let clock = Clock::from_fn(move || clock.load(Ordering::Relaxed) * 1000);
        let context = Context {
            outbound: Outbound::new(Hosts::configured(config), clock),
            scm: Arc::new(Scm::new(&config.integrations)),
            ..Context::fresh()
        };
        Self { now, context }
    }

    fn at(&self, seconds: i64) {
        self.now.store(seconds, Ordering::Relaxed);
    }

    /// Reads a URL and all that it leads to.
    async fn read(&self, url: &str) -> Vec<SourceUpdate> {
        let root = Root::configured(LocationRef::url(url), Root::catalog(url).allow);
        let (sender, mut receiver) = tokio::sync::mpsc::channel(1000);
        ingest_all(vec![root], self.context.clone(), sender).await;
        let mut updates = Vec::new();
        while let Some(update) = receiver.recv().await {
            updates.push(update);
        }
        updates
    }

    /// The same, by somebody who has read it before.
    async fn read_again(&self, url: &str, before: &[SourceUpdate]) -> Vec<SourceUpdate> {
        let known: HashMap<LocationRef, Fingerprint> = before
            .iter()
            .map(|update| {
                let known = Fingerprint {
                    etag: update.etag.clone(),
                    content_hash: update.content_hash.clone(),
                };
                (update.location.clone(), known)
            })
            .collect();
        let reader = Self {
            now: Arc::clone(&self.now),
            context: Context {
                previous: Arc::new(move |location| known.get(location).cloned()),
                ..self.context.clone()
            },
        };
        reader.read(url).await
    }
}

/// The names of the entities that updates claim.
fn names(updates: &[SourceUpdate]) -> Vec<String> {
    let mut names: Vec<String> = updates
        .iter()
        .filter_map(|update| match &update.outcome {
            server::ingest::Outcome::Read { claims, .. } => Some(claims),
            _ => None,
        })
        .flatten()
        .map(|claim| claim.entity_ref.name.clone())
        .collect();
    names.sort();
    names
}

/// What is wrong with them, joined.
fn problems(updates: &[SourceUpdate]) -> String {
    let all = updates.iter().flat_map(|it| &it.problems);
    let all: Vec<&str> = all.map(|it| it.message.as_str()).collect();
    all.join("\n")
}
