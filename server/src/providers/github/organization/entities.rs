//! People and teams as entities of the catalog. Pure.

use super::people::{Member, Organization, Team};
use crate::config::GithubOrganizations;
use crate::ingest::Listed;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

const API_VERSION: &str = "backstage.io/v1alpha1";
/// Of what people and teams say of themselves, in characters.
const LONGEST: usize = 1_000;

/// The users and groups of organisations. Who is a member of several is one user, and a member of teams
/// of all of them. With several organisations each has a namespace for its teams.
pub fn entities(config: &GithubOrganizations, organizations: &[Organization]) -> Vec<Listed> {
    let mut users: BTreeMap<String, (&Member, BTreeSet<String>)> = BTreeMap::new();
    for organization in organizations {
        let counts = |it: &&Member| !(config.excludes_suspended && it.is_suspended);
        for member in organization.members.iter().filter(counts) {
            let user = (member, BTreeSet::new());
            users.entry(member.login.to_lowercase()).or_insert(user);
        }
    }
    let mut groups = Vec::new();
    for organization in organizations {
        let namespace = config
            .is_namespaced
            .then(|| organization.login.to_lowercase());
        let namespace = namespace.as_deref();
        let children = children(&organization.teams);
        for team in &organization.teams {
            for member in &team.members {
                if let Some((_, teams)) = users.get_mut(&member.to_lowercase()) {
                    teams.insert(named(namespace, &team.slug));
                }
            }
            let mut members = team.members.clone();
            members.retain(|it| users.contains_key(&it.to_lowercase()));
            members.sort();
            let page = format!(
                "{}/orgs/{}/teams/{}",
                config.url, organization.login, team.slug
            );
            let children = children.get(team.slug.as_str());
            let document = group(team, namespace, children, &members);
            groups.push(Listed { page, document });
        }
    }
    groups.sort_by(|a, b| a.page.cmp(&b.page));
    let users = users.values().map(|(member, teams)| Listed {
        page: format!("{}/{}", config.url, member.login),
        document: user(config, member, teams),
    });
    users.chain(groups).collect()
}

/// The teams right below each, by its slug.
fn children(teams: &[Team]) -> BTreeMap<&str, BTreeSet<&str>> {
    let mut children: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for team in teams {
        if let Some(parent) = &team.parent {
            children.entry(parent).or_default().insert(&team.slug);
        }
    }
    children
}

fn user(config: &GithubOrganizations, member: &Member, teams: &BTreeSet<String>) -> Value {
    let mut annotations = Map::new();
    annotations.insert(
        "github.com/user-login".to_owned(),
        member.login.clone().into(),
    );
    if !member.id.is_empty() {
        annotations.insert("github.com/user-id".to_owned(), member.id.clone().into());
    }
    let verified = member.verified_emails.first().map(|it| without_tag(it));
    let verified = verified.filter(|_| config.uses_verified_emails);
    let email = verified.as_ref().or(member.email.as_ref());
    let profile = with(
        json!({}),
        &[
            ("displayName", member.name.as_ref()),
            ("email", email),
            ("picture", member.picture.as_ref()),
        ],
    );
    let metadata = json!({ "name": member.login, "annotations": annotations });
    json!({
        "apiVersion": API_VERSION,
        "kind": "User",
        "metadata": with(metadata, &[("description", member.bio.as_ref())]),
        "spec": { "profile": profile, "memberOf": teams },
    })
}

fn group(
    team: &Team,
    namespace: Option<&str>,
    children: Option<&BTreeSet<&str>>,
    members: &[String],
) -> Value {
    let mut annotations = Map::new();
    let slug = team.combined_slug.clone();
    annotations.insert("github.com/team-slug".to_owned(), slug.into());
    if let Some(url) = &team.edit_url {
        annotations.insert("backstage.io/edit-url".to_owned(), url.clone().into());
    }
    let mut metadata = json!({ "name": team.slug, "annotations": annotations });
    if let Some(namespace) = namespace {
        metadata["namespace"] = namespace.into();
    }
    let profile = with(
        json!({}),
        &[
            ("displayName", team.name.as_ref()),
            ("picture", team.picture.as_ref()),
        ],
    );
    // People are no organisation's: a short name would be looked for beside the team.
    let user_namespace = namespace.map(|_| "default");
    let members = members.iter().map(|it| named(user_namespace, it));
    let members: Vec<String> = members.collect();
    let spec = json!({
        "type": "team",
        "profile": profile,
        "children": children.cloned().unwrap_or_default(),
        "members": members,
    });
    json!({
        "apiVersion": API_VERSION,
        "kind": "Group",
        "metadata": with(metadata, &[("description", team.description.as_ref())]),
        "spec": with(spec, &[("parent", team.parent.as_ref())]),
    })
}

/// A name as it is written elsewhere than in its namespace.
fn named(namespace: Option<&str>, name: &str) -> String {
    match namespace {
        Some(namespace) => format!("{namespace}/{name}"),
        None => name.to_owned(),
    }
}

/// An object with what there is.
fn with(mut object: Value, texts: &[(&str, Option<&String>)]) -> Value {
    for (name, text) in texts {
        if let Some(text) = text {
            object[*name] = text.chars().take(LONGEST).collect::<String>().into();
        }
    }
    object
}

/// An address without what routes it within a mailbox, as in `ann+tag@example.com`.
fn without_tag(address: &str) -> String {
    let Some((name, domain)) = address.rsplit_once('@') else {
        return address.to_owned();
    };
    let name = name.split('+').next().unwrap_or(name);
    format!("{name}@{domain}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(login: &str) -> Member {
        Member {
            login: login.to_owned(),
            ..Member::default()
        }
    }

    fn team(slug: &str, parent: Option<&str>, members: &[&str]) -> Team {
        Team {
            slug: slug.to_owned(),
            combined_slug: format!("Playhouse/{slug}"),
            parent: parent.map(str::to_owned),
            members: members.iter().map(|it| (*it).to_owned()).collect(),
            ..Team::default()
        }
    }

    fn organization(login: &str, members: Vec<Member>, teams: Vec<Team>) -> Organization {
        Organization {
            login: login.to_owned(),
            members,
            teams,
            incomplete: false,
        }
    }

    fn config() -> GithubOrganizations {
        GithubOrganizations::new("a", "github.com", &["Playhouse"])
    }

    fn documents(config: &GithubOrganizations, all: &[Organization]) -> BTreeMap<String, Value> {
        let found = entities(config, all).into_iter();
        found.map(|it| (it.page, it.document)).collect()
    }

    #[test]
    fn people_and_teams_say_all_that_is_known_of_them() {
        let ben = Member {
            id: "U_1".to_owned(),
            name: Some("Ben Ash".to_owned()),
            bio: Some("Lights".to_owned()),
            picture: Some("https://a/1".to_owned()),
            email: Some("ben@example.com".to_owned()),
            verified_emails: vec!["ben+x@playhouse.example".to_owned()],
            ..member("Ben")
        };
        let lights = Team {
            name: Some("The lights".to_owned()),
            description: Some("Bright".to_owned()),
            picture: Some("https://a/2".to_owned()),
            edit_url: Some("https://github.com/orgs/Playhouse/teams/lights/edit".to_owned()),
            ..team("lights", Some("crew"), &["Ben"])
        };
        let teams = vec![lights, team("crew", None, &[])];
        let all = [organization("Playhouse", vec![ben], teams)];
        let mut config = config();
        let mut expected = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "User",
            "metadata": {
                "name": "Ben",
                "annotations": {"github.com/user-login": "Ben", "github.com/user-id": "U_1"},
                "description": "Lights",
            },
            "spec": {
                "profile": {
                    "displayName": "Ben Ash", "email": "ben@example.com", "picture": "https://a/1",
                },
                "memberOf": ["lights"],
            },
        });
        let found = documents(&config, &all);
        assert_eq!(found["https://github.com/Ben"], expected);
        config.uses_verified_emails = true;
        expected["spec"]["profile"]["email"] = "ben@playhouse.example".into();
        assert_eq!(documents(&config, &all)["https://github.com/Ben"], expected);
        let expected = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Group",
            "metadata": {
                "name": "lights",
                "annotations": {
                    "github.com/team-slug": "Playhouse/lights",
                    "backstage.io/edit-url": "https://github.com/orgs/Playhouse/teams/lights/edit",
                },
                "description": "Bright",
            },
            "spec": {
                "type": "team",
                "profile": {"displayName": "The lights", "picture": "https://a/2"},
                "children": [],
                "members": ["Ben"],
                "parent": "crew",
            },
        });
        let page = "https://github.com/orgs/Playhouse/teams/";
        assert_eq!(found[&format!("{page}lights")], expected);
        let crew = &found[&format!("{page}crew")]["spec"];
        assert_eq!(crew["children"], json!(["lights"]));
        // Those of the team below are not members of this one.
        assert_eq!(crew["members"], json!([]));
    }

    #[test]
    fn several_organisations_have_namespaces_and_share_their_people() {
        let config = GithubOrganizations {
            is_namespaced: true,
            ..config()
        };
        let all = [
            organization(
                "Playhouse",
                vec![member("ben")],
                vec![team("lights", None, &["ben"])],
            ),
            organization(
                "Opera",
                vec![member("Ben")],
                vec![team("lights", None, &["Ben"])],
            ),
        ];
        let found = documents(&config, &all);
        assert_eq!(found.len(), 3);
        let ben = &found["https://github.com/ben"];
        assert_eq!(ben["metadata"].get("namespace"), None);
        let teams = json!(["opera/lights", "playhouse/lights"]);
        assert_eq!(ben["spec"]["memberOf"], teams);
        let lights = &found["https://github.com/orgs/Opera/teams/lights"];
        assert_eq!(lights["metadata"]["namespace"], "opera");
        assert_eq!(lights["spec"]["members"], json!(["default/Ben"]));
    }

    #[test]
    fn who_is_suspended_is_nobody_where_that_is_asked_for() {
        let suspended = Member {
            is_suspended: true,
            ..member("eve")
        };
        let teams = vec![team("lights", None, &["ben", "eve"])];
        let all = [organization(
            "Playhouse",
            vec![member("ben"), suspended],
            teams,
        )];
        let mut config = config();
        let members = |config: &GithubOrganizations| {
            let found = documents(config, &all);
            let lights = &found["https://github.com/orgs/Playhouse/teams/lights"];
            (found.len(), lights["spec"]["members"].clone())
        };
        assert_eq!(members(&config), (3, json!(["ben", "eve"])));
        config.excludes_suspended = true;
        assert_eq!(members(&config), (2, json!(["ben"])));
    }
}
