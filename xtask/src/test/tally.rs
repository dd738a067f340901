//! Counts of one step, and how the runners' output becomes counts.

use std::fmt;

use anyhow::{Context as _, Result};
use serde::Deserialize;

/// What a step found.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Tally {
    pub(super) passed: usize,
    pub(super) failed: usize,
    pub(super) skipped: usize,
    /// What failed, by name; may be shorter than `failed`.
    pub(super) failures: Vec<String>,
    /// Why the step had nothing to count.
    passed_over: Option<String>,
}

impl Tally {
    pub(super) fn one_passed() -> Self {
        Self {
            passed: 1,
            ..Self::default()
        }
    }

    pub(super) fn one_failed(name: &str) -> Self {
        let mut tally = Self::default();
        tally.fail(name);
        tally
    }

    pub(super) fn passed_over(reason: &str) -> Self {
        Self {
            passed_over: Some(reason.to_owned()),
            ..Self::default()
        }
    }

    pub(super) fn fail(&mut self, name: &str) {
        self.failed += 1;
        self.failures.push(name.to_owned());
    }

    /// Reads one line of `cargo test`: the sums of a test binary, or the name of a failed test.
    pub(super) fn read_libtest(&mut self, line: &str) {
        if let Some(sums) = line.strip_prefix("test result: ") {
            let count = |word| {
                let (before, _) = sums.split_once(word)?;
                before.split_whitespace().last()?.parse::<usize>().ok()
            };
            self.passed += count(" passed;").unwrap_or_default();
            self.failed += count(" failed;").unwrap_or_default();
            self.skipped += count(" ignored;").unwrap_or_default();
        } else if let Some(name) = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... FAILED"))
        {
            self.failures.push(name.to_owned());
        }
    }

    /// Reads one line in the Test Anything Protocol; what stands further in belongs to one above it.
    pub(super) fn read_tap(&mut self, line: &str) {
        if let Some(rest) = line.strip_prefix("not ok ") {
            let name = rest.split_once(" - ").map_or(rest, |(_, name)| name);
            self.fail(name);
        } else if let Some(rest) = line.strip_prefix("ok ") {
            if rest.contains("# SKIP") {
                self.skipped += 1;
            } else {
                self.passed += 1;
            }
        }
    }

    /// Adds the sums of Playwright's JSON report.
    pub(super) fn read_playwright(&mut self, report: &[u8]) -> Result<()> {
        #[derive(Deserialize)]
        struct Report {
            stats: Stats,
            #[serde(default)]
            errors: Vec<serde_json::Value>,
        }
        #[derive(Deserialize)]
        struct Stats {
            expected: usize,
            unexpected: usize,
            flaky: usize,
            skipped: usize,
        }
        let report: Report =
            serde_json::from_slice(report).context("Playwright's report cannot be read")?;
        self.passed += report.stats.expected;
        self.failed += report.stats.unexpected + report.stats.flaky;
        self.skipped += report.stats.skipped;
        for _ in report.errors {
            self.fail("the run as a whole: see Playwright's output above");
        }
        Ok(())
    }

    /// Adds the counts per file of the conformance runner.
    pub(super) fn read_conformance(&mut self, report: &[u8]) -> Result<()> {
        #[derive(Deserialize)]
        struct Area {
            file: String,
            passed: usize,
            failed: usize,
            not_applicable: usize,
        }
        let areas: Vec<Area> =
            serde_json::from_slice(report).context("the conformance report cannot be read")?;
        for area in areas {
            self.passed += area.passed;
            self.failed += area.failed;
            self.skipped += area.not_applicable;
            if area.failed > 0 {
                self.failures
                    .push(format!("{}: {} cases", area.file, area.failed));
            }
        }
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.passed_over {
            return write!(f, "passed over: {reason}");
        }
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    #[test]
    fn lines_of_the_test_anything_protocol_add_up() {
        let mut tally = Tally::default();
        for line in [
            "TAP version 13",
            "ok 1 - getEntities",
            "    not ok 1 - told above already",
            "not ok 2 - locations: add, find",
            "ok 3 - later # SKIP",
            "# pass 1",
        ] {
            tally.read_tap(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 1));
        assert_eq!(tally.failures, ["locations: add, find"]);
    }

    #[test]
    fn cargo_tests_binaries_add_up_and_name_what_failed() {
        let mut tally = Tally::default();
        for line in [
            "running 3 tests",
            "test store::tests::keeps ... ok",
            "test store::tests::loses ... FAILED",
            "test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.10s",
        ] {
            tally.read_libtest(line);
        }
        assert_eq!((tally.passed, tally.failed, tally.skipped), (13, 1, 1));
        assert_eq!(tally.failures, ["store::tests::loses"]);
    }

    #[test]
    fn a_journey_that_passed_only_later_has_failed() {
        let mut tally = Tally::one_passed();
        let report = br#"{"stats": {"expected": 7, "unexpected": 2, "flaky": 1, "skipped": 4}}"#;
        tally.read_playwright(report).unwrap();
        assert_eq!((tally.passed, tally.failed, tally.skipped), (8, 3, 4));
    }

    #[test]
    fn an_error_outside_every_journey_is_a_failure() {
        let mut tally = Tally::default();
        let report = br#"{"stats": {"expected": 0, "unexpected": 0, "flaky": 0, "skipped": 0},
            "errors": [{"message": "the server did not start"}]}"#;
        tally.read_playwright(report).unwrap();
        assert_eq!(tally.failed, 1);
    }

    #[test]
    fn conformance_files_with_failures_are_named() {
        let mut tally = Tally::default();
        let report = br#"[
            {"file": "refs/parse", "cases": 9, "passed": 8, "failed": 0, "not_applicable": 1},
            {"file": "relations", "cases": 5, "passed": 3, "failed": 2, "not_applicable": 0}]"#;
        tally.read_conformance(report).unwrap();
        assert_eq!((tally.passed, tally.failed, tally.skipped), (11, 2, 1));
        assert_eq!(tally.failures, ["relations: 2 cases"]);
    }
}
