//! What a template makes, as far as its steps tell.

use super::parameters::API_VERSION;
use app::scaffolder::Makes;
use serde_json::Value;

/// The things, in the order of the steps, each once.
pub fn makes(template: &Value) -> Makes {
    let version = template["apiVersion"].as_str().unwrap_or_default();
    if version != API_VERSION {
        return Makes::Unusable(format!(
            "It is written for {version}, which is not understood; {API_VERSION} is."
        ));
    }
    let steps = template["spec"]["steps"].as_array();
    let actions = steps
        .into_iter()
        .flatten()
        .filter_map(|step| step["action"].as_str());
    let mut things: Vec<String> = Vec::new();
    for thing in actions.filter_map(made_by) {
        if !things.iter().any(|known| known == thing) {
            things.push(thing.to_owned());
        }
    }
    Makes::These(things)
}

fn made_by(action: &str) -> Option<&'static str> {
    Some(match action {
        "publish:github" | "github:repo:create" => "a GitHub repository",
        "publish:gitlab" => "a GitLab project",
        "publish:gitlab:merge-request" => "a merge request",
        "publish:azure" => "an Azure repository",
        "publish:gitea" => "a Gitea repository",
        "publish:gerrit" => "a Gerrit project",
        "catalog:register" => "a catalog entry",
        "github:actions:dispatch" => "a workflow run",
        "github:issues:create" => "an issue",
        "github:environment:create" => "a deployment environment",
        "notification:send" => "a notification",
        action if action.starts_with("publish:bitbucket") && !action.contains("pull") => {
            "a Bitbucket repository"
        }
        action if action.ends_with("pull-request") => "a pull request",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn things_are_told_once_in_the_order_of_the_steps() {
        let template = json!({
            "apiVersion": API_VERSION,
            "spec": { "steps": [
                { "action": "fetch:template" },
                { "action": "publish:github:pull-request" },
                { "action": "publish:bitbucketServer:pull-request" },
                { "action": "publish:github" },
                { "action": "catalog:register" },
                { "name": "no action" },
            ] },
        });
        let things = ["a pull request", "a GitHub repository", "a catalog entry"];
        assert_eq!(
            makes(&template),
            Makes::These(things.map(str::to_owned).to_vec())
        );
        let old = json!({ "apiVersion": "backstage.io/v1beta2" });
        assert!(matches!(makes(&old), Makes::Unusable(why) if why.contains("v1beta2")));
    }
}
