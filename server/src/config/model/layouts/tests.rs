//! What can be configured, and what is told of what cannot.

use super::*;
use crate::config::load::tests::{check_warning as check, load_text};

#[test]
fn the_embedded_layouts_can_all_be_read() {
    let root = yaml::parse(EMBEDDED, "layouts.yaml").unwrap();
    let keys = root.as_map().unwrap();
    let mut wrong = Vec::new();
    let read = entities(&keys["layouts"], &mut wrong);
    assert_eq!(wrong, []);
    assert!(read.len() > 8 && read.last().unwrap().kind.is_none());
    assert!(cards(&keys["home"], Stage::Home).is_ok());
}

#[test]
fn the_first_layout_that_fits_is_the_page() {
    let text = "
app:
  layouts:
    - kind: component
      type: [Service, worker]
      tabs:
        - id: overview
          cards: [about, {card: relations, types: dependsOn, width: 12}]
";
    let layouts = load_text(text).unwrap().config.layouts;
    let service = &layouts.of("Component", Some("service")).tabs[0];
    assert_eq!(service.title, "Overview");
    assert_eq!(service.cards[1].types, ["dependsOn"]);
    assert_eq!(service.cards[1].width, 12);
    // Others keep their own.
    assert!(layouts.of("Component", Some("website")).tabs.len() > 1);
    assert!(layouts.of("Nothing", None).tabs.len() > 1);
}

#[test]
fn what_cannot_be_used_is_told_with_its_line() {
    let layout = |rest: &str| format!("app:\n  layouts:\n    - kind: API\n{rest}");
    let cards = |cards: &str| {
        layout(&format!(
            "      tabs:\n        - id: a\n          cards:\n            - {cards}\n"
        ))
    };
    check("app:\n  layouts: 3\n", 2, "where a list is expected");
    check(&layout("      type: grpc\n"), 3, "without tabs");
    check(&cards("nothing"), 7, "there are about, links");
    check(&cards("{card: about, width: 5}"), 7, "width other than");
    check(&cards("markdown"), 7, "without a text");
    check("app:\n  home:\n    - about\n", 3, "there are markdown");
    check(
        "app:\n  home:\n    - card: quick-links\n      links: [{url: 'javascript:1'}]\n",
        4,
        "no web address",
    );
}
