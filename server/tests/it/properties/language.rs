//! Templates of any shape: none panics, each is rendered or refused in time, and what does not depend
//! on a secret alone is marked.

use super::text::{json_value, made_of};
use super::{few, in_time};
use proptest::prelude::*;
use server::scaffolder::language::{Context, Data, Engine, Options};

const TEMPLATE: &[&str] = &[
    "${{ ",
    " }}",
    "{{",
    "{%- ",
    "{% ",
    " %}",
    " -%}",
    "{# ",
    " #}",
    "a",
    "b",
    "x",
    " ",
    "\n",
    "  ",
    "if ",
    "else",
    "elif ",
    "endif",
    "for ",
    " in ",
    "endfor",
    "set ",
    "endset",
    "macro m(a, b=1)",
    "endmacro",
    "call m()",
    "endcall",
    "filter upper",
    "endfilter",
    "switch ",
    "case ",
    "default",
    "endswitch",
    "raw",
    "endraw",
    "block b",
    "endblock",
    "verbatim",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "|",
    ".",
    ",",
    ":",
    "=",
    "==",
    "===",
    "!=",
    "<",
    ">=",
    "+",
    "-",
    "*",
    "/",
    "//",
    "**",
    "%",
    "~",
    " not ",
    " and ",
    " or ",
    " is ",
    "1",
    "0",
    "2.5",
    "'t'",
    "\"",
    "'",
    "\\",
    "r/a/g",
    "r/(",
    "null",
    "true",
    "loop.index",
    "length",
    "join",
    "sort",
    "dump",
    "batch(2)",
    "range(3)",
    "m(x)",
    "__proto__",
    "😀",
    "ä",
    "\u{2028}",
    "\0",
    "[::-1]",
    "push(a)",
    "replace('a', 'b')",
];

/// Statements that are whole, about a list `l`, a record `o`, a text `t` and the secret `s`.
const STATEMENTS: &[&str] = &[
    "x",
    "${{ t }}",
    "${{ s }}",
    "${{ l | join(',') }}",
    "${{ s | upper | length }}",
    "${{ 'y' if s == 'abc' else 'n' }}",
    "${{ s and t }}",
    "${{ v }}",
    "${{ w }}",
    "${{ q.length }}${{ q }}",
    "${{ c.current }}",
    "${{ m(s) }}",
    "${{ m(t) }}",
    "${{ o.k }}${{ o | dump }}",
    "${{ l[s.length] }}",
    "${{ [s, t] | first }}",
    "${{ [s, t] | last }}",
    "${{ [t, s] | sort | first }}",
    "${{ {a: s, b: t}.b }}",
    "${{ j() }}",
    "{% set v = t %}",
    "{% set v = s[0] %}",
    "{% set w = v ~ 1 %}",
    "{% set q = [] %}",
    "{% set q = [t, s] %}",
    "${{ q.push(s) }}",
    "${{ q.sort() }}",
    "${{ q.remove(t) }}${{ q.pop(s.length) }}",
    "${{ [[s], [t]] | sort | last | first }}",
    "${{ [{x: s}, {x: t}] | selectattr('x') | length }}${{ [s, t] | reject('eq', 'abc') | last }}",
    "{% set c = cycler(1, 2) %}",
    "{% set j = joiner('-') %}",
    "{% if s == 'abc' %}{% set v = 'y' %}{% endif %}",
    "{% if s > 'b' %}${{ q.push(1) }}{% endif %}",
    "{% if s > 'b' %}${{ c.next() }}${{ j() }}{% else %}{% set w = 1 %}{% endif %}",
    "{% if v %}yes{% elif s %}no{% endif %}",
    "{% for i in s %}${{ i }}{% set w = loop.index %}{% endfor %}",
    "{% for i in q %}.{% endfor %}",
    "{% for i in l %}{% if s[loop.index0] == 'a' %}{% set v = i %}{% endif %}{% endfor %}",
    "{% switch s %}{% case 'abc' %}A{% case t %}T{% default %}{% set v = 2 %}{% endswitch %}",
    "{% macro m(p) %}[${{ p }}{% if p == 'abc' %}!{% endif %}]{% endmacro %}",
    "{% call m(t) %}{% endcall %}",
    "{% set v %}{% if s == 'abc' %}y{% endif %}{% endset %}",
    "{% filter upper %}${{ v }}{% endfilter %}",
];

fn context(secret: &str) -> Context {
    let list: Data = ["a", "b"].into_iter().map(Data::from).collect();
    let record: Data = [("k", Data::from("value"))].into_iter().collect();
    Context::new()
        .with("t", Data::from("text"))
        .with("l", list)
        .with("o", record)
        .with_secret("s", Data::from(secret))
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn any_template_is_rendered_or_refused(
        template in made_of(TEMPLATE, 24),
        value in json_value(),
        is_cookiecutter in any::<bool>(),
        trims in any::<bool>(),
    ) {
        let options = if is_cookiecutter { Options::cookiecutter() } else { Options::default() };
        let engine = Engine::new(Options { trim_blocks: trims, lstrip_blocks: trims, ..options });
        let context = Context::new().with("a", Data::from(&value)).with_secret("b", Data::from("s"));
        if let Ok(template) = in_time(|| engine.compile(&template))? {
            let _ = template.reads();
            let _ = in_time(|| template.render(&context))?;
            let _ = in_time(|| template.render_value(&context))?;
        }
    }

    #[test]
    fn any_variable_is_rendered_or_refused(inner in made_of(TEMPLATE, 8), value in json_value()) {
        let context = Context::new().with("a", Data::from(&value));
        let _ = in_time(|| Engine::default().render(&format!("${{{{ a{inner} }}}}"), &context))?;
    }

    #[test]
    fn a_variable_alone_is_the_value(value in json_value()) {
        let given = Data::from(&value);
        let context = Context::new().with("a", given.clone());
        let rendered = Engine::default().render_value("${{ a }}", &context).unwrap();
        prop_assert_eq!(rendered.value.map(|it| it.to_json()), Some(given.to_json()));
        prop_assert!(rendered.secrets.is_empty());
    }

    #[test]
    fn what_is_not_marked_is_the_same_for_every_secret(template in made_of(STATEMENTS, 9)) {
        let engine = Engine::default();
        let render = |secret| engine.render(&template, &context(secret));
        if let (Ok(one), Ok(other)) = (in_time(|| render("abc"))?, in_time(|| render("zz"))?)
            && !(one.secret && other.secret)
        {
            prop_assert_eq!(one.text, other.text);
        }
    }
}
