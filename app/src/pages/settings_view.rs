//! The inside of the page of settings, made on the server alone. Its forms are sent as they are: the
//! page that comes back looks as was chosen.

use super::account_view::{Sessions, Tokens};
use super::entity_link::QuietLink;
use super::told;
use crate::account::Account;
use crate::catalog::{Membership, Settings, Why};
use crate::layout::appearance::{Appearance, Choice};
use crate::routes::use_links;
use crate::site::{ThemeName, use_site};
use crate::ui::{Avatar, Card, Fragment, Icon};
use leptos::either::{Either, EitherOf3};
use leptos::prelude::*;

/// The settings as their page takes them.
pub(crate) fn html(settings: Settings, account: Account) -> Fragment {
    told::html(|| {
        let memberships = settings.memberships.clone();
        let provider = account.provider.clone();
        let tokens = account.tokens.clone();
        let own = provider.is_some().then(|| {
            view! {
                <Sessions account />
                <Tokens tokens />
            }
        });
        view! {
            <div class="settings">
                <Person settings provider />
                <Look />
                <Groups memberships />
                {own}
            </div>
        }
        .into_any()
    })
}

#[component]
fn Person(settings: Settings, provider: Option<String>) -> impl IntoView {
    let links = use_links();
    let person = settings.person;
    let name = person.label().to_owned();
    let full = person.entity_ref.to_string();
    let page = if person.known {
        Either::Left(view! { <a class="btn" href=links.entity(&person.entity_ref)>"My page"</a> })
    } else {
        Either::Right(view! { <p class="meta">"The catalog holds no entity of this name."</p> })
    };
    let standing = if settings.guest {
        Either::Left(view! {
            <p class="ui">"Nobody has signed in: you see Callboard as its guest, as everyone does who opens it here. What is starred and visited is kept for the guest."</p>
            <p class="ui"><a class="link" href=links.guide("configuration")>"Who the guest is"</a></p>
        })
    } else {
        let with = provider.map(|provider| format!(" with {provider}"));
        Either::Right(view! {
            <form method="post" action=links.path("/sign-out") class="flex items-center gap-4">
                <p class="ui grow">"You are signed in" {with} "."</p>
                <button r#type="submit" class="btn">"Sign out"</button>
            </form>
        })
    };
    view! {
        <Card title="Profile">
            <div class="card-body stack">
                <div class="flex items-center gap-4 min-w-0">
                    {Avatar::PersonTitle.of(&name, None)}
                    <div class="min-w-0 grow">
                        <p class="font-medium clip">{name}</p>
                        <p class="mono meta clip">{full}</p>
                        {settings.email.map(|email| view! { <p class="meta clip">{email}</p> })}
                    </div>
                    {page}
                </div>
                <div>{standing}</div>
            </div>
        </Card>
    }
    .into_any()
}

/// How the pages look to this browser.
#[component]
fn Look() -> impl IntoView {
    view! {
        <Card title="Appearance">
            <div class="card-body stack">
                <Choices word="Theme" choices=vec![(Choice::System, "As the system says"), (Choice::Light, "Light"), (Choice::Dark, "Dark")] />
                <Choices word="Density" choices=vec![(Choice::Normal, "Normal"), (Choice::Compact, "Compact")] />
                <Choices word="Side bar" choices=vec![(Choice::Unfolded, "Open"), (Choice::Folded, "Folded")] />
                <Themes />
                <p class="meta">"Kept in this browser."</p>
            </div>
        </Card>
    }
    .into_any()
}

#[component]
fn Choices(word: &'static str, choices: Vec<(Choice, &'static str)>) -> impl IntoView {
    let look = Appearance::of_request();
    let action = use_links().path("/_fn/set_appearance");
    let choice = |(choice, word): (Choice, &'static str)| {
        view! {
            <form method="post" action=action.clone()>
                <input r#type="hidden" name="choice" value=choice.word() />
                <button r#type="submit" class="segment" aria-pressed=look.has(choice).to_string()>{word}</button>
            </form>
        }
    };
    view! {
        <div class="setting" role="group" aria-label=word>
            <p class="ui setting-word">{word}</p>
            <div class="segments">{choices.into_iter().map(choice).collect_view()}</div>
        </div>
    }
}

/// The looks of the operator; nothing where there is one.
#[component]
fn Themes() -> impl IntoView {
    let site = use_site();
    if site.themes.len() < 2 {
        return None;
    }
    let action = use_links().path("/_fn/set_theme");
    let choice = |theme: ThemeName| {
        let chosen = site.theme == theme.name;
        view! {
            <form method="post" action=action.clone()>
                <input r#type="hidden" name="name" value=theme.name />
                <button r#type="submit" class="segment" aria-pressed=chosen.to_string()>{theme.title}</button>
            </form>
        }
    };
    let choices = site.themes.iter().cloned().map(choice).collect_view();
    Some(view! {
        <div class="setting" role="group" aria-label="Look">
            <p class="ui setting-word">"Look"</p>
            <div class="segments segments-wrap">{choices}</div>
        </div>
    })
}

#[component]
fn Groups(memberships: Vec<Membership>) -> impl IntoView {
    let count = memberships.len();
    let body = if memberships.is_empty() {
        Either::Left(view! {
            <p class="ui text-muted">"The catalog names you in no group, so nothing counts as yours but what names you yourself."</p>
        })
    } else {
        let lines = memberships
            .into_iter()
            .map(|it| view! { <Line membership=it /> });
        Either::Right(view! {
            <p class="ui text-muted mb-2">"What a group marked as yours owns counts as yours: in lists of what you own, at home, and among your problems."</p>
            <ul class="lines-ruled">{lines.collect_view()}</ul>
        })
    };
    view! {
        <Card title="My groups" count=count>
            <div class="card-body">{body}</div>
        </Card>
    }
    .into_any()
}

#[component]
fn Line(membership: Membership) -> impl IntoView {
    let why = match membership.why {
        Why::Member => EitherOf3::A("You are a member."),
        Why::Configured => EitherOf3::B("The configuration says that you own what it owns."),
        Why::Above(way) => {
            let steps: Vec<String> = way.iter().map(|group| group.label().to_owned()).collect();
            EitherOf3::C(format!(
                "It is above {}, of which you are a member.",
                way_words(&steps)
            ))
        }
    };
    let name = membership.group.label().to_owned();
    view! {
        <li class="line py-1">
            {Avatar::TeamLarge.of(&name, None)}
            <div class="min-w-0 grow">
                <p class="font-medium"><QuietLink link=membership.group /></p>
                <p class="meta">{why}</p>
            </div>
            {membership.owns.then(|| view! { <span class="chip">{Icon::Check.small()} "Yours"</span> })}
        </li>
    }
    .into_any()
}

/// "Box office", "Front of house, which is above Box office".
fn way_words(steps: &[String]) -> String {
    let nearest_last: Vec<&str> = steps.iter().rev().map(String::as_str).collect();
    nearest_last.join(", which is above ")
}

#[cfg(test)]
mod tests {
    use super::way_words;

    #[test]
    fn a_way_is_told_from_the_top() {
        let way = ["Box office".to_owned(), "Front of house".to_owned()];
        assert_eq!(way_words(&way[..1]), "Box office");
        assert_eq!(way_words(&way), "Front of house, which is above Box office");
    }
}
