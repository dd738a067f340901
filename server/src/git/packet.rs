//! The framing of git's protocol: each line with its length in front, `0000` between parts.

use bytes::Bytes;

/// What is between two lines.
pub(super) const FLUSH: &[u8] = b"0000";

/// A line as it is sent.
pub(super) fn line(content: &[u8]) -> Vec<u8> {
    let mut line = format!("{:04x}", content.len() + 4).into_bytes();
    line.extend_from_slice(content);
    line
}

/// The lines of an answer; None stands for the end of a part.
///
/// # Errors
/// When a length is none, or there is less than it says.
pub(super) fn lines(answer: &Bytes) -> Result<Vec<Option<Bytes>>, String> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < answer.len() {
        let digits = answer
            .get(at..at + 4)
            .and_then(|it| std::str::from_utf8(it).ok());
        let length = digits.and_then(|it| usize::from_str_radix(it, 16).ok());
        let length = length.ok_or("a line does not begin with its length")?;
        match length {
            0 => found.push(None),
            1..4 => return Err("a line is shorter than its length".to_owned()),
            _ if at + length > answer.len() => return Err("the last line is cut off".to_owned()),
            _ => found.push(Some(answer.slice(at + 4..at + length))),
        }
        at += length.max(4);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut text = line(b"unpack ok\n");
        text.extend_from_slice(FLUSH);
        text.extend(line(b""));
        let read = lines(&text.into()).unwrap();
        let expected = [Some("unpack ok\n".into()), None, Some(Bytes::new())];
        assert_eq!(read, expected);
    }

    #[test]
    fn broken_answers_are_no_lines() {
        for bad in ["00", "zzzz", "0003", "0010abc", "+00a", "ääää"] {
            assert!(lines(&bad.into()).is_err(), "{bad}");
        }
    }
}
