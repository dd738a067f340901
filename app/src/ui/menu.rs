//! A menu that opens without a script.

use leptos::prelude::*;

/// The side of the button at which the list begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MenuSide {
    #[default]
    Start,
    End,
}

impl MenuSide {
    fn class(self) -> &'static str {
        match self {
            Self::Start => "menu-list",
            Self::End => "menu-list menu-list-end",
        }
    }
}

/// A button that opens a list. Opening one menu closes the others; with scripts, so does Escape and
/// a click elsewhere (see `layout::dismiss`).
#[component]
pub fn Menu(
    /// The classes of the button.
    class: &'static str,
    /// What the button is called, when it shows no word.
    #[prop(into, optional)]
    label: Option<String>,
    #[prop(optional)] side: MenuSide,
    /// Stays open when something in it is chosen.
    #[prop(optional)]
    stays: bool,
    #[prop(into)] button: ViewFn,
    children: Children,
) -> impl IntoView {
    view! {
        <details class="menu" name="menu" data-stays=stays.then_some("")>
            <summary class=class>
                {label.map(|label| view! { <span class="hidden-label">{label}</span> })}
                {button.run()}
            </summary>
            <div class=side.class()>{children()}</div>
        </details>
    }
    .into_any()
}
