//! Finds the keys that nothing reads, so that none is dropped in silence.

use super::error::ConfigProblem;
use super::node::{Node, NodeValue};
use super::section::Asked;
use super::transform::join;

/// Keys of Backstage that Callboard does not use, by their first one or two parts. Anything else
/// that is not read is probably a mistake.
const BACKSTAGE_KEYS: [&str; 63] = [
    "app.disableConfigInjection",
    "app.disablePublicEntryPoint",
    "app.disableStaticFallbackCache",
    "app.extensions",
    "app.packageName",
    "app.packages",
    "app.pluginOverrides",
    "app.routes",
    "app.support",
    "auth.autologout",
    "auth.backstageTokenExpiration",
    "auth.clientIdMetadataDocuments",
    "auth.experimentalClientIdMetadataDocuments",
    "auth.experimentalDynamicClientRegistration",
    "auth.experimentalExtraAllowedOrigins",
    "auth.experimentalRefreshToken",
    "auth.identityTokenAlgorithm",
    "auth.keyStore",
    "auth.omitIdentityTokenOwnershipClaim",
    "auth.providers",
    "auth.session",
    "backend.actions",
    "backend.auditor",
    "backend.auth",
    "backend.cache",
    "backend.cors",
    "backend.database",
    "backend.health",
    "backend.https",
    "backend.lifecycle",
    "backend.logger",
    "backend.metrics",
    "backend.packages",
    "backend.rateLimit",
    "backend.referrer",
    "backend.server",
    "backend.startup",
    "backend.tracing",
    "catalog.defaultLocationConflictStrategy",
    "catalog.disableDefaultProcessors",
    "catalog.experimentalPagination",
    "catalog.orphanProviderStrategy",
    "catalog.processorOptions",
    "catalog.processors",
    "catalog.providerOptions",
    "catalog.providers",
    "catalog.scmEvents",
    "catalog.stitchingStrategy",
    "discovery",
    "enableExperimentalRedirectFlow",
    "events",
    "home",
    "homepage",
    "integrations",
    "kubernetes",
    "mcpActions",
    "notifications",
    "permission",
    "proxy",
    "scaffolder",
    "search",
    "techdocs",
    "devTools",
];

/// Lists the topmost keys of `root` that are not among those asked for, by file and line.
pub(crate) fn unread(root: &Node, asked: &Asked) -> Vec<ConfigProblem> {
    let mut found = Vec::new();
    walk(root, "", asked, &mut found);
    found.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    found
}

fn walk(node: &Node, path: &str, asked: &Asked, found: &mut Vec<ConfigProblem>) {
    let children: Vec<(String, &Node)> = match &node.value {
        NodeValue::Map(entries) => entries
            .iter()
            .map(|(key, entry)| (join(path, key), entry))
            .collect(),
        NodeValue::List(items) => items
            .iter()
            .enumerate()
            .map(|(index, item)| (format!("{path}[{index}]"), item))
            .collect(),
        _ => return,
    };
    for (path, child) in children {
        if asked.values.contains(&path) || child.value == NodeValue::Null {
            continue;
        }
        if asked.sections.contains(&path) {
            walk(child, &path, asked, found);
        } else {
            found.push(ConfigProblem::at(
                &child.origin,
                &path,
                describe(&path, asked),
            ));
        }
    }
}

fn describe(path: &str, asked: &Asked) -> String {
    if let Some(meant) = similar(path, asked) {
        return format!("unknown key '{path}', ignored; did you mean '{meant}'?");
    }
    let of_backstage = BACKSTAGE_KEYS.iter().any(|known| {
        path.strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    });
    if of_backstage {
        format!("'{path}' is known from Backstage but not used by Callboard, ignored")
    } else {
        format!("unknown key '{path}', ignored")
    }
}

/// A key beside `path` that Callboard reads and that differs in case or by one letter only.
fn similar<'a>(path: &str, asked: &'a Asked) -> Option<&'a str> {
    let (above, name) = path.rsplit_once('.').unwrap_or(("", path));
    asked
        .values
        .iter()
        .chain(&asked.sections)
        .map(String::as_str)
        .find(|candidate| {
            let (beside, other) = candidate.rsplit_once('.').unwrap_or(("", candidate));
            beside == above
                && other != name
                && one_slip(&name.to_lowercase(), &other.to_lowercase())
        })
}

/// Whether one letter inserted, removed or changed makes the two equal.
fn one_slip(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a[head..]
        .iter()
        .rev()
        .zip(b[head..].iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    a.len().max(b.len()) - head - tail <= 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::yaml;

    #[test]
    fn only_the_topmost_unread_key_is_named_with_its_line() {
        let root = yaml::parse(
            "app:\n  title: T\n  baseURL: x\n  colour: {a: 1}\nlist:\n  - {used: 1, spare: 2}\ntechdocs:\n  builder: x\nmystery: 1\noff: ~\n",
            "app-config.yaml",
        )
        .unwrap();
        let asked = Asked {
            values: ["app.title", "app.baseUrl", "list[0].used"]
                .map(String::from)
                .into(),
            sections: ["app", "list", "list[0]"].map(String::from).into(),
        };
        let found: Vec<String> = unread(&root, &asked)
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            found,
            [
                "app-config.yaml:3: unknown key 'app.baseURL', ignored; did you mean 'app.baseUrl'?",
                "app-config.yaml:4: unknown key 'app.colour', ignored",
                "app-config.yaml:6: unknown key 'list[0].spare', ignored",
                "app-config.yaml:7: 'techdocs' is known from Backstage but not used by Callboard, ignored",
                "app-config.yaml:9: unknown key 'mystery', ignored",
            ]
        );
    }
}
