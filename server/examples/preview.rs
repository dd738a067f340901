use app::catalog::{EntityRef, Problem, Severity};
use app::site::Site;
use server::clock::Clock;
use server::http::{AppState, SiteFiles, service};
use server::ingest::{Claim, LocationRef, Outcome, SourceUpdate, parse, relate::relate, validate};
use server::query::Catalog;
use server::readiness::Readiness;
use server::store::{Db, put_source};
use server::users::StoredUsers;
use server::viewers::Viewers;
use server::work::follow;
use std::sync::Arc;

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (port, base, guest) = (&args[0], args[1].clone(), &args[2]);
    let db = Db::connect("sqlite::memory:").await.unwrap();
    let clock = Clock::system();
    for root in &args[3..] {
        for entry in walkdir::WalkDir::new(root).sort_by_file_name() {
            let path = entry.unwrap().into_path();
            if !path.extension().is_some_and(|e| e == "yaml" || e == "yml") || path.to_string_lossy().contains("skeleton") { continue; }
            let bytes = std::fs::read(&path).unwrap();
            let shown = format!("/srv/playhouse/{}", path.strip_prefix("/work/wt-ui").unwrap_or(&path).display()).replace("//work/shared/corpus/", "/");
            let location = LocationRef::file(shown);
            let (mut claims, mut problems) = (vec![], vec![]);
            for doc in parse::parse(&bytes, 5_000_000) {
                match doc {
                    Err(b) => problems.push(Problem { severity: Severity::Error, source: location.to_string(), line: Some(b.line), entity_ref: None, message: b.message }),
                    Ok(d) => {
                        let mut v = d.value.clone();
                        if v.get("kind").is_none() { continue; }
                        if let Some(p) = v.pointer("/spec/definition/$text").and_then(|t| t.as_str()).map(str::to_owned) {
                            let text = std::fs::read_to_string(path.parent().unwrap().join(p)).unwrap_or_default();
                            v["spec"]["definition"] = text.into();
                        }
                        if let Err(f) = validate::validate(&mut v) {
                            for f in f { problems.push(Problem { severity: Severity::Error, source: location.to_string(), line: Some(d.line), entity_ref: validate::entity_ref(&v).map(|r| r.to_string()), message: f.to_string() }); }
                            continue;
                        }
                        let entity_ref = validate::entity_ref(&v).unwrap();
                        claims.push(Claim { entity_ref, relations: relate(&v).unwrap_or_default(), line: d.line, document: v });
                    }
                }
            }
            if claims.is_empty() && problems.is_empty() { continue; }
            let u = SourceUpdate { origin: location.clone(), location, parent: None, etag: None, content_hash: None, outcome: Outcome::Read { claims, kept: vec![], children: vec![] }, problems };
            put_source(&db, &u, clock.now() - 130_000, || uuid::Uuid::new_v4().to_string()).await.unwrap();
        }
    }
    let catalog = Catalog::default();
    follow(&db, &catalog).await.unwrap();
    let readiness = Readiness::default();
    let guest: EntityRef = guest.parse().unwrap();
    let state = AppState::new(
        Site { base, title: "Callboard".to_owned() }, SiteFiles::embedded(), catalog.clone(),
        Arc::new(StoredUsers::new(db.clone(), catalog.clone(), clock.clone())),
        Viewers::new(guest, Vec::new()), readiness, clock);
    let listener = tokio::net::TcpListener::bind(format!("127.0.0.1:{port}")).await.unwrap();
    eprintln!("ready");
    axum::serve(listener, tower::make::Shared::new(service(state))).await.unwrap();
}
