//! The files that pages load: embedded, named by their content, compressed beforehand.

use super::AppState;
use app::site::Assets;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use rust_embed::RustEmbed;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What `cargo xtask site` has written. A debug build reads it from disk when asked.
#[derive(RustEmbed)]
#[folder = "../target/site"]
struct Embedded;

/// For what has its fingerprint in its name.
const FOREVER: &str = "public, max-age=31536000, immutable";

/// The names of the files, as their sources call them and as they are served.
#[derive(Debug, Clone, Default)]
pub struct SiteFiles {
    hashed: Arc<BTreeMap<String, String>>,
}

impl SiteFiles {
    /// The files that are embedded; none when the site has not been built.
    pub fn embedded() -> Self {
        let manifest = Embedded::get("manifest.json");
        let hashed = manifest.and_then(|file| serde_json::from_slice(&file.data).ok());
        Self {
            hashed: Arc::new(hashed.unwrap_or_default()),
        }
    }

    /// Whether there is a site to serve.
    pub fn is_empty(&self) -> bool {
        self.hashed.is_empty()
    }

    /// The URLs that a page names.
    pub(super) fn assets(&self, base: &str) -> Assets {
        let url = |name: &str| {
            let hashed = self.hashed.get(name).map_or(name, String::as_str);
            format!("{base}/static/{hashed}")
        };
        let is_font = |name: &&String| {
            std::path::Path::new(name)
                .extension()
                .is_some_and(|extension| extension == "woff2")
        };
        let fonts = self.hashed.keys().filter(is_font);
        Assets {
            css: url("app.css"),
            js: url("frontend.js"),
            wasm: url("frontend.wasm"),
            fonts: fonts.map(|name| url(name)).collect(),
            icon: url("favicon.svg"),
            theme: None,
        }
    }
}

/// `GET /static/{file}`: a file that never changes, in the best encoding that the client takes.
pub(super) async fn serve(
    State(state): State<AppState>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    // Only what the manifest names: neither the manifest nor an encoding can be asked for by name.
    if !state.files.hashed.values().any(|known| *known == name) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let encodings = [("br", ".br"), ("gzip", ".gz"), ("", "")];
    for (encoding, suffix) in encodings {
        if !encoding.is_empty() && !accepts(accepted.unwrap_or_default(), encoding) {
            continue;
        }
        if let Some(file) = Embedded::get(&format!("{name}{suffix}")) {
            return found(&name, encoding, file.data.into_owned());
        }
    }
    StatusCode::NOT_FOUND.into_response()
}

/// `GET /theme/{file}`: a file of the operator's themes, which never changes under its name.
pub(super) async fn of_theme(State(state): State<AppState>, Path(name): Path<String>) -> Response {
    let Some((kind, content)) = state.themes.file(&name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, FOREVER),
        // A drawing that is opened by itself is a document, in which nothing may run.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; sandbox",
        ),
    ];
    (headers, content).into_response()
}

/// `GET /favicon.ico`: browsers ask for it where no page names an icon, for instance beside JSON.
pub(super) async fn icon(State(state): State<AppState>) -> Redirect {
    Redirect::temporary(&state.assets.icon)
}

fn found(name: &str, encoding: &'static str, body: Vec<u8>) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static(content_type(name)),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(FOREVER));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if !encoding.is_empty() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    response
}

/// Whether an `Accept-Encoding` header takes an encoding; a quality of zero refuses it.
fn accepts(header: &str, encoding: &str) -> bool {
    header.split(',').any(|part| {
        let (name, quality) = part.split_once(';').unwrap_or((part, ""));
        let refused = quality
            .trim()
            .strip_prefix("q=")
            .is_some_and(|q| q.parse() == Ok(0.0));
        name.trim().eq_ignore_ascii_case(encoding) && !refused
    })
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "js" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "woff2" => "font/woff2",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "txt" => "text/plain; charset=utf-8",
        "json" | "webmanifest" => "application/json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_taken_as_the_client_says() {
        assert!(accepts("gzip, deflate, br", "br"));
        assert!(accepts("br;q=0.5", "br"));
        assert!(!accepts("gzip, br;q=0", "br"));
        assert!(!accepts("", "gzip"));
    }
}
