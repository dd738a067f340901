//! Code within a text.

use crate::highlight;
use comrak::adapters::SyntaxHighlighterAdapter;
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::{Result, Write};

/// Colours code by what stands behind its fence.
pub(super) struct Coloured;

impl SyntaxHighlighterAdapter for Coloured {
    fn write_highlighted(&self, out: &mut dyn Write, lang: Option<&str>, code: &str) -> Result {
        let name = lang.unwrap_or_default();
        let name = name.split([',', ' ', '{', ':']).next().unwrap_or_default();
        out.write_str(&highlight::code(name, code))
    }

    fn write_pre_tag(&self, out: &mut dyn Write, _: HashMap<&'static str, Cow<'_, str>>) -> Result {
        out.write_str("<pre class=\"code\">")
    }

    fn write_code_tag(
        &self,
        out: &mut dyn Write,
        _: HashMap<&'static str, Cow<'_, str>>,
    ) -> Result {
        out.write_str("<code>")
    }
}
