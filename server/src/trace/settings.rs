//! The environment variables of OpenTelemetry, as far as they are about traces.

use crate::config::Secret;
use percent_encoding::percent_decode_str;
use std::time::Duration;
use url::Url;

/// Where traces go, and which.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    pub(super) endpoint: Url,
    /// Sent along with every batch; they may hold a credential.
    pub(super) headers: Vec<(String, Secret)>,
    pub(super) timeout: Duration,
    pub(super) sampler: Sampler,
    /// What the process is, for example `service.name`.
    pub(super) resource: Vec<(String, String)>,
}

/// Which traces are recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sampler {
    /// Of those that begin here, from 0 to 1.
    pub(super) share: f64,
    /// Whether whoever called decides for its own.
    pub(super) follows_parent: bool,
}

impl Settings {
    /// Reads them; `None` when traces go nowhere. `Err` tells what cannot be understood.
    ///
    /// # Errors
    /// A text for the log: which variable is wrong and how.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let get = |name: &str| {
            let value = variable(name).map(|value| value.trim().to_owned());
            value.filter(|value| !value.is_empty())
        };
        let of_traces = |name: &str| {
            get(&format!("OTEL_EXPORTER_OTLP_TRACES_{name}"))
                .or_else(|| get(&format!("OTEL_EXPORTER_OTLP_{name}")))
        };
        let is_off = get("OTEL_SDK_DISABLED").is_some_and(|it| it.eq_ignore_ascii_case("true"))
            || get("OTEL_TRACES_EXPORTER").is_some_and(|it| it == "none");
        // The one for traces is used as it is, the one for everything is where paths begin.
        let endpoint = get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").or_else(|| {
            let base = get("OTEL_EXPORTER_OTLP_ENDPOINT")?;
            Some(format!("{}/v1/traces", base.trim_end_matches('/')))
        });
        let Some(endpoint) = endpoint.filter(|_| !is_off) else {
            return Ok(None);
        };
        let is_http = |url: &Url| ["http", "https"].contains(&url.scheme());
        let endpoint = Url::parse(&endpoint).ok().filter(is_http).ok_or(
            "OTEL_EXPORTER_OTLP_ENDPOINT should be an http or https URL, such as http://collector:4318",
        )?;
        if let Some(protocol) = of_traces("PROTOCOL").filter(|it| it != "http/protobuf") {
            return Err(format!(
                "OTEL_EXPORTER_OTLP_PROTOCOL is '{protocol}', but traces are sent as http/protobuf only; \
                 collectors take that on port 4318"
            ));
        }
        let headers = pairs("OTEL_EXPORTER_OTLP_HEADERS", of_traces("HEADERS"))?;
        let timeout = match of_traces("TIMEOUT") {
            None => 10_000,
            Some(text) => text.parse().map_err(|_| {
                "OTEL_EXPORTER_OTLP_TIMEOUT should be a number of milliseconds".to_owned()
            })?,
        };
        let mut resource = pairs("OTEL_RESOURCE_ATTRIBUTES", get("OTEL_RESOURCE_ATTRIBUTES"))?;
        let mut set = |key: &str, value: String| {
            resource.retain(|(known, _)| known != key);
            resource.push((key.to_owned(), value));
        };
        match get("OTEL_SERVICE_NAME") {
            Some(name) => set("service.name", name),
            None if !resource.iter().any(|(key, _)| key == "service.name") => {
                resource.push(("service.name".to_owned(), "callboard".to_owned()));
            }
            None => {}
        }
        if !resource.iter().any(|(key, _)| key == "service.version") {
            let version = env!("CARGO_PKG_VERSION").to_owned();
            resource.push(("service.version".to_owned(), version));
        }
        Ok(Some(Self {
            endpoint,
            headers: headers
                .into_iter()
                .map(|(name, value)| (name, Secret::new(value)))
                .collect(),
            timeout: Duration::from_millis(timeout),
            sampler: Sampler::read(get("OTEL_TRACES_SAMPLER"), get("OTEL_TRACES_SAMPLER_ARG"))?,
            resource,
        }))
    }

    /// Where traces go; this host is named by the operator.
    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }
}

impl Sampler {
    fn read(name: Option<String>, share: Option<String>) -> Result<Self, String> {
        let share = || match share.as_deref().map(str::parse::<f64>) {
            None => Ok(1.0),
            Some(Ok(share)) if (0.0..=1.0).contains(&share) => Ok(share),
            Some(_) => Err("OTEL_TRACES_SAMPLER_ARG should be a number from 0 to 1".to_owned()),
        };
        let name = name.as_deref().unwrap_or("parentbased_always_on");
        let (follows_parent, rest) = match name.strip_prefix("parentbased_") {
            Some(rest) => (true, rest),
            None => (false, name),
        };
        let share = match rest {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => share()?,
            _ => {
                return Err(format!(
                    "OTEL_TRACES_SAMPLER is '{name}', which is not known"
                ));
            }
        };
        Ok(Self {
            share,
            follows_parent,
        })
    }

    /// Whether a trace that begins here is recorded: the same everywhere for the same trace.
    pub(super) fn takes(self, trace: u128) -> bool {
        const BITS: u32 = 56;
        let bits = trace & ((1 << BITS) - 1);
        #[expect(clippy::cast_precision_loss, reason = "a share need not be exact")]
        let place = bits as f64 / (1u64 << BITS) as f64;
        place < self.share
    }
}

/// `a=1,b=2`, values percent-encoded.
fn pairs(variable: &str, text: Option<String>) -> Result<Vec<(String, String)>, String> {
    let text = text.unwrap_or_default();
    let entries = text.split(',').map(str::trim).filter(|it| !it.is_empty());
    let pairs = entries.map(|entry| {
        let (name, value) = entry
            .split_once('=')
            .ok_or_else(|| format!("{variable} should be a list such as name=value,other=value"))?;
        let value = percent_decode_str(value.trim()).decode_utf8_lossy();
        Ok((name.trim().to_owned(), value.into_owned()))
    });
    pairs.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Settings>, String> {
        Settings::read(|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    const ENDPOINT: (&str, &str) = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318/");

    #[test]
    fn nothing_is_sent_unless_a_place_is_named() {
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(read(&[("OTEL_EXPORTER_OTLP_ENDPOINT", " ")]), Ok(None));
        assert_eq!(read(&[ENDPOINT, ("OTEL_SDK_DISABLED", "true")]), Ok(None));
        assert_eq!(
            read(&[ENDPOINT, ("OTEL_TRACES_EXPORTER", "none")]),
            Ok(None)
        );
    }

    #[test]
    fn what_is_for_traces_comes_first() {
        let settings = read(&[ENDPOINT]).unwrap().unwrap();
        assert_eq!(
            settings.endpoint.as_str(),
            "http://collector:4318/v1/traces"
        );
        assert_eq!(
            settings.resource[0],
            ("service.name".into(), "callboard".into())
        );
        let settings = read(&[
            ENDPOINT,
            (
                "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
                "https://traces.example/in",
            ),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=no"),
            (
                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                "Authorization=Bearer%20x, b = 2",
            ),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.name=other,host.name=h"),
            ("OTEL_SERVICE_NAME", "portal"),
        ]);
        let settings = settings.unwrap().unwrap();
        assert_eq!(settings.endpoint.as_str(), "https://traces.example/in");
        let headers: Vec<_> = settings
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose()))
            .collect();
        assert_eq!(headers, [("Authorization", "Bearer x"), ("b", "2")]);
        let names: Vec<_> = settings
            .resource
            .iter()
            .filter(|(key, _)| key == "service.name")
            .collect();
        assert_eq!(names, [&("service.name".to_owned(), "portal".to_owned())]);
    }

    #[test]
    fn what_cannot_be_understood_is_said() {
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "secret"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "10s"),
            ("OTEL_TRACES_SAMPLER", "sometimes"),
        ] {
            let error = read(&[(name, value), ENDPOINT]).unwrap_err();
            assert!(error.contains(name), "{error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }

    #[test]
    fn a_sampler_takes_its_share() {
        let sampler = |name: &str, share: &str| {
            let variables = [
                ENDPOINT,
                ("OTEL_TRACES_SAMPLER", name),
                ("OTEL_TRACES_SAMPLER_ARG", share),
            ];
            read(&variables).unwrap().unwrap().sampler
        };
        let taken = |sampler: Sampler| {
            let ids = (0..1000u128).map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c));
            ids.filter(|&id| sampler.takes(id)).count()
        };
        assert_eq!(taken(sampler("always_on", "")), 1000);
        assert_eq!(taken(sampler("parentbased_always_off", "")), 0);
        let quarter = sampler("parentbased_traceidratio", "0.25");
        assert!(quarter.follows_parent);
        assert!((200..300).contains(&taken(quarter)), "{}", taken(quarter));
    }
}
