//! Processes that die while they read.

use super::process::Process;
use super::{PATIENCE, SOON, catalog, wait_for};
use crate::support::schema;
use sqlx::{Connection, PgConnection, Row};

const FILES: usize = 300;
const COMPONENTS: usize = 10;

async fn count(connection: &mut PgConnection, sql: &'static str) -> i64 {
    // The tables come with the first process.
    let row = sqlx::query(sql).fetch_one(connection).await;
    row.map_or(0, |row| row.get(0))
}

const WRITTEN: &str = "select count(*) from sources where read_at > 0";
/// Sources of which some components are there and others are not.
const HALF: &str = "
    select count(*) from sources where parent is not null and
        (select count(*) from claims where claims.location = sources.location)
        <> case when read_at > 0 then 10 else 0 end";
const HOLDER: &str = "select leased_by from sources where leased_by is not null limit 1";
const LEASED_BY: &str = "select count(*) from sources where leased_by = $1";
const LEASED_BY_OTHERS: &str = "select count(*) from sources where leased_by <> $1";

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_is_killed_while_it_reads_leaves_nothing_half_done() {
    let Some(database) = schema().await else {
        return;
    };
    let mut connection = PgConnection::connect(&database).await.unwrap();
    let folder = catalog(FILES, COMPONENTS);
    let root = folder.path().join("root.yaml");
    let mut first = Process::start(&database, &root);
    wait_for("a part to be written", PATIENCE, async || {
        count(&mut connection, WRITTEN).await > 50
    })
    .await;
    first.kill();
    assert_eq!(
        count(&mut connection, HALF).await,
        0,
        "half a source is visible"
    );
    let second = Process::start(&database, &root);
    wait_for("another process to finish", PATIENCE, async || {
        second.components() == FILES * COMPONENTS
    })
    .await;
    assert_eq!(count(&mut connection, HALF).await, 0);
    assert_eq!(second.readiness(), Some((200, "ok".to_owned())));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_takes_over_what_one_beside_it_has_leased_and_died_with() {
    let Some(database) = schema().await else {
        return;
    };
    let mut connection = PgConnection::connect(&database).await.unwrap();
    let folder = catalog(FILES, COMPONENTS);
    let root = folder.path().join("root.yaml");
    let mut dying = Process::start(&database, &root);
    let mut holder = String::new();
    wait_for("leases", PATIENCE, async || {
        let row = sqlx::query(HOLDER).fetch_one(&mut connection).await;
        holder = row.map_or_else(|_| String::new(), |row| row.get(0));
        !holder.is_empty()
    })
    .await;
    let other = Process::start(&database, &root);
    wait_for("both to work", PATIENCE, async || {
        let others = sqlx::query(LEASED_BY_OTHERS).bind(&holder);
        let others: i64 = others.fetch_one(&mut connection).await.unwrap().get(0);
        others > 0 && other.components() > 0
    })
    .await;
    // It dies with something in its hands: held still, it cannot hand that back.
    wait_for("a lease to die with", PATIENCE, async || {
        dying.hold_still();
        let left = sqlx::query(LEASED_BY).bind(&holder);
        let left: i64 = left.fetch_one(&mut connection).await.unwrap().get(0);
        if left == 0 {
            dying.go_on();
        }
        left > 0
    })
    .await;
    dying.kill();
    wait_for("all to be read by the other", SOON, async || {
        other.components() == FILES * COMPONENTS
    })
    .await;
    wait_for("what the dead one held", SOON, async || {
        let left = sqlx::query(LEASED_BY).bind(&holder);
        left.fetch_one(&mut connection)
            .await
            .unwrap()
            .get::<i64, _>(0)
            == 0
    })
    .await;
    // What changes now is seen, also in sources that the dead one had.
    for file in 0..FILES {
        let path = folder.path().join(format!("{file}.yaml"));
        std::fs::write(path, super::component(&format!("only-{file}"))).unwrap();
    }
    wait_for("changes of all sources", SOON, async || {
        other.components() == FILES
    })
    .await;
}
