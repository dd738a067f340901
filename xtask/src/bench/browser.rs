//! What pages cost in a browser: Lighthouse with its own mobile throttling, and visits without any.
//! `end2end/lighthouse` drives the browser.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use super::catalog::Catalog;
use super::report::{Figure, Unit};
use super::server::Server;
use crate::progress::note;
use crate::test::browser_to_measure_with;
use crate::workspace::Workspace;

/// Lighthouse is judged by the median of five.
const RUNS: usize = 5;
const DATABASE: &str = "browser";

/// A page, and what is there once it can be read.
struct Place {
    name: &'static str,
    path: String,
    ready: &'static str,
    /// As far as it is known: requests, kilobytes, and milliseconds until readable and interactive.
    backstage: &'static [f64],
}

#[derive(Deserialize)]
struct Outcome {
    places: Vec<Measured>,
}

#[derive(Deserialize)]
struct Measured {
    name: String,
    lighthouse: Vec<Judged>,
    visits: Vec<Visit>,
}

/// One run of Lighthouse.
#[derive(Deserialize)]
struct Judged {
    performance: f64,
    accessibility: f64,
    best_practices: f64,
    first_paint_ms: f64,
    shift: f64,
    /// What was found fault with.
    failed: Vec<String>,
}

/// One visit without throttling, and one after it.
#[derive(Deserialize)]
struct Visit {
    requests: f64,
    bytes: f64,
    second_bytes: f64,
    painted_ms: f64,
    readable_ms: f64,
    interactive_ms: f64,
    heap_bytes: f64,
}

/// The figures of every page, or why there are none.
pub(super) fn measure(
    workspace: &Workspace,
    catalog: &Catalog,
    server: &Server,
) -> Result<Vec<Figure>> {
    let (chromium, folder) = browser_to_measure_with(workspace)?;
    let places = places(catalog);
    let plan = serde_json::json!({
        "base": format!("http://{}", server.address),
        "chromium": chromium,
        "runs": RUNS,
        "places": places.iter().map(|place| serde_json::json!({
            "name": place.name, "path": place.path, "ready": place.ready,
        })).collect::<Vec<_>>(),
    });
    let outcome = drive(&folder, &plan.to_string())?;
    let mut figures = Vec::new();
    for (place, measured) in places.iter().zip(&outcome.places) {
        figures.extend(judged(measured));
        figures.extend(visits(place, &measured.visits));
    }
    Ok(figures)
}

fn places(catalog: &Catalog) -> [Place; 5] {
    let names = &catalog.names;
    let service = names.service();
    let place = |name, path, ready, backstage| Place {
        name,
        path,
        ready,
        backstage,
    };
    [
        place("home", "/".to_owned(), "main .card", &[][..]),
        place(
            "list",
            "/catalog?kind=component".to_owned(),
            "table tbody tr:nth-child(5) a",
            &[87.0, 1240.0, 2500.0, 2700.0],
        ),
        place(
            "service",
            format!("/catalog/default/component/{service}"),
            "main h1",
            &[88.0, 1370.0, 2000.0],
        ),
        place(
            "api",
            format!("/catalog/default/api/{}?tab=definition", names.api()),
            ".definition .operation",
            &[],
        ),
        place(
            "graph",
            format!("/graph?root=component:default/{service}"),
            "svg.graph-drawing a",
            &[],
        ),
    ]
}

fn drive(folder: &Path, plan: &str) -> Result<Outcome> {
    let output = Command::new("node")
        .current_dir(folder)
        .args(["measure.mjs", plan])
        .stderr(Stdio::inherit())
        .output()
        .context("cannot start node")?;
    if !output.status.success() {
        bail!("the browser could not measure ({})", output.status);
    }
    serde_json::from_slice(&output.stdout).context("the browser's figures cannot be read")
}

fn judged(measured: &Measured) -> Vec<Figure> {
    let name = &measured.name;
    let failed = measured.lighthouse.iter().flat_map(|run| &run.failed);
    for fault in failed.collect::<BTreeSet<_>>() {
        note(&format!("{name}: {fault}"));
    }
    let figure = |what: &str, title: &str, unit, of: fn(&Judged) -> f64| {
        let runs = measured.lighthouse.iter().map(of).collect();
        let title = format!("Lighthouse, {name}: {title}");
        Figure::of(
            DATABASE,
            &format!("lighthouse-{name}-{what}"),
            title,
            unit,
            runs,
        )
    };
    let points = Unit::Points;
    vec![
        figure("performance", "performance", points, |run| run.performance).promised(95.0),
        figure("accessibility", "accessibility", points, |run| {
            run.accessibility
        })
        .promised(100.0),
        figure("practices", "best practices", points, |run| {
            run.best_practices
        })
        .promised(100.0),
        figure("paint", "first paint", Unit::Milliseconds, |run| {
            run.first_paint_ms
        }),
        figure("shift", "layout shift", Unit::Shift, |run| run.shift).promised(0.02),
    ]
}

fn visits(place: &Place, visits: &[Visit]) -> Vec<Figure> {
    let name = place.name;
    let figure = |what: &str, title: &str, unit, of: fn(&Visit) -> f64| {
        let runs = visits.iter().map(of).collect();
        Figure::of(
            DATABASE,
            &format!("visit-{name}-{what}"),
            format!("visit, {name}: {title}"),
            unit,
            runs,
        )
    };
    let time = Unit::Milliseconds;
    let mut figures = vec![
        figure("requests", "requests", Unit::Count, |it| it.requests).promised(12.0),
        figure("bytes", "first", Unit::Kilobytes, |it| it.bytes / 1e3).promised(400.0),
        figure("readable", "readable after", time, |it| it.readable_ms).promised(300.0),
        figure("interactive", "interactive after", time, |it| {
            it.interactive_ms
        })
        .promised(800.0),
    ];
    for (figure, theirs) in figures.iter_mut().zip(place.backstage) {
        figure.backstage = Some(*theirs);
    }
    figures.extend([
        figure("again", "second", Unit::Kilobytes, |it| {
            it.second_bytes / 1e3
        })
        .promised(60.0),
        figure("paint", "first paint", time, |it| it.painted_ms),
        figure("heap", "script heap", Unit::Megabytes, |it| {
            it.heap_bytes / 1e6
        }),
    ]);
    figures
}

/// Why there are no figures, in one line.
pub(super) fn reason(error: &anyhow::Error) -> String {
    format!("{DATABASE}: {error:#}").replace('\n', " ")
}

#[cfg(test)]
mod tests {
    use super::{Measured, judged, visits};

    #[test]
    fn each_page_has_its_figures() {
        let json = r#"{
            "name": "home",
            "lighthouse": [
                {"performance": 90, "accessibility": 100, "best_practices": 100, "first_paint_ms": 900.5, "shift": 0, "failed": []},
                {"performance": 99, "accessibility": 100, "best_practices": 96, "first_paint_ms": 800, "shift": 0.01, "failed": ["x: y"]},
                {"performance": 98, "accessibility": 100, "best_practices": 100, "first_paint_ms": 850, "shift": 0, "failed": []}
            ],
            "visits": [{"requests": 6, "bytes": 300000, "second_requests": 1, "second_bytes": 9000, "painted_ms": 90,
                "readable_ms": 100, "interactive_ms": 400, "heap_bytes": 5000000}]
        }"#;
        let measured: Measured = serde_json::from_str(json).unwrap();
        let figures = judged(&measured);
        assert_eq!(figures.len(), 5);
        assert!((figures[0].value - 98.0).abs() < 1e-9);
        let place = super::Place {
            name: "home",
            path: String::new(),
            ready: "",
            backstage: &[87.0],
        };
        let figures = visits(&place, &measured.visits);
        assert_eq!(figures.len(), 7);
        assert_eq!(figures[0].backstage, Some(87.0));
        assert_eq!(figures[1].backstage, None);
    }
}
