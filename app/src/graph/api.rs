//! The server function of graphs.

use crate::error::ApiError;
use crate::pages::Params;
use crate::ui::Fragment;
use leptos::prelude::*;
use leptos::server_fn::codec::Json;

#[cfg(feature = "ssr")]
use {super::port::GraphOf, super::show};

/// The graph that the parameters of the URL ask for, as HTML.
#[server(prefix = "/_fn", endpoint = "get_graph", input = Json)]
pub async fn get_graph(params: Params) -> Result<Fragment, ApiError> {
    show::graph(&GraphOf::Page, &params)
}
