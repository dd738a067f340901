//! How wide a text is, as far as boxes need to know: no font is asked.

/// The width of a text of that size in pixels; rather too much than too little.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let of = |it: char| match it {
        'i' | 'j' | 'l' | 'I' | '.' | ',' | ':' | ';' | '|' | '\'' | '!' | '’' => 0.3,
        'f' | 't' | 'r' | ' ' | '-' | '(' | ')' | '/' | '·' => 0.4,
        'm' | 'w' | 'M' | 'W' | '@' => 0.92,
        it if it.is_ascii_uppercase() => 0.7,
        it if it.is_ascii() => 0.6,
        // Wide scripts fill their square.
        it if u32::from(it) >= 0x1100 => 1.05,
        _ => 0.65,
    };
    text.chars().map(of).sum::<f64>() * size
}

/// As much of a text as fits, with an ellipsis where it is cut.
pub(super) fn cut(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = size;
    for it in text.chars() {
        used += width(it.encode_utf8(&mut [0; 4]), size);
        if used > room {
            break;
        }
        cut.push(it);
    }
    format!("{}…", cut.trim_end())
}
