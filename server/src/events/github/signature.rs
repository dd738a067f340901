//! Who may be believed: GitHub signs what it tells with a secret that it shares with us.

use crate::config::Config;
use ring::hmac::{HMAC_SHA256, Key, verify};

/// The secrets of the configuration.
#[derive(Default)]
pub(super) struct Secrets(Vec<Shared>);

struct Shared {
    key: Key,
    /// The host whose app has the secret; none for one that is not of an app.
    host: Option<String>,
}

/// What a signature proves.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Proof {
    /// The only host that may be told of.
    pub(super) host: Option<String>,
}

/// Why nothing is proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error(
        "No webhook secret is configured, so nothing that comes in can be believed. Set events.modules.github.webhookSecret, or the webhookSecret of a GitHub App, and the same at GitHub."
    )]
    NoSecret,
    #[error(
        "The delivery is not signed: it has no header X-Hub-Signature-256. Set a secret for the webhook at GitHub."
    )]
    Unsigned,
    #[error(
        "The signature is not that of a secret which is configured here. Check that the webhook at GitHub has the same secret."
    )]
    Wrong,
}

impl Secrets {
    pub(super) fn of(config: &Config) -> Self {
        let mut all = Vec::new();
        let mut add = |secret: &str, host: Option<&str>| {
            // A secret that is empty is none: anyone could sign with it.
            if !secret.trim().is_empty() {
                all.push(Shared {
                    key: Key::new(HMAC_SHA256, secret.as_bytes()),
                    host: host.map(str::to_owned),
                });
            }
        };
        if let Some(secret) = &config.events.github_webhook_secret {
            add(secret.expose(), None);
        }
        for integration in &config.integrations {
            for app in &integration.apps {
                if let Some(secret) = &app.webhook_secret {
                    add(secret.expose(), Some(&integration.host));
                }
            }
        }
        Self(all)
    }

    /// What the header `sha256=<hex>` proves of a body. Comparing takes the same time wherever the
    /// first difference is.
    pub(super) fn verify(&self, signature: Option<&str>, body: &[u8]) -> Result<Proof, Refusal> {
        if self.0.is_empty() {
            return Err(Refusal::NoSecret);
        }
        let signature = signature.ok_or(Refusal::Unsigned)?;
        let signature = signature.strip_prefix("sha256=").and_then(bytes);
        let signature = signature.ok_or(Refusal::Wrong)?;
        let signs = |it: &&Shared| verify(&it.key, body, &signature).is_ok();
        let signer = self.0.iter().find(signs).ok_or(Refusal::Wrong)?;
        Ok(Proof {
            host: signer.host.clone(),
        })
    }
}

/// The bytes that hexadecimal digits stand for.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let digit = |it: &u8| {
        char::from(*it)
            .to_digit(16)
            .and_then(|it| u8::try_from(it).ok())
    };
    let pairs = hex.as_bytes().chunks(2);
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(digit(high)? * 16 + digit(low)?),
        _ => None,
    };
    pairs.map(byte).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Events, Secret};

    /// The example of GitHub's documentation.
    const SECRET: &str = "It's a Secret to Everybody";
    const SIGNATURE: &str =
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    fn secrets(secret: &str) -> Secrets {
        Secrets::of(&Config {
            events: Events {
                github_webhook_secret: Some(Secret::new(secret)),
            },
            ..Config::default()
        })
    }

    #[test]
    fn only_what_is_signed_is_believed() {
        let known = secrets(SECRET);
        let check = |signature: Option<&str>, body: &str, expected| {
            assert_eq!(known.verify(signature, body.as_bytes()), expected);
        };
        check(Some(SIGNATURE), "Hello, World!", Ok(Proof { host: None }));
        check(Some(SIGNATURE), "Hello, World?", Err(Refusal::Wrong));
        check(None, "Hello, World!", Err(Refusal::Unsigned));
        for wrong in [
            "",
            "sha256=",
            "sha256=7",
            "sha256=zz",
            &SIGNATURE[..69],
            &SIGNATURE[7..],
            &SIGNATURE.replace("sha256", "sha1"),
            &format!("{SIGNATURE}00"),
        ] {
            check(Some(wrong), "Hello, World!", Err(Refusal::Wrong));
        }
    }

    #[test]
    fn without_a_secret_nothing_is_believed() {
        // HMAC-SHA256 of nothing with an empty key.
        let signed = "sha256=b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad";
        for secrets in [Secrets::default(), secrets(""), secrets(" ")] {
            assert_eq!(secrets.verify(Some(signed), b""), Err(Refusal::NoSecret));
        }
    }
}
