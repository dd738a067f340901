//! A database for each test.

use server::store::Db;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// An empty, migrated database that nobody else uses.
pub struct TestDb {
    pub db: Db,
}

impl Engine {
    /// Opens it. `None`, said aloud, when there is no PostgreSQL and none is required.
    pub async fn open(self) -> Option<TestDb> {
        let url = match self {
            Self::Sqlite => "sqlite::memory:".to_owned(),
            Self::Postgres => schema().await?,
        };
        let db = Db::connect(&url.parse().unwrap()).await.unwrap();
        Some(TestDb { db })
    }
}

/// A connection URL into a schema of its own.
pub async fn schema() -> Option<String> {
    let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
        assert!(
            std::env::var("CALLBOARD_REQUIRE_POSTGRES").is_err(),
            "PostgreSQL is required, but TEST_DATABASE_URL names none"
        );
        eprintln!("passed over: TEST_DATABASE_URL names no PostgreSQL");
        return None;
    };
    let schema = format!("test_{}", uuid::Uuid::new_v4().simple());
    let mut connection = PgConnection::connect(&url).await.unwrap();
    let create = AssertSqlSafe(format!("create schema {schema}"));
    sqlx::query(create).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    let separator = if url.contains('?') { '&' } else { '?' };
    Some(format!("{url}{separator}options[search_path]={schema}"))
}
