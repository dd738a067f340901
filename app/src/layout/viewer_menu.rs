//! The menu of who is looking, made on the server alone.

use crate::catalog::{EntityListQuery, Scope};
use crate::pages::told;
use crate::permission::is_viewed_as;
use crate::routes::use_links;
use crate::ui::{Avatar, Fragment, Icon, Menu, MenuSide};
use crate::viewer::Viewer;
use leptos::either::Either;
use leptos::prelude::*;

/// The menu as the top bar takes it.
pub(crate) fn html(viewer: Viewer) -> Fragment {
    told::html(|| view! { <ViewerMenu viewer /> }.into_any())
}

#[component]
fn ViewerMenu(viewer: Viewer) -> impl IntoView {
    let links = use_links();
    let scope = |scope| {
        links.catalog(&EntityListQuery {
            scope,
            ..EntityListQuery::default()
        })
    };
    let (page, owned, starred) = (
        links.entity(&viewer.user_ref),
        scope(Scope::Owned),
        scope(Scope::Starred),
    );
    let name = viewer.display_name.clone();
    let standing = if viewer.guest {
        "Guest: nobody has signed in"
    } else {
        "Signed in"
    };
    let stop = is_viewed_as(&viewer).then(|| {
        view! {
            <form class="flex items-center gap-2" method="post" action=links.path("/_fn/view_as") role="status">
                <span class="meta">{format!("Viewing as {name}")}</span>
                <button type="submit" class="btn">"Stop"</button>
            </form>
        }
    });
    let way = if viewer.guest {
        let sign_in = format!("{}?again=1", links.path("/sign-in"));
        Either::Left(
            view! { <a class="menu-item" href=sign_in rel="external">{Icon::Lock.svg()} "Sign in"</a> },
        )
    } else {
        Either::Right(view! {
            <form method="post" action=links.path("/sign-out")>
                <button r#type="submit" class="menu-item">{Icon::Lock.svg()} "Sign out"</button>
            </form>
        })
    };
    let menu = view! {
        <Menu class="viewer" label=format!("You: {name}") side=MenuSide::End button=move || Avatar::Person.of(&name, None)>
            <div class="px-2 py-1">
                <p class="ui font-medium">{viewer.display_name.clone()}</p>
                <p class="meta">{standing}</p>
            </div>
            <div class="menu-rule"></div>
            <a class="menu-item" href=page>{Icon::User.svg()} "My page"</a>
            <a class="menu-item" href=owned>{Icon::CircleCheck.svg()} "Owned by me"</a>
            <a class="menu-item" href=starred>{Icon::Star.svg()} "Starred"</a>
            <div class="menu-rule"></div>
            <a class="menu-item" href=links.settings()>{Icon::Settings.svg()} "Settings"</a>
            <a class="menu-item" href=links.guide("")>{Icon::BookOpen.svg()} "Documentation"</a>
            {way}
        </Menu>
    };
    match stop {
        Some(stop) => {
            Either::Left(view! { <div class="flex items-center gap-2">{stop} {menu}</div> })
        }
        None => Either::Right(menu),
    }
}
