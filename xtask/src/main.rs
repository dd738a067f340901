//! The commands of this repository: `cargo xtask run`, `test`, `build` and the rest.

mod bench;
mod conformance;
mod demo_github;
mod dev;
mod hash;
mod process;
mod progress;
mod release;
mod setup;
mod site;
mod test;
mod workspace;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::site::Profile;
use crate::workspace::Workspace;

/// Build, run, test and measure Callboard.
#[derive(Parser)]
#[command(bin_name = "cargo xtask", disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Set up what is missing, build, and start the server with the catalog in `examples/`
    Run {
        /// Handed to the server, for instance `-- --catalog ../my-catalog`; `-- --demo-github` comes with a
        /// GitHub of its own
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Run every check: format, lints, tests on both databases, browser tests, documentation
    Test {
        /// Only these steps, and what they need
        #[arg(value_enum)]
        steps: Vec<test::Step>,
    },
    /// Take pictures of every page, light and dark, wide and narrow, into `target/screenshots`
    Screenshots,
    /// Build the release binary with everything embedded
    Build,
    /// Build for development, start the server, and start over whenever a source changes
    Dev {
        /// Handed to the server
        #[arg(last = true)]
        args: Vec<String>,
    },
    /// Compare the real code with recorded cases
    Conformance(conformance::Options),
    /// Measure the release build with a generated catalog; takes minutes, and a calm machine
    Bench(bench::Options),
    /// Build only what the browser downloads, into `target/site`
    Site {
        /// Quick to build and easy to debug instead of small
        #[arg(long)]
        dev: bool,
    },
}

fn main() -> ExitCode {
    match dispatch(Cli::parse().command) {
        Ok(code) => code,
        Err(error) => {
            progress::report_error(&error);
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: Command) -> anyhow::Result<ExitCode> {
    let workspace = Workspace::find()?;
    match command {
        Command::Run { args } => release::run(&workspace, &args)?,
        Command::Test { steps } => return Ok(test::run(&workspace, &steps)),
        Command::Screenshots => test::screenshots(&workspace)?,
        Command::Build => {
            let binary: PathBuf = release::build(&workspace)?;
            release::describe(&binary)?;
        }
        Command::Dev { args } => dev::run(&workspace, &args)?,
        Command::Conformance(options) => return conformance::run(&workspace, &options),
        Command::Bench(options) => bench::run(&workspace, &options)?,
        Command::Site { dev } => {
            let profile = if dev { Profile::Dev } else { Profile::Release };
            site::build(&workspace, profile)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
