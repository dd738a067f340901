//! Files that want to break, stall or reach out of their folder.

use super::*;
use crate::ingest::validate::custom::Kinds;

#[tokio::test]
async fn hostile_files_are_problems_and_the_rest_stays() {
    let folder = folder(&[("z.yaml", &component("z"))]);
    let path = |name: &str| folder.path().join(name);
    fs::write(path("binary.yaml"), b"a: \0\xff").unwrap();
    fs::File::create(path("large.yaml"))
        .unwrap()
        .set_len(50_000_000)
        .unwrap();
    symlink(folder.path(), path("loop")).unwrap();
    symlink(path("self.yaml"), path("self.yaml")).unwrap();
    symlink("/etc/hostname", path("outside.yaml")).unwrap();
    let pipe = std::process::Command::new("mkfifo")
        .arg(path("pipe.yaml"))
        .status();
    assert!(pipe.unwrap().success());
    check(
        &folder,
        &["component:default/z"],
        &[
            "file::-: /loop was passed over: it is a link to a folder it lies in",
            "file::-: /outside.yaml was passed over: it is a link to a file outside",
            "file::-: /self.yaml was passed over: it is a link that leads nowhere",
            "file:/binary.yaml:1: the file holds binary data",
            "file:/large.yaml:-: cannot be read: the file is larger than the 10240 KiB",
        ],
    )
    .await;
    let named = [
        ("pipe.yaml", "it is not a regular file"),
        ("none.yaml", "it does not exist"),
        ("none/*.yaml", "the folder"),
        ("*.none", "no file matches"),
        ("", "it is a folder"),
    ];
    for (name, expected) in named {
        let location = LocationRef::file(path(name).display().to_string());
        let root = Root::configured(location, SEARCHED(&folder).allow);
        let updates = walk(root, Context::fresh()).await;
        assert_eq!(updates[0].outcome, Outcome::Unreadable, "{name}");
        let message = &updates[0].problems[0].message;
        assert!(message.contains(expected), "{message}");
    }
    let updates = walk(Root::catalog("/dev/zero"), Context::fresh()).await;
    assert!(
        updates[0].problems[0]
            .message
            .contains("not a regular file")
    );
}

#[tokio::test]
async fn placeholders_do_not_leave_the_folder() {
    let folder = folder(&[
        ("secret.txt", "s"),
        ("in/.git/config", "s"),
        ("in/near.txt", "n"),
    ]);
    symlink(
        folder.path().join("secret.txt"),
        folder.path().join("in/link.txt"),
    )
    .unwrap();
    let targets = [
        "./near.txt",
        "../secret.txt",
        "./link.txt",
        "/etc/hostname",
        "./.git/config",
        "./none.txt",
    ];
    let texts = targets.map(|target| {
        let spec = format!("spec: {{note: {{$text: {target}}}, ");
        component("a").replace("spec: {", &spec)
    });
    fs::write(folder.path().join("in/a.yaml"), texts.join("---\n")).unwrap();
    let root = Root::catalog(folder.path().join("in/a.yaml").to_str().unwrap());
    let updates = walk(root, Context::fresh()).await;
    let Outcome::Read { claims, .. } = &updates[0].outcome else {
        panic!("{updates:?}");
    };
    let provisional: Vec<bool> = claims.iter().map(|claim| claim.provisional).collect();
    assert_eq!(provisional, [false, true, true, true, true, true]);
    assert_eq!(claims[0].document["spec"]["note"], "n");
    for claim in &claims[1..] {
        let note = claim.document["spec"]["note"].as_str().unwrap();
        assert!(note.contains("could not be read"), "{note}");
    }
    let problems = problems(&updates, &folder);
    assert_eq!(problems.len(), 5, "{problems:#?}");
    for (problem, target) in problems.iter().zip(&targets[1..]) {
        assert!(
            problem.contains(&format!("spec.note refers to {target}, but")),
            "{problem}"
        );
        assert!(
            problem.contains("only files in") || target.contains("none"),
            "{problem}"
        );
    }
}

#[tokio::test]
async fn a_location_from_elsewhere_cannot_lead_to_files() {
    let url = LocationRef::url("https://host/all.yaml");
    let document = leads_to("all", "/etc/x.yaml").replace("spec: {", "spec: {type: file, ");
    let document = crate::ingest::parse::parse(document.as_bytes(), MAX_BYTES)
        .remove(0)
        .unwrap();
    let mut findings = crate::ingest::document::Findings::default();
    let place = crate::ingest::document::Place {
        location: &url,
        origin: &url,
        page: None,
        allow: &crate::ingest::rules::Allow::Everything,
        kinds: &Kinds::default(),
        folder: None,
        scm: &Scm::default(),
    };
    crate::ingest::document::take(document, Vec::new(), place, &mut findings);
    assert!(findings.targets.is_empty());
    assert!(
        findings.problems[0]
            .message
            .contains("cannot lead to files")
    );
}

#[tokio::test]
async fn targets_that_cannot_be_stored_are_problems() {
    let long = "x".repeat(2_001);
    let targets = format!(r#""a\nb.yaml", "./{long}.yaml", "https://host/{long}""#);
    let folder = folder(&[("all.yaml", &leads_to("all", &targets))]);
    check(
        &folder,
        &["location:default/all"],
        &[
            "file:/all.yaml:4: the target a\u{fffd}b.yaml is not read: it holds a control character",
            "file:/all.yaml:4: the target ./xxx",
            "file:/all.yaml:4: the target https://host/xxx",
        ],
    )
    .await;
}

#[tokio::test]
async fn a_file_leads_no_further_than_its_repository() {
    let folder = folder(&[
        ("secret/s.yaml", &component("secret")),
        ("r/.git/HEAD", ""),
        ("r/.git/c.yaml", &component("kept-by-git")),
        ("r/near.yaml", &component("near")),
        (
            "r/in/all.yaml",
            &leads_to(
                "all",
                "../near.yaml, ../../secret/s.yaml, /etc/hostname, ./link/s.yaml, ../.git/c.yaml, ./l*.yaml",
            ),
        ),
    ]);
    let path = |name: &str| folder.path().join(name);
    symlink(path("secret"), path("r/in/link")).unwrap();
    symlink(path("secret/s.yaml"), path("r/in/link.yaml")).unwrap();
    let location = LocationRef::file(path("r/in/all.yaml").display().to_string());
    let allow = crate::ingest::rules::Allow::Everything;
    let updates = walk(Root::configured(location, allow), Context::fresh()).await;
    assert_eq!(
        claimed(&updates),
        ["location:default/all", "component:default/near"]
    );
    let problems = problems(&updates, &folder);
    let refused = [
        "the target ../../secret/s.yaml is",
        "the target /etc/hostname is",
        "the target ./link/s.yaml is",
        "the target ../.git/c.yaml is",
        "/r/in/link.yaml was passed over:",
    ];
    assert_eq!(problems.len(), refused.len(), "{problems:#?}");
    for (problem, refused) in problems.iter().zip(refused) {
        assert!(problem.contains(refused), "{problem}");
        assert!(
            problem.contains("only files in /r can be named"),
            "{problem}"
        );
    }

    // The folder that an operator names holds all that is below it together.
    fs::remove_file(path("r/in/link.yaml")).unwrap();
    let updates = walk(SEARCHED(&folder), Context::fresh()).await;
    let names = claimed(&updates);
    assert!(names.contains(&"component:default/secret".to_owned()));
    let problems = super::problems(&updates, &folder);
    let refused = problems.iter().any(|it| it.contains("secret/s.yaml"));
    assert!(!refused, "{problems:#?}");
}

#[tokio::test]
async fn inclusions_share_one_budget_and_are_read_once() {
    let spec = |target: &str| format!("spec: {{note: {{$text: {target}}}, ");
    let texts = ["a", "b"].map(|it| component(it).replace("spec: {", &spec("./large.txt")));
    let folder = folder(&[
        ("all.yaml", &texts.join("---\n")),
        ("large.txt", &"x".repeat(600)),
    ]);
    let context = Context {
        max_bytes: 1_200,
        ..Context::fresh()
    };
    let updates = walk(SEARCHED(&folder), context).await;
    let Outcome::Read { claims, .. } = &updates[1].outcome else {
        panic!("{updates:?}");
    };
    let provisional: Vec<bool> = claims.iter().map(|claim| claim.provisional).collect();
    assert_eq!(provisional, [false, true]);
    assert!(
        updates[1].problems[0]
            .message
            .contains("too large together")
    );
}

#[tokio::test]
async fn a_fault_of_ours_stops_no_other_file() {
    let folder = folder(&[("a.yaml", &component("a")), ("b.yaml", &component("b"))]);
    let context = Context {
        previous: Arc::new(|location| {
            assert!(!location.target.ends_with("a.yaml"), "on purpose");
            None
        }),
        ..Context::fresh()
    };
    let updates = walk(SEARCHED(&folder), context).await;
    assert_eq!(claimed(&updates), ["component:default/b"]);
    assert_eq!(updates[1].outcome, Outcome::Unreadable);
    let message = &updates[1].problems[0].message;
    assert!(message.contains("a fault in Callboard"), "{message}");
}

#[tokio::test]
async fn a_folder_without_permission_is_a_problem() {
    use std::os::unix::fs::PermissionsExt;

    let folder = folder(&[
        ("a.yaml", &component("a")),
        ("locked/b.yaml", &component("b")),
    ]);
    let locked = folder.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    if fs::read_dir(&locked).is_ok() {
        println!("passed over: this user may read everything");
        return;
    }
    let names = ["component:default/a"];
    let expected = "file::-: /locked was passed over: the server has no permission";
    check(&folder, &names, &[expected]).await;
    let updates = walk(SEARCHED(&folder), Context::fresh()).await;
    // What was read of the folder before is not taken for gone.
    let Outcome::Read { incomplete, .. } = updates[0].outcome else {
        panic!("{updates:?}");
    };
    assert!(incomplete);
    let updates = walk(Root::catalog(locked.to_str().unwrap()), Context::fresh()).await;
    assert_eq!(updates[0].outcome, Outcome::Unreadable);
    assert!(updates[0].problems[0].message.contains("no permission"));
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}
