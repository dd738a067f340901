//! What is measured, one database at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::cases::Case;
use super::catalog::Catalog;
use super::load::{self, Run};
use super::report::{Figure, Measured, Requests, Unit, median};
use super::server::{Server, Setting};
use crate::progress::{note, step};
use crate::test::cluster::{Cluster, Durability};

/// For anything the server has to come through.
const LIMIT: Duration = Duration::from_mins(20);
const WARM_UP: Duration = Duration::from_secs(1);
const EACH_RUN: Duration = Duration::from_secs(4);
/// Nothing is read again while requests are measured.
const NEVER: u32 = 86_400;
/// What Backstage's figures and our promises are for.
const KNOWN_SIZE: usize = 10_000;

/// Where the server keeps its data.
pub(super) enum Engine {
    /// In this file.
    Sqlite(PathBuf),
    /// In a PostgreSQL that is started with the programs of this folder.
    Private(PathBuf),
    /// At this address, which holds nothing yet.
    Given(String),
}

pub(super) struct Plan<'a> {
    pub(super) binary: &'a Path,
    pub(super) folder: &'a Path,
    pub(super) catalog: &'a Catalog,
    pub(super) entities: usize,
    pub(super) cases: &'a [Case],
    /// Everything when empty.
    pub(super) only: &'a [String],
    pub(super) runs: usize,
}

/// An empty database. A private cluster ends when this is dropped.
struct Database {
    url: String,
    _cluster: Option<Cluster>,
}

impl Engine {
    fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Private(_) | Self::Given(_) => "PostgreSQL",
        }
    }

    fn empty(&self) -> Result<Database> {
        match self {
            Self::Sqlite(path) => {
                for suffix in ["", "-wal", "-shm"] {
                    let mut file = path.clone().into_os_string();
                    file.push(suffix);
                    if Path::new(&file).exists() {
                        fs::remove_file(&file)?;
                    }
                }
                Ok(Database {
                    url: format!("sqlite:{}", path.display()),
                    _cluster: None,
                })
            }
            Self::Private(programs) => {
                let cluster = Cluster::start(programs, Durability::Full)?;
                Ok(Database {
                    url: cluster.url().to_owned(),
                    _cluster: Some(cluster),
                })
            }
            Self::Given(url) => Ok(Database {
                url: url.clone(),
                _cluster: None,
            }),
        }
    }
}

impl Plan<'_> {
    fn wants(&self, name: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == name)
    }

    fn start(&self, database: &Database, interval_seconds: u32) -> Result<Server> {
        Server::start(&Setting {
            binary: self.binary,
            folder: self.folder,
            location: &self.catalog.location,
            database: &database.url,
            interval_seconds,
        })
    }
}

/// Adds what it measures to `measured`.
pub(super) fn measure(plan: &Plan<'_>, engine: &Engine, measured: &mut Measured) -> Result<()> {
    let known = plan.entities == KNOWN_SIZE;
    let figure =
        |name: &str, title: &str, unit, runs: Vec<f64>, theirs: f64, promise: f64| Figure {
            database: engine.name().to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            unit,
            value: median(&runs),
            runs,
            requests: None,
            backstage: (known && theirs > 0.0).then_some(theirs),
            promise: (known && promise > 0.0).then_some(promise),
        };

    // An address that was given holds something after the first time.
    let times = match engine {
        Engine::Given(_) => 1,
        _ if plan.wants("ingest") => plan.runs,
        _ => 1,
    };
    let title = format!(
        "{}: first ingest of {} entities",
        engine.name(),
        plan.entities
    );
    let (database, ingests, refreshes) = step(&title, || ingest(plan, engine, times))?;
    if plan.wants("ingest") {
        let theirs = if matches!(engine, Engine::Sqlite(_)) {
            297_000.0
        } else {
            105_000.0
        };
        let title = "first ingest";
        measured.figures.push(figure(
            "ingest",
            title,
            Unit::Milliseconds,
            ingests,
            theirs,
            4000.0,
        ));
    }
    if plan.wants("refresh") {
        let title = "unchanged refresh";
        measured.figures.push(figure(
            "refresh",
            title,
            Unit::Milliseconds,
            refreshes,
            0.0,
            1000.0,
        ));
    }

    let title = format!("{}: start with the catalog stored", engine.name());
    let (server, starts, idle) = step(&title, || starts(plan, &database))?;
    if plan.wants("start") {
        let title = "start to ready";
        measured.figures.push(figure(
            "start",
            title,
            Unit::Milliseconds,
            starts,
            5700.0,
            500.0,
        ));
    }
    if plan.wants("memory") {
        let title = "resident memory, idle";
        measured
            .figures
            .push(figure("memory", title, Unit::Megabytes, idle, 553.0, 100.0));
    }

    for case in plan.cases.iter().filter(|case| plan.wants(case.name)) {
        if !server.answers(&case.paths[0])? {
            let reason = format!(
                "{}, {}: there is no such endpoint",
                engine.name(),
                case.title
            );
            note(&reason);
            measured.left_out.push(reason);
            continue;
        }
        let title = format!("{}: {}", engine.name(), case.title);
        measured
            .figures
            .push(step(&title, || requests(plan, engine, &server, case))?);
    }
    if plan.wants("memory") {
        let after = vec![megabytes(server.resident()?)];
        let title = "resident memory, after the requests";
        measured.figures.push(figure(
            "memory-after",
            title,
            Unit::Megabytes,
            after,
            1100.0,
            0.0,
        ));
    }
    Ok(())
}

/// The last database, and in milliseconds the times of first ingests and of unchanged refreshes.
fn ingest(
    plan: &Plan<'_>,
    engine: &Engine,
    times: usize,
) -> Result<(Database, Vec<f64>, Vec<f64>)> {
    let mut ingests = Vec::new();
    loop {
        let database = engine.empty()?;
        let mut server = plan.start(&database, 1)?;
        server.wait_until_ready(LIMIT)?;
        let took = server.wait_for_entities(u64::try_from(plan.entities)?, LIMIT)?;
        ingests.push(milliseconds(took));
        note(&format!("{:.0} ms", milliseconds(took)));
        if ingests.len() < times {
            continue;
        }
        // The first pass was the ingest.
        let passes = server.wait_for_passes(1 + plan.runs, LIMIT)?;
        return Ok((database, ingests, passes[1..].to_vec()));
    }
}

/// The last server, the times to ready in milliseconds, and the memory once idle in megabytes.
fn starts(plan: &Plan<'_>, database: &Database) -> Result<(Server, Vec<f64>, Vec<f64>)> {
    let mut times = Vec::new();
    let mut memory = Vec::new();
    let mut last = None;
    for _ in 0..plan.runs {
        // The one before stops first.
        drop(last.take());
        let mut server = plan.start(database, NEVER)?;
        times.push(milliseconds(server.wait_until_ready(LIMIT)?));
        server.wait_for_passes(1, LIMIT)?;
        memory.push(megabytes(server.resident()?));
        last = Some(server);
    }
    Ok((last.context("no run was asked for")?, times, memory))
}

fn requests(plan: &Plan<'_>, engine: &Engine, server: &Server, case: &Case) -> Result<Figure> {
    load::run(server.address, &case.paths, WARM_UP)?;
    let mut runs: Vec<Run> = Vec::new();
    let mut processor = Vec::new();
    for _ in 0..plan.runs {
        let before = server.processor_ms()?;
        let run = load::run(server.address, &case.paths, EACH_RUN)?;
        #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
        processor.push((server.processor_ms()? - before) as f64 / run.requests.max(1) as f64);
        runs.push(run);
    }
    let of = |field: fn(&Run) -> f64| -> Vec<f64> { runs.iter().map(field).collect() };
    let rates = of(|run| run.per_second);
    let known = plan.entities == KNOWN_SIZE;
    let backstage = case.backstage.filter(|_| known);
    note(&format!("{:.0} requests a second", median(&rates)));
    Ok(Figure {
        database: engine.name().to_owned(),
        name: case.name.to_owned(),
        title: case.title.to_owned(),
        unit: Unit::RequestsPerSecond,
        value: median(&rates),
        runs: rates,
        requests: Some(Requests {
            p50_ms: median(&of(|run| run.p50_ms)),
            p99_ms: median(&of(|run| run.p99_ms)),
            processor_ms: median(&processor),
            bytes: runs.last().map_or(0, |run| run.bytes),
        }),
        backstage,
        promise: backstage
            .zip(case.factor)
            .map(|(theirs, factor)| theirs * factor),
    })
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
    let bytes = bytes as f64;
    bytes / 1e6
}
