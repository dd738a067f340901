//! The language of templates, through its surface.

mod hostile;
mod rules;
mod secrets;
mod surface;

use server::scaffolder::language::{Context, Data, Engine, LanguageError, Options};

fn data(json: &str) -> Data {
    serde_json::from_str(json).unwrap()
}

fn context(json: &str) -> Context {
    match data(json) {
        Data::Map(entries) => entries.into_iter().collect(),
        other => panic!("{other:?} is no map"),
    }
}

fn try_render(options: Options, template: &str, json: &str) -> Result<String, LanguageError> {
    let rendered = Engine::new(options).render(template, &context(json));
    rendered.map(|rendered| rendered.text)
}

fn check_with(options: Options, template: &str, json: &str, expected: &str) {
    match try_render(options, template, json) {
        Ok(text) => assert_eq!(text, expected, "{template}"),
        Err(error) => panic!("{template}: {error}"),
    }
}

fn check(template: &str, json: &str, expected: &str) {
    check_with(Options::default(), template, json, expected);
}
