//! How long tasks of the scaffolder take: one by itself, many at once, and one with many files. Each is in
//! the database before it counts.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::client::Client;
use super::measure::{Engine, LIMIT, milliseconds};
use super::report::{Figure, Unit};
use super::server::{Server, Setting};
use crate::progress::note;

/// Files of a usual template.
const FILES: usize = 30;
/// Files of a large one.
const MANY: usize = 5000;
/// Tasks that are started at once, and how many senders start them.
const BURST: usize = 500;
const SENDERS: usize = 16;
/// How often one task by itself is run in each run.
const TIMES: usize = 20;

const TASKS: &str = "/api/scaffolder/v2/tasks";

/// Starts a server of its own, with a catalog of two templates.
pub(super) fn measure(
    binary: &Path,
    folder: &Path,
    engine: &Engine,
    runs: usize,
) -> Result<Vec<Figure>> {
    let folder = folder.join("tasks");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let location = write(&folder)?;
    let database = match engine {
        // The other file is in use.
        Engine::Sqlite(_) => Engine::Sqlite(folder.join("tasks.sqlite")).empty()?,
        Engine::Private(_) | Engine::Given(_) => engine.empty()?,
    };
    let mut server = Server::start(&Setting {
        binary,
        folder: &folder,
        location: &location,
        database: &database.url,
        interval_seconds: 86_400,
        kinds: json!([]),
        github: None,
        permission: json!({}),
    })?;
    server.wait_until_ready(LIMIT)?;
    server.wait_for_entities(2, LIMIT)?;
    let (mut one, mut rates, mut large) = (Vec::new(), Vec::new(), Vec::new());
    run(&server, "usual")?;
    for number in 0..runs {
        let mut times = Vec::new();
        for _ in 0..TIMES {
            times.push(run(&server, "usual")?);
        }
        one.push(super::report::median(&times));
        rates.push(burst(&server)?);
        large.push(run(&server, "large")?);
        note(&format!(
            "{:.1} ms, {:.0} a second, {:.0} ms",
            one[number], rates[number], large[number]
        ));
    }
    let figure =
        |name, title: String, unit, runs| Figure::of(engine.name(), name, title, unit, runs);
    let mut one = figure(
        "task",
        format!("a task of {FILES} files"),
        Unit::Milliseconds,
        one,
    )
    .promised(15.0);
    one.backstage = Some(260.0);
    let mut many = figure(
        "tasks",
        format!("tasks, {BURST} started at once"),
        Unit::RequestsPerSecond,
        rates,
    )
    .promised(200.0);
    many.backstage = Some(7.2);
    let title = format!("a task of {MANY} files");
    let large = figure("task-large", title, Unit::Milliseconds, large).promised(1000.0);
    Ok(vec![one, many, large])
}

/// From the request to the end of the events, in milliseconds.
fn run(server: &Server, template: &str) -> Result<f64> {
    let started = Instant::now();
    let mut client = Client::connect(server.address)?;
    let id = start(&mut client, template)?;
    let mut events = Vec::new();
    client.get_into(&format!("{TASKS}/{id}/eventstream"), &mut events)?;
    let took = milliseconds(started.elapsed());
    let events = String::from_utf8_lossy(&events);
    ensure!(
        events.contains("\"status\":\"completed\""),
        "a task did not complete; it tells:\n{events}"
    );
    Ok(took)
}

fn start(client: &mut Client, template: &str) -> Result<String> {
    let body = json!({
        "templateRef": format!("template:default/{template}"),
        "values": { "name": "stage-door" },
    });
    let mut answer = Vec::new();
    let head = client.post_into(TASKS, &body.to_string(), &mut answer)?;
    if head.status != 201 {
        bail!(
            "a task is answered with {}: {}",
            head.status,
            String::from_utf8_lossy(&answer)
        );
    }
    let answer: Value = serde_json::from_slice(&answer)?;
    let id = answer["id"].as_str().context("a task without an id")?;
    Ok(id.to_owned())
}

/// Tasks a second, from the first request until the last one has completed.
fn burst(server: &Server) -> Result<f64> {
    let mut client = Client::connect(server.address)?;
    let expected = completed(&mut client)? + u64::try_from(BURST)?;
    let started = Instant::now();
    thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                scope.spawn(move || -> Result<()> {
                    let mut client = Client::connect(server.address)?;
                    for _ in (sender..BURST).step_by(SENDERS) {
                        start(&mut client, "usual")?;
                    }
                    Ok(())
                })
            })
            .collect();
        senders.into_iter().try_for_each(|sender| {
            sender
                .join()
                .unwrap_or_else(|_| bail!("a sender's thread panicked"))
        })
    })?;
    loop {
        let done = completed(&mut client)?;
        if done >= expected {
            #[expect(clippy::cast_precision_loss, reason = "a few hundred tasks")]
            let tasks = BURST as f64;
            return Ok(tasks / started.elapsed().as_secs_f64());
        }
        ensure!(
            started.elapsed() < LIMIT,
            "{done} of {expected} tasks have completed after {} s",
            LIMIT.as_secs()
        );
        thread::sleep(super::measure::LOOK_EVERY);
    }
}

/// How many tasks have completed.
fn completed(client: &mut Client) -> Result<u64> {
    let mut answer = Vec::new();
    client.get_into(&format!("{TASKS}?status=completed&limit=1"), &mut answer)?;
    let answer: Value = serde_json::from_slice(&answer)?;
    answer["totalTasks"].as_u64().context("no number of tasks")
}

/// The two templates with what they copy. Returns the file that names them.
fn write(folder: &Path) -> Result<std::path::PathBuf> {
    let mut all = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: tasks\nspec:\n  type: file\n  targets:\n",
    );
    for (name, files) in [("usual", FILES), ("large", MANY)] {
        let skeleton = folder.join(name);
        for number in 0..files {
            let within = skeleton.join(format!("part-{}", number % 10));
            fs::create_dir_all(&within)?;
            fs::write(
                within.join(format!("file-{number}.txt")),
                format!(
                    "# ${{{{ values.name }}}}\n\nPart {number} of ${{{{ values.name | upper }}}}.\n{{% if values.name %}}It has a name.{{% endif %}}\n"
                ),
            )?;
        }
        fs::write(folder.join(format!("{name}.yaml")), template(name))?;
        writeln!(all, "    - ./{name}.yaml")?;
    }
    let location = folder.join("all.yaml");
    fs::write(&location, all)?;
    Ok(location)
}

fn template(name: &str) -> String {
    format!(
        "apiVersion: scaffolder.backstage.io/v1beta3\nkind: Template\nmetadata:\n  name: {name}\nspec:\n  type: service\n  owner: team\n  parameters:\n    - title: Name\n      required: [name]\n      properties:\n        name: {{title: Name, type: string}}\n  steps:\n    - id: fetch\n      name: Fetch\n      action: fetch:template\n      input:\n        url: ./{name}\n        values:\n          name: ${{{{ parameters.name }}}}\n    - id: log\n      name: Log\n      action: debug:log\n      input:\n        message: Wrote ${{{{ parameters.name }}}}\n"
    )
}
