//! `backend.limits` and `backend.rateLimit`: how much one may ask in a while.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use ipnet::IpNet;
use serde_json::Value;

use super::server::read_time;
use crate::config::node::Node;
use crate::config::section::Section;

const MINUTE: Duration = Duration::from_mins(1);
/// Longer windows are a mistake: what is counted is kept in memory and gone with a restart.
const LONGEST: Duration = Duration::from_hours(24);
/// What existing installations have where they say nothing else.
const USUAL_GENERAL: u32 = 5;

/// So many at once, and as many again over each window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub most: NonZeroU32,
    pub window: Duration,
}

/// `backend.limits`: what each class of requests is limited to, for each replica. None is no limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClassLimits {
    /// `signIns`: beginning to sign in and asking for the token of a session, for each address or, once
    /// signed in, each user. Default: 300 a minute.
    pub sign_ins: Option<Rate>,
    /// `failures`: tokens and returns from providers that are not good, for each address. Default: 60 a
    /// minute.
    pub failures: Option<Rate>,
    /// `writes`: what changes something, for each user, token, or address of a guest. Default: 600 a minute.
    pub writes: Option<Rate>,
    /// `tasks`: what runs a template, as above. Default: 120 a minute.
    pub tasks: Option<Rate>,
    /// `queries`: what is expensive to answer, as above. Default: 1,200 a minute.
    pub queries: Option<Rate>,
    /// `events`: what other services tell, for each address. Default: 6,000 a minute.
    pub events: Option<Rate>,
}

/// What existing installations limit: all requests of an address, or those to a part of the API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressLimit {
    pub rate: Rate,
    /// `ipAllowList`: addresses that are not limited. Default: those of the machine itself.
    pub exempt: Vec<IpNet>,
    /// `skipSuccessfulRequests`, `skipFailedRequests`: what does not count.
    pub skips_successful: bool,
    pub skips_failed: bool,
}

/// `backend.rateLimit`. Default: none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RateLimits {
    /// Everything but health and static files.
    pub global: Option<AddressLimit>,
    /// By the segment behind `/api/`.
    pub plugins: BTreeMap<String, AddressLimit>,
}

impl Default for ClassLimits {
    fn default() -> Self {
        Self {
            sign_ins: per_minute(300),
            failures: per_minute(60),
            writes: per_minute(600),
            tasks: per_minute(120),
            queries: per_minute(1_200),
            events: per_minute(6_000),
        }
    }
}

impl ClassLimits {
    /// Without any limit.
    pub const NONE: Self = Self {
        sign_ins: None,
        failures: None,
        writes: None,
        tasks: None,
        queries: None,
        events: None,
    };

    pub(super) fn read(backend: &Section<'_>) -> Self {
        if let Some(Value::Bool(on)) = backend.node("limits").map(Node::to_json) {
            backend.boolean("limits");
            return if on { Self::default() } else { Self::NONE };
        }
        let usual = Self::default();
        let Some(limits) = backend.section("limits") else {
            return usual;
        };
        let read = |key: &str, usual| read_class(&limits, key, usual);
        Self {
            sign_ins: read("signIns", usual.sign_ins),
            failures: read("failures", usual.failures),
            writes: read("writes", usual.writes),
            tasks: read("tasks", usual.tasks),
            queries: read("queries", usual.queries),
            events: read("events", usual.events),
        }
    }
}

impl RateLimits {
    pub(super) fn read(backend: &Section<'_>) -> Self {
        const KEY: &str = "rateLimit";
        if let Some(Value::Bool(on)) = backend.node(KEY).map(Node::to_json) {
            backend.boolean(KEY);
            return Self {
                global: on.then(AddressLimit::default),
                plugins: BTreeMap::new(),
            };
        }
        let Some(limit) = backend.section(KEY) else {
            return Self::default();
        };
        let is_global = limit.boolean("global").unwrap_or(true);
        let all = AddressLimit::read(&limit);
        let plugins = limit.section("plugin");
        let names = plugins.as_ref().map(Section::keys).unwrap_or_default();
        let plugins = names.into_iter().filter_map(|name| {
            let section = plugins.as_ref()?.section(&name)?;
            Some((name, AddressLimit::read(&section)?))
        });
        Self {
            global: all.filter(|_| is_global),
            plugins: plugins.collect(),
        }
    }
}

impl Default for AddressLimit {
    fn default() -> Self {
        Self {
            rate: Rate {
                most: NonZeroU32::new(USUAL_GENERAL).unwrap_or(NonZeroU32::MIN),
                window: MINUTE,
            },
            exempt: ["127.0.0.1/32", "::1/128"]
                .into_iter()
                .filter_map(|it| it.parse().ok())
                .collect(),
            skips_successful: false,
            skips_failed: false,
        }
    }
}

impl AddressLimit {
    fn read(limit: &Section<'_>) -> Option<Self> {
        let usual = Self::default();
        let most = match read_number(limit, "incomingRequestLimit") {
            Some(most) => NonZeroU32::new(most)?,
            None => usual.rate.most,
        };
        let window = read_window(limit).unwrap_or(usual.rate.window);
        let is = |key: &str| limit.boolean(key).unwrap_or(false);
        Some(Self {
            rate: Rate { most, window },
            exempt: read_exempt(limit).unwrap_or(usual.exempt),
            skips_successful: is("skipSuccessfulRequests"),
            skips_failed: is("skipFailedRequests"),
        })
    }
}

fn per_minute(most: u32) -> Option<Rate> {
    let most = NonZeroU32::new(most)?;
    Some(Rate {
        most,
        window: MINUTE,
    })
}

/// A number for each minute, or a map with the window; false and 0 are no limit.
fn read_class(limits: &Section<'_>, key: &str, usual: Option<Rate>) -> Option<Rate> {
    match limits.node(key).map(Node::to_json) {
        Some(Value::Bool(on)) => {
            limits.boolean(key);
            usual.filter(|_| on)
        }
        Some(Value::Object(_)) => {
            let Some(section) = limits.section(key) else {
                return usual;
            };
            let window = read_window(&section).unwrap_or(MINUTE);
            let most = read_number(&section, "limit");
            most.map_or(usual, |most| {
                NonZeroU32::new(most).map(|most| Rate { most, window })
            })
        }
        _ => read_number(limits, key).map_or(usual, per_minute),
    }
}

/// A whole number, be it 0.
fn read_number(section: &Section<'_>, key: &str) -> Option<u32> {
    if section.node(key).is_some_and(|node| node.to_json() == 0) {
        section.value(key);
        return Some(0);
    }
    u32::try_from(section.count(key)?).ok()
}

fn read_window(section: &Section<'_>) -> Option<Duration> {
    let window = read_time(section, "window")?;
    if window > LONGEST {
        section.refuse("window", "should be a day at most");
        return None;
    }
    Some(window)
}

fn read_exempt(limit: &Section<'_>) -> Option<Vec<IpNet>> {
    const KEY: &str = "ipAllowList";
    let words = limit.strings(KEY)?;
    let networks = words.iter().filter_map(|word| {
        let network = word.parse::<IpNet>().ok();
        let network = network.or_else(|| word.parse::<IpAddr>().ok().map(IpNet::from));
        if network.is_none() {
            limit.refuse(KEY, &format!("names '{word}', which is no address"));
        }
        network
    });
    Some(networks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;

    fn rate(most: u32, seconds: u64) -> Rate {
        Rate {
            most: NonZeroU32::new(most).unwrap(),
            window: Duration::from_secs(seconds),
        }
    }

    fn read(text: &str) -> (ClassLimits, RateLimits) {
        let backend = load_text(text).unwrap().config.backend;
        (backend.limits, backend.rate_limits)
    }

    #[test]
    fn classes_have_limits_of_their_own() {
        let (limits, general) = read(
            "backend: {limits: {writes: 10, tasks: {limit: 2, window: 10 seconds}, queries: false, events: 0}}",
        );
        assert_eq!(limits.writes, Some(rate(10, 60)));
        assert_eq!(limits.tasks, Some(rate(2, 10)));
        assert_eq!((limits.queries, limits.events), (None, None));
        assert_eq!(limits.sign_ins, ClassLimits::default().sign_ins);
        assert_eq!(general, RateLimits::default());
        assert_eq!(read("backend: {limits: false}").0, ClassLimits::NONE);
        assert_eq!(read("backend: {limits: true}").0, ClassLimits::default());
    }

    #[test]
    fn the_limits_of_existing_installations_mean_what_they_did() {
        let (_, on) = read("backend: {rateLimit: true}");
        let on = on.global.unwrap();
        assert_eq!(on.rate, rate(5, 60));
        assert!(
            on.exempt
                .iter()
                .any(|it| it.contains(&"127.0.0.1".parse::<IpAddr>().unwrap()))
        );
        assert_eq!(read("backend: {rateLimit: false}").1, RateLimits::default());
        let (_, some) = read(
            "
backend:
  rateLimit:
    global: false
    plugin:
      catalog: {window: 6000, incomingRequestLimit: 7, ipAllowList: [10.0.0.1], skipFailedRequests: true}
",
        );
        assert_eq!(some.global, None);
        let catalog = &some.plugins["catalog"];
        assert_eq!(catalog.rate, rate(7, 6));
        assert_eq!(catalog.exempt, ["10.0.0.1/32".parse::<IpNet>().unwrap()]);
        assert!(catalog.skips_failed && !catalog.skips_successful);
        let wrong = load_text("backend: {rateLimit: {window: 2 days, ipAllowList: [here]}}");
        let wrong = wrong.unwrap_err().to_string();
        assert!(
            wrong.contains("window") && wrong.contains("'here'"),
            "{wrong}"
        );
    }
}
