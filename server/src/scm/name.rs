//! Names in paths: taken out of URLs and put back in, so that none can mean more than a name.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

/// What does not stand for itself in a segment of a path.
const RESERVED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// How often something may be encoded over and over before it is refused unread.
const MAX_LAYERS: usize = 4;

/// A segment as it stands in a path, a slash in it encoded.
pub(super) fn encode(name: &str) -> String {
    utf8_percent_encode(name, RESERVED).to_string()
}

/// The name that a segment stands for; none when it is, or after being decoded again by a careless
/// server would be, more than one name or a step to another folder.
pub(super) fn name(segment: &str) -> Option<String> {
    decode(segment, |text| {
        text != "."
            && text != ".."
            && !text.contains(['/', '\\'])
            && !text.contains(char::is_control)
    })
}

/// The name of a branch, tag or commit, which may hold slashes. Git itself allows no `..` in it.
pub(super) fn revision(segment: &str) -> Option<String> {
    decode(segment, |text| {
        !text.contains("..")
            && !text.contains('\\')
            && !text.contains(char::is_control)
            && text.split('/').all(|part| !part.is_empty() && part != ".")
    })
}

fn decode(segment: &str, is_safe: impl Fn(&str) -> bool) -> Option<String> {
    let once = percent_decode_str(segment).decode_utf8().ok()?.into_owned();
    let mut layer = once.clone();
    for _ in 0..MAX_LAYERS {
        if !is_safe(&layer) {
            return None;
        }
        let inner = percent_decode_str(&layer).decode_utf8_lossy().into_owned();
        if inner == layer {
            return Some(once);
        }
        layer = inner;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_name_however_often_it_is_decoded() {
        for good in [
            "a.yaml", "a b", "100%", "ä…", "..a", "a..b", "x%zz", "a+b@c:d",
        ] {
            assert_eq!(name(&encode(good)).as_deref(), Some(good));
        }
        for bad in [
            "..",
            ".",
            "%2e%2e",
            "%2E.",
            "%252e%252e",
            "%25252e%25252e",
            "a%2fb",
            "a%252Fb",
            "a%5cb",
            "a\\b",
            "a%00",
            "a%0a",
            "a%2500",
            "%ff",
            "%2525252525252e",
        ] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_revision_may_hold_slashes() {
        assert_eq!(revision("feature%2Fx").as_deref(), Some("feature/x"));
        assert_eq!(revision("v1.0").as_deref(), Some("v1.0"));
        for bad in [
            "..",
            "a%2f..%2fb",
            "a%252f..",
            "%2fa",
            "a%2f",
            "a%2f.%2fb",
            "a%5cb",
            "",
        ] {
            assert_eq!(revision(bad), None, "{bad}");
        }
    }
}
