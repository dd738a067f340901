//! The icons: one stroke family, drawn in the colour of the text beside them.

use leptos::prelude::*;
use leptos::tachys::html::InertElement;

/// What an icon shows. It is never alone: a word or a label says the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Icon {
    House,
    Library,
    Users,
    User,
    Star,
    Search,
    Sun,
    Moon,
    Monitor,
    PanelLeft,
    PanelLeftClose,
    ChevronDown,
    ChevronRight,
    ChevronLeft,
    ArrowUp,
    ArrowDown,
    Check,
    X,
    Copy,
    ExternalLink,
    Pencil,
    Braces,
    TriangleAlert,
    CircleAlert,
    CircleCheck,
    Menu,
    Rows3,
    Rows4,
    Plug,
    Boxes,
    Layers,
    Box,
    Database,
    Package,
    MapPin,
    LayoutTemplate,
    Globe,
    Link,
    FileText,
    Mail,
    CircleHelp,
    RefreshCw,
    Lock,
    CloudOff,
    BookOpen,
    ChartLine,
    MessageCircle,
    Code,
    Columns,
    Download,
    Settings,
    Network,
    CirclePlus,
}

impl Icon {
    /// In the order of their numbers.
    pub const ALL: [Self; 48] = [
        Self::House,
        Self::Library,
        Self::Users,
        Self::User,
        Self::Star,
        Self::Search,
        Self::Sun,
        Self::Moon,
        Self::Monitor,
        Self::PanelLeft,
        Self::PanelLeftClose,
        Self::ChevronDown,
        Self::ChevronRight,
        Self::ChevronLeft,
        Self::ArrowUp,
        Self::ArrowDown,
        Self::Check,
        Self::X,
        Self::Copy,
        Self::ExternalLink,
        Self::Pencil,
        Self::Braces,
        Self::TriangleAlert,
        Self::CircleAlert,
        Self::CircleCheck,
        Self::Menu,
        Self::Rows3,
        Self::Rows4,
        Self::Plug,
        Self::Boxes,
        Self::Layers,
        Self::Box,
        Self::Database,
        Self::Package,
        Self::MapPin,
        Self::LayoutTemplate,
        Self::Globe,
        Self::Link,
        Self::FileText,
        Self::Mail,
        Self::CircleHelp,
        Self::RefreshCw,
        Self::Lock,
        Self::CloudOff,
        Self::BookOpen,
        Self::ChartLine,
        Self::MessageCircle,
        Self::Code,
    ];

    /// What the configuration calls it, such as `layout-template`.
    #[cfg(feature = "ssr")]
    pub fn name(self) -> String {
        let mut name = String::new();
        for character in format!("{self:?}").chars() {
            if character.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(character.to_ascii_lowercase());
        }
        name
    }

    /// The icon that the configuration calls so.
    #[cfg(feature = "ssr")]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|icon| icon.name() == name)
    }

    /// The drawing, 16 px; hidden from those who listen.
    pub fn svg(self) -> InertElement {
        self.drawn("icon")
    }

    /// The drawing, 14 px, for chips and notes.
    pub fn small(self) -> InertElement {
        self.drawn("icon icon-small")
    }

    /// The drawing, 22 px, for what stands alone in an empty space.
    pub fn large(self) -> InertElement {
        self.drawn("icon icon-large")
    }

    /// The drawing, 16 px, by its name in the `Sprite`: for what stands in every row of a list.
    pub fn used(self) -> InertElement {
        InertElement::new(self.use_markup())
    }

    /// The same as text.
    pub fn use_markup(self) -> String {
        let place = self.in_sprite();
        format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"{place}\"></use></svg>")
    }

    /// Where the drawing is in the `Sprite`, for `<use>`.
    pub fn in_sprite(self) -> String {
        format!("#i{}", self as usize)
    }

    fn drawn(self, class: &'static str) -> InertElement {
        let path = self.path();
        InertElement::new(format!(
            "<svg class=\"{class}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"></path></svg>"
        ))
    }
}

/// The drawings that [`Icon::used`] names, and `more`; once in a page.
#[component]
pub fn Sprite(more: Vec<Icon>) -> impl IntoView {
    let drawings = [
        Icon::Box,
        Icon::Plug,
        Icon::Boxes,
        Icon::Layers,
        Icon::Database,
        Icon::LayoutTemplate,
        Icon::Users,
        Icon::User,
        Icon::MapPin,
        Icon::Star,
        Icon::TriangleAlert,
        Icon::CircleHelp,
        Icon::Package,
    ];
    let mut drawings = drawings.to_vec();
    for icon in more {
        if !drawings.contains(&icon) {
            drawings.push(icon);
        }
    }
    let mut sprite = String::from("<svg class=\"hidden\" aria-hidden=\"true\">");
    for icon in drawings {
        let (number, path) = (icon as usize, icon.path());
        sprite.push_str(&format!(
            "<symbol id=\"i{number}\" viewBox=\"0 0 24 24\"><path d=\"{path}\"></path></symbol>"
        ));
    }
    sprite.push_str("</svg>");
    InertElement::new(sprite)
}
