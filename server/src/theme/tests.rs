//! The built-in look keeps its own promises, and every theme is one safe rule.

use super::contrast::ratio;
use super::*;
use crate::config::{Theme, ThemeSettings};
use app::site::{Assets, Site};

fn settings(values: &[(&str, &str)]) -> ThemeSettings {
    let values = values.iter().map(|(token, value)| {
        let value = check(token, value).unwrap();
        ((*token).to_owned(), [value.clone(), value])
    });
    ThemeSettings {
        themes: vec![Theme {
            name: "a".to_owned(),
            title: "A".to_owned(),
            product: Some("Ours".to_owned()),
            logo: Some("<svg/>".to_owned()),
            values: values.collect(),
            ..Theme::default()
        }],
        ..ThemeSettings::default()
    }
}

#[test]
fn contrast_is_what_the_guidelines_say() {
    assert!((ratio("#000", "#fff") - 21.0).abs() < 0.01);
    assert!((ratio("#777777", "#ffffff") - 4.48).abs() < 0.01);
}

#[test]
fn the_built_in_look_is_legible() {
    let all: Values = [
        "bg",
        "bg-subtle",
        "bg-raised",
        "bg-hover",
        "accent",
        "accent-subtle",
    ]
    .into_iter()
    .map(|token| {
        (
            token.to_owned(),
            Scheme::ALL.map(|scheme| built_in(token, scheme).to_owned()),
        )
    })
    .collect();
    assert_eq!(faint(&all), []);
}

#[test]
fn what_follows_from_an_accent_is_legible() {
    for accent in [
        "#ffe600", "#0b7a4b", "#111111", "#fefefe", "#e4002b", "#00aeef",
    ] {
        let mut values = Values::from([("accent".to_owned(), [accent, accent].map(str::to_owned))]);
        accents(&mut values, |token, _| token == "accent");
        let words = faint(&values)
            .into_iter()
            .filter(|faint| faint.what != "accent");
        assert_eq!(words.collect::<Vec<_>>(), [], "{accent}: {values:?}");
    }
}

#[test]
fn a_page_wears_the_theme_that_its_reader_has_chosen() {
    let themes = Themes::new(&settings(&[("accent", "red"), ("radius-card", "2px")]));
    let dressed = |chosen| themes.dressed(&Site::default(), &Assets::default(), chosen);
    let (site, assets) = dressed(Some("a"));
    assert_eq!((site.theme.as_str(), site.title.as_str()), ("a", "Ours"));
    let sheet = assets.theme.unwrap();
    let (kind, content) = themes.file(sheet.strip_prefix("/theme/").unwrap()).unwrap();
    assert!(kind.starts_with("text/css"));
    assert_eq!(
        content,
        ":root[data-palette=\"a\"]{--accent:#ff0000;--radius-card:2px;}\n"
    );
    let (kind, content) = themes
        .file(site.logo.strip_prefix("/theme/").unwrap())
        .unwrap();
    assert_eq!((kind, &content[..]), ("image/svg+xml", &b"<svg/>"[..]));
    for chosen in [None, Some("b"), Some("callboard")] {
        let (site, _) = dressed(chosen);
        assert_eq!((site.theme.as_str(), site.logo.as_str()), ("callboard", ""));
        assert_eq!(site.themes.len(), 2);
    }
}
