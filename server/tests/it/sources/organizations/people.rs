//! People and teams are those of GitHub, and where they are now.

use super::{Portal, playhouse};
use crate::support::github::{Fault, Profile};
use crate::support::{Engine, on_each_engine};
use serde_json::{Value, json};
use server::config::GithubOrganizations;

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
