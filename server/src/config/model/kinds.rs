//! `catalog.kinds`: kinds of entities that the operator adds to those of the catalog.

use crate::config::section::Section;
use app::catalog::relation::reverse_of;

/// An entry of `catalog.kinds`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomKind {
    /// `kind`: as entities write it.
    pub kind: String,
    /// `apiVersions`: those in which it is understood.
    pub api_versions: Vec<String>,
    /// `spec.type`: only entities of this type.
    pub spec_type: Option<String>,
    /// `required`: fields of `spec` that must be there. Default none.
    pub required: Vec<String>,
    /// `relations`: which fields refer to other entities. Default the owner and the system.
    pub relations: Vec<CustomRelation>,
}

/// An entry of `catalog.kinds[].relations`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomRelation {
    /// `field`: of `spec`; holds a reference or a list of them.
    pub field: String,
    /// `relation`: what the entity is to those it names.
    pub relation: String,
    /// `reverse`: what those are to it; known for well-known relations.
    pub reverse: String,
    /// `defaultKind`: of references that name no kind. Without it they are errors.
    pub default_kind: Option<String>,
}

impl CustomRelation {
    fn well_known(field: &str, relation: &str, kind: &str) -> Self {
        Self {
            field: field.to_owned(),
            relation: relation.to_owned(),
            reverse: reverse_of(relation).unwrap_or_default().to_owned(),
            default_kind: Some(kind.to_owned()),
        }
    }
}

pub(super) fn read(catalog: &Section<'_>) -> Vec<CustomKind> {
    let entries = catalog.sections("kinds").unwrap_or_default();
    entries.iter().filter_map(read_kind).collect()
}

fn read_kind(entry: &Section<'_>) -> Option<CustomKind> {
    let kind = entry.required_string("kind");
    let api_versions = entry.strings("apiVersions").unwrap_or_default();
    if api_versions.is_empty() {
        entry.refuse(
            "apiVersions",
            "should name the versions in which the kind is written, such as [example.com/v1]",
        );
    }
    let relations = entry.sections("relations").map_or_else(
        || {
            vec![
                CustomRelation::well_known("owner", "ownedBy", "Group"),
                CustomRelation::well_known("system", "partOf", "System"),
            ]
        },
        |relations| relations.iter().filter_map(read_relation).collect(),
    );
    Some(CustomKind {
        kind: kind?,
        api_versions,
        spec_type: read_type(entry),
        required: entry.strings("required").unwrap_or_default(),
        relations,
    })
}

/// `spec.type`, whose dot is part of the name.
fn read_type(entry: &Section<'_>) -> Option<String> {
    let key = "spec.type";
    let written = entry.value("")?;
    let value = written.get(key)?;
    let text = value.as_str().filter(|text| !text.is_empty());
    if text.is_none() {
        entry.refuse(
            "",
            "has a spec.type that is no text; write one such as mcp-server",
        );
    }
    text.map(str::to_owned)
}

fn read_relation(entry: &Section<'_>) -> Option<CustomRelation> {
    let field = entry.required_string("field");
    let relation = entry.required_string("relation");
    let reverse = entry.string("reverse");
    let default_kind = entry.string("defaultKind");
    let (field, relation) = (field?, relation?);
    let known = reverse_of(&relation).map(str::to_owned);
    let reverse = match (known, reverse) {
        (Some(known), Some(other)) if known != other => {
            entry.refuse(
                "reverse",
                &format!("is '{other}', but the reverse of {relation} is always {known}"),
            );
            return None;
        }
        (Some(known), _) | (None, Some(known)) => known,
        (None, None) => {
            entry.refuse(
                "relation",
                &format!("is '{relation}', which is not well known; say its reverse beside it"),
            );
            return None;
        }
    };
    Some(CustomRelation {
        field,
        relation,
        reverse,
        default_kind,
    })
}

#[cfg(test)]
mod tests {
    use crate::config::load::tests::load_text;

    #[test]
    fn a_kind_says_its_versions_and_relations() {
        let text = "
catalog:
  kinds:
    - kind: Product
      apiVersions: [example.com/v1]
      required: [owner]
      relations:
        - {field: replaces, relation: replaces, reverse: replacedBy, defaultKind: Product}
    - kind: API
      apiVersions: [backstage.io/v1alpha1]
      spec.type: mcp-server
";
        let kinds = load_text(text).unwrap().config.catalog.kinds;
        assert_eq!(kinds[0].required, ["owner"]);
        assert_eq!(kinds[0].relations[0].reverse, "replacedBy");
        assert_eq!(kinds[1].spec_type.as_deref(), Some("mcp-server"));
        assert_eq!(kinds[1].relations[0].reverse, "ownerOf");
    }

    #[test]
    fn mistakes_are_told_where_they_are() {
        let text = "
catalog:
  kinds:
    - kind: Product
      relations:
        - {field: a, relation: replaces}
        - {field: b, relation: ownedBy, reverse: owns}
";
        let error = load_text(text).unwrap_err();
        let mut paths: Vec<&str> = error.problems.iter().map(|it| it.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            [
                "catalog.kinds[0].apiVersions",
                "catalog.kinds[0].relations[0].relation",
                "catalog.kinds[0].relations[1].reverse",
            ]
        );
    }
}
