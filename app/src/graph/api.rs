//! The server function of graphs.

use super::{GraphOf, GraphView};
use crate::error::ApiError;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {
    super::port::GraphQuery, super::show, crate::catalog::port::Catalog, crate::viewer::Viewer,
    std::sync::Arc,
};

/// A graph with what the parameters of the URL say.
#[server(prefix = "/_fn", endpoint = "get_graph", input = Json)]
pub async fn get_graph(of: GraphOf, params: Vec<(String, String)>) -> Result<GraphView, ApiError> {
    let catalog = expect_context::<Arc<dyn Catalog>>();
    let viewer = expect_context::<Viewer>();
    let (query, unclear) = GraphQuery::of(&of, &params);
    if let Some(text) = unclear {
        let found = catalog.find_entities(&viewer, &text).fitting;
        if found.is_empty() {
            return Err(ApiError::NotFound(text));
        }
        return Ok(show::choice(&text, found));
    }
    let graph = match &of {
        GraphOf::Diagram(entity_ref) => catalog.diagram(&viewer, entity_ref)?,
        _ => catalog.graph(&viewer, &query)?,
    };
    Ok(show::show(&of, &query, graph))
}
