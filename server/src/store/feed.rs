//! What read models follow: the number of the last change, and being told of a new one.

use super::StoreError;
use super::db::{Db, on};
use super::tx::CHANGES;
use sqlx::Row;
use sqlx::postgres::PgListener;

const GET_CHANGE: &str = "select last from changes where id = 1";
const GET_READ_TIMES: &str = "select location, read_at from sources where read_at > $1";
/// The channel as PostgreSQL knows it; test schemas do not wake one another.
const GET_CHANNEL: &str = "select $1 || '_' || md5(current_schema() || ' ' || current_database())";

/// Hears of changes as they are made, on PostgreSQL. Elsewhere nobody else writes.
pub struct Listener(Option<PgListener>);

/// The number of the last change.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn get_last_change(db: &Db) -> Result<i64, StoreError> {
    on!(db, pool => Ok(sqlx::query(GET_CHANGE).fetch_one(pool).await?.get(0)))
}

/// The sources that were read after `since`, each with when: Unix milliseconds.
///
/// # Errors
/// [`StoreError::Database`].
pub async fn list_read_times(db: &Db, since: i64) -> Result<Vec<(String, i64)>, StoreError> {
    on!(db, pool => {
        let rows = sqlx::query(GET_READ_TIMES).bind(since).fetch_all(pool).await?;
        Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
    })
}

impl Listener {
    /// Begins to listen for changes of the catalog.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn start(db: &Db) -> Result<Self, StoreError> {
        Self::on(db, CHANGES).await
    }

    /// Begins to listen on a channel.
    ///
    /// # Errors
    /// [`StoreError::Database`].
    pub async fn on(db: &Db, channel: &str) -> Result<Self, StoreError> {
        let Db::Postgres(pool) = db else {
            return Ok(Self(None));
        };
        let channel: String = sqlx::query(GET_CHANNEL)
            .bind(channel)
            .fetch_one(pool)
            .await?
            .get(0);
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(&channel).await?;
        Ok(Self(Some(listener)))
    }

    /// Returns when there may be something new. Never, where nobody tells.
    ///
    /// # Errors
    /// [`StoreError::Database`] when the connection is gone.
    pub async fn changed(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            // `None` stands for a connection that was lost and is back: something may be missed.
            Some(listener) => {
                listener.try_recv().await?;
                Ok(())
            }
            None => std::future::pending().await,
        }
    }
}
