//! HTML that is put together as text. What is not written in this program is escaped.

use super::Icon;

/// HTML in the making.
#[derive(Debug, Default)]
pub struct Html(String);

impl Html {
    /// Markup of this program's own.
    pub fn raw(&mut self, markup: &'static str) {
        self.0.push_str(markup);
    }

    /// Text between elements.
    pub fn text(&mut self, text: &str) {
        self.escaped(text);
    }

    /// ` name="value"`.
    pub fn attribute(&mut self, name: &'static str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        self.escaped(value);
        self.0.push('"');
    }

    /// Markup that was made safe where it comes from.
    pub fn safe(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    /// A drawing of the sprite.
    pub fn icon(&mut self, icon: Icon) {
        self.0.push_str(&icon.use_markup());
    }

    pub fn into_string(self) -> String {
        self.0
    }

    fn escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            self.0.push_str(&rest[..at]);
            self.0.push_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&#39;",
            });
            rest = &rest[at + 1..];
        }
        self.0.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::Html;

    #[test]
    fn nothing_gets_out_of_its_place() {
        let mut html = Html::default();
        html.raw("<p");
        html.attribute("title", "\"><script>'");
        html.raw(">");
        html.text("<b>&amp; ü</b>");
        assert_eq!(
            html.into_string(),
            "<p title=\"&quot;&gt;&lt;script&gt;&#39;\">&lt;b&gt;&amp;amp; ü&lt;/b&gt;"
        );
    }
}
