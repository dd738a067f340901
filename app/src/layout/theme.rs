//! The theme that a reader has chosen; kept in a cookie. Choosing loads the page anew, so that it
//! needs no script.

use crate::error::ApiError;
use crate::routes::use_links;
use crate::site::use_site;
use crate::ui::Icon;
use leptos::prelude::*;

/// The cookie.
#[cfg(feature = "ssr")]
pub const COOKIE: &str = "callboard-theme";

/// The themes to choose from; nothing where there is one.
#[component]
pub(crate) fn ThemeItems() -> impl IntoView {
    let site = use_site();
    let items = |action: String| {
        let item = move |name: String, title: String| {
            let chosen = site.theme == name;
            let check = chosen.then(|| Icon::Check.svg());
            view! {
                <form method="post" action=action.clone()>
                    <input r#type="hidden" name="name" value=name />
                    <button r#type="submit" class="menu-item" aria-pressed=chosen.to_string()>
                        {title}
                        <span class="ml-auto">{check}</span>
                    </button>
                </form>
            }
        };
        let items = site.themes.into_iter();
        items.map(|it| item(it.name, it.title)).collect_view()
    };
    let several = use_site().themes.len() > 1;
    several.then(|| {
        view! {
            <div class="menu-rule"></div>
            <p class="menu-head">"Look"</p>
            {items(use_links().path("/_fn/set_theme"))}
        }
    })
}

/// Remembers a theme in the reader's browser for a year. One that there is no more means the
/// default.
#[server(prefix = "/_fn", endpoint = "set_theme")]
pub(crate) async fn set_theme(name: String) -> Result<(), ApiError> {
    let known = use_site()
        .themes
        .into_iter()
        .find(|known| known.name == name);
    let Some(known) = known else {
        return Err(ApiError::NotFound(format!("There is no theme '{name}'")));
    };
    crate::cookie::keep(COOKIE, &known.name);
    Ok(())
}
