//! Who has done what: what is kept, for how long, and that nothing else happens to it.

mod away;
mod catalog;
mod identity;
mod store;
mod tasks;

use server::store::AuditRow;

/// An entry in short: what, who, on behalf of whom, about what, with what outcome.
fn short(row: &AuditRow) -> String {
    let behalf = row.on_behalf.as_deref();
    let behalf = behalf.map_or_else(String::new, |it| format!(" for {it}"));
    let AuditRow {
        action,
        actor_kind,
        actor,
        subject,
        outcome,
        ..
    } = row;
    format!("{action}: {actor_kind} {actor}{behalf}, {subject}, {outcome}")
}

fn shorts(rows: &[AuditRow]) -> Vec<String> {
    rows.iter().map(short).collect()
}
