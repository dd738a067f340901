//! Looking for repositories when it is due: one process at a time, and nothing lost.

use super::component;
use crate::support::github::{Fault, Github};
use crate::support::on_each_engine;
use server::clock::Clock;
use server::config::{Catalog, GithubDiscovery, OrphanStrategy};
use server::outbound::Outbound;
use server::providers::github::{Discovery, Rounds};
use server::providers::remove_orphans;
use server::store::{Db, list_locations, request_job};
use server::work::Wake;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

struct Replica {
    rounds: Rounds,
    now: Arc<AtomicI64>,
}

impl Replica {
    fn of(github: &Github, db: &Db, holder: &str) -> Self {
        let now = Arc::new(AtomicI64::new(1_000_000));
        let time = Arc::clone(&now);
        let clock = Clock::from_fn(move || time.load(Ordering::Relaxed));
        let discovery = GithubDiscovery {
            page_size: 2,
            ..GithubDiscovery::new("a", &github.host, "playhouse")
        };
        let rounds = Rounds {
            discovery: Discovery::new(discovery).unwrap(),
            db: db.clone(),
            outbound: Outbound::new(github.hosts(), clock.clone()),
            clock,
            scm: Arc::new(github.scm()),
            holder: holder.to_owned(),
            wake: Wake::default(),
        };
        Self { rounds, now }
    }

    async fn look(&self) -> bool {
        self.rounds.look().await.unwrap()
    }

    /// Makes a round due, at a time when GitHub may be asked again.
    async fn is_due(&self) {
        self.now.fetch_add(60_000, Ordering::Relaxed);
        request_job(&self.rounds.db, "github:a").await.unwrap();
    }

    async fn found(&self) -> usize {
        let found = list_locations(&self.rounds.db, "github:a").await.unwrap();
        for location in &found {
            assert_eq!(location.presence.as_deref(), Some("optional"));
        }
        found.len()
    }
}

async fn playhouse() -> Github {
    let github = Github::start().await;
    for name in ["api", "bar", "cue", "den", "ear"] {
        github.repository(&format!("playhouse/{name}"), |it| {
            it.file("catalog-info.yaml", component(name))
        });
    }
    github
}

on_each_engine! {
    async fn a_round_is_made_when_it_is_due_and_by_one_alone(db: TestDb) {
        let github = playhouse().await;
        let (one, two) = (Replica::of(&github, &db.db, "one"), Replica::of(&github, &db.db, "two"));
        assert_eq!((one.look().await, two.look().await), (true, false));
        assert_eq!(one.found().await, 5);
        // The next one is due in three hours, or when an event asks for it.
        github.remove("playhouse/den");
        assert_eq!((one.look().await, two.look().await), (false, false));
        two.is_due().await;
        assert!(two.look().await);
        assert_eq!(two.found().await, 4);
    }

    async fn a_listing_that_is_not_whole_takes_nothing_away(db: TestDb) {
        let github = playhouse().await;
        let replica = Replica::of(&github, &db.db, "one");
        assert!(replica.look().await);
        for failure in 0..4 {
            replica.is_due().await;
            github.remove("playhouse/den");
            match failure {
                // The second page breaks off.
                0 => github.refuse([Fault::Broken]),
                1 => github.fail_graphql("SOMETHING", "Something went wrong"),
                2 => github.refuse([Fault::Secondary { retry_after: Some(1) }]),
                _ => {
                    github.hide(1);
                    github.repository("playhouse/new", |it| it);
                }
            }
            assert!(replica.look().await);
            let expected = if failure < 3 { 5 } else { 6 };
            assert_eq!(replica.found().await, expected, "{failure}");
            github.heal();
        }
        replica.is_due().await;
        assert!(replica.look().await);
        assert_eq!(replica.found().await, 5);
    }

    async fn what_a_provider_found_goes_with_it_unless_it_only_rests(db: TestDb) {
        let github = playhouse().await;
        let replica = Replica::of(&github, &db.db, "one");
        assert!(replica.look().await);
        let orphaned = async |ids: &[&str], strategy: OrphanStrategy| {
            let catalog = Catalog {
                github_ids: ids.iter().map(|it| (*it).to_owned()).collect(),
                orphan_providers: strategy,
                ..Catalog::default()
            };
            remove_orphans(&db.db, &catalog, 1_000_000).await.unwrap();
            replica.found().await
        };
        assert_eq!(orphaned(&["a"], OrphanStrategy::Delete).await, 5);
        assert_eq!(orphaned(&[], OrphanStrategy::Keep).await, 5);
        assert_eq!(orphaned(&["b"], OrphanStrategy::Delete).await, 0);
    }
}
