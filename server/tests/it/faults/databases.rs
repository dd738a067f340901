//! A database that cuts its connections, goes away and comes back.

use super::cluster::Cluster;
use super::process::Process;
use super::{PATIENCE, SOON, catalog, component, wait_for};
use serde_json::json;
use sqlx::{Connection, PgConnection};

const CUT: &str = "
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'callboard' and pid <> pg_backend_pid()";

#[tokio::test(flavor = "multi_thread")]
async fn reads_go_on_while_the_database_is_away_and_work_when_it_is_back() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let folder = catalog(3, 10);
    let process = Process::start(&cluster.url(), &folder.path().join("root.yaml"));
    wait_for("the catalog", PATIENCE, async || process.components() == 30).await;
    let is = |expected: &str| process.readiness() == Some((200, expected.to_owned()));
    wait_for("readiness", SOON, async || is("ok")).await;

    let change = |name: &str| {
        let text = format!("{}{}", component("c-0-0"), component(name));
        std::fs::write(folder.path().join("0.yaml"), text).unwrap();
        let path = format!("/api/catalog/entities/by-name/component/default/{name}");
        let process = &process;
        async move || process.get(&path).is_some_and(|(status, _)| status == 200)
    };
    let mut connection = PgConnection::connect(&cluster.url()).await.unwrap();
    sqlx::query(CUT).execute(&mut connection).await.unwrap();
    drop(connection);
    wait_for("what changed after the cut", SOON, change("after-cut")).await;

    cluster.stop();
    wait_for("degradation", SOON, async || is("degraded")).await;
    assert_eq!(process.components(), 22, "reads are answered from memory");
    let refresh = json!({ "entityRef": "component:default/after-cut" });
    let (status, body) = process.post("/api/catalog/refresh", &refresh).unwrap();
    assert_eq!(status, 503, "{body}");
    assert!(
        body["error"]["message"]
            .as_str()
            .unwrap()
            .contains("database"),
        "{body}"
    );

    cluster.resume();
    wait_for("recovery", SOON, async || is("ok")).await;
    wait_for(
        "what changed after the restart",
        SOON,
        change("after-restart"),
    )
    .await;
}
