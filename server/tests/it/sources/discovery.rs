//! Repositories are found, and a listing that fails takes nothing away.

use crate::support::github::{Fault, Github, Repository};
use server::clock::Clock;
use server::config::{Config, GithubApp, GithubDiscovery, Secret};
use server::outbound::{Hosts, Outbound};
use server::providers::github::{Discovery, ListError, list_repositories};
use server::scm::Scm;

fn discovery(github: &Github, set: impl FnOnce(&mut GithubDiscovery)) -> Discovery {
    let mut config = GithubDiscovery {
        page_size: 2,
        ..GithubDiscovery::new("a", &github.host, "playhouse")
    };
    set(&mut config);
    Discovery::new(config).unwrap()
}

/// The targets that a discovery finds, without the host.
async fn found(github: &Github, discovery: &Discovery) -> Result<Vec<String>, ListError> {
    found_by(github, discovery, &github.config()).await
}

async fn found_by(
    github: &Github,
    discovery: &Discovery,
    config: &Config,
) -> Result<Vec<String>, ListError> {
    let scm = Scm::new(&config.integrations);
    let outbound = Outbound::new(Hosts::configured(config), Clock::from_fn(|| 0));
    let listing = list_repositories(&discovery.config, &scm, &outbound).await?;
    let targets = listing.repositories.iter();
    let targets = targets.filter_map(|it| discovery.target(it));
    let host = format!("http://{}/", github.host);
    let mut targets: Vec<String> = targets.map(|it| it.replace(&host, "")).collect();
    if listing.incomplete {
        targets.push("incomplete".to_owned());
    }
    Ok(targets)
}

async fn playhouse() -> Github {
    let github = Github::start().await;
    github.repository("playhouse/api", |it| {
        it.file("catalog-info.yaml", "a: 1").topic("catalog")
    });
    github.repository("playhouse/bar", |it| {
        it.topic("catalog").topic("experiment")
    });
    github.repository("playhouse/cue", |mut it| {
        it.is_fork = true;
        "trunk".clone_into(&mut it.default_branch);
        it.file("catalog-info.yaml", "a: 1")
    });
    github.repository("playhouse/den", |mut it| {
        it.is_archived = true;
        it.file("catalog-info.yaml", "a: 1")
    });
    github.repository("playhouse/ear", |mut it| {
        "private".clone_into(&mut it.visibility);
        it.file("catalog-info.yaml", "")
    });
    github.repository("playhouse/fly", Repository::empty);
    github.repository("others/api", |it| it.file("catalog-info.yaml", "a: 1"));
    github
}

#[tokio::test]
async fn all_pages_are_read_and_filters_apply() {
    let github = playhouse().await;
    let check = async |set: fn(&mut GithubDiscovery), expected: &[&str]| {
        let discovery = discovery(&github, set);
        assert_eq!(found(&github, &discovery).await.unwrap(), expected);
    };
    let [api, bar, cue, den, ear] = [
        "playhouse/api/blob/main/catalog-info.yaml",
        "playhouse/bar/blob/main/catalog-info.yaml",
        "playhouse/cue/blob/trunk/catalog-info.yaml",
        "playhouse/den/blob/main/catalog-info.yaml",
        "playhouse/ear/blob/main/catalog-info.yaml",
    ];
    check(|_| {}, &[api, bar, cue, ear]).await;
    check(
        |it| it.filters.allow_archived = true,
        &[api, bar, cue, den, ear],
    )
    .await;
    check(|it| it.filters.allow_forks = false, &[api, bar, ear]).await;
    // An empty file is as good as none.
    check(|it| it.validate_locations_exist = true, &[api, cue]).await;
    check(
        |it| it.filters.repository = Some("(a|b).*".to_owned()),
        &[api, bar],
    )
    .await;
    check(
        |it| it.filters.topics = Some(vec!["catalog".to_owned()]),
        &[api, bar],
    )
    .await;
    check(
        |it| {
            it.filters.topics = Some(vec!["catalog".to_owned()]);
            it.filters.excluded_topics = Some(vec!["experiment".to_owned()]);
        },
        &[api],
    )
    .await;
    check(
        |it| it.filters.visibility = Some(vec!["private".to_owned()]),
        &[ear],
    )
    .await;
    check(
        |it| {
            it.filters.branch = Some("trunk".to_owned());
            it.validate_locations_exist = true;
        },
        &[cue],
    )
    .await;
    github.asked();
    check(|it| it.page_size = 100, &[api, bar, cue, ear]).await;
    assert_eq!(github.asked().len(), 1);
}

#[tokio::test]
async fn an_app_looks_through_all_who_have_installed_it() {
    let github = playhouse().await;
    github.install("playhouse");
    github.install("others");
    let discovery = discovery(&github, |it| {
        it.organization = None;
        it.app = Some("7".to_owned());
        it.validate_locations_exist = true;
    });
    let mut config = github.config();
    config.integrations[0].token = None;
    let error = found_by(&github, &discovery, &config).await.unwrap_err();
    assert!(
        error.to_string().contains("it is not among the apps"),
        "{error}"
    );
    config.integrations[0].apps.push(GithubApp {
        app_id: "7".to_owned(),
        private_key: Secret::new(include_str!("../../../src/scm/tests/app-key.pem")),
        webhook_secret: None,
        client_id: None,
        client_secret: None,
        allowed_installation_owners: None,
        public_access: false,
    });
    let found = found_by(&github, &discovery, &config).await.unwrap();
    assert_eq!(
        found,
        [
            "playhouse/api/blob/main/catalog-info.yaml",
            "playhouse/cue/blob/trunk/catalog-info.yaml",
            "others/api/blob/main/catalog-info.yaml",
        ]
    );
}

#[tokio::test]
async fn what_is_not_a_whole_listing_is_an_error_or_says_so() {
    let github = playhouse().await;
    let discovery = discovery(&github, |_| {});
    let fails = async |with: &str| {
        let error = found(&github, &discovery).await.unwrap_err().to_string();
        assert!(error.contains(with), "{error}");
        github.heal();
    };
    github.refuse([Fault::Broken]);
    fails("502").await;
    github.refuse([Fault::Primary { reset: 100 }]);
    fails("asks to wait").await;
    github.refuse([Fault::Secondary { retry_after: None }]);
    fails("asks to wait").await;
    github.fail_graphql("RATE_LIMITED", "API rate limit exceeded");
    fails("API rate limit exceeded").await;
    github.hide(1);
    let found = found(&github, &discovery).await.unwrap();
    assert_eq!(found.last().map(String::as_str), Some("incomplete"));
    github.heal();
    let nobody = Discovery::new(GithubDiscovery {
        organization: Some("nobody".to_owned()),
        ..discovery.config.clone()
    });
    let error = self::found(&github, &nobody.unwrap()).await.unwrap_err();
    assert!(matches!(error, ListError::NoOwner { .. }), "{error}");
    let mut config = github.config();
    config.integrations[0].token = None;
    let error = found_by(&github, &discovery, &config).await.unwrap_err();
    assert!(matches!(error, ListError::NoCredential { .. }), "{error}");
    config.integrations[0].token = Some(Secret::new("wrong"));
    let error = found_by(&github, &discovery, &config).await.unwrap_err();
    assert!(error.to_string().contains("401"), "{error}");
}
