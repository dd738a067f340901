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
        /// Files, or folders searched for `catalog-info.yaml` and `*.yaml`
        #[arg(required = true)]
        paths: Vec<PathBuf>,
    },
    /// Ask a running server whether it is alive; for the health check of a container
    Health {
        /// Where it listens
        #[arg(long, env = "CALLBOARD_LISTEN", default_value = "127.0.0.1:7007")]
        listen: String,
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
    /// `app-config.local.yaml` are read
    #[arg(
        long,
        value_name = "FILE",
        env = "CALLBOARD_CONFIG",
        value_delimiter = ','
    )]
    pub config: Vec<PathBuf>,
}

/// How the server is started. What stands here wins over the configuration.
#[derive(Debug, Clone, Default, Args)]
pub struct ServeArgs {
    #[command(flatten)]
    pub config: ConfigArgs,
    /// Show this catalog instead of the configured locations: a file, a folder searched for
    /// `catalog-info.yaml` and `*.yaml`, or a URL; repeat it for more. All kinds are allowed
    #[arg(
        long,
        value_name = "PATH_OR_URL",
        env = "CALLBOARD_CATALOG",
        value_delimiter = ','
    )]
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

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn serve_is_the_default() {
        let cli = Cli::parse_from(["callboard", "--catalog", "a", "--catalog", "b"]);
        assert!(cli.command.is_none());
        assert_eq!(cli.serve.catalog, ["a", "b"]);
    }
}
