//! Callboard's own documentation: the files of `docs/`, embedded, in the order of its first page.

use crate::markdown::{self, Setting};
use app::error::ApiError;
use app::guide::port::{self, GuideHeading, GuideLink, GuidePage};
use rust_embed::RustEmbed;
use std::borrow::Cow;
use std::sync::Arc;

/// A debug build reads them from disk when asked.
#[derive(RustEmbed)]
#[folder = "../docs"]
#[include = "*.md"]
struct Files;

/// The page that lists the others.
const FIRST: &str = "index.md";

/// Answers from what is embedded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Guide;

impl port::Guide for Guide {
    fn get_page(&self, base: &str, path: &str) -> Result<GuidePage, ApiError> {
        let path = path.trim_matches('/');
        let path = path.strip_suffix(".md").unwrap_or(path);
        let file = if path.is_empty() {
            FIRST.to_owned()
        } else {
            format!("{path}.md")
        };
        let files = files();
        let here = files.iter().position(|known| *known == file);
        let (Some(here), Some(text)) = (here, text(&file)) else {
            return Err(ApiError::NotFound(format!(
                "The documentation has no page '{path}'"
            )));
        };
        let (html, headings) = markdown::render_in(&text, &setting(base, &file));
        let title = title(&text);
        let headings = headings
            .into_iter()
            .filter(|heading| matches!(heading.level, 2 | 3))
            .map(|heading| GuideHeading {
                id: heading.id,
                text: heading.text,
                nested: heading.level == 3,
            });
        Ok(GuidePage {
            title,
            html: html.into_string(),
            headings: headings.collect(),
            pages: files.iter().map(|file| link(file)).collect(),
            here,
        })
    }
}

fn setting(base: &str, file: &str) -> Setting {
    let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (base, folder) = (base.to_owned(), folder.to_owned());
    Setting {
        level: 1,
        prefix: "",
        links: Arc::new(move |url: &str| {
            let (page, place) = url.split_once('#').unwrap_or((url, ""));
            let page = resolve(&folder, page);
            let path = path_of(&page);
            let mut link = base.trim_end_matches('/').to_owned();
            if !path.is_empty() {
                link.push('/');
                link.push_str(path);
            }
            if !place.is_empty() {
                link.push('#');
                link.push_str(place);
            }
            Some(link)
        }),
    }
}

/// A path relative to a folder, from the top.
fn resolve(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The files in the order in which the first page links to them, then those it forgets.
fn files() -> Vec<String> {
    let mut files = vec![FIRST.to_owned()];
    let index = text(FIRST).unwrap_or_default();
    let linked = index.split("](").skip(1).filter_map(|rest| {
        let link = rest.split([')', '#']).next()?;
        Some(resolve("", link))
    });
    let known: Vec<String> = Files::iter().map(Cow::into_owned).collect();
    let in_order = linked
        .filter(|file| known.contains(file))
        .chain(known.iter().cloned());
    for file in in_order {
        if !files.contains(&file) {
            files.push(file);
        }
    }
    files
}

fn text(file: &str) -> Option<String> {
    let file = Files::get(file)?;
    Some(String::from_utf8_lossy(&file.data).into_owned())
}

fn link(file: &str) -> GuideLink {
    GuideLink {
        path: path_of(file).to_owned(),
        title: title(&text(file).unwrap_or_default()),
    }
}

fn path_of(file: &str) -> &str {
    let path = file.strip_suffix(".md").unwrap_or(file);
    if path == "index" { "" } else { path }
}

/// The text of the first heading.
fn title(text: &str) -> String {
    let heading = text.lines().find_map(|line| line.strip_prefix("# "));
    heading.unwrap_or("Documentation").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use app::guide::port::Guide as _;
    use std::collections::BTreeSet;

    #[test]
    fn every_link_between_pages_leads_to_a_heading_that_is_there() {
        let pages: Vec<GuidePage> = files()
            .iter()
            .map(|file| Guide.get_page("/docs/callboard", path_of(file)).unwrap())
            .collect();
        assert!(pages.len() > 6);
        let mut places = BTreeSet::new();
        for page in &pages {
            let path = &page.pages[page.here].path;
            let url = format!("/docs/callboard/{path}");
            let url = url.trim_end_matches('/').to_owned();
            let ids = page.html.split(" id=\"").skip(1);
            let ids = ids.filter_map(|rest| rest.split('"').next());
            places.extend(ids.map(|id| format!("{url}#{id}")));
            places.insert(url);
        }
        for page in &pages {
            let here = format!("/docs/callboard/{}", page.pages[page.here].path);
            for link in page.html.split("href=\"").skip(1) {
                let link = link.split('"').next().unwrap();
                let link = match link.strip_prefix('#') {
                    Some(place) => format!("{}#{place}", here.trim_end_matches('/')),
                    None => link.to_owned(),
                };
                assert!(
                    link.starts_with("http") || places.contains(&link),
                    "{here} links to {link}"
                );
            }
        }
    }

    #[test]
    fn no_path_leaves_the_folder() {
        for path in [
            "../README",
            "../../etc/passwd",
            "/etc/passwd",
            "none",
            "images",
        ] {
            let page = Guide.get_page("", path);
            assert!(matches!(page, Err(ApiError::NotFound(_))), "{path}");
        }
        assert_eq!(resolve("catalog", "../api.md"), "api.md");
        assert_eq!(resolve("", "../../x"), "x");
    }
}
