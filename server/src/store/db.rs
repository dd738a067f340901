//! The database behind the store: connecting, migrating, and what differs between the two engines.

use super::StoreError;
use crate::config::{Database, PostgresDatabase};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::str::FromStr;
use std::time::Duration;

/// How long a connection is waited for before the database counts as away.
const CONNECT: Duration = Duration::from_secs(10);
/// The same for PostgreSQL, which has several: somebody waits for an answer meanwhile.
const ACQUIRE: Duration = Duration::from_secs(5);

/// A pool of connections to either engine.
#[derive(Debug, Clone)]
pub enum Db {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// The connections of a pool.
#[derive(Debug, Clone, Copy)]
pub struct Connections {
    pub open: usize,
    /// Those of them that nobody uses.
    pub idle: usize,
    /// How many there may be.
    pub most: usize,
}

/// Runs one expression on whichever pool is configured; the SQL is the same for both.
macro_rules! on {
    ($db:expr, $pool:ident => $body:expr) => {
        match $db {
            $crate::store::db::Db::Sqlite($pool) => $body,
            $crate::store::db::Db::Postgres($pool) => $body,
        }
    };
}
pub(super) use on;

impl Db {
    /// Connects and brings the tables up to date.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the database cannot be reached, [`StoreError::Migrate`] when
    /// it cannot be brought up to date.
    pub async fn connect(database: &Database) -> Result<Self, StoreError> {
        let db = match database {
            Database::SqliteFile(path) => {
                Self::Sqlite(connect_sqlite(SqliteConnectOptions::new().filename(path)).await?)
            }
            Database::SqliteMemory => {
                Self::Sqlite(connect_sqlite(SqliteConnectOptions::new().in_memory(true)).await?)
            }
            Database::Postgres(postgres) => Self::Postgres(connect_postgres(postgres).await?),
        };
        // PostgreSQL migrates under an advisory lock, so that replicas may start together. A newer
        // release may have been here already: the previous one goes on running beside it.
        let mut migrations = migrations(&db);
        migrations.set_ignore_missing(true);
        on!(&db, pool => migrations.run(pool).await)?;
        Ok(db)
    }

    /// A database that nothing has been asked of yet.
    #[cfg(test)]
    pub(crate) fn unconnected() -> Self {
        let pool = SqlitePoolOptions::new().connect_lazy("sqlite::memory:");
        Self::Sqlite(pool.expect("a fixed URL"))
    }

    /// Which engine it is, for logs.
    pub fn engine(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "sqlite",
            Self::Postgres(_) => "postgres",
        }
    }

    /// How many connections there are.
    pub fn connections(&self) -> Connections {
        on!(self, pool => Connections {
            open: usize::try_from(pool.size()).unwrap_or(usize::MAX),
            idle: pool.num_idle(),
            most: usize::try_from(pool.options().get_max_connections()).unwrap_or(usize::MAX),
        })
    }

    /// Closes every connection, after what they are doing.
    pub async fn close(&self) {
        on!(self, pool => pool.close().await);
    }
}

/// What is said in the same words to both engines, and what is not.
fn migrations(db: &Db) -> Migrator {
    let both: Migrator = sqlx::migrate!("../migrations");
    let own: Migrator = match db {
        Db::Sqlite(_) => sqlx::migrate!("../migrations/sqlite"),
        Db::Postgres(_) => sqlx::migrate!("../migrations/postgres"),
    };
    Migrator::with_migrations(both.iter().chain(own.iter()).cloned().collect())
}

async fn connect_sqlite(options: SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let options = options
        .create_if_missing(true)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .busy_timeout(CONNECT);
    // One connection: SQLite has one writer anyway, and reads are answered from memory.
    SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
}

async fn connect_postgres(database: &PostgresDatabase) -> Result<PgPool, sqlx::Error> {
    let mut options =
        PgConnectOptions::from_str(database.url.expose())?.application_name("callboard");
    if let Some(ca) = &database.ssl_ca {
        options = options.ssl_root_cert_from_pem(ca.clone().into_bytes());
    }
    PgPoolOptions::new()
        .max_connections(8)
        .acquire_timeout(ACQUIRE)
        .connect_with(options)
        .await
}

/// Gives up on a database that says nothing for too long: a connection whose other end is gone can
/// be silent for a quarter of an hour.
///
/// # Errors
/// What `work` fails with, and [`StoreError::Database`] when it takes longer than `limit`.
pub async fn in_time<T>(
    limit: Duration,
    work: impl Future<Output = Result<T, StoreError>>,
) -> Result<T, StoreError> {
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| {
        let silent = "the database does not answer in time";
        let error = std::io::Error::new(std::io::ErrorKind::TimedOut, silent);
        Err(sqlx::Error::Io(error).into())
    })
}
