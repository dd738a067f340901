//! Looks names up, and keeps only the addresses that may be connected to.

use super::address::{Reach, reach};
use super::error::FetchError;
use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The addresses of a name.
pub(super) type Lookup =
    Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// As the machine looks names up.
pub(super) fn system() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|found| found.ip()).collect())
        })
    })
}

/// What the client asks when it connects: the addresses it gets are those it connects to, so a name
/// cannot mean one thing when it is checked and another when it is used.
pub(super) struct Checked {
    pub(super) lookup: Lookup,
    /// The farthest that may be connected to.
    pub(super) allowed: Reach,
}

impl Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let found = (self.lookup)(name.as_str().to_owned());
        let allowed = self.allowed;
        Box::pin(async move {
            let found = found.await?;
            let mut refused = None;
            let mut usable = Vec::new();
            for address in found {
                match check(address, allowed, name.as_str()) {
                    Ok(()) => usable.push(SocketAddr::new(address, 0)),
                    Err(error) => refused = Some(error),
                }
            }
            if let (true, Some(refused)) = (usable.is_empty(), refused) {
                return Err(refused.into());
            }
            let usable: Addrs = Box::new(usable.into_iter());
            Ok(usable)
        })
    }
}

/// Whether an address, which `name` stands for, is within what is allowed.
pub(super) fn check(address: IpAddr, allowed: Reach, name: &str) -> Result<(), FetchError> {
    match reach(address) {
        reach if reach <= allowed => Ok(()),
        Reach::Never => Err(FetchError::Refused(address.to_string())),
        _ => Err(FetchError::Private(name.to_owned())),
    }
}
