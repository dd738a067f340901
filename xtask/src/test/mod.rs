//! `cargo xtask test`: everything that must hold before a change is merged, in a fixed order.
//!
//! To add a step: name it in [`Step`] where it belongs in the order, give it a title, write a
//! function that returns a [`Tally`], and call it in [`perform`].

mod browser;
mod client;
pub(crate) mod cluster;
mod conformance;
mod debian;
mod fuzz;
mod licenses;
mod node;
mod playwright;
pub(crate) mod postgres;
mod report;
mod rust;
mod stream;
mod tally;

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::ValueEnum;

pub(crate) use self::browser::{browser_to_measure_with, screenshots};
use self::report::Report;
use self::tally::Tally;
use crate::site::{self, Profile};
use crate::workspace::Workspace;

/// The steps, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Step {
    /// rustfmt has nothing to change
    Format,
    /// clippy has nothing to say about the server's side
    Clippy,
    /// clippy has nothing to say about the browser's side
    ClippyWasm,
    /// What the browser downloads can be built, and is small
    Site,
    /// Unit, page and integration tests, these on both databases
    Tests,
    /// The published client of the catalog API, every method
    Client,
    /// Requests made up from the descriptions of the API
    Fuzz,
    /// Journeys in a browser
    Browser,
    /// The documentation builds without a warning
    Doc,
    /// The dependencies' licences and sources, and that none is banned
    Dependencies,
    /// The recorded cases
    Conformance,
}

impl Step {
    fn title(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Clippy => "clippy, native",
            Self::ClippyWasm => "clippy, wasm",
            Self::Site => "site, release wasm",
            Self::Tests => "tests, SQLite and PostgreSQL",
            Self::Client => "API client",
            Self::Fuzz => "API, made-up requests",
            Self::Browser => "browser",
            Self::Doc => "documentation",
            Self::Dependencies => "dependencies",
            Self::Conformance => "conformance",
        }
    }

    /// The step without whose result this one would test something old.
    fn needs(self) -> Option<Self> {
        (self == Self::Browser).then_some(Self::Site)
    }
}

/// Runs the steps in `only`, or all of them when that is empty, each whatever became of those
/// before it. Standard output ends with the line `N passed, N failed`.
pub(crate) fn run(workspace: &Workspace, only: &[Step]) -> ExitCode {
    let asked_for = |step: Step| {
        only.is_empty()
            || only
                .iter()
                .any(|it| *it == step || it.needs() == Some(step))
    };
    let steps: Vec<Step> = Step::value_variants()
        .iter()
        .copied()
        .filter(|step| asked_for(*step))
        .collect();

    let mut report = Report::new(steps.len());
    for step in steps {
        let obstacle = step.needs().filter(|needed| report.has_failed(*needed));
        report.record(step, || match obstacle {
            Some(needed) => bail!("not tried, because “{}” failed", needed.title()),
            None => perform(step, workspace),
        });
    }
    report.finish()
}

fn perform(step: Step, workspace: &Workspace) -> Result<Tally> {
    match step {
        Step::Format => rust::format(workspace),
        Step::Clippy => rust::clippy(workspace),
        Step::ClippyWasm => rust::clippy_wasm(workspace),
        Step::Site => {
            let bytes = site::build(workspace, Profile::Release)?;
            site::check_budget(bytes)?;
            Ok(Tally::one_passed())
        }
        Step::Tests => rust::tests(workspace),
        Step::Client => client::run(workspace),
        Step::Fuzz => fuzz::run(workspace),
        Step::Browser => browser::journeys(workspace),
        Step::Doc => rust::doc(workspace),
        Step::Dependencies => licenses::check(workspace),
        Step::Conformance => conformance::run(workspace),
    }
}
