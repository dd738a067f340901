//! Forms as pages ask for them.

use super::fields::Around;
use super::hubs::Hubs;
use super::offers::Offers;
use super::review;
use super::sent::{Act, Sent};
use super::settle::Chosen;
use super::sheet::{Form, Sheet, each, each_mut};
use crate::config::Provider;
use crate::markdown;
use crate::query::{Catalog, Predicate};
use crate::scaffolder::makes::makes;
use crate::scaffolder::parameters::{Page, find, pages};
use crate::scaffolder::permitted::of_template;
use crate::scaffolder::text;
use app::account::CredentialRequest;
use app::account::port::Lender;
use app::catalog::port::Answer;
use app::catalog::{EntityRef, RefDefaults};
use app::error::ApiError;
use app::scaffolder::form::{
    Concealed, Control, Field, FormView, Mistake, Offer, Shown, Step, Words,
};
use app::scaffolder::{Drafted, Makes, NewTask, Of, port};
use app::viewer::Viewer;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// Templates that an editor offers.
const MAX_TEMPLATES: usize = 200;

/// Makes forms of the templates in the catalog.
#[derive(Debug, Clone)]
pub struct Forms {
    catalog: Catalog,
    /// The hosts of repositories, in the order in which they are offered.
    hosts: Vec<(String, Provider)>,
    /// Who offers owners and branches; None where nobody does.
    hubs: Option<Hubs>,
}

impl Forms {
    pub fn new(catalog: Catalog, hosts: Vec<(String, Provider)>) -> Self {
        Self {
            catalog,
            hosts,
            hubs: None,
        }
    }

    /// The same, with hosts that offer owners and branches.
    #[must_use]
    pub fn with_hubs(mut self, hubs: Hubs) -> Self {
        self.hubs = Some(hubs);
        self
    }

    /// Calls `with` with the template and what is wrong with its text, its form, and who looks things up for it.
    pub(super) fn with<T>(
        &self,
        viewer: &Viewer,
        of: Of<'_>,
        with: impl FnOnce(Asked<'_>, &mut Form<'_>, &Offers<'_>) -> Result<T, ApiError>,
    ) -> Result<T, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let (entity, faults) = match of {
            Of::Catalog(template) => {
                let template = find(&model, template)?;
                let policy = self.catalog.policy();
                (of_template(&policy, viewer, template), Vec::new())
            }
            Of::Text(text) => text::read(text)?,
        };
        let offers = Offers {
            model: &model,
            viewer,
        };
        let pages: Vec<Page> = pages(&entity);
        let label = |value: &str| offers.model.label_of(&value.to_lowercase());
        let can_ask = |host: &str| self.hubs.as_ref().is_some_and(|hubs| hubs.has(host));
        let around = Around {
            hosts: &self.hosts,
            offers: &can_ask,
            label: &label,
        };
        let mut form = Form::new(&pages, &around);
        let asked = Asked {
            entity: &entity,
            faults,
        };
        with(asked, &mut form, &offers)
    }
}

/// A template as it is asked for.
pub(super) struct Asked<'a> {
    entity: &'a Value,
    /// What is wrong with its text, each with its line.
    faults: Vec<String>,
}

impl port::Forms for Forms {
    fn makes(&self, viewer: &Viewer, templates: &[EntityRef]) -> Vec<Makes> {
        let model = self.catalog.seen_by(viewer);
        let makes = templates.iter().map(|template| match model.get(template) {
            Some(entry) => makes(&model.entity(entry)),
            None => Makes::These(Vec::new()),
        });
        makes.collect()
    }

    fn fill(&self, viewer: &Viewer, of: Of<'_>, sent: &str) -> Result<FormView, ApiError> {
        let mut sent = Sent::read(&parsed(sent))?;
        self.with(viewer, of, |asked, form, offers| {
            if sent.values.is_some() {
                form.go_on(&sent, offers);
            } else {
                form.begin(std::mem::take(&mut sent.given));
            }
            let sheets: Vec<Sheet> = (0..form.pages().len())
                .map(|at| form.sheet(at, &sent.chosen_at(at)))
                .collect();
            if sent.act == Act::Restore {
                forget_others(form, &sheets);
            }
            let view = Filling {
                form,
                offers,
                sheets,
                sent: &sent,
            };
            let mut view = view.show(asked.entity);
            view.draft = matches!(of, Of::Text(_));
            view.notes.extend(asked.faults);
            Ok(view)
        })
    }

    fn offer<'a>(
        &'a self,
        viewer: &'a Viewer,
        of: Of<'a>,
        sent: &'a str,
        path: &'a str,
        text: &'a str,
        lender: &'a dyn Lender,
    ) -> Answer<'a, Vec<Offer>> {
        let offered = self.offered(viewer, of, sent, path, text);
        Box::pin(async move { offered?.names(self.hubs.as_ref(), text, lender).await })
    }

    fn draft(&self, viewer: &Viewer, template: Option<&EntityRef>) -> Result<Drafted, ApiError> {
        let model = self.catalog.seen_by(viewer);
        let text = match template {
            Some(template) => text::write(&find(&model, template)?),
            None => text::NEW.to_owned(),
        };
        let kind = Predicate::In("kind".to_owned(), vec!["template".to_owned()]);
        Ok(Drafted {
            text,
            chosen: template.cloned(),
            templates: model.offered(Some(&kind), None, "", MAX_TEMPLATES),
        })
    }

    fn finish(
        &self,
        viewer: &Viewer,
        of: Of<'_>,
        values: &str,
        concealed: &BTreeMap<String, String>,
    ) -> Result<NewTask, ApiError> {
        let mut pairs = vec![("values".to_owned(), values.to_owned())];
        pairs.push(("page".to_owned(), usize::MAX.to_string()));
        let concealed_pairs = concealed
            .iter()
            .map(|(path, text)| (path.clone(), text.clone()));
        pairs.extend(concealed_pairs);
        let sent = Sent::read(&pairs)?;
        self.with(viewer, of, |asked, form, offers| {
            form.go_on(&sent, offers);
            form.has_concealed = true;
            let mut secrets = BTreeMap::new();
            let mut credentials = Vec::new();
            let mut masks = Vec::new();
            for at in 0..form.pages().len() {
                let sheet = form.sheet(at, &Chosen::new());
                if let Some(mistake) = mistakes(form, &sheet, at, offers).into_iter().next() {
                    let page = &form.pages()[at].title;
                    return Err(ApiError::Invalid {
                        field: mistake.path,
                        message: format!("{page}, {}: {}", mistake.label, mistake.message),
                    });
                }
                credentials.extend(asked_credentials(&sheet.fields));
                each(&sheet.fields, &mut |field| {
                    if let Control::Concealed {
                        secret: Some(name), ..
                    } = &field.control
                        && let Some(text) = concealed.get(&field.path)
                    {
                        secrets.insert(name.clone(), text.clone());
                        masks.push((field.path.clone(), "*".repeat(text.chars().count())));
                    }
                });
            }
            for (path, mask) in masks {
                super::pointer::put(&mut form.values, &path, Value::String(mask));
            }
            if let Some(schema) = asked.entity.pointer("/spec/secrets/schema") {
                check_secrets(schema, &secrets)?;
            }
            let Value::Object(values) = std::mem::take(&mut form.values) else {
                return Err(ApiError::Internal);
            };
            Ok(NewTask {
                template: match of {
                    Of::Catalog(template) => template.clone(),
                    Of::Text(_) => crate::query::ref_of(asked.entity),
                },
                values,
                secrets,
                credentials,
            })
        })
    }
}

/// Forgets what the template no longer asks for: it may have changed since the answers were kept.
fn forget_others(form: &mut Form<'_>, sheets: &[Sheet]) {
    let asked = asked(sheets);
    let is_asked = |name: &str| asked.contains(&name);
    if let Value::Object(values) = &mut form.values {
        values.retain(|name, _| is_asked(name));
    }
}

/// The names of all that is asked.
fn asked(sheets: &[Sheet]) -> Vec<&str> {
    let settled = sheets.iter().map(|sheet| &sheet.settled);
    let names = settled.filter_map(|schema| schema.get("properties")?.as_object());
    names.flat_map(Map::keys).map(String::as_str).collect()
}

pub(super) fn parsed(sent: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(sent.as_bytes())
        .into_owned()
        .collect()
}

/// What fields ask for that lets a template work in somebody's name.
fn asked_credentials(fields: &[Field]) -> Vec<CredentialRequest> {
    let mut asked = Vec::new();
    each(fields, &mut |field| {
        if let Control::Repository(repository) = &field.control {
            asked.extend(repository.credential.clone());
        }
    });
    asked
}

/// Holds the secrets of a task against what the template says of them.
fn check_secrets(schema: &Value, secrets: &BTreeMap<String, String>) -> Result<(), ApiError> {
    let named = secrets.iter();
    let named = named.map(|(name, text)| (name.clone(), Value::String(text.clone())));
    let secrets = Value::Object(named.collect::<Map<_, _>>());
    let wrong = super::check::check(schema, &secrets).map_err(|why| {
        ApiError::invalid(
            "secrets",
            format!("The template’s schema of secrets cannot be used: {why}"),
        )
    })?;
    match wrong.into_iter().next() {
        Some(wrong) => Err(ApiError::Invalid {
            message: format!(
                "Secret {}: {}",
                wrong.path.trim_start_matches('/'),
                wrong.message
            ),
            field: wrong.path,
        }),
        None => Ok(()),
    }
}

/// A form on its way to the page.
struct Filling<'f, 'p> {
    form: &'f Form<'p>,
    offers: &'f Offers<'f>,
    sheets: Vec<Sheet>,
    sent: &'f Sent,
}

impl Filling<'_, '_> {
    fn show(mut self, entity: &Value) -> FormView {
        let last = self.sheets.len();
        let from = self.sent.page.min(last);
        let (at, tried) = self.turn(from);
        let was_here = self.sent.values.is_some() && at == from;
        let touched: Vec<String> = match &self.sent.act {
            Act::Changed(path) => Some(path.clone()),
            _ => None,
        }
        .into_iter()
        .chain(self.sent.touched.iter().cloned())
        .filter(|_| was_here)
        .collect();
        let tried = tried || (was_here && self.sent.tried);
        let mistakes = match self.sheets.get(at) {
            Some(sheet) if tried || !touched.is_empty() => {
                let all = mistakes(self.form, sheet, at, self.offers);
                let is_told = |mistake: &Mistake| {
                    tried || touched.iter().any(|path| is_within(&mistake.path, path))
                };
                all.into_iter().filter(is_told).collect()
            }
            _ => Vec::new(),
        };
        let notes = self.notes(entity, at);
        let values = self.values();
        let steps = self
            .form
            .pages()
            .iter()
            .enumerate()
            .map(|(number, page)| Step {
                title: page.title.clone(),
                done: number < at,
            });
        let steps = steps.collect();
        FormView {
            draft: false,
            template: crate::query::ref_of(entity),
            title: text_at(entity, "/metadata/title")
                .or_else(|| text_at(entity, "/metadata/name"))
                .unwrap_or_default(),
            description: html(text_at(entity, "/metadata/description")),
            owner: self.owner(entity),
            steps,
            shown: self.shown(at, &mistakes),
            at,
            values,
            touched,
            tried,
            mistakes,
            words: words(entity),
            notes,
        }
    }

    /// The page that the reader comes to, and whether they have tried to leave it in vain.
    fn turn(&self, from: usize) -> (usize, bool) {
        let last = self.sheets.len();
        let wanted = match self.sent.act {
            Act::Next => from + 1,
            Act::Back => return (from.saturating_sub(1), false),
            Act::Turn(to) if to <= from => return (to, false),
            Act::Turn(to) => to,
            // A link to a page, or what was kept: no further than what is known allows.
            Act::Show | Act::Restore => {
                let stop = self.first_wrong(0, from);
                return (stop.unwrap_or(from), false);
            }
            _ => return (from, false),
        };
        let wanted = wanted.min(last);
        match self.first_wrong(from, wanted) {
            Some(stop) => (stop, true),
            None => (wanted, false),
        }
    }

    fn first_wrong(&self, from: usize, to: usize) -> Option<usize> {
        let is_wrong =
            |at: &usize| !mistakes(self.form, &self.sheets[*at], *at, self.offers).is_empty();
        (from..to.min(self.sheets.len())).find(is_wrong)
    }

    /// What is known, without what is concealed.
    fn values(&self) -> String {
        let mut values = self.form.values.clone();
        for sheet in &self.sheets {
            each(&sheet.fields, &mut |field| {
                if matches!(field.control, Control::Concealed { .. }) {
                    super::pointer::take(&mut values, &field.path);
                }
            });
        }
        values.to_string()
    }

    fn shown(&mut self, at: usize, mistakes: &[Mistake]) -> Shown {
        let pages = self.form.pages();
        let Some(page) = pages.get(at) else {
            return self.reviewed();
        };
        let mut fields = std::mem::take(&mut self.sheets[at].fields);
        each_mut(&mut fields, &mut |field| {
            let own = mistakes.iter().filter(|mistake| mistake.path == field.path);
            field.errors = own.map(|mistake| mistake.message.clone()).collect();
        });
        Shown::Page {
            title: page.title.clone(),
            description: html(page.description.clone()),
            fields,
        }
    }

    fn reviewed(&self) -> Shown {
        let link = |value: &str| self.offers.link(value);
        let pages = self.form.pages();
        let numbered = self.sheets.iter().enumerate();
        let groups = numbered.map(|(at, sheet)| {
            review::group(
                &pages[at].title,
                at,
                &sheet.fields,
                &self.form.values,
                &link,
            )
        });
        let mut groups: Vec<_> = groups.collect();
        if let Value::Object(values) = &self.form.values {
            groups.extend(review::others(values, &asked(&self.sheets)));
        }
        let mut concealed = Vec::new();
        for sheet in &self.sheets {
            each(&sheet.fields, &mut |field| {
                if matches!(field.control, Control::Concealed { .. }) {
                    concealed.push(Concealed {
                        path: field.path.clone(),
                        label: field.label.clone(),
                        required: field.required,
                    });
                }
            });
        }
        let credentials = self.sheets.iter();
        Shown::Review {
            groups,
            concealed,
            credentials: credentials
                .flat_map(|sheet| asked_credentials(&sheet.fields))
                .collect(),
        }
    }

    fn owner(&self, entity: &Value) -> Option<app::catalog::EntityLink> {
        let owner = entity.pointer("/spec/owner")?.as_str()?;
        let namespace = entity
            .pointer("/metadata/namespace")
            .and_then(Value::as_str);
        let defaults = RefDefaults {
            kind: Some("Group"),
            namespace,
        };
        let owner = EntityRef::parse(owner, defaults).ok()?;
        Some(crate::query::link(self.offers.model, &owner))
    }

    fn notes(&self, entity: &Value, at: usize) -> Vec<String> {
        let mut notes = Vec::new();
        if self.sheets.get(at).is_some_and(|sheet| sheet.is_cut) {
            notes.push(
                "This page is too large or too deep to be shown whole; what is missing can be given through the API."
                    .to_owned(),
            );
        }
        let decorators = ["formDecorators", "EXPERIMENTAL_formDecorators"];
        let decorators = decorators
            .iter()
            .filter_map(|name| entity["spec"][name].as_array());
        let names: Vec<&str> = decorators
            .flatten()
            .filter_map(|it| it["id"].as_str())
            .collect();
        if !names.is_empty() {
            notes.push(format!(
                "The template counts on programs of another portal ({}), which do not run here: what they fill in is missing.",
                names.join(", ")
            ));
        }
        notes
    }
}

/// What is wrong on a page, in the order of its fields.
fn mistakes(form: &Form<'_>, sheet: &Sheet, at: usize, offers: &Offers<'_>) -> Vec<Mistake> {
    let mut wrong = match form.wrong(at, sheet) {
        Ok(wrong) => wrong,
        Err(why) => {
            return vec![Mistake {
                path: String::new(),
                label: "The template".to_owned(),
                message: format!("Its schema cannot be used; whoever owns it can mend it: {why}"),
            }];
        }
    };
    if !form.has_concealed {
        // Without scripts nothing keeps it: it is asked for at the end.
        each(&sheet.fields, &mut |field| {
            if matches!(field.control, Control::Concealed { given: false, .. }) {
                wrong.retain(|wrong| wrong.path != field.path);
            }
        });
    }
    let mut told: Vec<(usize, Mistake)> = Vec::new();
    let mut number = 0;
    each(&sheet.fields, &mut |field| {
        number += 1;
        let own = wrong.iter().find(|wrong| wrong.path == field.path);
        let own = own.map(|wrong| wrong.message.clone());
        if let Some(message) = own.or_else(|| not_taken(field, offers)) {
            told.push((number, mistake(field, message)));
        }
    });
    let is_told = |path: &str, told: &[(usize, Mistake)]| {
        told.iter().any(|(_, mistake)| mistake.path == path)
    };
    for wrong in &wrong {
        if is_told(&wrong.path, &told) {
            continue;
        }
        // What has no field of its own is told at the next one above.
        let mut nearest: Option<(usize, &Field)> = None;
        let mut number = 0;
        let mut all = Vec::new();
        collect(&sheet.fields, &mut all);
        for field in all {
            number += 1;
            let is_nearer = nearest.is_none_or(|(_, known)| known.path.len() < field.path.len());
            if is_within(&wrong.path, &field.path) && is_nearer {
                nearest = Some((number, field));
            }
        }
        let told_of = match nearest {
            Some((number, field)) => (number, mistake(field, wrong.message.clone())),
            None => (
                0,
                Mistake {
                    path: String::new(),
                    label: wrong.path.trim_start_matches('/').to_owned(),
                    message: wrong.message.clone(),
                },
            ),
        };
        told.push(told_of);
    }
    told.sort_by_key(|(number, _)| *number);
    told.into_iter().map(|(_, mistake)| mistake).collect()
}

fn collect<'a>(fields: &'a [Field], into: &mut Vec<&'a Field>) {
    for field in fields {
        into.push(field);
        match &field.control {
            Control::Group { fields } | Control::Variants { fields, .. } => collect(fields, into),
            Control::List { items, .. } => {
                for item in items {
                    collect(std::slice::from_ref(&*item.field), into);
                }
            }
            _ => {}
        }
    }
}

fn mistake(field: &Field, message: String) -> Mistake {
    Mistake {
        path: field.path.clone(),
        label: field.label.clone(),
        message,
    }
}

/// Why a picker does not let its value pass.
fn not_taken(field: &Field, offers: &Offers<'_>) -> Option<String> {
    let refused = match &field.control {
        Control::Entity { picker, value, .. } => {
            (!value.is_empty() && !offers.takes(picker, value)).then_some(value)
        }
        Control::Entities { picker, values } => {
            let mut values = values.iter().map(|(value, _)| value);
            values.find(|value| !offers.takes(picker, value))
        }
        _ => None,
    };
    refused.map(|value| format!("{value} is not among what can be chosen here."))
}

/// Whether a pointer is another or lies below it.
fn is_within(path: &str, above: &str) -> bool {
    let rest = path.strip_prefix(above);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn text_at(entity: &Value, pointer: &str) -> Option<String> {
    entity.pointer(pointer)?.as_str().map(str::to_owned)
}

fn html(text: Option<String>) -> String {
    text.map(|text| markdown::render(&text, None).into_string())
        .unwrap_or_default()
}

fn words(entity: &Value) -> Words {
    let word = |name: &str, usual: &str| {
        let pointer = format!("/spec/presentation/buttonLabels/{name}");
        text_at(entity, &pointer).unwrap_or_else(|| usual.to_owned())
    };
    Words {
        back: word("backButtonText", "Back"),
        review: word("reviewButtonText", "Review"),
        create: word("createButtonText", "Create"),
    }
}
