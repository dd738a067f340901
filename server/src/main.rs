//! Starts what the command line asks for.

use anyhow::Context;
use server::cli::{Cli, Command, ConfigArgs, ServeArgs, TemplateCommand};
use server::config::{ConfigError, LoadOptions, Loaded, load};
use server::ingest::validate::custom::Kinds;
use server::scaffolder::check::KnownActions;
use server::scaffolder::{check as template_check, fixture};
use server::{check, health, roots, serve, show_config, telemetry, threads};
use std::path::Path;
use std::path::PathBuf;
use std::process::ExitCode;

/// Gives back what is no longer needed, by a thread of its own (`.cargo/config.toml` says when), and has
/// those who answer and those who read files wait for each other less than the system's does.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    let cli = Cli::read();
    let done = match cli.command {
        None => start(&cli.serve),
        Some(Command::Serve(args)) => start(&args),
        Some(Command::Config { command }) => {
            let loaded = configuration(command.args());
            Ok(show_config::run(
                &command,
                loaded,
                &mut std::io::stdout().lock(),
            ))
        }
        Some(Command::Check { config, paths }) => check_files(config, &paths),
        Some(Command::Template { command }) => work_on_templates(command),
        Some(Command::Backup {
            to,
            config,
            database,
        }) => back_up(&to, &config, database),
        Some(Command::Health { listen }) => health::run(&listen),
    };
    done.unwrap_or_else(|error| {
        eprintln!("callboard: {error:#}");
        ExitCode::FAILURE
    })
}

fn work_on_templates(command: TemplateCommand) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    match command {
        TemplateCommand::Check { paths } => {
            template_check::run(&paths, &KnownActions::built_in(), &mut out)
        }
        TemplateCommand::Test { update, paths } => fixture::run(&paths, update, &mut out),
    }
}

fn check_files(config: Vec<PathBuf>, paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    // Repositories that are checked have no configuration: it is read only when one is named.
    let kinds = if config.is_empty() {
        Kinds::default()
    } else {
        let loaded = configuration(&ConfigArgs { config });
        roots::kinds(&loaded.context("the configuration cannot be used")?.config)
    };
    check::run(paths, kinds, &mut std::io::stdout().lock())
}

fn start(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let loaded = configuration(&args.config).context(
        "the configuration cannot be used; `callboard config check` lists what is wrong",
    )?;
    let traces = telemetry::start(args.log_format);
    let answering = threads::answering()?;
    let reading = threads::reading(&serve::database(args, &loaded.config)?)?;
    let done = answering.block_on(serve::serve(args, loaded, traces, reading.handle()));
    reading.shutdown_background();
    done?;
    Ok(ExitCode::SUCCESS)
}

fn back_up(to: &Path, config: &ConfigArgs, database: Option<String>) -> anyhow::Result<ExitCode> {
    let database = match database {
        Some(url) => url
            .parse()
            .map_err(|error| anyhow::anyhow!("--database: {error}"))?,
        None => configuration(config)?.config.backend.database,
    };
    server::back_up::run(&database, to)?;
    Ok(ExitCode::SUCCESS)
}

fn configuration(args: &ConfigArgs) -> Result<Loaded, ConfigError> {
    load(&LoadOptions {
        files: args.config.clone(),
        dir: std::env::current_dir().unwrap_or_default(),
        env: std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect(),
    })
}
