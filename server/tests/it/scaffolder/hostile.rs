//! Templates that mean harm.

use super::workshop::{Workshop, step, template};
use crate::support::{Engine, seed};
use serde_json::{Value, json};
use server::scaffolder::workspace::{Inside, Limits, Wanted, Workspace, WorkspaceError};
use std::path::Path;
use tar::{Builder, EntryType, Header};

/// Runs a template of one step and returns the error of it.
async fn refused(action: &str, input: Value) -> String {
    let spec = json!({ "steps": [step("harm", action, input)] });
    let db = Engine::Sqlite.open().await.unwrap();
    let workshop = Workshop::start(db, vec![template(seed(), "harm", spec)]).await;
    workshop.run("harm", json!({})).await.error().to_owned()
}

#[tokio::test]
async fn no_path_of_any_action_leads_out() {
    let entity = json!({ "kind": "X" });
    for (action, input) in [
        ("fs:delete", json!({ "files": ["../x"] })),
        ("fs:delete", json!({ "files": ["a/../../**"] })),
        (
            "fs:rename",
            json!({ "files": [{ "from": "../a", "to": "b" }] }),
        ),
        (
            "fs:rename",
            json!({ "files": [{ "from": "a", "to": "../../b" }] }),
        ),
        ("fs:readdir", json!({ "paths": ["../"] })),
        (
            "catalog:write",
            json!({ "entity": entity, "filePath": "../../a.yaml" }),
        ),
        (
            "fetch:plain",
            json!({ "url": "https://github.com/a/b", "targetPath": "../a" }),
        ),
        (
            "fetch:plain:file",
            json!({ "url": "https://github.com/a/b/blob/main/c", "targetPath": "../a" }),
        ),
    ] {
        let error = refused(action, input.clone()).await;
        assert!(
            error.contains("leads out of the workspace"),
            "{action} {input}: {error}"
        );
    }
    for (action, input) in [
        ("fs:delete", json!({ "files": ["/etc/passwd"] })),
        ("fs:readdir", json!({ "paths": ["/"] })),
        (
            "catalog:write",
            json!({ "entity": entity, "filePath": "/tmp/a.yaml" }),
        ),
    ] {
        let error = refused(action, input.clone()).await;
        assert!(
            error.contains("is an absolute path"),
            "{action} {input}: {error}"
        );
    }
}

#[tokio::test]
async fn addresses_of_the_own_network_are_not_read() {
    for url in [
        "http://169.254.169.254/latest/meta-data",
        "http://127.0.0.1:1/x",
        "http://[::1]:1/x",
    ] {
        let error = refused("fetch:plain:file", json!({ "url": url, "targetPath": "x" })).await;
        assert!(error.starts_with(url), "{error}");
    }
}

fn workspace() -> Workspace {
    let limits = Limits {
        bytes: 1 << 20,
        file: 100 << 10,
        entries: 50,
    };
    Workspace::create(&std::env::temp_dir(), limits).unwrap()
}

fn at(path: &str) -> Inside {
    Inside::parse(path).unwrap()
}

/// An archive of one entry, whatever its name.
fn archive(kind: EntryType, name: &str, link: &str, content: &[u8]) -> Vec<u8> {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(content.len() as u64);
    header.set_mode(0o644);
    let raw = header.as_old_mut();
    raw.name[..name.len()].copy_from_slice(name.as_bytes());
    raw.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_cksum();
    let mut builder = Builder::new(Vec::new());
    builder.append(&header, content).unwrap();
    builder.into_inner().unwrap()
}

#[test]
fn archives_put_nothing_outside_and_nothing_that_is_no_file() {
    for (kind, name, link) in [
        (EntryType::Regular, "../escaped", ""),
        (EntryType::Regular, "/tmp/escaped", ""),
        (EntryType::Regular, "a/../../escaped", ""),
        (EntryType::Symlink, "link", "../outside"),
        (EntryType::Symlink, "link", "/etc/passwd"),
        (EntryType::Symlink, "a/link", "../../outside"),
        (EntryType::Link, "hard", "/etc/passwd"),
        (EntryType::Char, "device", ""),
        (EntryType::Fifo, "pipe", ""),
    ] {
        let workspace = workspace();
        let archive = archive(kind, name, link, b"");
        let extracted = workspace.extract(&*archive, &Inside::root(), &Wanted::default());
        assert!(extracted.is_err(), "{kind:?} {name} {link}");
        assert!(
            workspace.walk(&Inside::root()).unwrap().is_empty(),
            "{kind:?} {name}"
        );
    }
}

#[test]
fn a_small_archive_of_a_lot_is_not_unpacked() {
    let zeros = vec![0; 90 << 10];
    let mut builder = Builder::new(Vec::new());
    for number in 0..40 {
        let mut header = Header::new_gnu();
        header.set_size(zeros.len() as u64);
        header.set_mode(0o644);
        builder
            .append_data(&mut header, format!("{number}"), &*zeros)
            .unwrap();
    }
    let archive = builder.into_inner().unwrap();
    let extracted = workspace().extract(&*archive, &Inside::root(), &Wanted::default());
    assert!(
        matches!(
            extracted,
            Err(WorkspaceError::TooMuch(_) | WorkspaceError::Archive(_))
        ),
        "{extracted:?}"
    );
    let huge = lz4_flex::compress_prepend_size(&vec![0; 64 << 20]);
    assert!(matches!(
        workspace().unpack(&huge),
        Err(WorkspaceError::TooMuch(_))
    ));
    assert!(workspace().unpack(b"\xff\xff\xff\xff").is_err());
}

#[test]
fn links_are_not_followed_out_whatever_made_them() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "hunter2").unwrap();
    let workspace = workspace();
    // As if something had made them behind the back of the handle.
    let folder = workspace.folder().unwrap();
    let link =
        |target: &Path, name: &str| std::os::unix::fs::symlink(target, folder.join(name)).unwrap();
    link(outside.path(), "out");
    link(&outside.path().join("secret"), "file");
    link(Path::new("out"), "chain");
    link(&outside.path().join("new"), "dangling");
    for path in ["out/secret", "file", "chain/secret", "dangling"] {
        let read = workspace.read(&at(path));
        assert!(read.is_err(), "{path}");
    }
    for path in ["out/new", "chain/new", "dangling", "file"] {
        assert!(workspace.write(&at(path), b"x", false).is_err(), "{path}");
    }
    assert!(workspace.rename(&at("out/secret"), &at("mine")).is_err());
    assert!(workspace.create_folder(&at("out/sub")).is_err());
    workspace.remove(&at("out")).unwrap();
    assert!(
        outside.path().join("secret").exists(),
        "the link goes, not what it leads to"
    );
    assert!(!outside.path().join("new").exists());
}

#[test]
fn a_workspace_is_bounded() {
    let workspace = workspace();
    let write = |path: &str, size: usize| workspace.write(&at(path), &vec![0; size], false);
    assert!(matches!(
        write("large", 101 << 10),
        Err(WorkspaceError::TooLarge { .. })
    ));
    for number in 0..10 {
        write(&format!("{number}"), 100 << 10).unwrap();
    }
    assert!(matches!(
        write("more", 100 << 10),
        Err(WorkspaceError::TooMuch(_))
    ));
    // What is replaced counts once, what is removed not at all.
    write("0", 99 << 10).unwrap();
    workspace.remove(&at("1")).unwrap();
    write("more", 100 << 10).unwrap();
    for number in 0..39 {
        write(&format!("small{number}"), 0).unwrap();
    }
    assert!(matches!(write("d/e/f", 0), Err(WorkspaceError::TooMany(_))));
}

#[test]
fn what_is_packed_comes_back_as_it_was() {
    let from = workspace();
    from.write(&at("a/run.sh"), b"#!", true).unwrap();
    from.write(&at("b.txt"), b"text", false).unwrap();
    from.create_folder(&at("empty")).unwrap();
    from.link(&at("a/link"), "../b.txt").unwrap();
    let to = workspace();
    to.unpack(&from.pack().unwrap()).unwrap();
    assert_eq!(
        to.walk(&Inside::root()).unwrap(),
        from.walk(&Inside::root()).unwrap()
    );
    assert_eq!(to.read(&at("a/link")).unwrap(), b"text");
    assert_eq!(from.pack().unwrap(), to.pack().unwrap());
}
