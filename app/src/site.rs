//! Where this installation is served and what it is called.

use leptos::prelude::*;

/// What every page needs to know of the installation; the same on the server and in the browser.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Site {
    /// The path in front of every URL, `""` or `/portal`: no slash at its end.
    pub base: String,
    /// What the product is called here.
    pub title: String,
    /// Whose software it shows; empty when nobody says. Only the server needs it.
    pub organization: String,
}

/// The Content-Security-Policy of pages, with `{nonce}` where that of the page goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Policy(pub String);

/// The URLs of the files a page loads, hashed by content.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
    pub fonts: Vec<String>,
    pub icon: String,
}

impl Site {
    /// The site of the document that the browser has loaded.
    #[cfg(feature = "hydrate")]
    pub fn of_document() -> Self {
        let html = document().document_element();
        let read = |name: &str| {
            html.as_ref()
                .and_then(|html| html.get_attribute(name))
                .unwrap_or_default()
        };
        Self {
            base: read("data-base"),
            title: read("data-title"),
            organization: String::new(),
        }
    }
}

/// The site in whose pages the caller is.
pub fn use_site() -> Site {
    expect_context::<Site>()
}
