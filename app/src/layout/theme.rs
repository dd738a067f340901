//! The theme that a reader has chosen; kept in a cookie. Choosing loads the page anew, so that it
//! needs no script.

use crate::error::ApiError;
use crate::routes::use_links;
use crate::site::{ThemeName, use_site};
use crate::ui::Icon;
use leptos::prelude::*;

/// The cookie.
#[cfg(feature = "ssr")]
pub const COOKIE: &str = "callboard-theme";

/// The themes to choose from; nothing where there is one.
#[component]
pub(crate) fn ThemeItems() -> impl IntoView {
    let site = use_site();
    if site.themes.len() < 2 {
        return None;
    }
    let action = use_links().path("/_fn/set_theme");
    let item = |theme: ThemeName| {
        let chosen = site.theme == theme.name;
        view! {
            <form method="post" action=action.clone()>
                <input r#type="hidden" name="name" value=theme.name />
                <button r#type="submit" class="menu-item" aria-pressed=chosen.to_string()>
                    {theme.title}
                    <span class="ml-auto">{chosen.then(|| Icon::Check.svg())}</span>
                </button>
            </form>
        }
    };
    let items = site.themes.iter().cloned().map(item).collect_view();
    Some(view! {
        <div class="menu-rule"></div>
        <p class="menu-head">"Look"</p>
        {items}
    })
}

/// Remembers a theme in the reader's browser for a year. One that there is no more means the
/// default.
#[server(prefix = "/_fn", endpoint = "set_theme")]
pub(crate) async fn set_theme(name: String) -> Result<(), ApiError> {
    if !use_site().themes.iter().any(|known| known.name == name) {
        return Err(ApiError::NotFound(format!("There is no theme '{name}'")));
    }
    crate::cookie::keep(COOKIE, &name);
    Ok(())
}
