//! Discovery in repositories of GitHub: filters and configuration.

use super::without_undefined;
use crate::report::{Verdict, same_result, text};
use serde_json::{Value, json};
use server::config::node::{Node, Origin};
use server::config::reader::{ConfigReader, Layer};
use server::config::{
    Frequency, GithubDiscovery, duration, organization_of, read_github_discovery,
};
use server::providers::github::{forks_match, topics_match, visibility_matches};
use std::time::Duration;

pub(crate) fn check(case: &Value) -> Verdict {
    let mut case = case.clone();
    without_undefined(&mut case);
    let arguments = &case["args"];
    let strings = |value: &Value| -> Option<Vec<String>> {
        let items = value.as_array()?.iter();
        Some(items.map(|it| text(it).to_owned()).collect())
    };
    let actual = match text(&case["fn"]) {
        "satisfiesTopicFilter" => {
            let topics = strings(&arguments[0]).unwrap_or_default();
            let filter = &arguments[1];
            let (include, exclude) = (strings(&filter["include"]), strings(&filter["exclude"]));
            Ok(topics_match(&topics, include.as_deref(), exclude.as_deref()).into())
        }
        "satisfiesForkFilter" => {
            let is = |index: usize| arguments[index].as_bool().unwrap_or_default();
            Ok(forks_match(is(0), is(1)).into())
        }
        "satisfiesVisibilityFilter" => {
            let wanted = strings(&arguments[0]);
            Ok(visibility_matches(wanted.as_deref(), text(&arguments[1])).into())
        }
        "readProviderConfigs" => {
            in_milliseconds(&mut case["result"]);
            by_id(&mut case["result"]);
            let actual = configured(&case["args"][0]);
            return same_result(
                &case,
                actual.map(|mut found| {
                    by_id(&mut found);
                    found
                }),
            );
        }
        "parseGithubOrgUrl" => {
            let found = organization_of(text(&arguments[0]));
            let found = found.map(|it| json!({ "org": it }));
            found.ok_or_else(|| "it is no page of an organisation, /<org>".to_owned())
        }
        "buildOrgHierarchy" => {
            let reason =
                "it changes the groups it is given, and what became of them is not recorded";
            return Verdict::NotApplicable(reason.to_owned());
        }
        other => return Verdict::NotApplicable(format!("'{other}' is not known")),
    };
    same_result(&case, actual)
}

fn configured(config: &Value) -> Result<Value, String> {
    let node = Node::from_json(config.clone(), &Origin::named("recorded"));
    let layer = Layer {
        data: &node,
        context: "recorded",
    };
    let found = read_github_discovery(ConfigReader::new(&[layer]));
    let found = found.map_err(|problems| format!("{problems:?}"))?;
    Ok(found.iter().map(described).collect())
}

/// As the recorded function describes it; a pattern is recorded as an empty object.
fn described(discovery: &GithubDiscovery) -> Value {
    let filters = &discovery.filters;
    let milliseconds = |it: Option<Duration>| it.map(|it| it.as_secs_f64() * 1000.0);
    let mut value = json!({
        "id": discovery.id,
        "host": discovery.host,
        "organization": discovery.organization,
        "app": discovery.app,
        "catalogPath": discovery.catalog_path,
        "validateLocationsExist": discovery.validate_locations_exist,
        "filters": {
            "repository": filters.repository.as_ref().map(|_| json!({})),
            "branch": filters.branch,
            "allowForks": filters.allow_forks,
            "allowArchived": filters.allow_archived,
            "topic": {"include": filters.topics, "exclude": filters.excluded_topics},
            "visibility": filters.visibility,
        },
        "schedule": {
            "frequency": milliseconds(match &discovery.schedule.frequency {
                Frequency::Every(length) => Some(*length),
                Frequency::At(_) | Frequency::Manual => None,
            }),
            "timeout": milliseconds(Some(discovery.schedule.timeout)),
            "initialDelay": milliseconds(discovery.schedule.initial_delay),
        },
    });
    without_null(&mut value);
    value
}

/// The recorded durations are objects of units.
fn in_milliseconds(entries: &mut Value) {
    for entry in entries.as_array_mut().into_iter().flatten() {
        let schedule = entry["schedule"].as_object_mut();
        for (_, value) in schedule.into_iter().flatten() {
            let config = json!({ "a": value });
            let node = Node::from_json(config, &Origin::named("recorded"));
            let layers = [Layer {
                data: &node,
                context: "recorded",
            }];
            let reader = ConfigReader::new(&layers);
            let length = duration::read_duration(&reader, Some("a")).ok();
            let length = length.and_then(|it| it.to_duration());
            *value = json!(length.map(|it| it.as_secs_f64() * 1000.0));
        }
    }
}

/// Entries are told apart by their ids; no order is promised.
fn by_id(entries: &mut Value) {
    if let Some(entries) = entries.as_array_mut() {
        entries.sort_by_key(|entry| entry["id"].to_string());
    }
}

fn without_null(value: &mut Value) {
    if let Value::Object(entries) = value {
        entries.retain(|_, entry| !entry.is_null());
        entries.values_mut().for_each(without_null);
    }
}
