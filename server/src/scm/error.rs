//! What is wrong with a URL.

/// Why a URL cannot be used; the text says what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ScmError {
    #[error("{0} is no http or https URL")]
    NotAUrl(String),
    #[error(
        "the URL holds a user or a password; leave them out, and put the credential for the host under integrations"
    )]
    Userinfo,
    #[error("the host of {0} is not configured under integrations")]
    UnknownHost(String),
    #[error("{url} shows no file of a repository; write it as {example}")]
    Shape { url: String, example: String },
    #[error(
        "the path of {0} holds an encoded slash, a backslash, dots or control characters; write it plainly"
    )]
    Unsafe(String),
    #[error("{0} leads out of the repository; only what is inside can be named by a path")]
    Outside(String),
    #[error(
        "repositories of {0} cannot be read; keep the file at another provider, or push it through the API"
    )]
    Unsupported(&'static str),
    #[error("folders of repositories of {0} cannot be read; name its files one by one")]
    NoArchives(&'static str),
    #[error("the GitHub App {app} gets no token for {owner}: {reason}")]
    App {
        app: String,
        owner: String,
        reason: String,
    },
    #[error("who has installed the GitHub App {app} is not known: {reason}")]
    Installations { app: String, reason: String },
    #[error("{0}, from the configuration of integrations, is no URL")]
    Configuration(String),
}
