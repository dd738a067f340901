//! What paths and URLs in files lead to, and what they cannot lead to.

use super::*;

const FILE: &str = "https://github.com/o/r/blob/main/a/b.yaml";

/// Each row: a target, the file that names it, and the URL meant.
#[test]
fn targets_resolve_beside_their_file() {
    let table = [
        (
            "./c.yaml",
            FILE,
            "https://github.com/o/r/blob/main/a/c.yaml",
        ),
        ("../c.yaml", FILE, "https://github.com/o/r/blob/main/c.yaml"),
        ("x/../../c", FILE, "https://github.com/o/r/blob/main/c"),
        ("/c.yaml", FILE, "https://github.com/o/r/blob/main/c.yaml"),
        (
            "c d.yaml",
            FILE,
            "https://github.com/o/r/blob/main/a/c%20d.yaml",
        ),
        (
            "c%20d.yaml",
            FILE,
            "https://github.com/o/r/blob/main/a/c%20d.yaml",
        ),
        ("*.yaml", FILE, "https://github.com/o/r/blob/main/a/*.yaml"),
        ("https://x/y", FILE, "https://x/y"),
        (
            "../c.yaml",
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml?at=main",
            "https://bb.example.com:8443/projects/P/repos/r/browse/c.yaml?at=main",
        ),
        (
            "../c d.yaml",
            "https://dev.azure.com/org/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
            "https://dev.azure.com/org/_git/r?path=%2Fc+d.yaml&version=GBmain",
        ),
        (
            "/c.yaml",
            "https://dev.azure.com/org/_git/r?version=GBmain&path=%2Fa%2Fb.yaml",
            "https://dev.azure.com/org/_git/r?version=GBmain&path=%2Fc.yaml",
        ),
        (
            "c.yaml",
            "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
            "https://gitea.example.com/o/r/src/branch/main/a/c.yaml",
        ),
        ("/c", "https://x/a/b", "https://x/c"),
        ("c?d=1", "https://x/a/b", "https://x/a/c?d=1"),
    ];
    for (target, base, expected) in table {
        let resolved = scm().resolve(target, base);
        assert_eq!(resolved.as_deref(), Ok(expected), "{target} at {base}");
    }
}

#[test]
fn no_path_leads_out_of_a_repository() {
    let azure = "https://dev.azure.com/org/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain";
    for target in [
        "../../c",
        "/../c",
        "../../../../../o2/r2/blob/main/c",
        "%2e%2e/%2e%2e/c",
        "..%2f..%2fc",
        "%252e%252e/%252e%252e/c",
        "a%252f..%252f..%252f..",
        "..\\..\\c",
        "\\\\evil.com\\c",
        "//evil.com/c",
        "/%5c%5cevil.com/c",
        "a%00b",
        "javascript:alert(1)",
        "data:text/plain,a",
        "file:///etc/passwd",
        "C:\\c.yaml",
        "https://me:secret@github.com/o/r/blob/main/c",
    ] {
        for base in [FILE, azure] {
            let resolved = scm().resolve(target, base);
            assert!(resolved.is_err(), "{target} at {base}: {resolved:?}");
            assert!(!resolved.unwrap_err().to_string().contains("secret"));
        }
    }
}

#[test]
fn only_the_same_repository_is_the_same() {
    let azure = "https://dev.azure.com/org/p/_git/p?path=/a";
    let table = [
        (true, "https://github.com/o/R/blob/main/x", FILE),
        (true, "https://github.com/o/r/raw/other/x", FILE),
        (false, "https://github.com/o/r2/blob/main/x", FILE),
        (false, "https://github.com/o2/r/blob/main/x", FILE),
        (false, "https://evil/o/r/blob/main/x", FILE),
        (false, "https://github.com:444/o/r/blob/main/x", FILE),
        (false, "https://github.com@evil/o/r/blob/main/x", FILE),
        (false, "https://me@github.com/o/r/blob/main/x", FILE),
        (
            false,
            "https://github.com/o/r/blob/main/../../../../o2/r2/blob/main/x",
            FILE,
        ),
        (
            false,
            "https://github.com/o/r/blob/main/%2e%2e/%2e%2e/%2e%2e/%2e%2e/o2/r/blob/m/x",
            FILE,
        ),
        (
            false,
            "https://github.com/o/r/blob/main/..%2f..%2f..%2fx",
            FILE,
        ),
        (false, "https://github.com/o/r/blob/main/%252e%252e/x", FILE),
        (
            false,
            "https://github.com/o/r/blob/..%2f..%2fo2%2fr2/x",
            FILE,
        ),
        (false, "https://github.com/o%2fr2/r/blob/main/x", FILE),
        (false, "https://github.com/o/r/settings", FILE),
        (true, "https://dev.azure.com/ORG/_git/p?path=/b", azure),
        (false, "https://dev.azure.com/org/p/_git/q?path=/b", azure),
        (
            false,
            "https://dev.azure.com/org/p/_git/p?path=/../b",
            azure,
        ),
        (
            false,
            "https://dev.azure.com/org/p/_git/p?path=/..%252fb",
            azure,
        ),
        (true, "https://x/a/c/d", "https://x/a/b"),
        (false, "https://x/c", "https://x/a/b"),
        (false, "https://x/ab", "https://x/a/b"),
        (false, "http://x/a/c", "https://x/a/b"),
        (false, "https://x:444/a/c", "https://x/a/b"),
        (false, "https://x/a/%252e%252e/c", "https://x/a/b"),
        (false, "https://x/a/..%2fc", "https://x/a/b"),
        (false, "https://x/a/..%5cc", "https://x/a/b"),
    ];
    for (expected, target, base) in table {
        let same = scm().is_same_repository(target, base);
        assert_eq!(same, expected, "{target} at {base}");
    }
}

/// Whatever is put together of dangerous pieces is refused, or stays in the repository.
#[test]
fn no_mixture_of_pieces_leads_out() {
    const PIECES: [&str; 16] = [
        "a", "", ".", "..", "%2e%2e", "%252e", "%2f", "%5c", "\\", "?", "#", "@evil", ":444", "*",
        "%00", "https:",
    ];
    let bases = [
        FILE,
        "https://gitlab.com/g/p/-/blob/main/a/b.yaml",
        "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml?at=main",
        "https://dev.azure.com/org/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
        "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
    ];
    let scm = scm();
    let mut inside = 0;
    for (first, second, third) in PIECES.iter().flat_map(|first| {
        let seconds = PIECES.iter();
        seconds.flat_map(move |second| PIECES.iter().map(move |third| (first, second, third)))
    }) {
        for target in [
            format!("{first}/{second}/{third}"),
            format!("{first}{second}/{third}"),
        ] {
            for base in bases {
                let Ok(resolved) = scm.resolve(&target, base) else {
                    continue;
                };
                inside += 1;
                let same = scm.is_same_repository(&resolved, base);
                let is_whole = Url::parse(&target).is_ok();
                assert!(same || is_whole, "{target} at {base}: {resolved}");
                let call = scm.call(&resolved);
                assert!(is_whole || call.is_ok(), "{resolved}: {call:?}");
            }
        }
    }
    assert!(inside > 1000, "only {inside} were read at all");
}
