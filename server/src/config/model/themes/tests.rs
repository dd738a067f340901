//! What can be said of the look, and what is told of what cannot.

use super::*;
use crate::config::load::tests::{check_warning as check, load_text};

#[test]
fn a_theme_is_a_list_of_values() {
    let text = "
app:
  theme: contoso
  themes:
    - name: contoso
      title: Contoso
      product: Contoso Portal
      tokens: { radius-card: 2, font: 'Verdana, sans-serif', accent: teal }
      dark: { bg: '#000', accent: '#4FD1C5' }
      logo: '<svg xmlns=\"http://www.w3.org/2000/svg\"/>'
  kinds:
    Tool: { icon: globe, color: bronze }
";
    let loaded = load_text(text).unwrap();
    assert_eq!(loaded.warnings, []);
    let themes = loaded.config.themes;
    assert_eq!(themes.default, "contoso");
    assert!(themes.offers_built_in());
    let theme = &themes.themes[0];
    assert_eq!(theme.product.as_deref(), Some("Contoso Portal"));
    assert!(theme.logo.is_some());
    assert_eq!(theme.values["radius-card"], ["2px", "2px"]);
    assert_eq!(theme.values["accent"], ["#008080", "#4fd1c5"]);
    // The other scheme keeps what is built in.
    assert_eq!(theme.values["bg"], ["#fcfcfd", "#000000"]);
    assert!(theme.values.contains_key("accent-text"));
    assert_eq!(themes.kinds[0].kind, "tool");
    assert_eq!(themes.kinds[0].tint, Some("bronze"));
}

#[test]
fn the_primary_colour_of_an_existing_installation_is_the_accent() {
    let text = "
app:
  branding:
    theme:
      light: { primaryColor: '#0b7a4b' }
";
    let loaded = load_text(text).unwrap();
    assert_eq!(loaded.warnings, []);
    let themes = loaded.config.themes;
    assert_eq!(themes.default, BUILT_IN);
    assert_eq!(themes.themes[0].values["accent"][0], "#0b7a4b");
    assert!(!themes.offers_built_in());
}

#[test]
fn what_cannot_be_used_is_named_with_its_line() {
    let of_theme = |rest: &str| format!("\napp:\n  themes:\n    - name: a\n      {rest}\n");
    check(
        &of_theme("tokens: { acent: red }"),
        5,
        "'acent', which there is not",
    );
    check(
        &of_theme("tokens: { accent: 'red; } body { x' }"),
        5,
        "should be a colour",
    );
    check(
        &of_theme("tokens: { radius-card: 90px }"),
        5,
        "should be a length",
    );
    check(&of_theme("tokens: { font: 'a; b' }"), 5, "names of fonts");
    check(&of_theme("colours: {}"), 5, "'colours'");
    check(&of_theme("logo: logo.svg"), 5, "no SVG");
    check(
        &of_theme("light: { text: '#999999', bg: '#fcfcfd' }"),
        4,
        "hard to read",
    );
    check("\napp:\n  themes:\n    - title: A\n", 4, "without a name");
    check("\napp:\n  theme: b\n", 3, "'b'");
    check(
        "\napp:\n  kinds:\n    API: { icon: unicorn }\n",
        4,
        "'unicorn'",
    );
    check(
        "\napp:\n  kinds:\n    API: { color: mauve }\n",
        4,
        "'mauve'",
    );
}
