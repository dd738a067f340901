//! What a person at the terminal is told.

use std::time::{Duration, Instant};

use anyhow::Result;

/// Announces a piece of work, does it, and says how long it took.
pub(crate) fn step<T>(title: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("▸ {title}");
    let started = Instant::now();
    let result = work()?;
    eprintln!("  done in {}", human_time(started.elapsed()));
    Ok(result)
}

/// One line below the running step.
pub(crate) fn note(text: &str) {
    eprintln!("  {text}");
}

/// An error with everything that led to it, one cause a line.
pub(crate) fn report_error(error: &anyhow::Error) {
    eprintln!("\nerror: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because: {cause}");
    }
}

pub(crate) fn human_time(time: Duration) -> String {
    match time.as_secs() {
        0..60 => format!("{:.1} s", time.as_secs_f32()),
        seconds => format!("{} min {:02} s", seconds / 60, seconds % 60),
    }
}

pub(crate) fn human_size(bytes: u64) -> String {
    // A file that is large enough to lose a digit here is not one of ours.
    #[expect(clippy::cast_precision_loss, reason = "shown with one decimal")]
    let kilobytes = bytes as f64 / 1000.0;
    if kilobytes < 1000.0 {
        format!("{kilobytes:.1} kB")
    } else {
        format!("{:.2} MB", kilobytes / 1000.0)
    }
}
