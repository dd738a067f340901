//! Leases on jobs.

use crate::support::on_each_engine;
use server::store::{
    bring_forward_job, claim_job, finish_job, heartbeat_job, release_job, request_job,
};

const LEASE: i64 = 60_000;

fn later(now: i64) -> i64 {
    now + LEASE
}

on_each_engine! {
    async fn one_at_a_time_does_a_job(db: TestDb) {
        let db = db.db;
        assert!(claim_job(&db, "discover", "a", LEASE, 1).await.unwrap());
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        assert!(claim_job(&db, "other", "b", LEASE, 1).await.unwrap());
        assert!(heartbeat_job(&db, "discover", "a", LEASE, 1).await.unwrap());
        assert!(!heartbeat_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        release_job(&db, "discover", "b").await.unwrap();
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap(), "it was not its own");
        release_job(&db, "discover", "a").await.unwrap();
        assert!(claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
    }

    async fn a_finished_job_is_due_again_later_or_on_request(db: TestDb) {
        let db = db.db;
        assert!(claim_job(&db, "discover", "a", LEASE, 1).await.unwrap());
        assert!(finish_job(&db, "discover", "a", later, 1).await.unwrap());
        assert!(!finish_job(&db, "discover", "a", later, 1).await.unwrap());
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        bring_forward_job(&db, "discover", |now| now + 2 * LEASE, 1).await.unwrap();
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        bring_forward_job(&db, "discover", |now| now, 1).await.unwrap();
        assert!(claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        assert!(finish_job(&db, "discover", "b", later, 1).await.unwrap());
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        request_job(&db, "discover").await.unwrap();
        assert!(claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
    }

    async fn a_job_that_is_asked_for_while_it_is_done_is_done_again(db: TestDb) {
        let db = db.db;
        request_job(&db, "discover").await.unwrap();
        assert!(claim_job(&db, "discover", "a", LEASE, 1).await.unwrap());
        request_job(&db, "discover").await.unwrap();
        assert!(finish_job(&db, "discover", "a", later, 1).await.unwrap());
        assert!(claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        // What it was asked for before it began is done with it.
        assert!(finish_job(&db, "discover", "b", later, 1).await.unwrap());
        assert!(!claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
    }

    async fn a_job_whose_holder_has_died_is_taken_over(db: TestDb) {
        let db = db.db;
        // A lease that is over as soon as it begins.
        assert!(claim_job(&db, "discover", "a", 0, 1).await.unwrap());
        assert!(claim_job(&db, "discover", "b", LEASE, 1).await.unwrap());
        assert!(!heartbeat_job(&db, "discover", "a", LEASE, 1).await.unwrap());
        assert!(!finish_job(&db, "discover", "a", later, 1).await.unwrap(), "it is too late");
    }
}
