//! The table: entries are added, found, and go when they are old.

use crate::support::on_each_engine;
use server::store::{AuditFilter, AuditRow, forget_audit, list_audit, put_audit};
use std::path::Path;

fn row(id: &str, at: i64, actor: &str, action: &str) -> AuditRow {
    AuditRow {
        id: id.to_owned(),
        happened_at: at,
        action: action.to_owned(),
        outcome: "allowed".to_owned(),
        reason: String::new(),
        actor_kind: "user".to_owned(),
        actor: actor.to_owned(),
        on_behalf: None,
        subject: "location:https://example.com/100%_a.yaml".to_owned(),
        address: "10.0.0.1".to_owned(),
        agent: String::new(),
        request_id: "r1".to_owned(),
        details: "{}".to_owned(),
        times: 1,
    }
}

const ADA: &str = "user:default/ada";

on_each_engine! {
    async fn entries_are_found_by_everything_and_page_by_page(db: TestDb) {
        let db = &db.db;
        let system = AuditRow { on_behalf: Some(ADA.to_owned()), ..row("c", 20, "callboard", "task.end") };
        let rows = [row("a", 10, ADA, "token.create"), row("b", 20, "user:default/ben", "token.revoke"), system];
        put_audit(db, &rows).await.unwrap();
        // The answer was lost, so it is written once more.
        put_audit(db, &rows).await.unwrap();
        let ids = async |filter: AuditFilter, most: usize| -> String {
            let found = list_audit(db, &filter, most).await.unwrap();
            found.into_iter().map(|row| row.id).collect()
        };
        let all = AuditFilter::default;
        assert_eq!(list_audit(db, &all(), 1).await.unwrap(), [rows[2].clone()]);
        assert_eq!(ids(all(), 10).await, "cba");
        assert_eq!(ids(AuditFilter { before: Some((20, "c".to_owned())), ..all() }, 1).await, "b");
        assert_eq!(ids(AuditFilter { before: Some((20, "b".to_owned())), ..all() }, 9).await, "a");
        assert_eq!(ids(AuditFilter { actor: ADA.to_owned(), ..all() }, 9).await, "ca");
        assert_eq!(ids(AuditFilter { actor_part: "default/b".to_owned(), ..all() }, 9).await, "b");
        assert_eq!(ids(AuditFilter { action: "task.end".to_owned(), ..all() }, 9).await, "c");
        assert_eq!(ids(AuditFilter { action_group: "token.".to_owned(), ..all() }, 9).await, "ba");
        assert_eq!(ids(AuditFilter { outcome: "denied".to_owned(), ..all() }, 9).await, "");
        assert_eq!(ids(AuditFilter { since: Some(11), ..all() }, 9).await, "cb");
        assert_eq!(ids(AuditFilter { until: Some(10), ..all() }, 9).await, "a");
        assert_eq!(ids(AuditFilter { text: "100%_a".to_owned(), ..all() }, 9).await, "cba");
        assert_eq!(ids(AuditFilter { text: "100_%a".to_owned(), ..all() }, 9).await, "");
        assert_eq!(ids(AuditFilter { text: "0.0.1".to_owned(), ..all() }, 9).await, "cba");
        assert_eq!(forget_audit(db, 20, 9).await.unwrap(), 1);
        assert_eq!(ids(all(), 10).await, "cb");
        assert_eq!(forget_audit(db, 99, 1).await.unwrap(), 1);
        assert_eq!(ids(all(), 10).await.len(), 1);
    }
}

#[test]
fn nothing_changes_an_entry_and_age_alone_removes_it() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut removals = Vec::new();
    for file in walkdir::WalkDir::new(root.join("src"))
        .into_iter()
        .map(Result::unwrap)
    {
        if file.path().extension().is_none_or(|it| it != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(file.path()).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        for forbidden in [
            "update audit",
            "truncate audit",
            "replace into audit",
            "drop table audit",
        ] {
            let path = file.path().display();
            assert!(
                !text.contains(&format!("\" {forbidden}"))
                    && !text.contains(&format!("\"{forbidden}")),
                "{path}: {forbidden}"
            );
        }
        removals.extend(
            text.match_indices("delete from audit")
                .map(|(at, _)| text[at..at + 120].to_owned()),
        );
    }
    assert_eq!(removals.len(), 1, "{removals:?}");
    assert!(
        removals[0].contains("where happened_at < $1"),
        "{removals:?}"
    );
    let store = std::fs::read_to_string(root.join("src/store/audit.rs")).unwrap();
    assert!(store.contains("do nothing") && !store.contains("do update"));
}
