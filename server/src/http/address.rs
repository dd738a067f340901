//! Where a request comes from.
//!
//! What a proxy says of it counts only when the proxy is one of `backend.trustProxy`: anybody can write the
//! header.

use crate::config::TrustProxy;
use axum::http::HeaderMap;
use std::net::IpAddr;

const FORWARDED_FOR: &str = "x-forwarded-for";
/// Addresses that are looked at, from the nearest.
const MOST: usize = 32;

/// The other end of a connection; the listener says it with each request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

/// The client behind the proxies that are trusted.
pub(super) fn client(
    peer: Option<Peer>,
    headers: &HeaderMap,
    trusted: &TrustProxy,
) -> Option<IpAddr> {
    let Peer(mut client) = peer?;
    let said = headers.get_all(FORWARDED_FOR).iter();
    let said = said.filter_map(|value| value.to_str().ok());
    let addresses: Vec<&str> = said
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .collect();
    for (hop, address) in addresses.iter().rev().take(MOST).enumerate() {
        if !trusted.trusts(client, hop) {
            break;
        }
        let Ok(next) = address.parse() else { break };
        client = next;
    }
    Some(client)
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(trusted: &TrustProxy, said: &[&'static str], expected: &str) {
        let mut headers = HeaderMap::new();
        for value in said {
            headers.append(FORWARDED_FOR, HeaderValue::from_static(value));
        }
        let peer = Peer("10.0.0.1".parse().unwrap());
        let found = client(Some(peer), &headers, trusted).map(|it| it.to_string());
        assert_eq!(found.as_deref(), Some(expected), "{said:?}");
    }

    #[test]
    fn only_trusted_proxies_are_believed() {
        let forged = &["6.6.6.6, 203.0.113.9"];
        check(&TrustProxy::Nobody, forged, "10.0.0.1");
        check(&TrustProxy::Hops(1), forged, "203.0.113.9");
        let inner = TrustProxy::Networks(vec!["10.0.0.0/8".parse().unwrap()]);
        check(&inner, forged, "203.0.113.9");
        check(&inner, &["6.6.6.6, 203.0.113.9, 10.1.2.3"], "203.0.113.9");
        check(&inner, &["6.6.6.6", "203.0.113.9"], "203.0.113.9");
        check(&inner, &["nonsense"], "10.0.0.1");
        check(&inner, &[], "10.0.0.1");
        check(&TrustProxy::Everybody, forged, "6.6.6.6");
    }
}
