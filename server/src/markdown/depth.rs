//! How deep a text is nested. What is beyond anybody's reading would cost time that grows with the
//! square of its length.

use comrak::nodes::AstNode;

/// The deepest nesting that is rendered.
pub(super) const DEEPEST: usize = 100;

/// The most quotes and lists that a single line begins, before anything is parsed.
pub(super) fn of_prefixes(text: &str) -> usize {
    let depths = text.lines().map(|line| {
        let mut depth = 0;
        let mut rest = line.trim_start();
        while let Some(next) = rest
            .strip_prefix('>')
            .or_else(|| rest.strip_prefix("- "))
            .or_else(|| rest.strip_prefix("* "))
            .or_else(|| rest.strip_prefix("+ "))
            .or_else(|| rest.strip_prefix("1. "))
            .or_else(|| rest.strip_prefix("1) "))
        {
            depth += 1;
            rest = next.trim_start();
        }
        depth
    });
    depths.max().unwrap_or(0)
}

/// The depth of what was parsed.
pub(super) fn of_tree<'a>(root: &'a AstNode<'a>) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for edge in root.traverse() {
        match edge {
            comrak::arena_tree::NodeEdge::Start(_) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            comrak::arena_tree::NodeEdge::End(_) => depth -= 1,
        }
    }
    deepest
}

/// The most elements that are open at once. Those that close themselves are not counted.
pub(super) fn of_html(html: &str) -> usize {
    const ALONE: [&str; 16] = [
        "area", "br", "col", "dd", "dt", "hr", "img", "input", "li", "p", "source", "td", "th",
        "tr", "wbr", "link",
    ];
    let (mut depth, mut deepest) = (0_usize, 0);
    for tag in html.split('<').skip(1) {
        if let Some(name) = tag.strip_prefix('/') {
            if !ALONE.contains(&name_of(name).as_str()) {
                depth = depth.saturating_sub(1);
            }
        } else if tag.starts_with(|first: char| first.is_ascii_alphabetic())
            && !ALONE.contains(&name_of(tag).as_str())
        {
            depth += 1;
            deepest = deepest.max(depth);
        }
    }
    deepest
}

fn name_of(tag: &str) -> String {
    let name = tag.chars().take_while(char::is_ascii_alphanumeric);
    name.take(10).collect::<String>().to_ascii_lowercase()
}
