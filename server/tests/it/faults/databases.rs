//! A database that cuts its connections, goes away and comes back.

use super::cluster::Cluster;
use super::process::Process;
use super::{PATIENCE, SOON, catalog, component, wait_for};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

const CUT: &str = "
    select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'callboard' and pid <> pg_backend_pid()";

/// Deletes a component so that it stays out. Returns its reference.
fn keep_out(process: &Process, name: &str) -> String {
    let path = format!("/api/catalog/entities/by-name/component/default/{name}");
    let (_, entity) = process.get(&path).unwrap();
    let uid = entity["metadata"]["uid"].as_str().unwrap();
    let path = format!("/api/catalog/entities/by-uid/{uid}?keepOut=true");
    assert_eq!(process.delete(&path).unwrap().0, 204);
    assert_eq!(
        list_kept_out(process),
        [format!("component:default/{name}")]
    );
    format!("component:default/{name}")
}

fn list_kept_out(process: &Process) -> Vec<String> {
    let (status, body) = process.get("/api/catalog/tombstones").unwrap();
    assert_eq!(status, 200, "{body}");
    let items = body["items"].as_array().unwrap().iter();
    let names = items.map(|it| it["entityRef"].as_str().unwrap().to_owned());
    names.collect()
}

/// Registers a location. Returns it as it is shown.
fn register(process: &Process) -> Value {
    let input = json!({ "type": "url", "target": "http://127.0.0.1:9/catalog-info.yaml" });
    let (status, body) = process.post("/api/catalog/locations", &input).unwrap();
    assert_eq!(status, 201, "{body}");
    let location = body["location"].clone();
    reads_locations(process, &location);
    location
}

/// Every way to read locations tells of this one.
fn reads_locations(process: &Process, location: &Value) {
    let (status, body) = process.get("/api/catalog/locations").unwrap();
    assert_eq!((status, &body[0]["data"]), (200, location), "{body}");
    let id = location["id"].as_str().unwrap();
    let (status, body) = process
        .get(&format!("/api/catalog/locations/{id}"))
        .unwrap();
    assert_eq!((status, &body), (200, location));
    let name = location["entityRef"].as_str().unwrap();
    let name = name.replace(':', "/");
    let (status, body) = process
        .get(&format!("/api/catalog/locations/by-entity/{name}"))
        .unwrap();
    assert_eq!((status, &body), (200, location));
    let (status, body) = process
        .post("/api/catalog/locations/by-query", &json!({}))
        .unwrap();
    assert_eq!((status, &body["items"][0]), (200, location), "{body}");
}

/// Whatever would change the catalog is refused with its reason.
fn refuses_to_write(process: &Process, location: &Value) {
    let refresh = json!({ "entityRef": "component:default/after-cut" });
    let other = json!({ "type": "url", "target": "http://127.0.0.1:9/other.yaml" });
    let at = format!(
        "/api/catalog/locations/{}",
        location["id"].as_str().unwrap()
    );
    for answer in [
        process.post("/api/catalog/refresh", &refresh),
        process.post("/api/catalog/locations", &other),
        process.delete(&at),
        process.delete("/api/catalog/tombstones/component/default/c-1-0"),
    ] {
        let (status, body) = answer.unwrap();
        assert_eq!(status, 503, "{body}");
        let message = body["error"]["message"].as_str().unwrap();
        assert!(message.contains("database"), "{body}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn reads_go_on_while_the_database_is_away_and_work_when_it_is_back() {
    let Some(mut cluster) = Cluster::start() else {
        return;
    };
    let folder = catalog(3, 10);
    let process = Process::start(&cluster.url(), &folder.path().join("root.yaml"));
    wait_for("the catalog", PATIENCE, async || process.components() == 30).await;
    let kept_out = keep_out(&process, "c-1-0");
    let registered = register(&process);
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
    assert_eq!(process.components(), 21, "reads are answered from memory");
    assert_eq!(list_kept_out(&process), [kept_out.as_str()]);
    reads_locations(&process, &registered);
    for what in ["failed", "pending"] {
        let path = format!("/api/catalog/entities/unprocessed/{what}");
        let (status, body) = process.get(&path).unwrap();
        assert_eq!((status, &body["type"]), (200, &json!(what)), "{body}");
    }
    refuses_to_write(&process, &registered);

    cluster.resume();
    wait_for("recovery", SOON, async || is("ok")).await;
    wait_for(
        "what changed after the restart",
        SOON,
        change("after-restart"),
    )
    .await;
}
