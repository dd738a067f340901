//! A set of entities, small where it holds few.

use roaring::RoaringBitmap;

/// Up to this many numbers are kept as they are; most values belong to one or two entities.
const FEW: usize = 8;

/// The entities that have a value, as numbers, ascending.
#[derive(Debug)]
pub struct Posting(Shape);

/// Boxed so that the most frequent shape is small.
#[derive(Debug)]
enum Shape {
    One(u32),
    Few(Box<Few>),
    Many(Box<RoaringBitmap>),
}

#[derive(Debug)]
struct Few {
    count: usize,
    ids: [u32; FEW],
}

impl Few {
    fn ids(&self) -> &[u32] {
        &self.ids[..self.count]
    }
}

impl Posting {
    pub(super) fn of(id: u32) -> Self {
        Self(Shape::One(id))
    }

    /// Adds a number that is not smaller than those before it.
    pub(super) fn push(&mut self, id: u32) {
        match &mut self.0 {
            Shape::One(only) if *only == id => {}
            Shape::One(only) => {
                let mut ids = [0; FEW];
                (ids[0], ids[1]) = (*only, id);
                self.0 = Shape::Few(Box::new(Few { count: 2, ids }));
            }
            Shape::Few(few) if few.ids().last() == Some(&id) => {}
            Shape::Few(few) if few.count < FEW => {
                few.ids[few.count] = id;
                few.count += 1;
            }
            Shape::Few(few) => {
                let mut many: RoaringBitmap = few.ids().iter().collect();
                many.insert(id);
                self.0 = Shape::Many(Box::new(many));
            }
            Shape::Many(ids) => {
                ids.insert(id);
            }
        }
    }

    /// Gives back memory that no further number needs.
    pub(super) fn finish(&mut self) {
        if let Shape::Many(ids) = &mut self.0 {
            ids.optimize();
        }
    }

    pub fn len(&self) -> u64 {
        match &self.0 {
            Shape::One(_) => 1,
            Shape::Few(few) => few.count as u64,
            Shape::Many(ids) => ids.len(),
        }
    }

    /// Never: a posting is made with its first number.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many of them are in `ids`.
    pub fn count_in(&self, ids: &RoaringBitmap) -> u64 {
        match &self.0 {
            Shape::One(only) => u64::from(ids.contains(*only)),
            Shape::Few(few) => few.ids().iter().filter(|&&id| ids.contains(id)).count() as u64,
            Shape::Many(many) => many.intersection_len(ids),
        }
    }

    pub fn iter(&self) -> Box<dyn Iterator<Item = u32> + '_> {
        match &self.0 {
            Shape::One(only) => Box::new(std::iter::once(*only)),
            Shape::Few(few) => Box::new(few.ids().iter().copied()),
            Shape::Many(many) => Box::new(many.iter()),
        }
    }

    pub fn add_to(&self, ids: &mut RoaringBitmap) {
        match &self.0 {
            Shape::One(only) => {
                ids.insert(*only);
            }
            Shape::Few(few) => ids.extend(few.ids()),
            Shape::Many(many) => *ids |= &**many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_stays_a_set_as_it_grows() {
        for size in [1, 2, 8, 9, 10, 5000] {
            let mut posting = Posting::of(0);
            for id in 0..size {
                posting.push(id);
                posting.push(id);
            }
            posting.finish();
            let expected: Vec<u32> = (0..size).collect();
            assert_eq!(posting.iter().collect::<Vec<_>>(), expected, "{size}");
            assert_eq!(posting.len(), u64::from(size));
            let odd = RoaringBitmap::from_iter([1, 3, 4999]);
            let in_odd = expected.iter().filter(|&&id| odd.contains(id)).count();
            assert_eq!(posting.count_in(&odd), in_odd as u64, "{size}");
            let mut all = RoaringBitmap::new();
            posting.add_to(&mut all);
            assert_eq!(all.len(), u64::from(size));
        }
    }
}
