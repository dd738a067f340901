//! What a script adds to a drawing: drag to move, buttons, keys and Ctrl with the wheel to zoom, the
//! lines of the entity one points at, and links within the application.
//!
//! The drawing stands in a box that scrolls, so that moving works without any of this.

use leptos::ev::{DragEvent, Event, KeyboardEvent, MouseEvent, PointerEvent, WheelEvent};
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, EventTarget};
use leptos_router::NavigateOptions;
use std::sync::Arc;

/// A hand that moved so far has dragged, and not clicked.
const DRAGGED: i32 = 4;

/// What drags drawings and follows the links in them.
#[derive(Clone, Copy)]
pub(super) struct Hand {
    /// How far it has moved since it came down.
    way: StoredValue<i32>,
    navigate: StoredValue<Navigate>,
}

type Navigate = Arc<dyn Fn(&str, NavigateOptions) + Send + Sync>;

impl Hand {
    pub(super) fn new(navigate: impl Fn(&str, NavigateOptions) + Send + Sync + 'static) -> Self {
        Self {
            way: StoredValue::new(0),
            navigate: StoredValue::new(Arc::new(navigate)),
        }
    }

    pub(super) fn click(self, event: MouseEvent) {
        if let Some(button) = closest(&event, "[data-zoom]") {
            let step = button.get_attribute("data-zoom").unwrap_or_default();
            if let Some(canvas) = canvas_of(&button) {
                zoom(&canvas, &step);
            }
            return;
        }
        let Some(link) = closest(&event, "svg a") else {
            return;
        };
        let dragged = self.way.get_value() > DRAGGED;
        // A new tab is the browser's business.
        if dragged || !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
            event.prevent_default();
        }
        if !dragged
            && event.default_prevented()
            && let Some(url) = link.get_attribute("href")
        {
            let options = NavigateOptions {
                resolve: false,
                scroll: false,
                ..NavigateOptions::default()
            };
            self.navigate.with_value(|navigate| navigate(&url, options));
        }
    }

    pub(super) fn down(self) {
        self.way.set_value(0);
    }

    pub(super) fn drag(self, event: PointerEvent) {
        if event.buttons() == 1
            && event.pointer_type() == "mouse"
            && let Some(canvas) = closest(&event, ".graph-canvas")
        {
            let (x, y) = (event.movement_x(), event.movement_y());
            self.way.update_value(|way| *way += x.abs() + y.abs());
            canvas.set_scroll_left(canvas.scroll_left() - x);
            canvas.set_scroll_top(canvas.scroll_top() - y);
        }
    }
}

pub(super) fn wheel(event: WheelEvent) {
    if event.ctrl_key()
        && let Some(canvas) = closest(&event, ".graph-canvas")
    {
        event.prevent_default();
        zoom(&canvas, if event.delta_y() < 0.0 { "+" } else { "-" });
    }
}

pub(super) fn key(event: KeyboardEvent) {
    let key = event.key();
    if !(event.ctrl_key() || event.meta_key() || event.alt_key())
        && ["+", "=", "-", "0"].contains(&key.as_str())
        && let Some(canvas) = closest(&event, ".graph-canvas")
    {
        event.prevent_default();
        zoom(&canvas, &key);
    }
}

/// Marks the lines of the entity one points at.
pub(super) fn point(event: Event) {
    if let Some(svg) = closest(&event, "svg.graph-drawing") {
        mark(&svg, closest(&event, "[data-node]").as_ref());
    }
}

/// The browser would drag a picture of a link in place of the drawing.
pub(super) fn hold(event: DragEvent) {
    if closest(&event, ".graph-canvas").is_some() {
        event.prevent_default();
    }
}

/// What is in the centre comes into sight where a drawing is larger than its box.
pub(super) fn centre(place: &Element) {
    if let Ok(Some(canvas)) = place.query_selector(".graph-canvas")
        && let Ok(Some(svg)) = canvas.query_selector("[data-x]")
    {
        let at = |name: &str| svg.get_attribute(name)?.parse::<i32>().ok();
        canvas.set_scroll_left(at("data-x").unwrap_or(0) - canvas.client_width() / 2);
        canvas.set_scroll_top(at("data-y").unwrap_or(0) - canvas.client_height() / 2);
    }
}

fn closest(event: &Event, selector: &str) -> Option<Element> {
    let target = event
        .target()
        .and_then(|it: EventTarget| it.dyn_into::<Element>().ok())?;
    target.closest(selector).ok().flatten()
}

fn canvas_of(button: &Element) -> Option<Element> {
    let around = button.closest(".graph").ok().flatten()?;
    around.query_selector(".graph-canvas").ok().flatten()
}

/// Makes the drawing larger or smaller around the middle of what is seen; `0` makes it fit. In whole
/// pixels: the arithmetic of fractions is a tenth of what browsers would download for all of this.
fn zoom(canvas: &Element, step: &str) -> Option<()> {
    let svg = canvas.query_selector("svg").ok().flatten()?;
    let number = |name: &str| svg.get_attribute(name)?.parse::<i32>().ok();
    let (width, height) = (number("width")?.max(1), number("height")?.max(1));
    let (seen, high) = (canvas.client_width(), canvas.client_height());
    // In thousandths; neither a dot nor larger than any screen.
    let factor = match step {
        "0" => (seen * 1000 / width).min(high * 1000 / height),
        "-" => 800,
        _ => 1250,
    };
    let factor = factor.clamp(160_000 / width, 12_000_000 / width);
    let times = |it: i32| it * factor / 1000;
    svg.set_attribute("width", &times(width).to_string()).ok()?;
    svg.set_attribute("height", &times(height).to_string())
        .ok()?;
    let keep = |from: i32, seen: i32| times(from + seen / 2) - seen / 2;
    let (left, top) = (
        keep(canvas.scroll_left(), seen),
        keep(canvas.scroll_top(), high),
    );
    canvas.set_scroll_left(left);
    canvas.set_scroll_top(top);
    Some(())
}

/// Marks the lines of a node, or of none.
fn mark(svg: &Element, node: Option<&Element>) {
    let number = node.and_then(|node| node.get_attribute("data-node"));
    let now = svg.get_attribute("data-at");
    if now == number {
        return;
    }
    let each = |selector: String, set: bool| {
        let Ok(lines) = svg.query_selector_all(&selector) else {
            return;
        };
        for at in 0..lines.length() {
            if let Some(line) = lines.get(at).and_then(|it| it.dyn_into::<Element>().ok()) {
                let _ = line.toggle_attribute_with_force("data-near", set);
            }
        }
    };
    each("[data-near]".to_owned(), false);
    match number {
        Some(number) => {
            each(format!("[data-ends~=\"{number}\"]"), true);
            let _ = svg.set_attribute("data-at", &number);
        }
        None => {
            let _ = svg.remove_attribute("data-at");
        }
    }
}
