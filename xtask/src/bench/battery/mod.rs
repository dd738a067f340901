//! `bench --battery`: the questions of Backstage's published battery, at its size.

mod generate;
mod questions;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::client::Client;
use super::load::percentile;
use super::measure::{Engine, LIMIT, megabytes, milliseconds};
use super::report::{Figure, Measured, Requests, Unit, median};
use super::server::{Server, Setting};
use crate::progress::{note, step};
use generate::Size;
use questions::Question;

/// How often each question is asked after it was asked to warm up.
const TIMES: usize = 300;
const WARM_UP: usize = 20;
/// A slow question is asked only so often once it has taken so long.
const LEAST: usize = 20;
const LONGEST: Duration = Duration::from_secs(10);
const PROMISED_MS: f64 = 25.0;
const NEVER: u32 = 86_400;

pub(super) struct Plan<'a> {
    pub(super) binary: &'a Path,
    /// Keeps the generated files and an SQLite database for the next time.
    pub(super) folder: PathBuf,
    pub(super) share: usize,
}

/// Generates and loads what is not there from an earlier time, then adds what it measures.
pub(super) fn measure(plan: &Plan<'_>, engine: &Engine, measured: &mut Measured) -> Result<()> {
    let size = Size { share: plan.share };
    let entities = generate::entities(size);
    measured.entities = entities;
    fs::create_dir_all(&plan.folder)?;
    let files = plan.folder.join("files");
    let done = plan.folder.join(format!("files-{}", plan.share));
    let location = files.join("all.yaml");
    if !done.exists() {
        for entry in fs::read_dir(&plan.folder)? {
            let path = entry?.path();
            if path.is_file() {
                fs::remove_file(path)?;
            }
        }
        let (_, relations) = step("Battery: files", || generate::write(&files, size))?;
        fs::write(&done, relations.to_string())?;
    }
    let relations = fs::read_to_string(&done)?;
    let targets = fs::read_to_string(&location)?;
    let targets = targets.lines().filter(|line| line.starts_with("    - "));
    let sources = 1 + u64::try_from(targets.count())?;
    note(&format!("{entities} entities, {relations} relations"));

    let loaded = plan.folder.join("loaded");
    let keeps = matches!(engine, Engine::Sqlite(_));
    let there = keeps && loaded.exists();
    let database = if there {
        engine.again()?
    } else {
        engine.empty()?
    };
    let start = |interval_seconds| {
        Server::start(&Setting {
            binary: plan.binary,
            folder: &plan.folder,
            location: &location,
            database: &database.url,
            interval_seconds,
            github: None,
            permission: json!({}),
            kinds: json!([{
                "kind": "Subcomponent",
                "apiVersions": ["example.com/v1"],
                "relations": [
                    { "field": "owner", "relation": "ownedBy", "defaultKind": "Group" },
                    { "field": "subcomponentOf", "relation": "partOf", "defaultKind": "Component" },
                ],
            }]),
        })
    };
    let figure = |name: &str, title: &str, unit, value, promise: Option<f64>| Figure {
        database: engine.name().to_owned(),
        name: name.to_owned(),
        title: title.to_owned(),
        unit,
        value,
        runs: vec![value],
        requests: None,
        backstage: None,
        promise,
    };
    let full = plan.share == 1000;
    if !there {
        let _gone = fs::remove_file(&loaded);
        let took = step("Battery: load, through the usual reading of files", || {
            let mut server = start(NEVER)?;
            let took = server.wait_for_entities(u64::try_from(entities)?, LIMIT)?;
            server.wait_for_sources(sources, LIMIT)?;
            Ok(milliseconds(took))
        })?;
        let title = "first ingest";
        measured
            .figures
            .push(figure("load", title, Unit::Milliseconds, took, None));
        fs::write(&loaded, "")?;
    }

    let (server, ready) = step("Battery: start", || {
        let mut server = start(NEVER)?;
        let ready = milliseconds(server.wait_until_ready(LIMIT)?);
        server.wait_for_sources(sources, LIMIT)?;
        Ok((server, ready))
    })?;
    let promise = full.then_some(20_000.0);
    measured.figures.push(figure(
        "start",
        "start to ready",
        Unit::Milliseconds,
        ready,
        promise,
    ));
    let memory = |name, title| -> Result<Figure> {
        let value = megabytes(server.resident()?);
        Ok(figure(
            name,
            title,
            Unit::Megabytes,
            value,
            full.then_some(2000.0),
        ))
    };
    measured
        .figures
        .push(memory("memory", "resident memory, idle")?);
    for question in questions::questions(size) {
        let title = format!("Battery: {}", question.title);
        let asked = step(&title, || ask(&server, &question))?;
        measured.figures.push(Figure {
            requests: Some(asked.1),
            backstage: full.then_some(question.theirs),
            promise: full.then_some(PROMISED_MS),
            ..figure(
                question.name,
                question.title,
                Unit::Milliseconds,
                asked.0,
                None,
            )
        });
    }
    measured.figures.push(memory(
        "memory-after",
        "resident memory, after the questions",
    )?);
    Ok(())
}

/// The median in milliseconds, on one connection.
fn ask(server: &Server, question: &Question) -> Result<(f64, Requests)> {
    let mut client = Client::connect(server.address)?;
    let mut micros = Vec::new();
    let mut bytes = 0;
    let mut before = 0;
    let started = Instant::now();
    for number in 0..WARM_UP + TIMES {
        if number >= WARM_UP + LEAST && started.elapsed() > LONGEST {
            break;
        }
        if number == WARM_UP {
            before = server.processor_ms()?;
        }
        let path = &question.paths[number % question.paths.len()];
        let start = Instant::now();
        let answer = client
            .get(path)
            .with_context(|| format!("no answer for {path}"))?;
        let took = start.elapsed();
        ensure!(
            answer.status == 200,
            "{path} was answered with {}",
            answer.status
        );
        if number >= WARM_UP {
            micros.push(u32::try_from(took.as_micros()).unwrap_or(u32::MAX));
            bytes += answer.length;
        }
    }
    let used = server.processor_ms()? - before;
    micros.sort_unstable();
    let each: Vec<f64> = micros.iter().map(|&it| f64::from(it) / 1000.0).collect();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let processor_ms = used as f64 / micros.len() as f64;
    Ok((
        median(&each),
        Requests {
            p50_ms: percentile(&micros, 50),
            p99_ms: percentile(&micros, 99),
            processor_ms,
            bytes: bytes / u64::try_from(micros.len())?,
        },
    ))
}
