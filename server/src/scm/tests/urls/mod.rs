//! Tables of URLs, one file for each provider, written from its documentation.
//!
//! A row begins with a `page`; what stands below it is what becomes of the page: `bytes` where its
//! file is read, `edit` where it is edited, `folder` the page of its folder, `list` where the files
//! that a pattern may mean are listed. `refused` and `none` are answers too.

use super::scm;
use crate::scm::listing::first_url;

const TABLES: [&str; 6] = [
    include_str!("azure.txt"),
    include_str!("bitbucket-cloud.txt"),
    include_str!("bitbucket-server.txt"),
    include_str!("gitea.txt"),
    include_str!("github.txt"),
    include_str!("gitlab.txt"),
];

#[test]
fn every_row_of_the_tables() {
    let scm = scm();
    let mut page = "";
    let mut checked = 0;
    for line in TABLES.iter().flat_map(|table| table.lines()) {
        let Some((what, expected)) = line.split_once(' ') else {
            continue;
        };
        let expected = expected.trim();
        let actual = match what {
            "page" => {
                page = expected;
                continue;
            }
            "bytes" => scm.call(page).ok().map(|call| call.url.to_string()),
            "edit" => scm.edit_url(page),
            "folder" => scm.folder_url(page),
            "list" => first_url(&scm, page).ok().map(String::from),
            _ => continue,
        };
        let actual = actual.as_deref().unwrap_or(match what {
            "bytes" => "refused",
            _ => "none",
        });
        assert_eq!(actual, expected, "{what} of {page}");
        checked += 1;
    }
    assert!(checked > 80, "only {checked} rows were read");
}
