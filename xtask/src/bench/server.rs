//! A server that is started to be measured.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use super::client::Client;

const STOP_LIMIT: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(2);
/// What the server logs at the end of every pass over its sources.
const PASS: &str = "read the catalog";

/// How to start one.
pub(super) struct Setting<'a> {
    pub(super) binary: &'a Path,
    pub(super) folder: &'a Path,
    /// The Location that is read.
    pub(super) location: &'a Path,
    pub(super) database: &'a str,
    /// From the end of one pass over the sources to the next.
    pub(super) interval_seconds: u32,
    /// `catalog.kinds`.
    pub(super) kinds: Value,
    /// Where the GraphQL API of a GitHub is whose people and teams are listed.
    pub(super) github: Option<SocketAddr>,
    /// `permission`.
    pub(super) permission: Value,
}

/// Stopped when dropped.
pub(super) struct Server {
    child: Child,
    log: PathBuf,
    started: Instant,
    pub(super) address: SocketAddr,
}

impl Server {
    pub(super) fn start(setting: &Setting<'_>) -> Result<Self> {
        let config = setting.folder.join("app-config.yaml");
        let mut text = serde_json::json!({
            "app": { "title": "Bench" },
            // One client asks as much as the server can answer.
            "backend": { "limits": false },
            "catalog": {
                "kinds": setting.kinds,
                "processingInterval": { "seconds": setting.interval_seconds },
                "locations": [{
                    "type": "file",
                    "target": setting.location,
                    "rules": [{ "allow": [
                        "API", "Component", "Domain", "Group", "Location", "Resource", "Subcomponent", "System",
                        "Template", "User"
                    ] }],
                }],
            },
            "permission": setting.permission,
            "auth": { "environment": "development", "providers": { "guest": {} } },
        });
        if let Some(address) = setting.github {
            text["integrations"] = serde_json::json!({ "github": [{
                "host": address.to_string(), "apiBaseUrl": format!("http://{address}/api/v3"), "token": "bench",
            }] });
            text["catalog"]["providers"] = serde_json::json!({ "githubOrg": {
                "id": "bench", "githubUrl": format!("http://{address}"), "orgs": ["playhouse"],
            } });
        }
        // JSON is YAML.
        fs::write(&config, serde_json::to_vec_pretty(&text)?)?;
        let log = setting.folder.join("server.log");
        let out = File::create(&log)?;
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let mut command = Command::new(setting.binary);
        command
            .arg("--config")
            .arg(&config)
            .args(["--listen", &address.to_string()])
            .args(["--database", setting.database, "--log-format", "json"])
            .current_dir(setting.folder)
            .env_remove("RUST_LOG")
            .stdin(Stdio::null())
            .stderr(out.try_clone()?)
            .stdout(out);
        let started = Instant::now();
        let child = command
            .spawn()
            .with_context(|| format!("cannot start {}", setting.binary.display()))?;
        Ok(Self {
            child,
            log,
            started,
            address,
        })
    }

    /// Waits until the readiness endpoint agrees. Returns the time since the start.
    pub(super) fn wait_until_ready(&mut self, limit: Duration) -> Result<Duration> {
        self.wait_for("ready", limit, |server| {
            let ready = Client::connect(server.address)
                .and_then(|mut client| client.get("/.backstage/health/v1/readiness"));
            ready.is_ok_and(|answer| answer.status == 200)
        })
    }

    /// Waits until that many entities can be asked for. Returns the time since the start.
    pub(super) fn wait_for_entities(&mut self, count: u64, limit: Duration) -> Result<Duration> {
        self.wait_for(&format!("showing {count} entities"), limit, |server| {
            server.entities().is_ok_and(|visible| visible >= count)
        })
    }

    /// Waits until that many sources have been read since the start, and returns how long that took,
    /// in milliseconds, as the server says.
    pub(super) fn wait_for_sources(&mut self, count: u64, limit: Duration) -> Result<f64> {
        self.wait_for("through with its sources", limit, |server| {
            let read: u64 = server.passes().iter().map(|(sources, _)| sources).sum();
            read >= count
        })?;
        Ok(self.passes().iter().map(|(_, took_ms)| took_ms).sum())
    }

    fn wait_for(
        &mut self,
        what: &str,
        limit: Duration,
        mut come: impl FnMut(&Self) -> bool,
    ) -> Result<Duration> {
        loop {
            if come(self) {
                return Ok(self.started.elapsed());
            }
            let ended = self.child.try_wait()?;
            if ended.is_some() || self.started.elapsed() > limit {
                let log = fs::read_to_string(&self.log).unwrap_or_default();
                let lines: Vec<&str> = log.lines().collect();
                let last = lines[lines.len().saturating_sub(10)..].join("\n");
                let what_happened = ended.map_or_else(
                    || format!("is not {what} after {} s", limit.as_secs()),
                    |status| format!("ended ({status})"),
                );
                bail!("the server {what_happened}; it says:\n{last}");
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// How many entities there are, without Locations.
    fn entities(&self) -> Result<u64> {
        let mut body = Vec::new();
        let path = "/api/catalog/entity-facets?facet=kind";
        Client::connect(self.address)?.get_into(path, &mut body)?;
        let facets: Value = serde_json::from_slice(&body)?;
        let counts = facets["facets"]["kind"].as_array();
        let counts = counts.context("no facet of kinds")?;
        Ok(counts
            .iter()
            .filter(|entry| entry["value"] != "Location")
            .filter_map(|entry| entry["count"].as_u64())
            .sum())
    }

    /// The sources of every pass, and how long it took in milliseconds.
    fn passes(&self) -> Vec<(u64, f64)> {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        log.lines()
            .filter(|line| line.contains(PASS))
            .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            .filter(|event| event["message"] == PASS)
            .filter_map(|event| Some((event["sources"].as_u64()?, event["took_ms"].as_f64()?)))
            .collect()
    }

    /// A sample of `/metrics`, by name and labels; 0 where there is none.
    pub(super) fn sample(&self, name: &str) -> Result<f64> {
        let mut body = Vec::new();
        Client::connect(self.address)?.get_into("/metrics", &mut body)?;
        let text = String::from_utf8(body)?;
        let values = text.lines().filter_map(|line| line.strip_prefix(name));
        let mut values = values.filter_map(|rest| rest.strip_prefix(' ')?.parse().ok());
        Ok(values.next().unwrap_or_default())
    }

    /// Whether there is such an endpoint.
    pub(super) fn answers(&self, path: &str) -> Result<bool> {
        Ok(Client::connect(self.address)?.get(path)?.status != 404)
    }

    /// Resident memory, in bytes.
    pub(super) fn resident(&self) -> Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        resident(&status).context("the kernel does not tell the memory of the server")
    }

    /// Processor time that the server has used, in milliseconds.
    pub(super) fn processor_ms(&self) -> Result<u64> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id()))?;
        processor_ms(&stat).context("the kernel does not tell the processor time of the server")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The standard library can only kill, which is no way to end for a database.
        let terminate = format!("kill -TERM {}", self.child.id());
        Command::new("sh").args(["-c", &terminate]).status().ok();
        let asked = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) {
            if asked.elapsed() > STOP_LIMIT {
                self.child.kill().ok();
                self.child.wait().ok();
                return;
            }
            thread::sleep(LOOK_EVERY);
        }
    }
}

fn resident(status: &str) -> Option<u64> {
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

/// User and system time, which the kernel counts in hundredths of a second.
fn processor_ms(stat: &str) -> Option<u64> {
    // The second field is a name that may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some((user + system) * 10)
}

#[cfg(test)]
mod tests {
    use super::{processor_ms, resident};

    #[test]
    fn what_the_kernel_says_of_a_process() {
        let status = "Name:\tcallboard\nVmPeak:\t  900 kB\nVmRSS:\t   12345 kB\n";
        assert_eq!(resident(status), Some(12345 * 1024));
        let stat = "42 (call board) S 1 42 42 0 -1 4194560 5 6 7 8 150 25 3 4 20 0 9 0 100";
        assert_eq!(processor_ms(stat), Some(1750));
    }
}
