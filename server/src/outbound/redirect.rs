//! One request after the other, until an answer is no redirect.

use super::body::Body;
use super::call::{Call, Credential};
use super::error::{FetchError, shown};
use super::header;
use reqwest::header::{ACCEPT, HeaderMap, LOCATION};
use reqwest::{Method, Response, StatusCode};
use url::Url;

const MAX_REDIRECTS: usize = 5;

/// A request on the way to an answer.
pub(super) struct Step {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) credential: Option<Credential>,
    pub(super) body: Option<Body>,
    pub(super) etag: Option<String>,
    before: usize,
}

impl Step {
    pub(super) fn first(call: Call) -> Self {
        Self {
            method: call.method,
            url: call.url,
            headers: call.headers,
            credential: call.credential,
            body: call.body,
            etag: call.etag,
            before: 0,
        }
    }

    /// Where an answer leads on to; none when it is the last. Another server gets to know neither
    /// who asks nor what was sent, and what was left off for it does not come back later.
    pub(super) fn next(&self, response: &Response) -> Result<Option<Self>, FetchError> {
        let status = response.status();
        let (keeps_method, target) = match (status, header(response.headers(), LOCATION.as_str())) {
            (StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT, Some(to)) => {
                (true, to)
            }
            (
                StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND | StatusCode::SEE_OTHER,
                Some(to),
            ) => (false, to),
            _ => return Ok(None),
        };
        let refuse = |reason: &str| FetchError::Redirect(shown(&self.url), reason.to_owned());
        if self.before == MAX_REDIRECTS {
            return Err(FetchError::TooManyRedirects(
                shown(&self.url),
                MAX_REDIRECTS,
            ));
        }
        let mut url = self
            .url
            .join(target)
            .map_err(|_| refuse("what it leads to is no URL"))?;
        url.set_fragment(None);
        let is_same = url.origin() == self.url.origin();
        let reads = [Method::GET, Method::HEAD].contains(&self.method);
        let may_follow = reads || (is_same && keeps_method);
        if !may_follow {
            return Err(refuse(
                "what changes something is sent to the named address only; name the one it leads to",
            ));
        }
        let mut headers = HeaderMap::new();
        if is_same {
            headers = self.headers.clone();
        } else if let Some(accept) = self.headers.get(ACCEPT) {
            headers.insert(ACCEPT, accept.clone());
        }
        Ok(Some(Self {
            method: self.method.clone(),
            url,
            headers,
            credential: self.credential.clone().filter(|_| is_same),
            body: self.body.clone().filter(|_| is_same),
            etag: self.etag.clone(),
            before: self.before + 1,
        }))
    }
}
