//! The catalog's server functions: ask the port, hand over.

use super::{
    EntityDetails, EntityLink, EntityList, EntityListQuery, EntityRef, Home, KeptOut,
    LocationPreview, Problems, Removal,
};
use crate::error::ApiError;
use crate::viewer::Viewer;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::port::{Catalog, Registry, Users},
    crate::routes::use_links,
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

/// The entities that `text` may mean; the viewer's stars when it is empty.
#[server(prefix = "/_fn", endpoint = "find_entities", input = Json)]
pub async fn find_entities(text: String) -> Result<Vec<EntityLink>, ApiError> {
    Ok(expect_context::<Arc<dyn Catalog>>().find_entities(&expect_context::<Viewer>(), &text))
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

/// What removing an entity would take along.
#[server(prefix = "/_fn", endpoint = "get_removal", input = Json)]
pub async fn get_removal(entity_ref: EntityRef) -> Result<Removal, ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .removal(&entity_ref)
        .await
}

/// Has an entity read again soon, and leads back to its page.
#[server(prefix = "/_fn", endpoint = "refresh_entity")]
pub async fn refresh_entity(entity_ref: EntityRef) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .refresh(&entity_ref)
        .await?;
    let page = use_links().entity(&entity_ref);
    leptos_axum::redirect(&format!("{page}?refresh=asked"));
    Ok(())
}

/// Forgets a registered location, and leads to what is left.
#[server(prefix = "/_fn", endpoint = "unregister_location")]
pub async fn unregister_location(id: String) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .unregister(&id)
        .await?;
    leptos_axum::redirect(&use_links().path("/catalog"));
    Ok(())
}

/// Deletes an entity, and leads to what is left or to what is kept out.
#[server(prefix = "/_fn", endpoint = "delete_entity")]
pub async fn delete_entity(entity_ref: EntityRef, keep_out: bool) -> Result<(), ApiError> {
    let registry = expect_context::<Arc<dyn Registry>>();
    let viewer = expect_context::<Viewer>();
    registry.delete(&viewer, &entity_ref, keep_out).await?;
    let links = use_links();
    leptos_axum::redirect(&if keep_out {
        links.kept_out()
    } else {
        links.path("/catalog")
    });
    Ok(())
}

/// What is kept out of the catalog.
#[server(prefix = "/_fn", endpoint = "list_kept_out", input = Json)]
pub async fn list_kept_out() -> Result<Vec<KeptOut>, ApiError> {
    expect_context::<Arc<dyn Registry>>().list_kept_out().await
}

/// Lets a name in again, and leads back to the list.
#[server(prefix = "/_fn", endpoint = "let_in")]
pub async fn let_in(entity_ref: EntityRef) -> Result<(), ApiError> {
    expect_context::<Arc<dyn Registry>>()
        .let_in(&entity_ref)
        .await?;
    leptos_axum::redirect(&use_links().kept_out());
    Ok(())
}

/// What registering a URL would bring; nothing where none is given.
#[server(prefix = "/_fn", endpoint = "preview_location", input = Json)]
pub async fn preview_location(url: Option<String>) -> Result<Option<LocationPreview>, ApiError> {
    let Some(url) = url else { return Ok(None) };
    let registry = expect_context::<Arc<dyn Registry>>();
    registry.preview(&url).await.map(Some)
}

/// Registers a URL, and leads to the entity that stands for it.
#[server(prefix = "/_fn", endpoint = "register_location")]
pub async fn register_location(url: String) -> Result<(), ApiError> {
    let location = expect_context::<Arc<dyn Registry>>().register(&url).await?;
    leptos_axum::redirect(&use_links().entity(&location));
    Ok(())
}
