//! The pages of a form with the values so far.

use super::answers::{self, Names};
use super::check::{Wrong, check};
use super::defaults::fill;
use super::fields::{Around, Asked, of_object, variants};
use super::pointer::{put, take};
use super::sent::{Act, Sent};
use super::settle::{Chosen, Settling, VARIANTS, is_flagged};
use crate::scaffolder::parameters::Page;
use app::scaffolder::form::{Control, Field, Lock, Review};
use serde_json::{Map, Value};
use std::collections::HashSet;

/// A default may bring a field whose default brings another.
const MAX_ROUNDS: usize = 8;
/// A page with more in it than this is not filled in by hand: objects, lists, texts and numbers.
const MAX_NODES: usize = 50_000;

/// A page as it is with some values.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) settled: Value,
    pub(super) fields: Vec<Field>,
    /// Something was left out, for it has no end or is too large.
    pub(super) is_cut: bool,
}

/// A form with the values so far.
pub(super) struct Form<'a> {
    pages: Vec<&'a Page>,
    around: &'a Around<'a>,
    pub(super) values: Value,
    /// What is concealed is at hand, or asked for now.
    pub(super) has_concealed: bool,
}

impl<'a> Form<'a> {
    /// The form of a template with these pages, of which some may wait for a feature flag.
    pub(super) fn new(pages: &'a [Page], around: &'a Around<'a>) -> Self {
        Self {
            pages: pages
                .iter()
                .filter(|page| !is_flagged(&page.schema))
                .collect(),
            around,
            values: Value::Object(Map::new()),
            has_concealed: false,
        }
    }

    pub(super) fn pages(&self) -> &[&'a Page] {
        &self.pages
    }

    /// Begins with what a link gives and with the defaults of every page.
    pub(super) fn begin(&mut self, given: Map<String, Value>) {
        self.values = Value::Object(given);
        for at in 0..self.pages.len() {
            self.bring_up(at, &HashSet::new(), &Chosen::new());
        }
    }

    /// Goes on from where it was when it was sent, with what was done there.
    pub(super) fn go_on(&mut self, sent: &Sent, names: &dyn Names) {
        self.values = Value::Object(sent.values.clone().unwrap_or_default());
        self.has_concealed = sent.by_script;
        for at in 0..self.pages.len() {
            if at == sent.page {
                self.answer(sent, names);
            } else {
                self.take_concealed(at, sent);
            }
        }
    }

    /// Takes over the answers of the page that was shown.
    fn answer(&mut self, sent: &Sent, names: &dyn Names) {
        let before = self.sheet(sent.page, &sent.was);
        let mut shown = HashSet::new();
        paths(&before.fields, &mut shown);
        answers::take_over(&before.fields, sent, names, &mut self.values);
        answers::rearrange(&sent.act, &mut self.values);
        if let Act::Remove(path) = &sent.act {
            // What follows moves up, and is not new for that.
            if let Some((list, _)) = path.rsplit_once('/') {
                shown.retain(|path| !path.starts_with(&format!("{list}/")));
                self.bring_up_quietly(sent, &shown, list);
                return;
            }
        }
        self.bring_up(sent.page, &shown, &sent.chosen);
    }

    /// The same after an item has gone: nothing below the list is new.
    fn bring_up_quietly(&mut self, sent: &Sent, shown: &HashSet<String>, list: &str) {
        let mut shown = shown.clone();
        let after = self.sheet(sent.page, &sent.chosen);
        let mut now = HashSet::new();
        paths(&after.fields, &mut now);
        let below = format!("{list}/");
        shown.extend(now.into_iter().filter(|path| path.starts_with(&below)));
        self.bring_up(sent.page, &shown, &sent.chosen);
    }

    /// Forgets what is no longer asked, and answers in advance what was not asked before, until nothing
    /// changes.
    fn bring_up(&mut self, at: usize, shown: &HashSet<String>, chosen: &Chosen) {
        let mut known = shown.clone();
        for _ in 0..MAX_ROUNDS {
            let sheet = self.sheet(at, chosen);
            let mut now = HashSet::new();
            paths(&sheet.fields, &mut now);
            let gone: Vec<&String> = known.iter().filter(|path| !now.contains(*path)).collect();
            let mut is_other = false;
            for path in gone {
                is_other |= take(&mut self.values, path).is_some();
            }
            if let Some(schema) = sheet.settled.as_object() {
                let is_new = |path: &str| !known.contains(path);
                is_other |= fill(schema, &mut self.values, "", &is_new);
            }
            if !is_other {
                break;
            }
            known.extend(now);
        }
    }

    /// What is concealed is kept by the browser, which brings it along to every page.
    fn take_concealed(&mut self, at: usize, sent: &Sent) {
        let sheet = self.sheet(at, &Chosen::new());
        each(&sheet.fields, &mut |field| {
            if matches!(field.control, Control::Concealed { .. })
                && let Some(answer) = sent.answer(&field.path)
                && !answer.is_empty()
            {
                put(
                    &mut self.values,
                    &field.path,
                    Value::String(answer.to_owned()),
                );
            }
        });
    }

    /// One page as it is now.
    pub(super) fn sheet(&self, at: usize, chosen: &Chosen) -> Sheet {
        let nothing = Sheet {
            settled: Value::Object(Map::new()),
            fields: Vec::new(),
            is_cut: true,
        };
        let Some(page) = self.pages.get(at) else {
            return nothing;
        };
        if !is_small(&page.schema) {
            return nothing;
        }
        let settling = Settling::new(&page.schema, chosen);
        let settled = settling.page(&self.values);
        let fields = match settled.as_object() {
            Some(schema) if schema.contains_key(VARIANTS) => {
                vec![self.variants_of_page(schema)]
            }
            Some(schema) => of_object(self.around, schema, Some(&self.values), ""),
            None => Vec::new(),
        };
        Sheet {
            is_cut: settling.is_cut(),
            settled,
            fields,
        }
    }

    fn variants_of_page(&self, schema: &Map<String, Value>) -> Field {
        let asked = Asked {
            schema,
            value: Some(&self.values),
            path: String::new(),
            name: "",
            required: true,
        };
        let control = variants(self.around, &asked);
        Field {
            path: String::new(),
            label: "Which of these".to_owned(),
            description: String::new(),
            help: String::new(),
            required: true,
            lock: Lock::No,
            focus: false,
            errors: Vec::new(),
            note: None,
            review: Review::default(),
            control,
        }
    }

    /// What is wrong on a page, and the whole schema's word where the part of it that holds has none.
    ///
    /// # Errors
    /// Why the schema cannot be used.
    pub(super) fn wrong(&self, at: usize, sheet: &Sheet) -> Result<Vec<Wrong>, String> {
        let wrong = check(&sheet.settled, &self.values)?;
        match self.pages.get(at) {
            Some(page) if wrong.is_empty() && !sheet.is_cut => check(&page.schema, &self.values),
            _ => Ok(wrong),
        }
    }
}

/// The pointers of everything that is asked, and of what it is a part of.
fn paths(fields: &[Field], into: &mut HashSet<String>) {
    each(fields, &mut |field| {
        into.insert(field.path.clone());
    });
    into.remove("");
}

/// Calls `with` for each field, outer ones first.
pub(super) fn each(fields: &[Field], with: &mut dyn FnMut(&Field)) {
    for field in fields {
        with(field);
        match &field.control {
            Control::Group { fields } | Control::Variants { fields, .. } => each(fields, with),
            Control::List { items, .. } => {
                for item in items {
                    each(std::slice::from_ref(&*item.field), with);
                }
            }
            _ => {}
        }
    }
}

/// The same for changing them.
pub(super) fn each_mut(fields: &mut [Field], with: &mut dyn FnMut(&mut Field)) {
    for field in fields {
        with(field);
        match &mut field.control {
            Control::Group { fields } | Control::Variants { fields, .. } => each_mut(fields, with),
            Control::List { items, .. } => {
                for item in items {
                    each_mut(std::slice::from_mut(&mut *item.field), with);
                }
            }
            _ => {}
        }
    }
}

fn is_small(schema: &Value) -> bool {
    let mut open = vec![schema];
    let mut count = 0;
    while let Some(value) = open.pop() {
        count += 1;
        if count > MAX_NODES {
            return false;
        }
        match value {
            Value::Array(items) => open.extend(items),
            Value::Object(fields) => open.extend(fields.values()),
            _ => {}
        }
    }
    true
}
