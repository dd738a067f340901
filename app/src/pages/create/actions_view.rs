//! All actions, made on the server alone: an index at the left, each action as a fold.

use crate::routes::Links;
use crate::scaffolder::action::{ActionExample, ActionView};
use crate::ui::{Fragment, Html};

/// The actions that have all these words, as their page takes them.
pub(crate) fn html(links: &Links, actions: &[ActionView], words: &str) -> Fragment {
    let shown: Vec<&ActionView> = actions.iter().filter(|it| has(it, words)).collect();
    let families: Vec<&[&ActionView]> = shown
        .chunk_by(|one, other| family(one) == family(other))
        .collect();
    let mut html = Html::default();
    html.raw("<p class=\"ui text-muted mt-1 mb-4\">What the steps of templates can do. A step names one under <code>action</code> and gives it its <code>input</code>; later steps read its <code>output</code>. <a class=\"link\"");
    html.attribute("href", &links.guide("templates"));
    html.raw(">How to write a template</a></p><div class=\"definition\">");
    index(&mut html, links, &families, words);
    html.raw("<div class=\"definition-body\">");
    for family in &families {
        section(&mut html, family);
    }
    if shown.is_empty() {
        html.raw("<p class=\"definition-none\">No action has these words. <a class=\"link\"");
        html.attribute("href", &links.actions());
        html.raw(">Show all actions</a></p>");
    }
    html.raw("</div></div>");
    Fragment {
        title: String::new(),
        html: html.into_string(),
    }
}

fn has(action: &ActionView, words: &str) -> bool {
    let said = format!("{} {}", action.id, action.summary).to_lowercase();
    let mut words = words.split_whitespace();
    words.all(|word| said.contains(&word.to_lowercase()))
}

/// What stands before the first colon of an id.
fn family(action: &ActionView) -> &str {
    action.id.split(':').next().unwrap_or_default()
}

/// The place of an action on the page.
fn anchor(id: &str) -> String {
    id.replace(':', "-")
}

fn index(html: &mut Html, links: &Links, families: &[&[&ActionView]], words: &str) {
    html.raw("<div class=\"definition-index\"><form method=\"get\" role=\"search\" aria-label=\"Actions\" class=\"definition-search\"");
    html.attribute("action", &links.actions());
    html.raw("><label class=\"field\"><span class=\"hidden-label\">Search the actions</span><input type=\"search\" name=\"find\" placeholder=\"Search the actions\" autocomplete=\"off\" data-find");
    html.attribute("value", words);
    html.raw("></label></form><nav aria-label=\"All actions\">");
    for actions in families {
        html.raw("<div><p class=\"index-group\">");
        html.text(actions.first().map_or("", |it| family(it)));
        html.raw("</p><ul>");
        for action in *actions {
            // The browser opens the fold that holds the place; the router would not.
            html.raw("<li><a class=\"index-item index-type\" rel=\"external\"");
            html.attribute("href", &format!("#{}", anchor(&action.id)));
            html.attribute("title", &action.summary.replace('`', ""));
            html.raw(">");
            html.text(&action.id);
            html.raw("</a></li>");
        }
        html.raw("</ul></div>");
    }
    html.raw("</nav></div>");
}

fn section(html: &mut Html, actions: &[&ActionView]) {
    html.raw("<section class=\"definition-group\"><h2 class=\"card-title\">");
    html.text(actions.first().map_or("", |it| family(it)));
    html.raw("</h2>");
    for action in actions {
        fold(html, action);
    }
    html.raw("</section>");
}

fn fold(html: &mut Html, action: &ActionView) {
    html.raw("<details class=\"operation\"><summary class=\"operation-head\"><code class=\"operation-name action-name\">");
    html.text(&action.id);
    html.raw("</code><span class=\"operation-summary\">");
    // The summary is a line of Markdown; its marks of code say nothing here.
    html.text(&action.summary.replace('`', ""));
    // The place is inside, so that a link to it opens the fold.
    html.raw("</span></summary><div class=\"operation-body\"");
    html.attribute("id", &anchor(&action.id));
    html.raw("><div class=\"prose operation-text\">");
    html.safe(&action.about);
    html.raw("</div><p class=\"operation-meta\">");
    html.raw(if action.supports_dry_run {
        "A dry run does it, too."
    } else {
        "A dry run leaves it out: it has effects elsewhere."
    });
    html.raw("</p>");
    part(html, "Input", &action.input, "It takes nothing.");
    part(html, "Output", &action.output, "It hands on nothing.");
    if !action.examples.is_empty() {
        html.raw("<h3 class=\"operation-part\">Examples</h3>");
    }
    for each in &action.examples {
        example(html, each);
    }
    html.raw("</div></details>");
}

fn part(html: &mut Html, title: &'static str, tree: &str, nothing: &'static str) {
    html.raw("<h3 class=\"operation-part\">");
    html.raw(title);
    html.raw("</h3>");
    if tree.is_empty() {
        html.raw("<p class=\"meta\">");
        html.raw(nothing);
        html.raw("</p>");
    } else {
        html.safe(tree);
    }
}

fn example(html: &mut Html, example: &ActionExample) {
    html.raw("<p class=\"ui text-muted\">");
    html.text(&example.title);
    html.raw("</p><div class=\"snippet\"><pre class=\"code\" tabindex=\"0\"><code>");
    html.safe(&example.code);
    html.raw("</code></pre><button type=\"button\" class=\"btn btn-small needs-script snippet-copy\" data-copy=\"\"><span class=\"when-new\">Copy</span><span class=\"when-copied\">Copied</span></button></div>");
}
