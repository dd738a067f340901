//! `backend.trustProxy`: whose word counts on where a request comes from.

use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::Value;

use crate::config::node::Node;
use crate::config::section::Section;

const KEY: &str = "trustProxy";
/// Names of networks, as existing installations know them.
const NAMED: [(&str, &[&str]); 3] = [
    ("loopback", &["127.0.0.0/8", "::1/128"]),
    ("linklocal", &["169.254.0.0/16", "fe80::/10"]),
    (
        "uniquelocal",
        &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"],
    ),
];

/// The proxies in front that are believed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum TrustProxy {
    #[default]
    Nobody,
    /// As many, counted from the server.
    Hops(usize),
    Networks(Vec<IpNet>),
    Everybody,
}

impl TrustProxy {
    /// Whether an address that is `hop` proxies away is believed.
    pub fn trusts(&self, address: IpAddr, hop: usize) -> bool {
        match self {
            Self::Nobody => false,
            Self::Hops(hops) => hop < *hops,
            Self::Networks(networks) => networks.iter().any(|it| it.contains(&address)),
            Self::Everybody => true,
        }
    }

    pub(super) fn read(backend: &Section<'_>) -> Self {
        let words = match backend.node(KEY).map(Node::to_json) {
            None => return Self::default(),
            Some(Value::Bool(_)) => {
                let everybody = backend.boolean(KEY).unwrap_or_default();
                return if everybody {
                    Self::Everybody
                } else {
                    Self::Nobody
                };
            }
            Some(Value::Number(_)) => {
                return backend.count(KEY).map_or_else(Self::default, Self::Hops);
            }
            Some(Value::String(_)) => {
                let text = backend.string(KEY).unwrap_or_default();
                text.split(',').map(|word| word.trim().to_owned()).collect()
            }
            Some(_) => backend.strings(KEY).unwrap_or_default(),
        };
        let mut networks = Vec::new();
        for word in words {
            match read_network(&word) {
                Some(found) => networks.extend(found),
                None => backend.refuse(
                    KEY,
                    &format!(
                        "names '{word}'; it should be true, a number of proxies, or addresses such as '10.0.0.0/8', \
                         loopback, linklocal or uniquelocal"
                    ),
                ),
            }
        }
        Self::Networks(networks)
    }
}

fn read_network(word: &str) -> Option<Vec<IpNet>> {
    if let Some((_, networks)) = NAMED.iter().find(|(name, _)| *name == word) {
        return Some(networks.iter().filter_map(|it| it.parse().ok()).collect());
    }
    let network = word.parse::<IpNet>().ok();
    let network = network.or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
    network.map(|it| vec![it])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    #[test]
    fn whom_to_believe() {
        let read = |value: &str| {
            let text = format!("backend: {{trustProxy: {value}}}");
            load_text(&text).unwrap().config.backend.trust_proxy
        };
        assert_eq!(read("true"), TrustProxy::Everybody);
        assert_eq!(read("false"), TrustProxy::Nobody);
        assert_eq!(read("2"), TrustProxy::Hops(2));
        let local = read("'loopback, 10.1.0.0/16'");
        assert!(local.trusts("127.0.0.1".parse().unwrap(), 0));
        assert!(local.trusts("10.1.2.3".parse().unwrap(), 5));
        assert!(!local.trusts("10.2.2.3".parse().unwrap(), 0));
        assert!(read("['192.0.2.7']").trusts("192.0.2.7".parse().unwrap(), 0));
        let wrong = load_text("backend: {trustProxy: anyone}").expect_err("refused");
        assert!(wrong.to_string().contains("'anyone'"), "{wrong}");
    }
}
