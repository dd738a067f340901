//! How much a first visit may download before the page is alive.

use anyhow::{Result, ensure};

use crate::progress::human_size;

/// Style, script and program together, as brotli, in bytes. Beside them come the page and two fonts of
/// 36 kB: with 350 kB here a first visit would be one of 400 kB. Pages that only tell add nothing (see
/// `app/src/pages/told.rs`), so that what is left is for pages on which something is done: the form of a template and its
/// editor, and a task that is followed as it happens, are a tenth of it.
const BUDGET: u64 = 320_000;

/// # Errors
/// When that many bytes are more than a visitor should wait for.
pub(crate) fn check(bytes: u64) -> Result<()> {
    ensure!(
        bytes <= BUDGET,
        "style, script and program have {} as brotli, {} more than the budget; make the pages \
         lighter, or raise BUDGET in xtask/src/site/budget.rs and say why",
        human_size(bytes),
        human_size(bytes - BUDGET),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{BUDGET, check};

    #[test]
    fn a_byte_too_much_is_refused() {
        assert!(check(BUDGET).is_ok());
        assert!(check(BUDGET + 1).is_err());
    }
}
