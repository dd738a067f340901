//! Random choices that are the same in every run.

/// `SplitMix64`: tiny, and good enough to spread names and relations.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number in `0..end`; 0 where that is empty.
    pub(super) fn below(&mut self, end: usize) -> usize {
        let end = u64::try_from(end.max(1)).expect("a length fits in 64 bits");
        usize::try_from(self.next() % end).expect("below a length")
    }

    pub(super) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }

    /// From `least` to `most` different entries, as far as there are so many.
    pub(super) fn some<'a, T: Ord>(
        &mut self,
        of: &'a [T],
        least: usize,
        most: usize,
    ) -> Vec<&'a T> {
        let count = (least + self.below(most - least + 1)).min(of.len());
        let mut picked: Vec<&T> = (0..count).map(|_| self.pick(of)).collect();
        picked.sort();
        picked.dedup();
        picked
    }

    pub(super) fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.below(last + 1));
        }
    }
}
