//! The icons: one stroke family, drawn in the colour of the text beside them.

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

    fn drawn(self, class: &'static str) -> InertElement {
        let path = self.path();
        InertElement::new(format!(
            "<svg class=\"{class}\" viewBox=\"0 0 24 24\" aria-hidden=\"true\"><path d=\"{path}\"></path></svg>"
        ))
    }
}
