//! What was measured: as a table, as JSON, and beside what was measured before.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Unit {
    /// More is better.
    #[serde(rename = "req/s")]
    RequestsPerSecond,
    /// Less is better.
    #[serde(rename = "ms")]
    Milliseconds,
    /// Less is better.
    #[serde(rename = "MB")]
    Megabytes,
    /// Less is better.
    #[serde(rename = "kB")]
    Kilobytes,
    /// How many of something; less is better.
    #[serde(rename = "")]
    Count,
    /// Of a hundred; more is better.
    #[serde(rename = "points")]
    Points,
    /// How much of the page moves while it loads; less is better.
    #[serde(rename = "shift")]
    Shift,
}

impl Unit {
    fn more_is_better(self) -> bool {
        matches!(self, Self::RequestsPerSecond | Self::Points)
    }
}

/// Below this factor of what was measured before, it counts as a regression.
const WORSE: f64 = 0.87;

/// One line of the table.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Figure {
    pub(super) database: String,
    pub(super) name: String,
    pub(super) title: String,
    pub(super) unit: Unit,
    /// The median of `runs`.
    pub(super) value: f64,
    pub(super) runs: Vec<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) requests: Option<Requests>,
    /// What Backstage does, where the same was measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) backstage: Option<f64>,
    /// What is promised, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) promise: Option<f64>,
}

/// Medians of the runs.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub(super) struct Requests {
    pub(super) p50_ms: f64,
    pub(super) p99_ms: f64,
    /// Of the server's processor time, for each request.
    pub(super) processor_ms: f64,
    /// The mean length of an answer.
    pub(super) bytes: u64,
}

/// Everything that was measured, and with what.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Measured {
    pub(super) entities: usize,
    pub(super) connections: usize,
    pub(super) cores: usize,
    /// Processes that wanted a core, on average over the minute before and after.
    pub(super) load: [f64; 2],
    pub(super) figures: Vec<Figure>,
    /// What could not be measured, with the reason.
    pub(super) left_out: Vec<String>,
}

pub(super) fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => 0.0,
        length if length.is_multiple_of(2) => f64::midpoint(sorted[middle - 1], sorted[middle]),
        _ => sorted[middle],
    }
}

impl Figure {
    /// A figure that is the median of its runs, and no count of requests.
    pub(super) fn of(
        database: &str,
        name: &str,
        title: impl Into<String>,
        unit: Unit,
        runs: Vec<f64>,
    ) -> Self {
        Self {
            database: database.to_owned(),
            name: name.to_owned(),
            title: title.into(),
            unit,
            value: median(&runs),
            runs,
            requests: None,
            backstage: None,
            promise: None,
        }
    }

    pub(super) fn promised(mut self, promise: f64) -> Self {
        self.promise = Some(promise);
        self
    }

    /// How many times better than `other`.
    fn factor(&self, other: f64) -> f64 {
        if self.unit.more_is_better() {
            self.value / other
        } else {
            other / self.value
        }
    }
}

impl Measured {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_slice(&text)
            .with_context(|| format!("{} holds no measurements of `bench`", path.display()))
    }

    pub(super) fn write(&self, path: &Path) -> Result<()> {
        fs::write(path, serde_json::to_string_pretty(self)? + "\n")
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// An aligned table. `before` adds a column with the change since then.
    pub(super) fn table(&self, before: Option<&Self>) -> String {
        let mut heads = vec![
            "database",
            "what",
            "measured",
            "p50 ms",
            "p99 ms",
            "cpu ms",
            "bytes",
            "Backstage",
            "factor",
            "promised",
            "kept",
        ];
        if before.is_some() {
            heads.extend(["before", "change"]);
        }
        let mut rows = vec![heads.into_iter().map(str::to_owned).collect()];
        for figure in &self.figures {
            rows.push(cells(figure, before));
        }
        let mut text = aligned(&rows);
        for reason in &self.left_out {
            text += &format!("left out: {reason}\n");
        }
        text += &format!(
            "{} entities, {} connections, {} cores; load average {:.1} before and {:.1} after\n",
            self.entities, self.connections, self.cores, self.load[0], self.load[1],
        );
        text
    }
}

fn cells(figure: &Figure, before: Option<&Measured>) -> Vec<String> {
    let requests = figure.requests.as_ref();
    let of_requests = |field: fn(&Requests) -> String| requests.map(field).unwrap_or_default();
    let optional = |value: Option<f64>| value.map(|it| number(it, figure.unit)).unwrap_or_default();
    let kept = figure.promise.map(|promise| figure.factor(promise) >= 1.0);
    let mut cells = vec![
        figure.database.clone(),
        figure.title.clone(),
        number(figure.value, figure.unit),
        of_requests(|it| format!("{:.2}", it.p50_ms)),
        of_requests(|it| format!("{:.2}", it.p99_ms)),
        of_requests(|it| format!("{:.3}", it.processor_ms)),
        of_requests(|it| it.bytes.to_string()),
        optional(figure.backstage),
        figure
            .backstage
            .map(|theirs| format!("{:.1}×", figure.factor(theirs)))
            .unwrap_or_default(),
        optional(figure.promise),
        kept.map(|kept| if kept { "yes" } else { "NO" })
            .unwrap_or_default()
            .to_owned(),
    ];
    if let Some(before) = before {
        let earlier = before
            .figures
            .iter()
            .find(|other| other.database == figure.database && other.name == figure.name);
        cells.push(optional(earlier.map(|other| other.value)));
        cells.push(
            earlier
                .map(|other| change(figure, other.value))
                .unwrap_or_default(),
        );
    }
    cells
}

/// By how much, and a mark where it is for the worse by more than runs differ among themselves.
fn change(figure: &Figure, before: f64) -> String {
    let percent = (figure.value / before - 1.0) * 100.0;
    let mark = if figure.factor(before) < WORSE {
        " WORSE"
    } else {
        ""
    };
    format!("{percent:+.0} %{mark}")
}

fn number(value: f64, unit: Unit) -> String {
    match unit {
        Unit::RequestsPerSecond if value >= 1000.0 => format!("{value:.0} req/s"),
        Unit::RequestsPerSecond => format!("{value:.1} req/s"),
        Unit::Milliseconds if value < 10.0 => format!("{value:.2} ms"),
        Unit::Milliseconds if value >= 10_000.0 => format!("{:.1} s", value / 1000.0),
        Unit::Milliseconds => format!("{value:.0} ms"),
        Unit::Megabytes => format!("{value:.0} MB"),
        Unit::Kilobytes => format!("{value:.0} kB"),
        Unit::Count => format!("{value:.0}"),
        Unit::Points => format!("{value:.0} of 100"),
        Unit::Shift => format!("{value:.3}"),
    }
}

/// The first two columns to the left, figures to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            let lengths = rows.iter().filter_map(|row| row.get(column));
            lengths
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    for row in rows {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                if column < 2 {
                    format!("{cell:<width$}")
                } else {
                    format!("{cell:>width$}")
                }
            });
        text += cells.collect::<Vec<_>>().join("  ").trim_end();
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Figure, Measured, Unit, median};

    fn figure(name: &str, unit: Unit, value: f64) -> Figure {
        Figure {
            database: "SQLite".into(),
            name: name.into(),
            title: name.into(),
            unit,
            value,
            runs: vec![value],
            requests: None,
            backstage: Some(200.0),
            promise: Some(100.0),
        }
    }

    fn measured(figures: Vec<Figure>) -> Measured {
        Measured {
            entities: 10,
            connections: 16,
            cores: 2,
            load: [0.0, 0.5],
            figures,
            left_out: Vec::new(),
        }
    }

    #[test]
    fn less_is_better_for_times_and_more_for_requests() {
        let table = measured(vec![
            figure("time", Unit::Milliseconds, 50.0),
            figure("rate", Unit::RequestsPerSecond, 50.0),
        ])
        .table(None);
        let line = |name: &str| {
            let line = table.lines().find(|line| line.contains(name));
            line.expect("the figure is in the table").to_owned()
        };
        assert!(line("time").contains("4.0×") && line("time").ends_with("yes"));
        assert!(line("rate").contains("0.2×") && line("rate").ends_with("NO"));
    }

    #[test]
    fn nothing_that_moves_keeps_any_promise() {
        let still = Figure::of("", "shift", "shift", Unit::Shift, vec![0.0]).promised(0.02);
        let table = measured(vec![still]).table(None);
        assert!(table.contains("0.000") && table.contains("yes"), "{table}");
    }

    #[test]
    fn what_was_measured_before_stands_beside() {
        let before = measured(vec![figure("time", Unit::Milliseconds, 40.0)]);
        let now = measured(vec![
            figure("time", Unit::Milliseconds, 50.0),
            figure("new", Unit::Milliseconds, 50.0),
        ]);
        let table = now.table(Some(&before));
        assert_eq!(table.matches("+25 % WORSE").count(), 1, "{table}");
    }

    #[test]
    fn the_median_of_few() {
        let check = |values: &[f64], expected: f64| {
            assert!((median(values) - expected).abs() < 1e-9);
        };
        check(&[], 0.0);
        check(&[3.0, 1.0, 2.0], 2.0);
        check(&[4.0, 1.0, 2.0, 3.0], 2.5);
    }
}
