//! A definition as HTML: a head, an index, and every operation and type as a fold.

use super::Asked;
use super::model::{Body, Document, Field, Operation, Part};
use super::schema::{Trees, example};
use super::value::Value;
use crate::highlight::{self, escape};
use std::collections::HashSet;

/// How much HTML of opened parts a page brings along; of the others it brings their heads.
const PAGE: usize = 300_000;
/// How many operations and types a page lists; a search finds the others.
const LISTED: usize = 1500;
/// How many the index names; of more it names the groups.
const INDEXED: usize = 400;
/// How much of a text is shown.
const RAW: usize = 400_000;

/// HTML that is written in order. Elements are ours, text is escaped.
#[derive(Default)]
pub(super) struct Html(String);

impl Html {
    pub(super) fn raw(&mut self, html: &'static str) {
        self.0.push_str(html);
    }

    pub(super) fn open(&mut self, element: &'static str, class: &'static str) {
        self.0.push('<');
        self.0.push_str(element);
        self.0.push_str(" class=\"");
        self.0.push_str(class);
        self.0.push_str("\">");
    }

    pub(super) fn close(&mut self, element: &'static str) {
        self.0.push_str("</");
        self.0.push_str(element);
        self.0.push('>');
    }

    pub(super) fn text(&mut self, text: &str) {
        escape(text, &mut self.0);
    }

    pub(super) fn element(&mut self, element: &'static str, class: &'static str, text: &str) {
        self.open(element, class);
        self.text(text);
        self.close(element);
    }

    /// An attribute, its element being open: `<a` before, `>` after.
    fn attribute(&mut self, name: &'static str, value: &str) {
        self.0.push(' ');
        self.0.push_str(name);
        self.0.push_str("=\"");
        escape(value, &mut self.0);
        self.0.push('"');
    }

    pub(super) fn into_string(self) -> String {
        self.0
    }

    /// A link to a place that we know: never what a document says.
    pub(super) fn link(&mut self, class: &'static str, href: &str, text: &str) {
        self.0.push_str("<a");
        self.attribute("class", class);
        self.attribute("href", href);
        if href.contains('#') {
            // The browser opens the fold that holds the place; the router would not.
            self.attribute("rel", "external");
        }
        self.0.push('>');
        self.text(text);
        self.0.push_str("</a>");
    }

    fn code(&mut self, language: &str, text: &str) {
        self.raw("<div class=\"snippet\"><pre class=\"code\" tabindex=\"0\"><code>");
        self.0.push_str(&highlight::code(language, text));
        self.raw("</code></pre><button type=\"button\" class=\"btn btn-small needs-script snippet-copy\" data-copy=\"\"><span class=\"when-new\">Copy</span><span class=\"when-copied\">Copied</span></button></div>");
    }
}

/// Markdown of a document, safe as any.
pub(super) fn markdown(text: &str, class: &'static str, out: &mut Html) {
    out.open("div", class);
    out.raw("<div class=\"prose\">");
    let plain = text.len() < 400
        && !text.contains([
            '*', '_', '`', '[', '<', '#', '\n', '|', '~', '&', '\\', ':', '@',
        ]);
    if plain {
        out.raw("<p>");
        out.text(text);
        out.raw("</p>");
    } else {
        // Its headings stand below those of operations, and nothing links to them.
        let html = crate::markdown::render(text, None);
        out.0.push_str(html.as_str());
    }
    out.raw("</div>");
    out.close("div");
}

/// The id of an operation or type: `operation-get-seats-id`.
pub(super) fn id_of(what: &str, name: &str) -> String {
    let name = name
        .rsplit_once("#/")
        .map_or(name, |(_, path)| path.rsplit('/').next().unwrap_or(path));
    let mut id = format!("{what}-");
    for it in name.replace("~1", "/").chars() {
        if it.is_alphanumeric() || it == '_' {
            id.push(it);
        } else if !id.ends_with('-') {
            id.push('-');
        }
    }
    id.trim_end_matches('-').to_owned()
}

fn operation_id(operation: &Operation) -> String {
    match &operation.id {
        Some(id) => id_of("operation", id),
        None => id_of(
            "operation",
            &format!("{} {}", operation.verb, operation.name),
        ),
    }
}

fn verb_class(verb: &str) -> &'static str {
    match verb {
        "GET" | "HEAD" | "query" | "subscribe" | "receive" => "verb verb-read",
        "POST" | "mutation" | "publish" | "send" | "rpc" => "verb verb-make",
        "PUT" | "PATCH" => "verb verb-change",
        "DELETE" => "verb verb-end",
        _ => "verb",
    }
}

/// The whole definition as `asked`.
pub(super) fn document(document: &Document, asked: Asked<'_>) -> String {
    let mut out = Html::default();
    let words: Vec<String> = asked
        .text
        .split_whitespace()
        .map(str::to_lowercase)
        .collect();
    let matches = |texts: &[&str]| {
        words.iter().all(|word| {
            texts
                .iter()
                .any(|text| text.to_lowercase().contains(word.as_str()))
        })
    };
    let shows = |operation: &Operation| {
        matches(&[
            &operation.name,
            &operation.verb,
            operation.summary.as_deref().unwrap_or_default(),
            operation.id.as_deref().unwrap_or_default(),
        ])
    };
    head(document, asked, &mut out);
    out.open("div", "definition");
    index(document, asked, &shows, &matches, &mut out);
    out.open("div", "definition-body");
    if words.is_empty() {
        about(document, &mut out);
    }
    let mut ids = HashSet::new();
    let mut trees = Trees::of(&document.root);
    let mut listed = 0;
    for group in &document.groups {
        let operations: Vec<&Operation> = group.operations.iter().filter(|it| shows(it)).collect();
        if operations.is_empty() {
            continue;
        }
        out.raw("<section class=\"definition-group\"");
        out.attribute("id", &id_of("group", &group.name));
        out.raw(">");
        out.element("h3", "card-title", &group.name);
        if let Some(description) = &group.description {
            markdown(description, "meta", &mut out);
        }
        for operation in operations {
            listed += 1;
            let id = operation_id(operation);
            if (listed > LISTED && asked.item != id) || !ids.insert(id.clone()) {
                continue;
            }
            fold(&id, operation, document, asked, &mut trees, &mut out);
        }
        out.raw("</section>");
    }
    let types: Vec<&(String, String)> = document
        .types
        .iter()
        .filter(|(name, _)| matches(&[name]))
        .collect();
    if !types.is_empty() {
        out.raw("<section class=\"definition-group\">");
        out.element("h3", "card-title", document.types_title);
        for (name, reference) in types {
            listed += 1;
            let id = id_of("type", reference);
            if (listed <= LISTED || asked.item == id) && ids.insert(id.clone()) {
                type_fold(&id, name, reference, asked, &mut trees, &mut out);
            }
        }
        out.raw("</section>");
    }
    if listed > LISTED {
        let rest = format!(
            "{} more: search for a word of theirs to see them.",
            listed - LISTED
        );
        out.element("p", "definition-none", &rest);
    }
    if listed == 0 {
        out.element(
            "p",
            "definition-none",
            "No operation and no type has these words.",
        );
    }
    out.close("div");
    out.close("div");
    out.0
}

fn head(document: &Document, asked: Asked<'_>, out: &mut Html) {
    out.open("div", "definition-head");
    out.element(
        "h2",
        "card-title",
        document.title.as_deref().unwrap_or("Definition"),
    );
    if let Some(version) = &document.version {
        out.element("span", "chip", version);
    }
    out.element("span", "meta", &document.format);
    let operations: usize = document
        .groups
        .iter()
        .map(|group| group.operations.len())
        .sum();
    out.element(
        "span",
        "meta num",
        &format!(
            "{operations} operations · {} {}",
            document.types.len(),
            document.types_title.to_lowercase()
        ),
    );
    actions(asked, out);
    out.close("div");
}

fn actions(asked: Asked<'_>, out: &mut Html) {
    out.open("div", "definition-actions");
    if asked.raw {
        out.link("btn", asked.here, "Reading view");
    } else {
        out.link("btn", &format!("{}&raw=1", asked.here), "Raw text");
    }
    out.raw("<a class=\"btn\" rel=\"external\" download");
    out.attribute("href", asked.download);
    out.raw(">Download</a>");
    out.close("div");
}

fn index(
    document: &Document,
    asked: Asked<'_>,
    shows: &dyn Fn(&Operation) -> bool,
    matches: &dyn Fn(&[&str]) -> bool,
    out: &mut Html,
) {
    out.raw("<div class=\"definition-index\"><form method=\"get\" role=\"search\" aria-label=\"This definition\" class=\"definition-search\"");
    let (path, query) = asked.here.split_once('?').unwrap_or((asked.here, ""));
    out.attribute("action", path);
    out.raw(">");
    for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
        out.raw("<input type=\"hidden\"");
        out.attribute("name", &name);
        out.attribute("value", &value);
        out.raw(">");
    }
    out.raw("<label class=\"field\"><span class=\"hidden-label\">Search this definition</span><input type=\"search\" name=\"find\" placeholder=\"Search this definition\" autocomplete=\"off\" data-find");
    out.attribute("value", asked.text);
    out.raw("></label></form><nav aria-label=\"Operations\">");
    let all: usize = document
        .groups
        .iter()
        .map(|group| group.operations.len())
        .sum();
    if all + document.types.len() > INDEXED {
        out.raw("<ul>");
        for group in &document.groups {
            if group.operations.iter().any(shows) {
                out.raw("<li>");
                out.link(
                    "index-item index-type",
                    &format!("#{}", id_of("group", &group.name)),
                    &group.name,
                );
                out.raw("</li>");
            }
        }
        out.raw("</ul></nav></div>");
        return;
    }
    for group in &document.groups {
        let operations: Vec<&Operation> = group.operations.iter().filter(|it| shows(it)).collect();
        if operations.is_empty() {
            continue;
        }
        out.raw("<div>");
        out.element("p", "index-group", &group.name);
        out.raw("<ul>");
        for operation in operations {
            out.raw("<li><a class=\"index-item\" rel=\"external\"");
            out.attribute("href", &format!("#{}", operation_id(operation)));
            out.attribute(
                "title",
                operation.summary.as_deref().unwrap_or(&operation.name),
            );
            out.raw(">");
            out.element("span", verb_class(&operation.verb), &operation.verb);
            out.element("code", "index-name", &operation.name);
            out.raw("</a></li>");
        }
        out.raw("</ul></div>");
    }
    let types: Vec<&(String, String)> = document
        .types
        .iter()
        .filter(|(name, _)| matches(&[name]))
        .collect();
    if !types.is_empty() {
        out.raw("<div>");
        out.element("p", "index-group", document.types_title);
        out.raw("<ul>");
        for (name, reference) in types {
            out.raw("<li>");
            out.link(
                "index-item index-type",
                &format!("#{}", id_of("type", reference)),
                name,
            );
            out.raw("</li>");
        }
        out.raw("</ul></div>");
    }
    out.raw("</nav></div>");
}

fn about(document: &Document, out: &mut Html) {
    if let Some(description) = &document.description {
        markdown(description, "definition-about", out);
    }
    if document.facts.is_empty() {
        return;
    }
    out.open("dl", "pairs definition-facts");
    let mut before = "";
    for fact in &document.facts {
        if fact.kind != before {
            out.raw("<dt>");
            out.text(fact.kind);
            out.raw("</dt>");
            before = fact.kind;
        }
        out.raw("<dd class=\"definition-fact\">");
        out.element("code", "mono", &fact.name);
        out.raw(" ");
        out.element("span", "meta", &fact.text);
        out.raw("</dd>");
    }
    out.close("dl");
}

/// The head of a fold, and its inside as far as there is room.
fn fold(
    id: &str,
    operation: &Operation,
    document: &Document,
    asked: Asked<'_>,
    trees: &mut Trees<'_>,
    out: &mut Html,
) {
    let wanted = asked.item == id;
    out.raw(if wanted {
        "<details class=\"operation\" open>"
    } else {
        "<details class=\"operation\">"
    });
    out.raw("<summary class=\"operation-head\">");
    out.element("span", verb_class(&operation.verb), &operation.verb);
    out.element(
        "code",
        if operation.deprecated {
            "operation-name operation-old"
        } else {
            "operation-name"
        },
        &operation.name,
    );
    out.element(
        "span",
        "operation-summary",
        operation.summary.as_deref().unwrap_or_default(),
    );
    if operation.deprecated {
        out.element("span", "schema-required", "deprecated");
    }
    out.raw("</summary><div class=\"operation-body\"");
    // The place is inside, so that a link to it opens the fold.
    out.attribute("id", id);
    out.raw(">");
    if wanted || out.0.len() < PAGE {
        inside(id, operation, document, trees, out);
    } else {
        later(id, asked, out);
    }
    out.raw("</div></details>");
}

fn later(id: &str, asked: Asked<'_>, out: &mut Html) {
    let item: String = url::form_urlencoded::byte_serialize(id.as_bytes()).collect();
    out.link(
        "btn",
        &format!("{}&item={item}#{id}", asked.here),
        "Show it",
    );
}

fn type_fold(
    id: &str,
    name: &str,
    reference: &str,
    asked: Asked<'_>,
    trees: &mut Trees<'_>,
    out: &mut Html,
) {
    let wanted = asked.item == id;
    out.raw(if wanted {
        "<details class=\"operation\" open>"
    } else {
        "<details class=\"operation\">"
    });
    out.raw("<summary class=\"operation-head\">");
    out.element("code", "operation-name", name);
    let target = trees.root.at(reference).cloned().unwrap_or(Value::Null);
    let first = target
        .get("description")
        .text()
        .and_then(|text| text.lines().next());
    out.element("span", "operation-summary", first.unwrap_or_default());
    out.raw("</summary><div class=\"operation-body\"");
    out.attribute("id", id);
    out.raw(">");
    if wanted || out.0.len() < PAGE {
        trees.write_type(reference, &target, out);
    } else {
        later(id, asked, out);
    }
    out.raw("</div></details>");
}

fn inside(
    id: &str,
    operation: &Operation,
    document: &Document,
    trees: &mut Trees<'_>,
    out: &mut Html,
) {
    if let Some(description) = operation
        .description
        .as_ref()
        .filter(|it| Some(*it) != operation.summary.as_ref())
    {
        markdown(description, "operation-text", out);
    }
    out.open("p", "operation-meta");
    if let Some(name) = &operation.id {
        out.element("code", "mono", name);
    }
    if !operation.security.is_empty() {
        out.raw("<span>Security: ");
        out.text(&operation.security.join(", or "));
        out.raw("</span>");
    }
    out.link("link", &format!("#{id}"), "Link to this");
    out.close("p");
    for part in &operation.parts {
        match part {
            Part::Fields { title, fields } => {
                out.element("h4", "operation-part", title);
                out.open("ul", "schema-list schema-fields");
                for field in fields {
                    field_row(field, trees, out);
                }
                out.close("ul");
            }
            Part::Body(body) => body_part(body, document, trees, out),
            Part::Call {
                title,
                language,
                text,
            } => {
                out.raw("<details class=\"schema-fold call\"><summary class=\"schema-row\">");
                out.element("span", "schema-name", title);
                out.raw("</summary>");
                out.code(language, text);
                out.raw("</details>");
            }
        }
    }
}

fn field_row(field: &Field, trees: &mut Trees<'_>, out: &mut Html) {
    out.raw("<li><div class=\"schema-row\">");
    out.element("code", "schema-name", &field.name);
    if !field.place.is_empty() {
        out.element("span", "chip", &field.place);
    }
    if field.required {
        out.element("span", "schema-required", "required");
    }
    if field.deprecated {
        out.element("span", "schema-required", "deprecated");
    }
    out.raw("</div>");
    if let Some(description) = &field.description {
        markdown(description, "schema-text", out);
    }
    trees.write(&field.schema, out);
    out.raw("</li>");
}

fn body_part(body: &Body, document: &Document, trees: &mut Trees<'_>, out: &mut Html) {
    out.raw("<h4 class=\"operation-part\">");
    match body.title.as_bytes().first() {
        Some(b'2') => out.element("span", "status status-ok", &body.title),
        Some(b'4' | b'5') => out.element("span", "status status-bad", &body.title),
        _ => out.element("span", "status", &body.title),
    }
    out.element("span", "meta", &body.note);
    out.raw("</h4>");
    if let Some(description) = &body.description {
        markdown(description, "schema-text", out);
    }
    if !body.schema.is_null() {
        trees.write(&body.schema, out);
    }
    let made;
    let examples: &[(String, Value)] = if body.examples.is_empty() && !body.schema.is_null() {
        made = [(
            "Example, made from the schema".to_owned(),
            example(&document.root, &body.schema),
        )];
        if made[0].1.is_null() { &[] } else { &made }
    } else {
        &body.examples
    };
    for (name, value) in examples.iter().take(5) {
        out.raw("<details class=\"schema-fold call\"><summary class=\"schema-row\">");
        out.element("span", "schema-type", name);
        out.raw("</summary>");
        match value {
            Value::Text(text) => out.code("", text),
            value => out.code("json", &value.pretty()),
        }
        out.raw("</details>");
    }
}

/// The text as it was written, and why it is shown so.
pub(super) fn raw(kind: &str, text: &str, problem: Option<&str>, asked: Asked<'_>) -> String {
    let mut out = Html::default();
    out.open("div", "definition-head");
    out.element("h2", "card-title", "Definition");
    out.element(
        "span",
        "meta num",
        &format!("{kind} · {} lines", text.lines().count()),
    );
    out.open("div", "definition-actions");
    if asked.raw {
        out.link("btn", asked.here, "Reading view");
    }
    out.raw("<a class=\"btn\" rel=\"external\" download");
    out.attribute("href", asked.download);
    out.raw(">Download</a>");
    out.close("div");
    out.close("div");
    if let Some(problem) = problem.filter(|problem| !problem.is_empty()) {
        out.raw("<div class=\"notice\" role=\"note\"><p><strong>It cannot be read as ");
        out.text(kind);
        out.raw(", so here is its text.</strong> <span class=\"problem-text\">");
        out.text(problem);
        out.raw("</span></p></div>");
    }
    let shown = &text[..text.floor_char_boundary(RAW)];
    out.code(language_of(kind, text), shown);
    if shown.len() < text.len() {
        out.element("p", "meta", "The rest is in the file: download it.");
    }
    out.0
}

fn language_of<'a>(kind: &'a str, text: &str) -> &'a str {
    match kind.to_ascii_lowercase().as_str() {
        "openapi" | "swagger" | "asyncapi" if text.trim_start().starts_with('{') => "json",
        "openapi" | "swagger" | "asyncapi" => "yaml",
        _ => kind,
    }
}
