//! A model that follows step by step is the one that is built as a whole.

use crate::support::on_each_engine;
use app::catalog::port::Catalog as _;
use app::catalog::{EntityListQuery, EntityRef, ErrorName, Problem, Severity, SortField};
use app::viewer::Viewer;
use serde_json::{Value, json};
use server::clock::Clock;
use server::follow::Follower;
use server::ingest::relate::relate;
use server::ingest::validate::custom::Kinds;
use server::ingest::{Claim, LocationRef, Outcome, SourceUpdate};
use server::query::by_query::{ByQuery, FirstPage};
use server::query::cursor::parse_order_fields;
use server::query::facets::facet;
use server::query::page::{Order, PageRequest, page};
use server::query::{
    Catalog, Model, Portal, Predicate, kept_out, registered, registered_as, registered_at,
};
use server::readiness::Readiness;
use server::store::{
    CONFIG, Db, ProviderLocation, REGISTERED, change_location, list_locations, put_location,
    put_provider_locations, put_sources, remove_location,
};
use sqlx::AssertSqlSafe;
use std::collections::HashSet;

const STEPS: usize = 40;
const SOURCES: u64 = 6;
const NAMES: [&str; 7] = ["alpha", "Beta", "gamma", "delta", "epsilon", "zeta", "eta"];
const KINDS: [&str; 6] = ["Component", "API", "Group", "System", "User", "Location"];

/// Numbers that look random, the same each time.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn one_in(&mut self, count: u64) -> bool {
        self.below(count) == 0
    }

    fn pick<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[usize::try_from(self.below(of.len() as u64)).unwrap()]
    }
}

fn location(number: u64) -> LocationRef {
    LocationRef::file(format!("/catalog/{number}.yaml"))
}

/// Every other source is named by the one before.
fn parent(number: u64) -> Option<LocationRef> {
    (number % 2 == 1).then(|| location(number - 1))
}

fn entity(random: &mut Random) -> Value {
    let (kind, name) = (random.pick(&KINDS), random.pick(&NAMES));
    let mut entity = json!({
        "apiVersion": "backstage.io/v1alpha1",
        "kind": kind,
        "metadata": { "name": name, "namespace": "default" },
        "spec": { "type": random.pick(&["service", "Service", "library"]) },
    });
    if !random.one_in(3) {
        entity["spec"]["owner"] = random.pick(&NAMES).into();
    }
    if random.one_in(2) {
        entity["spec"]["system"] = random.pick(&NAMES).into();
        entity["spec"]["dependsOn"] = json!([format!("component:{}", random.pick(&NAMES))]);
        entity["spec"]["dependencyOf"] = json!([format!("component:{}", random.pick(&NAMES))]);
    }
    if random.one_in(2) {
        entity["spec"]["parent"] = random.pick(&NAMES).into();
        entity["spec"]["children"] = json!([random.pick(&NAMES), random.pick(&NAMES)]);
        entity["spec"]["members"] = json!([random.pick(&NAMES)]);
        entity["spec"]["memberOf"] = json!([random.pick(&NAMES)]);
    }
    if random.one_in(2) {
        entity["metadata"]["title"] = random
            .pick(&["One", "one", "TWO", "three\nlines", "Ünder"])
            .into();
    }
    if random.one_in(6) {
        let long = format!("{}{}", random.pick(&NAMES), "o".repeat(250));
        entity["metadata"]["title"] = long.into();
    }
    if random.one_in(3) {
        entity["metadata"]["description"] = "Long ".repeat(60).into();
    }
    if random.one_in(4) {
        entity["metadata"]["etag"] = random.pick(&["mine", "yours"]).into();
    }
    if random.one_in(2) {
        entity["metadata"]["tags"] = json!([
            random.pick(&["Java", "java", "db.x"]),
            random.pick(&["go", "db"])
        ]);
    }
    if random.one_in(5) {
        entity["metadata"]["tags"] = random.pick(&["java", "none"]).into();
    }
    if random.one_in(5) {
        entity["metadata"]["tags.java"] = random.one_in(2).into();
    }
    entity
}

fn update(random: &mut Random) -> SourceUpdate {
    let number = random.below(SOURCES);
    let (at, parent) = (location(number), parent(number));
    let is_readable = !random.one_in(4);
    let mut problems = Vec::new();
    let claims = (0..random.below(6)).map(|number| {
        let document = entity(random);
        let text = |pointer: &str| document.pointer(pointer).unwrap().as_str().unwrap();
        let entity_ref = EntityRef::new(text("/kind"), "default", text("/metadata/name"));
        if random.one_in(4) {
            problems.push(Problem {
                error: ErrorName::default(),
                severity: if random.one_in(2) {
                    Severity::Error
                } else {
                    Severity::Warning
                },
                source: at.to_string(),
                line: Some(1),
                entity_ref: Some(entity_ref.to_string()),
                message: format!("odd {}", random.below(3)),
            });
        }
        Claim {
            entity_ref,
            relations: relate(&document, &Kinds::default()).unwrap(),
            line: u32::try_from(number + random.below(2)).unwrap(),
            provisional: false,
            document,
        }
    });
    let claims = claims.collect();
    if !is_readable {
        problems.truncate(1);
        problems.push(Problem {
            severity: Severity::Error,
            error: ErrorName::NotFound,
            source: at.to_string(),
            line: None,
            entity_ref: parent
                .is_some()
                .then(|| EntityRef::new("Location", "default", random.pick(&NAMES)).to_string()),
            message: format!("cannot be read: {}", random.below(2)),
        });
    }
    SourceUpdate {
        location: at.clone(),
        origin: at,
        parent,
        etag: None,
        content_hash: None,
        outcome: if is_readable {
            Outcome::Read {
                claims,
                kept: Vec::new(),
                incomplete: random.one_in(6),
                children: Vec::new(),
                includes: Vec::new(),
            }
        } else {
            Outcome::Unreadable
        },
        problems,
    }
}

/// What other parts of the store write, one statement at a time.
async fn write(db: &Db, sql: String) {
    let sql = AssertSqlSafe(sql);
    match db {
        Db::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
        Db::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.unwrap()),
    }
}

/// Registers a location, points it elsewhere or takes it away; the same one may be configured.
async fn register(db: &Db, random: &mut Random) {
    let place = ProviderLocation::of(&location(random.below(SOURCES)));
    let new_id = || uuid::Uuid::new_v4().to_string();
    let known = list_locations(db, REGISTERED).await.unwrap();
    match known.first().filter(|_| random.one_in(2)) {
        Some(known) if random.one_in(2) => {
            // Refused where the other is registered as well.
            change_location(db, &known.id, &place, 0, new_id).await.ok();
        }
        Some(known) => drop(remove_location(db, &known.id, 0).await.unwrap()),
        None => drop(put_location(db, &place, 0, new_id).await.unwrap()),
    }
    if random.one_in(3) {
        let named = [place];
        let named = &named[usize::try_from(random.below(2)).unwrap()..];
        put_provider_locations(db, CONFIG, named, 0, new_id)
            .await
            .unwrap();
    }
}

async fn step(db: &Db, random: &mut Random) {
    match random.below(12) {
        0 => {
            let number = random.below(SOURCES);
            let at = location(number);
            write(db, format!("delete from locations where location = '{at}'")).await;
            write(db, "update changes set last = last + 1".to_owned()).await;
            let removal = format!(
                "insert into removals (location, changed) values ('{at}', (select last from changes))
                 on conflict (location) do update set changed = excluded.changed"
            );
            write(db, removal).await;
            write(db, format!("delete from sources where location = '{at}'")).await;
            // A source goes when the one that names it changes.
            if let Some(parent) = parent(number) {
                let touch = format!(
                    "update sources set changed = (select last from changes) where location = '{parent}'"
                );
                write(db, touch).await;
            }
        }
        1 => {
            let at = location(random.below(SOURCES));
            let orphan = random.below(2);
            write(db, "update changes set last = last + 1".to_owned()).await;
            let set = format!(
                "update sources set orphan = {orphan}, changed = (select last from changes) where location = '{at}'"
            );
            write(db, set).await;
        }
        2 => {
            let (kind, name) = (random.pick(&KINDS), random.pick(&NAMES));
            let entity_ref = EntityRef::new(kind, "default", name);
            let lifted = if random.one_in(2) { "null" } else { "1" };
            write(db, "update changes set last = last + 1".to_owned()).await;
            let put = format!(
                "insert into tombstones (entity_ref, created_by, created_at, lifted_at, changed)
                 values ('{entity_ref}', 'me', {}, {lifted}, (select last from changes))
                 on conflict (entity_ref) do update set lifted_at = excluded.lifted_at, changed = excluded.changed",
                random.below(3)
            );
            write(db, put).await;
        }
        3 | 4 => register(db, random).await,
        _ => {
            let updates: Vec<SourceUpdate> =
                (0..=random.below(2)).map(|_| update(random)).collect();
            // One transaction does not write a source twice.
            let mut seen = HashSet::new();
            let updates = updates
                .into_iter()
                .filter(|update| seen.insert(update.location.to_string()));
            let updates: Vec<SourceUpdate> = updates.collect();
            let new_id = || uuid::Uuid::new_v4().to_string();
            put_sources(db, &updates, 0, new_id).await.unwrap();
        }
    }
}

/// Everything that can be asked of a model, as one text for each question.
fn answers(model: &Model) -> Vec<String> {
    let key = |id: &u32| model.entry(*id).key.to_string();
    let all = page(model, None, &[], &PageRequest::default()).unwrap().ids;
    let mut answers = Vec::new();
    for id in &all {
        let entry = model.entry(*id);
        answers.push(format!(
            "{} {} {}:{} {} {:?} {}",
            entry.key,
            entry.uid,
            entry.location,
            entry.line,
            entry.version,
            model.also_claimed_by(entry),
            String::from_utf8_lossy(&model.body(entry)),
        ));
        assert_eq!(model.number(&entry.key), Some(*id));
        assert_eq!(model.number_of_uid(&entry.uid.to_string()), Some(*id));
    }
    for name in [
        "kind",
        "metadata.name",
        "metadata.title",
        "metadata.tags",
        "metadata.tags.java",
        "metadata.tags.db.x",
        "spec.type",
        "spec.owner",
        "relations.ownedby",
        "relations.dependencyof",
        "relations.haspart",
        "spec.children",
        "spec.children.beta",
        "metadata.description",
        "metadata.uid",
        "metadata.annotations.backstage.io/orphan",
    ] {
        let counts = facet(model, name, None);
        let counts: Vec<String> = counts
            .iter()
            .map(|it| format!("{}={}", it.value, it.count))
            .collect();
        answers.push(format!("{name}: {counts:?}"));
        for direction in ["asc", "desc"] {
            let order = Order::parse(&format!("{direction}:{name}")).unwrap();
            let sorted = page(model, None, &[order], &PageRequest::default())
                .unwrap()
                .ids;
            answers.push(format!(
                "{name} {direction}: {:?}",
                sorted.iter().map(key).collect::<Vec<_>>()
            ));
            let query = ByQuery::first(FirstPage {
                order_fields: parse_order_fields(&[format!("{name},{direction}")]).unwrap(),
                ..FirstPage::default()
            });
            let listed = query.unwrap().page(model);
            answers.push(format!(
                "{name} {direction}: {} {:?}",
                listed.total_items,
                listed.ids.iter().map(key).collect::<Vec<_>>()
            ));
        }
        for predicate in [
            Predicate::Exists(name.to_owned()),
            Predicate::HasPrefix(name.to_owned(), "b".to_owned()),
            Predicate::In(
                name.to_owned(),
                vec!["true".to_owned(), "Java".to_owned(), "component".to_owned()],
            ),
        ] {
            let mut found: Vec<String> =
                predicate.select(model).iter().map(|id| key(&id)).collect();
            found.sort_unstable();
            answers.push(format!("{name} {predicate:?}: {found:?}"));
        }
    }
    answers.push(format!("{:#?}", model.problems));
    let all = registered(model);
    for one in &all {
        assert_eq!(registered_as(model, &one.id), Some(*one));
        assert_eq!(registered_at(model, &one.location()), Some(*one));
    }
    answers.push(format!("{all:?}"));
    answers.push(format!("{:?}", kept_out(model)));
    answers.push(format!("{}", model.fingerprint));
    answers
}

fn listed(catalog: &Catalog) -> Vec<String> {
    let portal = Portal::new(catalog.clone(), Clock::from_fn(|| 0), Readiness::default());
    let viewer = Viewer {
        user_ref: EntityRef::new("User", "default", "alpha"),
        display_name: String::new(),
        ownership: Vec::new(),
        guest: true,
        claims: Vec::new(),
    };
    let asked = SortField::ALL.into_iter().flat_map(|sort| {
        ["", "one", "long"].map(|text| EntityListQuery {
            sort,
            text: text.to_owned(),
            page: 1,
            ..EntityListQuery::default()
        })
    });
    asked
        .map(|query| format!("{:?}", portal.list_entities(&viewer, &query)))
        .collect()
}

on_each_engine! {
    async fn following_step_by_step_is_reading_it_all(db: TestDb) {
        let db = db.db;
        let catalog = Catalog::default();
        let follower = Follower::new(db.clone(), catalog.clone());
        follower.catch_up().await.unwrap();
        for seed in 1..4u64 {
            let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15));
            for number in 0..STEPS {
                step(&db, &mut random).await;
                if random.one_in(3) {
                    // Several changes at once.
                    continue;
                }
                follower.catch_up().await.unwrap();
                // What was asked is made again for the next model.
                listed(&catalog);
                let whole = Catalog::default();
                Follower::new(db.clone(), whole.clone()).catch_up().await.unwrap();
                let (one, other) = (answers(&catalog.whole()), answers(&whole.whole()));
                for (one, other) in one.iter().zip(&other) {
                    assert_eq!(one, other, "seed {seed}, step {number}");
                }
                assert_eq!(one.len(), other.len(), "seed {seed}, step {number}");
                assert_eq!(listed(&catalog), listed(&whole), "seed {seed}, step {number}");
            }
        }
    }
}
