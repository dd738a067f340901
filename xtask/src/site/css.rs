//! The stylesheet: a reset, the files of `style/`, and the utility classes that the pages use.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use encre_css::{Config, Preflight, Scanner};

use super::classes;

/// What `style/` says.
pub(super) struct Style {
    config: Config,
    /// The plain files in the order of their names.
    pub(super) base: String,
}

impl Style {
    /// Reads `style/encre.toml`, which names the colours and fills gaps, and `style/*.css`.
    pub(super) fn load(root: &Path) -> Result<Self> {
        let folder = root.join("style");
        let file = folder.join("encre.toml");
        let mut config =
            Config::from_file(&file).with_context(|| format!("cannot use {}", file.display()))?;
        config.scanner = Scanner::from_fn(|words| words.split('\n').collect());

        let mut paths: Vec<_> = fs::read_dir(&folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "css"))
            .collect();
        paths.sort();
        let mut base = String::new();
        for path in paths {
            let text = fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            base.push_str(text.trim_end());
            base.push('\n');
        }
        Ok(Self { config, base })
    }

    /// The whole stylesheet for the sources in `root`.
    ///
    /// Layers settle who wins where two rules meet: a utility beats a rule of `style/`, and that
    /// beats the reset, whatever their selectors.
    pub(super) fn render(&self, root: &Path) -> Result<String> {
        let words = classes::candidates(&root.join("app/src"))?;
        let reset = encre_css::generate([], &self.config);
        let mut css = String::from("@layer reset, base, utilities;\n");
        for (layer, rules) in [
            ("reset", Cow::Owned(reset)),
            ("base", Cow::Borrowed(self.base.as_str())),
            ("utilities", Cow::Owned(self.utilities(&words))),
        ] {
            writeln!(css, "@layer {layer} {{\n{}\n}}", rules.trim())?;
        }
        Ok(squeeze(&css))
    }

    /// The rules for those words that name a utility.
    pub(super) fn utilities(&self, words: &BTreeSet<String>) -> String {
        let mut config = self.config.clone();
        config.preflight = Preflight::new_none();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        encre_css::generate([words.join("\n").as_str()], &config)
    }
}

/// Puts hashed names into `url(…)`. Paths are relative to the stylesheet, as in `public/`.
///
/// # Errors
/// When a path names no published file: the page would ask for it in vain.
pub(super) fn resolve_urls(css: &str, hashed: impl Fn(&str) -> Option<String>) -> Result<String> {
    let mut resolved = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(start) = rest.find("url(") {
        let (before, after) = rest.split_at(start + "url(".len());
        let end = after
            .find(')')
            .context("a url( in style/ is never closed")?;
        let path = after[..end].trim().trim_matches(['"', '\'']);
        resolved.push_str(before);
        if path.starts_with("data:") || path.starts_with('#') {
            resolved.push_str(&after[..end]);
        } else if let Some(name) = hashed(path) {
            resolved.push_str(&name);
        } else {
            bail!("style/ asks for url({path}), but there is no public/{path}");
        }
        rest = &after[end..];
    }
    resolved.push_str(rest);
    Ok(resolved)
}

/// Takes comments and indentation out; compression sees to the rest.
fn squeeze(css: &str) -> String {
    without_comments(css)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

pub(super) fn without_comments(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, comment)) = rest.split_once("/*") {
        text.push_str(before);
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::{Style, resolve_urls, squeeze};

    #[test]
    fn utilities_that_encre_css_lacks_are_there_with_variants() {
        let style = Style::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")).expect("style/");
        let check = |class: &str, expected: &str| {
            let css = style.utilities(&BTreeSet::from([class.to_owned()]));
            assert!(css.contains(expected), "{class} gives {css:?}");
        };
        check("size-4", "width: 1rem;\n  height: 1rem;");
        check("size-[18px]", "height: 18px;");
        check("hover:size-fit", ":hover {\n  width: fit-content;");
        check("rounded", "border-radius: ");
        check("md:shadow", "box-shadow: ");
        check("antialiased", "-webkit-font-smoothing: antialiased;");
        check("font-mono", "font-family: var(--font-mono);");
        check("aria-current:underline", "[aria-current=\"page\"]");
    }

    #[test]
    fn the_layers_settle_who_wins() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let css = Style::load(&root)
            .and_then(|style| style.render(&root))
            .expect("style/ and app/");
        let at = |text: &str| css.find(text).unwrap_or_else(|| panic!("no {text}"));
        assert_eq!(at("@layer reset, base, utilities;"), 0);
        assert!(at("@layer reset {") < at("@layer base {"));
        assert!(at("@layer base {") < at("@layer utilities {"));
    }

    #[test]
    fn urls_get_their_hashed_names() {
        let hashed = |name: &str| (name == "fonts/a.woff2").then(|| "fonts/a.1.woff2".to_owned());
        let css = "src: url(\"fonts/a.woff2\") format(\"woff2\"), url(data:x), url(#clip);";
        assert_eq!(
            resolve_urls(css, hashed).expect("a known file"),
            "src: url(fonts/a.1.woff2) format(\"woff2\"), url(data:x), url(#clip);"
        );
        let error =
            resolve_urls("a { src: url(fonts/b.woff2) }", hashed).expect_err("no such file");
        assert!(
            error.to_string().contains("public/fonts/b.woff2"),
            "{error}"
        );
    }

    #[test]
    fn comments_and_indentation_go() {
        assert_eq!(
            squeeze("a {\n  /* why\n  */\n  color: red;\n}\n"),
            "a {\ncolor: red;\n}"
        );
    }
}
