//! `backend.database`: where everything is kept.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use url::Url;

use crate::config::Secret;
use crate::config::node::NodeValue;
use crate::config::section::Section;

/// Default: the file `callboard.sqlite` in the working folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file, relative to the working folder.
    SqliteFile(PathBuf),
    /// In memory: gone when the process ends.
    SqliteMemory,
    Postgres(PostgresDatabase),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresDatabase {
    /// `postgres://user:password@host:port/database?sslmode=…`
    pub url: Secret,
    /// The certificate authority to trust, in PEM, from `connection.ssl.ca`.
    pub ssl_ca: Option<String>,
}

const FILE_NAME: &str = "callboard.sqlite";
/// A server nobody named; the driver completes it from `PGHOST` and the like.
const LOCAL_POSTGRES: &str = "postgres://localhost";

impl Default for Database {
    fn default() -> Self {
        Self::SqliteFile(FILE_NAME.into())
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Client {
    Sqlite,
    Postgres,
}

impl Database {
    pub(super) fn read(backend: &Section<'_>) -> Self {
        let Some(database) = backend.section("database") else {
            return Self::default();
        };
        let client = database.choice(
            "client",
            &[
                ("better-sqlite3", Client::Sqlite),
                ("sqlite3", Client::Sqlite),
                ("sqlite", Client::Sqlite),
                ("pg", Client::Postgres),
            ],
        );
        if let Some(NodeValue::String(text)) = database.node("connection").map(|node| &node.value) {
            // Through the reader as well, so that empty text is refused and the key counts as read.
            database.string("connection");
            return Self::from_text(client, text).unwrap_or_else(|reason| {
                database.refuse("connection", reason);
                Self::default()
            });
        }
        match (client, database.section("connection")) {
            (Some(Client::Postgres), Some(connection)) => Self::Postgres(postgres(&connection)),
            (Some(Client::Postgres), None) => Self::Postgres(PostgresDatabase {
                url: Secret::new(LOCAL_POSTGRES),
                ssl_ca: None,
            }),
            (_, Some(connection)) => sqlite(&connection),
            (_, None) => Self::default(),
        }
    }

    fn from_text(client: Option<Client>, text: &str) -> Result<Self, &'static str> {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        match client {
            Some(Client::Postgres) | None if is_url => Ok(Self::Postgres(PostgresDatabase {
                url: Secret::new(text),
                ssl_ca: None,
            })),
            Some(Client::Postgres) => {
                Err("should be a URL such as 'postgres://user:password@host:5432/database'")
            }
            _ if is_url => Err("is a PostgreSQL URL but 'client' is not 'pg'"),
            _ => Ok(sqlite_path(text)),
        }
    }
}

/// `sqlite:PATH`, `sqlite::memory:` or `postgres://…`, as the command line takes it.
impl FromStr for Database {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(sqlite_path(path));
        }
        if text.starts_with("postgres") {
            return Self::from_text(Some(Client::Postgres), text);
        }
        Err("a database is 'sqlite:PATH' or 'postgres://user:password@host:5432/database'")
    }
}

fn sqlite_path(text: &str) -> Database {
    match text {
        ":memory:" => Database::SqliteMemory,
        text => {
            let path = text.strip_prefix("sqlite:").or(text.strip_prefix("file:"));
            Database::SqliteFile(path.unwrap_or(text).into())
        }
    }
}

fn sqlite(connection: &Section<'_>) -> Database {
    let directory = connection.string("directory");
    match (connection.string("filename"), directory) {
        (Some(file), _) => sqlite_path(&file),
        (None, Some(directory)) => Database::SqliteFile(Path::new(&directory).join(FILE_NAME)),
        (None, None) => Database::default(),
    }
}

/// Puts the single settings into one URL, which is what the database driver takes.
fn postgres(connection: &Section<'_>) -> PostgresDatabase {
    let base = connection
        .string("connectionString")
        .unwrap_or_else(|| LOCAL_POSTGRES.to_owned());
    let Ok(mut url) = Url::parse(&base) else {
        connection.refuse("connectionString", "should be a postgres:// URL");
        return PostgresDatabase {
            url: Secret::new(base),
            ssl_ca: None,
        };
    };
    if let Some(host) = connection.string("host") {
        if host.starts_with('/') {
            url.query_pairs_mut().append_pair("host", &host);
        } else if url.set_host(Some(&host)).is_err() {
            connection.refuse("host", "is not a host name");
        }
    }
    // Setting these fails for a URL without a host only, and there is one.
    if let Some(port) = connection.port("port") {
        let _ = url.set_port(Some(port));
    }
    if let Some(user) = connection.text("user") {
        let _ = url.set_username(&user);
    }
    if let Some(password) = connection.secret("password") {
        let _ = url.set_password(Some(password.expose()));
    }
    if let Some(database) = connection.string("database") {
        url.set_path(&database);
    }
    let (mode, ssl_ca) = ssl(connection);
    if let Some(mode) = mode {
        url.query_pairs_mut().append_pair("sslmode", mode);
    }
    PostgresDatabase {
        url: Secret::new(url.as_str()),
        ssl_ca,
    }
}

/// `ssl` is a truth value or a map; an encrypted connection is verified unless that is refused.
fn ssl(connection: &Section<'_>) -> (Option<&'static str>, Option<String>) {
    let mode = |verify: bool| if verify { "verify-full" } else { "require" };
    if let Some(NodeValue::Map(_)) = connection.node("ssl").map(|node| &node.value) {
        return match connection.section("ssl") {
            Some(ssl) => (
                Some(mode(ssl.boolean("rejectUnauthorized").unwrap_or(true))),
                ssl.string("ca"),
            ),
            None => (None, None),
        };
    }
    let encrypt = connection.boolean("ssl");
    (
        encrypt.map(|on| if on { mode(true) } else { "disable" }),
        None,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load::tests::load_text;
    use crate::config::{LoadOptions, load};

    fn check(database: &str, expected: &str) {
        let text = format!("backend: {{database: {database}}}");
        let shown = match load_text(&text).unwrap().config.backend.database {
            Database::SqliteFile(path) => path.display().to_string(),
            Database::SqliteMemory => "memory".to_owned(),
            Database::Postgres(postgres) => postgres.url.expose().to_owned(),
        };
        assert_eq!(shown, expected, "{database}");
    }

    #[test]
    fn sqlite_has_four_forms() {
        check("{}", "callboard.sqlite");
        check("{client: better-sqlite3, connection: ':memory:'}", "memory");
        check("{client: sqlite3, connection: data/a.db}", "data/a.db");
        check(
            "{client: better-sqlite3, connection: {filename: a.db}}",
            "a.db",
        );
        check(
            "{client: better-sqlite3, connection: {directory: ../data}}",
            "../data/callboard.sqlite",
        );
    }

    #[test]
    fn postgres_is_one_url() {
        check(
            "{client: pg, connection: 'postgres://u:p@db/x'}",
            "postgres://u:p@db/x",
        );
        check("{connection: 'postgresql://db/x'}", "postgresql://db/x");
        check(
            "{client: pg, connection: {host: db, port: '5433', user: me, password: 'p@:/ss', database: portal, ssl: {rejectUnauthorized: false}}}",
            "postgres://me:p%40%3A%2Fss@db:5433/portal?sslmode=require",
        );
        check(
            "{client: pg, connection: {host: '${H}', port: '${P}', ssl: true}}",
            "postgres://localhost?sslmode=verify-full",
        );
    }

    #[test]
    fn a_later_file_may_replace_text_by_a_map() {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in [
            (
                "app-config.yaml",
                "{client: better-sqlite3, connection: ':memory:'}",
            ),
            (
                "app-config.local.yaml",
                "{client: pg, connection: {host: db}}",
            ),
        ] {
            let text = format!("backend: {{database: {text}}}");
            std::fs::write(dir.path().join(name), text).unwrap();
        }
        let loaded = load(&LoadOptions {
            dir: dir.path().to_owned(),
            ..LoadOptions::default()
        });
        let database = loaded.unwrap().config.backend.database;
        let Database::Postgres(postgres) = database else {
            panic!("expected PostgreSQL, got {database:?}");
        };
        assert_eq!(postgres.url.expose(), "postgres://db");
    }

    #[test]
    fn a_client_nobody_knows_is_an_error() {
        let error = load_text("backend:\n  database:\n    client: mysql").unwrap_err();
        assert_eq!(error.problems[0].line, Some(3));
        assert!(error.to_string().contains("better-sqlite3"), "{error}");
    }

    #[test]
    fn the_command_line_form() {
        assert_eq!("sqlite::memory:".parse(), Ok(Database::SqliteMemory));
        assert_eq!(
            "sqlite:a/b.db".parse(),
            Ok(Database::SqliteFile("a/b.db".into()))
        );
        assert!("mysql://x".parse::<Database>().is_err());
    }
}
