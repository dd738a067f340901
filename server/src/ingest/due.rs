//! One source that is due: reads it by itself, as a walk from its root would have.

use super::SourceUpdate;
use super::include::confined;
use super::location::LocationRef;
use super::read::blocking;
use super::root::Root;
use super::rules::Allow;
use super::source::{Job, Origin};
use super::walk::{Context, Fingerprint, MAX_DEPTH, TOO_MANY, folder_of, read};
use app::catalog::EntityRef;
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

/// A source with what is known of the way that leads to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    pub location: LocationRef,
    pub origin: LocationRef,
    pub parent: Option<LocationRef>,
    /// The Location entity there that names it.
    pub named_by: Option<EntityRef>,
    /// Nothing is wrong when it is not there.
    pub optional: bool,
    /// A search found it, and it need not be a catalog file.
    pub found: bool,
    /// How many steps it is away from its root.
    pub depth: usize,
    pub known: Fingerprint,
}

/// The roots that the operator has named, and what may come in by the way of others.
#[derive(Debug)]
pub struct Origins {
    named: HashMap<LocationRef, Root>,
    allow: Allow,
    made: Mutex<HashMap<LocationRef, Arc<Origin>>>,
}

impl Origins {
    pub fn new(named: Vec<Root>, allow: Allow) -> Self {
        let named = named.into_iter().rev();
        Self {
            named: named.map(|root| (root.location.clone(), root)).collect(),
            allow,
            made: Mutex::default(),
        }
    }

    fn get(&self, location: &LocationRef, context: &Context) -> Arc<Origin> {
        // What stands there may have become a folder, or none, since it was last looked at.
        let folder = (location.kind == "file").then(|| folder_of(Path::new(&location.target)));
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(origin) = made.get(location).filter(|it| it.folder == folder) {
            return Arc::clone(origin);
        }
        let named = self.named.get(location).cloned();
        let root = named.unwrap_or_else(|| Root::configured(location.clone(), self.allow.clone()));
        let (scm, kinds) = (Arc::clone(&context.scm), Arc::clone(&context.kinds));
        let origin = Arc::new(Origin::new(root, folder, scm, kinds));
        made.insert(location.clone(), Arc::clone(&origin));
        origin
    }
}

/// What stands in the source now.
pub async fn ingest_due(due: Due, origins: &Origins, context: &Context) -> SourceUpdate {
    let job = Job {
        root: origins.get(&due.origin, context),
        location: due.location,
        parent: due.parent,
        named_by: due.named_by,
        optional: due.optional,
        found: due.found,
    };
    if due.depth >= MAX_DEPTH {
        return job.unreadable(TOO_MANY);
    }
    if let Err(reason) = is_beside(&job).await {
        return job.unreadable(&reason);
    }
    read(job, Some(due.known), context).await.1
}

/// A file that may be named once may be replaced by a link to anywhere later. What an operator's
/// own folder or pattern holds was never confined.
async fn is_beside(job: &Job) -> Result<(), String> {
    let Some(parent) = job.parent.clone().filter(|it| it.kind == "file") else {
        return Ok(());
    };
    if job.found || job.location.kind != "file" {
        return Ok(());
    }
    let (job, folder) = (job.clone(), job.root.folder.clone());
    blocking(move || {
        if parent == job.root.location && !Path::new(&parent.target).is_file() {
            return Ok(());
        }
        let path = Path::new(&job.location.target);
        confined(path, &parent.target, folder.as_deref())
    })
    .await
}
