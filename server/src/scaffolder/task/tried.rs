//! A trial as the editor of templates shows it: its steps and log, and what it has made, beside what
//! the trial before had made.

use super::port::{is_bad, links, texts, words};
use crate::digest::sha256_hex;
use crate::highlight;
use crate::scaffolder::dry_run::{MadeFile, MadeLink, Tried};
use crate::scaffolder::run::{StepStatus, Told};
use app::scaffolder::task::{LogLine, StepView, TaskStatus};
use app::scaffolder::trial::{Change, Content, TrialView, TriedFile};
use serde_json::{Value, json};
use similar::TextDiff;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// What is shown of a file, and of all files together, in bytes.
const LONGEST: usize = 64 << 10;
const MOST_SHOWN: usize = 1 << 20;
/// What is sent along to be compared with the next trial, in bytes.
const MOST_KEPT: usize = 512 << 10;
/// Lines around a difference.
const AROUND: usize = 3;
/// How long one file may be compared before the rest of it is called new.
const PATIENCE: Duration = Duration::from_millis(200);
/// What is kept of a file that is no text begins so; no text does.
const NO_TEXT: char = '\0';

type Kept = BTreeMap<String, String>;

pub(super) fn view(tried: Tried, before: Option<Kept>) -> TrialView {
    // How far a trial came that has failed is no measure for the next one.
    let (kept, before) = match (&tried.failure, before) {
        (Some(_), before) => (before.unwrap_or_default(), None),
        (None, before) => (tried.files.iter().map(kept).collect(), before),
    };
    let size: usize = kept
        .iter()
        .map(|(path, text)| path.len() + text.len())
        .sum();
    TrialView {
        steps: steps(&tried),
        log: tried.log.iter().map(line).collect(),
        files: files(&tried.files, &tried.links, before.as_ref()),
        links: links(&tried.output["links"]),
        texts: texts(&tried.output["text"]),
        output: output(&tried.output),
        kept: if size <= MOST_KEPT && !kept.is_empty() {
            json!(kept).to_string()
        } else {
            String::new()
        },
        is_compared: before.is_some(),
        failure: tried.failure,
    }
}

fn output(output: &Value) -> String {
    let is_empty = output.as_object().is_none_or(serde_json::Map::is_empty);
    if is_empty {
        return String::new();
    }
    let text = serde_json::to_string_pretty(output).unwrap_or_default();
    highlight::code("json", &text)
}

fn line(told: &Told) -> LogLine {
    LogLine {
        text: words(&told.message).to_owned(),
        is_bad: is_bad(&told.message, told.status.map(StepStatus::word)),
    }
}

fn steps(tried: &Tried) -> Vec<StepView> {
    let steps = tried.steps.iter().map(|step| {
        let told = tried.log.iter().rev();
        let status = told
            .filter(|it| it.step.as_ref() == Some(&step.id))
            .find_map(|it| it.status);
        StepView {
            name: step.name.clone(),
            action: step.action.clone(),
            status: status.map_or(TaskStatus::Waiting, |it| TaskStatus::of(it.word())),
            took: String::new(),
        }
    });
    steps.collect()
}

/// A file as the next trial is compared with it.
fn kept(file: &MadeFile) -> (String, String) {
    let content = match text_of(&file.content) {
        Some(text) => text.to_owned(),
        None => format!("{NO_TEXT}{}", sha256_hex(&file.content)),
    };
    (file.path.clone(), content)
}

fn text_of(content: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(content).ok()?;
    (!text.contains(NO_TEXT)).then_some(text)
}

fn files(made: &[MadeFile], links: &[MadeLink], before: Option<&Kept>) -> Vec<TriedFile> {
    let mut room = MOST_SHOWN;
    let mut files: Vec<TriedFile> = Vec::new();
    for file in made {
        let (_, now) = kept(file);
        let was = before.and_then(|before| before.get(&file.path));
        let change = match (before, was) {
            (None, _) => Change::Same,
            (Some(_), None) => Change::New,
            (Some(_), Some(was)) if *was == now => Change::Same,
            (Some(_), Some(_)) => Change::Changed,
        };
        let was = was.filter(|_| change == Change::Changed);
        files.push(TriedFile {
            path: file.path.clone(),
            size: file.content.len(),
            executable: file.executable,
            change,
            content: content(&file.path, &now, was, &mut room),
        });
    }
    files.extend(links.iter().map(|link| TriedFile {
        path: link.path.clone(),
        size: 0,
        executable: false,
        change: Change::Same,
        content: Content::Link(link.target.clone()),
    }));
    let there: BTreeSet<&str> = made.iter().map(|file| &*file.path).collect();
    let gone = before.into_iter().flatten();
    let gone = gone.filter(|(path, _)| !there.contains(&***path));
    files.extend(gone.map(|(path, text)| TriedFile {
        path: path.clone(),
        size: text.len(),
        executable: false,
        change: Change::Gone,
        content: Content::Nothing("It is no longer made."),
    }));
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

/// What is shown of a file that was another text before, or none; as far as there is room on the page.
fn content(path: &str, now: &str, was: Option<&String>, room: &mut usize) -> Content {
    if now.starts_with(NO_TEXT) {
        return Content::Nothing("It is no text.");
    }
    if now.len() > LONGEST {
        return Content::Nothing("It is too long to be shown here.");
    }
    if now.len() > *room {
        return Content::Nothing("Too much is shown already.");
    }
    *room -= now.len();
    if now.is_empty() {
        return Content::Nothing("It is empty.");
    }
    let was = was.filter(|was| !was.starts_with(NO_TEXT) && was.len() <= LONGEST);
    if let Some(was) = was {
        let difference = TextDiff::configure()
            .timeout(PATIENCE)
            .diff_lines(&**was, now);
        let lines = difference.unified_diff().context_radius(AROUND).to_string();
        return Content::Difference(highlight::code("diff", &lines));
    }
    let name = path.rsplit('/').next().unwrap_or(path);
    let ending = name.rsplit_once('.').map_or(name, |(_, ending)| ending);
    Content::Text(highlight::code(ending, now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(files: &[(&str, &[u8])], failure: Option<&str>) -> Tried {
        let files = files.iter().map(|(path, content)| MadeFile {
            path: (*path).to_owned(),
            content: content.to_vec(),
            executable: false,
        });
        Tried {
            failure: failure.map(ToOwned::to_owned),
            log: Vec::new(),
            files: files.collect(),
            links: Vec::new(),
            output: Value::Null,
            steps: Vec::new(),
        }
    }

    fn kept_of(view: &TrialView) -> Option<Kept> {
        serde_json::from_str(&view.kept).ok()
    }

    fn changes(view: &TrialView) -> Vec<(&str, Change)> {
        let files = view.files.iter();
        files.map(|it| (&*it.path, it.change)).collect()
    }

    #[test]
    fn each_trial_says_what_is_other_than_before() {
        let first = view(
            tried(
                &[("a", b"one\n"), ("b", b"two\n"), ("logo", b"\xff\0")],
                None,
            ),
            None,
        );
        assert!(!first.is_compared);
        assert!(first.files.iter().all(|it| it.change == Change::Same));
        assert_eq!(first.files[2].content, Content::Nothing("It is no text."));
        let files: &[(&str, &[u8])] = &[("a", b"one <b>\n"), ("c", b"new"), ("logo", b"\xfe\0")];
        let second = view(tried(files, None), kept_of(&first));
        let expected = [
            ("a", Change::Changed),
            ("b", Change::Gone),
            ("c", Change::New),
            ("logo", Change::Changed),
        ];
        assert_eq!(changes(&second), expected);
        let Content::Difference(html) = &second.files[0].content else {
            panic!("{:?}", second.files[0]);
        };
        assert!(
            html.contains("one &lt;b&gt;") && !html.contains("<b>"),
            "{html}"
        );
        let same = view(tried(files, None), kept_of(&second));
        assert!(same.files.iter().all(|it| it.change == Change::Same));
    }

    #[test]
    fn what_has_failed_is_compared_with_nothing() {
        let first = view(tried(&[("a", b"one")], None), None);
        let failed = view(tried(&[], Some("no")), kept_of(&first));
        assert!(!failed.is_compared && failed.files.is_empty());
        let third = view(tried(&[("a", b"two")], None), kept_of(&failed));
        assert_eq!(changes(&third), [("a", Change::Changed)]);
    }

    #[test]
    fn a_page_has_its_bounds() {
        let long = vec![b'x'; LONGEST];
        let names: Vec<String> = (0..40).map(|at| format!("f{at:02}")).collect();
        let files: Vec<(&str, &[u8])> = names.iter().map(|it| (&**it, &*long)).collect();
        let many = view(tried(&files, None), None);
        let is_shown = |it: &&TriedFile| matches!(it.content, Content::Text(_));
        assert_eq!(
            many.files.iter().filter(is_shown).count(),
            MOST_SHOWN / LONGEST
        );
        assert_eq!(many.kept, "");
        let longer = vec![b'x'; LONGEST + 1];
        let one = view(tried(&[("a", &longer)], None), None);
        assert!(matches!(one.files[0].content, Content::Nothing(_)));
    }
}
