//! Markdown as HTML that may stand in any page: whoever wrote the text, nothing in it runs.
//!
//! `CommonMark` with GitHub's tables, task lists, footnotes, alerts and bare links; code is coloured
//! by [`crate::highlight`]. HTML within the text is kept as far as `sanitise` lets it through.
//! Three bounds keep the time small: the length, the depth of the Markdown, and the depth of the
//! HTML. A text beyond them is shown as it was written.

mod code;
mod depth;
mod headings;
mod sanitise;

use crate::highlight::escape;
use comrak::{Arena, Options, format_html_with_plugins, options, parse_document};
use std::sync::Arc;
use url::Url;

pub use headings::Heading;
pub use sanitise::Links;

/// The longest text that is rendered, in bytes; of a longer one the rest is left out.
const LONGEST: usize = 128 * 1024;

/// What stands before the ids of headings, so that they cannot be those of the page around them.
const PREFIX: &str = "md-";

/// HTML that is safe to put into a page as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Html(String);

impl Html {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn into_string(self) -> String {
        self.0
    }
}

/// How a text becomes part of a page.
#[derive(Clone)]
pub struct Setting {
    /// The level of its highest heading, 1 to 6. Those below follow without a gap.
    pub level: u8,
    /// What the ids of its headings begin with.
    pub prefix: &'static str,
    /// Where its links lead.
    pub links: Links,
}

/// The HTML of `text`, below a heading of the second level. Relative links are resolved against
/// `base`, the URL of the file that holds the text, where there is one.
pub fn render(text: &str, base: Option<&Url>) -> Html {
    let base = base.cloned();
    let resolve = move |link: &str| {
        let resolved = base.as_ref().and_then(|base| base.join(link).ok());
        Some(resolved.map_or_else(|| link.to_owned(), String::from))
    };
    render_in(
        text,
        &Setting {
            level: 3,
            prefix: PREFIX,
            links: Arc::new(resolve),
        },
    )
    .0
}

/// The HTML of `text` and its headings, as `setting` says.
pub fn render_in(text: &str, setting: &Setting) -> (Html, Vec<Heading>) {
    let (text, rest) = cut(text);
    let arena = Arena::new();
    if depth::of_prefixes(text) > depth::DEEPEST {
        return (as_written(text), Vec::new());
    }
    let options = options(setting.prefix);
    let root = parse_document(&arena, text, &options);
    if depth::of_tree(root) > depth::DEEPEST {
        return (as_written(text), Vec::new());
    }
    let headings = headings::settle(root, setting);
    let mut html = String::new();
    let mut plugins = options::Plugins::default();
    plugins.render.codefence_syntax_highlighter = Some(&code::Coloured);
    if format_html_with_plugins(root, &options, &mut html, &plugins).is_err()
        || depth::of_html(&html) > depth::DEEPEST
    {
        return (as_written(text), Vec::new());
    }
    let mut html = sanitise::sanitise(&html, setting);
    if rest {
        html.push_str("<p><em>The text is longer than is shown here.</em></p>");
    }
    (Html(html), headings)
}

fn options(prefix: &str) -> Options<'static> {
    let mut options = Options::default();
    options.extension.strikethrough = true;
    options.extension.table = true;
    options.extension.autolink = true;
    options.extension.tasklist = true;
    options.extension.footnotes = true;
    options.extension.alerts = true;
    options.extension.header_id_prefix = Some(prefix.to_owned());
    options.extension.header_id_prefix_in_href = true;
    options.extension.front_matter_delimiter = Some("---".to_owned());
    options.render.tasklist_classes = true;
    // What it lets through goes to the sanitiser.
    options.render.r#unsafe = true;
    options
}

/// The part that is rendered, and whether there is more.
fn cut(text: &str) -> (&str, bool) {
    if text.len() <= LONGEST {
        return (text, false);
    }
    (&text[..text.floor_char_boundary(LONGEST)], true)
}

fn as_written(text: &str) -> Html {
    let mut html = String::from("<pre class=\"code\" tabindex=\"0\">");
    escape(text, &mut html);
    html.push_str("</pre>");
    Html(html)
}

#[cfg(test)]
mod tests;
