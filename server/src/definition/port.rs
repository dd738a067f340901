//! The definitions of the catalog: the port of `app`.

use super::{Asked, Definitions};
use crate::query::Catalog;
use app::catalog::EntityRef;
use app::catalog::port::Answer;
use app::definition::port::{self, DefinitionQuery};
use app::error::ApiError;
use app::routes::Links;
use app::viewer::Viewer;

/// Answers from memory, on threads that nobody waits for.
#[derive(Clone)]
pub struct CatalogDefinitions {
    catalog: Catalog,
    definitions: Definitions,
}

impl CatalogDefinitions {
    pub fn new(catalog: Catalog) -> Self {
        Self {
            catalog,
            definitions: Definitions::default(),
        }
    }
}

impl port::Definitions for CatalogDefinitions {
    fn show<'a>(
        &'a self,
        viewer: &'a Viewer,
        links: &'a Links,
        entity_ref: &'a EntityRef,
        query: &'a DefinitionQuery,
    ) -> Answer<'a, String> {
        Box::pin(async move {
            let found = self.catalog.seen_by(viewer).definition(entity_ref);
            let (kind, text) = found.ok_or_else(|| {
                ApiError::NotFound(format!("{entity_ref} has no definition in the catalog"))
            })?;
            let here = format!("{}?tab=definition", links.entity(entity_ref));
            let download = links.definition(entity_ref);
            let (definitions, query) = (self.definitions.clone(), query.clone());
            let shown = tokio::task::spawn_blocking(move || {
                let asked = Asked {
                    raw: query.raw,
                    text: &query.text,
                    item: &query.item,
                    here: &here,
                    download: &download,
                };
                definitions.show(&kind, &text, asked)
            });
            let html = shown.await.map_err(|error| {
                tracing::error!(%error, "a definition could not be shown");
                ApiError::Internal
            })?;
            Ok(html)
        })
    }
}
