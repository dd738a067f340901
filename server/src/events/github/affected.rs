//! What follows from what was told: which sources are due, and which locations come and go. Pure.

use super::told::{OrganizationTold, Push, RepositoryTold};
use crate::config::GithubOrganizations;
use crate::ingest::LocationRef;
use crate::providers::github::{Discovery, Repository};
use crate::scm::{RepositoryFile, Scm};
use std::collections::{BTreeMap, BTreeSet};

/// What is known already.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// The host that tells.
    pub(super) host: String,
    /// The sources at the pages of the repository, and the files that sources include.
    pub(super) read: Vec<LocationRef>,
    /// The targets that each provider has named, of this and of other repositories.
    pub(super) named: BTreeMap<String, BTreeSet<String>>,
}

/// What is to be done.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Work {
    pub(super) refresh: Vec<LocationRef>,
    /// By provider.
    pub(super) changes: BTreeMap<String, Change>,
    /// Providers that have to list anew, for what was told is not enough.
    pub(super) list: BTreeSet<String>,
}

/// Targets that come and go.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) presence: &'static str,
    pub(super) added: Vec<String>,
    pub(super) removed: Vec<String>,
}

impl Work {
    /// Every provider lists anew.
    pub(super) fn list_all(
        discoveries: &[Discovery],
        organizations: &[GithubOrganizations],
    ) -> Self {
        let repositories = discoveries.iter().map(Discovery::provider);
        let people = organizations.iter().map(GithubOrganizations::provider);
        Self {
            list: repositories.chain(people).collect(),
            ..Self::default()
        }
    }

    fn change(&mut self, discovery: &Discovery) -> &mut Change {
        let change = self.changes.entry(discovery.provider()).or_default();
        change.presence = discovery.presence();
        change
    }
}

impl Known {
    fn names(&self, discovery: &Discovery, target: &str) -> bool {
        let named = self.named.get(&discovery.provider());
        named.is_some_and(|named| named.contains(target))
    }

    /// The targets of a provider at the repository with that page.
    fn named_at(&self, discovery: &Discovery, page: &str) -> Vec<String> {
        let prefix = format!("{page}/").to_lowercase();
        let named = self.named.get(&discovery.provider());
        let named = named.into_iter().flatten();
        let found = named.filter(|target| target.to_lowercase().starts_with(&prefix));
        found.cloned().collect()
    }
}

/// Who lists the people and teams of an organisation does so anew.
pub(super) fn of_organization(
    told: &OrganizationTold,
    known: &Known,
    organizations: &[GithubOrganizations],
) -> Work {
    let concerned = organizations.iter();
    let concerned = concerned.filter(|it| it.covers(&known.host, &told.login));
    Work {
        list: concerned.map(GithubOrganizations::provider).collect(),
        ..Work::default()
    }
}

/// The sources whose file has changed, and those that include one which has; catalog files that
/// have come or gone where a provider checks that they are there.
pub(super) fn of_push(push: &Push, known: &Known, scm: &Scm, discoveries: &[Discovery]) -> Work {
    let mut work = Work::default();
    let repository = &push.repository;
    let default = repository.default_branch.as_deref() == Some(&push.branch);
    let is_on_branch = |file: &RepositoryFile| match &file.revision {
        Some(revision) => *revision == push.branch,
        None => default,
    };
    let has_changed = |file: &RepositoryFile| {
        push.whole
            || push.paths.contains_key(&file.path)
            || (file.path.contains('*') && push.paths.keys().any(|path| file.names(path)))
    };
    for location in &known.read {
        // What cannot be told apart is looked at.
        let is_due = scm
            .repository_file(&location.target)
            .is_none_or(|file| is_on_branch(&file) && has_changed(&file));
        if is_due {
            work.refresh.push(location.clone());
        }
    }
    for discovery in discoveries {
        let is_covered = discovery.covers(&known.host, &repository.owner)
            && discovery.branch(repository) == Some(&push.branch);
        if is_covered && discovery.wants(repository) {
            found(push, known, discovery, scm, &mut work);
        }
    }
    work
}

/// What a push means for a provider that wants the repository.
fn found(push: &Push, known: &Known, discovery: &Discovery, scm: &Scm, work: &mut Work) {
    let there = Repository {
        holds_file: Some(true),
        ..push.repository.clone()
    };
    let Some(target) = discovery.target(&there) else {
        return;
    };
    let file = scm.repository_file(&target);
    let mut told = push.paths.iter();
    let told = told.find(|(path, _)| file.as_ref().is_some_and(|file| file.names(path)));
    let is_named = known.names(discovery, &target);
    match told {
        Some((_, true)) if !is_named => work.change(discovery).added.push(target),
        Some((_, false)) if is_named && discovery.config.validate_locations_exist => {
            work.change(discovery).removed.push(target);
        }
        None if push.whole && discovery.config.validate_locations_exist => {
            work.list.insert(discovery.provider());
        }
        _ => {}
    }
}

/// The location of a repository that is wanted now, in place of those it had; all its sources are
/// looked at, for what it was found by may read differently now.
pub(super) fn of_repository(
    told: &RepositoryTold,
    known: &Known,
    scm: &Scm,
    discoveries: &[Discovery],
) -> Work {
    let repository = &told.repository;
    let mut work = Work::default();
    let is_there = |location: &&LocationRef| scm.repository_file(&location.target).is_some();
    work.refresh
        .extend(known.read.iter().filter(is_there).cloned());
    let pages = [Some(&repository.url), told.former_page.as_ref()];
    for discovery in discoveries {
        let named: Vec<String> = pages
            .iter()
            .flatten()
            .flat_map(|page| known.named_at(discovery, page))
            .collect();
        let is_wanted = !told.is_deleted
            && discovery.covers(&known.host, &repository.owner)
            && discovery.wants(repository);
        let checks = discovery.config.validate_locations_exist;
        let target = is_wanted.then(|| {
            // What was there before is there under another name.
            discovery.target(&Repository {
                holds_file: Some(!checks || !named.is_empty()),
                ..repository.clone()
            })
        });
        let target = target.flatten();
        if is_wanted && target.is_none() && checks {
            work.list.insert(discovery.provider());
        }
        let mut removed = named;
        removed.retain(|it| Some(it) != target.as_ref());
        let added: Vec<String> = target
            .into_iter()
            .filter(|target| !known.names(discovery, target))
            .collect();
        if !added.is_empty() || !removed.is_empty() {
            let change = work.change(discovery);
            (change.added, change.removed) = (added, removed);
        }
    }
    work
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::GithubDiscovery;

    const PAGE: &str = "https://github.com/playhouse/orders";
    const FOUND: &str = "https://github.com/playhouse/orders/blob/main/catalog-info.yaml";

    fn discovery(set: impl FnOnce(&mut GithubDiscovery)) -> Discovery {
        let mut config = GithubDiscovery::new("a", "github.com", "playhouse");
        set(&mut config);
        Discovery::new(config).unwrap()
    }

    fn checked() -> Discovery {
        discovery(|it| it.validate_locations_exist = true)
    }

    fn repository() -> Repository {
        Repository {
            owner: "playhouse".to_owned(),
            name: "orders".to_owned(),
            url: PAGE.to_owned(),
            default_branch: Some("main".to_owned()),
            topics: Vec::new(),
            is_fork: false,
            is_archived: false,
            visibility: "public".to_owned(),
            holds_file: None,
        }
    }

    fn push(branch: &str, paths: &[(&str, bool)]) -> Push {
        let paths = paths.iter().map(|(path, is)| ((*path).to_owned(), *is));
        Push {
            repository: repository(),
            branch: branch.to_owned(),
            paths: paths.collect(),
            whole: false,
        }
    }

    fn known(read: &[&str], named: &[&str]) -> Known {
        let named = named.iter().map(|it| (*it).to_owned()).collect();
        Known {
            host: "github.com".to_owned(),
            read: read.iter().map(|it| LocationRef::url(*it)).collect(),
            named: [("github:a".to_owned(), named)].into(),
        }
    }

    fn refreshed(push: &Push, read: &[&str]) -> Vec<String> {
        let work = of_push(push, &known(read, &[]), &Scm::default(), &[]);
        work.refresh.into_iter().map(|it| it.target).collect()
    }

    #[test]
    fn what_has_changed_is_due_in_whatever_form_it_was_named() {
        let due = [
            "https://github.com/playhouse/orders/blob/main/a/catalog-info.yaml",
            "https://github.com/playhouse/orders/tree/main/a/catalog-info.yaml",
            "https://github.com/Playhouse/Orders/raw/refs/heads/main/a/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/HEAD/a/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/main/*/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/main/**/*.yaml",
        ];
        let others = [
            "https://github.com/playhouse/orders/blob/main/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/main/a/b/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/next/a/catalog-info.yaml",
            "https://github.com/playhouse/orders/blob/main/b/*.yaml",
        ];
        let read = [&due[..], &others[..]].concat();
        let pushed = push("main", &[("a/catalog-info.yaml", true)]);
        assert_eq!(refreshed(&pushed, &read), due);
        let removed = push("main", &[("a/catalog-info.yaml", false)]);
        assert_eq!(refreshed(&removed, &read), due);
        let next = push("next", &[("a/catalog-info.yaml", true)]);
        assert_eq!(refreshed(&next, &read), [others[2]]);
        assert_eq!(
            refreshed(&push("main", &[("README.md", true)]), &read),
            [""; 0]
        );
        let whole = Push {
            whole: true,
            ..push("next", &[])
        };
        assert_eq!(refreshed(&whole, &read), [others[2]]);
    }

    fn changed(work: &Work) -> (Vec<&str>, Vec<&str>, bool) {
        fn texts(all: &[String]) -> Vec<&str> {
            all.iter().map(String::as_str).collect()
        }
        let change = work.changes.get("github:a");
        let (added, removed) = change.map_or((Vec::new(), Vec::new()), |it| {
            (texts(&it.added), texts(&it.removed))
        });
        (added, removed, work.list.contains("github:a"))
    }

    #[test]
    fn a_push_brings_and_takes_what_a_provider_looks_for() {
        let check = |push: &Push, discovery: Discovery, named: &[&str], expected| {
            let work = of_push(push, &known(&[], named), &Scm::default(), &[discovery]);
            assert_eq!(changed(&work), expected);
        };
        let nothing = || (vec![], vec![], false);
        let added = push("main", &[("catalog-info.yaml", true)]);
        check(&added, checked(), &[], (vec![FOUND], vec![], false));
        check(&added, checked(), &[FOUND], nothing());
        check(&added, discovery(|_| {}), &[], (vec![FOUND], vec![], false));
        let removed = push("main", &[("catalog-info.yaml", false)]);
        check(&removed, checked(), &[FOUND], (vec![], vec![FOUND], false));
        // It may be absent, so it stays named.
        check(&removed, discovery(|_| {}), &[FOUND], nothing());
        check(
            &push("main", &[("README.md", true)]),
            checked(),
            &[],
            nothing(),
        );
        check(
            &push("next", &[("catalog-info.yaml", true)]),
            checked(),
            &[],
            nothing(),
        );
        let other = discovery(|it| it.organization = Some("others".to_owned()));
        check(&added, other, &[], nothing());
        let unwanted = discovery(|it| it.filters.repository = Some("x".to_owned()));
        check(&added, unwanted, &[], nothing());
        let pattern = discovery(|it| it.catalog_path = "/*/catalog-info.yaml".to_owned());
        let target = "https://github.com/playhouse/orders/blob/main/*/catalog-info.yaml";
        let below = push("main", &[("a/catalog-info.yaml", true)]);
        check(&below, pattern, &[], (vec![target], vec![], false));
        let whole = Push {
            whole: true,
            ..push("main", &[])
        };
        check(&whole, checked(), &[], (vec![], vec![], true));
    }

    #[test]
    fn a_repository_has_the_location_it_is_wanted_at_and_no_other() {
        let check = |told: &RepositoryTold, discovery: Discovery, named: &[&str], expected| {
            let work = of_repository(told, &known(&[], named), &Scm::default(), &[discovery]);
            assert_eq!(changed(&work), expected);
        };
        let told = |set: fn(&mut RepositoryTold)| {
            let mut told = RepositoryTold {
                repository: repository(),
                is_deleted: false,
                former_page: None,
            };
            set(&mut told);
            told
        };
        let nothing = || (vec![], vec![], false);
        let old = "https://github.com/playhouse/old/blob/main/catalog-info.yaml";
        let beside = "https://github.com/playhouse/orders-2/blob/main/catalog-info.yaml";
        let any = || discovery(|_| {});
        check(&told(|_| {}), any(), &[FOUND, beside], nothing());
        check(
            &told(|_| {}),
            any(),
            &[beside],
            (vec![FOUND], vec![], false),
        );
        let gone = told(|it| it.is_deleted = true);
        check(&gone, any(), &[FOUND, beside], (vec![], vec![FOUND], false));
        let archived = told(|it| it.repository.is_archived = true);
        check(&archived, any(), &[FOUND], (vec![], vec![FOUND], false));
        check(
            &archived,
            discovery(|it| it.filters.allow_archived = true),
            &[FOUND],
            nothing(),
        );
        let renamed =
            told(|it| it.former_page = Some("https://github.com/playhouse/old".to_owned()));
        check(&renamed, checked(), &[old], (vec![FOUND], vec![old], false));
        let moved = told(|it| it.repository.owner = "others".to_owned());
        check(&moved, any(), &[FOUND], (vec![], vec![FOUND], false));
        let branch = told(|it| it.repository.default_branch = Some("trunk".to_owned()));
        let trunk = "https://github.com/playhouse/orders/blob/trunk/catalog-info.yaml";
        check(&branch, any(), &[FOUND], (vec![trunk], vec![FOUND], false));
        // Whether the file is there, only a listing can tell.
        check(&told(|_| {}), checked(), &[], (vec![], vec![], true));
        let topics = discovery(|it| it.filters.topics = Some(vec!["catalog".to_owned()]));
        check(
            &told(|_| {}),
            topics,
            &[FOUND],
            (vec![], vec![FOUND], false),
        );
    }
}
