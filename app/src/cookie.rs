//! Cookies that keep how somebody likes to see things; no other is needed to read.

use leptos::prelude::use_context;

/// The value of that cookie in the request.
pub(crate) fn read(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let cookies = parts.headers.get(http::header::COOKIE)?.to_str().ok()?;
    let mut values = cookies
        .split(';')
        .filter_map(|cookie| cookie.trim().strip_prefix(name)?.strip_prefix('='));
    values.next().map(str::to_owned)
}

/// Keeps a value in the reader's browser for a year.
pub(crate) fn keep(name: &str, value: &str) {
    let path = use_context::<crate::site::Site>().map_or_else(String::new, |site| site.base);
    let cookie = format!("{name}={value}; Path={path}/; Max-Age=31536000; SameSite=Lax; HttpOnly");
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(value) = http::HeaderValue::from_str(&cookie)
    {
        response.append_header(http::header::SET_COOKIE, value);
    }
}
