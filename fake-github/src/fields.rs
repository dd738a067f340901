//! What GitHub's published descriptions require of events: `@octokit/webhooks-schemas` 7.6.1.

pub const PUSH: &str = "after base_ref before commits compare created deleted forced head_commit pusher ref \
     repository sender";
pub const PUSHED_COMMIT: &str =
    "added author committer distinct id message modified removed timestamp tree_id url";
pub const REPOSITORY_EVENT: &str = "action repository sender";
