//! What the operations manual says of backups, carried out.

use crate::support::{TestApp, TestDb, seed};
use app::catalog::EntityRef;
use axum::http::StatusCode;
use server::back_up;
use server::config::Database;
use server::store::{Db, put_star};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::process::Command;
use url::Url;

/// Puts in what is to be found again: entities, which a new reading would bring back, and what only
/// people know.
async fn fill(db: &Db) {
    let seed = seed()
        .component("orders", |entity| entity.owned_by("box-office"))
        .group("box-office", |entity| entity)
        .problem(7, None, "a problem that was found");
    seed.into_store(db).await;
    let guest = EntityRef::new("User", "default", "guest");
    let orders = EntityRef::new("Component", "default", "orders");
    put_star(db, &guest, &orders, true, 1).await.unwrap();
}

/// Starts on a database and looks whether everything is there, also for whoever follows changes.
async fn check(db: Db) {
    let uid = {
        let app = TestApp::below("", TestDb { db: db.clone() }, Vec::new()).await;
        let path = "/api/catalog/entities/by-name/component/default/orders";
        let orders = app.get(path).await;
        assert_eq!(orders.status, StatusCode::OK, "{}", orders.body);
        let orders = orders.json();
        assert_eq!(
            orders["relations"][0]["targetRef"],
            "group:default/box-office"
        );
        let problems = app.get("/problems").await;
        assert!(problems.body.contains("a problem that was found"));
        orders["metadata"]["uid"].as_str().unwrap().to_owned()
    };
    let stars = server::store::list_stars(&db).await.unwrap();
    assert_eq!(stars.len(), 1);
    // It can be written to as before, and what stays keeps its identity.
    let again = seed().component("orders", |entity| entity.titled("Orders, restored"));
    let app = TestApp::below("", TestDb { db }, vec![again]).await;
    let orders = app
        .get(&format!("/api/catalog/entities/by-uid/{uid}"))
        .await;
    assert_eq!(orders.json()["metadata"]["title"], "Orders, restored");
}

#[tokio::test]
async fn a_copy_of_a_sqlite_database_in_use_is_a_database() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("callboard.sqlite");
    let copy = folder.path().join("backup.sqlite");
    let db = Db::connect(&Database::SqliteFile(file.clone()))
        .await
        .unwrap();
    fill(&db).await;
    let back_up = |to: PathBuf| {
        let database = Database::SqliteFile(file.clone());
        std::thread::spawn(move || back_up::run(&database, &to))
            .join()
            .unwrap()
    };
    back_up(copy.clone()).unwrap();
    // What happens later is none of it.
    seed()
        .file("/catalog/later.yaml")
        .component("later", |entity| entity)
        .into_store(&db)
        .await;
    let error = back_up(copy.clone()).unwrap_err();
    assert!(format!("{error:#}").contains("exists"), "{error:#}");
    db.close().await;
    let restored = Db::connect(&Database::SqliteFile(copy)).await.unwrap();
    check(restored).await;
}

#[tokio::test]
async fn a_dump_of_postgresql_is_restored_into_an_empty_database() {
    let Some(server) = Server::find() else { return };
    let (source, target) = (server.create().await, server.create().await);
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("callboard.dump");
    let dump = dump.to_str().unwrap();

    let db = connect(&source).await;
    fill(&db).await;
    // As the manual says it, with the server running.
    server.run(
        "pg_dump",
        &["--format=custom", "--file", dump, source.as_str()],
    );
    db.close().await;
    let options = [
        "--no-owner",
        "--exit-on-error",
        "--dbname",
        target.as_str(),
        dump,
    ];
    server.run("pg_restore", &options);
    let restored = connect(&target).await;
    check(restored.clone()).await;
    restored.close().await;
    server.drop(&source).await;
    server.drop(&target).await;
}

async fn connect(url: &Url) -> Db {
    Db::connect(&url.as_str().parse().unwrap()).await.unwrap()
}

/// The PostgreSQL of the tests, with its own programs.
struct Server {
    url: Url,
    programs: PathBuf,
}

impl Server {
    /// `None`, said aloud, where there is none and none is required.
    fn find() -> Option<Self> {
        let required = std::env::var("CALLBOARD_REQUIRE_POSTGRES").is_ok();
        let url = std::env::var("TEST_DATABASE_URL").ok();
        let programs = programs();
        if let (Some(url), Some(programs)) = (url, programs) {
            let url = url.parse().unwrap();
            return Some(Self { url, programs });
        }
        assert!(!required, "PostgreSQL and its programs are required");
        eprintln!("passed over: no PostgreSQL, or no pg_dump");
        None
    }

    async fn execute(&self, sql: String) {
        let mut connection = PgConnection::connect(self.url.as_str()).await.unwrap();
        let sql = AssertSqlSafe(sql);
        sqlx::query(sql).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
    }

    /// An empty database.
    async fn create(&self) -> Url {
        let name = format!("backup_{}", uuid::Uuid::new_v4().simple());
        self.execute(format!("create database {name}")).await;
        let mut url = self.url.clone();
        url.set_path(&name);
        url
    }

    async fn drop(&self, url: &Url) {
        let name = url.path().trim_start_matches('/');
        self.execute(format!("drop database {name} with (force)"))
            .await;
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let done = Command::new(self.programs.join(program))
            .args(arguments)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program}: {said}");
    }
}

/// The folder with `pg_dump`: the newest of Debian's, or one of `PATH`.
fn programs() -> Option<PathBuf> {
    let has_dump = |folder: &PathBuf| folder.join("pg_dump").is_file();
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut debian: Vec<PathBuf> = debian
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .filter(has_dump)
        .collect();
    debian.sort();
    debian.pop().or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|it| Path::new(&it).to_owned())
            .find(has_dump)
    })
}
