//! What services answered before, so that they need not send it again.

use super::call::{Call, Reply};
use super::header;
use reqwest::header::{ACCEPT, CACHE_CONTROL, ETAG, HeaderMap};
use reqwest::{Method, StatusCode};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// All bodies together.
const MAX_TOTAL: usize = 16 * 1024 * 1024;
/// One body; larger ones are asked for anew.
const MAX_ONE: usize = 1024 * 1024;

#[derive(Default)]
pub(super) struct Etags(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    answers: HashMap<Key, Known>,
    total: usize,
    /// Counts uses, to tell which answer was not asked for the longest.
    uses: u64,
}

/// The digest of what was asked, and by whom: nobody gets what was answered to another.
pub(super) type Key = [u8; 32];

#[derive(Clone)]
pub(super) struct Known {
    pub(super) etag: String,
    headers: HeaderMap,
    body: bytes::Bytes,
    used: u64,
}

/// None for calls whose answer is not kept: those that change something, and those whose caller
/// keeps the answer itself.
pub(super) fn key(call: &Call) -> Option<Key> {
    if call.method != Method::GET || call.etag.is_some() {
        return None;
    }
    let mut hasher = Sha256::new();
    let who = call.credential.as_ref();
    let parts = [
        call.url.as_str(),
        header(&call.headers, ACCEPT.as_str()).unwrap_or_default(),
        who.map_or("", |it| it.header.as_str()),
        who.map_or("", |it| it.value.expose()),
    ];
    for part in parts {
        hasher.update(part.len().to_le_bytes());
        hasher.update(part);
    }
    Some(hasher.finalize().into())
}

impl Known {
    pub(super) fn reply(self) -> Reply {
        Reply {
            status: StatusCode::OK,
            headers: self.headers,
            body: self.body,
        }
    }

    fn size(&self) -> usize {
        self.body.len() + 1024
    }
}

impl Etags {
    pub(super) fn get(&self, key: &Key) -> Option<Known> {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.uses += 1;
        let uses = kept.uses;
        let known = kept.answers.get_mut(key)?;
        known.used = uses;
        Some(known.clone())
    }

    /// Keeps an answer if its service gave it an etag, and forgets those not asked for the longest.
    pub(super) fn put(&self, key: Key, reply: &Reply) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.remove(&key);
        let etag = header(&reply.headers, ETAG.as_str());
        let cache = header(&reply.headers, CACHE_CONTROL.as_str()).unwrap_or_default();
        let (Some(etag), StatusCode::OK) = (etag, reply.status) else {
            return;
        };
        if reply.body.len() > MAX_ONE || cache.contains("no-store") {
            return;
        }
        kept.uses += 1;
        let known = Known {
            etag: etag.to_owned(),
            headers: reply.headers.clone(),
            body: reply.body.clone(),
            used: kept.uses,
        };
        kept.total += known.size();
        kept.answers.insert(key, known);
        while kept.total > MAX_TOTAL {
            let oldest = kept.answers.iter().min_by_key(|(_, known)| known.used);
            let Some(oldest) = oldest.map(|(key, _)| *key) else {
                return;
            };
            kept.remove(&oldest);
        }
    }
}

impl Kept {
    fn remove(&mut self, key: &Key) {
        if let Some(known) = self.answers.remove(key) {
            self.total -= known.size();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbound::Credential;
    use reqwest::header::HeaderValue;
    use url::Url;

    fn call(url: &str, token: Option<&str>) -> Call {
        let mut call = Call::get(Url::parse(url).unwrap());
        call.credential = token.map(|it| Credential::authorization("Bearer", it));
        call
    }

    fn reply(size: usize) -> Reply {
        let mut headers = HeaderMap::new();
        headers.insert(ETAG, HeaderValue::from_static("\"1\""));
        Reply {
            status: StatusCode::OK,
            headers,
            body: vec![0; size].into(),
        }
    }

    #[test]
    fn nobody_gets_what_was_answered_to_another() {
        let etags = Etags::default();
        let mine = key(&call("https://a/x", Some("mine"))).unwrap();
        etags.put(mine, &reply(1));
        assert!(etags.get(&mine).is_some());
        for other in [
            call("https://a/x", Some("theirs")),
            call("https://a/x", None),
            call("https://a/x", Some("mine")).accept("text/plain"),
        ] {
            assert!(etags.get(&key(&other).unwrap()).is_none(), "{other:?}");
        }
    }

    #[test]
    fn the_least_used_is_forgotten_first_and_the_rest_is_bounded() {
        let etags = Etags::default();
        let keys: Vec<Key> = (0..20)
            .map(|index| key(&call(&format!("https://a/{index}"), None)).unwrap())
            .collect();
        for each in &keys {
            etags.put(*each, &reply(MAX_ONE));
            assert!(etags.get(&keys[0]).is_some());
        }
        assert!(etags.get(&keys[1]).is_none());
        assert!(etags.get(&keys[19]).is_some());
        assert!(etags.0.lock().unwrap().total <= MAX_TOTAL);
        let large = key(&call("https://a/large", None)).unwrap();
        etags.put(large, &reply(MAX_ONE + 1));
        assert!(etags.get(&large).is_none());
    }
}
