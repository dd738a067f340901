//! How long it takes until the people and teams of a large organisation are in the catalog, and how long
//! the page of a group of thousands.

mod github;

use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};
use serde_json::json;

use super::client::Client;
use super::measure::{Engine, LIMIT, milliseconds};
use super::report::{Figure, Unit, median};
use super::server::{Server, Setting};
use crate::progress::note;

const PEOPLE: usize = 10_000;
const TEAMS: usize = 2_000;
/// People in the largest team.
const LARGEST: usize = 6_000;
/// How often the page is asked for in each run.
const TIMES: usize = 20;
const PAGE: &str = "/catalog/default/group/team-0";

/// Starts servers of their own, which list what a GitHub on this machine tells without making them wait.
pub(super) fn measure(
    binary: &Path,
    folder: &Path,
    engine: &Engine,
    runs: usize,
) -> Result<Vec<Figure>> {
    let folder = folder.join("people");
    fs::create_dir_all(&folder)?;
    let location = folder.join("all.yaml");
    let nothing = json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Location", "metadata": {"name": "nothing"},
        "spec": {"targets": []},
    });
    fs::write(&location, nothing.to_string())?;
    let github = github::start(PEOPLE, TEAMS, LARGEST)?;
    let (mut ingests, mut pages) = (Vec::new(), Vec::new());
    for _ in 0..runs {
        let engine = match engine {
            // The other file is in use.
            Engine::Sqlite(_) => &Engine::Sqlite(folder.join("people.sqlite")),
            engine => engine,
        };
        let database = engine.empty()?;
        let mut server = Server::start(&Setting {
            binary,
            folder: &folder,
            location: &location,
            database: &database.url,
            interval_seconds: 86_400,
            kinds: json!([]),
            permission: json!({}),
            github: Some(github),
        })?;
        let all = u64::try_from(PEOPLE + TEAMS)?;
        let took = server.wait_for_entities(all, LIMIT)?;
        server.wait_until_ready(LIMIT)?;
        ingests.push(milliseconds(took));
        pages.push(page(&server)?);
        note(&format!(
            "{:.0} ms, a page {:.1} ms",
            milliseconds(took),
            pages[pages.len() - 1]
        ));
    }
    let of = |name: &str, title: String, runs| {
        Figure::of(engine.name(), name, title, Unit::Milliseconds, runs)
    };
    let title = format!("{PEOPLE} people and {TEAMS} teams of GitHub, first listing");
    let ingest = of("people", title, ingests).promised(10_000.0);
    let title = format!("the page of a group of {LARGEST}");
    Ok(vec![ingest, of("people-page", title, pages)])
}

/// The median of what the page takes.
fn page(server: &Server) -> Result<f64> {
    let mut client = Client::connect(server.address)?;
    let mut times = Vec::new();
    for _ in 0..TIMES {
        let started = Instant::now();
        let answer = client.get(PAGE)?;
        times.push(milliseconds(started.elapsed()));
        ensure!(
            answer.status == 200,
            "{PAGE} is answered with {}",
            answer.status
        );
    }
    Ok(median(&times))
}
