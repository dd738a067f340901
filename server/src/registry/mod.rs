//! What people and programs do to the catalog, beside what its files say.
//!
//! Pages come here through the port of `app`, clients through `http`; both find the same checks. To
//! add a deed: 1. a file here with a method of [`Registry`], 2. its handler in `http` or its method
//! in the port.

mod analyze;
mod validate;

pub use analyze::{Analysis, ExistingFile};

use crate::clock::Clock;
use crate::ingest::Context;
use crate::query::Catalog;
use crate::store::Db;
use app::error::ApiError;

/// All that it takes to change the catalog, and to say beforehand what would come of it.
#[derive(Debug, Clone)]
pub struct Registry {
    pub db: Db,
    pub catalog: Catalog,
    pub clock: Clock,
    /// How locations are read.
    pub context: Context,
    /// `catalog.readonly`: locations come from the configuration alone.
    pub readonly: bool,
}

/// A parameter or body that cannot be understood.
fn invalid(field: &str, message: impl Into<String>) -> ApiError {
    ApiError::Invalid {
        field: field.to_owned(),
        message: message.into(),
    }
}
