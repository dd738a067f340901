//! Trying a template that is being written: the folder that was chosen for it, and the trial itself.

use super::wizard::{Wizard, focus};
use crate::scaffolder::api::try_template;
use leptos::html::{Div, Textarea};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsValue;
use leptos::web_sys::{Element, Event, File, HtmlInputElement, HtmlTextAreaElement, js_sys};
use wasm_bindgen_futures::JsFuture;

/// How large the files of a folder may be together, in bytes, and how many they may be.
const MOST_BYTES: f64 = 8e6;
const MOST_FILES: usize = 2_000;

/// Files by their paths, as base64.
type Files = Vec<(String, String)>;

/// A template that is being written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft {
    pub(super) text: NodeRef<Textarea>,
    /// How often it has changed.
    pub(super) changed: RwSignal<u32>,
    /// The template of the catalog that it began as, `namespace/name`.
    began_as: StoredValue<Option<String>>,
    /// What lies beside it, when a folder was chosen.
    files: StoredValue<Files>,
    /// What is said of that folder.
    pub(super) folder: RwSignal<String>,
    /// Where it is shown what came of a trial.
    pub(super) tried: NodeRef<Div>,
}

impl Draft {
    pub(super) fn new(began_as: Option<String>) -> Self {
        Self {
            text: NodeRef::new(),
            changed: RwSignal::new(0),
            began_as: StoredValue::new(began_as),
            files: StoredValue::default(),
            folder: RwSignal::new(String::new()),
            tried: NodeRef::new(),
        }
    }

    pub(super) fn text(self) -> Option<String> {
        let text: HtmlTextAreaElement = self.text.get_untracked()?;
        Some(text.value())
    }

    fn find(self, selector: &str) -> Option<Element> {
        let place = self.tried.try_get_untracked()??;
        place.query_selector(selector).ok()?
    }

    /// Takes over the template and the files of a folder.
    pub(super) fn choose(self, event: &Event) {
        let input: HtmlInputElement = event_target(event);
        let chosen = input.files();
        let chosen = chosen.map(|chosen| (0..chosen.length()).filter_map(move |at| chosen.get(at)));
        let chosen: Vec<File> = chosen.into_iter().flatten().collect();
        if chosen.is_empty() {
            return;
        }
        leptos::task::spawn_local(async move {
            let said = match read(chosen).await {
                Ok((template, files)) => {
                    let count = files.len();
                    self.files.try_set_value(files);
                    if let Some(text) = self.text.try_get_untracked().flatten() {
                        text.set_value(&template);
                    }
                    self.changed.try_update(|changed| *changed += 1);
                    format!("The template of this folder, with {count} more of its files")
                }
                Err(why) => why,
            };
            self.folder.try_set(said);
            // The same folder may be chosen again when its files have changed.
            input.set_value("");
        });
    }

    /// Tries the template with the answers of its form.
    pub(super) fn run(self, wizard: Wizard) {
        let (values, concealed) = wizard.answers();
        let kept = self.find("[data-kept]");
        let before = kept.and_then(|kept| kept.get_attribute("value"));
        let (before, files) = (before.unwrap_or_default(), self.files.get_value());
        let (text, began_as) = (self.text().unwrap_or_default(), self.began_as.get_value());
        wizard.say("Trying it…");
        leptos::task::spawn_local(async move {
            let tried = try_template(text, began_as, values, concealed, files, before).await;
            wizard.is_starting.try_set_value(false);
            match tried {
                Ok(tried) => {
                    wizard.say("");
                    if let Some(place) = self.tried.try_get_untracked().flatten() {
                        place.set_inner_html(&tried.html);
                    }
                    focus(self.find("[data-focus]"));
                }
                Err(error) => wizard.say(&error.to_string()),
            }
        });
    }
}

/// The text of the template that is in a folder, and what lies beside that; or why it cannot be used.
async fn read(chosen: Vec<File>) -> Result<(String, Files), String> {
    let is_wanted = |path: &str| {
        let mut parts = path.split('/');
        !parts.any(|part| matches!(part, ".git" | "node_modules"))
    };
    let chosen = chosen.into_iter().map(|file| (path(&file), file));
    let mut chosen: Vec<(String, File)> = chosen.filter(|(path, _)| is_wanted(path)).collect();
    let is_template = |path: &&String| {
        let name = path.rsplit('/').next();
        matches!(name, Some("template.yaml" | "template.yml"))
    };
    let paths = chosen.iter().map(|(path, _)| path);
    let template = paths
        .filter(is_template)
        .min_by_key(|path| path.matches('/').count());
    let template = template.ok_or("The folder holds no template.yaml")?.clone();
    let folder = template.rfind('/').map_or(0, |slash| slash + 1);
    let folder = template[..folder].to_owned();
    chosen.retain(|(path, _)| path.starts_with(&folder));
    if chosen.len() > MOST_FILES {
        return Err(format!("The folder has more than {MOST_FILES} files"));
    }
    if chosen.iter().map(|(_, file)| file.size()).sum::<f64>() > MOST_BYTES {
        return Err("The files of the folder have more than 8 MB".to_owned());
    }
    let (mut text, mut files) = (String::new(), Files::new());
    for (path, file) in chosen {
        let unreadable = |_| format!("{path} cannot be read");
        let content = JsFuture::from(file.array_buffer()).await;
        let content = js_sys::Uint8Array::new(&content.map_err(unreadable)?).to_vec();
        if path == template {
            text = String::from_utf8(content).map_err(|_| format!("{path} is not UTF-8"))?;
        } else {
            let binary: String = content.into_iter().map(char::from).collect();
            let content = window().btoa(&binary).map_err(unreadable)?;
            files.push((path[folder.len()..].to_owned(), content));
        }
    }
    Ok((text, files))
}

/// Where a file is, seen from within the folder that was chosen.
fn path(file: &File) -> String {
    let path = js_sys::Reflect::get(file, &JsValue::from_str("webkitRelativePath"));
    let path = path.ok().and_then(|path| path.as_string());
    let path = path.filter(|path| !path.is_empty());
    let path = path.unwrap_or_else(|| file.name());
    match path.split_once('/') {
        Some((_, inside)) => inside.to_owned(),
        None => path,
    }
}
