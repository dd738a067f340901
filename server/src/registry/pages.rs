//! The port of `app`: what pages may do to the catalog.

use super::{Preview, Registry};
use crate::audit;
use crate::clock::{ago, rfc3339};
use crate::ingest::LocationRef;
use crate::query::{colocated, link};
use crate::store::ProviderLocation;
use app::catalog::port::{self, Answer};
use app::catalog::{
    Draft, EntityLink, EntityRef, ErrorName, KeptOut, LocationPreview, Look, Problem, Proposal,
    Proposed, Removal, Severity, Way,
};
use app::error::ApiError;
use app::routes::Permission;
use app::viewer::Viewer;
use serde_json::Value;

/// Entities that a page names at most.
pub(super) const NAMED: usize = 100;

impl port::Registry for Registry {
    fn refresh<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, ()> {
        Box::pin(self.refresh(viewer, entity_ref))
    }

    fn removal<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, Removal> {
        Box::pin(async move {
            let origin = self.origin_of(viewer, entity_ref)?;
            let way = match self.find_location(&origin) {
                Some(location) => Way::Registered(location.id),
                None if origin.kind == "push" => Way::Pushed(origin.target.clone()),
                None => Way::Configured,
            };
            let model = self.catalog.seen_by(viewer);
            let mut others = colocated(&model, &origin.to_string());
            others.retain(|other| other.entity_ref != *entity_ref);
            let total = others.len();
            others.truncate(NAMED);
            let entity = model.get(entity_ref).map(|entry| model.entity(entry));
            let orphan = entity.is_some_and(|it| {
                it.pointer("/metadata/annotations/backstage.io~1orphan")
                    .is_some_and(|it| it == "true")
            });
            Ok(Removal {
                entity: link(&model, entity_ref),
                origin: origin.to_string(),
                way,
                colocated: others,
                colocated_total: total,
                orphan,
            })
        })
    }

    fn unregister<'a>(&'a self, id: &'a str) -> Answer<'a, ()> {
        Box::pin(self.unregister(id))
    }

    fn delete<'a>(
        &'a self,
        viewer: &'a Viewer,
        entity_ref: &'a EntityRef,
        keep_out: bool,
    ) -> Answer<'a, ()> {
        Box::pin(async move {
            audit::about(entity_ref);
            let uid = self
                .catalog
                .seen_by(viewer)
                .get(entity_ref)
                .map(|it| it.uid.to_string());
            let missing = || ApiError::NotFound(format!("The catalog holds no {entity_ref}."));
            let uid = uid.ok_or_else(missing)?;
            self.catalog
                .check(viewer, Permission::CatalogEntityDelete, entity_ref)?;
            let who = viewer.user_ref.to_string();
            let keep_out = keep_out.then_some(who.as_str());
            let deleted = self.delete_entity(&uid, keep_out).await?;
            deleted.then_some(()).ok_or_else(missing)
        })
    }

    fn list_kept_out<'a>(&'a self, viewer: &'a Viewer) -> Answer<'a, Vec<KeptOut>> {
        Box::pin(async move {
            let now = self.clock.now();
            let listed = self.list_tombstones(viewer).into_iter();
            let listed = listed.filter_map(|it| {
                Some(KeptOut {
                    entity_ref: it.entity_ref.parse().ok()?,
                    by: it.created_by,
                    since: rfc3339(it.created_at),
                    since_ago: ago(now, it.created_at),
                })
            });
            Ok(listed.collect())
        })
    }

    fn let_in<'a>(&'a self, viewer: &'a Viewer, entity_ref: &'a EntityRef) -> Answer<'a, ()> {
        Box::pin(self.lift_tombstone(viewer, entity_ref))
    }

    fn look<'a>(
        &'a self,
        viewer: &'a Viewer,
        url: &'a str,
        branch: Option<&'a str>,
        draft: Option<Draft>,
    ) -> Answer<'a, Look> {
        Box::pin(self.look(viewer, url, branch, draft))
    }

    fn propose<'a>(
        &'a self,
        viewer: &'a Viewer,
        url: &'a str,
        branch: Option<&'a str>,
        draft: &'a Draft,
        proposal: &'a Proposal,
    ) -> Answer<'a, Proposed> {
        Box::pin(self.propose(viewer, url, branch, draft, proposal))
    }

    fn register<'a>(&'a self, url: &'a str, is_awaited: bool) -> Answer<'a, EntityRef> {
        Box::pin(async move {
            let location = ProviderLocation {
                presence: is_awaited.then(|| "optional".to_owned()),
                ..at(url)
            };
            let stored = self.register(&location, None).await?;
            Ok(stored.entity_ref())
        })
    }
}

impl Registry {
    /// What a page tells of a preview.
    pub(super) fn told(&self, viewer: &Viewer, url: &str, preview: Preview) -> LocationPreview {
        let model = self.catalog.seen_by(viewer);
        // The entity that stands for the location is of no interest here.
        let entities = preview.entities.iter().skip(1);
        let links = entities.map(|(name, entity)| EntityLink {
            entity_ref: name.clone(),
            title: title(entity),
            known: model.get(name).is_some(),
        });
        let repeated = preview.repeated.iter().map(|name| Problem {
            severity: Severity::Warning,
            source: at(url).location().to_string(),
            line: None,
            entity_ref: Some(name.to_string()),
            error: ErrorName::default(),
            message: format!("{name} comes more than once; the first one counts"),
        });
        let mut problems = preview.problems;
        for problem in &mut problems {
            if let Some(about) = &problem.entity_ref {
                problem.message = format!("{about}: {}", problem.message);
            }
        }
        problems.extend(repeated);
        problems.sort_by_key(|problem| problem.severity);
        problems.truncate(NAMED);
        LocationPreview {
            url: url.to_owned(),
            exists: preview.exists,
            entities_total: preview.entities.len() - 1,
            entities: links.take(NAMED).collect(),
            problems,
        }
    }
}

pub(super) fn at(url: &str) -> ProviderLocation {
    ProviderLocation::of(&LocationRef::url(url.trim()))
}

fn title(entity: &Value) -> Option<String> {
    let title = entity.pointer("/metadata/title")?.as_str()?;
    Some(title.to_owned())
}
