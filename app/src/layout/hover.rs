//! A card beside a link: whoever stops at the owner of a row, or at a box of a graph, sees what it is.

use crate::catalog::EntityRef;
use crate::catalog::api::get_card;
use leptos::ev;
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

/// The one card, and which wish to show or hide it is the last.
#[derive(Debug, Clone, Copy)]
struct Hover {
    html: RwSignal<String>,
    card: NodeRef<Div>,
    wish: StoredValue<u32>,
    /// By what it is shown, or about to be.
    wanted: StoredValue<Option<Want>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Pointer,
    Focus,
}

impl Hover {
    /// The pointer or the focus is at `target`.
    fn at(self, want: Want, target: Option<EventTarget>) {
        let target = target.and_then(|target| target.dyn_into::<Element>().ok());
        let around = |selector| target.as_ref()?.closest(selector).ok().flatten();
        if around(".hover-card").is_some() {
            // On the way into the card, and in it.
            self.later(STAY, || {});
        } else if let Some(link) = around("[data-card]") {
            self.enter(want, link);
        } else if let Some(wanted) = self.wanted.get_value() {
            // What the focus has brought stays while a pointer lies somewhere.
            if want == Want::Focus || wanted == want {
                self.leave();
            }
        }
    }

    fn enter(self, want: Want, link: Element) {
        let name = link.get_attribute("data-card").unwrap_or_default();
        let Ok(entity_ref) = name.parse::<EntityRef>() else {
            return;
        };
        self.wanted.set_value(Some(want));
        self.later(STAY, move || {
            let wish = self.wish.get_value();
            leptos::task::spawn_local(async move {
                let card = get_card(entity_ref).await;
                if let Ok(card) = card
                    && self.wish.try_get_value() == Some(wish)
                    && link.is_connected()
                {
                    self.html.set(card);
                    quiet_hint(&link);
                    self.show(&link);
                }
            });
        });
    }

    fn leave(self) {
        self.wanted.set_value(None);
        self.later(LEAVE, move || self.hide());
    }

    fn hide(self) {
        if let Some(Some(card)) = self.card.try_get_untracked() {
            let _ = card.hide_popover();
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

/// Where a card tells, the browser's own hint would tell it twice; the link keeps its name.
fn quiet_hint(link: &Element) {
    if let Ok(Some(title)) = link.query_selector("title") {
        let name = title.text_content().unwrap_or_default();
        let _ = link.set_attribute("aria-label", &name);
        title.remove();
    }
}

/// The card itself, seen only while it is wanted. The browser closes it on Escape.
#[component]
pub(super) fn HoverCard() -> impl IntoView {
    let hover = Hover {
        html: RwSignal::new(String::new()),
        card: NodeRef::new(),
        wish: StoredValue::new(0),
        wanted: StoredValue::new(None),
    };
    Effect::new(move |_| {
        let over = window_event_listener(ev::mouseover, move |event| {
            hover.at(Want::Pointer, event.target());
        });
        let focus = window_event_listener(ev::focusin, move |event| {
            hover.at(Want::Focus, event.target());
        });
        // Who presses has seen enough.
        let press = window_event_listener(ev::pointerdown, move |_| hover.leave());
        on_cleanup(move || {
            over.remove();
            focus.remove();
            press.remove();
        });
    });
    view! { <div class="hover-card" popover="auto" node_ref=hover.card inner_html=move || hover.html.get()></div> }
}
