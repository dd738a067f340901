//! What GitHub's published descriptions require of events: `@octokit/webhooks-schemas` 7.6.1.

pub const PUSH: &str = "after base_ref before commits compare created deleted forced head_commit pusher ref \
     repository sender";
pub const PUSHED_COMMIT: &str =
    "added author committer distinct id message modified removed timestamp tree_id url";
pub const REPOSITORY_EVENT: &str = "action repository sender";
/// A person who came into an organisation or left it.
pub const ORGANIZATION_EVENT: &str = "action membership organization sender";
/// Something became of a team.
pub const TEAM_EVENT: &str = "action organization sender team";
/// A person who came into a team or left it.
pub const MEMBERSHIP_EVENT: &str = "action member organization scope sender team";
/// The organisation of such an event.
pub const ORGANIZATION: &str = "avatar_url description events_url hooks_url id issues_url login members_url node_id \
    public_members_url repos_url url";
