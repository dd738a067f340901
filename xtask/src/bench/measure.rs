//! What is measured, one database at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::cases::Case;
use super::catalog::Catalog;
use super::load::{self, Run};
use super::report::{Figure, Measured, Requests, Unit, median};
use super::server::{Server, Setting};
use super::{browser, definition, palette, people, permission, tasks};
use crate::progress::{note, step};
use crate::test::cluster::{Cluster, Durability};
use crate::workspace::Workspace;

/// For anything the server has to come through.
pub(super) const LIMIT: Duration = Duration::from_mins(20);
const SETTLE: Duration = Duration::from_secs(2);
pub(super) const WARM_UP: Duration = Duration::from_secs(1);
pub(super) const EACH_RUN: Duration = Duration::from_secs(4);
/// Nothing is read again while requests are measured.
const NEVER: u32 = 86_400;
/// What Backstage's figures are for, and most of our promises.
const KNOWN_SIZE: usize = 10_000;
/// What some promises are for.
const LARGE_SIZE: usize = 100_000;
/// From one pass to the next while everything is read anew beside readers.
const SOON: u32 = 2;

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
    pub(super) workspace: &'a Workspace,
    pub(super) binary: &'a Path,
    pub(super) folder: &'a Path,
    pub(super) catalog: &'a Catalog,
    pub(super) entities: usize,
    pub(super) cases: &'a [Case],
    /// Everything when empty.
    pub(super) only: &'a [String],
    pub(super) runs: usize,
}

/// A database. A private cluster ends when this is dropped.
pub(super) struct Database {
    pub(super) url: String,
    _cluster: Option<Cluster>,
}

impl Engine {
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Private(_) | Self::Given(_) => "PostgreSQL",
        }
    }

    /// What the file held before, where there is one.
    pub(super) fn again(&self) -> Result<Database> {
        match self {
            Self::Sqlite(path) => Ok(Database {
                url: format!("sqlite:{}", path.display()),
                _cluster: None,
            }),
            Self::Private(_) | Self::Given(_) => self.empty(),
        }
    }

    pub(super) fn empty(&self) -> Result<Database> {
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
        self.start_with(database, interval_seconds, serde_json::json!({}))
    }

    fn start_with(
        &self,
        database: &Database,
        interval_seconds: u32,
        permission: serde_json::Value,
    ) -> Result<Server> {
        Server::start(&Setting {
            binary: self.binary,
            folder: self.folder,
            location: &self.catalog.location,
            database: &database.url,
            interval_seconds,
            kinds: serde_json::json!([]),
            github: None,
            permission,
        })
    }
}

/// Adds what it measures to `measured`.
pub(super) fn measure(plan: &Plan<'_>, engine: &Engine, measured: &mut Measured) -> Result<()> {
    let known = plan.entities == KNOWN_SIZE;
    let figure =
        |name: &str, title: &str, unit, runs: Vec<f64>, theirs: f64, promises: Promises| Figure {
            database: engine.name().to_owned(),
            name: name.to_owned(),
            title: title.to_owned(),
            unit,
            value: median(&runs),
            runs,
            requests: None,
            backstage: (known && theirs > 0.0).then_some(theirs),
            promise: promises.of(plan.entities),
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
    let (database, ingests) = step(&title, || ingest(plan, engine, times))?;
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
            Promises::of_sizes(4_000.0, 40_000.0),
        ));
    }
    let title = format!("{}: start with the catalog stored", engine.name());
    let starts = step(&title, || starts(plan, &database))?;
    if plan.wants("refresh") {
        let title = "unchanged refresh";
        measured.figures.push(figure(
            "refresh",
            title,
            Unit::Milliseconds,
            starts.refresh_ms,
            0.0,
            Promises::of_known(1000.0),
        ));
    }
    if plan.wants("start") {
        let title = "start to ready";
        measured.figures.push(figure(
            "start",
            title,
            Unit::Milliseconds,
            starts.ready_ms,
            5700.0,
            Promises::of_sizes(500.0, 3_000.0),
        ));
    }
    if plan.wants("memory") {
        let title = "resident memory, idle";
        measured.figures.push(figure(
            "memory",
            title,
            Unit::Megabytes,
            starts.memory_mb,
            553.0,
            Promises::of_sizes(100.0, 450.0),
        ));
    }

    let server = starts.server;
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
    for_people(plan, engine, &server, measured)?;
    if plan.wants("memory") {
        let after = vec![megabytes(server.resident()?)];
        let title = "resident memory, after the requests";
        measured.figures.push(figure(
            "memory-after",
            title,
            Unit::Megabytes,
            after,
            1100.0,
            Promises::default(),
        ));
    }
    let pages = plan.cases.iter().find(|case| case.name == "by-query");
    if let Some(pages) = pages.filter(|_| plan.wants("permission")) {
        let title = format!("{}: pages under conditions", engine.name());
        let measure = || {
            let settings = permission::settings(plan.catalog);
            let mut guarded = plan.start_with(&database, NEVER, settings)?;
            guarded.wait_until_ready(LIMIT)?;
            permission::measure(engine.name(), plan.runs, pages, &server, &guarded)
        };
        measured.figures.push(step(&title, measure)?);
    }
    if let Some(pages) = pages.filter(|_| plan.wants("readers")) {
        let title = format!("{}: readers while everything is read anew", engine.name());
        let (idle, busy, took) = step(&title, || readers(plan, &database, server, pages))?;
        let title = "page of 20, p99 while idle";
        let unit = Unit::Milliseconds;
        let twice = Promises::of_known(2.0 * median(&idle));
        let none = Promises::default;
        let mut add = |name, title, runs, promises| {
            measured
                .figures
                .push(figure(name, title, unit, runs, 0.0, promises));
        };
        add("readers-idle", title, idle, none());
        let title = "page of 20, p99 while everything is read anew";
        add("readers", title, busy, twice);
        let title = "reading everything anew, beside readers";
        add("reread", title, took, none());
    }
    Ok(())
}

/// What is promised for a catalog of a certain size.
#[derive(Default)]
struct Promises {
    known: Option<f64>,
    large: Option<f64>,
}

impl Promises {
    fn of_known(known: f64) -> Self {
        Self {
            known: Some(known),
            large: None,
        }
    }

    fn of_sizes(known: f64, large: f64) -> Self {
        Self {
            known: Some(known),
            large: Some(large),
        }
    }

    fn of(&self, entities: usize) -> Option<f64> {
        match entities {
            KNOWN_SIZE => self.known,
            LARGE_SIZE => self.large,
            _ => None,
        }
    }
}

/// For each run, in milliseconds: the 99th percentile of readers while nothing else happens, the
/// same while every file has changed, and how long it took until the change was to be seen.
fn readers(
    plan: &Plan<'_>,
    database: &Database,
    idle_server: Server,
    case: &Case,
) -> Result<(Vec<f64>, Vec<f64>, Vec<f64>)> {
    let (mut idle, mut busy, mut took) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..plan.runs {
        let run = load::run(idle_server.address, &case.paths, EACH_RUN)?;
        idle.push(run.p99_ms);
    }
    drop(idle_server);
    let mut server = plan.start(database, SOON)?;
    server.wait_until_ready(LIMIT)?;
    load::run(server.address, &case.paths, WARM_UP)?;
    for number in 0..plan.runs {
        // Only what happens from now on counts.
        let before = server.sample(CHANGED)?;
        let seen = server.sample(FOLLOWED)?;
        #[expect(clippy::cast_precision_loss, reason = "a few thousand files")]
        let files = plan.catalog.touch(number)? as f64;
        let started = Instant::now();
        let enough = AtomicBool::new(false);
        let run = thread::scope(|scope| {
            let reading =
                scope.spawn(|| load::run_until(server.address, &case.paths, LIMIT, &enough));
            let done = loop {
                let come = (|| -> Result<bool> {
                    let changed = server.sample(CHANGED)? - before;
                    let lag = server.sample(LAG)?;
                    let followed = server.sample(FOLLOWED)? > seen;
                    Ok(changed >= files && lag <= 0.0 && followed)
                })();
                match come {
                    Ok(false) if started.elapsed() < LIMIT => thread::sleep(LOOK_EVERY),
                    Ok(_) => break Ok(()),
                    Err(error) => break Err(error),
                }
            };
            took.push(milliseconds(started.elapsed()));
            enough.store(true, Ordering::Relaxed);
            let run = reading.join();
            done.and(run.unwrap_or_else(|_| anyhow::bail!("the readers panicked")))
        })?;
        note(&format!("p99 {:.2} ms", run.p99_ms));
        busy.push(run.p99_ms);
    }
    Ok((idle, busy, took))
}

pub(super) const LOOK_EVERY: Duration = Duration::from_millis(50);
const CHANGED: &str = "callboard_sources_read_total{outcome=\"changed\"}";
const LAG: &str = "callboard_model_lag_changes";
const FOLLOWED: &str = "callboard_model_change";

/// What people wait for. Pages and definitions are asked of the first database alone: they come from
/// memory.
fn for_people(
    plan: &Plan<'_>,
    engine: &Engine,
    server: &Server,
    measured: &mut Measured,
) -> Result<()> {
    let mut figures = measured.figures.iter();
    let is_first = figures.all(|figure| figure.database == engine.name());
    if plan.wants("palette") {
        let title = format!("{}: the palette", engine.name());
        let figures = step(&title, || {
            palette::measure(engine.name(), plan.catalog, server)
        })?;
        measured.figures.extend(figures);
    }
    // A database that was given holds the catalog already.
    if plan.wants("tasks") && !matches!(engine, Engine::Given(_)) {
        let title = format!("{}: tasks of the scaffolder", engine.name());
        let measure = || tasks::measure(plan.binary, plan.folder, engine, plan.runs);
        measured.figures.extend(step(&title, measure)?);
    }
    if plan.wants("people") && !matches!(engine, Engine::Given(_)) {
        let title = format!("{}: people and teams of GitHub", engine.name());
        let measure = || people::measure(plan.binary, plan.folder, engine, plan.runs);
        measured.figures.extend(step(&title, measure)?);
    }
    if plan.wants("definition") && is_first {
        let figures = step("Definition of 5 MB", || {
            definition::measure(plan.binary, plan.folder, plan.runs)
        })?;
        measured.figures.extend(figures);
    }
    if plan.wants("lighthouse") && is_first {
        let measure = || browser::measure(plan.workspace, plan.catalog, server);
        match step("Pages in a browser", measure) {
            Ok(figures) => measured.figures.extend(figures),
            Err(error) => measured.left_out.push(browser::reason(&error)),
        }
    }
    Ok(())
}

/// The last database, and the times of first ingests in milliseconds.
fn ingest(plan: &Plan<'_>, engine: &Engine, times: usize) -> Result<(Database, Vec<f64>)> {
    let mut ingests = Vec::new();
    loop {
        let database = engine.empty()?;
        let mut server = plan.start(&database, NEVER)?;
        server.wait_until_ready(LIMIT)?;
        let took = server.wait_for_entities(u64::try_from(plan.entities)?, LIMIT)?;
        server.wait_for_sources(plan.catalog.sources, LIMIT)?;
        ingests.push(milliseconds(took));
        note(&format!("{:.0} ms", milliseconds(took)));
        if ingests.len() >= times {
            return Ok((database, ingests));
        }
    }
}

/// What starts with a stored catalog have shown.
struct Starts {
    /// The last one, still there.
    server: Server,
    ready_ms: Vec<f64>,
    /// Files are read again at a start; none has changed.
    refresh_ms: Vec<f64>,
    /// Once idle.
    memory_mb: Vec<f64>,
}

fn starts(plan: &Plan<'_>, database: &Database) -> Result<Starts> {
    let (mut ready_ms, mut refresh_ms, mut memory_mb) = (Vec::new(), Vec::new(), Vec::new());
    let mut last = None;
    for _ in 0..plan.runs {
        // The one before stops first.
        drop(last.take());
        let mut server = plan.start(database, NEVER)?;
        ready_ms.push(milliseconds(server.wait_until_ready(LIMIT)?));
        refresh_ms.push(server.wait_for_sources(plan.catalog.sources, LIMIT)?);
        // What is freed goes back to the system after a moment.
        thread::sleep(SETTLE);
        memory_mb.push(megabytes(server.resident()?));
        last = Some(server);
    }
    Ok(Starts {
        server: last.context("no run was asked for")?,
        ready_ms,
        refresh_ms,
        memory_mb,
    })
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

pub(super) fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

pub(super) fn megabytes(bytes: u64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "memory is far below 2^52 bytes")]
    let bytes = bytes as f64;
    bytes / 1e6
}
