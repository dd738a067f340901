//! What somebody who is signed in sees and does about it: their sessions, and tokens for their programs.

use super::super::AppState;
use super::super::answer::{Asked, Failure};
use super::super::caller::{By, Caller};
use super::super::limited::wants_page;
use super::page;
use crate::audit;
use crate::clock::{Millis, rfc3339};
use crate::identity::Identity;
use crate::identity::lend::LendError;
use crate::identity::personal::{LONGEST_DAYS, MOST, NewToken, Scope};
use crate::identity::sessions::Session;
use crate::store::StoreError;
use crate::store::identity::PersonalToken;
use app::account::port::{Accounts, Lender};
use app::account::{Account, Consent, CredentialRequest, InTheirName, SignedIn, Token};
use app::catalog::port::Answer;
use app::error::ApiError;
use app::sign_in::NewTokenPage;
use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::response::Response;
use http_body_util::BodyExt;
use std::sync::Arc;

/// How long the name of a token may be, in characters.
const NAME: usize = 100;

/// The account of who sends one request.
pub(in super::super) struct LiveAccounts {
    pub(in super::super) identity: Identity,
    pub(in super::super) caller: Caller,
}

impl LiveAccounts {
    fn session(&self) -> Option<&Arc<Session>> {
        match &self.caller.by {
            By::Session(session) => Some(session),
            _ => None,
        }
    }

    /// The session of who asks.
    fn signed_in(&self) -> Result<&Arc<Session>, ApiError> {
        self.session().ok_or_else(|| {
            ApiError::Unauthenticated("Only who is signed in has sessions and tokens.".to_owned())
        })
    }
}

impl Lender for LiveAccounts {
    fn own_token<'a>(&'a self, host: &'a str) -> Answer<'a, Option<String>> {
        Box::pin(async move {
            let Some(session) = self.session() else {
                return Ok(None);
            };
            match self.identity.lend(session, host, &[]).await {
                Ok(token) => Ok(Some(token)),
                Err(LendError::NotAllowed) => Ok(None),
                Err(LendError::Store(error)) => Err(unavailable(error)),
                Err(LendError::Provider(error)) => Err(ApiError::Unavailable(error.to_string())),
            }
        })
    }
}

impl Accounts for LiveAccounts {
    fn account(&self) -> Answer<'_, Account> {
        Box::pin(async move {
            let Some(this) = self.session() else {
                return Ok(Account::default());
            };
            let sessions = self.identity.sessions.list(&this.user).await;
            let tokens = self.identity.personal_tokens.list(&this.user).await;
            let provider = self.identity.provider(&this.provider);
            Ok(Account {
                provider: Some(
                    provider
                        .map_or(&this.provider, |it| &it.settings.title)
                        .clone(),
                ),
                sessions: sessions
                    .map_err(unavailable)?
                    .into_iter()
                    .map(|session| shown(session, &this.id))
                    .collect(),
                tokens: tokens
                    .map_err(unavailable)?
                    .into_iter()
                    .map(token)
                    .collect(),
            })
        })
    }

    fn end_session<'a>(&'a self, id: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            audit::about(id);
            let user = self.signed_in()?.user.to_string();
            let ended = self.identity.sessions.end(id, &user).await;
            found(ended.map_err(unavailable)?, "session")
        })
    }

    fn end_other_sessions(&self) -> Answer<'_, ()> {
        Box::pin(async move {
            let this = self.signed_in()?;
            let ended = self
                .identity
                .sessions
                .end_others(&this.user, &this.id)
                .await;
            let ended = ended.map_err(unavailable)?;
            audit::about("all others");
            audit::with("sessions", ended);
            Ok(())
        })
    }

    fn in_their_name(&self, asked: &CredentialRequest) -> InTheirName {
        let Some(provider) = self.identity.provider_at(&asked.host) else {
            return InTheirName::Never;
        };
        let session = self.session();
        if session.is_some_and(|it| self.identity.lends(it, &asked.host, &asked.scopes)) {
            return InTheirName::Allowed;
        }
        InTheirName::Asks(Consent {
            provider: provider.settings.title.clone(),
            path: format!("/api/auth/{}/start", provider.settings.id),
            scope: asked.scopes.join(" "),
        })
    }

    fn credential<'a>(&'a self, asked: &'a CredentialRequest) -> Answer<'a, String> {
        Box::pin(async move {
            let host = &asked.host;
            let not_allowed = || {
                ApiError::Forbidden(format!(
                    "The template makes things at {host} in your name, which you have not allowed yet: allow it above, with the button for it"
                ))
            };
            let session = self.session().ok_or_else(not_allowed)?;
            let lent = self.identity.lend(session, host, &asked.scopes).await;
            lent.map_err(|error| match error {
                LendError::NotAllowed => not_allowed(),
                LendError::Store(error) => unavailable(error),
                LendError::Provider(error) => ApiError::Unavailable(format!(
                    "Nothing can be made in your name just now: {error}. If that stays so, sign in again."
                )),
            })
        })
    }

    fn revoke_token<'a>(&'a self, id: &'a str) -> Answer<'a, ()> {
        Box::pin(async move {
            audit::about(id);
            let this = self.signed_in()?;
            let tokens = &self.identity.personal_tokens;
            let listed = tokens.list(&this.user).await.map_err(unavailable)?;
            if let Some(token) = listed.iter().find(|token| token.id == id) {
                audit::about(&token.name);
            }
            let revoked = tokens.revoke(id, &this.user).await;
            found(revoked.map_err(unavailable)?, "token")
        })
    }
}

/// `POST /settings/tokens`: makes a token, and shows it on a page that nobody keeps.
pub(super) async fn make_token(
    State(state): State<AppState>,
    caller: Caller,
    asked: Asked,
    request: Request,
) -> Result<Response, Failure> {
    let (parts, body) = request.into_parts();
    let body = body
        .collect()
        .await
        .map(http_body_util::Collected::to_bytes);
    let made = make(&state, &caller, &body.unwrap_or_default()).await;
    let (name, token) = match made {
        Ok(made) => made,
        Err(error) if wants_page(&parts) => {
            return Ok(page::show_refusal(&state, &parts, &error, false));
        }
        Err(error) => return Err(asked.failed(error)),
    };
    let settings = format!("{}/settings", state.site.base);
    let page = NewTokenPage {
        name,
        token,
        settings,
    };
    Ok(page::show_token(&state, &parts, page))
}

/// The name of the token, and the token.
async fn make(
    state: &AppState,
    caller: &Caller,
    form: &Bytes,
) -> Result<(String, String), ApiError> {
    let accounts = LiveAccounts {
        identity: state.identity.clone(),
        caller: caller.clone(),
    };
    let this = accounts.signed_in()?;
    let (mut name, mut days, mut scopes) = (String::new(), 30, Vec::new());
    for (key, value) in url::form_urlencoded::parse(form) {
        match &*key {
            "name" => value.trim().clone_into(&mut name),
            "days" => {
                let wrong = || {
                    ApiError::invalid(
                        "days",
                        format!("A token is good for 1 to {LONGEST_DAYS} days"),
                    )
                };
                days = value.parse().map_err(|_| wrong())?;
                if !(1..=LONGEST_DAYS).contains(&days) {
                    return Err(wrong());
                }
            }
            "scopes" => {
                let scope = Scope::of(&value);
                scopes.push(scope.ok_or_else(|| {
                    ApiError::invalid("scopes", format!("There is no scope '{value}'"))
                })?);
            }
            _ => {}
        }
    }
    if name.is_empty() || name.chars().count() > NAME {
        let message = format!("A token needs a name of 1 to {NAME} characters");
        return Err(ApiError::invalid("name", message));
    }
    if scopes.is_empty() {
        let message = "A token that may do nothing is of no use: choose what it may do".to_owned();
        return Err(ApiError::invalid("scopes", message));
    }
    let tokens = &state.identity.personal_tokens;
    let kept = tokens.list(&this.user).await.map_err(unavailable)?;
    if kept.len() >= MOST {
        return Err(ApiError::Conflict(format!(
            "You have {MOST} tokens, which is as many as one may have: revoke some"
        )));
    }
    let new = NewToken {
        user: this.user.clone(),
        needs_entity: this.needs_entity,
        name: name.clone(),
        scopes,
        days,
    };
    let words: Vec<&str> = new.scopes.iter().map(|scope| scope.word()).collect();
    audit::about(&name);
    audit::with("scopes", words.join(" "));
    audit::with("days", days);
    let token = tokens.make(new).await.map_err(unavailable)?;
    Ok((name, token))
}

fn found(is_there: bool, what: &str) -> Result<(), ApiError> {
    if is_there {
        Ok(())
    } else {
        Err(ApiError::NotFound(format!(
            "You have no such {what}, or not any more."
        )))
    }
}

fn shown(session: Session, this: &str) -> SignedIn {
    SignedIn {
        is_this: session.id == this,
        browser: browser_of(&session.agent),
        address: session.address,
        since: day(session.created_at),
        last_used: moment(session.seen_at),
        id: session.id,
    }
}

fn token(stored: PersonalToken) -> Token {
    Token {
        id: stored.id,
        name: stored.name,
        scopes: stored.scopes.split(' ').map(str::to_owned).collect(),
        expires: day(stored.expires_at),
        last_used: stored.used_at.map(moment),
    }
}

fn day(at: Millis) -> String {
    rfc3339(at).split('T').next().unwrap_or_default().to_owned()
}

/// To the minute, UTC.
fn moment(at: Millis) -> String {
    let at = rfc3339(at).replace('T', " ");
    format!("{} UTC", at.get(..16).unwrap_or_default())
}

/// "Firefox on Linux", as far as a browser says so.
fn browser_of(agent: &str) -> String {
    // Most claim to be several: the first that is found is the one that they are.
    let browsers = ["Edg", "OPR", "Firefox", "Chrome", "Safari", "curl"];
    let systems = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"];
    let browser = browsers.into_iter().find(|name| agent.contains(name));
    let browser = match browser {
        Some("Edg") => "Edge",
        Some("OPR") => "Opera",
        Some(name) => name,
        None => "A browser",
    };
    match systems.into_iter().find(|name| agent.contains(name)) {
        Some(system) => format!("{browser} on {system}"),
        None => browser.to_owned(),
    }
}

fn unavailable(error: StoreError) -> ApiError {
    tracing::error!(%error, "an account cannot be reached");
    ApiError::Unavailable(
        "Your sessions and tokens are in the database, which does not answer. Try again in a minute."
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_apart() {
        let firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
        assert_eq!(browser_of(firefox), "Firefox on Linux");
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0";
        assert_eq!(browser_of(edge), "Edge on Windows");
        assert_eq!(browser_of(""), "A browser");
        assert_eq!(
            (day(0), moment(0)),
            ("1970-01-01".to_owned(), "1970-01-01 00:00 UTC".to_owned())
        );
    }
}
