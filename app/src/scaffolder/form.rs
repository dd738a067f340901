//! The form of a template as it is at this moment: what is asked, with what is known and what is wrong.

use crate::account::CredentialRequest;
use crate::catalog::{EntityLink, EntityRef};
use serde_json::Value;

/// A form, shown at one of its pages.
#[derive(Debug, Clone, PartialEq)]
pub struct FormView {
    pub template: EntityRef,
    /// The template is being written: nothing can be made of it yet.
    pub draft: bool,
    pub title: String,
    /// HTML, safe to show as it is.
    pub description: String,
    pub owner: Option<EntityLink>,
    /// The headings of the pages.
    pub steps: Vec<Step>,
    /// The page that is shown; as many as there are steps is the review.
    pub at: usize,
    pub shown: Shown,
    /// What is known so far, as JSON, without what is concealed.
    pub values: String,
    /// Pointers of fields that the reader has been to.
    pub touched: Vec<String>,
    /// The reader has tried to go on from here.
    pub tried: bool,
    /// What is wrong on this page, in the order of its fields.
    pub mistakes: Vec<Mistake>,
    pub words: Words,
    /// What the reader should know of the form as a whole.
    pub notes: Vec<String>,
}

/// A page of a form beside the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub title: String,
    /// It lies behind the reader.
    pub done: bool,
}

/// What stands in the middle.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    Page {
        title: String,
        /// HTML, safe to show as it is.
        description: String,
        fields: Vec<Field>,
    },
    Review {
        groups: Vec<ReviewGroup>,
        /// What has to be typed here, for it is kept nowhere: where there are no scripts.
        concealed: Vec<Concealed>,
        /// What is done in the reader's own name.
        credentials: Vec<CredentialRequest>,
    },
}

/// The words of the buttons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    pub back: String,
    pub review: String,
    pub create: String,
}

/// One question.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The JSON pointer of its value; also the name of its control.
    pub path: String,
    pub label: String,
    /// HTML, safe to show as it is.
    pub description: String,
    /// HTML, safe to show as it is.
    pub help: String,
    pub required: bool,
    pub lock: Lock,
    /// Has the focus when the page is turned to.
    pub focus: bool,
    pub errors: Vec<String>,
    /// Why it is not what the template asks for.
    pub note: Option<String>,
    pub review: Review,
    pub control: Control,
}

/// How an answer is read once more.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Review {
    /// Not at all.
    pub hidden: bool,
    /// Shown in place of the answer.
    pub mask: Option<String>,
    /// Shown in place of the label.
    pub name: Option<String>,
    /// An object is one answer.
    pub whole: bool,
}

/// Whether it can be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lock {
    #[default]
    No,
    ReadOnly,
    Disabled,
}

/// How it is answered.
#[derive(Debug, Clone, PartialEq)]
pub enum Control {
    Text(Text),
    Number(Number),
    /// Yes or no.
    Switch {
        on: bool,
    },
    /// One of several.
    Choice {
        options: Vec<Choice>,
        chosen: Option<usize>,
        look: ChoiceLook,
    },
    /// Some of several.
    Choices {
        options: Vec<Choice>,
        chosen: Vec<usize>,
    },
    /// Several questions under one heading.
    Group {
        fields: Vec<Field>,
    },
    /// The same questions as often as is wanted.
    List {
        items: Vec<Item>,
        can_add: bool,
    },
    /// One of several sets of questions.
    Variants {
        options: Vec<String>,
        chosen: usize,
        fields: Vec<Field>,
    },
    /// An entity of the catalog.
    Entity {
        picker: Picker,
        value: String,
        /// What the reader calls it.
        label: String,
    },
    /// Several words or entities.
    Entities {
        picker: Picker,
        /// Each with what the reader calls it.
        values: Vec<(String, String)>,
    },
    Repository(Repository),
    /// A text that is kept in the browser until the task starts.
    Concealed {
        min: Option<u64>,
        max: Option<u64>,
        /// Something has been typed.
        given: bool,
        /// The name under which a task gets it as a secret; without one it is a value like others.
        secret: Option<String>,
    },
    /// Known, but not shown.
    Hidden,
    /// Nothing to answer: only what is said.
    Said,
}

/// A line or a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Text {
    pub kind: TextKind,
    pub value: String,
    pub placeholder: String,
    pub autocomplete: String,
    pub min: Option<u64>,
    pub max: Option<u64>,
    /// What it is when nothing stands in it.
    pub empty: Option<Value>,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextKind {
    #[default]
    Line,
    /// A paragraph of that many lines.
    Paragraph(u8),
    Email,
    Url,
    Date,
    Time,
    Colour,
}

/// A number, as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Number {
    pub value: String,
    pub min: Option<String>,
    pub max: Option<String>,
    /// Of what it is a multiple; `any` where that does not matter.
    pub step: String,
    pub placeholder: String,
}

/// One answer that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub value: Value,
    pub label: String,
    pub disabled: bool,
}

/// How choices are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChoiceLook {
    #[default]
    Menu,
    Radio,
}

/// An item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub path: String,
    /// What it is called, for example `Host 2`.
    pub label: String,
    pub field: Box<Field>,
    pub can_remove: bool,
    pub can_rise: bool,
    pub can_sink: bool,
}

/// What a picker offers, and what it takes besides.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picker {
    pub of: Offered,
    /// What the catalog does not hold is taken too.
    pub free: bool,
    /// What a short reference inherits.
    pub default_kind: Option<String>,
    pub default_namespace: Option<String>,
    pub placeholder: String,
    /// How many can be chosen.
    pub most: Option<u64>,
}

/// What is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Offered {
    /// Entities of which one of these filters holds: keys with values, each of which is enough; a key
    /// without values need only be there. No filters offer everything.
    Entities {
        filters: Vec<Vec<(String, Vec<String>)>>,
        /// Only what the reader or one of their groups owns.
        owned: bool,
    },
    /// The groups that the reader belongs to.
    MyGroups,
    /// Tags of entities of these kinds, or of all.
    Tags { kinds: Vec<String> },
    /// Texts.
    Words(Vec<String>),
    /// Whose repositories a host has.
    Owners { host: String },
    /// The branches of the repository that the form has beside it.
    Branches,
}

impl Default for Offered {
    fn default() -> Self {
        Self::Entities {
            filters: Vec::new(),
            owned: false,
        }
    }
}

/// Something that a picker offers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub value: String,
    pub label: String,
    /// What tells it from others of that label.
    pub detail: String,
    /// Its kind in lower case, when it is an entity.
    pub kind: Option<String>,
}

/// A place where code is kept: a host, and what that host needs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Repository {
    /// The hosts to choose from; with none the host is typed.
    pub hosts: Vec<String>,
    pub host: String,
    pub parts: Vec<RepositoryPart>,
    /// Set when the template works there in the name of whoever starts it.
    pub credential: Option<CredentialRequest>,
}

/// For example the owner.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RepositoryPart {
    /// As the value names it, for example `owner`.
    pub key: &'static str,
    pub label: String,
    pub value: String,
    /// What can be chosen; with none it is typed.
    pub options: Vec<String>,
    /// The host offers what fits as one types.
    pub offers: bool,
    pub optional: bool,
}

/// What is typed at the very end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concealed {
    pub path: String,
    pub label: String,
    pub required: bool,
}

/// What is wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The pointer of the field; of the page as a whole it is empty.
    pub path: String,
    /// What the field is called.
    pub label: String,
    pub message: String,
}

/// The answers of one page, to be read once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewGroup {
    pub title: String,
    /// The page to turn to for a change; none for what the link has brought along.
    pub page: Option<usize>,
    pub lines: Vec<ReviewLine>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewLine {
    pub label: String,
    /// How deep it stands below a heading.
    pub depth: u8,
    pub answer: Answered,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answered {
    /// The line is a heading.
    Heading,
    Nothing,
    Text(String),
    /// Several lines of text.
    Paragraph(String),
    Words(Vec<String>),
    Entity(EntityLink),
    Entities(Vec<EntityLink>),
    /// Not shown, for example `***`.
    Masked(String),
}
