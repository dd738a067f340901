//! What of a template somebody may see and run, and which actions they may run with what.

use super::actions::ActionError;
use super::task::User;
use crate::permission::{Decision, Policy};
use crate::query::Catalog;
use app::catalog::EntityRef;
use app::routes::Permission;
use app::viewer::Viewer;
use serde_json::{Value, json};

/// The template with those of its pages and steps that the viewer may read.
pub fn of_template(policy: &Policy, viewer: &Viewer, mut template: Value) -> Value {
    let spec = &mut template["spec"];
    let parts = [
        ("parameters", Permission::ScaffolderParameterRead),
        ("steps", Permission::ScaffolderStepRead),
    ];
    for (name, permission) in parts {
        let decision = policy.decide(viewer, permission);
        if decision == Decision::Allow {
            continue;
        }
        let may = |part: &Value| match &decision {
            Decision::If(condition) => condition.apply(part),
            _ => false,
        };
        match &mut spec[name] {
            Value::Array(parts) => parts.retain(may),
            part if !part.is_null() && !may(part) => *part = Value::Null,
            _ => {}
        }
    }
    template
}

/// Whoever has started a task, as who they are in the catalog; a task of nobody is one of a guest.
pub fn starter(catalog: &Catalog, user: Option<&User>) -> Viewer {
    let user: Option<EntityRef> = user.and_then(|user| user.user_ref.parse().ok());
    let nobody = || EntityRef::new("user", "default", "nobody");
    let guest = user.is_none();
    let person = catalog.viewer(&user.unwrap_or_else(nobody));
    Viewer { guest, ..person }
}

/// Refuses an action that whoever has started the task may not run with that input.
///
/// # Errors
/// [`ActionError::NotAllowed`].
pub fn check_action(
    catalog: &Catalog,
    user: Option<&User>,
    action: &str,
    input: &Value,
) -> Result<(), ActionError> {
    let policy = catalog.policy();
    if !policy.is_enabled() {
        return Ok(());
    }
    let viewer = starter(catalog, user);
    let call = json!({ "action": action, "input": input });
    if policy.may_to(&viewer, Permission::ScaffolderActionExecute, &call) {
        return Ok(());
    }
    Err(ActionError::NotAllowed(format!(
        "Unauthorized action: {action}. {} may not run it with this input; it needs {}",
        viewer.display_name,
        Permission::ScaffolderActionExecute.name()
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;
    use crate::query::Model;

    const POLICY: &str = "
permission:
  enabled: true
  rbac: {admin: {users: [{name: 'user:default/boss'}]}}
  roles:
    - name: everybody
      members: [signed-in]
      grants:
        - permissions: [scaffolder.template.parameter.read, scaffolder.template.step.read]
          conditions: {not: {rule: HAS_TAG, params: {tag: secret}}}
        - permission: scaffolder.action.execute
          conditions:
            allOf:
              - {rule: HAS_ACTION_ID, params: {actionId: 'debug:log'}}
              - {not: {rule: HAS_STRING_PROPERTY, params: {key: message, value: rude}}}
";

    #[test]
    fn pages_and_steps_that_somebody_may_not_read_are_not_there() {
        let policy = Policy::of(&load_text(POLICY).unwrap().config);
        let part = |title: &str, tags: &[&str]| json!({ "title": title, "backstage:permissions": { "tags": tags } });
        let template = json!({ "spec": {
            "parameters": [part("a", &[]), part("b", &["secret"])],
            "steps": [part("c", &["secret", "x"]), part("d", &["x"])],
        } });
        let titles = |user: &str| {
            let viewer = Model::default().viewer(&user.parse().unwrap());
            let seen = of_template(&policy, &viewer, template.clone());
            let of = |name: &str| -> Vec<String> {
                let parts = seen["spec"][name].as_array().unwrap().iter();
                parts
                    .map(|part| part["title"].as_str().unwrap().to_owned())
                    .collect()
            };
            [of("parameters"), of("steps")].concat()
        };
        assert_eq!(titles("user:default/ada"), ["a", "d"]);
        assert_eq!(titles("user:default/boss"), ["a", "b", "c", "d"]);
    }

    #[test]
    fn an_action_runs_with_what_is_granted() {
        let catalog = Catalog::guarded_by(Policy::of(&load_text(POLICY).unwrap().config));
        let check = |user: &str, action: &str, message: &str, expected: bool| {
            let user = User {
                user_ref: user.to_owned(),
                entity: None,
            };
            let input = json!({ "message": message });
            let checked = check_action(&catalog, Some(&user), action, &input);
            assert_eq!(checked.is_ok(), expected, "{user:?} {action} {message}");
        };
        check("user:default/ada", "debug:log", "hello", true);
        check("user:default/ada", "debug:log", "rude", false);
        check("user:default/ada", "fs:delete", "hello", false);
        check("user:default/boss", "fs:delete", "rude", true);
        check("external:default/ci", "fs:delete", "rude", true);
        let nobody = check_action(&catalog, None, "fs:delete", &json!({}));
        assert_eq!(nobody.unwrap_err().name(), "NotAllowedError");
    }
}
