//! A map that its next state shares, but for the parts that a change touches.

use hashbrown::DefaultHashBuilder;
use std::collections::HashMap;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Parts: a change copies the few that it touches.
const SHARDS: usize = 64;

/// By text.
#[derive(Debug, Clone)]
pub struct Shards<V> {
    shards: Vec<Arc<HashMap<Arc<str>, V>>>,
    hasher: DefaultHashBuilder,
}

impl<V> Default for Shards<V> {
    fn default() -> Self {
        Self {
            shards: (0..SHARDS).map(|_| Arc::default()).collect(),
            hasher: DefaultHashBuilder::default(),
        }
    }
}

impl<V: Clone> Shards<V> {
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        self.shards[self.shard(key)].get(key)
    }

    /// The key itself, to be shared.
    pub(super) fn key(&self, key: &str) -> Option<Arc<str>> {
        let known = self.shards[self.shard(key)].get_key_value(key);
        known.map(|(key, _)| Arc::clone(key))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        let all = self.shards.iter().flat_map(|shard| shard.iter());
        all.map(|(key, value)| (&**key, value))
    }

    pub(super) fn insert(&mut self, key: Arc<str>, value: V) {
        let shard = self.shard(&key);
        Arc::make_mut(&mut self.shards[shard]).insert(key, value);
    }

    /// Takes it away, and returns it when there was one.
    pub(super) fn remove(&mut self, key: &str) -> Option<V> {
        let shard = self.shard(key);
        if !self.shards[shard].contains_key(key) {
            return None;
        }
        Arc::make_mut(&mut self.shards[shard]).remove(key)
    }

    fn shard(&self, key: &str) -> usize {
        usize::try_from(self.hasher.hash_one(key) % SHARDS as u64).unwrap_or(0)
    }
}
