//! Templates that want to do harm: each is refused or stopped, soon.

use super::try_render;
use server::scaffolder::language::{ErrorKind, Options};
use std::time::{Duration, Instant};

/// On a slow and busy machine, without optimisation.
const SOON: Duration = Duration::from_secs(20);

fn stopped(template: &str) -> ErrorKind {
    let start = Instant::now();
    let rendered = try_render(Options::default(), template, r#"{"text": "aaaaaaaa"}"#);
    assert!(
        start.elapsed() < SOON,
        "{template:.200} took {:?}",
        start.elapsed()
    );
    match rendered {
        Ok(text) => panic!("{template:.200} gave {} bytes", text.len()),
        Err(error) => error.kind,
    }
}

/// The text doubled so many times.
fn doubled(times: usize) -> String {
    "{% set t = 'aaaaaaaaaaaaaaaa' %}".to_owned() + &"{% set t = t ~ t %}".repeat(times)
}

#[test]
fn loops_without_end_are_stopped() {
    for template in [
        "{% for i in range(1000000000000) %}x{% endfor %}",
        "${{ range(10 ** 12) | length }}",
        "${{ range(0, 1, 0.0000000001) }}",
        "${{ range(1, 2, -0) }}${{ range(0, 1 / 0) }}",
        "{% set l = [1] %}{% for x in l %}${{ l.push(x) and '' }}{% endfor %}",
        "{% for x in {length: 10 ** 15} %}{% endfor %}",
        "{% for a in range(2000) %}{% for b in range(2000) %}{% endfor %}{% endfor %}",
        "${{ {length: 10 ** 15} | batch(2) }}",
        "${{ {length: 1 / 0} | select }}",
        "${{ {length: 10 ** 9} | reverse }}",
        "${{ {length: 1 / 0}[0:] }}",
        "${{ [1] | batch(1000000000, 'x') }}",
        "${{ [1] | slice(1000000000) }}",
    ] {
        assert_eq!(stopped(template), ErrorKind::Limit, "{template}");
    }
}

#[test]
fn text_that_grows_is_stopped() {
    assert_eq!(stopped(&doubled(60)), ErrorKind::Limit);
    let large = doubled(16);
    for template in [
        "${{ t | replace('a', t) }}",
        "${{ t | replace('', t) }}",
        "${{ t.replace(r/a/g, t) }}",
        "${{ t.split('').join(t) }}",
        "${{ t | replace(r/a/g, '$`$`') }}",
        "${{ ([t] | batch(1)) ~ (range(900000) | join(t)) }}",
        "{% for i in range(100000) %}${{ t }}{% endfor %}",
        "{% for i in range(900000) %}{% set u = t.length %}{% set v = t | upper %}{% endfor %}",
        "${{ t | indent(1000000) | indent(1000000, true) | center(100000000) }}",
        "${{ 'x' | center(1 / 0) }}",
        "{% set l = [] %}{% for i in range(1000) %}${{ l.unshift(t) and l.join(t) and '' }}{% endfor %}",
        "{% for i in range(200000) %}${{ t.indexOf('b') and '' }}${{ ('ä' ~ t)[5] and '' }}{% endfor %}",
    ] {
        let template = format!("{large}{template}");
        assert_eq!(
            stopped(&template),
            ErrorKind::Limit,
            "{}",
            &template[large.len()..]
        );
    }
}

#[test]
fn what_stands_in_itself_too_deep_is_stopped() {
    let deep = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    for template in [
        "{% macro m() %}${{ m() }}{% endmacro %}${{ m() }}".to_owned(),
        "{% macro m() %}{% call m() %}${{ caller() }}{% endcall %}{% endmacro %}${{ m() }}".to_owned(),
        "{% macro a() %}${{ b() }}{% endmacro %}{% macro b() %}{% if a() %}{% endif %}{% endmacro %}${{ a() }}".to_owned(),
        format!("${{{{ {} }}}}", deep("(", "1", ")", 5_000)),
        format!("${{{{ {} }}}}", deep("[", "1", "]", 100_000)),
        format!("${{{{ {} }}}}", deep("{a:", "1", "}", 50_000)),
        format!("${{{{ {} }}}}", deep("not ", "1", "", 50_000)),
        format!("${{{{ {} }}}}", deep("-(", "1", ")", 50_000)),
        format!("${{{{ 1{} }}}}", " + 1".repeat(50_000)),
        format!("${{{{ a{} }}}}", ".b".repeat(50_000)),
        format!("${{{{ a{} }}}}", "|upper".repeat(50_000)),
        format!("${{{{ a{} }}}}", "()".repeat(50_000)),
        deep("{% if 1 %}", "x", "{% endif %}", 10_000),
        deep("{% for a in [1] %}", "x", "{% endfor %}", 10_000),
        deep("{% for a, b in [[1, 2]] %}", "x", "{% endfor %}", 60),
        deep("{% macro m() %}", "x", "{% endmacro %}", 10_000),
        deep("{% set a %}", "x", "{% endset %}", 10_000),
        "{% set a = 1 %}{% for i in range(100000) %}{% set a = [a] %}{% endfor %}${{ a }}".to_owned(),
        "{% set a = 1 %}{% for i in range(100000) %}{% set a = {a: a} %}{% endfor %}${{ a | dump }}".to_owned(),
        "{% set a = [] %}{% set b = a %}{% for i in range(1000) %}{% set c = [] %}${{ b.push(c) and '' }}{% set b = c %}{% endfor %}${{ a | dump }}".to_owned(),
    ] {
        assert_eq!(stopped(&template), ErrorKind::Limit, "{template:.80}");
    }
}

#[test]
fn the_deepest_that_is_allowed_fits_on_a_small_stack() {
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("{}{inner}{}", open.repeat(times), close.repeat(times))
    };
    let expression = nested("(", "m(n - 1) if n else 'end'", ")", 70);
    let ifs = nested(
        "{% if true %}",
        &format!("${{{{ {expression} }}}}"),
        "{% endif %}",
        50,
    );
    let template =
        format!("{{% macro m(n) %}}{ifs}{{% endmacro %}}${{{{ m(1) }}}}|${{{{ m(9) }}}}");
    let run = move || match try_render(Options::default(), &template, "{}") {
        Ok(text) => panic!("{text}"),
        Err(error) => error.kind,
    };
    // What a thread of the runtime has at least.
    let thread = std::thread::Builder::new().stack_size(2 << 20).spawn(run);
    assert_eq!(thread.unwrap().join().unwrap(), ErrorKind::Limit);
}

#[test]
fn a_list_cannot_hold_itself() {
    for template in [
        "{% set a = [] %}${{ a.push(a) }}",
        "{% set a = [] %}${{ a.push([{b: a}]) }}",
        "{% set a = [1] %}${{ a.fill(a) }}",
        "{% set a = [1] %}${{ a.splice(0, 1, a) }}",
    ] {
        assert_eq!(stopped(template), ErrorKind::Evaluation, "{template}");
    }
}

#[test]
fn nothing_of_the_host_can_be_reached() {
    for template in [
        "${{ ({}).constructor }}",
        "${{ ''['constructor'] }}",
        "${{ [].__proto__ }}",
        "{% set constructor = 1 %}",
        "{% set __proto__ = 1 %}",
        "{% macro prototype() %}{% endmacro %}",
        "${{ {__proto__: 1} }}",
        "${{ {'constructor': 1} }}",
        "${{ [1] | groupby('constructor') }}",
        "${{ text.constructor('return process')() }}",
        "${{ range.constructor }}",
        "${{ require('fs') }}",
        "${{ process.exit() }}",
        "${{ eval('1') }}",
        "${{ text.at(0) }}",
        "${{ [1].map(range) }}",
        "${{ [1].forEach(joiner()) }}",
        "${{ range | dump }}",
        "${{ [range] | first }}",
        "${{ range ~ '' }}",
        "{% macro m() %}{% endmacro %}${{ m }}",
        "{% macro m() %}{% endmacro %}${{ {a: m} | dump }}",
    ] {
        assert_ne!(stopped(template), ErrorKind::Limit, "{template}");
    }
    for template in [
        "${{ text['const' ~ 'ructor'] }}",
        "${{ {}['__proto' ~ '__'] }}",
        "${{ range['prototype' | string] }}",
        "${{ [].toString }}${{ text.valueOf }}${{ text.at }}",
    ] {
        let rendered = try_render(Options::default(), template, r#"{"text": "a"}"#);
        assert_eq!(rendered.as_deref(), Ok(""), "{template}");
    }
}

#[test]
fn expressions_that_match_for_ever_are_stopped() {
    let text = doubled(12);
    for template in [
        r"${{ t | replace(r/(a+)+b\1/g, '') }}",
        r"${{ t.replace(r/^(a|aa)+\1$x/, '') }}",
        r"${{ r/(?=(a+))*b\1/.test(t) }}",
        r"${{ t.split(r/(a*)*\1b/) }}",
        r"{% for i in range(100000) %}${{ t | replace(r/b(?!c)/g, '') and '' }}{% endfor %}",
    ] {
        let start = Instant::now();
        let rendered = try_render(Options::default(), &format!("{text}{template}"), "{}");
        assert!(
            start.elapsed() < SOON,
            "{template} took {:?}",
            start.elapsed()
        );
        assert!(rendered.is_err(), "{template}");
    }
    let switched_off = Options {
        regular_expressions: false,
        ..Options::default()
    };
    for template in [
        "${{ 'a' | replace(r/a/, '') }}",
        "${{ r/a/.test('a') }}",
        "${{ 'a'.split(r/a/) }}",
    ] {
        assert!(
            try_render(switched_off.clone(), template, "{}").is_err(),
            "{template}"
        );
    }
}

#[test]
fn sources_that_are_hard_to_read_are_read_soon() {
    for template in [
        "{% ".repeat(100_000),
        "${{ ".repeat(100_000),
        "{# ".repeat(100_000),
        "{% raw %}".repeat(100_000),
        "${{ 1 }}".repeat(100_000) + "{% if %}",
        "{% if true %}{% elif false %}".to_owned() + &"{% elif false %}".repeat(100_000),
        "${{ '".to_owned() + &"\\'".repeat(500_000),
        "${{ r/".to_owned() + &"a".repeat(1_000_000) + "/ }}",
        "${{ r/".to_owned() + &"(".repeat(10_000) + &")".repeat(10_000) + "/ }}",
        "{".repeat(3_000_000) + "{% x %}",
        "x".repeat(5_000_000),
    ] {
        stopped(&template);
    }
}
