//! The server function of definitions.

use super::{DefinitionQuery, DefinitionView};
use crate::catalog::EntityRef;
use crate::error::ApiError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {super::port::Definitions, crate::routes::use_links, std::sync::Arc};

/// The definition of an API.
#[server(prefix = "/_fn", endpoint = "get_definition", input = Json)]
pub async fn get_definition(
    entity_ref: EntityRef,
    query: DefinitionQuery,
) -> Result<DefinitionView, ApiError> {
    let definitions = expect_context::<Arc<dyn Definitions>>();
    definitions.show(&use_links(), &entity_ref, &query).await
}
