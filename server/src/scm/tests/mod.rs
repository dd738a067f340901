//! What becomes of the URLs of each provider, by their documentation.

mod apps;
mod paths;
mod urls;

use super::*;
use crate::config::{OrganizationToken, Secret};

const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// Every provider, with credentials of each kind.
fn scm() -> Scm {
    let secret = |text: &str| Some(Secret::new(text));
    let mut all = Vec::new();
    let mut add = |provider, host: &str, set: &dyn Fn(&mut Integration)| {
        let mut integration = Integration::new(provider, host);
        set(&mut integration);
        all.push(integration);
    };
    add(Provider::Github, "ghe.example.com", &|it| {
        it.token = secret("t");
    });
    add(Provider::Github, "octo.ghe.com", &|_| {});
    add(Provider::Gitlab, "gitlab.example.com", &|it| {
        it.base_url = Some("https://gitlab.example.com/git".to_owned());
        it.token = secret("t");
    });
    add(Provider::BitbucketCloud, "bitbucket.org", &|it| {
        it.username = secret("u");
        it.password = secret("p");
    });
    add(Provider::BitbucketServer, "bb.example.com:8443", &|it| {
        it.token = secret("t");
    });
    add(Provider::Azure, "dev.azure.com", &|it| {
        it.token = secret("any");
        it.organizations = vec![OrganizationToken {
            organizations: vec!["Org".to_owned()],
            token: Secret::new("org"),
        }];
    });
    add(Provider::Azure, "org.visualstudio.com", &|_| {});
    add(Provider::Azure, "tfs.example.com", &|_| {});
    add(Provider::Gitea, "gitea.example.com", &|it| {
        it.password = secret("t");
    });
    add(Provider::Gerrit, "gerrit.example.com", &|_| {});
    Scm::new(&all)
}

/// Each row: a URL of a page, and where its bytes are.
#[test]
fn a_page_has_bytes() {
    let table = [
        // GitHub: raw files for those who do not say who they are.
        (
            "https://github.com/o/r/blob/main/a/b.yaml",
            "https://raw.githubusercontent.com/o/r/main/a/b.yaml",
        ),
        (
            "https://github.com/o/r/tree/main/a.yaml#L3",
            "https://raw.githubusercontent.com/o/r/main/a.yaml",
        ),
        (
            "https://github.com/o/r/blob/feature%2Fx/a%20b.yaml?plain=1",
            "https://raw.githubusercontent.com/o/r/feature/x/a%20b.yaml",
        ),
        (
            "https://github.com/o/r/raw/refs/heads/main/a.yaml",
            "https://raw.githubusercontent.com/o/r/main/a.yaml",
        ),
        (
            "https://ghe.example.com/o/r/blob/main/a/ä.yaml",
            "https://ghe.example.com/api/v3/repos/o/r/contents/a/%C3%A4.yaml?ref=main",
        ),
        (
            "https://ghe.example.com/o/r/edit/feature%2Fx/a.yaml",
            "https://ghe.example.com/api/v3/repos/o/r/contents/a.yaml?ref=feature%2Fx",
        ),
        (
            "https://octo.ghe.com/o/r/blob/main/a.yaml",
            "https://api.octo.ghe.com/repos/o/r/contents/a.yaml?ref=main",
        ),
        // GitLab.
        (
            "https://gitlab.com/g/s/p/-/blob/main/a/b c.yaml",
            "https://gitlab.com/api/v4/projects/g%2Fs%2Fp/repository/files/a%2Fb%20c.yaml/raw?ref=main",
        ),
        (
            "https://gitlab.com/g/p/-/raw/v1.0/a.yaml?ref_type=tags",
            "https://gitlab.com/api/v4/projects/g%2Fp/repository/files/a.yaml/raw?ref=v1.0",
        ),
        (
            "https://gitlab.com/g/p/blob/main/a.yaml",
            "https://gitlab.com/api/v4/projects/g%2Fp/repository/files/a.yaml/raw?ref=main",
        ),
        (
            "https://gitlab.com/g/blob/blob/main/a.yaml",
            "https://gitlab.com/api/v4/projects/g%2Fblob/repository/files/a.yaml/raw?ref=main",
        ),
        (
            "https://gitlab.com/g/tree/p/-/blob/main/blob/-/blob/a.yaml",
            "https://gitlab.com/api/v4/projects/g%2Ftree%2Fp/repository/files/blob%2F-%2Fblob%2Fa.yaml/raw?ref=main",
        ),
        (
            "https://gitlab.example.com/git/g/p/-/blob/main/a.yaml",
            "https://gitlab.example.com/git/api/v4/projects/g%2Fp/repository/files/a.yaml/raw?ref=main",
        ),
        // Bitbucket Cloud.
        (
            "https://bitbucket.org/w/r/src/main/a/b.yaml",
            "https://api.bitbucket.org/2.0/repositories/w/r/src/main/a/b.yaml",
        ),
        (
            "https://bitbucket.org/w/r/raw/feature%2Fx/b.yaml",
            "https://api.bitbucket.org/2.0/repositories/w/r/src/feature%2Fx/b.yaml",
        ),
        // Bitbucket Server.
        (
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml",
            "https://bb.example.com:8443/rest/api/1.0/projects/P/repos/r/raw/a/b.yaml",
        ),
        (
            "https://bb.example.com:8443/projects/P/repos/r/raw/a.yaml?at=refs%2Fheads%2Fmain",
            "https://bb.example.com:8443/rest/api/1.0/projects/P/repos/r/raw/a.yaml?at=refs%2Fheads%2Fmain",
        ),
        (
            "https://bb.example.com:8443/ctx/users/ann/repos/r/browse/a.yaml?at=main",
            "https://bb.example.com:8443/rest/api/1.0/projects/~ann/repos/r/raw/a.yaml?at=main",
        ),
        // Azure DevOps.
        (
            "https://dev.azure.com/org/p/_git/r?path=%2Fa%2Fb.yaml&version=GBmain",
            "https://dev.azure.com/org/p/_apis/git/repositories/r/items?api-version=6.0&path=%2Fa%2Fb.yaml\
             &versionDescriptor.version=main&versionDescriptor.versionType=branch",
        ),
        (
            "https://dev.azure.com/org/_git/r?path=/a.yaml",
            "https://dev.azure.com/org/r/_apis/git/repositories/r/items?api-version=6.0&path=%2Fa.yaml",
        ),
        (
            "https://org.visualstudio.com/_git/r?path=/a.yaml&version=GTv1",
            "https://org.visualstudio.com/r/_apis/git/repositories/r/items?api-version=6.0&path=%2Fa.yaml\
             &versionDescriptor.version=v1&versionDescriptor.versionType=tag",
        ),
        (
            "https://tfs.example.com/tfs/c/my%20p/_git/r?path=/a.yaml&version=GCabc",
            "https://tfs.example.com/tfs/c/my%20p/_apis/git/repositories/r/items?api-version=6.0&path=%2Fa.yaml\
             &versionDescriptor.version=abc&versionDescriptor.versionType=commit",
        ),
        // Gitea.
        (
            "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
            "https://gitea.example.com/api/v1/repos/o/r/raw/a/b.yaml?ref=main",
        ),
        (
            "https://gitea.example.com/o/r/raw/tag/v1/a.yaml",
            "https://gitea.example.com/api/v1/repos/o/r/raw/a.yaml?ref=v1",
        ),
        // Elsewhere.
        (
            "https://x.example.com/o/r/blob/main/a",
            "https://x.example.com/o/r/blob/main/a",
        ),
        // Another port is another host.
        (
            "https://github.com:444/o/r/blob/main/a",
            "https://github.com:444/o/r/blob/main/a",
        ),
    ];
    for (page, bytes) in table {
        let call = scm().call(page);
        let url = call.map(|call| call.url.to_string());
        assert_eq!(url.as_deref(), Ok(bytes), "{page}");
    }
}

#[test]
fn each_provider_is_told_who_asks_in_its_way() {
    let check = |page: &str, expected: Option<&str>, accept: Option<&str>| {
        let call = scm().call(page).unwrap();
        let told = call.credential.as_ref().map(|it| it.value.expose());
        assert_eq!(told, expected, "{page}");
        let header = call.headers.get("accept").map(|it| it.to_str().unwrap());
        assert_eq!(header, accept, "{page}");
    };
    check("https://github.com/o/r/blob/main/a", None, None);
    let media_type = Some("application/vnd.github.raw+json");
    check(
        "https://ghe.example.com/o/r/blob/main/a",
        Some("Bearer t"),
        media_type,
    );
    check(
        "https://gitlab.example.com/git/g/p/-/blob/main/a",
        Some("Bearer t"),
        None,
    );
    // u:p, :org and :any in base64.
    check(
        "https://bitbucket.org/w/r/src/main/a",
        Some("Basic dTpw"),
        None,
    );
    check(
        "https://bb.example.com:8443/projects/P/repos/r/raw/a",
        Some("Bearer t"),
        None,
    );
    let bytes = Some("application/octet-stream");
    check(
        "https://dev.azure.com/org/_git/r?path=/a",
        Some("Basic Om9yZw=="),
        bytes,
    );
    check(
        "https://dev.azure.com/two/_git/r?path=/a",
        Some("Basic OmFueQ=="),
        bytes,
    );
    check(
        "https://gitea.example.com/o/r/src/branch/main/a",
        Some("token t"),
        None,
    );
    check(
        "https://bb.example.com/projects/P/repos/r/raw/a",
        None,
        None,
    );
}

/// Each row: a URL of a page, its editor, and the page of its folder.
#[test]
fn a_page_has_an_editor_and_a_folder() {
    let table = [
        (
            "https://github.com/o/r/blob/main/a/b.yaml",
            "https://github.com/o/r/edit/main/a/b.yaml",
            "https://github.com/o/r/tree/main/a/",
        ),
        (
            "https://ghe.example.com/o/r/blob/main/b.yaml",
            "https://ghe.example.com/o/r/edit/main/b.yaml",
            "https://ghe.example.com/o/r/tree/main/",
        ),
        (
            "https://gitlab.com/g/s/p/-/blob/main/a/b.yaml",
            "https://gitlab.com/g/s/p/-/edit/main/a/b.yaml",
            "https://gitlab.com/g/s/p/-/tree/main/a/",
        ),
        (
            "https://bitbucket.org/w/r/src/main/a/b.yaml",
            "https://bitbucket.org/w/r/src/main/a/b.yaml?mode=edit&spa=0&at=main",
            "https://bitbucket.org/w/r/src/main/a/",
        ),
        (
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml?at=main",
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/b.yaml?at=main&mode=edit&spa=0",
            "https://bb.example.com:8443/projects/P/repos/r/browse/a/?at=main",
        ),
        (
            "https://dev.azure.com/org/p/_git/r?path=/a/b.yaml&version=GBmain",
            "https://dev.azure.com/org/p/_git/r?path=/a/b.yaml&version=GBmain",
            "https://dev.azure.com/org/p/_git/r?path=%2Fa%2F&version=GBmain",
        ),
        (
            "https://gitea.example.com/o/r/src/branch/main/a/b.yaml",
            "https://gitea.example.com/o/r/_edit/main/a/b.yaml",
            "https://gitea.example.com/o/r/src/branch/main/a/",
        ),
        (
            "https://x.example.com/a/b.yaml",
            "https://x.example.com/a/b.yaml",
            "https://x.example.com/a/",
        ),
    ];
    for (page, editor, folder) in table {
        assert_eq!(scm().edit_url(page).as_deref(), Some(editor), "{page}");
        assert_eq!(scm().folder_url(page).as_deref(), Some(folder), "{page}");
    }
    for frozen in [
        &format!("https://github.com/o/r/blob/{COMMIT}/b.yaml"),
        &format!("https://dev.azure.com/o/_git/r?path=/b&version=GC{COMMIT}"),
        "https://gitea.example.com/o/r/src/tag/v1/b.yaml",
    ] {
        assert_eq!(scm().edit_url(frozen), None, "{frozen}");
    }
}

#[test]
fn a_line_is_marked_as_each_provider_does() {
    let check = |page: &str, expected: &str| assert_eq!(scm().line_url(page, 7), expected);
    check(
        "https://github.com/o/r/blob/main/a",
        "https://github.com/o/r/blob/main/a#L7",
    );
    check(
        "https://bitbucket.org/w/r/src/main/a",
        "https://bitbucket.org/w/r/src/main/a#lines-7",
    );
    check(
        "https://dev.azure.com/org/_git/r?path=/a",
        "https://dev.azure.com/org/_git/r?path=%2Fa&line=7&lineEnd=8&lineStartColumn=1&lineEndColumn=1",
    );
}

#[test]
fn what_shows_no_file_says_what_would() {
    let check = |url: &str, expected: &str| {
        let error = scm().call(url).unwrap_err().to_string();
        assert!(error.contains(expected), "{url}: {error}");
    };
    check(
        "https://github.com/o/r",
        "github.com/OWNER/REPOSITORY/blob/BRANCH/FILE",
    );
    check("https://github.com/o/r/issues/1", "shows no file");
    check("https://gitlab.com/g/p", "GROUP/PROJECT/-/blob/BRANCH/FILE");
    check(
        "https://bitbucket.org/w/r",
        "WORKSPACE/REPOSITORY/src/BRANCH/FILE",
    );
    check(
        "https://bb.example.com:8443/projects/P",
        "projects/PROJECT/repos/REPOSITORY/browse/FILE",
    );
    check(
        "https://dev.azure.com/org/p/_workitems/1",
        "_git/REPOSITORY?path=/FILE",
    );
    check("https://dev.azure.com/_git/r?path=/a", "shows no file");
    check(
        "https://dev.azure.com/o/_git/r?path=/a&version=XYmain",
        "shows no file",
    );
    check(
        "https://gitea.example.com/o/r/src/other/main/a",
        "src/branch/BRANCH/FILE",
    );
    check("https://gerrit.example.com/a/+/b", "Gerrit cannot be read");
    check(
        "https://me:pw@github.com/o/r/blob/main/a",
        "user or a password",
    );
    check(
        "https://github.com/o/r/blob/main/%2e%2e%2fa",
        "encoded slash",
    );
    check("javascript:alert(1)", "no http or https URL");
}

#[test]
fn the_first_of_two_entries_for_a_host_counts_and_public_hosts_are_known() {
    let mut first = Integration::new(Provider::Github, "github.com");
    first.token = Some(Secret::new("first"));
    let scm = Scm::new(&[first, Integration::new(Provider::Github, "github.com")]);
    let url = Url::parse("https://github.com/o/r").unwrap();
    let found = scm.integration(&url).unwrap();
    assert_eq!(found.token.as_ref().map(Secret::expose), Some("first"));
    assert!(scm.knows("https://gitlab.com/x"));
    assert!(!scm.knows("https://gitlab.com:444/x"));
}
