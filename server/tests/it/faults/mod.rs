//! What happens when processes, connections, disks and clocks fail: nothing is lost, nothing is half
//! visible, and work goes on by itself.

mod clocks;
mod cluster;
mod databases;
mod disks;
mod process;
mod replicas;
mod tasks;

use std::time::{Duration, Instant};

/// Work is to go on within that time after a fault.
const SOON: Duration = Duration::from_secs(30);
/// For what takes its time on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(2);

/// Waits until `come` says so; fails when that takes longer than `limit`.
async fn wait_for(what: &str, limit: Duration, mut come: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !come().await {
        assert!(start.elapsed() < limit, "waited {limit:?} for: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A folder with files `0.yaml` and so on, each with so many components, and a root for them all.
fn catalog(files: usize, components: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let targets: Vec<String> = (0..files).map(|file| format!("./{file}.yaml")).collect();
    let root = format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata: {{name: root}}\n\
         spec: {{targets: [{}]}}\n",
        targets.join(", ")
    );
    std::fs::write(folder.path().join("root.yaml"), root).unwrap();
    for file in 0..files {
        let text: String = (0..components)
            .map(|number| component(&format!("c-{file}-{number}")))
            .collect();
        std::fs::write(folder.path().join(format!("{file}.yaml")), text).unwrap();
    }
    folder
}

fn component(name: &str) -> String {
    format!(
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{name: {name}}}\n\
         spec: {{type: service, lifecycle: production, owner: lights}}\n---\n"
    )
}
