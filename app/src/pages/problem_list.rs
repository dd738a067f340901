//! Problems of one source, line by line.

use crate::catalog::{ListedProblem, Severity};
use crate::ui::Icon;
use leptos::either::Either;
use leptos::prelude::*;

use super::entity_link::IconLink;

/// Each problem with its line, its entity and what to do.
#[component]
pub(crate) fn ProblemList(problems: Vec<ListedProblem>) -> impl IntoView {
    let rows = problems
        .into_iter()
        .map(|listed| view! { <ProblemRow listed /> })
        .collect_view();
    view! { <ul class="lines-ruled">{rows}</ul> }
}

#[component]
fn ProblemRow(listed: ListedProblem) -> impl IntoView {
    let ListedProblem { problem, entity } = listed;
    view! {
        <li class="problem">
            {severity(problem.severity)}
            <div class="min-w-0 grow">
                <p class="problem-text">{problem.message}</p>
                <p class="meta flex flex-wrap gap-x-4">
                    {problem.line.map(|line| view! { <Line source=problem.source line /> })}
                    {entity.map(|link| view! { <IconLink link /> })}
                </p>
            </div>
        </li>
    }
    .into_any()
}

/// The line, as a link where the host shows lines of files under addresses that are known.
#[component]
fn Line(source: String, line: u32) -> impl IntoView {
    let word = format!("line {line}");
    match line_url(&source, line) {
        Some(href) => Either::Left(
            view! { <a class="link num" href=href rel="noreferrer external">{word}</a> },
        ),
        None => Either::Right(view! { <span class="num">{word}</span> }),
    }
}

/// Where a line of a location is shown.
fn line_url(source: &str, line: u32) -> Option<String> {
    let page = source.strip_prefix("url:")?;
    let has_lines = page.contains("/blob/") || page.contains("/src/branch/");
    (has_lines && !page.contains(['#', '?', '*'])).then(|| format!("{page}#L{line}"))
}

/// The sign of how much it hurts, with its word for who listens.
pub(crate) fn severity(severity: Severity) -> impl IntoView {
    match severity {
        Severity::Error => Either::Left(view! {
            <span class="tone-bad mt-0.5 flex-none" title="Error">{Icon::CircleAlert.svg()}<span class="hidden-label">"Error: "</span></span>
        }),
        Severity::Warning => Either::Right(view! {
            <span class="tone-warn mt-0.5 flex-none" title="Warning">{Icon::TriangleAlert.svg()}<span class="hidden-label">"Warning: "</span></span>
        }),
    }
}

/// A location without its scheme, as people write it.
pub(crate) fn short_source(source: &str) -> &str {
    source
        .strip_prefix("file:")
        .or_else(|| source.strip_prefix("url:https://"))
        .or_else(|| source.strip_prefix("url:"))
        .unwrap_or(source)
}

/// A location that may be broken behind each slash, and nowhere else if it need not.
#[component]
pub(crate) fn SourcePath(#[prop(into)] source: String) -> impl IntoView {
    short_source(&source)
        .split_inclusive('/')
        .map(|part| view! { {part.to_owned()} <wbr /> })
        .collect_view()
}

#[cfg(test)]
mod tests {
    use super::line_url;

    #[test]
    fn lines_are_linked_where_the_host_shows_them() {
        let check = |source: &str, expected: Option<&str>| {
            assert_eq!(line_url(source, 7).as_deref(), expected, "{source}");
        };
        let github = "https://github.com/acme/x/blob/main/catalog-info.yaml";
        check(&format!("url:{github}"), Some(&format!("{github}#L7")));
        check(
            "url:https://gitlab.com/a/b/-/blob/main/x.yaml",
            Some("https://gitlab.com/a/b/-/blob/main/x.yaml#L7"),
        );
        check("url:https://example.com/catalog-info.yaml", None);
        check("url:https://github.com/acme/x/blob/main/**/x.yaml", None);
        check("file:/blob/x.yaml", None);
    }
}
