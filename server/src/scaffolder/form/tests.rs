//! Forms as a reader meets them: what is asked, what comes of answers, what is said.

use super::Forms;
use crate::config::Provider;
use crate::query::{Catalog, Model};
use app::account::port::Lender;
use app::catalog::EntityRef;
use app::catalog::port::Answer;
use app::error::ApiError;
use app::scaffolder::Of;
use app::scaffolder::form::{Answered, Control, Field, FormView, Shown};
use app::scaffolder::port::Forms as _;
use app::viewer::Viewer;
use futures::executor::block_on;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use url::form_urlencoded::Serializer;

/// Has signed in with no host.
struct Nobody;

impl Lender for Nobody {
    fn own_token<'a>(&'a self, _host: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async { Ok(None) })
    }
}

/// A catalog with a template that asks `parameters`, and a few entities to choose from.
struct Desk {
    forms: Forms,
    viewer: Viewer,
}

impl Desk {
    fn asking(parameters: Value) -> Self {
        Self::with(
            json!({ "type": "service", "owner": "lights", "parameters": parameters, "steps": [] }),
        )
    }

    fn with(spec: Value) -> Self {
        let entity = |kind: &str, name: &str, title: &str, spec: Value| {
            let entity = json!({
                "apiVersion": if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" },
                "kind": kind,
                "metadata": { "name": name, "namespace": "default", "title": title, "tags": ["blue", "big"] },
                "spec": spec,
            });
            (format!("{kind}-{name}"), entity)
        };
        let model = Model::of_entities(vec![
            entity("Template", "t", "A template", spec),
            entity("Group", "lights", "Lights", json!({ "type": "team" })),
            entity("Group", "sound", "Sound", json!({ "type": "club" })),
            entity("User", "nora", "Nora Quint", json!({})),
            entity("System", "lights", "Lights", json!({})),
        ]);
        let catalog = Catalog::default();
        catalog.replace(model);
        let hosts = vec![
            ("github.com".to_owned(), Provider::Github),
            ("dev.azure.com".to_owned(), Provider::Azure),
        ];
        let viewer = Viewer {
            user_ref: EntityRef::new("user", "default", "nora"),
            display_name: "Nora".to_owned(),
            ownership: vec![
                EntityRef::new("user", "default", "nora"),
                EntityRef::new("group", "default", "sound"),
            ],
            guest: false,
            claims: Vec::new(),
        };
        Self {
            forms: Forms::new(catalog, hosts),
            viewer,
        }
    }

    fn template() -> EntityRef {
        EntityRef::new("template", "default", "t")
    }

    fn send(&self, pairs: &[(&str, &str)]) -> Result<FormView, ApiError> {
        let mut query = Serializer::new(String::new());
        query.extend_pairs(pairs);
        self.forms.fill(
            &self.viewer,
            Of::Catalog(&Self::template()),
            &query.finish(),
        )
    }

    fn begin(&self) -> FormView {
        self.send(&[]).unwrap()
    }

    /// Sends the page that `view` shows with these answers and acts.
    fn go_on(&self, view: &FormView, pairs: &[(&str, &str)]) -> FormView {
        let at = view.at.to_string();
        let mut all = vec![("values", view.values.as_str()), ("page", at.as_str())];
        all.extend(view.touched.iter().map(|path| ("touched", path.as_str())));
        if view.tried {
            all.push(("tried", "1"));
        }
        all.extend(pairs);
        self.send(&all).unwrap()
    }

    fn finish(
        &self,
        values: &Value,
        concealed: &[(&str, &str)],
    ) -> Result<app::scaffolder::NewTask, ApiError> {
        let concealed: BTreeMap<String, String> = concealed
            .iter()
            .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
            .collect();
        let values = values.to_string();
        self.forms.finish(
            &self.viewer,
            Of::Catalog(&Self::template()),
            &values,
            &concealed,
        )
    }
}

fn fields(view: &FormView) -> &[Field] {
    match &view.shown {
        Shown::Page { fields, .. } => fields,
        Shown::Review { .. } => panic!("the review is shown"),
    }
}

fn paths(view: &FormView) -> Vec<&str> {
    fields(view)
        .iter()
        .map(|field| field.path.as_str())
        .collect()
}

fn values(view: &FormView) -> Value {
    serde_json::from_str(&view.values).unwrap()
}

fn told(view: &FormView) -> Vec<String> {
    let mistakes = view.mistakes.iter();
    mistakes
        .map(|it| format!("{} {}", it.path, it.message))
        .collect()
}

#[test]
fn a_form_is_filled_in_page_by_page() {
    let desk = Desk::asking(json!([
        { "title": "One", "required": ["name"], "properties": {
            "name": { "type": "string", "title": "Name", "minLength": 2 },
            "port": { "type": "integer", "default": 8080 },
        } },
        { "title": "Two", "properties": { "live": { "type": "boolean" } } },
    ]));
    let one = desk.begin();
    assert_eq!((one.title.as_str(), one.at), ("A template", 0));
    assert_eq!(paths(&one), ["/name", "/port"]);
    assert_eq!(values(&one), json!({ "port": 8080 }));
    assert!(
        told(&one).is_empty(),
        "nothing is wrong with what nobody has been to"
    );

    let stopped = desk.go_on(&one, &[("/name", ""), ("/port", "9090"), ("do", "next")]);
    assert_eq!(told(&stopped), ["/name This is needed."]);
    assert_eq!((stopped.at, stopped.tried), (0, true));
    assert_eq!(values(&stopped), json!({ "port": 9090 }));

    let two = desk.go_on(
        &stopped,
        &[("/name", "orders"), ("/port", ""), ("do", "next")],
    );
    assert_eq!((two.at, two.tried), (1, false));
    assert_eq!(
        values(&two),
        json!({ "name": "orders" }),
        "what was emptied stays empty"
    );

    let back = desk.go_on(
        &two,
        &[("/live", "false"), ("/live", "true"), ("do", "back")],
    );
    assert_eq!(back.at, 0);
    assert_eq!(values(&back), json!({ "name": "orders", "live": true }));

    let review = desk.go_on(&back, &[("/name", "orders"), ("do", "turn:2")]);
    let Shown::Review { groups, .. } = &review.shown else {
        panic!("{:?}", review.shown);
    };
    let lines: Vec<_> = groups.iter().flat_map(|group| &group.lines).collect();
    let answers: Vec<_> = lines
        .iter()
        .map(|line| (line.label.as_str(), &line.answer))
        .collect();
    assert_eq!(
        answers,
        [
            ("Name", &Answered::Text("orders".to_owned())),
            ("port", &Answered::Nothing),
            ("live", &Answered::Text("Yes".to_owned())),
        ]
    );
    let task = desk.finish(&values(&review), &[]).unwrap();
    assert_eq!(
        Value::Object(task.values),
        json!({ "name": "orders", "live": true })
    );
}

#[test]
fn a_field_that_was_left_is_judged_and_no_other() {
    let desk = Desk::asking(json!({ "required": ["a", "b"], "properties": {
        "a": { "type": "string", "pattern": "^x" }, "b": { "type": "string" },
    } }));
    let view = desk.go_on(
        &desk.begin(),
        &[("/a", "y"), ("/b", ""), ("do", "changed:/a")],
    );
    assert_eq!(told(&view), ["/a This does not fit the pattern ^x"]);
    let view = desk.go_on(&view, &[("/a", "x"), ("/b", ""), ("do", "changed:/a")]);
    assert!(told(&view).is_empty());
    assert_eq!(view.touched.len(), 2);
}

#[test]
fn what_depends_on_an_answer_comes_and_goes_with_it() {
    let desk = Desk::asking(json!({
        "properties": { "db": { "type": "string", "enum": ["none", "pg"], "default": "none" } },
        "dependencies": { "db": { "oneOf": [
            { "properties": { "db": { "enum": ["none"] } } },
            { "required": ["schema"], "properties": {
                "db": { "enum": ["pg"] },
                "schema": { "type": "string", "default": "main" },
            } },
        ] } },
        "allOf": [{
            "if": { "properties": { "db": { "const": "pg" } }, "required": ["db"] },
            "then": { "properties": { "size": { "type": "integer" } } },
            "else": { "properties": { "why": { "type": "string" } } },
        }],
    }));
    let view = desk.begin();
    assert_eq!(paths(&view), ["/db", "/why"]);
    let view = desk.go_on(
        &view,
        &[("/db", "1"), ("/why", "small"), ("do", "changed:/db")],
    );
    assert_eq!(paths(&view), ["/db", "/size", "/schema"]);
    assert_eq!(
        values(&view),
        json!({ "db": "pg", "schema": "main" }),
        "what is not asked is forgotten"
    );
    let stopped = desk.go_on(&view, &[("/schema", ""), ("do", "next")]);
    assert_eq!(told(&stopped), ["/schema This is needed."]);
    let view = desk.go_on(&view, &[("/db", "0"), ("do", "changed:/db")]);
    assert_eq!(values(&view), json!({ "db": "none" }));
}

#[test]
fn one_of_several_sets_of_questions_is_asked() {
    let desk = Desk::asking(json!({ "properties": { "store": {
        "type": "object",
        "properties": { "size": { "type": "integer" } },
        "oneOf": [
            { "title": "Files", "properties": { "path": { "type": "string" } }, "required": ["path"] },
            { "title": "Bucket", "properties": { "bucket": { "type": "string", "default": "b" } }, "required": ["bucket"] },
        ],
    } } }));
    let view = desk.begin();
    let inner = |view: &FormView| match &fields(view)[0].control {
        Control::Variants {
            options,
            chosen,
            fields,
        } => {
            let paths: Vec<String> = fields.iter().map(|field| field.path.clone()).collect();
            (options.clone(), *chosen, paths)
        }
        other => panic!("{other:?}"),
    };
    let names = vec!["Files".to_owned(), "Bucket".to_owned()];
    assert_eq!(
        inner(&view),
        (
            names.clone(),
            0,
            vec!["/store/size".to_owned(), "/store/path".to_owned()]
        )
    );
    let view = desk.go_on(
        &view,
        &[
            ("/store/path", "/x"),
            ("was:/store", "0"),
            ("variant:/store", "1"),
            ("do", "changed:/store"),
        ],
    );
    assert_eq!(inner(&view).1, 1);
    assert_eq!(values(&view), json!({ "store": { "bucket": "b" } }));
}

#[test]
fn items_are_added_moved_and_removed() {
    let desk = Desk::asking(json!({ "properties": {
        "hosts": { "type": "array", "minItems": 1, "items": {
            "type": "object", "title": "Host",
            "required": ["name"],
            "properties": { "name": { "type": "string" }, "port": { "type": "integer", "default": 80 } },
        } },
        "words": { "type": "array", "items": { "type": "string" } },
    } }));
    let view = desk.begin();
    assert_eq!(values(&view), json!({ "hosts": [{ "port": 80 }] }));
    let view = desk.go_on(
        &view,
        &[
            ("/hosts/0/name", "a"),
            ("/hosts/0/port", ""),
            ("do", "add:/hosts"),
        ],
    );
    let view = desk.go_on(&view, &[("/hosts/1/name", "b"), ("do", "rise:/hosts/1")]);
    assert_eq!(
        values(&view),
        json!({ "hosts": [{ "name": "b", "port": 80 }, { "name": "a" }] })
    );
    let view = desk.go_on(&view, &[("do", "remove:/hosts/0")]);
    assert_eq!(values(&view), json!({ "hosts": [{ "name": "a" }] }));
    let view = desk.go_on(&view, &[("do", "add:/words")]);
    let view = desk.go_on(&view, &[("/words/0", ""), ("do", "next")]);
    assert_eq!(told(&view), ["/words/0 This is needed."]);
    let view = desk.go_on(&view, &[("/words/0", "x"), ("do", "next")]);
    assert_eq!(view.at, 1);
}

#[test]
fn choices_are_values_of_any_type() {
    let desk = Desk::asking(json!({ "properties": {
        "tier": { "enum": [1, 2, null], "enumNames": ["Gold", "Silver"] },
        "zone": { "type": "string", "oneOf": [{ "const": "a", "title": "North" }, { "const": "b" }] },
        "many": { "type": "array", "uniqueItems": true, "items": { "type": "string", "enum": ["x", "y", "z"] } },
    } }));
    let view = desk.begin();
    let labels = |at: usize| match &fields(&view)[at].control {
        Control::Choice { options, .. } | Control::Choices { options, .. } => options
            .iter()
            .map(|option| option.label.clone())
            .collect::<Vec<_>>(),
        other => panic!("{other:?}"),
    };
    assert_eq!(labels(0), ["Gold", "Silver", "null"]);
    assert_eq!(labels(1), ["North", "b"]);
    let answers = [
        ("/tier", "0"),
        ("/zone", "1"),
        ("/many/-", ""),
        ("/many/-", "2"),
        ("/many/-", "0"),
    ];
    let view = desk.go_on(&view, &answers);
    assert_eq!(
        values(&view),
        json!({ "tier": 1, "zone": "b", "many": ["z", "x"] })
    );
    let view = desk.go_on(&view, &[("/many/-", ""), ("/zone", "")]);
    assert_eq!(values(&view), json!({ "tier": 1, "many": [] }));
}

#[test]
fn entities_are_meant_by_name_title_or_reference() {
    let desk = Desk::asking(json!({ "properties": {
        "owner": { "type": "string", "ui:field": "OwnerPicker" },
        "team": { "type": "string", "ui:field": "EntityPicker", "ui:options": {
            "catalogFilter": { "kind": "Group", "spec.type": "team" }, "allowArbitraryValues": false,
        } },
    } }));
    let check = |path: &str, text: &str, expected: &str| {
        let view = desk.go_on(&desk.begin(), &[(path, text)]);
        let name = path.trim_start_matches('/');
        assert_eq!(values(&view)[name], expected, "{text}");
    };
    check("/owner", "Lights", "group:default/lights");
    check("/owner", "nora quint", "user:default/nora");
    check("/owner", "new-team", "group:default/new-team");
    check("/owner", "user:x/Y", "user:x/y");
    check("/team", "Lights", "group:default/lights");
    let view = desk.go_on(
        &desk.begin(),
        &[("/team", "group:default/sound"), ("do", "next")],
    );
    assert_eq!(
        told(&view),
        ["/team group:default/sound is not among what can be chosen here."]
    );
    // What was chosen counts as long as its name stands there: there are two of that name.
    let pairs = [("/owner", "Lights"), ("/owner#", "system:default/lights")];
    let view = desk.go_on(&desk.begin(), &pairs);
    assert_eq!(values(&view)["owner"], "system:default/lights");
}

#[test]
fn pickers_offer_what_the_template_lets_them() {
    let desk = Desk::asking(json!({ "properties": {
        "team": { "type": "string", "ui:field": "EntityPicker", "ui:options": { "catalogFilter": { "kind": "Group" } } },
        "mine": { "type": "string", "ui:field": "MyGroupsPicker" },
        "tags": { "type": "array", "ui:field": "EntityTagsPicker", "items": { "type": "string" } },
    } }));
    let offered = |path: &str, text: &str| -> Vec<String> {
        let view = desk.begin();
        let sent = format!("values={}&page=0", view.values);
        let template = Desk::template();
        let of = Of::Catalog(&template);
        let offers = desk
            .forms
            .offer(&desk.viewer, of, &sent, path, text, &Nobody);
        let offers = block_on(offers);
        offers
            .unwrap()
            .into_iter()
            .map(|offer| offer.value)
            .collect()
    };
    assert_eq!(
        offered("/team", ""),
        ["group:default/lights", "group:default/sound"]
    );
    assert_eq!(offered("/team", "soun"), ["group:default/sound"]);
    assert_eq!(offered("/mine", ""), ["group:default/sound"]);
    assert_eq!(offered("/tags", "bl"), ["blue"]);
    let template = Desk::template();
    let of = Of::Catalog(&template);
    let nothing = desk
        .forms
        .offer(&desk.viewer, of, "values={}", "/nothing", "", &Nobody);
    let nothing = block_on(nothing);
    assert!(matches!(nothing, Err(ApiError::NotFound(_))), "{nothing:?}");
}

#[test]
fn tags_and_addresses_are_put_together() {
    let desk = Desk::asking(json!({ "properties": {
        "tags": { "type": "array", "ui:field": "EntityTagsPicker", "items": { "type": "string" } },
        "repo": { "type": "string", "ui:field": "RepoUrlPicker" },
    } }));
    let pairs = [
        ("/tags/-", ""),
        ("/tags/-", "rust"),
        ("/tags", "NEW"),
        ("do", "changed:/tags"),
    ];
    let view = desk.go_on(&desk.begin(), &pairs);
    assert_eq!(values(&view), json!({ "tags": ["rust", "new"] }));
    let view = desk.go_on(&view, &[("do", "remove:/tags/0")]);
    assert_eq!(values(&view), json!({ "tags": ["new"] }));
    let pairs = [
        ("/repo?host", "github.com"),
        ("/repo?owner", "playhouse"),
        ("/repo?repo", ""),
    ];
    let view = desk.go_on(&view, &[pairs.as_slice(), &[("do", "next")]].concat());
    assert_eq!(told(&view), ["/repo The repository has no name yet."]);
    let pairs = [
        ("/repo?host", "dev.azure.com"),
        ("/repo?repo", "seats"),
        ("do", "changed:/repo"),
    ];
    let view = desk.go_on(&view, &pairs);
    let Control::Repository(control) = &fields(&view)[1].control else {
        panic!("{:?}", fields(&view)[1].control);
    };
    let keys: Vec<_> = control.parts.iter().map(|part| part.key).collect();
    assert_eq!(keys, ["organization", "project", "repo"]);
    assert_eq!(values(&view)["repo"], "dev.azure.com?repo=seats");
}

#[test]
fn what_is_concealed_is_in_no_answer_and_a_secret_in_no_value() {
    let desk = Desk::asking(json!([
        { "required": ["token", "pin"], "properties": {
            "token": { "type": "string", "ui:field": "Secret", "minLength": 4 },
            "pin": { "type": "string", "ui:widget": "password", "pattern": "^[0-9]+$" },
        } },
        { "properties": { "x": { "type": "string" } } },
    ]));
    let sent = [
        ("/token", "*****"),
        ("/pin", "12x"),
        ("script", "1"),
        ("do", "next"),
    ];
    let stopped = desk.go_on(&desk.begin(), &sent);
    assert_eq!(told(&stopped).len(), 1, "{:?}", told(&stopped));
    assert_eq!(stopped.values, "{}");
    assert!(!format!("{stopped:?}").contains("12x"));
    let sent = [
        ("/token", "*****"),
        ("/pin", "123"),
        ("script", "1"),
        ("do", "next"),
    ];
    let next = desk.go_on(&stopped, &sent);
    assert_eq!((next.at, next.values.as_str()), (1, "{}"));
    // Without scripts nothing keeps it: it is asked for at the end.
    let plain = desk.go_on(&desk.begin(), &[("do", "turn:2")]);
    let Shown::Review { concealed, .. } = &plain.shown else {
        panic!("{:?}", plain.shown);
    };
    assert_eq!(concealed.len(), 2);
    let missing = desk.finish(&json!({}), &[("/pin", "123")]);
    assert!(
        matches!(missing, Err(ApiError::Invalid { ref field, .. }) if field == "/token"),
        "{missing:?}"
    );
    let task = desk
        .finish(&json!({}), &[("/pin", "123"), ("/token", "hunter2")])
        .unwrap();
    assert_eq!(task.secrets["token"], "hunter2");
    assert_eq!(
        Value::Object(task.values.clone()),
        json!({ "token": "*******", "pin": "123" })
    );
    assert!(!format!("{task:?}").contains("hunter2"));
}

#[test]
fn a_link_fills_in_and_what_is_left_over_is_shown() {
    let desk = Desk::asking(json!({ "properties": { "a": { "type": "string", "default": "x" } } }));
    let view = desk
        .send(&[("formData", r#"{"a":"given","b":1}"#)])
        .unwrap();
    assert_eq!(values(&view), json!({ "a": "given", "b": 1 }));
    let review = desk.go_on(&view, &[("do", "next")]);
    let Shown::Review { groups, .. } = &review.shown else {
        panic!("{:?}", review.shown);
    };
    assert_eq!(groups[1].lines[0].label, "b");
    let kept = desk.go_on(&view, &[("do", "restore")]);
    assert_eq!(
        values(&kept),
        json!({ "a": "given" }),
        "a kept form brings nothing that is not asked"
    );
    let wrong = desk.send(&[("formData", "[1]")]).unwrap_err();
    assert!(matches!(wrong, ApiError::Invalid { .. }));
}

#[test]
fn a_page_cannot_be_turned_to_past_a_mistake() {
    let page =
        |name: &str| json!({ "required": [name], "properties": { name: { "type": "string" } } });
    let desk = Desk::asking(json!([page("a"), page("b"), page("c")]));
    assert_eq!(desk.send(&[("page", "2")]).unwrap().at, 0);
    let view = desk.go_on(&desk.begin(), &[("/a", "1"), ("do", "turn:3")]);
    assert_eq!((view.at, view.tried), (1, true));
}

#[test]
fn ui_options_say_how_it_is_asked() {
    let desk = Desk::asking(json!({
        "ui:order": ["b", "*"],
        "properties": {
            "a": { "type": "string", "ui:widget": "textarea", "ui:options": { "rows": 9 }, "ui:help": "*Help*", "ui:readonly": true },
            "b": { "type": "string", "ui:title": "Bee", "title": "no", "ui:autofocus": true, "ui:field": "SomethingOfTheirs" },
            "h": { "type": "string", "ui:widget": "hidden", "default": "kept" },
            "f": { "type": "string", "backstage:featureFlag": "beta" },
            "m": { "type": "string", "ui:backstage": { "review": { "mask": "###" } }, "default": "open" },
            "s": { "type": "string", "ui:backstage": { "review": { "show": false } } },
        },
    }));
    let view = desk.begin();
    assert_eq!(paths(&view), ["/b", "/a", "/h", "/m", "/s"]);
    let bee = &fields(&view)[0];
    assert_eq!((bee.label.as_str(), bee.focus), ("Bee", true));
    assert!(bee.note.as_ref().unwrap().contains("SomethingOfTheirs"));
    let area = &fields(&view)[1];
    assert!(
        matches!(&area.control, Control::Text(text) if text.kind == app::scaffolder::form::TextKind::Paragraph(9))
    );
    assert!(area.help.contains("<em>Help</em>"), "{}", area.help);
    let review = desk.go_on(&view, &[("do", "next")]);
    let Shown::Review { groups, .. } = &review.shown else {
        panic!("{:?}", review.shown);
    };
    let lines: Vec<_> = groups[0]
        .lines
        .iter()
        .map(|line| (line.label.as_str(), &line.answer))
        .collect();
    assert!(
        lines.contains(&("m", &Answered::Masked("###".to_owned()))),
        "{lines:?}"
    );
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert_eq!(values(&review)["h"], "kept");
}

#[test]
fn hostile_templates_are_bounded_and_inert() {
    // One that holds itself, in three ways.
    let desk = Desk::asking(json!({
        "definitions": {
            "a": { "type": "object", "properties": { "next": { "$ref": "#/definitions/a" }, "other": { "$ref": "#/definitions/b" } } },
            "b": { "allOf": [{ "$ref": "#/definitions/b" }, { "$ref": "#/definitions/a" }] },
            "c": { "$ref": "#/definitions/c" },
        },
        "properties": {
            "a": { "$ref": "#/definitions/a" },
            "b": { "$ref": "#/definitions/b" },
            "c": { "$ref": "#/definitions/c" },
        },
    }));
    let started = std::time::Instant::now();
    let view = desk.begin();
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert!(
        view.notes[0].contains("too large or too deep"),
        "{:?}",
        view.notes
    );

    let many: serde_json::Map<String, Value> = (0..30_000)
        .map(|number| (format!("p{number}"), json!({ "type": "string" })))
        .collect();
    let view = Desk::asking(json!({ "properties": many })).begin();
    assert!(fields(&view).is_empty() && !view.notes.is_empty());

    let desk = Desk::asking(json!({ "properties": {
        "list": { "type": "array", "minItems": 4_000_000_000_u64, "items": { "type": "string" } },
        "x": { "title": "<script>alert(1)</script>", "description": "<img src=x onerror=alert(1)>[a](javascript:alert(1))" },
    } }));
    let view = desk.begin();
    assert!(values(&view)["list"].as_array().unwrap().len() <= 200);
    let said = &fields(&view)[1].description;
    assert!(
        !said.contains("onerror") && !said.contains("javascript"),
        "{said}"
    );

    for parameters in [
        json!("text"),
        json!([1, null, "x"]),
        json!({ "properties": 7 }),
        json!({ "properties": { "a": 1 }, "required": 3 }),
    ] {
        Desk::asking(parameters).begin();
    }
    let unusable = Desk::asking(json!({ "properties": { "a": { "pattern": "(" } } }));
    let view = unusable.go_on(&unusable.begin(), &[("/a", "x"), ("do", "next")]);
    assert!(
        told(&view)[0].contains("cannot be used"),
        "{:?}",
        told(&view)
    );

    let large = "x".repeat(600 * 1024);
    assert!(unusable.send(&[("values", "{}"), ("/a", &large)]).is_err());
}

/// Every template that others have published can be begun and shows every page.
#[test]
fn the_public_templates_have_forms() {
    let folder =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/corpus/templates");
    if !folder.is_dir() {
        eprintln!("passed over: ../shared/corpus/templates is not here");
        return;
    }
    let mut count = 0;
    for file in walkdir::WalkDir::new(folder).into_iter().flatten() {
        let is_yaml = file
            .path()
            .extension()
            .is_some_and(|it| it == "yaml" || it == "yml");
        let Ok(text) = std::fs::read_to_string(file.path()) else {
            continue;
        };
        if !is_yaml
            || !text.contains("kind: Template")
            || !text.contains("scaffolder.backstage.io/v1beta3")
        {
            continue;
        }
        let documents = crate::ingest::parse::parse(text.as_bytes(), text.len() + 1);
        for document in documents.into_iter().flatten() {
            if document.value["kind"] != "Template" || !document.value["spec"].is_object() {
                continue;
            }
            let desk = Desk::with(document.value["spec"].clone());
            let view = desk.begin();
            assert!(
                view.notes.is_empty(),
                "{}: {:?}",
                file.path().display(),
                view.notes
            );
            for at in 0..view.steps.len() {
                let page = at.to_string();
                let shown = desk
                    .send(&[("values", "{}"), ("page", &page), ("do", "changed:")])
                    .unwrap();
                assert_eq!(shown.at, at);
                for field in fields(&shown) {
                    assert!(!field.label.is_empty());
                }
                let tried = desk
                    .send(&[("values", "{}"), ("page", &page), ("do", "next")])
                    .unwrap();
                assert!(
                    !told(&tried)
                        .iter()
                        .any(|told| told.contains("cannot be used")),
                    "{}: {:?}",
                    file.path().display(),
                    told(&tried)
                );
            }
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}
