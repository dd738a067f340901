//! What readers find of a definition, and what hostile ones cannot do.

use super::*;
use std::time::{Duration, Instant};

const ASKED: Asked<'static> = Asked {
    raw: false,
    text: "",
    item: "",
    here: "/catalog/default/api/x?tab=definition",
    download: "/api/definitions/default/api/x",
};

fn show(kind: &str, text: &str) -> String {
    Definitions::default().show(kind, text, ASKED)
}

fn file(path: &str) -> String {
    std::fs::read_to_string(format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
}

fn texts(html: &str, selector: &str) -> Vec<String> {
    let selector = scraper::Selector::parse(selector).unwrap();
    let page = scraper::Html::parse_fragment(html);
    page.select(&selector)
        .map(|it| {
            it.text()
                .collect::<String>()
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect()
}

fn check(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "lacks {part:?}: {html}");
    }
}

#[test]
fn openapi_shows_operations_parameters_and_types() {
    let html = show(
        "openapi",
        &file("examples/apis/definitions/seat-map.openapi.yaml"),
    );
    let names = texts(&html, ".operation-name");
    assert!(
        names.iter().any(|name| name.starts_with("/performances")),
        "{names:?}"
    );
    check(
        &html,
        &[
            "id=\"operation-",
            "href=\"#operation-",
            "schema-required",
            "curl -X",
            "OpenAPI 3.",
        ],
    );
    assert!(texts(&html, ".index-item").len() >= names.len());
}

#[test]
fn an_index_leads_to_operations_that_are_there() {
    for (kind, path) in [
        ("openapi", "examples/apis/definitions/seat-map.openapi.yaml"),
        ("graphql", "examples/apis/definitions/whats-on.graphql"),
        ("grpc", "examples/apis/definitions/payments.proto"),
    ] {
        let html = show(kind, &file(path));
        assert!(!html.contains("cannot be read"), "{html}");
        let page = scraper::Html::parse_fragment(&html);
        let links = scraper::Selector::parse("a[href^='#']").unwrap();
        for link in page.select(&links) {
            let place = &link.attr("href").unwrap()[1..];
            let wanted = scraper::Selector::parse(&format!("[id='{place}']")).unwrap();
            assert_eq!(page.select(&wanted).count(), 1, "{kind}: {place}");
        }
        assert!(texts(&html, ".operation-name").len() > 3, "{kind}");
    }
}

#[test]
fn old_openapi_is_read_as_well() {
    let html = show(
        "openapi",
        "swagger: '2.0'\ninfo: {title: Old, version: '1'}\nhost: a.example\nbasePath: /b\npaths:\n  /c/{d}:\n    post:\n      consumes: [application/json]\n      parameters:\n        - {name: d, in: path, required: true, type: string, enum: [x, y]}\n        - {name: body, in: body, schema: {$ref: '#/definitions/E'}}\n      responses:\n        '200': {description: Fine, schema: {$ref: '#/definitions/E'}}\ndefinitions:\n  E: {type: object, required: [f], properties: {f: {type: integer, minimum: 3}}}\n",
    );
    check(
        &html,
        &[
            "OpenAPI 2.0",
            "https://a.example/b/c/{d}",
            "x · y",
            "at least",
            "application/json",
            "Fine",
        ],
    );
}

#[test]
fn asyncapi_is_read_in_both_versions() {
    let old = "asyncapi: 2.6.0\ninfo: {title: A, version: '1'}\nchannels:\n  a.b:\n    subscribe:\n      operationId: onB\n      message: {$ref: '#/components/messages/M'}\ncomponents:\n  messages:\n    M: {title: Made, payload: {$ref: '#/components/schemas/S'}}\n  schemas:\n    S: {type: object, properties: {c: {type: string}}}\n";
    check(
        &show("asyncapi", old),
        &["id=\"operation-onB\"", "a.b", "Made", "AsyncAPI 2.6.0"],
    );
    let new = "asyncapi: 3.0.0\ninfo: {title: A, version: '1'}\nchannels:\n  b:\n    address: a.b\n    messages:\n      m: {$ref: '#/components/messages/M'}\noperations:\n  onB:\n    action: receive\n    channel: {$ref: '#/channels/b'}\ncomponents:\n  messages:\n    M: {title: Made, payload: {type: object, properties: {c: {type: string}}}}\n";
    check(
        &show("asyncapi", new),
        &["receive", "a.b", "Made", "AsyncAPI 3.0.0"],
    );
}

#[test]
fn graphql_and_protobuf_have_operations_and_types() {
    let html = show(
        "graphql",
        "schema { query: Q }\n\"\"\"All of it\"\"\"\ntype Q { \"One seat\" seat(id: ID!, near: Int = 3): Seat! }\ntype Seat { row: String! next: [Seat!] kind: Kind }\nenum Kind { GOOD \"Bad view\" BAD @deprecated }\nextend type Seat { price: Float }",
    );
    check(
        &html,
        &[
            "id=\"operation-query-seat\"",
            "One seat",
            "price",
            "GOOD · BAD",
            "Bad view",
        ],
    );
    let html = show(
        "grpc",
        "syntax = \"proto3\";\npackage a.b;\n// Takes money.\nservice S {\n  // Once.\n  rpc Pay(Req) returns (stream Res);\n}\nmessage Req { repeated Item items = 1; map<string, Item> by = 2; oneof how { string card = 3; } message Item { int64 n = 1; } }\nmessage Res { Req.Item item = 1; google.protobuf.Timestamp at = 2; }\n",
    );
    check(
        &html,
        &[
            "id=\"operation-S-Pay\"",
            "Once.",
            "stream",
            "Req.Item[]",
            "grpcurl",
            "google.protobuf.Timestamp",
        ],
    );
}

#[test]
fn what_is_broken_says_where_and_shows_its_text() {
    for (kind, text, place) in [
        ("openapi", "openapi: 3.0.0\npaths:\n  - [", "Line "),
        ("openapi", "{\"openapi\": \"3.0.0\",", "Line "),
        ("openapi", "a: b", "neither"),
        ("graphql", "type A {\n  b: \n}", "Line 3"),
        (
            "grpc",
            "syntax = \"proto3\";\nmessage A {\n  x y z\n}",
            "Line 3",
        ),
    ] {
        let html = show(kind, text);
        check(&html, &["cannot be read", place, "class=\"code\""]);
    }
    let html = show("trpc", "export const a = router({})");
    assert!(!html.contains("cannot be read"));
    check(&html, &["hl-k"]);
}

#[test]
fn a_search_leaves_what_has_the_words() {
    let text = "openapi: 3.0.0\npaths:\n  /seats: {get: {summary: Free seats, responses: {}}}\n  /orders: {post: {summary: Buy, responses: {}}}\n";
    let asked = Asked {
        text: "free SEAT",
        ..ASKED
    };
    let html = Definitions::default().show("openapi", text, asked);
    assert_eq!(texts(&html, ".operation-name"), ["/seats"]);
    check(&html, &["value=\"free SEAT\""]);
}

#[test]
fn cycles_and_references_into_nothing_end() {
    let html = show(
        "openapi",
        "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        '200': {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}\n        '400': {$ref: '#/nothing'}\n        '401': {$ref: 'https://evil.example/x#/y'}\ncomponents:\n  schemas:\n    A: {type: object, properties: {me: {$ref: '#/components/schemas/A'}, all: {type: array, items: {$ref: '#/components/schemas/A'}}, b: {allOf: [{$ref: '#/components/schemas/B'}]}}}\n    B: {$ref: '#/components/schemas/C'}\n    C: {$ref: '#/components/schemas/B'}\n    D: {allOf: [{$ref: '#/components/schemas/D'}]}\n",
    );
    check(&html, &["href=\"#type-A\"", "id=\"type-D\""]);
}

#[test]
fn nothing_of_a_definition_runs() {
    let evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\\\"'>";
    let quoted = evil.replace('\'', "''");
    let openapi = format!(
        "openapi: 3.0.0\ninfo: {{title: '{quoted}', version: '{quoted}', description: '{quoted} [a](javascript:alert(1))'}}\nservers: [{{url: 'javascript:alert(1)', description: '{quoted}'}}]\ntags: [{{name: '{quoted}', description: '{quoted}'}}]\npaths:\n  '/{quoted}':\n    get:\n      tags: ['{quoted}']\n      operationId: '{quoted}'\n      summary: '{quoted}'\n      description: '{quoted}'\n      parameters: [{{name: '{quoted}', in: '{quoted}', required: true, schema: {{type: '{quoted}', enum: ['{quoted}']}}}}]\n      responses: {{'{quoted}': {{description: '{quoted}', content: {{'{quoted}': {{schema: {{$ref: '#/components/schemas/{quoted}'}}, example: '{quoted}'}}}}}}}}\ncomponents:\n  schemas:\n    '{quoted}': {{type: object, description: '{quoted}', properties: {{'{quoted}': {{type: string, default: '{quoted}'}}}}}}\n"
    );
    let block = evil.replace("\\\"", "");
    let graphql = format!("type Query {{ \"\"\"{block}\"\"\" a(b: String = \"{block}\"): Int }}");
    let proto = format!(
        "syntax = \"proto3\";\n// {evil}\nservice S {{\n// {evil}\nrpc A(B) returns (B); }}\nmessage B {{ string c = 1; }}"
    );
    for (kind, text) in [
        ("openapi", openapi.as_str()),
        ("graphql", &graphql),
        ("grpc", &proto),
        ("trpc", evil),
        (evil, evil),
    ] {
        for asked in [
            ASKED,
            Asked { raw: true, ..ASKED },
            Asked {
                text: evil,
                ..ASKED
            },
        ] {
            let html = Definitions::default().show(kind, text, asked);
            assert!(
                kind == evil || asked.raw || !html.contains("cannot be read"),
                "{html}"
            );
            let page = scraper::Html::parse_fragment(&html);
            for element in page.tree.nodes().filter_map(|it| it.value().as_element()) {
                assert!(
                    !["script", "style", "iframe", "svg"].contains(&element.name()),
                    "{html}"
                );
                for (name, value) in element.attrs() {
                    assert!(!name.starts_with("on") && name != "style", "{name}: {html}");
                    assert!(
                        name != "href" || !value.trim().to_lowercase().starts_with("javascript"),
                        "{html}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_command_is_safe_to_paste() {
    let html = show(
        "openapi",
        "openapi: 3.0.0\nservers: [{url: \"https://a.example/'; rm -rf ~; '\"}]\npaths: {/b: {get: {responses: {}}}}\n",
    );
    let command = &texts(&html, "pre")[0];
    assert!(command.contains("'\\''; rm -rf ~; '\\''"), "{command}");
}

fn big(bytes: usize) -> String {
    let mut text = String::from("openapi: 3.0.0\ninfo: {title: Big, version: '1'}\npaths:\n");
    let mut at = 0;
    while text.len() < bytes / 2 {
        at += 1;
        text.push_str(&format!("  /things/{at}/{{id}}:\n    get:\n      summary: Thing {at}\n      tags: [t{}]\n      parameters:\n        - {{name: id, in: path, required: true, schema: {{type: string}}}}\n      responses:\n        '200':\n          description: The *thing*\n          content:\n            application/json:\n              schema: {{$ref: '#/components/schemas/T{at}'}}\n", at % 40));
    }
    text.push_str("components:\n  schemas:\n");
    for at in 0..at {
        text.push_str(&format!("    T{at}:\n      type: object\n      required: [id]\n      properties:\n        id: {{type: string, description: The id of thing {at}}}\n        next: {{$ref: '#/components/schemas/T{}'}}\n        list: {{type: array, items: {{$ref: '#/components/schemas/T{}'}}}}\n", at + 1, at + 2));
    }
    text
}

#[test]
fn a_large_definition_is_bounded_in_size() {
    // What takes a second with optimisation takes fifteen without.
    let text = big(if cfg!(debug_assertions) {
        1_500_000
    } else {
        5_000_000
    });
    let definitions = Definitions::default();
    let html = definitions.show("openapi", &text, ASKED);
    assert!(!html.contains("cannot be read"));
    assert!(html.len() < 2_000_000, "{} of {}", html.len(), text.len());
    let id = "operation-GET-things-1200-id";
    let asked = Asked {
        text: "things/1200/",
        ..ASKED
    };
    let found = definitions.show("openapi", &text, asked);
    assert_eq!(texts(&found, ".operation-name")[0], "/things/1200/{id}");
    let html = definitions.show("openapi", &text, Asked { item: id, ..ASKED });
    let inside = html.split(&format!("id=\"{id}\"")).nth(1).unwrap();
    check(inside, &["Parameters"]);
}

#[test]
#[expect(clippy::format_collect, reason = "texts that are made once")]
fn hostile_shapes_are_bounded_in_time() {
    let wide: String = (0..200)
        .map(|at| {
            format!(
                "    T{at}: {{type: object, properties: {{{}}}}}\n",
                (0..20)
                    .map(|to| format!(
                        "p{to}: {{$ref: '#/components/schemas/T{}'}}",
                        (at * 7 + to * 13) % 200
                    ))
                    .collect::<Vec<_>>()
                    .join(", ")
            )
        })
        .collect();
    let wide = format!("openapi: 3.0.0\npaths: {{}}\ncomponents:\n  schemas:\n{wide}");
    let bomb: String = (1..30)
        .map(|at| {
            format!(
                "a{at}: &a{at} [{}]\n",
                vec![format!("*a{}", at - 1); 9].join(",")
            )
        })
        .collect();
    let bomb = format!("openapi: 3.0.0\na0: &a0 x\n{bomb}");
    let deep_json = format!(
        "{{\"openapi\":\"3.0.0\",\"x\":{}1{}}}",
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    let deep_yaml: String = format!(
        "openapi: 3.0.0\n{}",
        (0..3000)
            .map(|at| " ".repeat(at) + "a:\n")
            .collect::<String>()
    );
    let all_of: String = (0..40).map(|at| format!("    T{at}: {{allOf: [{{$ref: '#/components/schemas/T{}'}}, {{$ref: '#/components/schemas/T{}'}}]}}\n", at + 1, at + 2)).collect();
    let all_of = format!("openapi: 3.0.0\npaths: {{}}\ncomponents:\n  schemas:\n{all_of}");
    let fields = format!(
        "type Query {{ a: {}Int{} }}",
        "[".repeat(50_000),
        "]".repeat(50_000)
    );
    let messages = format!(
        "syntax = \"proto3\";\n{}{}",
        "message A {".repeat(20_000),
        "}".repeat(20_000)
    );
    for (kind, text) in [
        ("openapi", wide),
        ("openapi", bomb),
        ("openapi", deep_json),
        ("openapi", deep_yaml),
        ("openapi", all_of),
        ("graphql", fields),
        ("grpc", messages),
        ("grpc", "{".repeat(1_000_000)),
        ("graphql", "{".repeat(1_000_000)),
        ("asyncapi", "- ".repeat(500_000)),
    ] {
        let start = Instant::now();
        let html = show(kind, &text);
        let shown: String = text.chars().take(60).collect();
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{kind} {shown:?}: {:?}",
            start.elapsed()
        );
        assert!(html.len() < 4_000_000, "{kind} {shown:?}: {}", html.len());
    }
}

#[test]
fn every_class_has_a_rule() {
    let style: String = std::fs::read_dir(format!("{}/../style", env!("CARGO_MANIFEST_DIR")))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    for (kind, path) in [
        ("openapi", "examples/apis/definitions/seat-map.openapi.yaml"),
        ("graphql", "examples/apis/definitions/whats-on.graphql"),
        ("grpc", "examples/apis/definitions/payments.proto"),
    ] {
        let html = show(kind, &file(path));
        for list in html.split("class=\"").skip(1) {
            for class in list.split('"').next().unwrap().split(' ') {
                assert!(style.contains(&format!(".{class}")), "{class} has no rule");
            }
        }
    }
}

/// Every definition of the recorded catalogs, where that folder is at hand.
#[test]
fn recorded_definitions_are_read() {
    let folder = format!("{}/../../shared/corpus/openapi", env!("CARGO_MANIFEST_DIR"));
    let folders = [
        folder.clone(),
        folder.replace("/../../shared", "/../../../../shared"),
        std::env::var("CALLBOARD_CORPUS").unwrap_or_default(),
    ];
    let Some(files) = folders
        .iter()
        .find_map(|folder| std::fs::read_dir(folder).ok())
    else {
        eprintln!("passed over: no recorded definitions at {folder}");
        return;
    };
    let mut read = 0;
    for file in files {
        let path = file.unwrap().path();
        if path.to_string_lossy().ends_with(".openapi.json") {
            let html = show("openapi", &std::fs::read_to_string(&path).unwrap());
            assert!(!html.contains("cannot be read"), "{}", path.display());
            assert!(
                texts(&html, ".operation-name").len() > 1,
                "{}",
                path.display()
            );
            read += 1;
        }
    }
    assert!(read > 0);
}
