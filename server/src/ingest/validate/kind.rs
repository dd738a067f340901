//! The kinds the catalog knows, and the shape of the spec of each.
//!
//! To add a kind: write its spec as an `Object` and name it in [`KINDS`]; what it relates to
//! goes into `relate`.

use super::envelope::ENTITY;
use super::shape::{ANYTHING, Object, Others, Shape, check};
use super::{Fault, Rule};
use serde_json::Value;

/// A kind with the API versions in which it is understood.
#[derive(Debug)]
pub struct Kind {
    pub name: &'static str,
    api_versions: &'static [&'static str],
    spec: Object,
}

/// Whether a kind claims an entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recognition {
    Valid,
    Invalid(Vec<Fault>),
    /// Another kind, or another version of this one.
    Foreign,
}

const CORE: &[&str] = &["backstage.io/v1alpha1", "backstage.io/v1beta1"];

pub const KINDS: &[Kind] = &[
    core(
        "API",
        &["type", "lifecycle", "owner", "definition"],
        &[
            ("type", Shape::Filled),
            ("lifecycle", Shape::Filled),
            ("owner", Shape::Filled),
            ("definition", Shape::Filled),
            ("system", Shape::Filled),
        ],
    ),
    core(
        "Component",
        &["type", "lifecycle", "owner"],
        &[
            ("type", Shape::Filled),
            ("lifecycle", Shape::Filled),
            ("owner", Shape::Filled),
            ("system", Shape::Filled),
            ("subcomponentOf", Shape::Filled),
            ("providesApis", REFS),
            ("consumesApis", REFS),
            ("dependsOn", REFS),
        ],
    ),
    core(
        "Domain",
        &["owner"],
        &[
            ("owner", Shape::Filled),
            ("subdomainOf", Shape::Filled),
            ("type", Shape::Filled),
        ],
    ),
    core(
        "Group",
        &["type", "children"],
        &[
            ("type", Shape::Filled),
            ("profile", PROFILE),
            ("parent", Shape::Filled),
            ("children", REFS),
            ("members", REFS),
        ],
    ),
    core(
        "Location",
        &[],
        &[
            ("type", Shape::Filled),
            ("target", Shape::Filled),
            ("targets", Shape::List(&Shape::Filled)),
            ("presence", Shape::OneOf(&["required", "optional"])),
        ],
    ),
    core(
        "Resource",
        &["type", "owner"],
        &[
            ("type", Shape::Filled),
            ("owner", Shape::Filled),
            ("dependsOn", REFS),
            ("system", Shape::Filled),
        ],
    ),
    core(
        "System",
        &["owner"],
        &[
            ("owner", Shape::Filled),
            ("domain", Shape::Filled),
            ("type", Shape::Filled),
        ],
    ),
    Kind {
        name: "Template",
        api_versions: &["scaffolder.backstage.io/v1beta3"],
        spec: TEMPLATE,
    },
    core(
        "User",
        &["memberOf"],
        &[("profile", PROFILE), ("memberOf", REFS)],
    ),
];

const fn core(
    name: &'static str,
    required: &'static [&'static str],
    fields: &'static [(&'static str, Shape)],
) -> Kind {
    Kind {
        name,
        api_versions: CORE,
        spec: open(required, fields),
    }
}

/// Fields beyond the named ones are allowed in every spec.
const fn open(
    required: &'static [&'static str],
    fields: &'static [(&'static str, Shape)],
) -> Object {
    Object {
        required,
        fields,
        others: Others::Allowed,
    }
}

const REFS: Shape = Shape::List(&Shape::Filled);

const PROFILE: Shape = Shape::Object(&open(
    &[],
    &[
        ("displayName", Shape::Filled),
        ("email", Shape::Filled),
        ("picture", Shape::Filled),
    ],
));

const TEMPLATE: Object = open(
    &["type", "steps"],
    &[
        ("type", Shape::Filled),
        ("owner", Shape::Filled),
        ("lifecycle", Shape::Filled),
        ("parameters", Shape::OneOrMore(&open(&[], &[PERMISSIONS]))),
        ("secrets", Shape::Object(&open(&[], &[("schema", OBJECT)]))),
        (
            "presentation",
            Shape::Object(&open(&[], &[("buttonLabels", BUTTON_LABELS)])),
        ),
        (
            "EXPERIMENTAL_recovery",
            Shape::Object(&open(&[], &[("EXPERIMENTAL_strategy", Shape::Text)])),
        ),
        ("formDecorators", DECORATORS),
        ("EXPERIMENTAL_formDecorators", DECORATORS),
        ("steps", Shape::List(&Shape::Object(&STEP))),
        ("output", Shape::Object(&OUTPUT)),
    ],
);

const STEP: Object = open(
    &["action"],
    &[
        ("id", Shape::Text),
        ("name", Shape::Text),
        ("action", Shape::Text),
        ("input", OBJECT),
        ("if", Shape::TextOrFlag),
        PERMISSIONS,
    ],
);

const OUTPUT: Object = Object {
    required: &[],
    fields: &[
        (
            "links",
            Shape::List(&Shape::Object(&open(
                &[],
                &[
                    ("if", Shape::TextOrFlag),
                    ("url", Shape::Filled),
                    ("entityRef", Shape::Filled),
                    ("title", Shape::Filled),
                    ("icon", Shape::Filled),
                ],
            ))),
        ),
        (
            "text",
            Shape::List(&Shape::Object(&open(
                &[],
                &[
                    ("if", Shape::TextOrFlag),
                    ("title", Shape::Filled),
                    ("icon", Shape::Filled),
                    ("content", Shape::Text),
                ],
            ))),
        ),
    ],
    others: Others::Text,
};

const OBJECT: Shape = Shape::Object(&ANYTHING);

const PERMISSIONS: (&str, Shape) = (
    "backstage:permissions",
    Shape::Object(&open(&[], &[("tags", Shape::List(&Shape::Text))])),
);

const BUTTON_LABELS: Shape = Shape::Object(&open(
    &[],
    &[
        ("backButtonText", Shape::Text),
        ("createButtonText", Shape::Text),
        ("reviewButtonText", Shape::Text),
    ],
));

const DECORATORS: Shape = Shape::List(&Shape::Object(&open(
    &[],
    &[("id", Shape::Text), ("input", OBJECT)],
)));

impl Kind {
    /// Whether this kind claims the entity. It is foreign when nothing is wrong with `kind` and
    /// `apiVersion` but that they name something else.
    pub fn recognise(&'static self, entity: &Value) -> Recognition {
        if self.is_foreign(entity) {
            return Recognition::Foreign;
        }
        let mut faults = Vec::new();
        check(Shape::Object(&ENTITY), entity, "", &mut faults);
        match entity.get("spec") {
            // That a spec of another type is none has been said above.
            Some(spec @ Value::Object(_)) => {
                check(Shape::Object(&self.spec), spec, "/spec", &mut faults);
            }
            Some(_) => {}
            None => faults.push(Fault::new(
                "/spec",
                Rule::Missing,
                "is required, but missing",
            )),
        }
        if faults.is_empty() {
            Recognition::Valid
        } else {
            Recognition::Invalid(faults)
        }
    }

    /// Whether `kind` and `apiVersion`, as far as they are there, are in order but not of this kind.
    fn is_foreign(&self, entity: &Value) -> bool {
        let mut foreign = false;
        for (field, own) in [
            ("kind", &[self.name][..]),
            ("apiVersion", self.api_versions),
        ] {
            match entity.get(field) {
                None => {}
                Some(Value::String(text)) if !text.is_empty() => {
                    foreign |= !own.contains(&text.as_str());
                }
                Some(_) => return false,
            }
        }
        foreign
    }
}
