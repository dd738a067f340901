//! The frame of a page, and how text comes into it.

/// Text as it stands in a document or an attribute.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:15px/1.5 system-ui,sans-serif;max-width:60rem;margin:0 auto;padding:1rem 1.5rem}\
header{border-bottom:1px solid #8885;margin-bottom:1.5rem;padding-bottom:.5rem}\
h1{font-size:1.4rem;margin:.5rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .4rem}\
table{border-collapse:collapse;width:100%}\
td,th{border-bottom:1px solid #8883;padding:.3rem .8rem .3rem 0;text-align:left;vertical-align:top}\
th{font-weight:500;width:16rem}\
pre{border:1px solid #8885;border-radius:6px;padding:.8rem;overflow-x:auto;font-size:13px}\
code,pre{font-family:ui-monospace,monospace}\
.chip{border:1px solid #8886;border-radius:1rem;font-size:.8rem;padding:.05rem .6rem}\
.muted{opacity:.7}.add{color:#1a7f37}.gone{color:#cf222e}\
button{font:inherit;padding:.3rem .9rem}";

/// A whole page.
pub(super) fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"><title>{title}</title>\
         <style>{STYLE}</style></head><body><header>\
         <a href=\"/\">GitHub on this machine</a> <span class=\"muted\">for demonstrations and tests</span>\
         </header><main><h1>{title}</h1>{body}</main></body></html>"
    )
}

/// Rows of two cells, the first naming the second, which is HTML already.
pub(super) fn facts<'a>(rows: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let rows: Vec<String> = rows
        .into_iter()
        .map(|(name, value)| format!("<tr><th scope=\"row\">{name}</th><td>{value}</td></tr>"))
        .collect();
    let rows = rows.concat();
    format!("<table><tbody>{rows}</tbody></table>")
}

pub(super) fn list(rows: impl IntoIterator<Item = String>, nothing: &str) -> String {
    let rows: Vec<String> = rows
        .into_iter()
        .map(|it| format!("<tr><td>{it}</td></tr>"))
        .collect();
    let rows = rows.concat();
    if rows.is_empty() {
        return format!("<p class=\"muted\">{nothing}</p>");
    }
    format!("<table><tbody>{rows}</tbody></table>")
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escape("<a href='x'>&\""),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;"
        );
    }
}
