//! What is kept of each person: the port of `app`, answered from the store.

use crate::clock::Clock;
use crate::query::Catalog;
use crate::store::{Db, put_star};
use app::catalog::EntityRef;
use app::catalog::port::{Answer, Users};
use app::error::ApiError;
use app::viewer::Viewer;

/// Keeps stars in the store and beside the read model.
#[derive(Debug, Clone)]
pub struct StoredUsers {
    db: Db,
    catalog: Catalog,
    clock: Clock,
}

impl StoredUsers {
    pub fn new(db: Db, catalog: Catalog, clock: Clock) -> Self {
        Self { db, catalog, clock }
    }
}

impl Users for StoredUsers {
    fn set_starred<'a>(
        &'a self,
        viewer: &'a Viewer,
        entity_ref: &'a EntityRef,
        starred: bool,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            // Whatever a form names would be kept for ever; a star of what is gone can be removed.
            if starred && self.catalog.model().get(entity_ref).is_none() {
                return Err(ApiError::NotFound(format!(
                    "There is no {entity_ref} to star."
                )));
            }
            let user = &viewer.user_ref;
            let put = put_star(&self.db, user, entity_ref, starred, self.clock.now()).await;
            put.map_err(|error| {
                tracing::error!(%error, "a star could not be kept");
                ApiError::Unavailable(
                    "The star could not be kept: the database does not answer. Try again in a minute."
                        .to_owned(),
                )
            })?;
            self.catalog.set_star(user, entity_ref, starred);
            Ok(())
        })
    }
}
