//! What templates mean.

use super::{check, check_with, try_render};
use server::scaffolder::language::{ErrorKind, Options};

const NAMES: &str = r#"{"name": "cart", "tags": ["a", "b"], "owner": {"team": "shop", "size": 3}}"#;

#[test]
fn variables_are_written_and_what_is_missing_is_nothing() {
    check("${{ name }}/${{ owner.team }}", NAMES, "cart/shop");
    check("[${{ missing }}|${{ missing.more.still }}]", NAMES, "[|]");
    check("${{ tags }} ${{ owner }}", NAMES, "a,b [object Object]");
    check("$ {{ name }} {{ name }}", NAMES, "$ {{ name }} {{ name }}");
}

#[test]
fn own_delimiters_are_used() {
    let options = Options {
        variable: ("<<".to_owned(), ">>".to_owned()),
        ..Options::default()
    };
    check_with(options, "<< name >> ${{ name }}", NAMES, "cart ${{ name }}");
    check_with(
        Options::cookiecutter(),
        "{{ name }}${{ name }}",
        NAMES,
        "cart$cart",
    );
}

#[test]
fn operations_bind_as_they_are_known_to() {
    check(
        "${{ 1 + 2 * 3 }}|${{ 2 ** 3 ** 2 }}|${{ 7 // 2 }}|${{ -3 | abs }}",
        "{}",
        "7|64|3|3",
    );
    check(
        "${{ 1 ~ 2 + 3 }}|${{ '1' + 1 }}|${{ '3' * '4' }}",
        "{}",
        "123|11|12",
    );
    check("${{ not 1 == 2 }}|${{ not (1 == 2) }}", "{}", "false|true");
    check(
        "${{ 'a' if false }}|${{ 'a' if true else 'b' }}",
        "{}",
        "|a",
    );
    check(
        "${{ '' or 'x' }}|${{ 0 and 1 }}|${{ 'b' in ['a', 'b'] }}",
        "{}",
        "x|0|true",
    );
    check(
        "${{ 1 == '1' }}|${{ 1 === '1' }}|${{ null == missing }}",
        "{}",
        "true|false|true",
    );
    check(
        "${{ 0.1 + 0.2 }}|${{ 1 / 0 }}|${{ 1 / 3 }}",
        "{}",
        "0.30000000000000004|Infinity|0.3333333333333333",
    );
}

#[test]
fn slices_are_those_of_jinja() {
    check(
        "${{ tags[0:1] }}|${{ name[::-1] }}|${{ name[-2:] }}",
        NAMES,
        "a|t,r,a,c|r,t",
    );
}

#[test]
fn tags_decide_repeat_and_set() {
    check(
        "{% if tags.length > 1 %}many{% elif tags %}one{% else %}none{% endif %}",
        NAMES,
        "many",
    );
    check(
        "{% if [] %}yes{% endif %}{% if '' %}no{% endif %}",
        NAMES,
        "yes",
    );
    check(
        "{% for tag in tags %}${{ loop.index }}${{ tag }}{% if not loop.last %},{% endif %}{% endfor %}",
        NAMES,
        "1a,2b",
    );
    check(
        "{% for key, value in owner %}${{ key }}=${{ value }};{% endfor %}",
        NAMES,
        "team=shop;size=3;",
    );
    check(
        "{% for tag in missing %}x{% else %}empty{% endfor %}",
        NAMES,
        "empty",
    );
    check(
        "{% set a, b = 1 %}${{ a + b }}{% set c %}x${{ a }}{% endset %}${{ c }}",
        NAMES,
        "2x1",
    );
    check(
        "{% set n = 0 %}{% for tag in tags %}{% set n = n + 1 %}{% endfor %}${{ n }}",
        NAMES,
        "2",
    );
    check(
        "{% switch name %}\n{% case 'x' %}X{% case 'cart' %}C{% default %}D{% endswitch %}",
        NAMES,
        "C",
    );
    check(
        "{% switch name %}{% case 'cart' %}{% case 'x' %}falls{% default %}D{% endswitch %}",
        NAMES,
        "falls",
    );
    check(
        "{% filter upper %}${{ name }}{% endfilter %}",
        NAMES,
        "CART",
    );
}

#[test]
fn macros_see_what_they_are_given_and_what_the_template_sets() {
    let greet = "{% set who = 'x' %}{% macro greet(name, mark='!') %}${{ who }}${{ name }}${{ mark }}{% endmacro %}";
    check(
        &format!("{greet}${{{{ greet('a') }}}}${{{{ greet(mark='?', name='b') }}}}"),
        "{}",
        "xa!xb?",
    );
    check(
        "{% for x in [1] %}{% macro m() %}[${{ x }}]{% endmacro %}${{ m() }}{% endfor %}",
        "{}",
        "[]",
    );
    check(
        "{% macro box(t) %}<${{ t }}>${{ caller('c') }}</${{ t }}>{% endmacro %}{% call(x) box('b') %}${{ x }}{% endcall %}",
        "{}",
        "<b>c</b>",
    );
    check(
        "{% macro m() %}<b>{% endmacro %}${{ m() | escape }}|${{ '<b>' | escape }}",
        "{}",
        "<b>|&lt;b&gt;",
    );
}

#[test]
fn text_between_raw_is_left_alone() {
    check(
        "{% raw %}${{ a }}{% if %}{% endraw %}|{% verbatim %}${{ b }}{% endverbatim %}",
        "{}",
        "${{ a }}{% if %}|${{ b }}",
    );
    check(
        "{% raw %}a{% raw %}b{% endraw %}c{% endraw %}",
        "{}",
        "a{% raw %}b{% endraw %}c",
    );
    check("{# ${{ a }} {% if #}x", "{}", "x");
}

#[test]
fn white_space_around_tags_goes_when_asked() {
    let template = "a\n  {% if true %}\n  b\n  {% endif %}\nc";
    check(template, "{}", "a\n  \n  b\n  \nc");
    let options = Options {
        trim_blocks: true,
        lstrip_blocks: true,
        ..Options::default()
    };
    check_with(options, template, "{}", "a\n  b\nc");
    check(
        "a \n ${{- 1 -}} \n b {%- if true -%} c {%- endif %}",
        "{}",
        "a1bc",
    );
}

#[test]
fn filters_and_tests_are_known() {
    check(
        "${{ name | upper | reverse }}|${{ tags | join('-') }}|${{ tags | length }}",
        NAMES,
        "TRAC|a-b|2",
    );
    check(
        "${{ missing | default('x') }}|${{ '' | default('x', true) }}",
        NAMES,
        "x|x",
    );
    check(
        "${{ owner | dump }}|${{ owner | dump(1) }}",
        NAMES,
        "{\"team\":\"shop\",\"size\":3}|{\n \"team\": \"shop\",\n \"size\": 3\n}",
    );
    check(
        "${{ [3, 1, 2] | sort(reverse=true) | join }}|${{ {b: 1, a: 2} | dictsort }}",
        NAMES,
        "321|a,2,b,1",
    );
    check(
        "${{ 'a-b-c' | replace('-', '_', 1) }}|${{ 'My App' | replace(r/[^a-z]+/gi, '-') | lower }}",
        NAMES,
        "a_b-c|my-app",
    );
    check(
        "${{ [{n: 'x', ok: true}, {n: 'y'}] | selectattr('ok') | join(',', 'n') }}",
        NAMES,
        "x",
    );
    check(
        "${{ 4 is even }}|${{ missing is undefined }}|${{ name is not string }}",
        NAMES,
        "true|true|false",
    );
    check(
        "${{ 'x y' | urlencode }}|${{ '2.5' | float + 1 }}|${{ '12px' | int }}",
        NAMES,
        "x%20y|3.5|12",
    );
}

#[test]
fn values_have_methods_of_their_own() {
    check(
        "${{ name.toUpperCase() }}|${{ name.slice(1, -1) }}|${{ 'a b'.split(' ')[1] }}",
        NAMES,
        "CART|ar|b",
    );
    check(
        "${{ name.replace(r/(a)(r)/, '$2$1') }}|${{ name.indexOf('t') }}|${{ name.startsWith('ca') }}",
        NAMES,
        "crat|3|true",
    );
    check(
        "${{ (1.005).toFixed(2) }}|${{ (1234.5678).toPrecision(6) }}|${{ (255).toString(16) }}",
        NAMES,
        "1.00|1234.57|ff",
    );
    check(
        "{% set l = [3, 1] %}${{ l.push(2) }}${{ l.sort().join('') }}|${{ l.includes(2) }}|${{ l }}",
        NAMES,
        "3123|true|1,2,3",
    );
    check(
        "${{ r/^c/.test(name) }}|${{ r/x/.test(name) }}",
        NAMES,
        "true|false",
    );
    check("${{ owner.keys is undefined }}", NAMES, "true");
    check_with(
        Options::cookiecutter(),
        "{{ owner.keys() }}|{{ owner.get('x', 'no') }}",
        NAMES,
        "team,size|no",
    );
}

#[test]
fn text_is_counted_in_units() {
    check(
        "${{ '😀x'.length }}|${{ '😀x' | reverse | length }}|${{ '😀'[0] ~ '😀'[1] }}",
        "{}",
        "3|3|😀",
    );
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (template, line, column, words) in [
        ("a\n${{ total + }}", 2, 13, "expected a value"),
        (
            "{% if x %}y{% endfor %}",
            1,
            12,
            "expected \"elif\", \"elseif\", \"else\" or \"endif\"",
        ),
        ("{% if x %}y", 1, 1, "not closed"),
        ("{% fro x in y %}", 1, 1, "did you mean \"for\"?"),
        ("x ${{ name | uppre }}", 1, 14, "did you mean \"upper\"?"),
        ("${{ name is evne }}", 1, 13, "did you mean \"even\"?"),
        (
            "${{ name.toString() }}",
            1,
            10,
            "\"name.toString\" is undefined",
        ),
        ("${{ missing() }}", 1, 5, "\"missing\" is undefined"),
        ("${{ 'a' }", 1, 1, "not closed with }}"),
        ("a #} b", 1, 3, "did not begin"),
        ("{% include 'x' %}", 1, 1, "stands alone"),
        ("${{ [1] | batch(0) }}", 1, 11, "above zero"),
        ("${{ r/(/ }}", 1, 5, "regular expression"),
        (
            "{% block a %}{% endblock %}{% block a %}{% endblock %}",
            1,
            28,
            "already",
        ),
    ] {
        let error = try_render(Options::default(), template, r#"{"name": "x"}"#).unwrap_err();
        assert!(error.message.contains(words), "{template}: {error}");
        assert_eq!(
            (error.line, error.column),
            (line, column),
            "{template}: {error}"
        );
        assert_ne!(error.kind, ErrorKind::Limit);
    }
}
