//! Starts the server, and stops it well.

use crate::access::Access;
use crate::audit::Audit;
use crate::cli::ServeArgs;
use crate::clock::Clock;
use crate::config::{Config, Database, Listen, Loaded, OrphanStrategy};
use crate::events::Github;
use crate::follow::Follower;
use crate::http::{AppState, SiteFiles, inside, policy, service};
use crate::identity::{Identity, Setup};
use crate::ingest;
use crate::limits::Limits as RequestLimits;
use crate::listener;
use crate::metrics;
use crate::outbound::Outbound;
use crate::permission::Policy;
use crate::providers::github::{Discovery, OrganizationRounds, Rounds};
use crate::providers::remove_orphans;
use crate::query::Catalog;
use crate::readiness::Readiness;
use crate::registry::Registry;
use crate::roots::{allow, kinds, roots, trusted};
use crate::scaffolder::actions::{Actions, OwnApi, Proxies, Source};
use crate::scaffolder::filters::filters;
use crate::scaffolder::language::Options;
use crate::scaffolder::run::{Engines, Environment};
use crate::scaffolder::task::{Broker, Tasks, Watchers};
use crate::scaffolder::workspace::Limits;
use crate::scm::Scm;
use crate::seal::{Keys, Purpose, Seal, keys};
use crate::store::{Db, Orphans, list_stars};
use crate::trace::Exporter;
use crate::viewers::Viewers;
use crate::work::{Timing, Wake, Worker};
use anyhow::Context;
use app::catalog::EntityRef;
use app::site::Site;
use futures::future::join_all;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::watch;

/// How long answers under way may take once the server is to stop.
const GRACE: Duration = Duration::from_secs(10);

/// Serves until the process is told to stop, and sends `traces` meanwhile. What keeps the catalog up
/// to date runs on `background`, so that no answer waits behind a file.
///
/// # Errors
/// When the database cannot be reached or the address cannot be listened on.
pub async fn serve(
    args: &ServeArgs,
    loaded: Loaded,
    traces: Option<Exporter>,
    background: &Handle,
) -> anyhow::Result<()> {
    report(&loaded);
    let roots = roots(args, &loaded.config)?;
    let mut hosts = trusted(&loaded, &roots);
    if let Some(traces) = &traces {
        hosts.name(traces.settings().endpoint().as_str());
    }
    let allow = allow(args, &loaded.config)?;
    let config = loaded.config;
    let clock = Clock::system();
    let db = connect(args, &config).await?;
    metrics::watch_database(&db);
    let catalog = Catalog::guarded_by(Policy::of(&config));
    let follower = Follower::new(db.clone(), catalog.clone()).with_clock(clock.clone());
    follower
        .catch_up()
        .await
        .context("the stored catalog could not be read")?;
    follower
        .roles()
        .await
        .context("the stored roles could not be read")?;
    follower
        .claims()
        .await
        .context("what providers have claimed could not be read")?;
    let stars = list_stars(&db).await;
    catalog.replace_stars(stars.context("the stored stars could not be read")?);

    let readiness = Readiness::default();
    let scm = Arc::new(Scm::new(&config.integrations));
    let kinds = Arc::new(kinds(&config));
    let outbound = Outbound::new(hosts, clock.clone());
    let reading = ingest::Context {
        kinds: Arc::clone(&kinds),
        ..ingest::Context::unread(outbound.clone(), Arc::clone(&scm))
    };
    let wake = Wake::default();
    let orphans = match config.catalog.orphans {
        OrphanStrategy::Delete => Orphans::Delete,
        OrphanStrategy::Keep => Orphans::Keep,
    };
    let audit = Audit::new(db.clone(), clock.clone());
    let registry = Registry {
        audit: audit.clone(),
        db: db.clone(),
        catalog: catalog.clone(),
        clock: clock.clone(),
        context: reading.clone(),
        allow: allow.clone(),
        readonly: config.catalog.readonly,
        on_conflict: config.catalog.on_conflict,
        import: config.catalog.import.clone(),
        orphans,
        wake: wake.clone(),
    };
    let keys = keys(&config, &database(args, &config)?)?;
    let identity = Identity::new(Setup {
        auth: config.auth.clone(),
        base_url: config.app.base_url.clone(),
        db: db.clone(),
        clock: clock.clone(),
        outbound: outbound.clone(),
        scm: Arc::clone(&scm),
        seal: Seal::new(Purpose::Identity, &keys.identity),
        audit: audit.clone(),
    });
    let (stop, stopping) = watch::channel(false);
    // Ends last, so that what the others did last is told too.
    let (stop_traces, traces_stopping) = watch::channel(false);
    // The same, so that what they did last is kept.
    let (stop_audit, audit_stopping) = watch::channel(false);
    let writing = background.spawn(audit.clone().run(audit_stopping));
    let traces = traces.map(|it| tokio::spawn(it.run(outbound.clone(), traces_stopping)));
    let state = AppState::new(
        Site {
            base: config.base_path(),
            title: config.app.title.clone(),
            organization: config.organization.name.clone(),
            ..Site::default()
        },
        site_files(),
        registry.clone(),
        viewers(&config)?,
        readiness.clone(),
    )
    .with_events(Github::new(
        &config,
        discoveries(&config)?,
        db.clone(),
        clock.clone(),
        wake.clone(),
    ))
    .with_access(Access::configured(
        &config.backend.external_access,
        &outbound,
        clock.clone(),
    ))
    .with_identity(identity.clone(), config.backend.trust_proxy.clone())
    .with_limits(RequestLimits::new(
        &config.backend.limits,
        &config.backend.rate_limits,
        clock.clone(),
    ))
    .with_layouts(config.layouts.clone())
    .with_themes(&config.themes)
    .with_policy(policy(&config.backend.csp));
    let holder = uuid::Uuid::new_v4().to_string();
    let own_api = OwnApi::default();
    let mut broker = scaffolder(&config, &keys, &db, &registry, &outbound, &holder);
    let proxies = Proxies::new(config.proxy.clone(), clock.clone());
    broker.actions = broker.actions.asking(own_api.clone(), proxies);
    let state = state.with_tasks(Tasks::of(&broker, catalog.clone()));
    let service = service(state);
    own_api.open(inside(service.clone()));
    let socket = listen(args, &config).await?;
    let address = socket.local_addr()?;

    if let Err(error) = remove_orphans(&db, &config.catalog, clock.now()).await {
        tracing::warn!(%error, "what providers have found cannot be looked through");
    }
    let mut others = vec![tokio::spawn(broker.run(stopping.clone()))];
    others.push(background.spawn(identity.tidy(stopping.clone())));
    if let Some(kept) = config.backend.audit_retention {
        let forgetting = audit.forget_old(kept, holder.clone(), stopping.clone());
        others.push(background.spawn(forgetting));
    }
    for discovery in discoveries(&config)? {
        let rounds = Rounds {
            discovery,
            db: db.clone(),
            clock: clock.clone(),
            outbound: outbound.clone(),
            scm: Arc::clone(&scm),
            holder: holder.clone(),
            wake: wake.clone(),
        };
        others.push(background.spawn(rounds.run(stopping.clone())));
    }
    for organizations in config.catalog.github_organizations.clone() {
        let rounds = OrganizationRounds {
            organizations,
            db: db.clone(),
            clock: clock.clone(),
            context: reading.clone(),
            holder: holder.clone(),
        };
        others.push(background.spawn(rounds.run(stopping.clone())));
    }
    let worker = Worker {
        readiness: readiness.clone(),
        timing: Timing {
            interval: config.catalog.processing_interval,
        },
        orphans,
        wake,
        ..Worker::new(db.clone(), catalog.clone(), clock, reading)
    };
    let worker = worker
        .with_roots(roots, allow)
        .with_lease(config.catalog.lease);
    let work = background.spawn(worker.run(stopping.clone()));
    others.push(background.spawn(follower.run(stopping.clone())));
    // A catalog that is stored already can be asked at once.
    if !catalog.whole().entries.is_empty() {
        readiness.ready();
    }
    tracing::info!(%address, database = db.engine(), "Callboard is at {}", reachable(&config, address));

    let limits = config.backend.server;
    let answers = listener::listen(socket, service, limits, stopping.clone());
    let server = tokio::spawn(answers);
    told_to_stop().await;
    tracing::info!("stopping; once more to stop at once");
    readiness.stopping();
    stop.send_replace(true);
    let finish = async {
        let cut = server.abort_handle();
        if tokio::time::timeout(GRACE, server).await.is_err() {
            tracing::warn!("some answers were still under way and are cut off");
            cut.abort();
        }
        let _ = tokio::time::timeout(GRACE, work).await;
        // Whoever still asked the database after this would find it closed.
        let _ = tokio::time::timeout(GRACE, join_all(others)).await;
        stop_audit.send_replace(true);
        let _ = tokio::time::timeout(GRACE, writing).await;
        stop_traces.send_replace(true);
        if let Some(traces) = traces {
            let _ = tokio::time::timeout(GRACE, traces).await;
        }
        let _ = tokio::time::timeout(GRACE, db.close()).await;
    };
    tokio::select! {
        () = finish => {}
        () = told_to_stop() => tracing::warn!("stopped at once"),
    }
    Ok(())
}

/// One line for everything that the configuration says in vain.
fn report(loaded: &Loaded) {
    for file in &loaded.files {
        tracing::info!(file = %file.display(), "read configuration");
    }
    if !loaded.warnings.is_empty() {
        let warnings: Vec<String> = loaded.warnings.iter().map(ToString::to_string).collect();
        tracing::warn!(
            "the configuration holds what Callboard does not use:\n  {}",
            warnings.join("\n  ")
        );
    }
}

async fn connect(args: &ServeArgs, config: &Config) -> anyhow::Result<Db> {
    let database = database(args, config)?;
    Db::connect(&database).await.with_context(|| {
        "the database cannot be used; set `--database sqlite:PATH` or `postgres://…`, or `backend.database`"
    })
}

/// The database that the command line names, else the configured one.
///
/// # Errors
/// When what the command line names is none.
pub fn database(args: &ServeArgs, config: &Config) -> anyhow::Result<Database> {
    match &args.database {
        Some(url) => url
            .parse()
            .map_err(|error| anyhow::anyhow!("--database: {error}")),
        None => Ok(config.backend.database.clone()),
    }
}

fn site_files() -> SiteFiles {
    let files = SiteFiles::embedded();
    if files.is_empty() {
        tracing::warn!(
            "the browser files are missing, so pages come without style and scripts; build them with `cargo xtask site`"
        );
    }
    files
}

async fn listen(args: &ServeArgs, config: &Config) -> anyhow::Result<TcpListener> {
    let listen: Listen = match &args.listen {
        Some(text) => text
            .parse()
            .map_err(|error| anyhow::anyhow!("--listen {error}"))?,
        None => config.backend.listen.clone(),
    };
    let mut failure = None;
    for candidate in listen.candidates() {
        match TcpListener::bind(&candidate).await {
            Ok(listener) => return Ok(listener),
            Err(error) => failure = Some((candidate, error)),
        }
    }
    match failure {
        Some((candidate, error)) => Err(error).with_context(|| {
            format!("cannot listen on {candidate}; is another server running there? Choose another with `--listen ADDR:PORT`")
        }),
        None => anyhow::bail!("no address to listen on"),
    }
}

/// What runs templates.
fn scaffolder(
    config: &Config,
    keys: &Keys,
    db: &Db,
    registry: &Registry,
    outbound: &Outbound,
    holder: &str,
) -> Broker {
    let folder = config.backend.working_directory.clone();
    let source = Source {
        outbound: outbound.clone(),
        scm: Arc::clone(&registry.context.scm),
        folder: folder.unwrap_or_else(std::env::temp_dir),
        limits: Limits::default(),
    };
    let settings = &config.scaffolder;
    Broker {
        db: db.clone(),
        clock: registry.clock.clone(),
        audit: registry.audit.clone(),
        holder: holder.to_owned(),
        lease: 10_000,
        most: settings.concurrent_tasks,
        keep_days: settings.keep_days,
        actions: Actions::configured(registry, &source, settings.clone())
            .guarded_by(registry.catalog.clone()),
        engines: Engines::new(&Options {
            filters: filters(&registry.context.scm),
            ..Options::default()
        }),
        environment: Arc::new(Environment::of(settings)),
        seal: Seal::new(Purpose::Tasks, &keys.tasks),
        folder: source.folder,
        limits: source.limits,
        watchers: Watchers::default(),
        wake: Arc::default(),
    }
}

/// The owners whose repositories are looked through.
fn discoveries(config: &Config) -> anyhow::Result<Vec<Discovery>> {
    let discoveries = config.catalog.github.iter().cloned().map(Discovery::new);
    let discoveries = discoveries.collect::<Result<_, _>>();
    discoveries.map_err(|error| anyhow::anyhow!("catalog.providers.github: {error}"))
}

/// Who people are by name, and who they are who have not signed in.
fn viewers(config: &Config) -> anyhow::Result<Viewers> {
    let parse = |text: &str| -> anyhow::Result<EntityRef> {
        text.parse()
            .with_context(|| format!("auth.providers.guest names '{text}'"))
    };
    let viewers = match config.auth.admitted_guest() {
        None => Viewers::signed_in_only(),
        Some(guest) => {
            let ownership = guest.ownership_entity_refs.unwrap_or_default();
            let ownership = ownership.iter().map(|owner| parse(owner));
            let ownership = ownership.collect::<Result<_, _>>()?;
            Viewers::new(parse(&guest.user_entity_ref)?, ownership)
        }
    };
    Ok(viewers.with_ancestors(config.auth.inherits_ownership))
}

fn reachable(config: &Config, address: std::net::SocketAddr) -> String {
    let base = config.base_path();
    let host = if address.ip().is_unspecified() || address.ip().is_loopback() {
        "localhost".to_owned()
    } else {
        address.ip().to_string()
    };
    format!("http://{host}:{}{base}/", address.port())
}

/// Waits for Ctrl-C or a polite request to end.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = interrupt => {}
                    _ = terminate.recv() => {}
                }
            }
            Err(_) => {
                let _ = interrupt.await;
            }
        }
    }
    #[cfg(not(unix))]
    let _ = interrupt.await;
}
