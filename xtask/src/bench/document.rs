//! The documents of the measured catalog.
//!
//! Half are components; the rest are APIs, users, resources, groups, systems and domains as an
//! organisation of that size has them. Everything has an owner, and relations are dense.

use std::fmt::Write as _;

use super::random::Random;

const SUBJECTS: [&str; 32] = [
    "account",
    "address",
    "archive",
    "booking",
    "budget",
    "calendar",
    "campaign",
    "claim",
    "contract",
    "coupon",
    "course",
    "credit",
    "delivery",
    "discount",
    "document",
    "event",
    "forecast",
    "holiday",
    "house",
    "identity",
    "inventory",
    "journey",
    "licence",
    "message",
    "meter",
    "offer",
    "permit",
    "quote",
    "refund",
    "seat",
    "ticket",
    "voucher",
];
const VERBS: [&str; 8] = [
    "Calculates",
    "Collects",
    "Keeps",
    "Offers",
    "Prints",
    "Reconciles",
    "Sends",
    "Verifies",
];
const TAGS: [&str; 16] = [
    "batch",
    "billing",
    "critical",
    "elixir",
    "experimental",
    "go",
    "graphql",
    "java",
    "kotlin",
    "legacy",
    "nightly",
    "personal-data",
    "python",
    "rust",
    "typescript",
    "web",
];
const LIFECYCLES: [&str; 8] = [
    "production",
    "production",
    "production",
    "production",
    "production",
    "production",
    "experimental",
    "deprecated",
];
const COMPONENT_TYPES: [(&str, &str); 6] = [
    ("service", "service"),
    ("service", "worker"),
    ("service", "gateway"),
    ("service", "engine"),
    ("website", "web"),
    ("library", "kit"),
];
const RESOURCE_TYPES: [&str; 4] = ["bucket", "cache", "database", "queue"];

/// The names of all entities, by kind.
pub(super) struct Names {
    pub(super) components: Vec<String>,
    component_types: Vec<&'static str>,
    apis: Vec<String>,
    users: Vec<String>,
    resources: Vec<String>,
    pub(super) groups: Vec<String>,
    systems: Vec<String>,
    domains: Vec<String>,
}

impl Names {
    pub(super) fn new(entities: usize, random: &mut Random) -> Self {
        let share = |percent: usize| (entities * percent / 100).max(1);
        let named = |count: usize, word: &str| -> Vec<String> {
            (0..count).map(|number| name(number, word)).collect()
        };
        let apis = named(share(15), "api");
        let users = named(share(12), "person");
        let resources = named(share(10), "store");
        let groups = named(share(6), "team");
        let systems = named(share(5), "system");
        let domains = named(share(2), "domain");
        let others = [&apis, &users, &resources, &groups, &systems, &domains];
        let others: usize = others.iter().map(|names| names.len()).sum();
        let (components, component_types) = (0..entities.saturating_sub(others))
            .map(|number| {
                let (of_type, word) = *random.pick(&COMPONENT_TYPES);
                (name(number, word), of_type)
            })
            .unzip();
        Self {
            components,
            component_types,
            apis,
            users,
            resources,
            groups,
            systems,
            domains,
        }
    }
}

impl Names {
    /// A component that is a service.
    pub(super) fn service(&self) -> &str {
        let mut all = self.components.iter().zip(&self.component_types);
        let service = all.find(|(_, of_type)| **of_type == "service");
        service.map_or(self.components[0].as_str(), |(name, _)| name)
    }

    pub(super) fn api(&self) -> &str {
        &self.apis[0]
    }
}

fn name(number: usize, word: &str) -> String {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    format!("{subject}-{word}-{number:06}")
}

/// One YAML document for each name.
pub(super) fn documents(names: &Names, random: &mut Random) -> Vec<String> {
    let mut documents = Vec::new();
    for (number, name) in names.groups.iter().enumerate() {
        let mut document = head("Group", number, name, random);
        document += &format!(
            "spec:\n  type: {}\n  profile:\n    displayName: {}\n    email: {name}@example.com\n  children: []\n",
            if number < 5 { "department" } else { "team" },
            title(name),
        );
        if number > 0 {
            let parent = &names.groups[(number - 1) / 5];
            document += &format!("  parent: {parent}\n");
        }
        documents.push(document);
    }
    for (number, name) in names.users.iter().enumerate() {
        let mut document = head("User", number, name, random);
        document += &format!(
            "spec:\n  profile:\n    displayName: {}\n    email: {name}@example.com\n",
            title(name)
        );
        list(
            &mut document,
            "memberOf",
            "",
            &random.some(&names.groups, 1, 2),
        );
        documents.push(document);
    }
    for (number, name) in names.domains.iter().enumerate() {
        let owner = random.pick(&names.groups);
        documents
            .push(head("Domain", number, name, random) + &format!("spec:\n  owner: {owner}\n"));
    }
    for (number, name) in names.systems.iter().enumerate() {
        let owner = random.pick(&names.groups);
        let domain = random.pick(&names.domains);
        let spec = format!("spec:\n  owner: {owner}\n  domain: {domain}\n");
        documents.push(head("System", number, name, random) + &spec);
    }
    for (number, name) in names.resources.iter().enumerate() {
        let mut document = head("Resource", number, name, random);
        document += &format!("spec:\n  type: {}\n", random.pick(&RESOURCE_TYPES));
        belonging(&mut document, names, random);
        documents.push(document);
    }
    for (number, name) in names.apis.iter().enumerate() {
        let mut document = head("API", number, name, random);
        document += &format!(
            "spec:\n  type: openapi\n  lifecycle: {}\n",
            random.pick(&LIFECYCLES)
        );
        belonging(&mut document, names, random);
        document += &definition(number, name);
        documents.push(document);
    }
    for (number, name) in names.components.iter().enumerate() {
        documents.push(component(number, name, names, random));
    }
    documents
}

fn component(number: usize, name: &str, names: &Names, random: &mut Random) -> String {
    let of_type = names.component_types[number];
    let mut document = head("Component", number, name, random);
    let lifecycle = random.pick(&LIFECYCLES);
    document += &format!("spec:\n  type: {of_type}\n  lifecycle: {lifecycle}\n");
    belonging(&mut document, names, random);
    let mut needs: Vec<String> = Vec::new();
    for other in random.some(&names.components, 0, 2) {
        if other != name {
            needs.push(format!("component:default/{other}"));
        }
    }
    for resource in random.some(&names.resources, 0, 2) {
        needs.push(format!("resource:default/{resource}"));
    }
    list(
        &mut document,
        "dependsOn",
        "",
        &needs.iter().collect::<Vec<_>>(),
    );
    list(
        &mut document,
        "consumesApis",
        "",
        &random.some(&names.apis, 0, 3),
    );
    if of_type == "service" {
        list(
            &mut document,
            "providesApis",
            "",
            &random.some(&names.apis, 0, 2),
        );
    }
    document
}

/// Everything up to `spec`.
fn head(kind: &str, number: usize, name: &str, random: &mut Random) -> String {
    let subject = |random: &mut Random| *random.pick(&SUBJECTS);
    let mut text =
        format!("apiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata:\n  name: {name}\n");
    if number.is_multiple_of(3) && kind == "Component" {
        text += &format!("  title: {}\n", title(name));
    }
    text += &format!(
        "  description: {} the {} of each {} before the {} is closed.\n",
        random.pick(&VERBS),
        subject(random),
        subject(random),
        subject(random),
    );
    text += &format!(
        "  annotations:\n    example.com/budget: b-{:03}\n    github.com/project-slug: example/{name}\n    pagerduty.com/service-id: P{number:06}\n",
        number % 41,
    );
    if kind == "Component" {
        text += &format!("    backstage.io/kubernetes-id: {name}\n");
    }
    text += &format!(
        "  labels:\n    tier: \"{}\"\n    zone: {}\n",
        1 + number % 3,
        ["north", "south", "east"][number % 3],
    );
    if !["Domain", "Group", "User"].contains(&kind) {
        list(&mut text, "tags", "", &random.some(&TAGS, 1, 4));
    }
    if kind == "Component" {
        text += &format!(
            "  links:\n    - url: https://charts.example.com/{name}\n      title: Charts\n      icon: dashboard\n    - url: https://manual.example.com/{name}\n      title: Manual\n      icon: docs\n",
        );
    }
    text
}

fn belonging(document: &mut String, names: &Names, random: &mut Random) {
    let owner = random.pick(&names.groups);
    let system = random.pick(&names.systems);
    *document += &format!("  owner: {owner}\n  system: {system}\n");
}

/// A list below `metadata` or `spec`; nothing where it would be empty.
fn list<T: std::fmt::Display>(document: &mut String, key: &str, prefix: &str, values: &[T]) {
    if values.is_empty() {
        return;
    }
    writeln!(document, "  {key}:").expect("writing into a string cannot fail");
    for value in values {
        writeln!(document, "    - {prefix}{value}").expect("writing into a string cannot fail");
    }
}

/// `quote-web-000012` becomes `Quote Web 000012`.
fn title(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

/// An API description of the usual size of a small service.
fn definition(number: usize, name: &str) -> String {
    let subject = SUBJECTS[number % SUBJECTS.len()];
    format!(
        r##"  definition: |
    openapi: 3.0.3
    info:
      title: {name}
      version: 1.{minor}.0
    paths:
      /{subject}s:
        get:
          summary: List each {subject}
          responses:
            "200":
              description: All of them
              content:
                application/json:
                  schema:
                    type: array
                    items:
                      $ref: "#/components/schemas/Entry"
        post:
          summary: Add a {subject}
          requestBody:
            content:
              application/json:
                schema:
                  $ref: "#/components/schemas/Entry"
          responses:
            "201":
              description: The new one
      /{subject}s/{{id}}:
        get:
          summary: Read one {subject}
          parameters:
            - name: id
              in: path
              required: true
              schema:
                type: string
          responses:
            "200":
              description: The one
              content:
                application/json:
                  schema:
                    $ref: "#/components/schemas/Entry"
    components:
      schemas:
        Entry:
          type: object
          required: [id]
          properties:
            id:
              type: string
            state:
              type: string
              enum: [new, open, closed]
            value:
              type: number
            changedAt:
              type: string
              format: date-time
"##,
        minor = number % 20,
    )
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Names, Random, documents};

    fn generate(entities: usize) -> (Names, Vec<String>) {
        let mut random = Random::seeded(7);
        let names = Names::new(entities, &mut random);
        let documents = documents(&names, &mut random);
        (names, documents)
    }

    #[test]
    fn a_catalog_is_as_large_as_asked_for_and_the_same_every_time() {
        for entities in [100, 1_000] {
            let (names, documents) = generate(entities);
            assert_eq!(documents.len(), entities);
            assert_eq!(names.components.len(), entities / 2);
            assert_eq!(documents, generate(entities).1);
        }
    }

    #[test]
    fn every_owner_is_a_group_of_the_catalog() {
        let (names, documents) = generate(200);
        let groups: BTreeSet<&str> = names.groups.iter().map(String::as_str).collect();
        let owners = documents
            .iter()
            .flat_map(|document| document.lines())
            .filter_map(|line| line.strip_prefix("  owner: "));
        assert!(owners.clone().count() > 150);
        for owner in owners {
            assert!(groups.contains(owner), "{owner} is in no document");
        }
    }
}
