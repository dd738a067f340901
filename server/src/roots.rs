//! Where ingest begins, as the command line and the configuration say.

use crate::cli::ServeArgs;
use crate::config::{self, CatalogRule, Config, Loaded, LocationPattern};
use crate::ingest::rules::{Allow, AllowedKind, LocationMatch, Rule};
use crate::ingest::validate::custom::{CustomKind, CustomRelation, Kinds};
use crate::ingest::{LocationRef, Root};
use crate::outbound::Hosts;
use anyhow::Context;
use std::path::{Path, PathBuf};

/// What is read: the locations of the command line, or those of the configuration.
///
/// # Errors
/// When a rule holds a pattern that is none.
pub(crate) fn roots(args: &ServeArgs, config: &Config) -> anyhow::Result<Vec<Root>> {
    let working_folder = std::env::current_dir().context("the working folder is gone")?;
    if !args.catalog.is_empty() {
        let roots = args.catalog.iter().map(|location| {
            let is_url = location.starts_with("http://") || location.starts_with("https://");
            let path = working_folder.join(location).display().to_string();
            Root::catalog(if is_url { location } else { &path })
        });
        return Ok(roots.collect());
    }
    let allow = allow(args, config)?;
    let bases = bases(args, &working_folder);
    let locations = config.catalog.locations.iter();
    let located = locations.map(|location| {
        let place = LocationRef::configured(&location.r#type, &location.target, &bases);
        Root::configured(place, allow.clone())
    });
    Ok(located.collect())
}

/// What may come from where, by `catalog.rules` and the rules of the configured locations.
///
/// # Errors
/// When a rule holds a pattern that is none.
pub(crate) fn allow(args: &ServeArgs, config: &Config) -> anyhow::Result<Allow> {
    let working_folder = std::env::current_dir().context("the working folder is gone")?;
    let bases = bases(args, &working_folder);
    let locations = config.catalog.locations.iter().map(|location| {
        let place = LocationRef::configured(&location.r#type, &location.target, &bases);
        Ok((place, rules(&location.rules, &bases)?))
    });
    let located: Vec<(LocationRef, Vec<Rule>)> = locations.collect::<anyhow::Result<_>>()?;
    let configured = config.catalog.rules.as_deref();
    let configured = configured.map(|it| rules(it, &bases)).transpose()?;
    Ok(Allow::rules(configured, located))
}

/// The kinds that the configuration adds.
pub fn kinds(config: &Config) -> Kinds {
    let relation = |relation: &config::CustomRelation| CustomRelation {
        field: relation.field.clone(),
        relation: relation.relation.clone(),
        reverse: relation.reverse.clone(),
        kind: relation.default_kind.clone(),
    };
    let kind = |kind: &config::CustomKind| CustomKind {
        name: kind.kind.clone(),
        api_versions: kind.api_versions.clone(),
        spec_type: kind.spec_type.clone(),
        required: kind.required.clone(),
        relations: kind.relations.iter().map(relation).collect(),
    };
    Kinds::new(config.catalog.kinds.iter().map(kind).collect())
}

/// The hosts that may be on networks of one's own: what the configuration names, and where the
/// operator has said to read.
pub(crate) fn trusted(loaded: &Loaded, roots: &[Root]) -> Hosts {
    let mut hosts = Hosts::configured(&loaded.config);
    hosts.name_all(&loaded.value["auth"]["providers"]);
    for set in &loaded.config.backend.external_access.key_sets {
        hosts.name(set.url.as_str());
    }
    for root in roots.iter().filter(|root| root.location.kind == "url") {
        hosts.name(&root.location.target);
    }
    hosts
}

/// Where relative paths of the configuration may count from.
fn bases(args: &ServeArgs, working_folder: &Path) -> Vec<PathBuf> {
    let mut bases = vec![working_folder.to_owned()];
    let folders = args.config.config.iter().filter_map(|file| file.parent());
    for folder in folders.map(|folder| working_folder.join(folder)) {
        bases.push(folder.clone());
        bases.push(folder.join("packages/backend"));
    }
    bases
}

/// A rule of the configuration as ingest asks it.
fn rule(rule: &CatalogRule, bases: &[PathBuf]) -> anyhow::Result<Rule> {
    let allowed = |kind: &config::AllowedKind| AllowedKind {
        kind: kind.kind.clone(),
        spec_type: kind.spec_type.clone(),
    };
    let location = |pattern: &LocationPattern| {
        LocationMatch::new(
            &pattern.r#type,
            pattern.exact.as_deref(),
            pattern.pattern.as_deref(),
            bases,
        )
        .with_context(|| format!("catalog.rules has the pattern {:?}", pattern.pattern))
    };
    let locations = rule.locations.as_ref();
    Ok(Rule {
        allow: rule
            .allow
            .as_ref()
            .map(|kinds| kinds.iter().map(allowed).collect()),
        locations: locations
            .map(|patterns| patterns.iter().map(location).collect())
            .transpose()?,
    })
}

fn rules(configured: &[CatalogRule], bases: &[PathBuf]) -> anyhow::Result<Vec<Rule>> {
    configured.iter().map(|it| rule(it, bases)).collect()
}
