//! The columns that a reader has chosen to keep, by kind, in a cookie: `component:owner.type|api:owner`.

use super::Column;

const COOKIE: &str = "callboard-columns";
/// Kinds that are remembered, at most; the first goes.
const MOST: usize = 12;

/// The columns kept for lists of that kind; none where the usual ones are to be shown.
pub(super) fn columns(kind: Option<&str>) -> Option<Vec<Column>> {
    of(&crate::cookie::of_request(COOKIE)?, kind)
}

/// Keeps columns, or with none forgets those that were kept.
pub(super) fn keep(kind: Option<&str>, columns: Option<&[Column]>) {
    let before = crate::cookie::of_request(COOKIE).unwrap_or_default();
    crate::cookie::keep(COOKIE, &with(&before, kind, columns));
}

fn of(cookie: &str, kind: Option<&str>) -> Option<Vec<Column>> {
    let key = key(kind)?;
    let mut kept = cookie.split('|').filter_map(|kept| kept.split_once(':'));
    let (_, words) = kept.find(|(kind, _)| *kind == key)?;
    Some(Column::parse_all(words))
}

fn with(cookie: &str, kind: Option<&str>, columns: Option<&[Column]>) -> String {
    let Some(key) = key(kind) else {
        return cookie.to_owned();
    };
    let others = cookie.split('|').filter(|kept| {
        let other = kept.split_once(':');
        other.is_some_and(|(kind, words)| {
            kind != key && is_plain(kind) && words.split('.').all(is_plain)
        })
    });
    let mut kept: Vec<String> = others.map(str::to_owned).collect();
    if let Some(columns) = columns {
        kept.push(format!("{key}:{}", Column::words(columns, ".")));
    }
    kept.drain(..kept.len().saturating_sub(MOST));
    kept.join("|")
}

/// The kind as the cookie has it; none of a kind that a cookie cannot hold.
fn key(kind: Option<&str>) -> Option<&str> {
    Some(kind.unwrap_or("all")).filter(|kind| is_plain(kind))
}

fn is_plain(word: &str) -> bool {
    !word.is_empty()
        && word.len() <= 63
        && word
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-' || letter == b'_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_keeps_its_own() {
        let cookie = with("", Some("component"), Some(&[Column::Owner, Column::Tags]));
        let cookie = with(&cookie, None, Some(&[]));
        assert_eq!(cookie, "component:owner.tags|all:name");
        let kept = of(&cookie, Some("component"));
        assert_eq!(kept, Some(vec![Column::Owner, Column::Tags]));
        assert_eq!(of(&cookie, None), Some(Vec::new()));
        assert_eq!(of(&cookie, Some("api")), None);
        assert_eq!(with(&cookie, Some("component"), None), "all:name");
        // A cookie can be anything; what is written is not.
        assert_eq!(
            with("x; Path=/|a:b,c", Some("a;b"), Some(&[])),
            "x; Path=/|a:b,c"
        );
        assert_eq!(with("x; Path=/|a:b;c", Some("api"), None), "");
    }
}
