//! Registered locations: what people and programs have named to be read.

use super::{Registry, new_id, not_stored};
use crate::audit;
use crate::config::OnConflict;
use crate::ingest::LocationRef;
use crate::query::{registered, registered_as, registered_at};
use crate::store::{
    ProviderLocation, REGISTERED, Refresh, Registered, StoredLocation, change_location,
    get_location, put_location, remove_location, request_refresh,
};
use app::catalog::EntityRef;
use app::error::ApiError;
use app::viewer::Viewer;
use url::Url;

/// In bytes; longer URLs can neither be read nor indexed.
const MAX_TARGET: usize = 2_000;

impl Registry {
    /// All registered locations, in the order in which they were registered.
    pub fn list_locations(&self) -> Vec<StoredLocation> {
        let model = self.catalog.whole();
        registered(&model).into_iter().cloned().collect()
    }

    /// The registered location with that id.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is none.
    pub fn get_location(&self, id: &str) -> Result<StoredLocation, ApiError> {
        let model = self.catalog.whole();
        let found = registered_as(&model, id).cloned();
        found.ok_or_else(|| no_location(id))
    }

    /// The registered location by whose way an entity came in.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is no such entity, or it came in by another way.
    pub fn location_of(
        &self,
        viewer: &Viewer,
        entity_ref: &EntityRef,
    ) -> Result<StoredLocation, ApiError> {
        let origin = self.origin_of(viewer, entity_ref)?;
        let found = self.find_location(&origin);
        found.ok_or_else(|| ApiError::NotFound(format!("found no location for ref {entity_ref}")))
    }

    /// The location in which an entity was found at last, seen from where it was registered.
    pub(super) fn origin_of(
        &self,
        viewer: &Viewer,
        entity_ref: &EntityRef,
    ) -> Result<LocationRef, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let missing = || ApiError::NotFound(format!("found no entity for ref {entity_ref}"));
        let entry = model.get(entity_ref).ok_or_else(missing)?;
        let source = model.sources.get(&entry.location).ok_or_else(missing)?;
        source.origin.parse().map_err(|_| missing())
    }

    pub(super) fn find_location(&self, location: &LocationRef) -> Option<StoredLocation> {
        registered_at(&self.catalog.whole(), location).cloned()
    }

    /// The registered location with that id as the store knows it, for who is about to change it.
    async fn stored_location(&self, id: &str) -> Result<StoredLocation, ApiError> {
        let found = get_location(&self.db, id).await;
        let found = found.map_err(|error| not_stored(&error))?;
        let found = found.filter(|it| it.provider == REGISTERED);
        found.ok_or_else(|| no_location(id))
    }

    /// Registers a location, from which reading begins at once. One that is registered already is
    /// read anew, or refused.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] for what is no URL, [`ApiError::Conflict`], and
    /// [`ApiError::Forbidden`] where locations are fixed.
    pub async fn register(
        &self,
        location: &ProviderLocation,
        on_conflict: Option<OnConflict>,
    ) -> Result<StoredLocation, ApiError> {
        audit::about(location.location());
        self.writable()?;
        checked(location)?;
        let now = self.clock.now();
        let put = put_location(&self.db, location, now, new_id).await;
        let stored = match put.map_err(|error| not_stored(&error))? {
            Registered::New(stored, _) => stored,
            Registered::Exists(stored) => match on_conflict.unwrap_or(self.on_conflict) {
                OnConflict::Reject => return Err(taken(location)),
                OnConflict::Refresh => {
                    let here = [stored.location()];
                    let due = request_refresh(&self.db, Refresh::Locations(&here), now).await;
                    due.map_err(|error| not_stored(&error))?;
                    audit::with("there already", "read anew");
                    stored
                }
            },
        };
        self.show().await;
        Ok(stored)
    }

    /// Points a registered location somewhere else.
    ///
    /// # Errors
    /// As for [`Registry::register`], and [`ApiError::NotFound`].
    pub async fn change_location(
        &self,
        id: &str,
        location: &ProviderLocation,
    ) -> Result<StoredLocation, ApiError> {
        audit::about(location.location());
        self.writable()?;
        checked(location)?;
        let before = self.stored_location(id).await?;
        audit::with("before", before.location());
        if before.location() == location.location() {
            return Ok(before);
        }
        let changed = change_location(&self.db, id, location, self.clock.now(), new_id).await;
        let changed = changed.map_err(|error| {
            if error.is_refusal() {
                taken(location)
            } else {
                not_stored(&error)
            }
        })?;
        changed.ok_or_else(|| no_location(id))?;
        self.show().await;
        self.stored_location(id).await
    }

    /// Forgets a registered location, and all that came by it alone.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], and [`ApiError::Forbidden`] where locations are fixed.
    pub async fn unregister(&self, id: &str) -> Result<(), ApiError> {
        audit::about(id);
        if let Ok(location) = self.get_location(id) {
            audit::about(location.location());
            audit::with("id", id);
        }
        self.writable()?;
        let removed = remove_location(&self.db, id, self.clock.now()).await;
        let removed = removed.map_err(|error| not_stored(&error))?;
        removed.ok_or_else(|| no_location(id))?;
        self.show().await;
        Ok(())
    }
}

/// Refuses what could never be read, and what only the operator may name.
pub(super) fn checked(location: &ProviderLocation) -> Result<(), ApiError> {
    let target = location.target.as_str();
    if location.kind != "url" {
        let message = "Registered locations must be of an allowed type [\"url\"]";
        return Err(ApiError::invalid("type", message));
    }
    if target.len() > MAX_TARGET {
        let message = format!("The target is longer than {MAX_TARGET} bytes");
        return Err(ApiError::invalid("target", message));
    }
    if target
        .chars()
        .any(|it| it.is_control() || it.is_whitespace())
    {
        let message = "The target holds white space or control characters; remove them";
        return Err(ApiError::invalid("target", message));
    }
    let url = Url::parse(target).ok();
    let url = url.filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
    let Some(url) = url else {
        let message = "The target must be a URL such as https://host/path/catalog-info.yaml";
        return Err(ApiError::invalid("target", message));
    };
    if !url.username().is_empty() || url.password().is_some() {
        let message = "The target holds a user name or password; put them under integrations";
        return Err(ApiError::invalid("target", message));
    }
    if !matches!(
        location.presence.as_deref(),
        None | Some("required" | "optional")
    ) {
        let message = "The presence must be required or optional";
        return Err(ApiError::invalid("presence", message));
    }
    Ok(())
}

fn taken(location: &ProviderLocation) -> ApiError {
    ApiError::Conflict(format!("Location {} already exists", location.location()))
}

fn no_location(id: &str) -> ApiError {
    ApiError::NotFound(format!("Found no location with ID {id}"))
}
