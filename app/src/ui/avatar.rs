//! A person or a team as a picture, or as their initials.

use leptos::either::Either;
use leptos::prelude::*;

/// What an avatar stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Avatar {
    Person,
    PersonLarge,
    TeamLarge,
    /// As large as the tile beside the title of a page.
    PersonTitle,
    TeamTitle,
}

impl Avatar {
    fn class(self) -> &'static str {
        match self {
            Self::Person => "avatar",
            Self::PersonLarge => "avatar avatar-large",
            Self::TeamLarge => "avatar avatar-large avatar-square",
            Self::PersonTitle => "avatar avatar-title",
            Self::TeamTitle => "avatar avatar-title avatar-square",
        }
    }

    /// The avatar of `name`, whose name stands beside it.
    pub fn of(self, name: &str, picture: Option<String>) -> impl IntoView + use<> {
        let shown = match picture {
            Some(url) => Either::Left(
                view! { <img src=url alt="" width="44" height="44" loading="lazy" referrerpolicy="no-referrer" class="size-full object-cover" /> },
            ),
            None => Either::Right(initials(name)),
        };
        view! { <span class=self.class() aria-hidden="true">{shown}</span> }
    }
}

/// The first letters of the first and the last word, or the first two of a single one.
fn initials(name: &str) -> String {
    let mut words = name
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let first = words.next().unwrap_or("?");
    let letters: String = match words.next_back() {
        Some(last) => first.chars().take(1).chain(last.chars().take(1)).collect(),
        None => first.chars().take(2).collect(),
    };
    letters.to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn initials_are_two_letters() {
        assert_eq!(initials("Mira de la Cruz"), "MC");
        assert_eq!(initials("box-office"), "BO");
        assert_eq!(initials("guest"), "GU");
        assert_eq!(initials("Émile Zola"), "ÉZ");
        assert_eq!(initials("--"), "?");
    }
}
