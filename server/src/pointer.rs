//! JSON pointers, as RFC 6901 has them.

/// A key as one segment of a pointer.
pub(crate) fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn a_key_is_one_segment_whatever_it_holds() {
        assert_eq!(escaped("m~n/o"), "m~0n~1o");
        assert_eq!(escaped("~1"), "~01");
    }
}
