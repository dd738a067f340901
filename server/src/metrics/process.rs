//! What the kernel says of this process, by the names that every Prometheus client gives it.

use std::fs;

/// As of now; `None` where there is no `/proc`.
#[derive(Debug, PartialEq)]
pub(super) struct Process {
    pub(super) resident_bytes: i64,
    pub(super) virtual_bytes: i64,
    pub(super) processor_seconds: f64,
    pub(super) threads: i64,
    pub(super) open_files: Option<i64>,
}

/// Bytes in a page of memory, and parts of a second in which processor time is counted; the same on
/// every Linux that we build for.
const PAGE: i64 = 4096;
const TICKS: f64 = 100.0;

impl Process {
    pub(super) fn now() -> Option<Self> {
        let stat = fs::read_to_string("/proc/self/stat").ok()?;
        let open_files = fs::read_dir("/proc/self/fd").ok().map(Iterator::count);
        Self::read(
            &stat,
            open_files.and_then(|count| i64::try_from(count).ok()),
        )
    }

    /// See proc(5); fields are numbered from 3 after the name, which may hold spaces.
    fn read(stat: &str, open_files: Option<i64>) -> Option<Self> {
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |field: usize| fields.get(field - 3)?.parse::<i64>().ok();
        #[expect(
            clippy::cast_precision_loss,
            reason = "processor time is far below 2^52"
        )]
        let processor = (number(14)? + number(15)?) as f64;
        Some(Self {
            resident_bytes: number(24)? * PAGE,
            virtual_bytes: number(23)?,
            processor_seconds: processor / TICKS,
            threads: number(20)?,
            open_files,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_counts_in_pages_and_hundredths() {
        let stat =
            "42 (call board) S 1 42 42 0 -1 4194560 5 6 7 8 150 25 3 4 20 0 9 0 100 8192 3 9";
        let expected = Process {
            resident_bytes: 3 * 4096,
            virtual_bytes: 8192,
            processor_seconds: 1.75,
            threads: 9,
            open_files: Some(7),
        };
        assert_eq!(Process::read(stat, Some(7)), Some(expected));
        assert_eq!(Process::read("", None), None);
    }
}
