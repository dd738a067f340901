//! The languages and their words.

/// How a language is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Words, strings, numbers and comments.
    Words,
    Yaml,
    Markup,
    Diff,
}

#[derive(Debug)]
pub(super) struct Language {
    /// As fences and files call it, lower case.
    names: &'static [&'static str],
    pub(super) shape: Shape,
    /// What begins a comment that ends with the line.
    pub(super) line_comments: &'static [&'static str],
    pub(super) block_comment: Option<(&'static str, &'static str)>,
    /// What begins and ends a string; the longer first. A string of one character ends with its
    /// line, unless that is a back quote.
    pub(super) quotes: &'static [&'static str],
    /// Separated by spaces.
    pub(super) keywords: &'static str,
    /// Whether a word or string before a colon is a key.
    pub(super) keys: bool,
    /// Whether a word with a capital is a type.
    pub(super) types: bool,
    /// Whether case matters to keywords.
    pub(super) any_case: bool,
}

const WORDS: Language = Language {
    names: &[],
    shape: Shape::Words,
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    quotes: &["\"", "'"],
    keywords: "",
    keys: false,
    types: true,
    any_case: false,
};

const HASH: Language = Language {
    line_comments: &["#"],
    block_comment: None,
    types: false,
    ..WORDS
};

#[rustfmt::skip]
const LANGUAGES: &[Language] = &[
    Language { names: &["yaml", "yml"], shape: Shape::Yaml, keywords: "true false null yes no on off", ..HASH },
    Language { names: &["json", "json5", "jsonc"], quotes: &["\""], keywords: "true false null", keys: true, types: false, ..WORDS },
    Language { names: &["graphql", "gql"], line_comments: &["#"], block_comment: None, quotes: &["\"\"\"", "\""], keys: true,
        keywords: "type interface union enum input scalar schema directive extend implements on query mutation subscription fragment repeatable true false null", ..WORDS },
    Language { names: &["proto", "protobuf", "grpc"],
        keywords: "syntax package import public weak option message enum service rpc returns stream repeated optional required oneof map reserved extensions extend group to max edition double float int32 int64 uint32 uint64 sint32 sint64 fixed32 fixed64 sfixed32 sfixed64 bool string bytes true false", ..WORDS },
    Language { names: &["rust", "rs"], quotes: &["\""],
        keywords: "as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while bool char str u8 u16 u32 u64 u128 usize i8 i16 i32 i64 i128 isize f32 f64", ..WORDS },
    Language { names: &["js", "javascript", "jsx", "mjs", "cjs", "ts", "typescript", "tsx", "trpc"], quotes: &["\"", "'", "`"],
        keywords: "abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace never new null number object of private protected public readonly return satisfies set static string super switch this throw true try type typeof undefined unknown var void while yield", ..WORDS },
    Language { names: &["python", "py"], quotes: &["\"\"\"", "'''", "\"", "'"], types: true,
        keywords: "and as assert async await break class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return True try while with yield self", ..HASH },
    Language { names: &["go", "golang"], quotes: &["\"", "'", "`"],
        keywords: "break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var true false nil string int int32 int64 uint uint32 uint64 byte rune bool error float64 any", ..WORDS },
    Language { names: &["java", "kotlin", "kt", "kts", "scala", "groovy", "gradle"], quotes: &["\"\"\"", "\"", "'"],
        keywords: "abstract as assert boolean break by byte case catch char class companion const continue data def default do double else enum extends false final finally float for fun if implements import in instanceof int interface internal is lateinit long native new null object open override package private protected public record return sealed short static super suspend switch this throw throws trait true try typealias val var void when while with yield", ..WORDS },
    Language { names: &["c", "h", "cpp", "c++", "hpp", "cc", "cs", "csharp", "swift", "dart", "php"],
        keywords: "auto bool break case catch char class const continue default delete do double echo else enum explicit export extern false final float for foreach func function guard if import include inline int interface internal let long namespace new nil null nullptr operator override private protected protocol public readonly return self short signed sizeof static string struct super switch template this throw throws true try typedef typename union unsigned using var virtual void volatile where while", ..WORDS },
    Language { names: &["sh", "bash", "shell", "zsh", "console", "fish"],
        keywords: "if then else elif fi for in do done while until case esac function return exit export local readonly set unset shift source alias cd echo eval exec trap sudo", ..HASH },
    Language { names: &["dockerfile", "docker", "containerfile"], types: false,
        keywords: "FROM AS RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL", ..HASH },
    Language { names: &["toml", "ini", "conf", "properties", "env", "dotenv"], quotes: &["\"\"\"", "'''", "\"", "'"], keywords: "true false", ..HASH },
    Language { names: &["make", "makefile", "ruby", "rb", "perl", "pl", "r", "elixir", "ex", "powershell", "ps1", "nginx", "cmake"],
        keywords: "alias and begin break case class def defmodule do else elsif end ensure extend false for foreach function if in include my module next nil not or package param raise require rescue return self server location sub super then true unless until use when while yield", ..HASH },
    Language { names: &["hcl", "tf", "terraform"], line_comments: &["#", "//"], types: false,
        keywords: "resource data variable output module provider terraform locals for in if true false null each count", ..WORDS },
    Language { names: &["sql", "postgres", "psql", "mysql"], line_comments: &["--"], quotes: &["'", "\""], types: false, any_case: true,
        keywords: "add all alter and any as asc begin between by case cast check column commit constraint create cross current_timestamp database default delete desc distinct drop else end exists explain false foreign from full group having if in index inner insert into is join key left like limit lock materialized natural not null offset on or order outer primary references replace returning right rollback row schema select set table then to transaction trigger true truncate union unique update using values view when where with", ..WORDS },
    Language { names: &["css", "scss", "less"], keys: true, types: false, keywords: "important from to", ..WORDS },
    Language { names: &["xml", "html", "htm", "svg", "xhtml", "vue", "svelte", "wsdl", "xsd"], shape: Shape::Markup, ..WORDS },
    Language { names: &["diff", "patch"], shape: Shape::Diff, ..WORDS },
];

/// The language of a name, with its keywords sorted; none for what nobody knows.
pub(super) fn find(name: &str) -> Option<&'static Language> {
    let name = name.trim().to_ascii_lowercase();
    LANGUAGES
        .iter()
        .find(|language| language.names.contains(&name.as_str()))
}
