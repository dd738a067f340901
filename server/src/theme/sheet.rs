//! The themes as browsers get them: one stylesheet, and the drawings of each.

use super::BUILT_IN;
use super::tokens::Values;
use crate::config::{Theme, ThemeSettings};
use crate::digest::sha256_hex;
use app::site::{Assets, KindLook, Site, ThemeName};
use axum::body::Bytes;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Digits of a fingerprint in the name of a file.
const NAME: usize = 16;
/// The type of every drawing.
const SVG: &str = "image/svg+xml";

/// All themes of an installation, ready to be served. The default has the built-in look alone.
#[derive(Debug, Default)]
pub struct Themes {
    names: Vec<ThemeName>,
    /// What who has not chosen gets.
    default: String,
    looks: BTreeMap<String, Look>,
    kinds: Vec<KindLook>,
    /// The name of the stylesheet; none when there is nothing to say.
    sheet: Option<String>,
    files: BTreeMap<String, (&'static str, Bytes)>,
}

#[derive(Debug, Default)]
struct Look {
    product: Option<String>,
    logo: Option<String>,
    icon: Option<String>,
}

impl Themes {
    pub fn new(settings: &ThemeSettings) -> Self {
        let mut themes = Self {
            default: settings.default.clone(),
            kinds: settings.kinds.clone(),
            ..Self::default()
        };
        let mut sheet = String::new();
        for theme in &settings.themes {
            write_rule(&mut sheet, &theme.name, &theme.values);
            themes.add(theme);
        }
        if settings.offers_built_in() {
            let title = "Callboard".to_owned();
            themes.names.push(ThemeName {
                name: BUILT_IN.to_owned(),
                title,
            });
        }
        if !sheet.is_empty() {
            let name = themes.keep("css", "text/css; charset=utf-8", sheet);
            themes.sheet = Some(name);
        }
        themes
    }

    fn add(&mut self, theme: &Theme) {
        let mut drawing = |svg: &Option<String>| Some(self.keep("svg", SVG, svg.clone()?));
        let look = Look {
            product: theme.product.clone(),
            logo: drawing(&theme.logo),
            icon: drawing(&theme.favicon),
        };
        self.looks.insert(theme.name.clone(), look);
        self.names.push(ThemeName {
            name: theme.name.clone(),
            title: theme.title.clone(),
        });
    }

    fn keep(&mut self, ending: &str, kind: &'static str, content: String) -> String {
        let name = format!("{}.{ending}", &sha256_hex(&content)[..NAME]);
        self.files.insert(name.clone(), (kind, content.into()));
        name
    }

    /// Type and content of a file of a theme.
    pub fn file(&self, name: &str) -> Option<(&'static str, Bytes)> {
        self.files.get(name).cloned()
    }

    /// Site and files of a page for someone who has chosen a theme, or none that there is.
    pub fn dressed(&self, site: &Site, assets: &Assets, chosen: Option<&str>) -> (Site, Assets) {
        let known = chosen.filter(|chosen| self.names.iter().any(|known| known.name == **chosen));
        let name = known.unwrap_or(&self.default);
        let url = |file: &String| format!("{}/theme/{file}", site.base);
        let look = self.looks.get(name);
        let mut site = Site {
            theme: name.to_owned(),
            themes: self.names.clone(),
            kinds: self.kinds.clone(),
            ..site.clone()
        };
        let mut assets = Assets {
            theme: self.sheet.as_ref().map(url),
            ..assets.clone()
        };
        if let Some(look) = look {
            if let Some(product) = &look.product {
                site.title.clone_from(product);
            }
            site.logo = look.logo.as_ref().map(url).unwrap_or_default();
            if let Some(icon) = &look.icon {
                assets.icon = url(icon);
            }
        }
        (site, assets)
    }
}

/// The rule of one theme. Names and values have been checked.
fn write_rule(sheet: &mut String, name: &str, values: &Values) {
    if values.is_empty() {
        return;
    }
    let mut write = |text: std::fmt::Arguments<'_>| {
        sheet.write_fmt(text).expect("a text takes any text");
    };
    write(format_args!(":root[data-palette=\"{name}\"]{{"));
    for (token, [light, dark]) in values {
        if light == dark {
            write(format_args!("--{token}:{light};"));
        } else {
            write(format_args!("--{token}:light-dark({light},{dark});"));
        }
    }
    write(format_args!("}}\n"));
}
