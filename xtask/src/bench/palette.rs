//! How long the palette waits for an answer while somebody types.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use super::catalog::Catalog;
use super::client::Client;
use super::load::percentile;
use super::random::Random;
use super::report::{Figure, Unit};
use super::server::Server;

/// Names that are typed, letter by letter.
const NAMES: usize = 40;
/// A palette that is slower than this is felt to wait.
const PROMISE: f64 = 50.0;

/// The time of each answer, on one connection.
pub(super) fn measure(database: &str, catalog: &Catalog, server: &Server) -> Result<[Figure; 2]> {
    let mut random = Random::seeded(23);
    let mut client = Client::connect(server.address)?;
    let mut micros = Vec::new();
    for _ in 0..NAMES {
        let name = random.pick(&catalog.names.components);
        // As far as people type; with a letter left out, for what is looked for is fuzzy.
        let typed: String = name.chars().filter(|letter| *letter != 'e').collect();
        for (end, _) in typed.char_indices().skip(1).take(14) {
            let body = serde_json::json!({ "text": typed[..end] }).to_string();
            let asked = Instant::now();
            let answer = client.post("/_fn/find_entities", &body);
            let answer = answer.context("the palette is not answered")?;
            ensure!(
                answer.status == 200,
                "the palette is answered with {}",
                answer.status
            );
            micros.push(u32::try_from(asked.elapsed().as_micros()).unwrap_or(u32::MAX));
        }
    }
    micros.sort_unstable();
    let figure = |name: &str, title: &str, percent| {
        let runs = vec![percentile(&micros, percent)];
        Figure::of(database, name, title, Unit::Milliseconds, runs).promised(PROMISE)
    };
    Ok([
        figure("palette", "palette: an answer while typing, median", 50),
        figure("palette-slow", "palette: an answer while typing, p99", 99),
    ])
}
