//! The texts of an output that came from secrets, so that whoever shows the output can hide them.

/// How much may stand between pieces of a secret for them to count as one, in bytes.
const GAP: usize = 8;
/// Shorter texts say too little of a secret, and stand everywhere, in bytes.
const SHORTEST: usize = 4;

/// See the head of this file.
#[derive(Debug, Default)]
pub(super) struct Hidden {
    texts: Vec<String>,
    /// Pieces with little between them.
    pieces: String,
    count: usize,
    gap: String,
}

impl Hidden {
    /// A text that came from a secret.
    pub(super) fn secret(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.pieces.push_str(&std::mem::take(&mut self.gap));
        self.pieces.push_str(text);
        self.count += 1;
        self.keep(text.to_owned());
    }

    /// Any other.
    pub(super) fn open(&mut self, text: &str) {
        if self.count == 0 {
            return;
        }
        if self.gap.len() + text.len() <= GAP && !text.contains('\n') {
            self.gap.push_str(text);
        } else {
            self.end();
        }
    }

    /// All of them.
    pub(super) fn finish(mut self) -> Vec<String> {
        self.end();
        self.texts
    }

    fn end(&mut self) {
        let together = std::mem::take(&mut self.pieces);
        if self.count > 1 {
            self.keep(together);
        }
        self.count = 0;
        self.gap.clear();
    }

    fn keep(&mut self, text: String) {
        if text.trim().len() >= SHORTEST {
            self.texts.push(text);
        }
    }
}
