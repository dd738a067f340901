//! The palette: type a few letters of an entity, a page or something to do, and press Enter.
//!
//! It follows the pattern of a combobox with a list: the focus stays in the field, the arrows move
//! what is chosen. Nothing of it is in the page until it is opened.

use super::appearance::{Appearance, Choice, choose};
use super::palette_item::{Does, Item, actions, entities, pages};
use crate::catalog::Found;
use crate::catalog::api::find_entities;
use crate::routes::use_links;
use crate::ui::Icon;
use leptos::either::Either;
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::{Dialog, Input};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::Element;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// Opens and closes the palette.
#[derive(Debug, Clone, Copy)]
pub(super) struct Palette {
    open: RwSignal<bool>,
    dialog: NodeRef<Dialog>,
}

impl Palette {
    pub(super) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            dialog: NodeRef::new(),
        }
    }

    pub(super) fn open(self) {
        if let Some(dialog) = self.dialog.get_untracked()
            && !dialog.open()
        {
            self.open.set(true);
            let _ = dialog.show_modal();
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }
}

/// The button that opens it; it works with scripts, and is seen only with them.
#[component]
pub(super) fn PaletteButton(palette: Palette) -> impl IntoView {
    view! {
        <button type="button" class="palette-button" aria-keyshortcuts="Control+K Meta+K"
            on:click=move |_| palette.open()>
            <span class="hidden-label">"Open the palette"</span>
            <kbd class="key" aria-hidden="true">"Ctrl K"</kbd>
            <span class="only-narrow">{Icon::Rows3.small()}</span>
        </button>
    }
}

/// The dialog, empty until it is opened.
#[component]
pub(super) fn PaletteDialog(palette: Palette, look: RwSignal<Appearance>) -> impl IntoView {
    let outside = move |event: MouseEvent| {
        let target = event.target();
        let on_dialog = target.and_then(|target| target.dyn_into::<Element>().ok());
        if on_dialog.is_some_and(|element| element.tag_name() == "DIALOG") {
            palette.close();
        }
    };
    view! {
        <dialog class="palette" aria-label="Palette" node_ref=palette.dialog
            on:close=move |_| palette.open.set(false) on:click=outside>
            {move || palette.open.get().then(|| view! { <Body palette look /> })}
        </dialog>
    }
    .into_any()
}

#[component]
fn Body(palette: Palette, look: RwSignal<Appearance>) -> impl IntoView {
    let links = use_links();
    let text = RwSignal::new(String::new());
    let found = RwSignal::new(Found::default());
    let chosen = RwSignal::new(0_usize);
    let input = NodeRef::<Input>::new();
    let items = {
        let (pages, actions) = (pages(&links), actions());
        let here = window().location().pathname().unwrap_or_default();
        Memo::new(move |_| {
            let text = text.get();
            let mut items = found.with(|found| entities(&links, found, &here));
            let fits = |item: &&Item| item.fits(&text);
            items.extend(pages.iter().filter(fits).cloned());
            items.extend(actions.iter().filter(fits).cloned());
            items
        })
    };
    let ask = move |asked: String| {
        leptos::task::spawn_local(async move {
            let answer = find_entities(asked.clone()).await;
            // The reader may have typed on, or left, meanwhile.
            if text.try_get_untracked().is_some_and(|text| text == asked)
                && let Ok(answer) = answer
            {
                found.set(answer);
                chosen.set(0);
            }
        });
    };
    input.on_load(move |input| {
        let _ = input.focus();
        ask(String::new());
    });
    let navigate = use_navigate();
    let take = Callback::new(move |at: usize| {
        let Some(item) = items.with_untracked(|items| items.get(at).cloned()) else {
            return;
        };
        palette.close();
        match item.does {
            Does::Go(url) => navigate(
                &url,
                NavigateOptions {
                    resolve: false,
                    ..NavigateOptions::default()
                },
            ),
            Does::Look(choice) => choose(look, choice),
        }
    });
    let press = move |event: KeyboardEvent| {
        let last = items.with_untracked(Vec::len).saturating_sub(1);
        let at = chosen.get_untracked().min(last);
        let next = match event.key().as_str() {
            "ArrowDown" if at == last => 0,
            "ArrowDown" => at + 1,
            "ArrowUp" if at == 0 => last,
            "ArrowUp" => at - 1,
            "Enter" => {
                event.prevent_default();
                take.run(at);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
        if let Some(row) = document().get_element_by_id(&row_id(next)) {
            row.scroll_into_view_with_bool(next < at);
        }
    };
    let typed = move |event| {
        let asked = event_target_value(&event);
        text.set(asked.clone());
        chosen.set(0);
        ask(asked);
    };
    let count = move || match items.with(Vec::len) {
        0 => "Nothing fits".to_owned(),
        1 => "1 choice".to_owned(),
        count => format!("{count} choices"),
    };
    view! {
        <label class="palette-field">
            {Icon::Search.svg()}
            <span class="hidden-label">"Entity, page or action"</span>
            <input type="text" role="combobox" autocomplete="off" spellcheck="false" node_ref=input
                placeholder="Find an entity, a page, or something to do"
                aria-expanded="true" aria-controls="palette-list" aria-autocomplete="list"
                aria-activedescendant=move || items.with(|items| (!items.is_empty()).then(|| row_id(chosen.get())))
                on:input=typed on:keydown=press />
            <kbd class="key" aria-hidden="true">"Esc"</kbd>
        </label>
        <div class="palette-list" id="palette-list" role="listbox" aria-label="Choices" tabindex="-1">
            {move || items.with(|items| rows(items, chosen, take))}
        </div>
        <p class="palette-foot" role="status">
            {count}
            <span class="ms-auto">"↑ ↓ to choose, Enter to go"</span>
        </p>
    }
    .into_any()
}

fn row_id(at: usize) -> String {
    format!("palette-{at}")
}

/// The rows, with the name of their group above the first of each.
fn rows(items: &[Item], chosen: RwSignal<usize>, take: Callback<usize>) -> impl IntoView + use<> {
    let mut groups: Vec<AnyView> = Vec::new();
    let mut start = 0;
    for group in items.chunk_by(|one, next| one.group == next.group) {
        let name = group.first().map_or("", |item| item.group);
        let first = start;
        start += group.len();
        let rows = group
            .iter()
            .enumerate()
            .map(|(at, item)| row(item.clone(), first + at, chosen, take))
            .collect_view();
        groups.push(
            view! {
                <div role="group" aria-label=name>
                    <p class="menu-head" aria-hidden="true">{name}</p>
                    {rows}
                </div>
            }
            .into_any(),
        );
    }
    groups
}

fn row(item: Item, at: usize, chosen: RwSignal<usize>, take: Callback<usize>) -> impl IntoView {
    let words = view! {
        {item.icon.svg()}
        <span class="clip grow">{item.word.clone()}</span>
        <span class="meta clip">{item.detail.clone()}</span>
    };
    let selected = move || (chosen.get() == at).to_string();
    let hover = move |_| chosen.set(at);
    match item.does {
        Does::Go(url) => Either::Left(view! {
            <a class="menu-item palette-row" role="option" tabindex="-1" id=row_id(at) href=url
                aria-selected=selected on:mousemove=hover
                on:click=move |event: MouseEvent| {
                    // A new tab is the browser's business.
                    if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                        event.prevent_default();
                        take.run(at);
                    }
                }>{words}</a>
        }),
        Does::Look(_) => Either::Right(view! {
            <button type="button" class="menu-item palette-row" role="option" tabindex="-1" id=row_id(at)
                aria-selected=selected on:mousemove=hover on:click=move |_| take.run(at)>{words}</button>
        }),
    }
}

/// What a choice of the look is called.
pub(super) fn look_word(choice: Choice) -> &'static str {
    match choice {
        Choice::Light => "Light theme",
        Choice::Dark => "Dark theme",
        Choice::System => "Theme as the system says",
        Choice::Normal => "Normal density",
        Choice::Compact => "Compact density",
        Choice::Folded => "Fold the side bar",
        Choice::Unfolded => "Unfold the side bar",
    }
}
