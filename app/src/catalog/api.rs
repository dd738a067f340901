//! The catalog's server functions: ask the port, hand over.

use super::{EntityDetails, EntityList, EntityListQuery, EntityRef, Home, Problems};
use crate::error::ApiError;
use crate::viewer::Viewer;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::port::{Catalog, Users},
    std::sync::Arc,
};

/// One page of the entities that `query` leaves.
#[server(prefix = "/_fn", endpoint = "list_entities", input = Json)]
pub async fn list_entities(query: EntityListQuery) -> Result<EntityList, ApiError> {
    Ok(expect_context::<Arc<dyn Catalog>>().list_entities(&expect_context::<Viewer>(), &query))
}

/// One entity, or not found.
#[server(prefix = "/_fn", endpoint = "get_entity", input = Json)]
pub async fn get_entity(entity_ref: EntityRef) -> Result<EntityDetails, ApiError> {
    expect_context::<Arc<dyn Catalog>>().get_entity(&expect_context::<Viewer>(), &entity_ref)
}

/// The viewer's corner of the catalog.
#[server(prefix = "/_fn", endpoint = "get_home", input = Json)]
pub async fn get_home() -> Result<Home, ApiError> {
    Ok(expect_context::<Arc<dyn Catalog>>().home(&expect_context::<Viewer>()))
}

/// What is wrong in the catalog.
#[server(prefix = "/_fn", endpoint = "list_problems", input = Json)]
pub async fn list_problems() -> Result<Problems, ApiError> {
    Ok(expect_context::<Arc<dyn Catalog>>().list_problems(&expect_context::<Viewer>()))
}

/// Stars or unstars an entity for the viewer; a form posts to it before scripts have run.
#[server(prefix = "/_fn", endpoint = "set_starred")]
pub async fn set_starred(entity_ref: EntityRef, starred: bool) -> Result<(), ApiError> {
    let users = expect_context::<Arc<dyn Users>>();
    users
        .set_starred(&expect_context::<Viewer>(), &entity_ref, starred)
        .await
}

/// Who is looking.
#[server(prefix = "/_fn", endpoint = "get_viewer", input = Json)]
pub async fn get_viewer() -> Result<Viewer, ApiError> {
    Ok(expect_context::<Viewer>())
}
