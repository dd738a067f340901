//! Writes regular expressions of JavaScript as the engine reads them.

const WORD: &str = "A-Za-z0-9_";
const SPACE: &str = r"\t\n\x0B\x0C\r \u{a0}\u{1680}\u{2000}-\u{200a}\u{2028}\u{2029}\u{202f}\u{205f}\u{3000}\u{feff}";

/// The expression in the words of an engine: of one that can look around, if asked for.
pub(super) fn translate(source: &str, looks_around: bool) -> String {
    let mut translator = Translator {
        rest: source.chars().peekable(),
        groups: count_groups(source),
        looks_around,
        out: String::new(),
    };
    while let Some(char) = translator.rest.next() {
        translator.char(char);
    }
    translator.out
}

/// Goes through an expression once.
struct Translator<'s> {
    rest: std::iter::Peekable<std::str::Chars<'s>>,
    groups: usize,
    looks_around: bool,
    out: String,
}

impl Translator<'_> {
    fn char(&mut self, char: char) {
        match char {
            '\\' => self.escape(),
            '[' => self.class(),
            '.' => self.out.push_str(r"[^\n\r\u{2028}\u{2029}]"),
            '{' if !self.is_quantifier() => self.out.push_str(r"\{"),
            '{' => self.quantifier(),
            '}' | ']' | '#' | '&' | '~' => self.literal(char),
            other => self.out.push(other),
        }
    }

    /// Whether what follows a brace says how often.
    fn is_quantifier(&self) -> bool {
        let mut ahead = self.rest.clone();
        let mut has_digit = false;
        while ahead.next_if(char::is_ascii_digit).is_some() {
            has_digit = true;
        }
        if ahead.next_if_eq(&',').is_some() {
            while ahead.next_if(char::is_ascii_digit).is_some() {}
        }
        has_digit && ahead.next() == Some('}')
    }

    fn quantifier(&mut self) {
        self.out.push('{');
        for char in self.rest.by_ref() {
            self.out.push(char);
            if char == '}' {
                break;
            }
        }
    }

    fn escape(&mut self) {
        match self.rest.next() {
            None => self.out.push('\\'),
            Some('d') => self.out.push_str("[0-9]"),
            Some('D') => self.out.push_str("[^0-9]"),
            Some('w') => self.out.push_str(&format!("[{WORD}]")),
            Some('W') => self.out.push_str(&format!("[^{WORD}]")),
            Some('s') => self.out.push_str(&format!("[{SPACE}]")),
            Some('S') => self.out.push_str(&format!("[^{SPACE}]")),
            Some('b') if !self.looks_around => self.out.push_str(r"(?-u:\b)"),
            Some('B') if !self.looks_around => self.out.push_str(r"(?-u:\B)"),
            Some('b') => self.out.push_str(&format!(
                "(?:(?<=[{WORD}])(?![{WORD}])|(?<![{WORD}])(?=[{WORD}]))"
            )),
            Some('B') => self.out.push_str(&format!(
                "(?:(?<=[{WORD}])(?=[{WORD}])|(?<![{WORD}])(?![{WORD}]))"
            )),
            Some('k') if self.rest.peek() == Some(&'<') => self.out.push_str(r"\k"),
            Some(digit @ '1'..='9') => self.reference(digit),
            Some(other) => {
                let char = self.escaped(other);
                self.literal(char);
            }
        }
    }

    /// A group by its number, or the character of that number where there is no such group.
    fn reference(&mut self, first: char) {
        let mut digits = first.to_string();
        let mut number = first.to_digit(10).unwrap_or(0) as usize;
        while let Some(digit) = self.rest.peek().and_then(|char| char.to_digit(10)) {
            let longer = number * 10 + digit as usize;
            if longer > self.groups {
                break;
            }
            number = longer;
            digits.push(char::from_digit(digit, 10).unwrap_or('0'));
            self.rest.next();
        }
        if number <= self.groups {
            self.out.push_str(&format!("(?:\\{digits})"));
        } else {
            self.literal(first);
        }
    }

    fn class(&mut self) {
        let negated = self.rest.next_if_eq(&'^').is_some();
        if self.rest.next_if_eq(&']').is_some() {
            self.out
                .push_str(if negated { r"(?s:.)" } else { r"[^\s\S]" });
            return;
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        while let Some(char) = self.rest.next() {
            match char {
                ']' => {
                    self.out.push(']');
                    return;
                }
                '\\' => self.escape_in_class(),
                '-' => self.out.push('-'),
                other => self.literal(other),
            }
        }
    }

    fn escape_in_class(&mut self) {
        match self.rest.next() {
            None => self.out.push('\\'),
            Some('d') => self.out.push_str("0-9"),
            Some('w') => self.out.push_str(WORD),
            Some('s') => self.out.push_str(SPACE),
            Some('D') => self.out.push_str("[^0-9]"),
            Some('W') => self.out.push_str(&format!("[^{WORD}]")),
            Some('S') => self.out.push_str(&format!("[^{SPACE}]")),
            Some('b') => self.literal('\u{8}'),
            Some('-') => self.out.push_str(r"\-"),
            Some(other) => {
                let char = self.escaped(other);
                self.literal(char);
            }
        }
    }

    /// The character that an escape stands for.
    fn escaped(&mut self, char: char) -> char {
        match char {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'f' => '\u{c}',
            '0' => '\0',
            'x' => self.hexadecimal(2).unwrap_or(char),
            'u' => self.hexadecimal(4).unwrap_or(char),
            'c' => match self.rest.next_if(char::is_ascii_alphabetic) {
                Some(letter) => char::from(u8::try_from(letter).unwrap_or(0) % 32),
                None => char,
            },
            other => other,
        }
    }

    /// Both halves of a pair are read as one character.
    fn hexadecimal(&mut self, length: usize) -> Option<char> {
        let ahead: String = self.rest.clone().take(length).collect();
        let is_hexadecimal =
            ahead.len() == length && ahead.bytes().all(|it| it.is_ascii_hexdigit());
        let number = u32::from_str_radix(&ahead, 16)
            .ok()
            .filter(|_| is_hexadecimal)?;
        let mut taken = length;
        let mut char = char::from_u32(number);
        if char.is_none() {
            let low: String = self.rest.clone().skip(length).take(length + 2).collect();
            let low = low
                .strip_prefix("\\u")
                .and_then(|it| u16::from_str_radix(it, 16).ok());
            let pair = [u16::try_from(number).ok()?, low.unwrap_or(0)];
            char = char::decode_utf16(pair).next()?.ok();
            taken += if char.is_some() { length + 2 } else { 0 };
        }
        for _ in 0..taken {
            self.rest.next();
        }
        // Half of a pair matches nothing that is whole.
        Some(char.unwrap_or('\u{fffd}'))
    }

    fn literal(&mut self, char: char) {
        if r"\.+*?()|[]{}^$#&-~".contains(char) {
            self.out.push('\\');
        }
        match char {
            '\n' | '\r' | '\t' | '\0' => {
                self.out.push_str(&format!("\\x{{{:x}}}", u32::from(char)));
            }
            _ => self.out.push(char),
        }
    }
}

/// How many groups an expression captures.
fn count_groups(source: &str) -> usize {
    let mut groups = 0;
    let mut in_class = false;
    let mut rest = source.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            '\\' => {
                rest.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '(' if !in_class => {
                let mut ahead = rest.clone();
                let is_plain = ahead.next() != Some('?');
                let is_named =
                    ahead.next() == Some('<') && !matches!(ahead.next(), Some('=' | '!'));
                groups += usize::from(is_plain || is_named);
            }
            _ => {}
        }
    }
    groups
}
