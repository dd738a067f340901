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
const EDGE: i32 = 8;
const WIDTH: i32 = 320;

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

    /// The pointer has left the card; where it was closed under the pointer, the focus may want another.
    fn leave_card(self) {
        if let Some(Some(card)) = self.card.try_get_untracked()
            && card.matches(":popover-open").unwrap_or_default()
        {
            self.leave();
        }
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
        let Some(window) = document().document_element() else {
            return;
        };
        let (link, height) = (
            link.get_bounding_client_rect(),
            pixels(card.get_bounding_client_rect().height()),
        );
        let (start, above, below) = (
            pixels(link.left()),
            pixels(link.top()),
            pixels(link.bottom()),
        );
        let left = start.min(window.client_width() - WIDTH - EDGE).max(EDGE);
        let top = if below + height + EDGE <= window.client_height() {
            below
        } else {
            (above - height).max(EDGE)
        };
        let style = (*card).style();
        let _ = style.set_property("left", &format!("{left}px"));
        let _ = style.set_property("top", &format!("{top}px"));
    }
}

/// Whole pixels: what writes fractions is more than the rest of this file.
#[expect(
    clippy::cast_possible_truncation,
    reason = "no screen has that many pixels"
)]
fn pixels(length: f64) -> i32 {
    length as i32
}

/// The card itself, seen only while it is wanted. The browser closes it on Escape.
#[component]
pub(super) fn HoverCard(hover: Hover) -> impl IntoView {
    view! {
        <div class="hover-card" popover="auto" node_ref=hover.card inner_html=move || hover.html.get()
            on:mouseenter=move |_| hover.later(STAY, || {}) on:mouseleave=move |_| hover.leave_card()></div>
    }
}
