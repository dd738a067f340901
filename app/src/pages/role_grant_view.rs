//! One grant in the form of a role: its permissions, and the condition under which they are granted.

use super::role_form_view::faults_at;
use crate::permission::roles::{
    ConditionForm, FormFault, GrantForm, RuleForm, RuleOffer, grantable, words,
};
use crate::ui::Icon;
use leptos::either::Either;
use leptos::prelude::*;

#[component]
pub(super) fn Grant(
    number: usize,
    grant: GrantForm,
    faults: Vec<FormFault>,
    rules: Vec<RuleOffer>,
) -> impl IntoView {
    let place = format!("grants[{number}]");
    let permissions_place = format!("{place}.permissions");
    let conditions_place = format!("{place}.conditions");
    let own = faults_at(&faults, |field| {
        field == place || field.starts_with(&permissions_place)
    });
    let of_condition: Vec<FormFault> = faults
        .into_iter()
        .filter(|fault| fault.field.starts_with(&conditions_place))
        .map(|fault| {
            let within = fault.field[conditions_place.len()..].trim_start_matches('.');
            FormFault {
                message: match within {
                    "" => fault.message.clone(),
                    within => format!("At {within}: {}", fault.message),
                },
                ..fault
            }
        })
        .collect();
    let of_condition = faults_at(&of_condition, |_| true);
    let chosen = grant.permissions;
    let permissions = grantable().map(|permission| {
        let name = permission.name();
        let is_chosen = chosen.iter().any(|it| it == name);
        view! {
            <label class="check-line">
                <input r#type="checkbox" name=format!("g{number}.permission") value=name checked=is_chosen />
                <span class="ui min-w-0">{words(permission)} " " <span class="mono meta break-anywhere">{name}</span></span>
            </label>
        }
    });
    let condition = match grant.condition {
        ConditionForm::Rules {
            is_any,
            rules: chosen,
        } => Either::Left(view! {
            <Rules number is_any chosen rules />
        }),
        ConditionForm::Json(text) => Either::Right(view! { <Json number text /> }),
    };
    view! {
        <fieldset class="card" id=format!("grant-{number}")>
            <legend class="hidden-label">{format!("Grant {}", number + 1)}</legend>
            <div class="card-head">
                <span class="card-title grow" aria-hidden="true">{format!("Grant {}", number + 1)}</span>
                <button r#type="submit" class="btn btn-small" name="do" value=format!("grant-remove.{number}") aria-label=format!("Remove grant {}", number + 1)>"Remove"</button>
            </div>
            <div class="card-body stack">
                <input r#type="hidden" name="grant" value=number.to_string() />
                <div class="permission-grid">{permissions.collect_view()}</div>
                {own}
                <h3 class="ui font-medium">"Under which condition"</h3>
                {condition}
                {of_condition}
            </div>
        </fieldset>
    }
    .into_any()
}

/// Rules that are joined in one way.
#[component]
fn Rules(
    number: usize,
    is_any: bool,
    chosen: Vec<RuleForm>,
    rules: Vec<RuleOffer>,
) -> impl IntoView {
    let join = (chosen.len() > 1).then(|| {
        view! {
            <label class="flex items-center gap-2">
                <span class="ui">"To what fits"</span>
                <span class="field field-menu"><select name=format!("g{number}.join")>
                    <option value="all" selected=!is_any>"all of these"</option>
                    <option value="any" selected=is_any>"any of these"</option>
                </select> {Icon::ChevronDown.small()}</span>
            </label>
        }
    });
    let none = chosen.is_empty().then(|| {
        view! { <p class="meta">"None: it is granted for everything. Add a rule to narrow it."</p> }
    });
    let offered = rules.clone();
    let lines = chosen.into_iter().enumerate().map(|(at, rule)| {
        let offer = offered
            .iter()
            .find(|offer| offer.name == rule.rule)
            .cloned();
        view! { <Rule number at rule offer /> }
    });
    let lines = lines.collect_view();
    let options = rules.into_iter().map(|rule| {
        view! { <option value=rule.name>{format!("{} ({})", rule.words, rule.about)}</option> }
    });
    let here = format!("#grant-{number}");
    view! {
        {join}
        {none}
        {lines}
        <div class="flex flex-wrap items-center gap-2">
            <span class="field field-menu rule-choice"><select name=format!("g{number}.add") aria-label="A rule">{options.collect_view()}</select> {Icon::ChevronDown.small()}</span>
            <button r#type="submit" class="btn btn-small" name="do" value=format!("rule-add.{number}") formaction=here.clone()>"Add the rule"</button>
            <button r#type="submit" class="btn btn-small" name="do" value=format!("json.{number}") formaction=here>"Write it as JSON"</button>
        </div>
    }
    .into_any()
}

#[component]
fn Rule(number: usize, at: usize, rule: RuleForm, offer: Option<RuleOffer>) -> impl IntoView {
    let prefix = format!("g{number}.r{at}");
    let name = rule.rule.clone();
    let said = offer
        .as_ref()
        .map_or(name.clone(), |offer| offer.words.to_owned());
    let given = rule.params;
    let params = offer.into_iter().flat_map(|offer| offer.params);
    let params = params.map(|param| {
        let value = given.iter().find(|(name, _)| name == param.name);
        let value = value.map(|(_, value)| value.clone()).unwrap_or_default();
        let label = if param.is_required {
            param.name.to_owned()
        } else {
            format!("{} (not needed)", param.name)
        };
        view! {
            <label class="stack-label grow">
                <span class="meta">{label}</span>
                <span class="field"><input name=format!("{prefix}.{}", param.name) value=value placeholder=param.hint autocomplete="off" /></span>
            </label>
        }
    });
    let params = params.collect_view();
    view! {
        <div class="rule-line" role="group" aria-label=said.clone()>
            <input r#type="hidden" name=format!("g{number}.rule") value=format!("{at}:{name}") />
            <div class="flex flex-wrap items-center gap-2">
                <label class="check-line"><input r#type="checkbox" name=format!("{prefix}.not") value="1" checked=rule.is_not /> <span class="ui">"not"</span></label>
                <span class="ui font-medium grow">{said.clone()} " " <span class="mono meta">{name.clone()}</span></span>
                <button r#type="submit" class="btn btn-small" name="do" value=format!("rule-remove.{number}.{at}") formaction=format!("#grant-{number}") aria-label=format!("Remove the rule {said}")>"Remove"</button>
            </div>
            <div class="flex flex-wrap gap-2">{params}</div>
        </div>
    }
    .into_any()
}

#[component]
fn Json(number: usize, text: String) -> impl IntoView {
    let rows = text.lines().count().clamp(6, 20);
    let id = format!("g{number}-json");
    view! {
        <div class="field field-text"><textarea id=id class="mono" name=format!("g{number}.json") rows=rows.to_string() spellcheck="false" aria-label="The condition as JSON" prop:value=text.clone()>{text.clone()}</textarea></div>
        <div class="flex flex-wrap items-center gap-2">
            <button r#type="submit" class="btn btn-small" name="do" value=format!("rules.{number}") formaction=format!("#grant-{number}")>"Back to rules"</button>
            <span class="meta">"allOf, anyOf and not, as deep as it needs; rules joined in one way only can be shown as rules."</span>
        </div>
    }
    .into_any()
}
