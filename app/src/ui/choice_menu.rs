//! A menu of links of which some are chosen: a filter that works without scripts.

use super::{Icon, Menu};
use leptos::prelude::*;

/// One link of the menu, which chooses or no longer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MenuChoice {
    pub word: String,
    pub icon: Option<Icon>,
    pub count: Option<usize>,
    pub href: String,
    pub chosen: bool,
}

/// The menu; it looks pressed while `clear` leads to where nothing is chosen, under that word.
#[component]
pub fn ChoiceMenu(
    /// What it chooses.
    label: &'static str,
    /// What the button says.
    summary: String,
    choices: Vec<MenuChoice>,
    clear: Option<(String, &'static str)>,
    /// What is said below the choices.
    #[prop(optional_no_strip)]
    note: Option<String>,
    /// Stays open when something in it is chosen.
    #[prop(optional)]
    stays: bool,
) -> impl IntoView {
    let class = match clear {
        Some(_) => "filter filter-set",
        None => "filter",
    };
    let items = (!choices.is_empty()).then(|| {
        let items = choices.into_iter().map(item).collect_view();
        view! { <ul aria-label=label>{items}</ul> }
    });
    view! {
        <Menu class stays button=move || view! {
            <span class="clip max-w-[180px]">{summary.clone()}</span>
            <span class="text-faint flex-none">{Icon::ChevronDown.small()}</span>
        }>
            {items}
            {note.map(|note| view! { <p class="meta px-2 py-1">{note}</p> })}
            {clear.map(|(href, word)| view! { <div class="menu-rule"></div> <a class="menu-item text-muted" href=href>{Icon::X.small()} {word}</a> })}
        </Menu>
    }
    .into_any()
}

fn item(choice: MenuChoice) -> impl IntoView {
    view! {
        <li>
            <a class="menu-item" href=choice.href aria-current=choice.chosen.then_some("true")>
                <span class="pressed-mark">{Icon::Check.small()}</span>
                {choice.icon.map(|icon| view! { <span class="text-faint flex-none">{icon.small()}</span> })}
                <span class="clip grow">{choice.word}</span>
                {choice.count.map(|count| view! { <span class="count">{count}</span> })}
            </a>
        </li>
    }
}
