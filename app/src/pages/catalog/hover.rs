//! A card beside a link: whoever stops at the owner or the system of a row sees what it is.

use crate::catalog::EntityRef;
use crate::catalog::api::get_card;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget};
use std::time::Duration;

/// How long somebody stays who wants to know more.
const STAY: Duration = Duration::from_millis(300);
/// How long the way from the link into the card may take.
const LEAVE: Duration = Duration::from_millis(200);
/// Between the card and the edge of the window, and how wide the card is, in pixels.
const EDGE: f64 = 8.0;
const WIDTH: f64 = 320.0;

/// The one card of a list, and which wish to show or hide it is the last.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hover {
    html: RwSignal<String>,
    card: NodeRef<Div>,
    wish: StoredValue<u32>,
}

impl Hover {
    pub(super) fn new() -> Self {
        Self {
            html: RwSignal::new(String::new()),
            card: NodeRef::new(),
            wish: StoredValue::new(0),
        }
    }

    /// The pointer or the focus has come to something in the list.
    pub(super) fn enter(self, target: Option<EventTarget>) {
        let target = target.and_then(|target| target.dyn_into::<Element>().ok());
        let Some(Ok(Some(link))) = target.map(|target| target.closest("[data-card]")) else {
            return;
        };
        let name = link.get_attribute("data-card").unwrap_or_default();
        let Ok(entity_ref) = name.parse::<EntityRef>() else {
            return;
        };
        self.later(STAY, move || {
            let wish = self.wish.get_value();
            leptos::task::spawn_local(async move {
                let card = get_card(entity_ref).await;
                if let Ok(card) = card
                    && self.wish.try_get_value() == Some(wish)
                {
                    self.html.set(card);
                    self.show(&link);
                }
            });
        });
    }

    /// It has gone on.
    pub(super) fn leave(self) {
        self.later(LEAVE, move || {
            if let Some(Some(card)) = self.card.try_get_untracked() {
                let _ = card.hide_popover();
            }
        });
    }

    /// Does it unless something else is wished meanwhile.
    fn later(self, pause: Duration, act: impl FnOnce() + 'static) {
        let wish = self.wish.get_value().wrapping_add(1);
        self.wish.set_value(wish);
        set_timeout(
            move || {
                if self.wish.try_get_value() == Some(wish) {
                    act();
                }
            },
            pause,
        );
    }

    /// Below the link, or above it where the window ends.
    fn show(self, link: &Element) {
        let Some(card) = self.card.get_untracked() else {
            return;
        };
        let _ = card.show_popover();
        let (link, height) = (
            link.get_bounding_client_rect(),
            card.get_bounding_client_rect().height(),
        );
        let size = |size: Result<leptos::wasm_bindgen::JsValue, _>| {
            size.ok().and_then(|size| size.as_f64()).unwrap_or_default()
        };
        let (wide, high) = (size(window().inner_width()), size(window().inner_height()));
        let left = link.left().min(wide - WIDTH - EDGE).max(EDGE);
        let below = link.bottom() + height + EDGE <= high;
        let top = if below {
            link.bottom()
        } else {
            (link.top() - height).max(EDGE)
        };
        let style = (*card).style();
        let _ = style.set_property("left", &format!("{left}px"));
        let _ = style.set_property("top", &format!("{top}px"));
    }
}

/// The card itself, seen only while it is wanted. The browser closes it on Escape.
#[component]
pub(super) fn HoverCard(hover: Hover) -> impl IntoView {
    view! {
        <div class="hover-card" popover="auto" node_ref=hover.card inner_html=move || hover.html.get()
            on:mouseenter=move |_| hover.later(STAY, || {}) on:mouseleave=move |_| hover.leave()></div>
    }
}
