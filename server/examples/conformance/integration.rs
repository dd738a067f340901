//! URLs of repositories, the configuration of their hosts, and discovery in them.

mod discovery;

use crate::report::{Outcome, Verdict, outcomes, same_result, text};
use serde_json::{Map, Value, json};
use server::config::node::{Node, Origin};
use server::config::reader::{ConfigReader, Layer};
use server::config::{Integration, Provider, Secret, is_valid_host, read_integrations};
use server::scm::Scm;

pub(crate) fn cases(file: &str, cases: &[Value]) -> Option<Vec<Outcome>> {
    match file {
        "integration/scm-urls-and-config.json" => Some(outcomes(cases, check)),
        "integration/github-provider.json" => Some(outcomes(cases, discovery::check)),
        _ => None,
    }
}

fn check(case: &Value) -> Verdict {
    let arguments = &case["args"];
    let actual = match text(&case["fn"]) {
        "isValidHost" => Ok(json!(is_valid_host(text(&arguments[0])))),
        "defaultScmResolveUrl" => resolve(&arguments[0]),
        "getGithubFileFetchUrl" => fetch_url(arguments),
        "readGithubIntegrationConfig" => configured(&json!([arguments[0]]))
            .map(|found| found.iter().map(described).next().unwrap_or_default()),
        "readGithubIntegrationConfigs" => {
            configured(&arguments[0]).map(|found| found.iter().map(described).collect())
        }
        other => return Verdict::NotApplicable(format!("'{other}' is not known")),
    };
    let mut expected = case.clone();
    without_undefined(&mut expected["result"]);
    same_result(&expected, actual)
}

fn resolve(options: &Value) -> Result<Value, String> {
    let scm = Scm::default();
    let resolved = scm.resolve(text(&options["url"]), text(&options["base"]));
    let resolved = resolved.map_err(|error| error.to_string())?;
    let line = options["lineNumber"].as_u64();
    Ok(match line.and_then(|line| u32::try_from(line).ok()) {
        Some(line) => scm.line_url(&resolved, line).into(),
        None => resolved.into(),
    })
}

/// The integration has just what the case says: nothing is filled in.
fn fetch_url(arguments: &Value) -> Result<Value, String> {
    let (config, credential) = (&arguments[1], &arguments[2]);
    let owned = |value: &Value| value.as_str().map(str::to_owned);
    let mut integration = Integration::new(Provider::Github, text(&config["host"]));
    integration.api_base_url = owned(&config["apiBaseUrl"]);
    integration.raw_base_url = owned(&config["rawBaseUrl"]);
    integration.token = credential["token"].as_str().map(Secret::new);
    let call = Scm::new(&[integration]).call(text(&arguments[0]));
    match call {
        Ok(call) => Ok(call.url.to_string().into()),
        Err(error) => Err(error.to_string()),
    }
}

/// The GitHub hosts of a configuration, with the public one.
fn configured(entries: &Value) -> Result<Vec<Integration>, String> {
    let config = json!({"integrations": {"github": entries}});
    let node = Node::from_json(config, &Origin::named("recorded"));
    let layer = Layer {
        data: &node,
        context: "recorded",
    };
    let found = read_integrations(ConfigReader::new(&[layer]));
    let found = found.map_err(|problems| format!("{problems:?}"))?;
    let all = Scm::new(&found).integrations().to_vec();
    let is_github = |it: &Integration| it.provider == Provider::Github;
    Ok(all.into_iter().filter(is_github).collect())
}

fn described(integration: &Integration) -> Value {
    let token = integration.token.as_ref().map(Secret::expose);
    let parts = [
        ("host", Some(integration.host.as_str())),
        ("apiBaseUrl", integration.api_base_url.as_deref()),
        ("rawBaseUrl", integration.raw_base_url.as_deref()),
        ("token", token),
    ];
    let parts = parts.into_iter();
    let parts = parts.filter_map(|(name, value)| Some((name.to_owned(), value?.into())));
    parts.collect::<Map<String, Value>>().into()
}

pub(crate) fn without_undefined(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, entry| entry["__type"] != "undefined");
            entries.values_mut().for_each(without_undefined);
        }
        Value::Array(items) => items.iter_mut().for_each(without_undefined),
        _ => {}
    }
}
