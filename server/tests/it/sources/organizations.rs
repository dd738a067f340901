//! People and teams of organisations come, change and go, and a listing that fails takes nobody away.

use crate::support::github::{Fault, Github, Profile, Webhook};
use crate::support::{Engine, TestApp, TestDb, on_each_engine};
use axum::http::StatusCode;
use serde_json::{Value, json};
use server::clock::Clock;
use server::config::{
    Catalog, Config, Events, GithubApp, GithubOrganizations, OrganizationPages, OrphanStrategy,
    Secret,
};
use server::events;
use server::ingest::Context;
use server::outbound::{Hosts, Outbound};
use server::providers::github::OrganizationRounds;
use server::providers::remove_orphans;
use server::scm::Scm;
use server::store::{Db, Refresh, request_job, request_refresh, start_reading};
use server::work::{Wake, follow};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

const SECRET: &str = "s3cret";

/// A portal that lists organisations.
struct Portal {
    app: TestApp,
    db: Db,
    rounds: OrganizationRounds,
    now: Arc<AtomicI64>,
}

impl Portal {
    async fn of(github: &Github, db: TestDb, organizations: &[&str]) -> Self {
        Self::with(github.config(), github, db, organizations, |_| {}).await
    }

    async fn with(
        mut config: Config,
        github: &Github,
        db: TestDb,
        organizations: &[&str],
        set: impl FnOnce(&mut GithubOrganizations),
    ) -> Self {
        let mut listed = GithubOrganizations {
            pages: OrganizationPages {
                teams: 2,
                team_members: 2,
                members: 2,
            },
            ..GithubOrganizations::new("a", &github.host, organizations)
        };
        set(&mut listed);
        config.catalog.github_organizations = vec![listed.clone()];
        config.events = Events {
            github_webhook_secret: Some(Secret::new(SECRET)),
        };
        let now = Arc::new(AtomicI64::new(1_000_000));
        let time = Arc::clone(&now);
        let clock = Clock::from_fn(move || time.load(Ordering::Relaxed));
        let outbound = Outbound::new(Hosts::configured(&config), clock.clone());
        let scm = Arc::new(Scm::new(&config.integrations));
        let store = db.db.clone();
        let rounds = OrganizationRounds {
            organizations: listed,
            db: store.clone(),
            clock: clock.clone(),
            context: Context::unread(outbound, scm),
            holder: "one".to_owned(),
        };
        let events =
            events::Github::new(&config, Vec::new(), store.clone(), clock, Wake::default());
        let app = TestApp::with("", db, Vec::new(), |state| state.with_events(events)).await;
        app.readiness.ready();
        Self {
            app,
            db: store,
            rounds,
            now,
        }
    }

    /// Lists if that is due; whether it was.
    async fn look(&self) -> bool {
        let looked = self.rounds.look().await.unwrap();
        follow(&self.db, &self.app.catalog).await.unwrap();
        looked
    }

    /// Lists once more, at a time when GitHub may be asked again.
    async fn again(&self) {
        self.now.fetch_add(60_000, Ordering::Relaxed);
        request_job(&self.db, "github-org:a").await.unwrap();
        assert!(self.look().await);
    }

    async fn entity(&self, entity_ref: &str) -> Value {
        let path = entity_ref.replace([':'], "/");
        let path = format!("/api/catalog/entities/by-name/{path}");
        let answer = self.app.get(&path).await;
        match answer.status {
            StatusCode::OK => answer.json(),
            StatusCode::NOT_FOUND => Value::Null,
            status => panic!("{status}: {}", answer.body),
        }
    }

    /// Who there is, without the kind where it is `user`, without the namespace where it is `default`.
    async fn everybody(&self) -> Vec<String> {
        let answer = self.app.get("/api/catalog/entities").await.json();
        let all = answer.as_array().unwrap().iter().map(|it| {
            let text = |value: &Value| value.as_str().unwrap().to_lowercase();
            let kind = text(&it["kind"]).replace("user", "");
            let namespace = text(&it["metadata"]["namespace"]).replace("default", "");
            format!("{kind} {namespace} {}", text(&it["metadata"]["name"]))
        });
        let tidy = |it: String| it.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut all: Vec<String> = all.map(tidy).collect();
        all.sort();
        all
    }

    /// The targets of the relations of one type.
    async fn related(&self, entity_ref: &str, kind: &str) -> Vec<String> {
        let entity = self.entity(entity_ref).await;
        let relations = entity["relations"].as_array().cloned().unwrap_or_default();
        let of_kind = relations.iter().filter(|it| it["type"] == kind);
        let mut all: Vec<String> = of_kind
            .map(|it| it["targetRef"].as_str().unwrap().to_owned())
            .collect();
        all.sort();
        all
    }

    /// What is wrong, as the page of problems says it.
    async fn problems(&self) -> String {
        let page = self.app.get("/problems").await;
        page.texts("main").join(" ")
    }
}

/// An organisation with teams below teams, more of everything than one page holds.
async fn playhouse() -> Github {
    let github = Github::start().await;
    github.organization("playhouse", &["ben", "cleo", "dan", "eve"]);
    github.team("playhouse", "crew", &["ben"]);
    github.team("playhouse", "lights", &["ann", "ben", "cleo", "dan", "eve"]);
    github.team("playhouse", "sound", &["cleo"]);
    github.move_team("playhouse", "lights", Some("crew"));
    github.move_team("playhouse", "sound", Some("lights"));
    github
}

on_each_engine! {
    async fn people_and_teams_come_page_by_page(db: TestDb) {
        let github = playhouse().await;
        github.profile("ben", Profile {
            name: Some("Ben Ash".to_owned()),
            bio: Some("Bright".to_owned()),
            email: Some("ben@example.com".to_owned()),
            ..Profile::default()
        });
        github.describe_team("playhouse", "lights", "All that shines");
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let everybody = ["ann", "ben", "cleo", "dan", "eve", "group crew", "group lights", "group sound"];
        assert_eq!(portal.everybody().await, everybody);
        // Three pages of people, two of teams, two more of the members of one.
        assert_eq!(github.asked().len(), 7);

        let ben = portal.entity("user:default:ben").await;
        let annotations = &ben["metadata"]["annotations"];
        let page = format!("https://{}/ben", github.host);
        assert_eq!(annotations["github.com/user-login"], "ben");
        assert!(annotations["github.com/user-id"].as_str().unwrap().starts_with("U_"));
        assert_eq!(annotations["backstage.io/managed-by-location"], format!("url:{page}"));
        assert_eq!(annotations["backstage.io/managed-by-origin-location"], format!("url:{page}"));
        assert_eq!(ben["metadata"]["description"], "Bright");
        assert_eq!(ben["spec"]["profile"]["displayName"], "Ben Ash");
        assert_eq!(ben["spec"]["profile"]["email"], "ben@example.com");
        // Only the teams that a person is in, not those above them.
        let teams = ["group:default/crew", "group:default/lights"];
        assert_eq!(portal.related("user:default:ben", "memberOf").await, teams);
        assert_eq!(portal.related("user:default:eve", "memberOf").await, ["group:default/lights"]);

        let lights = portal.entity("group:default:lights").await;
        let annotations = &lights["metadata"]["annotations"];
        let page = format!("//{}/orgs/playhouse/teams/lights", github.host);
        assert_eq!(annotations["github.com/team-slug"], "playhouse/lights");
        assert_eq!(annotations["backstage.io/managed-by-location"], format!("url:https:{page}"));
        assert_eq!(annotations["backstage.io/edit-url"], format!("http:{page}/edit"));
        assert_eq!(lights["spec"]["type"], "team");
        assert_eq!(lights["spec"]["parent"], "crew");
        assert_eq!(lights["spec"]["children"], json!(["sound"]));
        let members = portal.related("group:default:lights", "hasMember").await;
        assert_eq!(members.len(), 5, "{members:?}");
        assert_eq!(portal.related("group:default:crew", "hasMember").await, ["user:default/ben"]);
        assert_eq!(portal.related("group:default:crew", "parentOf").await, ["group:default/lights"]);
    }

    async fn who_leaves_is_gone_and_teams_are_where_they_are_now(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        // Nothing is due, and nothing is different.
        assert!(!portal.look().await);
        let before = portal.app.catalog.whole().change;
        portal.again().await;
        assert_eq!(portal.app.catalog.whole().change, before);

        github.leave("playhouse", "dan");
        github.rename_team("playhouse", "sound", "Sound and Music");
        github.move_team("playhouse", "sound-and-music", Some("crew"));
        portal.again().await;
        let everybody = ["ann", "ben", "cleo", "eve", "group crew", "group lights", "group sound-and-music"];
        assert_eq!(portal.everybody().await, everybody);
        assert_eq!(portal.related("group:default:lights", "hasMember").await.len(), 4);
        let below = ["group:default/lights", "group:default/sound-and-music"];
        assert_eq!(portal.related("group:default:crew", "parentOf").await, below);
        assert!(portal.related("group:default:lights", "parentOf").await.is_empty());
        let teams = ["group:default/lights", "group:default/sound-and-music"];
        assert_eq!(portal.related("user:default:cleo", "memberOf").await, teams);
        let team = portal.entity("group:default:sound-and-music").await;
        assert_eq!(team["spec"]["profile"]["displayName"], "Sound and Music");

        github.remove_team("playhouse", "crew");
        portal.again().await;
        assert_eq!(portal.everybody().await, ["ann", "ben", "cleo", "eve"]);
        assert!(portal.related("user:default:ben", "memberOf").await.is_empty());
    }

    async fn two_organisations_have_namespaces_and_share_their_people(db: TestDb) {
        let github = playhouse().await;
        github.organization("Opera", &["ben", "fay"]);
        github.team("Opera", "lights", &["ben", "fay"]);
        let portal = Portal::of(&github, db, &["playhouse", "Opera"]).await;
        assert!(portal.look().await);
        let everybody = [
            "ann", "ben", "cleo", "dan", "eve", "fay",
            "group opera lights", "group playhouse crew", "group playhouse lights", "group playhouse sound",
        ];
        assert_eq!(portal.everybody().await, everybody);
        let teams = ["group:opera/lights", "group:playhouse/crew", "group:playhouse/lights"];
        assert_eq!(portal.related("user:default:ben", "memberOf").await, teams);
        let members = ["user:default/ben", "user:default/fay"];
        assert_eq!(portal.related("group:opera:lights", "hasMember").await, members);
        assert_eq!(portal.related("group:playhouse:lights", "childOf").await, ["group:playhouse/crew"]);
        // Who leaves one of them is still in the other.
        github.leave("Opera", "ben");
        portal.again().await;
        assert_eq!(portal.related("user:default:ben", "memberOf").await, teams[1..]);
        // When one cannot be listed, nothing is said of the other either.
        github.leave("playhouse", "eve");
        github.leave("Opera", "fay");
        github.fail("POST", "/graphql", Fault::NotAllowed, 1);
        portal.again().await;
        assert_eq!(portal.everybody().await.len(), 10);
    }

    async fn a_listing_that_fails_takes_nobody_away_and_is_told_of(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let everybody = portal.everybody().await;
        github.leave("playhouse", "eve");
        let answer = |body: Value| Fault::Answer(200, body);
        let no_list = json!({"data": {"organization": {"login": "playhouse"}}});
        let endless = json!({"hasNextPage": true, "endCursor": null});
        let no_end = json!({"data": {"organization": {
            "teams": {"nodes": [], "pageInfo": endless}, "membersWithRole": {"nodes": [], "pageInfo": endless},
        }}});
        for (fault, said) in [
            (Fault::Broken, "502"),
            (Fault::Secondary { retry_after: Some(1) }, "asks to wait"),
            (Fault::NotAllowed, "403"),
            (answer(json!("no answer")), "knows no playhouse"),
            (answer(no_list), "without a list"),
            (answer(no_end), "without a list"),
            (answer(json!({"data": {"organization": null}})), "knows no playhouse"),
        ] {
            github.fail("POST", "/graphql", fault, 10);
            portal.again().await;
            assert_eq!(portal.everybody().await, everybody, "{said}");
            let problems = portal.problems().await;
            assert!(problems.contains(said), "{said}: {problems}");
            let failing = portal.app.get("/admin?state=failing").await;
            let rows = failing.texts("section[aria-label=Sources] li");
            assert!(rows.len() == 1 && rows[0].contains("github-org:a"), "{rows:?}");
            github.heal();
        }
        github.fail_graphql("RATE_LIMITED", "API rate limit exceeded");
        portal.again().await;
        assert_eq!(portal.everybody().await, everybody);
        github.heal();
        // Who is counted and not shown may still be there; who is new comes in.
        github.hide(1);
        github.organization("playhouse", &["ben", "cleo", "dan", "gus"]);
        portal.again().await;
        assert_eq!(portal.everybody().await.len(), everybody.len() + 1);
        let problems = portal.problems().await;
        assert!(problems.contains("counts more people or teams than it shows"), "{problems}");
        github.heal();
        portal.again().await;
        assert_eq!(portal.everybody().await.len(), everybody.len());
        let problems = portal.problems().await;
        assert!(!problems.contains("github-org"), "{problems}");
        let failing = portal.app.get("/admin?state=failing").await;
        assert!(failing.texts("section[aria-label=Sources] li").is_empty());
    }

    async fn what_github_tells_is_looked_at_soon(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        let told = async |webhook: Webhook, is_heeded: bool| {
            let answer = portal.app.send(webhook.signed(SECRET)).await;
            assert_eq!(answer.status, StatusCode::ACCEPTED, "{}", answer.body);
            assert_eq!(portal.look().await, is_heeded, "{}", answer.body);
        };
        github.leave("playhouse", "eve");
        told(github.told_of_member("playhouse", "member_removed", "eve"), true).await;
        assert_eq!(portal.entity("user:default:eve").await, Value::Null);
        github.staff_team("playhouse", "sound", &["cleo", "dan"]);
        told(github.told_of_membership("playhouse", "sound", "added", "dan"), true).await;
        let teams = ["group:default/lights", "group:default/sound"];
        assert_eq!(portal.related("user:default:dan", "memberOf").await, teams);
        github.remove_team("playhouse", "sound");
        told(github.told_of_team("playhouse", "sound", "deleted"), true).await;
        assert_eq!(portal.entity("group:default:sound").await, Value::Null);
        told(github.told_of_team("playhouse", "lights", "added_to_repository"), false).await;
        github.organization("opera", &[]);
        told(github.told_of_member("opera", "member_added", "ben"), false).await;
    }

    async fn nobody_reads_what_is_listed(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        start_reading(&portal.db, true, 1_000_000).await.unwrap();
        assert_eq!(request_refresh(&portal.db, Refresh::Everything, 1_000_000).await.unwrap(), 0);
        assert!(!portal.look().await);
        // Who asks for one of them has all of them listed.
        let refresh = json!({"entityRef": "user:default/ben"});
        let answer = portal.app.post("/api/catalog/refresh", &refresh).await;
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
        assert!(portal.look().await);
    }

    async fn what_was_listed_goes_with_its_configuration(db: TestDb) {
        let github = playhouse().await;
        let portal = Portal::of(&github, db, &["playhouse"]).await;
        assert!(portal.look().await);
        for (ids, strategy, left) in [
            (&["a"][..], OrphanStrategy::Delete, 8),
            (&[], OrphanStrategy::Keep, 8),
            (&["b"], OrphanStrategy::Delete, 0),
        ] {
            let catalog = Catalog {
                github_organization_ids: ids.iter().map(|it| (*it).to_owned()).collect(),
                orphan_providers: strategy,
                ..Catalog::default()
            };
            remove_orphans(&portal.db, &catalog, 1_000_000).await.unwrap();
            follow(&portal.db, &portal.app.catalog).await.unwrap();
            assert_eq!(portal.everybody().await.len(), left, "{ids:?}");
        }
    }
}

/// Configured with an app in place of a token.
fn with_app(github: &Github) -> Config {
    let mut config = github.config();
    config.integrations[0].token = None;
    config.integrations[0].apps.push(GithubApp {
        app_id: "7".to_owned(),
        private_key: Secret::new(include_str!("../../../src/scm/tests/app-key.pem")),
        webhook_secret: None,
        client_id: None,
        client_secret: None,
        allowed_installation_owners: None,
        public_access: false,
    });
    config
}

async fn portal_of(github: &Github, config: Config, organizations: &[&str]) -> Portal {
    let db = Engine::Sqlite.open().await.unwrap();
    Portal::with(config, github, db, organizations, |_| {}).await
}

#[tokio::test]
async fn an_app_lists_all_organisations_that_have_installed_it() {
    let github = playhouse().await;
    github.organization("opera", &["fay"]);
    for owner in ["playhouse", "opera", "gus"] {
        github.user("gus");
        github.install(owner);
    }
    let portal = portal_of(&github, with_app(&github), &[]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 6 + 3);
    assert!(
        portal.problems().await.contains("Nothing is wrong"),
        "{}",
        portal.problems().await
    );
    // Addresses are not for apps.
    let ben = portal.entity("user:default:ben").await;
    assert_eq!(ben["spec"]["profile"].get("email"), None);
}

#[tokio::test]
async fn an_app_that_is_suspended_loses_nobody() {
    let github = playhouse().await;
    github.install("playhouse");
    let portal = portal_of(&github, with_app(&github), &["playhouse"]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 8);
    github.suspend("playhouse", true);
    github.leave("playhouse", "eve");
    // The token of the app lasts an hour.
    portal.now.fetch_add(3_600_000, Ordering::Relaxed);
    portal.again().await;
    assert_eq!(portal.everybody().await.len(), 8);
    let problems = portal.problems().await;
    assert!(problems.contains("GitHub App 7"), "{problems}");
    github.suspend("playhouse", false);
    portal.now.fetch_add(3_600_000, Ordering::Relaxed);
    portal.again().await;
    assert_eq!(portal.everybody().await.len(), 7);
}

#[tokio::test]
async fn without_organisations_and_without_an_app_it_is_said_what_is_missing() {
    let github = playhouse().await;
    let portal = portal_of(&github, github.config(), &[]).await;
    assert!(portal.look().await);
    let problems = portal.problems().await;
    assert!(problems.contains("name them under orgs"), "{problems}");
}

#[tokio::test]
async fn a_page_that_github_cannot_give_is_asked_for_in_parts() {
    let github = playhouse().await;
    github.fail("POST", "/graphql", Fault::Broken, 2);
    let portal = portal_of(&github, github.config(), &["playhouse"]).await;
    assert!(portal.look().await);
    assert_eq!(portal.everybody().await.len(), 8);
    let sizes: Vec<u64> = github
        .asked()
        .iter()
        .filter_map(|it| it.body["variables"]["first"].as_u64())
        .collect();
    assert!(sizes.contains(&1) && sizes.contains(&2), "{sizes:?}");
}

#[tokio::test]
async fn who_is_suspended_is_left_out_where_that_is_configured() {
    let github = playhouse().await;
    github.suspend_person("eve");
    let verified = Profile {
        email: Some("ben@example.com".to_owned()),
        verified_emails: vec!["ben+github@playhouse.example".to_owned()],
        ..Profile::default()
    };
    github.profile("ben", verified);
    let db = Engine::Sqlite.open().await.unwrap();
    let set = |it: &mut GithubOrganizations| {
        it.excludes_suspended = true;
        it.uses_verified_emails = true;
    };
    let portal = Portal::with(github.config(), &github, db, &["playhouse"], set).await;
    assert!(portal.look().await);
    assert_eq!(portal.entity("user:default:eve").await, Value::Null);
    let members = portal.related("group:default:lights", "hasMember").await;
    assert!(
        !members.contains(&"user:default/eve".to_owned()),
        "{members:?}"
    );
    let ben = portal.entity("user:default:ben").await;
    assert_eq!(ben["spec"]["profile"]["email"], "ben@playhouse.example");
}

#[tokio::test]
async fn a_group_of_thousands_has_a_page() {
    let github = Github::start().await;
    let names: Vec<String> = (0..6_000)
        .map(|number| format!("person-{number}"))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    github.organization("playhouse", &names);
    github.team("playhouse", "everybody", &names);
    let db = Engine::Sqlite.open().await.unwrap();
    let set = |it: &mut GithubOrganizations| {
        it.pages = OrganizationPages {
            teams: 100,
            team_members: 100,
            members: 100,
        };
    };
    let portal = Portal::with(github.config(), &github, db, &["playhouse"], set).await;
    assert!(portal.look().await);
    let page = portal.app.get("/catalog/default/group/everybody").await;
    assert_eq!(page.status, StatusCode::OK);
    let main = page.texts("main").join(" ");

    assert!(
        main.contains("Members6000") && main.contains("and 5800 more"),
        "{main}"
    );
    assert!(page.body.len() < 1_000_000, "{} bytes", page.body.len());
    let person = portal.app.get("/catalog/default/user/person-5999").await;
    assert_eq!(person.status, StatusCode::OK);
    assert!(person.texts("main").join(" ").contains("everybody"));
}
