//! Where this installation is served and what it is called.

pub use crate::ui::Icon;
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
    /// The theme of this reader.
    pub theme: String,
    /// Those that readers can choose.
    pub themes: Vec<ThemeName>,
    /// The drawing in place of the brand mark; empty without one.
    pub logo: String,
    /// Kinds that look different here.
    pub kinds: Vec<KindLook>,
}

/// A theme, and what readers choose it by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeName {
    pub name: String,
    pub title: String,
}

/// What the operator says of the look of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindLook {
    /// Lower case.
    pub kind: String,
    pub icon: Option<Icon>,
    /// One of [`TINTS`].
    pub tint: Option<&'static str>,
}

/// The colours that a kind can have.
pub const TINTS: [&str; 8] = [
    "blue", "teal", "violet", "plum", "bronze", "olive", "green", "slate",
];

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
    /// The stylesheet of the operator's themes.
    pub theme: Option<String>,
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
            theme: read("data-palette"),
            themes: from_words(&read("data-palettes"), |[name, title]| {
                Some(ThemeName {
                    name: (*name).to_owned(),
                    title: (*title).to_owned(),
                })
            }),
            logo: read("data-logo"),
            kinds: from_words(&read("data-kinds"), |[kind, icon, tint]| {
                Some(KindLook {
                    kind: (*kind).to_owned(),
                    icon: icon
                        .parse()
                        .ok()
                        .and_then(|at: usize| Icon::ALL.get(at).copied()),
                    tint: TINTS.into_iter().find(|known| known == tint),
                })
            }),
        }
    }
}

#[cfg(feature = "ssr")]
impl Site {
    /// The themes as an attribute of the document; none when there is no choice.
    pub(crate) fn themes_attribute(&self) -> Option<String> {
        let words = self
            .themes
            .iter()
            .map(|it| [it.name.clone(), it.title.clone()]);
        (self.themes.len() > 1).then(|| to_words(words))
    }

    /// The kinds that look different as an attribute of the document.
    pub(crate) fn kinds_attribute(&self) -> Option<String> {
        let words = self.kinds.iter().map(|it| {
            let icon = it.icon.map(|icon| (icon as usize).to_string());
            let tint = it.tint.unwrap_or_default().to_owned();
            [it.kind.clone(), icon.unwrap_or_default(), tint]
        });
        (!self.kinds.is_empty()).then(|| to_words(words))
    }
}

/// Between the words of one thing, and between things: the configuration has neither in a name.
const WORD: &str = "\t";
const THING: &str = "\n";

#[cfg(feature = "ssr")]
fn to_words<const N: usize>(things: impl Iterator<Item = [String; N]>) -> String {
    let things: Vec<String> = things.map(|words| words.join(WORD)).collect();
    things.join(THING)
}

#[cfg(any(test, feature = "hydrate"))]
fn from_words<const N: usize, T>(text: &str, read: impl Fn(&[&str; N]) -> Option<T>) -> Vec<T> {
    let things = text.split(THING).filter_map(|thing| {
        let words: Vec<&str> = thing.split(WORD).collect();
        read(words.as_slice().try_into().ok()?)
    });
    things.collect()
}

/// The site in whose pages the caller is.
pub fn use_site() -> Site {
    expect_context::<Site>()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;

    #[test]
    fn words_survive_the_document() {
        let themes = [["a", "A b"], ["c", ""]].map(|it| it.map(str::to_owned));
        let text = to_words(themes.clone().into_iter());
        let read = from_words(&text, |words: &[&str; 2]| Some(words.map(str::to_owned)));
        assert_eq!(read, themes);
        assert_eq!(from_words("", |_: &[&str; 2]| Some(())), []);
    }
}
