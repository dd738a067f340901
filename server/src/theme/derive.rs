//! From one colour to all that goes with it.

use super::contrast::ratio;
use super::tokens::{Scheme, Values, value};
use csscolorparser::Color;

/// How far a colour goes towards another at once.
const STEP: f32 = 0.06;

/// Fills in what belongs to the accent where only the accent itself is given: the colour under the
/// pointer, of words, behind what is selected, and of words on it; each as legible as it must be.
pub fn accents(values: &mut Values, given: impl Fn(&str, Scheme) -> bool) {
    for scheme in Scheme::ALL {
        if !given("accent", scheme) {
            continue;
        }
        let accent = value(values, "accent", scheme).to_owned();
        let ground = value(values, "bg-raised", scheme).to_owned();
        let (to, subtle) = match scheme {
            Scheme::Light => ("#000000", 0.92),
            Scheme::Dark => ("#ffffff", 0.80),
        };
        let contrast = ["#ffffff", "#0b0d12"];
        let contrast = contrast.into_iter().max_by(|a, b| {
            let (a, b) = (ratio(a, &accent), ratio(b, &accent));
            a.total_cmp(&b)
        });
        let contrast = contrast.unwrap_or("#ffffff").to_owned();
        let away = if contrast == "#ffffff" {
            "#000000"
        } else {
            "#ffffff"
        };
        let below = mixed(&accent, &ground, subtle);
        let mut text = accent.clone();
        let page = value(values, "bg", scheme).to_owned();
        let is_faint = |text: &str| {
            let grounds = [&ground, &below, &page];
            grounds.into_iter().any(|ground| ratio(text, ground) < 4.5)
        };
        while is_faint(&text) && text != to {
            text = mixed(&text, to, STEP);
        }
        for (name, color) in [
            ("accent-hover", mixed(&accent, away, 2.0 * STEP)),
            ("accent-text", text),
            ("accent-subtle", below),
            ("accent-contrast", contrast),
        ] {
            if !given(name, scheme) {
                let other = |scheme| value(values, name, scheme).to_owned();
                let mut pair = Scheme::ALL.map(other);
                pair[scheme as usize] = color;
                values.insert(name.to_owned(), pair);
            }
        }
    }
}

/// So much of the other colour, and the rest of this one.
fn mixed(color: &str, with: &str, share: f32) -> String {
    let parse = |text: &str| csscolorparser::parse(text).unwrap_or_default();
    let mixed = parse(color).interpolate_oklab(&parse(with), share);
    let mixed = Color::from(mixed.clamp().to_rgba8());
    mixed.to_css_hex().to_string()
}
