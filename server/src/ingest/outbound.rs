//! The client for everything that is fetched from elsewhere; nothing else makes requests.

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ETAG, IF_NONE_MATCH};
use reqwest::redirect::Policy;
use reqwest::{StatusCode, Url};
use std::error::Error;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use url::Host;

const TIME_LIMIT: Duration = Duration::from_secs(10);
const MAX_REDIRECTS: usize = 5;

/// Fetches URLs, within bounds of time and size, but never from addresses that only a machine's
/// own network can reach for its metadata.
#[derive(Debug, Clone)]
pub struct Outbound {
    /// The reason when this machine lacks what a client needs.
    client: Result<reqwest::Client, String>,
}

/// The answer to a fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fetched {
    /// The content still has the etag that was sent along.
    Unchanged,
    Content {
        bytes: Vec<u8>,
        etag: Option<String>,
    },
}

/// Why there is no content; the text says what happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    #[error("the server answered {0}: there is no such file, or it is private")]
    NotFound(StatusCode),
    #[error("the server answered {0}; try again later, or check that the URL can be read")]
    Status(StatusCode),
    #[error("{0}")]
    TooLarge(String),
    #[error("the address {0} is not allowed: link-local and metadata addresses are never read")]
    Refused(String),
    #[error("\"{0}\" is not an http or https URL")]
    NotAUrl(String),
    #[error("cannot be reached: {0}")]
    Unreachable(String),
}

impl Outbound {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one client that the lint sends everybody to"
    )]
    pub fn new() -> Self {
        // Fails when a provider is installed already, which is as good.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .timeout(TIME_LIMIT)
            .user_agent(concat!("callboard/", env!("CARGO_PKG_VERSION")))
            .redirect(Policy::custom(|attempt| {
                if attempt.previous().len() > MAX_REDIRECTS {
                    attempt.error("too many redirects")
                } else if let Err(error) = check_host(attempt.url()) {
                    attempt.error(error)
                } else {
                    attempt.follow()
                }
            }))
            .dns_resolver(Arc::new(Resolver))
            .build();
        Self {
            client: client.map_err(|error| cause(&error)),
        }
    }

    /// The content of a URL, at most `max_bytes` of it.
    ///
    /// # Errors
    /// [`FetchError`]; nothing is tried twice.
    pub async fn get(
        &self,
        url: &str,
        etag: Option<&str>,
        max_bytes: usize,
    ) -> Result<Fetched, FetchError> {
        let url = Url::parse(url)
            .ok()
            .filter(|url| ["http", "https"].contains(&url.scheme()))
            .ok_or_else(|| FetchError::NotAUrl(url.to_owned()))?;
        check_host(&url)?;
        let client = self.client.as_ref();
        let client = client.map_err(|reason| FetchError::Unreachable(reason.clone()))?;
        let mut request = client.get(url);
        if let Some(etag) = etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let mut response = request.send().await.map_err(unreachable)?;
        match response.status() {
            StatusCode::NOT_MODIFIED if etag.is_some() => return Ok(Fetched::Unchanged),
            status @ (StatusCode::NOT_FOUND | StatusCode::GONE) => {
                return Err(FetchError::NotFound(status));
            }
            status if !status.is_success() => return Err(FetchError::Status(status)),
            _ => {}
        }
        let etag = response.headers().get(ETAG);
        let etag = etag.and_then(|etag| etag.to_str().ok()).map(str::to_owned);
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(unreachable)? {
            if bytes.len() + chunk.len() > max_bytes {
                return Err(FetchError::TooLarge(super::parse::too_large(max_bytes)));
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Fetched::Content { bytes, etag })
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new()
    }
}

/// Looks names up as the system does, and takes forbidden addresses out of the answer.
struct Resolver;

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|it| !is_forbidden(it.ip())).collect();
            if allowed.is_empty() {
                return Err(FetchError::Refused(name.as_str().to_owned()).into());
            }
            let allowed: Addrs = Box::new(allowed.into_iter());
            Ok(allowed)
        })
    }
}

/// A URL may name an address itself, past any look-up.
fn check_host(url: &Url) -> Result<(), FetchError> {
    let address = match url.host() {
        Some(Host::Ipv4(address)) => IpAddr::V4(address),
        Some(Host::Ipv6(address)) => IpAddr::V6(address),
        _ => return Ok(()),
    };
    if is_forbidden(address) {
        Err(FetchError::Refused(address.to_string()))
    } else {
        Ok(())
    }
}

/// Addresses where clouds keep the credentials of a machine, and those of no machine.
fn is_forbidden(address: IpAddr) -> bool {
    const METADATA: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);
    match address.to_canonical() {
        IpAddr::V4(address) => {
            address.is_link_local() || address.is_broadcast() || address.is_multicast()
        }
        IpAddr::V6(address) => {
            address.is_unicast_link_local() || address.is_multicast() || address == METADATA
        }
    }
}

fn unreachable(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        let seconds = TIME_LIMIT.as_secs();
        return FetchError::Unreachable(format!("no complete answer within {seconds} s"));
    }
    FetchError::Unreachable(cause(&error))
}

/// The innermost cause: those around it only say that there was a request.
fn cause(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    /// The outcome of a fetch from a server that gives one answer to each connection.
    async fn check(
        answers: Vec<String>,
        path: &str,
        etag: Option<&str>,
    ) -> Result<Fetched, FetchError> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            for answer in answers {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut request = [0; 4096];
                let _read = stream.read(&mut request).await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        let url = format!("http://{address}{path}");
        let outcome = Outbound::new().get(&url, etag, 100).await;
        server.abort();
        outcome
    }

    fn answer(head: &str, body: &str) -> String {
        format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n{body}")
    }

    #[tokio::test]
    async fn content_comes_with_its_etag() {
        let fetched = check(vec![answer("200 OK\r\netag: \"1\"", "a: 1")], "/", None).await;
        let expected = Fetched::Content {
            bytes: b"a: 1".to_vec(),
            etag: Some("\"1\"".to_owned()),
        };
        assert_eq!(fetched, Ok(expected));
        let fetched = check(vec![answer("304 Not Modified", "")], "/", Some("\"1\"")).await;
        assert_eq!(fetched, Ok(Fetched::Unchanged));
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_apart() {
        let fetched = check(vec![answer("404 Not Found", "")], "/", None).await;
        assert_eq!(fetched, Err(FetchError::NotFound(StatusCode::NOT_FOUND)));
        let fetched = check(vec![answer("500 Oops", "")], "/", None).await;
        assert!(matches!(fetched, Err(FetchError::Status(_))), "{fetched:?}");
        let fetched = check(vec![answer("200 OK", &"x".repeat(101))], "/", None).await;
        assert!(
            matches!(fetched, Err(FetchError::TooLarge(_))),
            "{fetched:?}"
        );
        let fetched = check(vec![], "/", None).await;
        assert!(
            matches!(fetched, Err(FetchError::Unreachable(_))),
            "{fetched:?}"
        );
        let fetched = Outbound::new().get("file:///etc/passwd", None, 100).await;
        assert!(
            matches!(fetched, Err(FetchError::NotAUrl(_))),
            "{fetched:?}"
        );
    }

    #[tokio::test]
    async fn metadata_addresses_are_refused_behind_redirects_too() {
        for url in [
            "http://169.254.169.254/",
            "http://[fe80::1]/",
            "http://[::ffff:169.254.0.1]/",
        ] {
            let fetched = Outbound::new().get(url, None, 100).await;
            assert!(
                matches!(fetched, Err(FetchError::Refused(_))),
                "{fetched:?}"
            );
        }
        let redirect = answer("302 Found\r\nlocation: http://169.254.169.254/x", "");
        let fetched = check(vec![redirect], "/", None).await;
        let Err(FetchError::Unreachable(reason)) = fetched else {
            panic!("{fetched:?}");
        };
        assert!(
            reason.contains("169.254.169.254 is not allowed"),
            "{reason}"
        );
    }
}
