//! Entities by where they were read.

use super::Model;
use bytes::Bytes;

/// The entities read from locations that begin like this, each with its location and as JSON.
pub fn located(model: &Model, beginning: &str) -> Vec<(String, Bytes)> {
    let entries = model.entries.iter();
    let here = entries.filter(|entry| entry.location.starts_with(beginning));
    here.map(|entry| (entry.location.to_string(), entry.body.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_not_its_neighbour() {
        let model = Model::default();
        assert!(located(&model, "url:https://github.com/acme/x/").is_empty());
    }
}
