//! The Location entity that stands for a registered location. Pure.

use super::Claim;
use super::annotate::annotate;
use super::location::LocationRef;
use crate::digest::sha1_hex;
use crate::scm::Scm;
use app::catalog::{DEFAULT_NAMESPACE, EntityRef};
use serde_json::json;

/// The name of that entity, which clients derive in the same way.
pub fn generated_ref(location: &LocationRef) -> EntityRef {
    generated_ref_of(&location.to_string())
}

/// The same of a location that is written already, such as `file:/a.yaml`.
pub fn generated_ref_of(location: &str) -> EntityRef {
    let name = format!("generated-{}", sha1_hex(location));
    EntityRef::new("Location", DEFAULT_NAMESPACE, name)
}

/// The entity as a claim of its own location. It is there whether or not the location can be read.
pub fn generated(location: &LocationRef, presence: Option<&str>) -> Claim {
    let entity_ref = generated_ref(location);
    let mut spec = json!({ "type": location.kind, "target": location.target });
    if let Some(presence) = presence {
        spec["presence"] = presence.into();
    }
    let mut document = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": "Location",
        "metadata": { "name": entity_ref.name, "namespace": DEFAULT_NAMESPACE },
        "spec": spec,
    });
    annotate(&mut document, location, location, &Scm::default());
    Claim {
        entity_ref,
        document,
        relations: Vec::new(),
        line: 1,
        provisional: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_has_the_entity_that_clients_expect() {
        let location = LocationRef::file("/srv/data/10000/all.yaml");
        let claim = generated(&location, None);
        assert_eq!(
            claim.entity_ref.to_string(),
            "location:default/generated-e266a12a008ab00c41932e229adf0db8ad40b7ee"
        );
        let expected = json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Location",
            "metadata": {
                "name": "generated-e266a12a008ab00c41932e229adf0db8ad40b7ee",
                "namespace": "default",
                "annotations": {
                    "backstage.io/managed-by-location": "file:/srv/data/10000/all.yaml",
                    "backstage.io/managed-by-origin-location": "file:/srv/data/10000/all.yaml",
                },
            },
            "spec": { "type": "file", "target": "/srv/data/10000/all.yaml" },
        });
        assert_eq!(claim.document, expected);
        let optional = generated(&location, Some("optional"));
        assert_eq!(optional.document["spec"]["presence"], "optional");
    }
}
