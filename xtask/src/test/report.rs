//! What became of each step, and the words that say so at the end.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::{Step, Tally};
use crate::progress::{human_time, report_error};

pub(super) struct Report {
    /// How many steps there will be.
    planned: usize,
    rows: Vec<Row>,
}

struct Row {
    step: Step,
    tally: Tally,
    took: Duration,
}

impl Report {
    pub(super) fn new(planned: usize) -> Self {
        Self {
            planned,
            rows: Vec::new(),
        }
    }

    /// Announces a step, does it and keeps its counts. A step that could not be done counts as one
    /// failure, and its error is shown at once.
    pub(super) fn record(&mut self, step: Step, work: impl FnOnce() -> Result<Tally>) {
        let number = self.rows.len() + 1;
        println!("▸ [{number}/{}] {}", self.planned, step.title());
        let started = Instant::now();
        let tally = work().unwrap_or_else(|error| {
            report_error(&error);
            Tally::one_failed(&first_line(&error))
        });
        self.rows.push(Row {
            step,
            tally,
            took: started.elapsed(),
        });
    }

    pub(super) fn has_failed(&self, step: Step) -> bool {
        self.rows
            .iter()
            .any(|row| row.step == step && row.tally.failed > 0)
    }

    /// Prints the table of steps, what failed, and the sums as the very last line.
    pub(super) fn finish(&self) -> ExitCode {
        println!();
        self.print_table();
        for row in &self.rows {
            for failure in &row.tally.failures {
                println!("failed in {}: {failure}", row.step.title());
            }
        }
        let passed: usize = self.rows.iter().map(|row| row.tally.passed).sum();
        let failed: usize = self.rows.iter().map(|row| row.tally.failed).sum();
        println!("{passed} passed, {failed} failed");
        if failed == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        }
    }

    fn print_table(&self) {
        for row in &self.rows {
            let (title, time) = (row.step.title(), human_time(row.took));
            println!("{title:<30} {time:>12}   {}", row.tally);
        }
        let total = human_time(self.rows.iter().map(|row| row.took).sum());
        println!("{:<30} {total:>12}", "all steps");
    }
}

fn first_line(error: &anyhow::Error) -> String {
    let text = format!("{error:#}");
    text.lines().next().unwrap_or_default().to_owned()
}
