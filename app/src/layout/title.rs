//! The text of the browser tab.

/// The title of a page of this product.
///
/// On the server it is written into the document as it is, so it is escaped here: titles come from
/// repositories. In the browser it is set as text, where nothing may be escaped.
pub(crate) fn full_title(page: &str, product: &str) -> String {
    let title = if page.is_empty() {
        product.to_owned()
    } else {
        format!("{page} · {product}")
    };
    if cfg!(feature = "ssr") {
        escape(&title)
    } else {
        title
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_cannot_leave_its_element() {
        assert_eq!(escape("</title>&amp;"), "&lt;/title&gt;&amp;amp;");
    }
}
