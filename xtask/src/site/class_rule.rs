//! The rule that every class name in `app` is one the stylesheet knows.
