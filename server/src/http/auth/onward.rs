//! Where somebody may go on to who has signed in: the portal, and front ends that are named. Everything
//! else is refused, so that nobody can be sent astray in the portal's name.

use crate::identity::Identity;
use crate::identity::sign_in::Onward;
use app::error::ApiError;
use url::{Origin, Url};

use super::super::params::Params;

/// What a request to sign in asks to come of it.
pub(super) fn read(identity: &Identity, params: &Params) -> Result<Onward, ApiError> {
    let one = |name: &str| params.one(name).map(Option::unwrap_or_default);
    match one("flow")?.as_str() {
        "popup" => {
            let origin = one("origin")?;
            let own = identity.url("").origin();
            if origin.is_empty() {
                return Ok(Onward::Popup(own.ascii_serialization()));
            }
            let known = known_origin(identity, &origin);
            let known = known.ok_or_else(|| astray("origin", &origin))?;
            Ok(Onward::Popup(known))
        }
        "redirect" => {
            let text = one("redirectUrl")?;
            let url = known_url(identity, &text).ok_or_else(|| astray("redirectUrl", &text))?;
            Ok(Onward::Redirect(url.into()))
        }
        "" => {
            let path = one("return_to")?;
            let path = if path.is_empty() { "/" } else { &path };
            if is_own_path(identity, path) {
                Ok(Onward::Page(path.to_owned()))
            } else {
                Err(astray("return_to", path))
            }
        }
        flow => Err(ApiError::invalid(
            "flow",
            format!("Invalid flow '{flow}', must be popup or redirect"),
        )),
    }
}

fn astray(name: &str, value: &str) -> ApiError {
    let shown: String = value.chars().take(100).collect();
    ApiError::invalid(
        name,
        format!("'{shown}' is neither this portal nor one of auth.experimentalExtraAllowedOrigins"),
    )
}

/// The origin, when it is the portal's or one that is named, exactly.
fn known_origin(identity: &Identity, text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let is_bare = matches!(url.path(), "" | "/")
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let origin = url.origin();
    (is_bare && is_known(identity, &origin)).then(|| origin.ascii_serialization())
}

/// The address, when it is below such an origin.
fn known_url(identity: &Identity, text: &str) -> Option<Url> {
    if text.contains(['\\', '\t', '\n', '\r']) {
        return None;
    }
    let url = Url::parse(text).ok()?;
    let is_plain = url.username().is_empty() && url.password().is_none();
    (is_plain && is_known(identity, &url.origin())).then_some(url)
}

fn is_known(identity: &Identity, origin: &Origin) -> bool {
    if !origin.is_tuple() {
        return false;
    }
    let extra = identity.auth.extra_origins.iter();
    let mut extra = extra.filter_map(|text| Url::parse(text).ok());
    *origin == identity.url("").origin() || extra.any(|it| it.origin() == *origin)
}

/// Whether a path below the base path stays there, however a browser reads it.
fn is_own_path(identity: &Identity, path: &str) -> bool {
    let mut bytes = path.bytes();
    let is_rooted = bytes.next() == Some(b'/') && !matches!(bytes.next(), Some(b'/' | b'\\'));
    let is_clean = path
        .bytes()
        .all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let own = identity.url("");
    let joined = own.join(path).ok();
    is_rooted && is_clean && joined.is_some_and(|url| url.origin() == own.origin())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Auth;
    use crate::identity::tests::identity;

    fn read_query(query: &str) -> Result<Onward, ApiError> {
        let identity = identity(
            Auth {
                extra_origins: vec!["https://front.example.com:8443".to_owned()],
                ..Auth::default()
            },
            "https://portal.example.com/base",
        );
        let uri = format!("/api/auth/github/start?{query}").parse().unwrap();
        read(&identity, &Params::of(&uri))
    }

    #[tokio::test]
    async fn the_portal_and_named_front_ends_are_gone_on_to() {
        let page = |path: &str| Onward::Page(path.to_owned());
        assert_eq!(read_query("").unwrap(), page("/"));
        assert_eq!(
            read_query("return_to=%2Fcatalog%3Fkind%3Dapi").unwrap(),
            page("/catalog?kind=api")
        );
        assert_eq!(
            read_query("flow=popup&origin=https%3A%2F%2Ffront.example.com%3A8443").unwrap(),
            Onward::Popup("https://front.example.com:8443".to_owned())
        );
        assert_eq!(
            read_query("flow=redirect&redirectUrl=https%3A%2F%2Fportal.example.com%2Fx").unwrap(),
            Onward::Redirect("https://portal.example.com/x".to_owned())
        );
    }

    #[tokio::test]
    async fn nobody_is_sent_astray() {
        for path in [
            "//evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https://evil.example",
            "javascript:alert(1)",
            "catalog",
            "/a\\b",
            "/a b",
            "/\t/evil.example",
            "/%0a\n",
            "/ä",
        ] {
            let query: String = url::form_urlencoded::Serializer::new(String::new())
                .append_pair("return_to", path)
                .finish();
            assert!(read_query(&query).is_err(), "{path}");
        }
        for (flow, name) in [("popup", "origin"), ("redirect", "redirectUrl")] {
            for address in [
                "https://evil.example",
                "https://portal.example.com@evil.example",
                "https://evil@portal.example.com",
                "https://portal.example.com.evil.example",
                "https://evil.example\\@portal.example.com",
                "https://evil.example#@portal.example.com",
                "https://portal.example.com:444",
                "http://portal.example.com",
                "https://front.example.com",
                "https://portal.example.com%2eevil.example",
                "//portal.example.com",
                "null",
                "javascript:alert(1)",
                "data:text/html,x",
                "",
            ] {
                if address.is_empty() && flow == "popup" {
                    continue;
                }
                let query: String = url::form_urlencoded::Serializer::new(String::new())
                    .append_pair("flow", flow)
                    .append_pair(name, address)
                    .finish();
                assert!(read_query(&query).is_err(), "{flow} {address}");
            }
        }
        assert!(read_query("flow=popup&origin=https%3A%2F%2Fportal.example.com%2Fpath").is_err());
        assert!(read_query("flow=other").is_err());
        assert!(read_query("return_to=%2Fa&return_to=%2Fb").is_err());
    }
}
