//! The command line.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// An internal developer portal: one binary, one database.
#[derive(Debug, Parser)]
#[command(name = "callboard", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: ServeArgs,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server (the default)
    Serve(ServeArgs),
    /// Look at the configuration
    Config {
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Validate entity files; prints `file:line: message` and exits 1 if anything is wrong
    Check {
        /// A configuration file whose `catalog.kinds` are allowed; repeat it and later files win
        #[arg(long, value_name = "FILE")]
        config: Vec<PathBuf>,
        /// Files, or folders searched for `catalog-info.yaml` and `*.yaml`
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Work on software templates
    Template {
        #[command(subcommand)]
        command: TemplateCommand,
    },
    /// Copy an SQLite database to a new file, while the server goes on
    Backup {
        /// The new file
        to: PathBuf,
        #[command(flatten)]
        config: ConfigArgs,
        /// The database, where it is not the configured one: `sqlite:PATH`
        #[arg(
            long,
            value_name = "URL",
            env = "CALLBOARD_DATABASE",
            hide_env_values = true
        )]
        database: Option<String>,
    },
    /// Ask a running server whether it is alive; for the health check of a container
    Health {
        /// Where it listens
        #[arg(long, env = "CALLBOARD_LISTEN", default_value = "127.0.0.1:7007")]
        listen: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum TemplateCommand {
    /// Look templates over without running them; prints `file:line: error: message`, and exits 1 on
    /// errors
    Check {
        /// Templates, or folders searched for them; their skeletons are looked over too
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Try templates with the answers of their fixtures, and compare what comes of it with what came
    /// before; exits 1 when that differs, 2 when a fixture cannot be tried
    Test {
        /// Keep what comes of it in the fixtures
        #[arg(long)]
        update: bool,
        /// Fixtures, or folders searched for `*.test.yaml`
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// List errors and unknown keys; exits 1 on errors
    Check(ConfigArgs),
    /// Print the merged configuration, secrets hidden
    Print(ConfigArgs),
}

/// Which configuration.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigArgs {
    /// A configuration file; repeat it and later files win. Without it `app-config.yaml` and
    /// `app-config.local.yaml` are read [env: `CALLBOARD_CONFIG`, separated by commas]
    #[arg(long, value_name = "FILE")]
    pub config: Vec<PathBuf>,
}

/// How the server is started. What stands here wins over the configuration.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Show this catalog instead of the configured locations: a file, a folder searched for
    /// `catalog-info.yaml` and `*.yaml`, or a URL; repeat it for more. All kinds are allowed [env:
    /// `CALLBOARD_CATALOG`, separated by commas]
    #[arg(long, value_name = "PATH_OR_URL")]
    pub catalog: Vec<String>,
    /// Where to listen, for example `0.0.0.0:7007`
    #[arg(long, value_name = "ADDR:PORT", env = "CALLBOARD_LISTEN")]
    pub listen: Option<String>,
    /// `sqlite:PATH`, `sqlite::memory:` or `postgres://user:password@host/name`
    #[arg(
        long,
        value_name = "URL",
        env = "CALLBOARD_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
    /// How logs look; without it pretty on a terminal and JSON elsewhere
    #[arg(long, env = "CALLBOARD_LOG_FORMAT")]
    pub log_format: Option<LogFormat>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    Pretty,
    Json,
}

impl Cli {
    /// What was typed, and the lists of the environment where nothing was. They are not left to the
    /// parser, which would split what was typed at its commas as well.
    pub fn read() -> Self {
        let mut cli = Self::parse();
        let args = match &mut cli.command {
            None => Some(&mut cli.serve),
            Some(Command::Serve(args)) => Some(args),
            _ => None,
        };
        if let Some(args) = args {
            or_environment(&mut args.catalog, "CALLBOARD_CATALOG");
            or_environment(&mut args.config.config, "CALLBOARD_CONFIG");
        }
        if let Some(Command::Config { command }) = &mut cli.command {
            let (ConfigCommand::Check(args) | ConfigCommand::Print(args)) = command;
            or_environment(&mut args.config, "CALLBOARD_CONFIG");
        }
        cli
    }
}

fn or_environment<T: for<'a> From<&'a str>>(values: &mut Vec<T>, name: &str) {
    if let (true, Ok(list)) = (values.is_empty(), std::env::var(name)) {
        values.extend(split(&list));
    }
}

fn split<T: for<'a> From<&'a str>>(list: &str) -> Vec<T> {
    let parts = list.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(T::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn only_variables_are_split_at_commas() {
        let cli = Cli::parse_from(["callboard", "--catalog", "https://a/b?c=1,2"]);
        assert_eq!(cli.serve.catalog, ["https://a/b?c=1,2"]);
        assert_eq!(split::<String>("a, b,"), ["a", "b"]);
    }

    #[test]
    fn serve_is_the_default() {
        let cli = Cli::parse_from(["callboard", "--catalog", "a", "--catalog", "b"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.catalog, ["a", "b"]);
    }
}
