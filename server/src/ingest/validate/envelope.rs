//! The shape that all entities share, whatever their kind.

use super::shape::{Object, Others, Shape};

/// Just enough to give an entity its reference.
pub(super) const ENVELOPE: Object = Object {
    required: &["apiVersion", "kind", "metadata"],
    fields: &[
        ("apiVersion", Shape::Filled),
        ("kind", Shape::Filled),
        (
            "metadata",
            Shape::Object(&Object {
                required: &["name"],
                fields: &[("name", Shape::Filled), ("namespace", Shape::Filled)],
                others: Others::Allowed,
            }),
        ),
    ],
    others: Others::Allowed,
};

pub(super) const ENTITY: Object = Object {
    required: &["apiVersion", "kind", "metadata"],
    fields: &[
        ("apiVersion", Shape::Filled),
        ("kind", Shape::Filled),
        ("metadata", Shape::Object(&METADATA)),
        ("spec", Shape::Object(&super::shape::ANYTHING)),
        ("relations", Shape::List(&Shape::Object(&RELATION))),
        (
            "status",
            Shape::Object(&Object {
                required: &[],
                fields: &[("items", Shape::List(&Shape::Object(&STATUS_ITEM)))],
                others: Others::Allowed,
            }),
        ),
    ],
    others: Others::Refused,
};

const METADATA: Object = Object {
    required: &["name"],
    fields: &[
        ("uid", Shape::Filled),
        ("etag", Shape::Filled),
        ("name", Shape::Filled),
        ("namespace", Shape::Filled),
        ("title", Shape::Filled),
        ("description", Shape::Text),
        ("labels", Shape::Texts),
        ("annotations", Shape::Texts),
        ("tags", Shape::List(&Shape::Filled)),
        ("links", Shape::List(&Shape::Object(&LINK))),
    ],
    others: Others::Allowed,
};

const LINK: Object = Object {
    required: &["url"],
    fields: &[
        ("url", Shape::Filled),
        ("title", Shape::Filled),
        ("icon", Shape::Filled),
        ("type", Shape::Filled),
    ],
    others: Others::Allowed,
};

const RELATION: Object = Object {
    required: &["type", "targetRef"],
    fields: &[
        ("type", Shape::Word),
        (
            "target",
            Shape::Object(&Object {
                required: &["kind", "namespace", "name"],
                fields: &[
                    ("kind", Shape::Filled),
                    ("namespace", Shape::Filled),
                    ("name", Shape::Filled),
                ],
                others: Others::Refused,
            }),
        ),
        ("targetRef", Shape::Filled),
    ],
    others: Others::Refused,
};

const STATUS_ITEM: Object = Object {
    required: &["type", "level", "message"],
    fields: &[
        ("type", Shape::Filled),
        ("level", Shape::OneOf(&["info", "warning", "error"])),
        ("message", Shape::Text),
        (
            "error",
            Shape::Object(&Object {
                required: &["name", "message"],
                fields: &[
                    ("name", Shape::Filled),
                    ("message", Shape::Text),
                    ("code", Shape::Text),
                    ("stack", Shape::Text),
                ],
                others: Others::Allowed,
            }),
        ),
    ],
    others: Others::Allowed,
};
