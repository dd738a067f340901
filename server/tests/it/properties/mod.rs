//! Whatever comes in, of any shape: nothing panics, work is bounded, and what is printed is read
//! again as the same. Few cases each, so that they take no time; for a hunt, set `PROPTEST_CASES`.

mod language;
mod text;

use app::catalog::EntityRef;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError};
use server::config::{Integration, Provider, compile_whole, duration};
use server::ingest::LocationRef;
use server::ingest::parse::parse;
use server::query::cursor::{Cursor, Direction, FullText, OrderField, parse_order_fields};
use server::query::{Predicate, parse_filter};
use server::scm::Scm;
use std::time::{Duration, Instant};
use text::{json_value, made_of};
use url::Url;

/// No single input may take longer, on a slow and busy machine.
const TIME_LIMIT: Duration = Duration::from_secs(5);

fn few() -> Config {
    let cases = std::env::var("PROPTEST_CASES").ok();
    Config {
        cases: cases.and_then(|it| it.parse().ok()).unwrap_or(200),
        failure_persistence: None,
        ..Config::default()
    }
}

fn in_time<T>(work: impl FnOnce() -> T) -> Result<T, TestCaseError> {
    let start = Instant::now();
    let done = work();
    prop_assert!(start.elapsed() < TIME_LIMIT, "took {:?}", start.elapsed());
    Ok(done)
}

const YAML: &[&str] = &[
    "a",
    "kind: Component",
    "metadata:",
    "name: x",
    ": ",
    "- ",
    "\n",
    "  ",
    "---\n",
    "...\n",
    "&a ",
    "*a",
    "<<: ",
    "!!str ",
    "!!binary ",
    "[",
    "]",
    "{",
    "}",
    "\"",
    "'",
    "|",
    ">",
    "\t",
    "#",
    "%YAML 1.2\n",
    "~",
    "0x1f",
    "1e999",
    ".nan",
    "\u{feff}",
    "\0",
    "é",
    "\u{2028}",
    "? ",
    "@",
    "`",
];

const FILTER: &[&str] = &[
    "kind",
    "=",
    ",",
    "metadata.name",
    "a",
    "%",
    "__proto__",
    "constructor",
    "\0",
    ".",
    "spec",
    " ",
    "==",
    "ÄÖ",
    "\u{202e}",
];

const REF: &[&str] = &[
    "a",
    ":",
    "/",
    "default",
    "Component",
    "B",
    "-",
    "_",
    ".",
    "ß",
    " ",
    "İ",
    "\0",
];

const URL: &[&str] = &[
    "https://",
    "http://",
    "github.com",
    "gitlab.example.com/git",
    "bb.example.com:8443",
    "dev.azure.com",
    "gitea.example.com",
    "bitbucket.org",
    "/",
    "o",
    "r",
    "-",
    "blob",
    "tree",
    "src",
    "raw",
    "branch",
    "main",
    "projects",
    "repos",
    "browse",
    "_git",
    "?path=",
    "?at=",
    "&version=GB",
    "a.yaml",
    "..",
    "%2e%2e",
    "%252e",
    "%2f",
    "%5c",
    "\\",
    "@",
    ":444",
    "#L1",
    "*",
    "ä",
    "%00",
    "%ff",
    "user:pw@",
    "[::1]",
    "refs/heads",
];

const DURATION: &[&str] = &[
    "P",
    "T",
    "1",
    "9999999999999999999",
    "Y",
    "M",
    "D",
    "H",
    "S",
    ".",
    "-",
    " ",
    "ms",
    "hours",
    "e308",
    "minutes",
    "w",
    "0",
];

/// One host of each provider, each with an API of its own.
fn scm() -> Scm {
    let host = |provider, host: &str| {
        let mut integration = Integration::new(provider, host);
        if host == "gitlab.example.com" {
            integration.base_url = Some("https://gitlab.example.com/git".to_owned());
        }
        integration
    };
    Scm::new(&[
        host(Provider::Gitlab, "gitlab.example.com"),
        host(Provider::BitbucketServer, "bb.example.com:8443"),
        host(Provider::Gitea, "gitea.example.com"),
    ])
}

/// The hosts that a call for a page of `host` may go to.
fn hosts_of(host: &str) -> Vec<&str> {
    match host {
        "github.com" => vec!["api.github.com", "raw.githubusercontent.com"],
        "bitbucket.org" => vec!["api.bitbucket.org"],
        other => vec![other],
    }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn any_bytes_are_yaml_or_a_problem_with_a_line(bytes in vec(any::<u8>(), 0..400)) {
        for document in in_time(|| parse(&bytes, 10_000))? {
            let line = document.map_or_else(|broken| broken.line, |document| document.line);
            prop_assert!(line >= 1);
        }
    }

    #[test]
    fn any_mixture_of_yaml_is_read_in_time(text in made_of(YAML, 60)) {
        let documents = in_time(|| parse(text.as_bytes(), 100_000))?;
        prop_assert!(documents.len() <= text.len() + 1);
    }

    #[test]
    fn what_is_written_as_json_is_read_as_the_same(value in json_value()) {
        let value = serde_json::json!({ "a": value });
        let documents = in_time(|| parse(value.to_string().as_bytes(), 1_000_000))?;
        prop_assert_eq!(documents.len(), 1);
        let document = documents.into_iter().next().unwrap();
        prop_assert_eq!(document.unwrap().value, value);
    }

    #[test]
    fn deep_nesting_ends(depth in 1usize..20_000, open in prop::sample::select(&["[", "{a: ", "- "][..])) {
        let text = open.repeat(depth);
        in_time(|| parse(text.as_bytes(), 1_000_000))?;
    }

    #[test]
    fn any_filter_is_read_or_refused(text in made_of(FILTER, 20)) {
        let _ = in_time(|| parse_filter(&text))?;
        let _ = in_time(|| Predicate::from_filters(std::slice::from_ref(&text)))?;
        let _ = in_time(|| parse_order_fields(std::slice::from_ref(&text)))?;
    }

    #[test]
    fn any_predicate_is_read_or_refused(query in json_value()) {
        let _ = in_time(|| Predicate::from_query(&query))?;
    }

    #[test]
    fn a_cursor_is_read_as_it_was_written(cursor in cursors()) {
        prop_assert_eq!(Cursor::decode(&cursor.encode()).unwrap(), cursor);
    }

    #[test]
    fn any_text_is_a_cursor_or_refused(text in any::<String>(), cut in 0usize..200, cursor in cursors()) {
        let _ = in_time(|| Cursor::decode(&text))?;
        let whole = cursor.encode();
        let _ = in_time(|| Cursor::decode(&whole[..cut.min(whole.len())]))?;
    }

    #[test]
    fn an_entity_ref_is_read_as_it_is_printed(text in made_of(REF, 8)) {
        if let Ok(entity_ref) = text.parse::<EntityRef>() {
            let printed = entity_ref.to_string();
            let again: EntityRef = printed.parse().map_err(|error| {
                TestCaseError::fail(format!("{text:?} prints as {printed:?}: {error}"))
            })?;
            prop_assert_eq!(again.to_string(), printed);
            prop_assert_eq!(again, entity_ref);
        }
    }

    #[test]
    fn a_location_is_read_as_it_is_printed(text in made_of(URL, 8), kind in "[a-z]{0,5}") {
        if let Ok(location) = format!("{kind}:{text}").parse::<LocationRef>() {
            prop_assert_eq!(location.to_string().parse::<LocationRef>(), Ok(location));
        }
    }

    #[test]
    fn a_page_is_read_from_its_own_host_or_not_at_all(text in made_of(URL, 14)) {
        let scm = scm();
        let _ = in_time(|| (scm.edit_url(&text), scm.folder_url(&text), scm.line_url(&text, 1)))?;
        let _ = scm.repository_file(&text);
        if let (Ok(call), Ok(page)) = (in_time(|| scm.call(&text))?, Url::parse(&text)) {
            let (to, from) = (call.url.host_str().unwrap(), page.host_str().unwrap());
            prop_assert!(hosts_of(from).contains(&to) || to == from, "{}: {}", text, call.url);
            prop_assert!(call.url.username().is_empty() && call.url.password().is_none());
            let path = call.url.path().to_lowercase();
            if scm.knows(&text) {
                prop_assert!(!path.contains("%2e%2e") && !path.contains("%252e"), "{}", call.url);
            }
        }
    }

    #[test]
    fn a_relative_path_stays_in_its_repository(target in made_of(URL, 8)) {
        let scm = scm();
        for base in [
            "https://github.com/o/r/blob/main/a/b.yaml",
            "https://gitlab.example.com/git/g/s/p/-/blob/main/a/b.yaml",
            "https://bitbucket.org/w/r/src/main/a/b.yaml",
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml?at=main",
            "https://dev.azure.com/org/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
            "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
        ] {
            let is_whole = Url::parse(&target).is_ok();
            if let Ok(resolved) = in_time(|| scm.resolve(&target, base))? && !is_whole {
                prop_assert!(scm.is_same_repository(&resolved, base), "{} at {}: {}", target, base, resolved);
            }
        }
    }

    #[test]
    fn any_duration_is_read_or_refused(text in made_of(DURATION, 8)) {
        if let Ok(length) = in_time(|| duration::parse(&text))? {
            // Too long to count is none, and never a panic.
            let _ = length.to_duration();
            let _ = length.to_json();
        }
    }

    #[test]
    fn any_pattern_for_names_is_read_or_refused(pattern in ".{0,30}", name in "[a-z-]{0,100}") {
        if let Ok(pattern) = in_time(|| compile_whole(&pattern))? {
            let _ = in_time(|| pattern.is_match(&name))?;
        }
    }
}

fn cursors() -> impl Strategy<Value = Cursor> {
    let text = || any::<String>();
    let direction = prop_oneof![Just(Direction::Asc), Just(Direction::Desc)];
    let order = (text(), direction).prop_map(|(field, order)| OrderField { field, order });
    let full_text = (text(), prop::option::of(vec(text(), 0..3)))
        .prop_map(|(term, fields)| FullText { term, fields });
    // A place is told by the value of the order, if there is one, and by a uid.
    let place = (vec((order, prop::option::of(text())), 0..3), text());
    (
        place,
        any::<bool>(),
        prop::option::of(full_text),
        prop::option::of(any::<u32>()),
    )
        .prop_map(|((orders, uid), is_previous, full_text_filter, total)| {
            let first = orders.first().map(|(_, value)| value.clone());
            let values: Vec<Option<String>> = first.into_iter().chain([Some(uid)]).collect();
            Cursor {
                order_fields: orders.into_iter().map(|(order, _)| order).collect(),
                order_field_values: values.clone(),
                is_previous,
                query: None,
                full_text_filter,
                first_sort_field_values: Some(values),
                total_items: total.map(u64::from),
                skip_total_items: None,
            }
        })
}
