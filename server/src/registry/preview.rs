//! What registering a location would bring, without keeping anything.

use super::Registry;
use super::locations::checked;
use crate::ingest::{Outcome, Root, generated, ingest_all};
use crate::store::ProviderLocation;
use app::catalog::{EntityRef, Problem};
use app::error::ApiError;
use serde_json::Value;
use std::collections::HashSet;
use tokio::sync::mpsc;

/// More entities are not read for a preview.
const MAX_ENTITIES: usize = 5_000;

/// What a location holds.
#[derive(Debug, Default)]
pub struct Preview {
    /// The location is registered already.
    pub exists: bool,
    /// The entity that would stand for the location first.
    pub entities: Vec<(EntityRef, Value)>,
    pub problems: Vec<Problem>,
    /// Names that come more than once.
    pub repeated: Vec<EntityRef>,
    /// There is more than was read.
    pub cut: bool,
}

impl Registry {
    /// Reads a location and all that it leads to.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for what cannot be registered.
    pub async fn preview(&self, location: &ProviderLocation) -> Result<Preview, ApiError> {
        checked(location)?;
        let place = location.location();
        let mut preview = Preview {
            exists: self.find_location(&place).is_some(),
            ..Preview::default()
        };
        let stands_for_it = generated(&place, location.presence.as_deref());
        preview
            .entities
            .push((stands_for_it.entity_ref, stands_for_it.document));
        let (sender, mut updates) = mpsc::channel(1);
        let root = Root::configured(place, self.allow.clone());
        let walk = tokio::spawn(ingest_all(vec![root], self.context.clone(), sender));
        let mut seen = HashSet::new();
        while let Some(update) = updates.recv().await {
            preview.problems.extend(update.problems);
            let Outcome::Read { claims, .. } = update.outcome else {
                continue;
            };
            for claim in claims {
                if seen.insert(claim.entity_ref.clone()) {
                    preview.entities.push((claim.entity_ref, claim.document));
                } else {
                    preview.repeated.push(claim.entity_ref);
                }
            }
            if preview.entities.len() > MAX_ENTITIES {
                preview.entities.truncate(MAX_ENTITIES);
                preview.cut = true;
                break;
            }
        }
        // Without a receiver the walk ends.
        drop(updates);
        let _ended = walk.await;
        Ok(preview)
    }
}
