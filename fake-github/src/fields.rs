//! What GitHub's published descriptions require of each answer: `@octokit/openapi` 23.0.2, GitHub
//! Enterprise Server 3.19, and `@octokit/webhooks-schemas` 7.6.1 for events.

pub const REPOSITORY: &str = "archive_url archived assignees_url blobs_url branches_url clone_url collaborators_url \
     comments_url commits_url compare_url contents_url contributors_url created_at \
     default_branch deployments_url description disabled downloads_url events_url fork forks \
     forks_count forks_url full_name git_commits_url git_refs_url git_tags_url git_url \
     has_discussions has_issues has_pages has_projects has_wiki homepage hooks_url html_url id \
     issue_comment_url issue_events_url issues_url keys_url labels_url language languages_url \
     license merges_url milestones_url mirror_url name network_count node_id notifications_url \
     open_issues open_issues_count owner private pulls_url pushed_at releases_url size ssh_url \
     stargazers_count stargazers_url statuses_url subscribers_count subscribers_url \
     subscription_url svn_url tags_url teams_url trees_url updated_at url watchers \
     watchers_count";
pub const TREE: &str = "sha tree truncated";
pub const TREE_ENTRY: &str = "mode path sha type";
pub const FILE: &str =
    "_links content download_url encoding git_url html_url name path sha size type url";
pub const INSTALLATION: &str = "access_tokens_url account app_id app_slug created_at events html_url id permissions \
     repositories_url repository_selection single_file_name suspended_at suspended_by target_id \
     target_type updated_at";
pub const ACCESS_TOKEN: &str = "expires_at token";
pub const COMMIT: &str = "author comments_url commit committer html_url node_id parents sha url";
pub const SEARCH: &str = "incomplete_results items total_count";
pub const SEARCH_ITEM: &str = "git_url html_url name path repository score sha url";
pub const RATE_LIMIT: &str = "rate resources";
pub const PUSH: &str = "after base_ref before commits compare created deleted forced head_commit pusher ref \
     repository sender";
pub const PUSHED_COMMIT: &str =
    "added author committer distinct id message modified removed timestamp tree_id url";
pub const REPOSITORY_EVENT: &str = "action repository sender";
