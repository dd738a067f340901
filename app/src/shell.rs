//! The document around every page: head, policy, and the script that hydrates it.

use crate::App;
use crate::layout::appearance::Appearance;
use crate::site::{Assets, Policy, Site};
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;

/// The whole document of a page, rendered on the server.
pub fn shell() -> impl IntoView {
    let site = expect_context::<Site>();
    let assets = expect_context::<Assets>();
    let look = Appearance::of_request();
    set_policy();
    let description = match site.organization.as_str() {
        "" => "A catalog of software: what there is, whose it is, and what depends on what."
            .to_owned(),
        name => {
            format!("The software of {name}: what there is, whose it is, and what depends on what.")
        }
    };
    // The page is whole without the program, which is most of what is downloaded: it comes once there is
    // a first picture. Where nobody looks there is none to wait for, and nothing is waited for long.
    let start = format!(
        "import init, {{ hydrate }} from \"{js}\";\n\
         let started;\n\
         const start = () => (started ??= init({{ module_or_path: \"{wasm}\" }}).then(hydrate));\n\
         if (document.hidden) start();\n\
         else {{\n\
           new PerformanceObserver(start).observe({{ type: \"paint\", buffered: true }});\n\
           setTimeout(start, 2000);\n\
         }}",
        js = assets.js,
        wasm = assets.wasm
    );
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-base=site.base.clone()
            data-title=site.title.clone()
            data-palette=site.theme.clone()
            data-palettes=site.themes_attribute()
            data-logo=(!site.logo.is_empty()).then(|| site.logo.clone())
            data-kinds=site.kinds_attribute()
            data-theme=look.theme_attribute()
            data-density=look.density_attribute()
            data-sidebar=look.sidebar_attribute()
        >
            <head>
                {links_of_head(&assets)}
                <meta name="description" content=description />
                <link rel="modulepreload" href=assets.js.clone() nonce=use_nonce() />
                <MetaTags />
            </head>
            <body>
                <App />
                <script type="module" nonce=use_nonce() inner_html=start></script>
            </body>
        </html>
    }
}

/// What the head of every document says: how it is read, and what gives it its look.
pub(crate) fn links_of_head(assets: &Assets) -> impl IntoView + use<> {
    let fonts = assets
        .fonts
        .iter()
        .map(|href| {
            view! { <link rel="preload" r#as="font" r#type="font/woff2" href=href.clone() crossorigin="anonymous" /> }
        })
        .collect_view();
    let theme = assets.theme.clone();
    let theme = theme.map(|href| view! { <link rel="stylesheet" href=href /> });
    view! {
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="icon" r#type="image/svg+xml" href=assets.icon.clone() />
        <link rel="stylesheet" href=assets.css.clone() />
        {theme}
        {fonts}
    }
}

/// Sends the Content-Security-Policy that goes with this page's nonce.
pub(crate) fn set_policy() {
    let (Some(nonce), Some(response)) =
        (use_nonce(), use_context::<leptos_axum::ResponseOptions>())
    else {
        return;
    };
    let Policy(policy) = expect_context::<Policy>();
    let policy = policy.replace("{nonce}", &nonce);
    if let Ok(value) = http::HeaderValue::from_str(&policy) {
        response.insert_header(http::header::CONTENT_SECURITY_POLICY, value);
    }
}

/// The path of every page, in the form of the route table. The router itself is asked, so that a
/// test can hold the table against it.
pub fn page_paths() -> Vec<String> {
    let owner = Owner::new();
    let routes = owner.with(|| {
        provide_context(Site::default());
        provide_context(leptos_router::location::RequestUrl::new("/"));
        leptos_router::RouteList::generate(App)
    });
    let routes = routes
        .map(leptos_router::RouteList::into_inner)
        .unwrap_or_default();
    routes
        .iter()
        .map(|route| {
            let mut path = String::new();
            for segment in route.path() {
                match segment {
                    leptos_router::PathSegment::Static(text)
                        if text.trim_matches('/').is_empty() => {}
                    leptos_router::PathSegment::Static(text) => {
                        path.push('/');
                        path.push_str(text.trim_matches('/'));
                    }
                    leptos_router::PathSegment::Param(name) => {
                        path.push_str("/{");
                        path.push_str(name);
                        path.push('}');
                    }
                    leptos_router::PathSegment::OptionalParam(name)
                    | leptos_router::PathSegment::Splat(name) => {
                        path.push_str("/{*");
                        path.push_str(name);
                        path.push('}');
                    }
                    leptos_router::PathSegment::Unit => {}
                }
            }
            if path.is_empty() {
                "/".to_owned()
            } else {
                path
            }
        })
        .collect()
}
