//! What is read below the page of a repository.

use crate::support::on_each_engine;
use server::ingest::LocationRef;
use server::store::{Db, below_sql, list_read_below, range_below};
use sqlx::{AssertSqlSafe, Row};

/// So many that looking at each of them costs more than an index.
const SOURCES: usize = 5_000;

async fn run(db: &Db, sql: &str) {
    let sql = AssertSqlSafe(sql.to_owned());
    match db {
        Db::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// Sources with a repository each, and a file that each includes.
async fn fill(db: &Db) {
    let numbers = format!(
        "with recursive numbers(n) as
            (select 1 union all select n + 1 from numbers where n < {SOURCES})"
    );
    let location = "'url:https://github.com/Playhouse/r-' || n || '/blob/main/";
    let sources = format!(
        "insert into sources (location, origin, read_at)
         {numbers} select {location}catalog-info.yaml', 'x', 1 from numbers"
    );
    let inclusions = format!(
        "insert into inclusions (location, file)
         {numbers} select {location}catalog-info.yaml', {location}API.json' from numbers"
    );
    for sql in [&sources, &inclusions, "analyze"] {
        run(db, sql).await;
    }
}

/// What the engine says it will do.
async fn plan(db: &Db, prefix: &LocationRef) -> String {
    let (from, to) = range_below(prefix);
    let lines: Vec<String> = match db {
        Db::Sqlite(pool) => {
            let sql = AssertSqlSafe(format!("explain query plan {}", below_sql(db)));
            let rows = sqlx::query(sql).bind(from).bind(to).fetch_all(pool).await;
            rows.unwrap().iter().map(|row| row.get(3)).collect()
        }
        Db::Postgres(pool) => {
            let sql = AssertSqlSafe(format!("explain {}", below_sql(db)));
            let rows = sqlx::query(sql).bind(from).bind(to).fetch_all(pool).await;
            rows.unwrap().iter().map(|row| row.get(0)).collect()
        }
    };
    lines.join("\n")
}

on_each_engine! {
    async fn an_index_finds_what_is_read_below_a_page_in_whatever_letters(db: TestDb) {
        let db = db.db;
        fill(&db).await;
        let page = LocationRef::url("https://GitHub.com/playhouse/R-42/");
        let mut found = list_read_below(&db, &page).await.unwrap();
        found.sort_by(|one, other| one.target.cmp(&other.target));
        let found: Vec<&str> = found.iter().map(|it| it.target.as_str()).collect();
        let at = "https://github.com/Playhouse/r-42/blob/main/";
        assert_eq!(found, [format!("{at}API.json"), format!("{at}catalog-info.yaml")]);
        let plan = plan(&db, &page).await;
        assert!(plan.contains("sources_lower") && plan.contains("inclusions_lower"), "{plan}");
        assert!(!plan.contains("SCAN") && !plan.contains("Seq Scan"), "{plan}");
    }
}
