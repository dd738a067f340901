//! Everything that is wrong, by who has to see to it.
//!
//! Beside what was reported while reading, it holds what only the whole catalog shows: relations to
//! nothing, entities to which nothing leads any more, and sources that have not been read yet.

use super::Model;
use super::problems::is_conflict;
use super::summarise::Summaries;
use super::unprocessed::unread;
use app::catalog::{
    Choices, EntityLink, EntityRef, ErrorName, FacetValue, INBOX_PAGE, Inbox, InboxOwner,
    InboxQuery, ListedProblem, OwnedProblems, Problem, ProblemKind, ProblemSource, Severity,
};
use app::viewer::Viewer;
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

/// One problem with what sorts and filters it.
struct Item {
    kind: ProblemKind,
    /// The lower-case reference of who has to see to it.
    owner: Option<String>,
    problem: Problem,
}

/// The page that the query asks for, with the counts of every filter.
pub(super) fn inbox(model: &Model, viewer: &Viewer, query: &InboxQuery) -> Inbox {
    let mut items = items(model);
    let mine: HashSet<String> = viewer.ownership.iter().map(ToString::to_string).collect();
    let is_mine = |item: &Item| {
        item.owner
            .as_ref()
            .is_some_and(|owner| mine.contains(owner))
    };
    let of_owner = |item: &Item| match &query.owner {
        InboxOwner::Everyone => true,
        InboxOwner::Mine => is_mine(item),
        InboxOwner::Nobody => item.owner.is_none(),
        InboxOwner::One(owner) => item.owner.as_deref() == Some(owner.as_str()),
    };
    let of_kind = |item: &Item| query.kind.is_none_or(|kind| kind == item.kind);
    let kinds = ProblemKind::ALL.map(|kind| {
        let fitting = items
            .iter()
            .filter(|item| item.kind == kind && of_owner(item));
        (kind, fitting.count())
    });
    let mine_total = items
        .iter()
        .filter(|item| is_mine(item) && of_kind(item))
        .count();
    let everyone = items.iter().filter(|item| of_kind(item)).count();
    let owners = owners(model, items.iter().filter(|item| of_kind(item)), query);
    items.retain(|item| of_owner(item) && of_kind(item));
    let total = items.len();
    let errors = items
        .iter()
        .filter(|it| it.problem.severity == Severity::Error)
        .count();
    let groups = groups(items, &mine);
    let pages = total.div_ceil(INBOX_PAGE).max(1);
    let page = query.page.clamp(1, pages);
    Inbox {
        groups: shown(model, groups, (page - 1) * INBOX_PAGE),
        kinds: kinds.to_vec(),
        owners,
        mine: mine_total,
        everyone,
        errors,
        total,
        page,
        pages,
        reading: false,
    }
}

/// What the viewer has to see to, of every sort.
pub(super) fn mine(model: &Model, viewer: &Viewer) -> Inbox {
    let query = InboxQuery {
        owner: InboxOwner::Mine,
        page: 1,
        ..InboxQuery::default()
    };
    inbox(model, viewer, &query)
}

fn items(model: &Model) -> Vec<Item> {
    let owners = owner_of_each(model);
    let owner_of = |key: &str| {
        let number = model.number(key)?;
        owners.get(&number).cloned()
    };
    let mut items = Vec::new();
    for problem in model.problems.iter() {
        let about = problem
            .entity_ref
            .as_ref()
            .map(|about| about.to_lowercase());
        let kind = match &about {
            Some(key) if is_conflict(model, key, problem) => ProblemKind::Conflict,
            // An older version that was valid stays.
            Some(key) if problem.severity == Severity::Error && model.get_key(key).is_none() => {
                ProblemKind::Unprocessed
            }
            _ => ProblemKind::File,
        };
        // What claims a name in vain is not of the one who has it.
        let owner = about.filter(|_| kind != ProblemKind::Conflict);
        items.push(Item {
            kind,
            owner: owner.and_then(|key| owner_of(&key)),
            problem: problem.clone(),
        });
    }
    dangling(model, &owners, &mut items);
    orphans(model, &owners, &mut items);
    waiting(model, &mut items);
    by_neighbours(model, &owners, &mut items);
    items
}

/// The first owner of each entity, by its number.
fn owner_of_each(model: &Model) -> HashMap<u32, String> {
    let mut owners = HashMap::new();
    if let Some(field) = model.index.field("relations.ownedby") {
        for (owner, ids) in field.spellings() {
            let owner = owner.to_lowercase();
            ids.each(|id| {
                owners.entry(id).or_insert_with(|| owner.clone());
            });
        }
    }
    owners
}

/// Who owns most of what a file holds has to see to what is wrong in it and of no entity.
fn by_neighbours(model: &Model, owners: &HashMap<u32, String>, items: &mut [Item]) {
    let unowned = items.iter().filter(|item| item.owner.is_none());
    let wanted: HashSet<&str> = unowned.map(|item| &*item.problem.source).collect();
    let mut counts: HashMap<&str, BTreeMap<&str, usize>> = HashMap::new();
    for id in model.entries.live().iter() {
        let location = &*model.entry(id).location;
        if let Some(location) = wanted.get(location)
            && let Some(owner) = owners.get(&id)
        {
            *counts
                .entry(*location)
                .or_default()
                .entry(owner)
                .or_default() += 1;
        }
    }
    let most: HashMap<String, String> = counts
        .into_iter()
        .filter_map(|(location, owners)| {
            let (owner, _) = owners.into_iter().max_by_key(|(_, count)| *count)?;
            Some((location.to_owned(), owner.to_owned()))
        })
        .collect();
    for item in items.iter_mut().filter(|item| item.owner.is_none()) {
        item.owner = most.get(&item.problem.source).cloned();
    }
}

/// Relations to what the catalog does not hold.
fn dangling(model: &Model, owners: &HashMap<u32, String>, items: &mut Vec<Item>) {
    for (kind, field) in model.index.relations() {
        for (target, ids) in field.spellings() {
            // What is hidden is there all the same.
            if model.whole().get_key(&target.to_lowercase()).is_some() {
                continue;
            }
            let said = app::catalog::relation::label(spelled(kind)).to_lowercase();
            let message = format!(
                "{said}: {target} is not in the catalog. Correct the name, or register the file that \
                 describes it."
            );
            ids.each(|id| {
                let item = of_entity(model, owners, id, ProblemKind::Relation, &message);
                items.push(item);
            });
        }
    }
}

/// The relation type in its own spelling: keys of the index are lower case.
fn spelled(kind: &str) -> &str {
    let pairs = app::catalog::relation::PAIRS.iter();
    let mut known = pairs.flat_map(|(forward, reverse)| [*forward, *reverse]);
    known
        .find(|known| known.eq_ignore_ascii_case(kind))
        .unwrap_or(kind)
}

fn orphans(model: &Model, owners: &HashMap<u32, String>, items: &mut Vec<Item>) {
    let key = "metadata.annotations.backstage.io/orphan";
    let message = "Nothing leads to its file any more, so it is not read again. Remove it, or \
                   register the file.";
    let orphans = model.index.matching(key, "true");
    let orphans = orphans.iter();
    items.extend(orphans.map(|id| of_entity(model, owners, id, ProblemKind::Orphan, message)));
}

/// What is wrong with an entity where its file has its document.
fn of_entity(
    model: &Model,
    owners: &HashMap<u32, String>,
    id: u32,
    kind: ProblemKind,
    message: &str,
) -> Item {
    let entry = model.entry(id);
    Item {
        kind,
        owner: owners.get(&id).cloned(),
        problem: Problem {
            line: Some(entry.line),
            entity_ref: Some(entry.key.to_string()),
            ..warning(&entry.location, message)
        },
    }
}

/// What is wrong with a source as a whole.
fn warning(source: &str, message: &str) -> Problem {
    Problem {
        severity: Severity::Warning,
        source: source.to_owned(),
        line: None,
        entity_ref: None,
        message: message.to_owned(),
        error: ErrorName::default(),
    }
}

fn waiting(model: &Model, items: &mut Vec<Item>) {
    let message = "It is known and has not been read yet. If it stays so, see whether it can be \
                   reached.";
    items.extend(unread(model).into_iter().map(|location| Item {
        kind: ProblemKind::Waiting,
        owner: None,
        problem: warning(location, message),
    }));
}

/// Whose problems there are, with how many each has, the most first.
fn owners<'a>(model: &Model, items: impl Iterator<Item = &'a Item>, query: &InboxQuery) -> Choices {
    let mut counts: HashMap<&Option<String>, usize> = HashMap::new();
    for item in items {
        *counts.entry(&item.owner).or_default() += 1;
    }
    let mut summaries = Summaries::of(model);
    let mut values: Vec<FacetValue> = counts
        .into_iter()
        .map(|(owner, count)| FacetValue {
            value: owner.clone().unwrap_or_else(|| "none".to_owned()),
            label: match owner {
                Some(owner) => link(&mut summaries, owner).label().to_owned(),
                None => "Nobody known".to_owned(),
            },
            count,
        })
        .collect();
    values.sort_by(|a, b| (Reverse(a.count), &a.label).cmp(&(Reverse(b.count), &b.label)));
    let chosen: Vec<String> = match &query.owner {
        InboxOwner::One(owner) => vec![owner.clone()],
        _ => Vec::new(),
    };
    super::list::chosen(values, &chosen)
}

fn link(summaries: &mut Summaries<'_>, owner: &str) -> EntityLink {
    let owner = owner
        .parse()
        .unwrap_or_else(|_| EntityRef::new("group", "default", owner));
    summaries.link(&owner)
}

/// By owner: the viewer's first, then who has most errors; nobody's last.
fn groups(items: Vec<Item>, mine: &HashSet<String>) -> Vec<(Option<String>, bool, Vec<Item>)> {
    let mut groups: BTreeMap<Option<String>, Vec<Item>> = BTreeMap::new();
    for item in items {
        groups.entry(item.owner.clone()).or_default().push(item);
    }
    let mut groups: Vec<_> = groups
        .into_iter()
        .map(|(owner, mut items)| {
            let is_mine = owner.as_ref().is_some_and(|owner| mine.contains(owner));
            // A source stands where its worst problem does.
            let mut worst: HashMap<String, Severity> = HashMap::new();
            for item in &items {
                let known = worst.entry(item.problem.source.clone());
                let severity = item.problem.severity;
                known
                    .and_modify(|it| *it = (*it).min(severity))
                    .or_insert(severity);
            }
            items.sort_by_cached_key(|item| {
                let problem = &item.problem;
                (
                    worst.get(&problem.source).copied(),
                    problem.source.clone(),
                    problem.severity,
                    problem.line,
                    problem.message.clone(),
                )
            });
            (owner, is_mine, items)
        })
        .collect();
    groups.sort_by_key(|(owner, is_mine, items)| {
        let errors = items
            .iter()
            .filter(|it| it.problem.severity == Severity::Error)
            .count();
        (
            !is_mine,
            owner.is_none(),
            Reverse(errors),
            Reverse(items.len()),
        )
    });
    groups
}

/// One page of them, from the problem of that number on.
fn shown(
    model: &Model,
    groups: Vec<(Option<String>, bool, Vec<Item>)>,
    first: usize,
) -> Vec<OwnedProblems> {
    let mut summaries = Summaries::of(model);
    let (mut passed, mut left) = (first, INBOX_PAGE);
    let mut shown = Vec::new();
    for (owner, mine, items) in groups {
        let total = items.len();
        let skipped = passed.min(total);
        passed -= skipped;
        let mut sources: Vec<ProblemSource> = Vec::new();
        for item in items.into_iter().skip(skipped).take(left) {
            left -= 1;
            let about = item.problem.entity_ref.as_deref();
            let entity = about.and_then(|about| about.parse().ok());
            let listed = ListedProblem {
                entity: entity.map(|about: EntityRef| summaries.link(&about)),
                problem: item.problem,
            };
            match sources.last_mut() {
                Some(last) if last.source == listed.problem.source => last.problems.push(listed),
                _ => sources.push(ProblemSource {
                    source: listed.problem.source.clone(),
                    problems: vec![listed],
                }),
            }
        }
        if !sources.is_empty() {
            shown.push(OwnedProblems {
                owner: owner.map(|owner| link(&mut summaries, &owner)),
                mine,
                total,
                sources,
            });
        }
    }
    shown
}
