//! `app` and `organization`: what the portal is called and where people reach it.

use url::Url;

use crate::config::section::Section;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// `app.title`: the name in the header and the browser tab. Default `Callboard`.
    pub title: String,
    /// `app.baseUrl`: where browsers find the portal. Default `http://localhost:7007`.
    pub base_url: Url,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Organization {
    /// `organization.name`: named in the description of every page. Default empty.
    pub name: String,
}

impl Default for App {
    fn default() -> Self {
        Self {
            title: "Callboard".to_owned(),
            base_url: Url::parse("http://localhost:7007").expect("a fixed URL"),
        }
    }
}

impl App {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let default = Self::default();
        let Some(app) = root.section("app") else {
            return default;
        };
        Self {
            title: app.string("title").unwrap_or(default.title),
            base_url: read_url(&app, "baseUrl").unwrap_or(default.base_url),
        }
    }
}

impl Organization {
    pub(super) fn read(root: &Section<'_>) -> Self {
        let name = root.string("organization.name");
        Self {
            name: name.unwrap_or_default(),
        }
    }
}

/// An absolute HTTP address.
pub(super) fn read_url(section: &Section<'_>, key: &str) -> Option<Url> {
    let text = section.string(key)?;
    match Url::parse(&text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Some(url),
        _ => {
            section.refuse(
                key,
                "should be an absolute URL such as 'https://portal.example.com'",
            );
            None
        }
    }
}
