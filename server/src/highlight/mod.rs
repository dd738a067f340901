//! Source code as HTML whose words have classes by what they are: one pass, no patterns, no styles.
//!
//! To add a language: a row in `languages`; one that is not made of words, strings and comments
//! gets a file of its own, as YAML has.

mod languages;
mod markup;
mod words;
mod yaml;

use languages::{Shape, find};

/// What a piece of code is. Its class has a colour in `style/60-prose.css`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    Comment,
    Text,
    Number,
    Keyword,
    Type,
    Key,
    Function,
    Mark,
    Added,
    Removed,
}

impl Piece {
    fn class(self) -> &'static str {
        match self {
            Self::Comment => "hl-c",
            Self::Text => "hl-s",
            Self::Number => "hl-n",
            Self::Keyword => "hl-k",
            Self::Type => "hl-t",
            Self::Key => "hl-p",
            Self::Function => "hl-f",
            Self::Mark => "hl-m",
            Self::Added => "hl-a",
            Self::Removed => "hl-d",
        }
    }
}

/// Every class that [`code`] gives.
pub const CLASSES: [&str; 10] = [
    "hl-c", "hl-s", "hl-n", "hl-k", "hl-t", "hl-p", "hl-f", "hl-m", "hl-a", "hl-d",
];

/// The inside of a `<code>`: `source` escaped, its words in spans where the language is known.
/// `language` is what stands behind a fence, or the ending of a file.
pub fn code(language: &str, source: &str) -> String {
    let mut out = Painter::with_room_for(source);
    match find(language) {
        None => out.plain(source),
        Some(language) => match language.shape {
            Shape::Words => words::paint(language, source, &mut out),
            Shape::Yaml => yaml::paint(language, source, &mut out),
            Shape::Markup => markup::paint(source, &mut out),
            Shape::Diff => diff(source, &mut out),
        },
    }
    out.html
}

fn diff(source: &str, out: &mut Painter) {
    for line in source.split_inclusive('\n') {
        let piece = match line.as_bytes().first() {
            Some(b'+') => Some(Piece::Added),
            Some(b'-') => Some(Piece::Removed),
            Some(b'@') => Some(Piece::Mark),
            _ => None,
        };
        match piece {
            Some(piece) => out.piece(piece, line),
            None => out.plain(line),
        }
    }
}

/// Writes escaped text and spans.
struct Painter {
    html: String,
}

impl Painter {
    fn with_room_for(source: &str) -> Self {
        Self {
            html: String::with_capacity(source.len() * 2),
        }
    }

    fn plain(&mut self, text: &str) {
        escape(text, &mut self.html);
    }

    fn piece(&mut self, piece: Piece, text: &str) {
        self.html.push_str("<span class=\"");
        self.html.push_str(piece.class());
        self.html.push_str("\">");
        self.plain(text);
        self.html.push_str("</span>");
    }
}

/// Writes `text` so that it is text in HTML, within elements and quoted attributes alike.
pub fn escape(text: &str, out: &mut String) {
    let mut written = 0;
    for (at, byte) in text.bytes().enumerate() {
        let name = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'"' => "&quot;",
            b'\'' => "&#39;",
            _ => continue,
        };
        out.push_str(&text[written..at]);
        out.push_str(name);
        written = at + 1;
    }
    out.push_str(&text[written..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spans are written `[c:…]` to keep the cases readable.
    fn check(language: &str, source: &str, expected: &str) {
        let shown = code(language, source)
            .replace("<span class=\"hl-", "[")
            .replace("\">", ":")
            .replace("</span>", "]");
        assert_eq!(shown, expected, "{language}");
    }

    #[test]
    fn code_is_cut_into_what_it_is() {
        check(
            "rust",
            "/// Sells.\npub fn sell(n: u32) -> Seat { s(\"a\\\"b\", 'c', 0x1f) }",
            "[c:/// Sells.]\n[k:pub] [k:fn] [f:sell](n: [k:u32]) -&gt; [t:Seat] { [f:s]([s:&quot;a\\&quot;b&quot;], [s:&#39;c&#39;], [n:0x1f]) }",
        );
        check("rust", "fn f<'a>()", "[k:fn] f&lt;&#39;a&gt;()");
        check(
            "graphql",
            "\"\"\"A\nhouse\"\"\"\ntype Venue @key { id: ID! }",
            "[s:&quot;&quot;&quot;A\nhouse&quot;&quot;&quot;]\n[k:type] [t:Venue] [m:@key] { [p:id]: [t:ID]! }",
        );
        check(
            "json",
            "{\"a\": [1, true, \"x\"]}",
            "{[p:&quot;a&quot;]: [[n:1], [k:true], [s:&quot;x&quot;]]}",
        );
        check("sh", "echo a#b # c", "[k:echo] a#b [c:# c]");
        check("diff", "+a\n-b\n c", "[a:+a\n][d:-b\n] c");
    }

    #[test]
    fn yaml_is_read_by_the_line() {
        check(
            "yaml",
            "a: 1\nb:\n  - c: 'x' # y\n  - true\nd: |\n  # no: comment\ne: http://x#y",
            "[p:a]: [n:1]\n[p:b]:\n  - [p:c]: [s:&#39;x&#39;] [c:# y]\n  - [k:true]\n[p:d]: [m:|]\n[s:  # no: comment]\n[p:e]: http://x#y",
        );
        check("yaml", "\"/a\": {b: 1}", "[p:&quot;/a&quot;]: {b: 1}");
        check("yaml", "$ref: '#/x'", "[p:$ref]: [s:&#39;#/x&#39;]");
    }

    #[test]
    fn markup_has_names_and_values() {
        check(
            "html",
            "<!-- c --><a href=\"x\">t</a>",
            "[c:&lt;!-- c --&gt;]&lt;[k:a] [p:href]=[s:&quot;x&quot;]&gt;t&lt;/[k:a]&gt;",
        );
    }

    #[test]
    fn what_no_language_knows_is_text() {
        check("", "<script>", "&lt;script&gt;");
        check("klingon", "a \"b\"", "a &quot;b&quot;");
        for language in ["rust", "yaml", "json", "html", "graphql", "sh", "sql"] {
            for source in [
                "\"",
                "'",
                "/*",
                "\"\\",
                "ü'ß",
                "<!--",
                "<",
                "a:",
                "`",
                "'''",
                "0.",
                "@",
                "-",
                "\u{feff}#",
                "r#\"<script>",
            ] {
                let html = code(language, source);
                assert!(!html.contains("<script"), "{html}");
            }
        }
    }

    #[test]
    fn time_grows_with_length_alone() {
        for unit in ["\"", "/*", "'a", "<a ", "- ", "a: ", "{", "`x", "#"] {
            for language in ["rust", "yaml", "js", "html", "sql"] {
                let source = unit.repeat(200_000 / unit.len());
                let start = std::time::Instant::now();
                code(language, &source);
                let took = start.elapsed();
                assert!(took.as_secs() < 2, "{language} {unit:?}: {took:?}");
            }
        }
    }
}
