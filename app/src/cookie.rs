//! Cookies that keep how somebody likes to see things; no other is needed to read.

use http::{HeaderMap, HeaderValue, header};
use leptos::prelude::use_context;

/// A year, in seconds.
const KEPT: u32 = 31_536_000;

/// The value of a cookie.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let cookies = headers.get_all(header::COOKIE).iter();
    let cookies = cookies.filter_map(|it| it.to_str().ok());
    let mut cookies = cookies.flat_map(|it| it.split(';')).map(str::trim);
    cookies.find_map(|it| it.strip_prefix(name)?.strip_prefix('='))
}

/// The value of a cookie of the request that is answered.
pub(crate) fn of_request(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    read(&parts.headers, name).map(str::to_owned)
}

/// Lets the answer ask the browser to keep a value for a year. Scripts cannot read it.
pub(crate) fn keep(name: &str, value: &str) {
    set(name, value, &format!(" Max-Age={KEPT};"));
}

/// The same until the browser is closed; the empty value is not kept at all.
pub(crate) fn keep_for_now(name: &str, value: &str) {
    let age = if value.is_empty() { " Max-Age=0;" } else { "" };
    set(name, value, age);
}

fn set(name: &str, value: &str, age: &str) {
    let path = use_context::<crate::site::Site>().map_or_else(String::new, |site| site.base);
    let cookie = format!("{name}={value}; Path={path}/;{age} SameSite=Lax; HttpOnly");
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>()
        && let Ok(value) = HeaderValue::from_str(&cookie)
    {
        response.append_header(header::SET_COOKIE, value);
    }
}
