//! A transaction on either engine, and what the verbs that change the catalog have in common.

use super::StoreError;
use super::db::Db;
use crate::clock::Millis;
use sqlx::{AssertSqlSafe, Postgres, Row, SqlSafeStr, SqlStr, Sqlite, Transaction};

/// A transaction; what is not committed has not happened.
pub(super) struct Tx {
    inner: Inner,
    /// The time by the clock that all processes on this database share: PostgreSQL's own, and for
    /// SQLite, which one process has for itself, the one that was handed in.
    pub(super) now: Millis,
    /// The number of the change that this transaction makes.
    change: Option<i64>,
}

pub(super) enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

/// Runs one expression on whichever connection is in use; the SQL is the same for both, but that
/// `list($1)` stands for the texts of a JSON array.
macro_rules! within {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx.inner() {
            $crate::store::tx::Inner::Sqlite(tx) => {
                let $connection = &mut **tx;
                $body
            }
            $crate::store::tx::Inner::Postgres(tx) => {
                let $connection = &mut **tx;
                $body
            }
        }
    };
}
pub(super) use within;

/// Runs a statement and returns how many rows it touched.
macro_rules! run {
    ($tx:expr, $sql:expr $(, $value:expr)* $(,)?) => {{
        let sql = $tx.sql($sql);
        $crate::store::tx::within!($tx, connection => {
            sqlx::query(sql)$(.bind($value))*.execute(connection).await?.rows_affected()
        })
    }};
}
pub(super) use run;

/// Runs a query and returns what each row comes to.
macro_rules! rows {
    ($tx:expr, $sql:expr $(, $value:expr)*; $row:ident => $map:expr) => {{
        let sql = $tx.sql($sql);
        $crate::store::tx::within!($tx, connection => {
            let rows = sqlx::query(sql)$(.bind($value))*.fetch_all(connection).await?;
            rows.iter().map(|$row| $map).collect::<Vec<_>>()
        })
    }};
}
pub(super) use rows;

/// Inserts rows, some at a time: the beginning of the statement, the rows, what follows them, and
/// the values that each row comes to.
macro_rules! insert {
    ($tx:expr, $sql:expr, $rows:expr, $end:expr; $row:pat => $($value:expr),+ $(,)?) => {
        for chunk in $rows.chunks($crate::store::claims::CHUNK) {
            $crate::store::tx::within!($tx, connection => {
                sqlx::QueryBuilder::new($sql)
                    .push_values(chunk, |mut values, $row| {
                        $(values.push_bind($value);)+
                    })
                    .push($end)
                    .build().execute(connection).await?;
            });
        }
    };
}
pub(super) use insert;

const DATABASE_TIME: &str = "select cast(extract(epoch from clock_timestamp()) * 1000 as bigint)";
const DATABASE_TIME_UNHURRIED: &str = "
    select cast(extract(epoch from clock_timestamp()) * 1000 as bigint),
        set_config('synchronous_commit', 'off', true)";
const TAKE_NUMBERS: &str = "update changes set last = last + $1 where id = 1 returning last";
const NOTIFY: &str = "
    select pg_notify($1 || '_' || md5(current_schema() || ' ' || current_database()), $2)";

/// Where processes on one database tell one another that the catalog has changed. The name of the
/// schema and the database is added, so that two catalogs in one cluster do not wake each other.
pub const CHANGES: &str = "callboard_changes";
/// The same for sources that have become due.
pub const DUE: &str = "callboard_due";

/// Texts as one value for `list($1)`.
pub(super) fn list<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> String {
    let texts: Vec<serde_json::Value> =
        texts.into_iter().map(|text| text.as_ref().into()).collect();
    serde_json::Value::from(texts).to_string()
}

impl Db {
    /// Begins a transaction; `now` is the time where the database has none of its own.
    pub(super) async fn begin(&self, now: Millis) -> Result<Tx, StoreError> {
        self.begin_with(now, DATABASE_TIME).await
    }

    /// The same for what may be lost when the machine of the database fails within the next moment. What
    /// is committed after it is never kept without it.
    pub(super) async fn begin_unhurried(&self, now: Millis) -> Result<Tx, StoreError> {
        self.begin_with(now, DATABASE_TIME_UNHURRIED).await
    }

    async fn begin_with(&self, now: Millis, time: &'static str) -> Result<Tx, StoreError> {
        let inner = match self {
            Self::Sqlite(pool) => Inner::Sqlite(pool.begin().await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        };
        let mut tx = Tx {
            inner,
            now,
            change: None,
        };
        if let Inner::Postgres(postgres) = &mut tx.inner {
            let time = sqlx::query(time).fetch_one(&mut **postgres);
            tx.now = time.await?.get(0);
        }
        Ok(tx)
    }
}

impl Tx {
    pub(super) fn inner(&mut self) -> &mut Inner {
        &mut self.inner
    }

    /// The text of a statement as this engine takes it.
    pub(super) fn sql(&self, text: &'static str) -> SqlStr {
        if text.contains("list($") {
            self.with_lists(text)
        } else {
            text.into_sql_str()
        }
    }

    /// The same of a text that was put together; nothing in it comes from outside.
    pub(super) fn with_lists(&self, text: &str) -> SqlStr {
        let texts = match self.inner {
            Inner::Sqlite(_) => "(select value from json_each($",
            Inner::Postgres(_) => "(select json_array_elements_text($",
        };
        let mut parts = text.split("list($");
        let mut sql = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (number, rest) = part.split_once(')').unwrap_or((part, ""));
            sql.push_str(texts);
            sql.push_str(number);
            if matches!(self.inner, Inner::Postgres(_)) {
                sql.push_str("::json");
            }
            sql.push_str("))");
            sql.push_str(rest);
        }
        AssertSqlSafe(sql).into_sql_str()
    }

    /// Takes numbers for changes and returns the first of them. From here to the end of the
    /// transaction no other one changes the catalog.
    pub(super) async fn take(&mut self, count: usize) -> Result<i64, StoreError> {
        let count = i64::try_from(count.max(1)).expect("a batch is small");
        let last: Vec<i64> = rows!(self, TAKE_NUMBERS, count; row => row.get(0));
        let last = last.first().copied();
        let last = last.ok_or_else(|| StoreError::Corrupt("changes has no row".to_owned()))?;
        self.change = Some(last);
        Ok(last - count + 1)
    }

    /// Tells the other processes of a message; heard when the transaction is committed.
    pub(super) async fn notify(
        &mut self,
        channel: &str,
        message: String,
    ) -> Result<(), StoreError> {
        if let Inner::Postgres(tx) = &mut self.inner {
            let notify = sqlx::query(NOTIFY).bind(channel).bind(message);
            notify.execute(&mut **tx).await?;
        }
        Ok(())
    }

    /// Makes it all happen at once. Returns the number of the last change, if there was one.
    pub(super) async fn commit(mut self) -> Result<Option<i64>, StoreError> {
        if let Some(change) = self.change {
            self.notify(CHANGES, change.to_string()).await?;
        }
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
        }
        Ok(self.change)
    }
}
