//! Which files are text.

/// Whether a content can be a template: text without zero bytes, whatever the file is called.
pub(super) fn is_text(bytes: &[u8]) -> bool {
    !bytes.contains(&0) && std::str::from_utf8(bytes).is_ok() && !bytes.starts_with(b"%PDF-")
}
