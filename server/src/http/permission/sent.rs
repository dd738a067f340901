//! What the form of a role sends, and what its button asks for.

use crate::permission::{as_json, as_rules};
use app::permission::roles::{ConditionForm, FormFault, GrantForm, RoleForm, RuleForm};
use std::collections::BTreeMap;

/// Grants, and rules in one of them, that are read; the rest is passed over.
const GRANTS: usize = 60;
const RULES: usize = 60;
/// Lines that are read.
const LINES: usize = 300;

/// A form as it was sent.
pub(super) struct Sent {
    /// The same, changed as the button asks.
    pub(super) form: RoleForm,
    /// The word of the button.
    pub(super) wish: String,
}

/// Reads a form.
pub(super) fn read(body: &[u8]) -> Sent {
    let mut form = RoleForm::default();
    let mut wish = String::new();
    let mut of_grants: BTreeMap<usize, Vec<(String, String)>> = BTreeMap::new();
    for (key, value) in url::form_urlencoded::parse(body) {
        let value = value.into_owned();
        let line = value.trim().to_owned();
        match &*key {
            "do" => wish = value,
            "role" => form.of = Some(value),
            "version" => form.version = value.parse().unwrap_or_default(),
            "name" => form.name = line,
            "description" => form.description = line,
            "signed-in" => form.signed_in = true,
            "guests" => form.guests = true,
            "person" => form.person = line,
            "member" if !line.is_empty() && form.members.len() < LINES => form.members.push(line),
            "claim" if !line.is_empty() && form.claims.len() < LINES => form.claims.push(line),
            "grant" => {
                if let Some(number) = number(&value) {
                    of_grants.entry(number).or_default();
                }
            }
            key => {
                let of_grant = key.strip_prefix('g').and_then(|rest| rest.split_once('.'));
                if let Some((grant, name)) = of_grant
                    && let Some(grant) = number(grant)
                {
                    let fields = of_grants.entry(grant).or_default();
                    fields.push((name.to_owned(), value));
                }
            }
        }
    }
    let offered = added(&wish, &of_grants);
    form.grants = of_grants
        .into_values()
        .map(|fields| grant(&fields))
        .collect();
    change(&mut form, &wish, offered);
    Sent { form, wish }
}

/// A number of a grant; none beyond those that are read.
fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|it| *it < GRANTS)
}

/// The rule that is chosen in the grant whose button was pressed.
fn added(wish: &str, of_grants: &BTreeMap<usize, Vec<(String, String)>>) -> Option<String> {
    let at = number(wish.strip_prefix("rule-add.")?)?;
    let mut fields = of_grants.get(&at)?.iter();
    fields
        .find(|(name, _)| name == "add")
        .map(|(_, rule)| rule.clone())
}

fn grant(fields: &[(String, String)]) -> GrantForm {
    let all = |wanted: &str| {
        let fields = fields.iter().filter(move |(name, _)| name == wanted);
        fields.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let condition = match all("json").pop() {
        Some(text) => ConditionForm::Json(text),
        None => ConditionForm::Rules {
            is_any: all("join").iter().any(|word| word == "any"),
            rules: all("rule")
                .iter()
                .take(RULES)
                .map(|it| rule(it, fields))
                .collect(),
        },
    };
    GrantForm {
        permissions: all("permission"),
        condition,
    }
}

/// The rule that is named as `0:HAS_LABEL`, whose fields begin with `r0.`.
fn rule(named: &str, fields: &[(String, String)]) -> RuleForm {
    let (at, rule) = named.split_once(':').unwrap_or(("", named));
    let prefix = format!("r{at}.");
    let own = fields.iter();
    let own = own.filter_map(|(name, value)| Some((name.strip_prefix(&prefix)?, value)));
    let mut form = RuleForm {
        rule: rule.to_owned(),
        ..RuleForm::default()
    };
    for (name, value) in own {
        match name {
            "not" => form.is_not = true,
            name => form.params.push((name.to_owned(), value.clone())),
        }
    }
    form
}

/// Does to the form what a button asks that keeps nothing.
fn change(form: &mut RoleForm, wish: &str, offered: Option<String>) {
    let (word, at) = wish.split_once('.').unwrap_or((wish, ""));
    match word {
        "more" => form.more = true,
        "grant-add" if form.grants.len() < GRANTS => form.grants.push(GrantForm::default()),
        "grant-remove" => {
            if let Some(at) = number(at).filter(|at| *at < form.grants.len()) {
                form.grants.remove(at);
            }
        }
        "rule-add" | "rule-remove" | "json" | "rules" => {
            let (grant, rule) = at.split_once('.').unwrap_or((at, ""));
            let Some(number) = number(grant).filter(|at| *at < form.grants.len()) else {
                return;
            };
            let condition = &mut form.grants[number].condition;
            match (word, condition) {
                ("rule-add", ConditionForm::Rules { rules, .. }) if rules.len() < RULES => {
                    rules.extend(offered.map(|rule| RuleForm {
                        rule,
                        ..RuleForm::default()
                    }));
                }
                ("rule-remove", ConditionForm::Rules { rules, .. }) => {
                    if let Some(at) = rule.parse().ok().filter(|at| *at < rules.len()) {
                        let _: RuleForm = rules.remove(at);
                    }
                }
                ("json", condition) => *condition = as_json(condition),
                ("rules", condition) => match as_rules(condition) {
                    Ok(rules) => *condition = rules,
                    Err(message) => form.faults.push(FormFault {
                        field: format!("grants[{number}].conditions"),
                        message,
                    }),
                },
                _ => {}
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_is_read_as_it_is_filled_in() {
        let sent = read(
            b"role=Crew&version=7&name=+Crew+&member=&member=group%3Adefault%2Fcrew&signed-in=1\
              &grant=0&g0.permission=catalog.entity.read&g0.permission=catalog.entity.delete\
              &g0.join=any&g0.rule=0%3AHAS_LABEL&g0.r0.not=1&g0.r0.label=x&g0.rule=1%3AIS_ENTITY_OWNER\
              &g0.r1.claims=%24ownerRefs&g0.add=HAS_SPEC&grant=3&g3.json=%7B%7D&g99999.json=x&do=save",
        );
        let form = sent.form;
        assert_eq!(
            (form.of.as_deref(), form.version, &*form.name),
            (Some("Crew"), 7, "Crew")
        );
        assert_eq!(form.members, ["group:default/crew"]);
        assert!(form.signed_in && !form.guests);
        let [first, second] = form.grants.as_slice() else {
            panic!("two grants");
        };
        assert_eq!(first.permissions.len(), 2);
        let ConditionForm::Rules {
            is_any: true,
            rules,
        } = &first.condition
        else {
            panic!("rules");
        };
        assert!(rules[0].is_not && !rules[1].is_not);
        assert_eq!(
            rules[1].params,
            [("claims".to_owned(), "$ownerRefs".to_owned())]
        );
        assert_eq!(second.condition, ConditionForm::Json("{}".to_owned()));
    }

    #[test]
    fn buttons_add_and_take_away() {
        let fields = "grant=0&g0.rule=0%3AHAS_LABEL&g0.add=HAS_SPEC&grant=1";
        let rules = |wish: &str| {
            let form = read(format!("{fields}&do={wish}").as_bytes()).form;
            form.grants
                .iter()
                .map(|grant| match &grant.condition {
                    ConditionForm::Rules { rules, .. } => rules.len().to_string(),
                    ConditionForm::Json(_) => "json".to_owned(),
                })
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(rules("rule-add.0"), "2 0");
        assert_eq!(rules("rule-remove.0.0"), "0 0");
        assert_eq!(rules("rule-remove.0.9"), "1 0");
        assert_eq!(rules("grant-add"), "1 0 0");
        assert_eq!(rules("grant-remove.0"), "0");
        assert_eq!(rules("grant-remove.7"), "1 0");
        assert_eq!(rules("json.0"), "json 0");
        assert_eq!(rules("rule-add.99999999999999999999"), "1 0");
    }
}
