//! How much one may ask in a while, so that nobody takes what others need.
//!
//! Each class of requests (`app::routes::Limit`) has a limiter of its own, each replica counts by itself and in
//! memory. The counting is `governor`'s; its own stores grow with every key until they are swept, so `counts`
//! keeps a bounded number, and `time` lets it follow the clock of the house.
//!
//! To add a class: 1. its variant in `app::routes::Limit`, and the routes that have it, 2. its field in
//! `config::ClassLimits` and here, 3. its line in `app-config.sample.yaml` and `docs/operations.md`.

mod counts;
mod limiter;
mod time;

pub use limiter::{Limiter, Standing, Wait};

use crate::clock::Clock;
use crate::config::{AddressLimit, ClassLimits, RateLimits};
use app::routes::Limit;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use time::Time;

/// Whoever is counted, as a number that nobody can aim at. Two that share one by chance share a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Who(u64);

/// All limits of this replica.
#[derive(Clone, Default)]
pub struct Limits(Arc<All>);

#[derive(Default)]
struct All {
    names: RandomState,
    sign_ins: Option<Limiter>,
    failures: Option<Limiter>,
    writes: Option<Limiter>,
    tasks: Option<Limiter>,
    queries: Option<Limiter>,
    events: Option<Limiter>,
    global: Option<General>,
    plugins: BTreeMap<String, General>,
}

/// A limit of all requests, or of those to a part of the API.
pub struct General {
    pub limiter: Limiter,
    settings: AddressLimit,
}

impl Limits {
    pub fn new(classes: &ClassLimits, general: &RateLimits, clock: Clock) -> Self {
        let time = Time::new(clock);
        let limiter = |rate| Limiter::new(rate, time.clone());
        let general_of = |settings: &AddressLimit| General {
            limiter: limiter(settings.rate),
            settings: settings.clone(),
        };
        let plugins = general.plugins.iter();
        Self(Arc::new(All {
            names: RandomState::new(),
            sign_ins: classes.sign_ins.map(limiter),
            failures: classes.failures.map(limiter),
            writes: classes.writes.map(limiter),
            tasks: classes.tasks.map(limiter),
            queries: classes.queries.map(limiter),
            events: classes.events.map(limiter),
            global: general.global.as_ref().map(general_of),
            plugins: plugins
                .map(|(name, settings)| (name.clone(), general_of(settings)))
                .collect(),
        }))
    }

    /// What limits a class of requests.
    pub fn of(&self, class: Limit) -> Option<&Limiter> {
        match class {
            Limit::None => None,
            Limit::SignIn => self.0.sign_ins.as_ref(),
            Limit::Write => self.0.writes.as_ref(),
            Limit::Task => self.0.tasks.as_ref(),
            Limit::Query | Limit::Listing => self.0.queries.as_ref(),
            Limit::Event => self.0.events.as_ref(),
        }
    }

    /// What limits tokens and returns that are not good.
    pub fn failures(&self) -> Option<&Limiter> {
        self.0.failures.as_ref()
    }

    /// Whether so much that was not good came from an address lately that what can be guessed is not looked at.
    pub fn is_guessing(&self, address: Option<IpAddr>) -> bool {
        let limiter = self.failures();
        limiter.is_some_and(|it| it.look(self.address(address)).is_err())
    }

    /// Whether any limit counts requests whatever their class is.
    pub fn has_general(&self) -> bool {
        self.0.global.is_some() || !self.0.plugins.is_empty()
    }

    /// What limits the requests of an address, to a part of the API or to none.
    pub fn general(
        &self,
        plugin: Option<&str>,
        address: Option<IpAddr>,
    ) -> impl Iterator<Item = &General> {
        let of_plugin = plugin.and_then(|name| self.0.plugins.get(name));
        let all = self.0.global.iter().chain(of_plugin);
        all.filter(move |it| !it.exempts(address))
    }

    /// Somebody at an address. An IPv6 client has a whole /64 to itself, and counts as one.
    pub fn address(&self, address: Option<IpAddr>) -> Who {
        Who(self.0.names.hash_one(("address", address.map(network))))
    }

    /// Somebody by name, whose `kind` keeps them apart from others of that name.
    pub fn named(&self, kind: &'static str, name: &str) -> Who {
        Who(self.0.names.hash_one((kind, name)))
    }
}

impl General {
    /// Whether a request counts that was answered like this.
    pub fn counts(&self, is_failure: bool) -> bool {
        if is_failure {
            !self.settings.skips_failed
        } else {
            !self.settings.skips_successful
        }
    }

    /// Whether it has to be known how a request was answered.
    pub fn depends(&self) -> bool {
        self.settings.skips_failed || self.settings.skips_successful
    }

    fn exempts(&self, address: Option<IpAddr>) -> bool {
        let address = address.map(|it| it.to_canonical());
        address.is_some_and(|it| self.settings.exempt.iter().any(|net| net.contains(&it)))
    }
}

/// What an address stands for: itself, or the /64 that an IPv6 client can choose from.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(it) => {
            let [a, b, c, d, ..] = it.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        it @ IpAddr::V4(_) => it,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_client_has_one_name() {
        let limits = Limits::default();
        let who = |text: &str| limits.address(Some(text.parse().unwrap()));
        assert_eq!(who("2001:db8:1:2::1"), who("2001:db8:1:2:ffff:1:2:3"));
        assert_ne!(who("2001:db8:1:2::1"), who("2001:db8:1:3::1"));
        assert_eq!(who("::ffff:192.0.2.1"), who("192.0.2.1"));
        assert_ne!(who("192.0.2.1"), who("192.0.2.2"));
        assert_ne!(limits.named("user", "a"), limits.named("service", "a"));
    }
}
