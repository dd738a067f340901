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
}

impl Icon {
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

    /// The drawing, 16 px, by its name in the [`Sprite`]: for what stands in every row of a list.
    pub fn used(self) -> InertElement {
        InertElement::new(self.use_markup())
    }

    /// The same as text.
    pub fn use_markup(self) -> String {
        let name = self.name();
        format!("<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#i-{name}\"></use></svg>")
    }

    /// Its name in the sprite.
    fn name(self) -> &'static str {
        match self {
            Self::Box => "box",
            Self::Plug => "plug",
            Self::Boxes => "boxes",
            Self::Layers => "layers",
            Self::Database => "database",
            Self::LayoutTemplate => "template",
            Self::Users => "users",
            Self::User => "user",
            Self::MapPin => "pin",
            Self::Star => "star",
            Self::TriangleAlert => "alert",
            Self::CircleHelp => "help",
            _ => "package",
        }
    }

    /// The path of the drawing on its grid of 24, for drawings that hold icons.
    #[cfg(feature = "ssr")]
    pub fn outline(self) -> &'static str {
        self.path()
    }

    fn drawn(self, class: &'static str) -> InertElement {
        let path = self.path();
        InertElement::new(format!(
            "<svg class=\"{class}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"></path></svg>"
        ))
    }
}

/// The drawings that [`Icon::used`] names; once in a page.
#[component]
pub fn Sprite() -> impl IntoView {
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
    let mut sprite = String::from("<svg class=\"hidden\" aria-hidden=\"true\">");
    for icon in drawings {
        let (name, path) = (icon.name(), icon.path());
        sprite.push_str(&format!(
            "<symbol id=\"i-{name}\" viewBox=\"0 0 24 24\"><path d=\"{path}\"></path></symbol>"
        ));
    }
    sprite.push_str("</svg>");
    InertElement::new(sprite)
}
