//! `cargo xtask bench`: how fast the release build is, with a generated catalog.
//!
//! A benchmark, not a test: what it measures depends on the machine. To add a request, add it in
//! [`cases`]; to add something else that is measured, add it in [`measure`].

mod battery;
mod browser;
mod cases;
mod catalog;
mod client;
mod definition;
mod document;
mod form;
mod load;
mod measure;
mod palette;
mod people;
mod permission;
mod random;
mod report;
mod server;
mod tasks;

use std::path::{Path, PathBuf};
use std::{env, fs, thread};

use anyhow::{Result, ensure};

use self::measure::{Engine, Plan};
use self::report::Measured;
use crate::progress::{note, step};
use crate::release;
use crate::test::postgres;
use crate::workspace::Workspace;

#[derive(clap::Args)]
pub(crate) struct Options {
    /// How large the catalog is
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    entities: usize,
    /// `sqlite`, `postgres` (a private one) or the `postgres://…` of an empty database [default:
    /// `sqlite`, then `postgres`]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// Write what was measured, for a later `--compare`
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Show what was measured before beside it
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Only these: `ingest`, `refresh`, `start`, `memory`, `readers`, `tasks`, `people`, `palette`, `definition`,
    /// `lighthouse` (with visits in a browser), or requests by name, for instance `by-name`, `facets` and `list-page`
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    only: Vec<String>,
    /// How often each is measured; the median counts
    #[arg(long, value_name = "K", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=20))]
    runs: u32,
    /// Measure this program instead of building one
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Instead, the questions of Backstage's published battery at its size of 739,000 entities. Needs
    /// minutes to load and 4 GB of disk below `target/bench`; the files, and an SQLite database, stay for the
    /// next time [default database: `sqlite`]
    #[arg(long, conflicts_with_all = ["entities", "only", "runs"])]
    battery: bool,
    /// How large the battery is, in thousandths of its full size
    #[arg(long, value_name = "N", default_value_t = 1000, requires = "battery")]
    share: usize,
    /// Remove what `--battery` keeps, and do nothing else
    #[arg(long, conflicts_with = "battery")]
    clean: bool,
}

/// Builds, measures and prints.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    let folder = workspace.target.join("bench");
    let kept = folder.join("battery");
    if options.clean {
        if kept.exists() {
            fs::remove_dir_all(&kept)?;
        }
        return Ok(());
    }
    ensure!(
        options.entities >= 100,
        "a catalog of less than 100 entities cannot hold every kind; say `--entities 100` or more"
    );
    let before = options.compare.as_deref().map(Measured::read).transpose()?;
    let binary = match &options.binary {
        Some(binary) => env::current_dir()?.join(binary),
        None => release::build(workspace)?,
    };
    if options.battery {
        let mut measured = Measured::new(0);
        let plan = battery::Plan {
            binary: &binary,
            folder: kept,
            share: options.share,
        };
        let database = options.database.as_deref().unwrap_or("sqlite");
        for engine in engines(Some(database), &plan.folder)? {
            battery::measure(&plan, &engine, &mut measured)?;
        }
        return finish(measured, before, options, &folder.join("battery.json"));
    }
    let catalog = step("Catalog", || {
        catalog::write(&folder.join("catalog"), options.entities)
    })?;
    let cases = cases::cases(&catalog);
    for name in &options.only {
        let known =
            cases::PHASES.contains(&name.as_str()) || cases.iter().any(|case| case.name == name);
        let names = cases.iter().map(|case| case.name);
        let names: Vec<&str> = cases::PHASES.into_iter().chain(names).collect();
        ensure!(
            known,
            "--only does not know `{name}`; there are: {}",
            names.join(", ")
        );
    }

    let mut measured = Measured::new(options.entities);
    let plan = Plan {
        workspace,
        binary: &binary,
        folder: &folder,
        catalog: &catalog,
        entities: options.entities,
        cases: &cases,
        only: &options.only,
        runs: usize::try_from(options.runs)?,
    };
    for engine in engines(options.database.as_deref(), &folder)? {
        measure::measure(&plan, &engine, &mut measured)?;
    }
    finish(measured, before, options, &folder.join("last.json"))
}

/// Prints what was measured and writes it down, at `usual` unless told otherwise.
fn finish(
    mut measured: Measured,
    before: Option<Measured>,
    options: &Options,
    usual: &Path,
) -> Result<()> {
    measured.load[1] = load_average();
    println!("{}", measured.table(before.as_ref()));
    if let Some(before) = before
        && before.entities != measured.entities
    {
        note(&format!(
            "what was measured before had {} entities: the changes say little",
            before.entities
        ));
    }
    let json = match &options.json {
        Some(json) => env::current_dir()?.join(json),
        None => usual.to_owned(),
    };
    measured.write(&json)?;
    note(&format!("written to {}", json.display()));
    Ok(())
}

fn engines(database: Option<&str>, folder: &Path) -> Result<Vec<Engine>> {
    let sqlite = Engine::Sqlite(folder.join("bench.sqlite"));
    let private = || postgres::programs_or_install().map(Engine::Private);
    Ok(match database {
        None => vec![sqlite, private()?],
        Some("sqlite") => vec![sqlite],
        Some("postgres") => vec![private()?],
        Some(url) => {
            ensure!(
                url.starts_with("postgres://") || url.starts_with("postgresql://"),
                "--database takes `sqlite`, `postgres` or `postgres://…`, but was given `{url}`"
            );
            vec![Engine::Given(url.to_owned())]
        }
    })
}

impl Measured {
    fn new(entities: usize) -> Self {
        Self {
            entities,
            connections: load::CONNECTIONS,
            cores: thread::available_parallelism().map_or(1, usize::from),
            load: [load_average(), 0.0],
            figures: Vec::new(),
            left_out: Vec::new(),
        }
    }
}

/// Of the last minute; 0 where the kernel does not tell.
fn load_average() -> f64 {
    fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split(' ').next()?.parse().ok())
        .unwrap_or_default()
}
