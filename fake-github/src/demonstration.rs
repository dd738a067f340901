//! What a person finds who tries the portal without an account: an organisation with people, teams and
//! a few repositories.

use crate::account::Profile;
use crate::github::{Github, TOKEN};

/// The application that people sign in to.
const CLIENT: &str = "callboard-demonstration";
const SECRET: &str = "not-much-of-a-secret";

impl Github {
    /// What a server is configured with to use this, as YAML. This stands in for github.com, which
    /// templates name, and is reached under its own address, which links have. The organisation asks
    /// of its repositories what most do.
    pub fn configuration(&self) -> String {
        let host = &self.host;
        let integrations = ["github.com", host].map(|name| {
            format!(
                "    - host: {name}\n      apiBaseUrl: http://{host}/api/v3\n      \
                 rawBaseUrl: http://{host}/raw\n      token: {TOKEN}\n"
            )
        });
        format!(
            "# Written anew at each start: a GitHub on this machine.\n\
             integrations:\n  github:\n{}\
             scaffolder:\n  repositories:\n    - owners: [playhouse]\n      visibility: internal\n      \
             wiki: false\n      teams:\n        - team: fly-floor\n          access: maintain\n      \
             protection:\n        approvals: 2\n\
             auth:\n  providers:\n    github:\n      development:\n        clientId: {CLIENT}\n        \
             clientSecret: {SECRET}\n        enterpriseInstanceUrl: http://{host}\n        signIn:\n          \
             resolvers:\n            - resolver: emailMatchingUserEntityProfileEmail\n",
            integrations.concat()
        )
    }

    /// The company of the examples, with what it would have at GitHub.
    pub fn demonstrate(&self) {
        let people = ["nora-quint", "tomas-berg", "priya-raman", "elsie-marlow"];
        self.organization("playhouse", &people);
        for (slug, members) in [
            ("box-office", ["nora-quint", "tomas-berg"].as_slice()),
            ("front-of-house", &["elsie-marlow"]),
            ("treasury", &["priya-raman"]),
            ("fly-floor", &["tomas-berg"]),
        ] {
            self.team("playhouse", slug, members);
        }
        for login in people {
            let profile = Profile {
                email: Some(format!("{}@example.com", login.replace('-', "."))),
                ..Profile::default()
            };
            self.profile(login, profile);
        }
        self.oauth_app(
            CLIENT,
            SECRET,
            "http://localhost/api/auth/github/handler/frame",
        );
        self.install("playhouse");
        self.repository("playhouse/box-office", |mut it| {
            it.description = Some("Sells tickets at the door".to_owned());
            it.file("README.md", "# Box office\n\nSells tickets at the door.\n")
                .file(
                    "src/main.rs",
                    "fn main() {\n    println!(\"Two for tonight?\");\n}\n",
                )
                .file(
                    "Cargo.toml",
                    "[package]\nname = \"box-office\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
                )
                .topic("rust")
        });
        self.repository("playhouse/programme", |mut it| {
            it.description = Some("The printed programme of each play".to_owned());
            it.file("README.md", "# Programme\n\nHas no catalog file yet.\n")
        });
    }
}
