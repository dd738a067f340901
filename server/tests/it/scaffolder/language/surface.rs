//! What the rest of the product sees of the language.

use super::{check_with, context, data};
use server::scaffolder::language::{Context, Data, Engine, Options};
use std::sync::Arc;

#[test]
fn a_sole_variable_keeps_its_type() {
    let engine = Engine::default();
    let context = context(r#"{"n": 3, "list": [1, "a"], "record": {"b": 1, "a": null}}"#);
    for (template, expected) in [
        ("${{ n }}", "3"),
        ("${{ list }}", r#"[1, "a"]"#),
        ("${{ record }}", r#"{"b": 1, "a": null}"#),
        ("${{ n > 2 }}", "true"),
        ("${{ n }} ", r#""3 ""#),
        ("{% if true %}${{ n }}{% endif %}", r#""3""#),
        ("${{ record | dump }}", r#""{\"b\":1,\"a\":null}""#),
        ("${{ 'x' | safe }}", r#""x""#),
        ("", r#""""#),
    ] {
        let rendered = engine.render_value(template, &context).unwrap();
        assert_eq!(rendered.value, Some(data(expected)), "{template}");
    }
    let missing = engine.render_value("${{ missing }}", &context).unwrap();
    assert_eq!(missing.value, None);
}

#[test]
fn all_texts_of_a_value_are_rendered() {
    let context = context(r#"{"n": 3, "name": "x"}"#);
    let inputs = data(
        r#"{"${{ n }}": "${{ n }}", "gone": "${{ missing }}", "list": ["${{ missing }}", "a${{ name }}"],
            "broken": "${{ name | nope }}", "plain": true}"#,
    );
    let tree = Engine::default().render_tree(&inputs, &context);
    let expected = data(
        r#"{"${{ n }}": 3, "list": [null, "ax"], "broken": "${{ name | nope }}", "plain": true}"#,
    );
    assert_eq!(tree.value, Some(expected));
    assert_eq!(tree.unrendered.len(), 1);
    assert_eq!(tree.unrendered[0].pointer, "/broken");
    assert!(tree.unrendered[0].error.message.contains("nope"));
}

#[test]
fn one_template_renders_many_contexts() {
    let engine = Engine::default();
    let template = engine.compile("${{ c.next() }}${{ n }}{% set n = 9 %}${{ n }}");
    assert!(template.is_ok());
    let template = engine.compile("${{ n }}{% set n = 9 %}${{ n }}").unwrap();
    for n in ["1", "2"] {
        let context = Context::new().with("n", Data::from(n));
        assert_eq!(template.render(&context).unwrap().text, format!("{n}9"));
    }
}

#[test]
fn lists_of_the_context_are_changed_for_one_rendering_only() {
    let engine = Engine::default();
    let context = context(r#"{"list": [1]}"#);
    for _ in 0..2 {
        let text = engine.render("${{ list.push(2) }}${{ list }}", &context);
        assert_eq!(text.unwrap().text, "21,2");
    }
}

#[test]
fn filters_functions_and_values_are_added() {
    let mut options = Options::default();
    let shout = |given: &[Data]| match given {
        [Data::Text(text), Data::Text(mark)] => Ok(Some(Data::from(format!("{text}{mark}")))),
        _ => Err("this wants a text and a mark".to_owned()),
    };
    options.filters.insert("shout".into(), Arc::new(shout));
    let sum = |given: &[Data]| Ok(Some(Data::List(given.to_vec())));
    options.functions.insert("listed".into(), Arc::new(sum));
    options
        .globals
        .insert("company".into(), Data::from("Playhouse"));
    check_with(
        options.clone(),
        "${{ 'a' | shout('!') }}|${{ listed(1, missing, [2]) | dump }}|${{ company }}",
        "{}",
        "a!|[1,null,[2]]|Playhouse",
    );
    check_with(
        options.clone(),
        "${{ company }}${{ listed }}",
        r#"{"company": "x", "listed": 1}"#,
        "x1",
    );
    let error = Engine::new(options).render("${{ 'a' | shout }}", &Context::new());
    assert_eq!(
        error.unwrap_err().message,
        "shout: this wants a text and a mark"
    );
}

#[test]
fn what_a_template_asks_for_is_known() {
    let template = "${{ parameters.name }}{% for x in steps.fetch.output.files %}${{ x.y }}{% endfor %}\n\
        {% set own = parameters['a b'] %}${{ own.z }}${{ user.entity.metadata[key] | default(fallback) }}";
    let template = Engine::default().compile(template).unwrap();
    let reads: Vec<(String, usize)> = template
        .reads()
        .into_iter()
        .map(|read| (read.path.join("."), read.line))
        .collect();
    let expected = [
        ("parameters.name", 1),
        ("steps.fetch.output.files", 1),
        ("parameters.a b", 2),
        ("user.entity.metadata", 2),
        ("key", 2),
        ("fallback", 2),
    ];
    let expected: Vec<_> = expected.map(|(path, line)| (path.to_owned(), line)).into();
    assert_eq!(reads, expected);
}

#[test]
fn what_is_random_depends_on_the_seed_alone() {
    let render = |seed| {
        let options = Options {
            seed,
            ..Options::default()
        };
        let template = "{% for i in range(20) %}${{ range(10) | random }}{% endfor %}";
        Engine::new(options)
            .render(template, &Context::new())
            .unwrap()
            .text
    };
    assert_eq!(render(1), render(1));
    assert_ne!(render(1), render(4_711));
}
