//! What a person finds who tries the portal without an account: an organisation with people, teams and
//! a few repositories.

use crate::github::Github;

impl Github {
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
