//! What comes from a secret is marked, whatever was done to it.

use super::data;
use server::scaffolder::language::{Context, Engine, Secrets};

fn secret_context() -> Context {
    let mixed: Secrets = ["/token".to_owned(), "/list/1".to_owned()]
        .into_iter()
        .collect();
    Context::new()
        .with_secret(
            "secrets",
            data(r#"{"token": "hunter2", "pair": ["ab", "cd"]}"#),
        )
        .with(
            "parameters",
            data(r#"{"name": "cart", "list": ["a", "b"]}"#),
        )
        .with_secrets_in(
            "mixed",
            data(r#"{"token": "hunter2", "open": "x", "list": ["a", "hunter2"]}"#),
            mixed,
        )
}

fn is_secret(template: &str) -> bool {
    let rendered = Engine::default().render(template, &secret_context());
    rendered
        .unwrap_or_else(|error| panic!("{template}: {error}"))
        .secret
}

#[test]
fn what_is_computed_from_a_secret_is_secret() {
    for template in [
        "${{ secrets.token }}",
        "a ${{ secrets.token | upper }}",
        "${{ secrets.token.slice(0, 2) }}",
        "${{ secrets.token[0] }}",
        "${{ secrets.token[1:3] }}",
        "${{ 'x' ~ secrets.token }}",
        "${{ [1, secrets.token] | join }}",
        "${{ {a: {b: secrets.token} } | dump }}",
        "${{ [secrets.token] }}",
        "${{ secrets.token | length }}",
        "${{ secrets.token.charCodeAt(0) + 1 }}",
        "${{ secrets.token == 'hunter2' }}",
        "${{ 'h' in secrets.token }}",
        "${{ secrets.token is string }}",
        "${{ not secrets.token }}",
        "${{ 'x' | replace('x', secrets.token) }}",
        "${{ 'x'.concat(secrets.token) }}",
        "${{ parameters.name | default(secrets.token) | default('', secrets.token) }}",
        "${{ secrets.pair | first }}",
        "${{ secrets.token.split('')[0] }}",
        "${{ secrets.token | list | last }}",
        "${{ [secrets.token] | sort | first }}",
        "${{ [{k: secrets.token}] | groupby('k') | dump }}",
        "${{ mixed.token }}",
        "${{ mixed.list[1] }}",
        "${{ mixed.list | join(',') }}",
        "${{ mixed }}${{ mixed | dump }}",
        "${{ parameters.list[secrets.pair.length] }}",
        "{% set x = secrets.token %}${{ x }}",
        "{% set x %}${{ secrets.token }}{% endset %}${{ x | length }}",
        "{% macro m(x) %}${{ x }}{% endmacro %}${{ m(secrets.token) }}",
        "{% macro m() %}${{ caller(secrets.token) }}{% endmacro %}{% call(x) m() %}${{ x }}{% endcall %}",
        "{% for c in secrets.token %}${{ c }}{% endfor %}",
        "{% for k, v in secrets %}${{ k }}{% endfor %}",
        "{% filter upper %}${{ secrets.token }}{% endfilter %}",
        "{% set l = [] %}${{ l.push(secrets.token) and '' }}${{ l }}",
        "${{ range(secrets.token | length) }}",
        "{% set c = cycler(secrets.token) %}${{ c.next() }}",
        "{% set j = joiner(secrets.token) %}${{ j() }}${{ j() }}",
    ] {
        assert!(is_secret(template), "{template}");
    }
}

#[test]
fn what_a_secret_decides_is_secret() {
    for template in [
        "{% if secrets.token == 'x' %}yes{% endif %}",
        "{% if secrets.token == 'hunter2' %}yes{% endif %}",
        "{% if false %}{% elif secrets.token %}yes{% endif %}",
        "${{ 'yes' if secrets.token else 'no' }}",
        "${{ secrets.token and 'yes' }}${{ false or parameters.name }}",
        "{% switch secrets.token %}{% case 'x' %}x{% default %}d{% endswitch %}",
        "{% for c in secrets.token %}x{% endfor %}",
        "{% set x = 'n' %}{% if secrets.token == 'x' %}{% set x = 'y' %}{% endif %}${{ x }}",
        "{% set l = [] %}{% if secrets.token == 'x' %}${{ l.push(1) }}{% endif %}${{ l | length }}",
        "{% set c = cycler(1, 2) %}{% if secrets.token %}${{ c.next() }}{% endif %}${{ c.current }}",
        "{% set s %}{% if secrets.token == 'x' %}y{% endif %}{% endset %}${{ s }}",
        "{% macro m() %}{% if secrets.token == 'x' %}y{% endif %}{% endmacro %}${{ m() }}",
    ] {
        assert!(is_secret(template), "{template}");
    }
}

#[test]
fn what_has_nothing_to_do_with_a_secret_is_not() {
    for template in [
        "${{ parameters.name }}",
        "{% set x = secrets.token %}${{ parameters.name }}",
        "${{ mixed.open }}${{ mixed.list[0] }}${{ mixed.list | first }}",
        "${{ [secrets.token, 'open'] | last }}",
        "{% if secrets.nothing is defined and false %}{% endif %}"
            .split_at(0)
            .0,
        "{% for x in parameters.list %}${{ x }}{% endfor %}",
    ] {
        assert!(!is_secret(template), "{template}");
    }
}

#[test]
fn which_part_of_a_value_is_secret_is_known() {
    let engine = Engine::default();
    let template =
        "${{ {open: 1, hidden: secrets.token, list: ['a', 'x' ~ secrets.token], all: secrets} }}";
    let rendered = engine.render_value(template, &secret_context()).unwrap();
    let pointers: Vec<&str> = rendered.secrets.pointers().collect();
    assert_eq!(pointers, ["/hidden", "/list/1", "/all"]);
    assert!(rendered.secrets.cover("/all/pair/0"));
    assert!(!rendered.secrets.cover("/open"));

    let inputs =
        data(r#"{"a/b": {"token": "${{ secrets.token }}"}, "name": "${{ parameters.name }}"}"#);
    let tree = engine.render_tree(&inputs, &secret_context());
    let pointers: Vec<&str> = tree.secrets.pointers().collect();
    assert_eq!(pointers, ["/a~1b/token"]);
}

#[test]
fn a_function_that_was_given_a_secret_cannot_tell_it_when_it_fails() {
    let mut options = server::scaffolder::language::Options::default();
    let fail: server::scaffolder::language::Function =
        std::sync::Arc::new(|given| Err(format!("cannot use {given:?}")));
    options.filters.insert("fail".into(), fail);
    let engine = Engine::new(options);
    let error = engine
        .render("${{ secrets.token | fail }}", &secret_context())
        .unwrap_err();
    assert!(!error.message.contains("hunter2"), "{error}");
    let error = engine
        .render("${{ parameters.name | fail }}", &secret_context())
        .unwrap_err();
    assert!(error.message.contains("cart"), "{error}");
}
