//! How long the definition of a large API takes, the first time and after that.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};

use super::client::Client;
use super::measure::{LIMIT, milliseconds};
use super::report::{Figure, Unit};
use super::server::{Server, Setting};
use crate::progress::note;

/// How large it is, in bytes.
const SIZE: usize = 5_000_000;
const PAGE: &str = "/catalog/default/api/large?tab=definition";

/// Starts a server of its own for each run, with a catalog that holds nothing else.
pub(super) fn measure(binary: &Path, folder: &Path, runs: usize) -> Result<Vec<Figure>> {
    let folder = folder.join("definition");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let location = folder.join("all.yaml");
    fs::write(
        &location,
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: large\nspec:\n  type: file\n  targets:\n    - ./large.yaml\n",
    )?;
    fs::write(folder.join("large.yaml"), entity())?;
    let database = format!("sqlite:{}", folder.join("large.sqlite").display());
    let (mut first, mut again, mut searched) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..runs {
        let mut server = Server::start(&Setting {
            binary,
            folder: &folder,
            location: &location,
            database: &database,
            interval_seconds: 86_400,
            kinds: serde_json::json!([]),
            github: None,
            permission: serde_json::json!({}),
        })?;
        server.wait_until_ready(LIMIT)?;
        server.wait_for_entities(1, LIMIT)?;
        first.push(ask(&server, PAGE)?);
        again.push(ask(&server, PAGE)?);
        searched.push(ask(&server, &format!("{PAGE}&find=entry"))?);
        note(&format!("{:.0} ms", first[first.len() - 1]));
    }
    let figure = |name, what: &str, runs| {
        let title = format!("definition of 5 MB: {what}");
        Figure::of("SQLite", name, title, Unit::Milliseconds, runs)
    };
    Ok(vec![
        figure("definition", "first time", first),
        figure("definition-again", "again", again),
        figure("definition-search", "searched", searched),
    ])
}

fn ask(server: &Server, path: &str) -> Result<f64> {
    let mut client = Client::connect(server.address)?;
    let asked = Instant::now();
    let answer = client.get(path)?;
    ensure!(
        answer.status == 200,
        "{path} is answered with {}",
        answer.status
    );
    Ok(milliseconds(asked.elapsed()))
}

/// An API with operations and types until it is large enough.
fn entity() -> String {
    let mut text = String::with_capacity(SIZE + 100_000);
    text.push_str("apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata:\n  name: large\nspec:\n  type: openapi\n  lifecycle: production\n  owner: team\n  definition: |\n    openapi: 3.0.3\n    info: {title: large, version: '1'}\n    paths:\n");
    let mut schemas = String::new();
    for number in 0.. {
        if text.len() + schemas.len() >= SIZE {
            break;
        }
        write!(
            text,
            "      /things/{number}:\n        get:\n          tags: [group-{}]\n          operationId: read{number}\n          summary: Reads thing {number} as it was left by whoever wrote it last\n          parameters:\n            - {{name: id, in: query, required: true, schema: {{type: string}}}}\n          responses:\n            '200':\n              description: The thing\n              content: {{application/json: {{schema: {{$ref: '#/components/schemas/Entry{number}'}}}}}}\n",
            number % 40
        )
        .expect("writing into a string cannot fail");
        write!(
            schemas,
            "        Entry{number}:\n          type: object\n          required: [id]\n          properties:\n            id: {{type: string, description: By which it is known}}\n            state: {{type: string, enum: [new, open, closed]}}\n            before: {{$ref: '#/components/schemas/Entry{}'}}\n",
            number / 2
        )
        .expect("writing into a string cannot fail");
    }
    text.push_str("    components:\n      schemas:\n");
    text.push_str(&schemas);
    text
}
