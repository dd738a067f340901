//! The catalog of the battery: the shape that Backstage's published figures were taken with.
//!
//! Written file by file, so that it is never in memory as a whole. Names follow from numbers, so
//! that anything can refer to anything.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use super::super::random::Random;

const PER_FILE: usize = 500;

/// The kinds with how many there are of each, and a word that their names hold.
const KINDS: [Kind; 9] = [
    Kind::new("Domain", 2_000, "domain"),
    Kind::new("System", 12_000, "system"),
    Kind::new("Group", 8_000, "team"),
    Kind::new("User", 60_000, "person"),
    Kind::new("Template", 14, "template"),
    Kind::new("Resource", 151_182, "store"),
    Kind::new("Component", 46_036, "service"),
    Kind::new("API", 202_704, "api"),
    Kind::new("Subcomponent", 257_064, "part"),
];

#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) name: &'static str,
    /// At full size.
    count: usize,
    word: &'static str,
}

const SUBJECTS: [&str; 64] = [
    "account",
    "address",
    "advert",
    "album",
    "archive",
    "artist",
    "audience",
    "audio",
    "banner",
    "basket",
    "booking",
    "budget",
    "calendar",
    "campaign",
    "catalogue",
    "chart",
    "claim",
    "concert",
    "contract",
    "coupon",
    "course",
    "credit",
    "delivery",
    "discount",
    "document",
    "episode",
    "event",
    "feed",
    "forecast",
    "friend",
    "genre",
    "holiday",
    "house",
    "identity",
    "inventory",
    "journey",
    "label",
    "licence",
    "lyrics",
    "message",
    "meter",
    "mixer",
    "offer",
    "payment",
    "permit",
    "player",
    "playlist",
    "podcast",
    "quota",
    "quote",
    "radio",
    "receipt",
    "refund",
    "royalty",
    "search",
    "seat",
    "session",
    "speaker",
    "studio",
    "ticket",
    "tour",
    "track",
    "venue",
    "voucher",
];
const TYPES: [&str; 12] = [
    "service",
    "service",
    "service",
    "website",
    "library",
    "data-pipeline",
    "model",
    "app",
    "dataset",
    "workflow",
    "endpoint",
    "backend",
];
const LIFECYCLES: [&str; 4] = ["production", "production", "experimental", "deprecated"];

/// How large a battery is to be: a share of its full size.
#[derive(Clone, Copy)]
pub(super) struct Size {
    /// In thousandths.
    pub(super) share: usize,
}

impl Kind {
    const fn new(name: &'static str, count: usize, word: &'static str) -> Self {
        Self { name, count, word }
    }

    pub(super) fn of(name: &str) -> Self {
        let kind = KINDS.into_iter().find(|kind| kind.name == name);
        kind.expect("a kind of the battery")
    }

    pub(super) fn count(self, size: Size) -> usize {
        (self.count * size.share / 1000).max(14)
    }

    /// The name of one of them.
    pub(super) fn named(self, number: usize) -> String {
        let subject = SUBJECTS[number % SUBJECTS.len()];
        format!("{subject}-{}-{number:06}", self.word)
    }

    pub(super) fn any(self, size: Size, random: &mut Random) -> String {
        self.named(random.below(self.count(size)))
    }
}

/// How many entities there are, without Locations.
pub(super) fn entities(size: Size) -> usize {
    KINDS.iter().map(|kind| kind.count(size)).sum()
}

/// Writes the files into `folder`. Returns the Location that names them, and how many relations
/// they come to, both directions counted.
pub(super) fn write(folder: &Path, size: Size) -> Result<(PathBuf, usize)> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;
    let mut location = String::from(
        "apiVersion: backstage.io/v1alpha1\nkind: Location\nmetadata:\n  name: battery\nspec:\n  type: file\n  targets:\n",
    );
    let mut random = Random::seeded(23);
    let mut references = 0;
    let mut file = 0;
    let mut text = String::new();
    for kind in KINDS {
        let count = kind.count(size);
        for number in 0..count {
            if !text.is_empty() {
                text += "---\n";
            }
            references += document(&mut text, kind, number, size, &mut random);
            if (number + 1) % PER_FILE == 0 || number + 1 == count {
                let name = format!("part-{file:05}.yaml");
                fs::write(folder.join(&name), &text)?;
                writeln!(location, "    - ./{name}")?;
                text.clear();
                file += 1;
            }
        }
    }
    let path = folder.join("all.yaml");
    fs::write(&path, location)?;
    Ok((path, references * 2))
}

/// Adds a document, and returns how many others it names.
fn document(
    text: &mut String,
    kind: Kind,
    number: usize,
    size: Size,
    random: &mut Random,
) -> usize {
    let version = match kind.name {
        "Template" => "scaffolder.backstage.io/v1beta3",
        "Subcomponent" => "example.com/v1",
        _ => "backstage.io/v1alpha1",
    };
    let name = kind.named(number);
    let subject = SUBJECTS[number % SUBJECTS.len()];
    let other = random.pick(&SUBJECTS);
    *text += &format!(
        "apiVersion: {version}\nkind: {}\nmetadata:\n  name: {name}\n  title: {subject} {} {number}\n  \
         description: Keeps every {subject} and its {other} in order for those who need it\n  \
         annotations:\n    example.com/budget: b-{:03}\n    example.com/slug: example/{name}\n    \
         example.com/pager: P{number:06}\n    example.com/dashboard: board-{:04}\n    example.com/review: \"2026-{:02}\"\n  \
         labels:\n    tier: \"{}\"\n    zone: zone-{}\n    stack: {other}\n    cost: c{:02}\n  tags:\n    - {subject}\n    - {other}\n",
        kind.name,
        kind.word,
        number % 401,
        number % 2_003,
        1 + number % 12,
        1 + number % 4,
        number % 9,
        number % 60,
    );
    spec(text, kind, number, size, random)
}

fn spec(text: &mut String, kind: Kind, number: usize, size: Size, random: &mut Random) -> usize {
    let mut named = 0;
    let mut refers = |text: &mut String, field: &str, kind: Kind, random: &mut Random| {
        named += 1;
        *text += &format!("  {field}: {}\n", kind.any(size, random));
    };
    let (group, system) = (Kind::of("Group"), Kind::of("System"));
    let of_type = TYPES[random.below(TYPES.len())];
    let lifecycle = random.pick(&LIFECYCLES);
    *text += "spec:\n";
    match kind.name {
        "Domain" => refers(text, "owner", group, random),
        "System" => {
            refers(text, "owner", group, random);
            refers(text, "domain", Kind::of("Domain"), random);
        }
        "Group" => {
            *text += "  type: team\n  children: []\n";
            if number > 0 {
                named += 1;
                *text += &format!("  parent: {}\n", group.named((number - 1) / 6));
            }
        }
        "User" => named += list(text, "memberOf", group, 1 + number % 4, size, random),
        "Template" => {
            *text += "  type: service\n  steps:\n    - id: fetch\n      action: fetch:template\n";
            refers(text, "owner", group, random);
        }
        _ => {
            *text += &format!("  type: {of_type}\n  lifecycle: {lifecycle}\n");
            refers(text, "owner", group, random);
            if kind.name == "Subcomponent" {
                refers(text, "subcomponentOf", Kind::of("Component"), random);
            } else {
                refers(text, "system", system, random);
            }
        }
    }
    match kind.name {
        "API" => *text += "  definition: see the repository\n",
        "Resource" => {
            let resource = format!("resource:{}", kind.any(size, random));
            *text += &format!("  dependsOn:\n    - {resource}\n");
            named += 1;
        }
        "Component" => {
            // Each API is provided by one component.
            let (api, ours) = (Kind::of("API"), kind.count(size));
            let provided: Vec<String> = (number..api.count(size))
                .step_by(ours)
                .map(|number| api.named(number))
                .collect();
            *text += "  providesApis:\n";
            for name in &provided {
                *text += &format!("    - {name}\n");
            }
            named += provided.len();
            named += list(text, "consumesApis", api, 15 + number % 11, size, random);
            *text += "  dependsOn:\n";
            let needed = 4 + number % 5;
            for _ in 0..needed {
                let resource = Kind::of("Resource").any(size, random);
                *text += &format!("    - resource:{resource}\n");
            }
            named += needed;
        }
        _ => {}
    }
    named
}

/// A list of references; returns how many.
fn list(
    text: &mut String,
    field: &str,
    kind: Kind,
    count: usize,
    size: Size,
    random: &mut Random,
) -> usize {
    *text += &format!("  {field}:\n");
    for _ in 0..count {
        *text += &format!("    - {}\n", kind.any(size, random));
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_battery_has_the_shape_it_was_published_with() {
        let full = Size { share: 1000 };
        assert_eq!(entities(full), 739_000);
        let folder = std::env::temp_dir().join(format!("battery-{}", std::process::id()));
        let (location, relations) = write(&folder, Size { share: 10 }).unwrap();
        let text = fs::read_to_string(&location).unwrap();
        let files: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("    - ./"))
            .collect();
        let documents: usize = files
            .iter()
            .map(|name| fs::read_to_string(folder.join(name)).unwrap())
            .map(|text| text.split("---\n").count())
            .sum();
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(documents, entities(Size { share: 10 }));
        // 6.1 million at full size.
        assert!((58_000..64_000).contains(&relations), "{relations}");
    }
}
