//! Who reads which source, and what a reader that comes too late may write.

use super::{model, new_id};
use crate::support::{Seed, on_each_engine, seed};
use server::ingest::{LocationRef, Outcome, SourceUpdate};
use server::store::{
    CONFIG, Db, Finished, Holder, Leased, Orphans, ProviderLocation, Refresh, Written,
    claim_sources, finish_sources, get_queue, heartbeat_sources, put_provider_locations,
    release_sources, repair_due, request_refresh, start_reading,
};

/// Longer than any test.
const HOUR: i64 = 3_600_000;

pub(super) fn holder(name: &str, lease: i64) -> Holder {
    Holder {
        name: name.to_owned(),
        lease,
    }
}

/// Names files as roots.
pub(super) async fn roots(db: &Db, paths: &[&str]) {
    let files = paths.iter().map(|path| LocationRef::file(*path));
    let roots: Vec<ProviderLocation> = files.map(|it| ProviderLocation::of(&it)).collect();
    put_provider_locations(db, CONFIG, &roots, 1, new_id)
        .await
        .unwrap();
}

pub(super) async fn claim(db: &Db, holder: &Holder) -> Vec<Leased> {
    claim_sources(db, holder, 100, 1).await.unwrap()
}

/// Writes what each leased file was found to hold, to be read again in an hour.
pub(super) async fn finish(
    db: &Db,
    holder: &Holder,
    found: Vec<(Leased, SourceUpdate)>,
    orphans: Orphans,
) -> Written {
    let finished = found.into_iter().map(|(leased, update)| Finished {
        leased,
        update,
        again_in: Some(HOUR),
    });
    let finished: Vec<Finished> = finished.collect();
    finish_sources(db, holder, &finished, orphans, 1, new_id)
        .await
        .unwrap()
}

fn paths(leased: &[Leased]) -> Vec<&str> {
    let paths = leased.iter().map(|it| it.due.location.target.as_str());
    paths.collect()
}

fn orders() -> Seed {
    seed().file("/a.yaml").component("orders", |it| it)
}

fn unchanged(seed: Seed) -> SourceUpdate {
    SourceUpdate {
        outcome: Outcome::Unchanged,
        ..seed.update()
    }
}

on_each_engine! {
    async fn a_source_is_leased_to_one_at_a_time_the_first_named_first(db: TestDb) {
        let db = db.db;
        let (a, b) = (holder("a", HOUR), holder("b", HOUR));
        roots(&db, &["/z.yaml", "/a.yaml", "/m.yaml"]).await;
        let first = claim_sources(&db, &a, 2, 1).await.unwrap();
        assert_eq!(paths(&first), ["/z.yaml", "/a.yaml"]);
        assert_eq!(paths(&claim(&db, &b).await), ["/m.yaml"]);
        assert_eq!(claim(&db, &a).await, []);
        assert_eq!(get_queue(&db, 1).await.unwrap().due, 3);
        assert_eq!(heartbeat_sources(&db, &a, 1).await.unwrap(), 2);
        release_sources(&db, &a).await.unwrap();
        assert_eq!(paths(&claim(&db, &b).await), ["/z.yaml", "/a.yaml"]);
        assert_eq!(heartbeat_sources(&db, &a, 1).await.unwrap(), 0);
    }

    async fn who_has_lost_a_lease_writes_nothing(db: TestDb) {
        let db = db.db;
        // Leases that are over as soon as they begin.
        let (a, b) = (holder("a", 0), holder("b", 0));
        roots(&db, &["/a.yaml"]).await;
        let of_a = claim(&db, &a).await.remove(0);
        let of_b = claim(&db, &b).await.remove(0);
        let late = orders().component("stale", |it| it).update();
        let written = finish(&db, &a, vec![(of_a.clone(), late.clone())], Orphans::Delete).await;
        assert_eq!(written.lost, 1);
        assert!(model(&db).await.get_key("component:default/stale").is_none());
        let written = finish(&db, &b, vec![(of_b, orders().update())], Orphans::Delete).await;
        assert_eq!(written.lost, 0);
        assert!(model(&db).await.get_key("component:default/orders").is_some());
        // Not even when it has another lease by now.
        request_refresh(&db, Refresh::Everything, 1).await.unwrap();
        claim(&db, &a).await.remove(0);
        let written = finish(&db, &a, vec![(of_a, late)], Orphans::Delete).await;
        assert_eq!(written.lost, 1);
        assert!(model(&db).await.get_key("component:default/stale").is_none());
    }

    async fn what_is_asked_for_while_it_is_read_is_read_once_more(db: TestDb) {
        let db = db.db;
        let a = holder("a", HOUR);
        roots(&db, &["/a.yaml"]).await;
        let leased = claim(&db, &a).await.remove(0);
        request_refresh(&db, Refresh::Everything, 1).await.unwrap();
        finish(&db, &a, vec![(leased, orders().update())], Orphans::Delete).await;
        let again = claim(&db, &a).await.remove(0);
        finish(&db, &a, vec![(again, unchanged(orders()))], Orphans::Delete).await;
        assert_eq!(claim(&db, &a).await, []);
    }

    async fn what_has_not_changed_takes_no_number(db: TestDb) {
        let db = db.db;
        let a = holder("a", HOUR);
        roots(&db, &["/a.yaml", "/b.yaml"]).await;
        let unreadable = || SourceUpdate {
            outcome: Outcome::Unreadable,
            ..seed().file("/b.yaml").problem(1, None, "permission denied").update()
        };
        let leased = claim(&db, &a).await;
        let found = leased.into_iter().zip([orders().update(), unreadable()]).collect();
        let written = finish(&db, &a, found, Orphans::Delete).await;
        assert!(written.change.is_some());
        request_refresh(&db, Refresh::Everything, 1).await.unwrap();
        let leased = claim(&db, &a).await;
        assert_eq!(leased.iter().map(|it| it.failures).collect::<Vec<_>>(), [0, 1]);
        let found = leased.into_iter().zip([unchanged(orders()), unreadable()]).collect();
        let written = finish(&db, &a, found, Orphans::Delete).await;
        assert_eq!(written, Written::default());
        assert_eq!(model(&db).await.problems[0].message, "permission denied");
        let stored = model(&db).await;
        assert!(stored.sources.iter().all(|(_, source)| source.read_at() > 0));
    }

    async fn what_a_clock_has_put_off_for_too_long_is_due(db: TestDb) {
        let db = db.db;
        let a = holder("a", HOUR);
        roots(&db, &["/a.yaml"]).await;
        let leased = claim(&db, &a).await.remove(0);
        finish(&db, &a, vec![(leased, orders().update())], Orphans::Delete).await;
        assert_eq!(repair_due(&db, 2 * HOUR, 1).await.unwrap(), 0);
        assert_eq!(repair_due(&db, HOUR / 2, 1).await.unwrap(), 1);
        assert_eq!(claim(&db, &a).await.len(), 1);
    }

    async fn files_are_read_at_a_start(db: TestDb) {
        let db = db.db;
        let a = holder("a", HOUR);
        roots(&db, &["/a.yaml"]).await;
        let leased = claim(&db, &a).await.remove(0);
        finish(&db, &a, vec![(leased, orders().update())], Orphans::Delete).await;
        assert_eq!(claim(&db, &a).await, []);
        start_reading(&db, false, 1).await.unwrap();
        assert_eq!(claim(&db, &a).await.len(), 1);
    }
}
