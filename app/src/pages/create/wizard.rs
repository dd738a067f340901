//! The page of a template: its form, page by page. The server makes the form; what runs here sends what
//! is filled in and puts in place what comes back, keeps what must not leave the browser, and remembers
//! a form that was left.

use super::super::told::{Params, answered, text, use_path_params};
use super::combo;
use super::morph::morph;
use super::trial::Draft;
use crate::catalog::EntityRef;
use crate::error::ApiError;
use crate::scaffolder::api::{fill_form, start_task};
use crate::ui::Fragment;
use leptos::ev;
use leptos::html::Div;
use leptos::leptos_dom::helpers::{WindowListenerHandle, location};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{
    Element, Event, FormData, HtmlElement, HtmlFormElement, HtmlInputElement, SubmitEvent,
    UrlSearchParams,
};
use leptos_router::NavigateOptions;
use leptos_router::hooks::{use_location, use_navigate};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// What is not kept of a form that was left, in bytes: browsers have some megabytes for all of a site.
const MAX_KEPT: usize = 200_000;

#[component]
pub fn TemplatePage() -> impl IntoView {
    let params = use_path_params();
    let template = move |params: &Params| {
        EntityRef::new("template", text(params, "namespace"), text(params, "name"))
    };
    let search = use_location().search;
    let ask = move |params: Params| {
        let form = fill_form(Some(template(&params)), None, search.get_untracked(), None);
        Box::pin(form) as _
    };
    let show = move |html| {
        let source = Source::Catalog(template(&params.get_untracked()));
        view! { <Place html source /> }.into_any()
    };
    answered(params, Arc::new(ask), None, Arc::new(show))
}

#[component]
pub(super) fn Place(html: String, source: Source) -> impl IntoView {
    let wizard = Wizard::new(source.clone());
    let place = wizard.place;
    let navigate = use_navigate();
    let search = use_location().search;
    if let Source::Text(draft) = source {
        Effect::new(move |was: Option<()>| {
            draft.changed.get();
            if was.is_some() {
                wizard.send("show");
            } else {
                wizard.settle(false);
            }
        });
        return wizard.view(html);
    }
    Effect::new(move |was: Option<()>| {
        let page = page_of(&search.get());
        if place.get().is_none() {
            return;
        }
        if was.is_none() {
            wizard.settle(false);
            wizard.restore();
        } else if wizard.at().is_some_and(|at| at != page) {
            wizard.send(&format!("turn:{page}"));
        }
    });
    wizard
        .turned
        .set_value(Some(Callback::new(move |page: String| {
            let url = format!("{}?page={page}", location().pathname().unwrap_or_default());
            let options = NavigateOptions {
                resolve: false,
                ..NavigateOptions::default()
            };
            navigate(&url, options);
        })));
    wizard.view(html)
}

/// The page that a query asks for.
fn page_of(search: &str) -> String {
    let page = UrlSearchParams::new_with_str(search).ok();
    page.and_then(|params| params.get("page"))
        .unwrap_or_else(|| "0".to_owned())
}

/// What a form is the form of.
#[derive(Debug, Clone)]
pub(super) enum Source {
    Catalog(EntityRef),
    /// A text that is being written.
    Text(Draft),
}

type Answer = Result<Fragment, ApiError>;

/// The form in the browser.
#[derive(Clone, Copy)]
pub(super) struct Wizard {
    source: StoredValue<Source>,
    place: NodeRef<Div>,
    /// What must not leave the browser, by the pointer of its field, and whether it is a secret.
    concealed: StoredValue<BTreeMap<String, (String, bool)>>,
    /// The number of the last question; answers to earlier ones are of no use.
    asked: StoredValue<u32>,
    /// Whether a button of the mouse or a finger is down: then nothing may move away from under it.
    is_pressed: StoredValue<bool>,
    /// The answer that came meanwhile, with the number of its question.
    held: StoredValue<Option<(u32, Answer)>>,
    /// Whether a task is on its way: a second press starts no second one.
    pub(super) is_starting: StoredValue<bool>,
    turned: StoredValue<Option<Callback<String>>>,
}

impl Wizard {
    fn new(source: Source) -> Self {
        Self {
            source: StoredValue::new(source),
            place: NodeRef::new(),
            concealed: StoredValue::default(),
            asked: StoredValue::new(0),
            is_pressed: StoredValue::new(false),
            held: StoredValue::new(None),
            is_starting: StoredValue::new(false),
            turned: StoredValue::new(None),
        }
    }

    fn view(self, html: String) -> AnyView {
        let ends = [
            window_event_listener(ev::pointerup, move |_| self.release()),
            window_event_listener(ev::pointercancel, move |_| self.release()),
        ];
        on_cleanup(move || ends.into_iter().for_each(WindowListenerHandle::remove));
        view! {
            <div node_ref=self.place on:pointerdown=move |_| self.is_pressed.set_value(true) inner_html=html on:submit=move |event| self.submit(&event) on:change=move |event| self.change(&event)
                on:focusout=move |event| self.leave(&event) on:click=move |event| self.click(&event) on:input=move |event| combo::typed(self, &event)
                on:keydown=move |event| combo::pressed(self, &event) on:mousedown=move |event| combo::taken(self, &event)></div>
        }
        .into_any()
    }

    /// Asks the server for the form, or for what a field offers.
    pub(super) async fn fill(
        self,
        sent: String,
        asked: Option<(String, String)>,
    ) -> Result<Fragment, ApiError> {
        let (template, text) = match self.source.get_value() {
            Source::Catalog(template) => (Some(template), None),
            Source::Text(draft) => (None, draft.text()),
        };
        fill_form(template, text, sent, asked).await
    }

    fn find(self, selector: &str) -> Option<Element> {
        self.place.get_untracked()?.query_selector(selector).ok()?
    }

    fn form(self) -> Option<HtmlFormElement> {
        self.find("#wizard")?.dyn_into().ok()
    }

    fn at(self) -> Option<String> {
        self.form()?.get_attribute("data-at")
    }

    /// What is filled in, as a query; nothing of what is concealed.
    fn fields(self) -> Option<UrlSearchParams> {
        let fields = FormData::new_with_form(&self.form()?).ok()?;
        UrlSearchParams::new_with_str_sequence_sequence(&fields).ok()
    }

    /// The same with what is concealed: of a secret only how long it is.
    pub(super) fn whole(self, act: &str) -> Option<String> {
        let fields = self.fields()?;
        self.complete(&fields, act);
        Some(String::from(fields.to_string()))
    }

    fn complete(self, fields: &UrlSearchParams, act: &str) {
        self.concealed.with_value(|concealed| {
            for (path, (text, is_secret)) in concealed {
                if *is_secret {
                    fields.append(path, &"*".repeat(text.chars().count()));
                } else {
                    fields.append(path, text);
                }
            }
        });
        fields.append("script", "1");
        fields.append("do", act);
    }

    /// Sends the form, and puts in place what comes back.
    pub(super) fn send(self, act: &str) {
        let Some(fields) = self.fields() else {
            return self.ask(String::new());
        };
        self.keep(&fields);
        self.complete(&fields, act);
        self.ask(String::from(fields.to_string()));
    }

    fn ask(self, sent: String) {
        self.asked.update_value(|asked| *asked += 1);
        let number = self.asked.get_value();
        leptos::task::spawn_local(async move {
            let answer = self.fill(sent, None).await;
            match self.is_pressed.try_get_value() {
                Some(true) => self.held.set_value(Some((number, answer))),
                Some(false) => self.take(number, answer),
                None => {}
            }
        });
    }

    fn take(self, number: u32, answer: Answer) {
        if self.asked.try_get_value() != Some(number) {
            return;
        }
        match answer {
            Ok(form) => self.show(&form.html),
            Err(error) => self.say(&error.to_string()),
        }
    }

    /// A press has ended; what it clicks is told before anything moves.
    fn release(self) {
        self.is_pressed.set_value(false);
        let take = move || {
            if let Some((number, answer)) = self.held.try_update_value(Option::take).flatten() {
                self.take(number, answer);
            }
        };
        set_timeout(take, Duration::ZERO);
    }

    /// Says something beside the buttons.
    pub(super) fn say(self, text: &str) {
        if let Some(place) = self.find("[data-said]") {
            place.set_text_content(Some(text));
        }
    }

    fn show(self, html: &str) {
        let (Some(place), Ok(new)) = (self.place.get_untracked(), document().create_element("div"))
        else {
            return;
        };
        new.set_inner_html(html);
        let was = self.at();
        let focused = document().active_element().map(|active| active.id());
        let is_same = new
            .query_selector("#wizard")
            .is_ok_and(|form| form.and_then(|form| form.get_attribute("data-at")) == was);
        if is_same {
            let tried = self.find(".mistakes").is_none();
            morph(&place, &new);
            let is_lost = document()
                .active_element()
                .is_none_or(|active| active.tag_name() == "BODY");
            if let Some(focused) = focused.filter(|id| is_lost && !id.is_empty()) {
                focus(document().get_element_by_id(&focused));
            }
            self.settle(tried && self.find(".mistakes").is_some());
        } else {
            place.set_inner_html(html);
            self.settle(true);
            if let (Some(turned), Some(at)) = (self.turned.get_value(), self.at()) {
                turned.run(at);
            }
        }
        if let Some(fields) = self.fields() {
            self.keep(&fields);
        }
    }

    /// Gives the form what only the browser has.
    fn settle(self, to_focus: bool) {
        if let Some(form) = self.form() {
            // The server says what is wrong, beside each field.
            form.set_no_validate(true);
        }
        self.concealed.with_value(|concealed| {
            for (path, (text, _)) in concealed {
                if let Some(input) = self.find(&format!(
                    "[data-concealed=\"{}\"]",
                    path.replace('"', "\\\"")
                )) && let Ok(input) = input.dyn_into::<HtmlInputElement>()
                {
                    input.set_value(text);
                }
            }
        });
        if to_focus {
            focus(self.find("[data-focus]"));
        }
    }

    fn submit(self, event: &SubmitEvent) {
        event.prevent_default();
        let button = event.submitter();
        let is_start = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok())
            .is_some_and(|form| form.id() == "start");
        let act = button.and_then(|button| button.get_attribute("value"));
        if is_start || act.as_deref() == Some("try") {
            self.start();
        } else {
            self.send(&act.unwrap_or_else(|| "next".to_owned()));
        }
    }

    /// All answers as JSON, and those that only the browser has, by the pointers of their fields.
    pub(super) fn answers(self) -> (String, BTreeMap<String, String>) {
        let values = self.find("[name=values]");
        let values = values.and_then(|input| input.get_attribute("value"));
        let concealed = self.concealed.get_value().into_iter();
        let concealed = concealed.map(|(path, (text, _))| (path, text));
        (values.unwrap_or_default(), concealed.collect())
    }

    fn start(self) {
        if self.is_starting.get_value() {
            return;
        }
        self.is_starting.set_value(true);
        let template = match self.source.get_value() {
            Source::Catalog(template) => template,
            Source::Text(draft) => return draft.run(self),
        };
        let (values, concealed) = self.answers();
        leptos::task::spawn_local(async move {
            let started = start_task(template, values, concealed).await;
            self.is_starting.try_set_value(false);
            match started {
                Ok(()) => self.forget(),
                Err(error) => self.say(&error.to_string()),
            }
        });
    }

    fn change(self, event: &Event) {
        let Some(control) = target(event) else { return };
        if let Some(path) = control.get_attribute("data-concealed") {
            let is_secret = control.has_attribute("data-secret");
            let text = event_target_value(event);
            self.concealed.update_value(|concealed| {
                concealed.insert(path, (text, is_secret));
            });
        }
        self.send(&format!("changed:{}", path(&control)));
    }

    /// What the browser itself can say of a field that the reader leaves.
    fn leave(self, event: &ev::FocusEvent) {
        combo::close(self);
        let Some(control) = target(event) else { return };
        let Ok(input) = control.dyn_into::<HtmlInputElement>() else {
            return;
        };
        if input.will_validate()
            && !input.check_validity()
            && let Ok(Some(ask)) = input.closest("[data-ask]")
            && let Ok(Some(wrong)) = ask.query_selector("[data-wrong]")
            && !input.value().is_empty()
        {
            wrong.set_text_content(input.validation_message().ok().as_deref());
        }
    }

    fn click(self, event: &ev::MouseEvent) {
        combo::opened(self, event);
        let over = target(event).and_then(|target| target.closest("[data-over]").ok()?);
        if over.is_some() {
            event.prevent_default();
            self.forget();
            self.ask(String::new());
        }
    }

    /// Where a form is remembered; one that is only tried out is not.
    fn key(self) -> Option<String> {
        self.source.with_value(|source| match source {
            Source::Catalog(template) => Some(format!("callboard-form {template}")),
            Source::Text(..) => None,
        })
    }

    /// Remembers a form, so that who leaves it can go on.
    fn keep(self, fields: &UrlSearchParams) {
        let text = String::from(fields.to_string());
        if let (Some(key), Ok(Some(storage))) = (self.key(), window().local_storage())
            && text.len() < MAX_KEPT
        {
            let _ = storage.set_item(&key, &text);
        }
    }

    fn forget(self) {
        self.concealed.set_value(BTreeMap::new());
        if let (Some(key), Ok(Some(storage))) = (self.key(), window().local_storage()) {
            let _ = storage.remove_item(&key);
        }
    }

    /// Goes on with a form that was left, unless the link says what is to be filled in.
    fn restore(self) {
        let search = location().search().unwrap_or_default();
        if search.contains("formData=") || search.contains("values=") {
            return;
        }
        if let (Some(key), Ok(Some(storage))) = (self.key(), window().local_storage())
            && let Ok(Some(kept)) = storage.get_item(&key)
        {
            self.ask(format!("{kept}&script=1&do=restore"));
        }
    }
}

pub(super) fn target(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The pointer of the value that a control is of.
fn path(control: &Element) -> String {
    let ask = control.closest("[data-ask]").ok().flatten();
    ask.and_then(|ask| ask.get_attribute("data-ask"))
        .unwrap_or_default()
}

pub(super) fn focus(element: Option<Element>) {
    if let Some(element) = element.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}
