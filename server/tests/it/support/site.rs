//! A web server that holds a few files.

use axum::Router;
use axum::http::StatusCode;
use server::outbound::{Hosts, Outbound};
use std::collections::HashMap;

/// Serves text by path until the test ends.
pub struct Files {
    /// Without a slash at its end.
    pub base: String,
    serving: tokio::task::JoinHandle<()>,
}

impl Files {
    pub async fn serve(files: &[(&str, &str)]) -> Self {
        let owned = files
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()));
        let files: HashMap<String, String> = owned.collect();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let answer = move |uri: axum::http::Uri| {
            let text = files.get(uri.path()).cloned();
            async move { text.ok_or(StatusCode::NOT_FOUND) }
        };
        let router = Router::new().fallback(answer);
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { base, serving }
    }

    /// A client that may read them.
    pub fn outbound(&self) -> Outbound {
        let mut hosts = Hosts::default();
        hosts.name(&self.base);
        Outbound::new(hosts, server::clock::Clock::system())
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
