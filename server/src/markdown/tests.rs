//! What a text becomes.

use super::*;

fn html(text: &str) -> String {
    let base = Url::parse("https://code.example/acme/blob/main/docs/index.md").unwrap();
    render(text, Some(&base)).into_string()
}

fn check(text: &str, expected: &[&str], banned: &[&str]) {
    let html = html(text);
    for part in expected {
        assert!(html.contains(part), "{text:?} lacks {part:?}: {html}");
    }
    for part in banned {
        assert!(
            !html.to_lowercase().contains(part),
            "{text:?} has {part:?}: {html}"
        );
    }
}

#[test]
fn what_github_knows_is_known() {
    check(
        "a **b** `c`",
        &["<p>a <strong>b</strong> <code>c</code></p>"],
        &[],
    );
    check(
        "|a|b|\n|-|:-:|\n|1|2|",
        &["<table", "<th>a</th>", "align=\"center\""],
        &[],
    );
    check(
        "- [x] done\n- [ ] open",
        &["checked", "disabled", "class=\"task-list-item\""],
        &[],
    );
    check(
        "a[^1]\n\n[^1]: why",
        &[
            "href=\"#md-fn-1\"",
            "id=\"md-fn-1\"",
            "href=\"#md-fnref-1\"",
            "id=\"md-fnref-1\"",
        ],
        &[],
    );
    check(
        "> [!WARNING]\n> Wet paint",
        &[
            "class=\"markdown-alert markdown-alert-warning\"",
            "class=\"markdown-alert-title\"",
        ],
        &[],
    );
    check(
        "see https://a.example/b",
        &["href=\"https://a.example/b\""],
        &[],
    );
    check("~~a~~", &["<del>a</del>"], &[]);
    check(
        "```rust\nfn a() {}\n```",
        &[
            "<pre class=\"code\" tabindex=\"0\">",
            "<span class=\"hl-k\">fn</span>",
        ],
        &["style="],
    );
    check("---\ntitle: x\n---\nText", &["<p>Text</p>"], &["title: x"]);
}

#[test]
fn headings_begin_below_the_page_and_leave_no_gap() {
    check(
        "# Run book\n\n#### Steps\n\n## Next",
        &[
            "<h3 id=\"md-run-book\">Run book",
            "<h4 id=\"md-steps\">",
            "<h4 id=\"md-next\">",
        ],
        &["<h1", "<h2"],
    );
    check("<h1>Mine</h1>", &["Mine"], &["<h1"]);
    let setting = Setting {
        level: 1,
        prefix: "",
        links: Arc::new(|link: &str| Some(link.to_owned())),
    };
    let (html, headings) = render_in("# A & b\n\n## A & b", &setting);
    let ids: Vec<&str> = headings.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["a--b", "a--b-1"]);
    for id in ids {
        assert!(html.as_str().contains(&format!("id=\"{id}\"")), "{html:?}");
    }
}

#[test]
fn links_lead_where_they_should() {
    check(
        "[a](../b.md) [c](#d) ![e](f.png)",
        &[
            "href=\"https://code.example/acme/blob/main/b.md\"",
            "href=\"#md-d\"",
            "src=\"https://code.example/acme/blob/main/docs/f.png\"",
        ],
        &[],
    );
    check(
        "[a](https://a.example)",
        &["rel=\"noopener noreferrer\""],
        &[],
    );
    assert!(render("[a](b.md)", None).as_str().contains("href=\"b.md\""));
    check("![a](http://a.example/b.png)", &["alt=\"a\""], &["src="]);
}

#[test]
fn nothing_runs() {
    for hostile in [
        "<script>alert(1)</script>",
        "<ScRiPt src=//evil.example></sCrIpT>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)><script>alert(1)</script></svg>",
        "<math><mtext></mtext><script>alert(1)</script></math>",
        "<iframe src=\"javascript:alert(1)\"></iframe>",
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "<a href=\"javascript:alert(1)\">a</a>",
        "<a href=\" &#106;avascript:alert(1)\">a</a>",
        "<a href=\"java\nscript:alert(1)\">a</a>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "![a](javascript:alert(1))",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)",
        "<form action=https://evil.example><button>Sign in</button></form>",
        "<p style=\"position:fixed\">a</p>",
        "<style>*{display:none}</style>",
        "<link rel=stylesheet href=//evil.example>",
        "<base href=//evil.example>",
        "<meta http-equiv=refresh content=0>",
        "<object data=x></object><embed src=x>",
        "<div class=\"frame side btn\" onclick=alert(1)>a</div>",
        "```\"><script>alert(1)</script>\na\n```",
        "```html\n<script>alert(1)</script>\n```",
        "<details open ontoggle=alert(1)>a</details>",
        "<input onfocus=alert(1) autofocus type=text name=x>",
        "<video src=x onerror=alert(1)></video>",
        "<a href=x xlink:href=javascript:alert(1)>a</a>",
        "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
        "[a]: javascript:alert(1)\n\n[a]",
        "<javascript:alert(1)>",
    ] {
        // Text may name them; elements and attributes may not be them.
        let html = html(hostile);
        let fragment = scraper::Html::parse_fragment(&html);
        for node in fragment.tree.nodes() {
            let Some(element) = node.value().as_element() else {
                continue;
            };
            let name = element.name();
            let banned = [
                "script", "iframe", "object", "embed", "form", "button", "style", "link", "base",
                "meta", "svg", "math", "video", "noscript",
            ];
            assert!(!banned.contains(&name), "{hostile:?}: {html}");
            for (attribute, value) in element.attrs() {
                let value = value.trim_start().to_lowercase();
                assert!(
                    !attribute.starts_with("on")
                        && attribute != "style"
                        && attribute != "autofocus"
                        && attribute != "name"
                        && !value.starts_with("javascript:")
                        && !value.starts_with("vbscript:")
                        && !value.starts_with("data:"),
                    "{hostile:?}: {html}"
                );
                assert!(attribute != "class" || !value.contains("frame"), "{html}");
                assert!(name != "input" || attribute != "type" || value == "checkbox");
            }
        }
    }
}

#[test]
fn no_id_of_the_page_can_be_taken() {
    check("<div id=\"content\">a</div>", &["id=\"md-content\""], &[]);
    check("# Content", &["id=\"md-content\""], &[]);
}

#[test]
fn depth_and_length_are_bounded_and_so_is_time() {
    let deep = [
        ">".repeat(200_000),
        "> ".repeat(100_000),
        "- ".repeat(100_000),
        "<div>".repeat(50_000),
        "<b>".repeat(50_000),
        "<p><i>".repeat(40_000),
        "<a href=x>".repeat(20_000),
        "<table><tr><td>".repeat(15_000),
        "[".repeat(200_000),
        "![".repeat(100_000),
        "*a ".repeat(80_000),
        "**a _b ".repeat(30_000),
        "`".repeat(200_000),
        "`a``b```".repeat(30_000),
        "<!--".repeat(50_000),
        "<![CDATA[".repeat(20_000),
        // Without optimisation the HTML parser takes 25 times as long for these.
        "&#".repeat(10_000),
        "[a](".repeat(50_000),
        "[^1]".repeat(50_000),
        "|a".repeat(100_000) + "\n" + &"|-".repeat(100_000),
        "a\n".repeat(100_000),
        "https://".repeat(30_000),
        "www.a.".repeat(40_000),
        "a@b.".repeat(50_000),
        "x".repeat(5_000_000),
        (0..1000)
            .map(|depth| "  ".repeat(depth) + "- a\n")
            .collect(),
    ];
    for text in deep {
        let html = html(&text);
        let shown: String = text.chars().take(12).collect();
        assert!(html.len() < 12 * LONGEST, "{shown:?}: {}", html.len());
    }
}
