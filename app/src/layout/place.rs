//! Where the reader is, as far as the URL says.

use crate::admin::AdminTab;
use crate::catalog::{EntityListQuery, EntityRef, Scope};
use leptos::prelude::*;
use leptos_router::hooks::{use_location, use_query_map};

/// A place of the product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    Home,
    /// A list: of all kinds or of one.
    Catalog {
        kind: Option<String>,
        scope: Scope,
    },
    Entity(EntityRef),
    /// The page that asks before an entity goes.
    Remove(EntityRef),
    Graph,
    Problems,
    Settings,
    Admin(AdminTab),
    KeptOut,
    Register,
    Guide,
    Templates,
    Actions,
    /// The form of a template.
    Template(EntityRef),
    TemplateEditor,
    Tasks,
    Task,
    Elsewhere,
}

/// The place of the page that is shown.
pub(crate) fn use_place(base: String) -> Memo<Place> {
    let location = use_location();
    let params = use_query_map();
    Memo::new(move |_| {
        let path = location.pathname.get();
        let query = params.with(crate::pages::query_of);
        place(path.strip_prefix(base.as_str()).unwrap_or(&path), query)
    })
}

fn place(path: &str, query: EntityListQuery) -> Place {
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    match parts[..] {
        [] => Place::Home,
        ["catalog"] => Place::Catalog {
            kind: query.kind,
            scope: query.scope,
        },
        ["api-docs"] => Place::Catalog {
            kind: Some("api".to_owned()),
            scope: query.scope,
        },
        ["catalog", namespace, kind, name] => Place::Entity(EntityRef::new(kind, namespace, name)),
        ["catalog", namespace, kind, name, "remove"] => {
            Place::Remove(EntityRef::new(kind, namespace, name))
        }
        ["graph"] => Place::Graph,
        ["problems"] => Place::Problems,
        ["settings"] => Place::Settings,
        ["admin"] => Place::Admin(AdminTab::Health),
        ["admin", tab] => AdminTab::at(tab).map_or(Place::Elsewhere, Place::Admin),
        ["admin", "roles", _] => Place::Admin(AdminTab::Roles),
        ["kept-out"] => Place::KeptOut,
        ["register"] => Place::Register,
        ["docs", "callboard", ..] => Place::Guide,
        ["create"] => Place::Templates,
        ["create", "edit"] => Place::TemplateEditor,
        ["create", "tasks"] => Place::Tasks,
        ["create", "tasks", _] => Place::Task,
        ["create", "actions"] => Place::Actions,
        ["create", "templates", namespace, name] => {
            Place::Template(EntityRef::new("template", namespace, name))
        }
        _ => Place::Elsewhere,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, expected: Place) {
        assert_eq!(place(path, EntityListQuery::default()), expected, "{path}");
    }

    #[test]
    fn every_page_is_a_place() {
        let everything = Place::Catalog {
            kind: None,
            scope: Scope::All,
        };
        check("", Place::Home);
        check("/", Place::Home);
        check("/catalog", everything);
        check(
            "/catalog/default/api/seats",
            Place::Entity(EntityRef::new("api", "default", "seats")),
        );
        check(
            "/catalog/default/api/seats/remove",
            Place::Remove(EntityRef::new("api", "default", "seats")),
        );
        check(
            "/api-docs",
            Place::Catalog {
                kind: Some("api".to_owned()),
                scope: Scope::All,
            },
        );
        check("/graph", Place::Graph);
        check("/problems", Place::Problems);
        check("/settings", Place::Settings);
        check("/admin", Place::Admin(AdminTab::Health));
        check("/admin/nothing", Place::Elsewhere);
        check("/admin/roles", Place::Admin(AdminTab::Roles));
        check("/admin/roles/new", Place::Admin(AdminTab::Roles));
        check("/kept-out", Place::KeptOut);
        check("/register", Place::Register);
        check("/docs/callboard/catalog/files", Place::Guide);
        check("/create", Place::Templates);
        check("/create/edit", Place::TemplateEditor);
        check("/create/tasks", Place::Tasks);
        check("/create/tasks/1f0c", Place::Task);
        check("/create/actions", Place::Actions);
        check(
            "/create/templates/default/website",
            Place::Template(EntityRef::new("template", "default", "website")),
        );
        check("/nowhere", Place::Elsewhere);
    }
}
