//! What a run needs: the steps of a template, the answers, who runs it and where the template is.

use crate::query::Model;
use crate::scaffolder::language::Data;
use app::catalog::EntityRef;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

const API_VERSION: &str = "scaffolder.backstage.io/v1beta3";
const SOURCE: &str = "backstage.io/source-location";
const MANAGED_BY: &str = "backstage.io/managed-by-location";
/// Steps that a template may have.
const MOST_STEPS: usize = 500;

/// Everything that a run needs but its secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TaskSpec {
    pub api_version: String,
    pub steps: Vec<Step>,
    #[serde(default)]
    pub output: Data,
    /// The answers.
    #[serde(default)]
    pub parameters: Data,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<User>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub template_info: Option<TemplateInfo>,
}

/// One step of a template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    pub id: String,
    pub name: String,
    pub action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<Data>,
    /// A boolean, or a text that comes to something true.
    #[serde(default, rename = "if", skip_serializing_if = "Option::is_none")]
    pub condition: Option<Data>,
    /// A list or map of which each item is a run of its own, or a text that comes to one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub each: Option<Data>,
}

/// Who runs it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    #[serde(rename = "ref")]
    pub user_ref: String,
    /// The entity, when the catalog has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Data>,
}

/// Which template it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TemplateInfo {
    pub entity_ref: String,
    /// Where the file of the template is; what it names by relative paths begins there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<String>,
    /// Its `metadata`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<Data>,
}

/// What a task is made of.
#[derive(Debug, Clone)]
pub struct Made<'a> {
    /// The Template entity.
    pub template: &'a Value,
    pub parameters: &'a Value,
    pub user: Option<User>,
    /// The template was read from the disk of this machine. What is elsewhere cannot say that it is here.
    pub is_on_disk: bool,
}

/// Why an entity cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SpecError {
    #[error("templates of apiVersion '{0}' cannot be run; '{API_VERSION}' can")]
    ApiVersion(String),
    #[error("the template has no list of steps in 'spec.steps'")]
    NoSteps,
    #[error("the template has more than {MOST_STEPS} steps")]
    TooManySteps,
    #[error("step {number} of the template {what}")]
    Step { number: usize, what: String },
}

impl TaskSpec {
    /// The run of a template.
    ///
    /// # Errors
    /// [`SpecError`] when it is no template that can be run.
    pub fn of(made: &Made<'_>) -> Result<Self, SpecError> {
        let template = made.template;
        let version = template["apiVersion"].as_str().unwrap_or_default();
        if version != API_VERSION && version != "backstage.io/v1beta3" {
            return Err(SpecError::ApiVersion(version.to_owned()));
        }
        let steps = template["spec"]["steps"].as_array();
        let steps = steps.ok_or(SpecError::NoSteps)?;
        if steps.len() > MOST_STEPS {
            return Err(SpecError::TooManySteps);
        }
        let steps: Vec<Step> = (1..)
            .zip(steps)
            .map(|(number, step)| {
                Step::of(number, step).map_err(|what| SpecError::Step { number, what })
            })
            .collect::<Result<_, _>>()?;
        let mut ids = HashSet::new();
        for (at, step) in steps.iter().enumerate() {
            if !ids.insert(&step.id) {
                let what = format!("has the id '{}', which an earlier one has", step.id);
                return Err(SpecError::Step {
                    number: at + 1,
                    what,
                });
            }
        }
        let output = template["spec"].get("output");
        Ok(Self {
            api_version: version.to_owned(),
            steps,
            output: output.map_or_else(|| Data::from(&json!({})), Data::from),
            parameters: Data::from(made.parameters),
            user: made.user.clone(),
            template_info: Some(TemplateInfo::of(template, made.is_on_disk)),
        })
    }

    /// What steps read of it under a name.
    pub(crate) fn user_data(&self) -> Data {
        let user = self.user.as_ref();
        let mut map: Vec<(String, Data)> = Vec::new();
        if let Some(user) = user {
            if let Some(entity) = &user.entity {
                map.push(("entity".to_owned(), entity.clone()));
            }
            map.push(("ref".to_owned(), user.user_ref.as_str().into()));
        }
        map.into_iter().collect()
    }
}

impl Step {
    fn of(number: usize, step: &Value) -> Result<Self, String> {
        let text = |key: &str| match &step[key] {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text.clone())),
            _ => Err(format!("has a '{key}' that is no text")),
        };
        let action = text("action")?.ok_or("has no 'action'")?;
        let id = text("id")?.unwrap_or_else(|| format!("step-{number}"));
        let data = |key: &str| step.get(key).map(Data::from);
        Ok(Self {
            name: text("name")?.unwrap_or_else(|| action.clone()),
            id,
            action,
            input: data("input"),
            condition: data("if"),
            each: data("each"),
        })
    }
}

impl User {
    /// Somebody by name, with what the catalog knows of them.
    pub fn of(model: &Model, user: &EntityRef) -> Self {
        let entity = model.get(user).map(|entry| model.entity(entry));
        Self {
            user_ref: user.to_string(),
            entity: entity.as_ref().map(Data::from),
        }
    }
}

impl TemplateInfo {
    pub(super) fn of(template: &Value, is_on_disk: bool) -> Self {
        let metadata = &template["metadata"];
        let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
        let entity_ref = EntityRef::new(
            template["kind"].as_str().unwrap_or("Template"),
            metadata["namespace"].as_str().unwrap_or("default"),
            metadata["name"].as_str().unwrap_or_default(),
        );
        let base_url = [SOURCE, MANAGED_BY].iter().find_map(|name| {
            let location = text(&metadata["annotations"][*name])?;
            match location.split_once(':')? {
                ("url", target) => Some(target.to_owned()),
                ("file", target) if is_on_disk => Some(format!("file://{target}")),
                _ => None,
            }
        });
        let mut entity = Map::new();
        entity.insert("metadata".to_owned(), metadata.clone());
        Self {
            entity_ref: entity_ref.to_string(),
            base_url,
            entity: Some(Data::from(&Value::Object(entity))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template() -> Value {
        json!({
            "apiVersion": API_VERSION,
            "kind": "Template",
            "metadata": {
                "name": "Service",
                "annotations": { MANAGED_BY: "url:https://github.com/o/r/tree/main/template.yaml" },
            },
            "spec": { "steps": [{ "action": "debug:log" }, { "id": "two", "name": "Two", "action": "x" }] },
        })
    }

    fn spec(template: &Value) -> Result<TaskSpec, SpecError> {
        TaskSpec::of(&Made {
            template,
            parameters: &json!({}),
            user: None,
            is_on_disk: false,
        })
    }

    #[test]
    fn what_is_elsewhere_cannot_say_that_it_is_on_this_disk() {
        let mut sly = template();
        sly["metadata"]["annotations"][SOURCE] = "file:/etc/".into();
        let base = |is_on_disk| TemplateInfo::of(&sly, is_on_disk).base_url;
        assert_eq!(base(true).as_deref(), Some("file:///etc/"));
        assert_eq!(
            base(false).as_deref(),
            Some("https://github.com/o/r/tree/main/template.yaml")
        );
    }

    #[test]
    fn steps_without_a_name_are_called_by_their_number_and_action() {
        let spec = spec(&template()).expect("a template");
        let names: Vec<_> = spec
            .steps
            .iter()
            .map(|step| (&*step.id, &*step.name))
            .collect();
        assert_eq!(names, [("step-1", "debug:log"), ("two", "Two")]);
        let info = spec.template_info.expect("known");
        assert_eq!(info.entity_ref, "template:default/service");
        assert_eq!(
            info.base_url.as_deref(),
            Some("https://github.com/o/r/tree/main/template.yaml")
        );
    }

    #[test]
    fn a_template_that_cannot_be_run_says_where() {
        let mut same = template();
        same["spec"]["steps"][0]["id"] = "two".into();
        let error = spec(&same).expect_err("two steps of one name");
        assert_eq!(
            error.to_string(),
            "step 2 of the template has the id 'two', which an earlier one has"
        );
        let mut old = template();
        old["apiVersion"] = "backstage.io/v1alpha1".into();
        assert!(matches!(spec(&old), Err(SpecError::ApiVersion(_))));
        let mut none = template();
        none["spec"] = json!({});
        assert_eq!(spec(&none), Err(SpecError::NoSteps));
    }
}
