//! A list as a file: the entities that a page of the list would show, all of them, a row each.

use super::summarise::Summaries;
use super::{Model, list};
use app::catalog::{EntityLink, EntityListQuery, EntitySummary};
use app::viewer::Viewer;
use bytes::Bytes;
use serde_json::json;
use std::sync::Arc;

/// How many rows are made at a time: an export of everything holds no more of it in memory.
const ROWS: usize = 500;

/// The form of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// As RFC 4180 has it, with a line of names above.
    Csv,
    /// An array with an object for each entity.
    Json,
}

/// The columns, in the order of the file.
const COLUMNS: [&str; 10] = [
    "kind",
    "namespace",
    "name",
    "title",
    "type",
    "lifecycle",
    "owner",
    "system",
    "tags",
    "description",
];

/// The parts of the file, made as they are asked for. The page of the query is not looked at.
pub fn export(
    model: Arc<Model>,
    viewer: &Viewer,
    stars: &[String],
    query: &EntityListQuery,
    format: Format,
) -> impl Iterator<Item = Bytes> + Send + use<> {
    let (mut rest, mut first) = (list::sorted(&model, viewer, stars, query), true);
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let later = rest.split_off(rest.len().min(ROWS));
        let ids = std::mem::replace(&mut rest, later);
        done = rest.is_empty();
        let mut summaries = Summaries::of(&model);
        let rows = ids.iter().map(|&id| summaries.row(model.entry(id), &[]));
        let mut text = String::new();
        match format {
            Format::Csv => {
                if first {
                    text.push_str(&COLUMNS.join(","));
                    text.push_str("\r\n");
                }
                rows.for_each(|row| csv_row(&mut text, &row));
            }
            Format::Json => {
                for (at, row) in rows.enumerate() {
                    text.push_str(if first && at == 0 { "[\n" } else { ",\n" });
                    text.push_str(&json_row(&row));
                }
                if first && text.is_empty() {
                    text.push('[');
                }
                if done {
                    text.push_str("\n]\n");
                }
            }
        }
        first = false;
        Some(Bytes::from(text))
    })
}

fn reference(link: Option<&EntityLink>) -> Option<String> {
    link.map(|link| link.entity_ref.to_string())
}

fn json_row(row: &EntitySummary) -> String {
    json!({
        "kind": row.entity_ref.kind,
        "namespace": row.entity_ref.namespace,
        "name": row.entity_ref.name,
        "title": row.title,
        "type": row.spec_type,
        "lifecycle": row.lifecycle,
        "owner": reference(row.owner.as_ref()),
        "system": reference(row.system.as_ref()),
        "tags": row.tags,
        "description": row.description,
    })
    .to_string()
}

fn csv_row(text: &mut String, row: &EntitySummary) {
    let (owner, system) = (
        reference(row.owner.as_ref()),
        reference(row.system.as_ref()),
    );
    let tags = row.tags.join(" ");
    let cells = [
        Some(row.entity_ref.kind.as_str()),
        Some(&row.entity_ref.namespace),
        Some(&row.entity_ref.name),
        row.title.as_deref(),
        row.spec_type.as_deref(),
        row.lifecycle.as_deref(),
        owner.as_deref(),
        system.as_deref(),
        Some(&tags),
        row.description.as_deref(),
    ];
    for (at, cell) in cells.into_iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        csv_cell(text, cell.unwrap_or_default());
    }
    text.push_str("\r\n");
}

/// A cell in quotes where it needs them. What a spreadsheet would take for a formula begins with an
/// apostrophe: the words come from repositories.
fn csv_cell(text: &mut String, cell: &str) {
    let is_formula =
        cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains([',', '"', '\r', '\n', ';', '\t', '\'']) {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(&cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(cell: &str, expected: &str) {
        let mut text = String::new();
        csv_cell(&mut text, cell);
        assert_eq!(text, expected, "{cell:?}");
    }

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        check("Orders", "Orders");
        check("a, b", "\"a, b\"");
        check("say \"hi\"\nnow", "\"say \"\"hi\"\"\nnow\"");
        check("=1+1", "\"'=1+1\"");
        check("@SUM(A1)", "\"'@SUM(A1)\"");
        check("-2", "\"'-2\"");
        check("\tx", "\"'\tx\"");
        check("a=b", "a=b");
        check("", "");
    }
}
