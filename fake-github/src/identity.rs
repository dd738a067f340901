//! Who asks, and what they may.

use crate::repository::Repository;
use crate::world::World;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use serde_json::Value;

/// Apps may sign for so many seconds.
const LONGEST: i64 = 600;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Who {
    Nobody,
    Person(String),
    App,
    /// An app in the name of an owner who has installed it.
    Installation(String),
}

impl Who {
    /// The name under which somebody acts.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Person(login) => login.clone(),
            _ => "callboard[bot]".to_owned(),
        }
    }
}

#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) id: String,
    /// DER, as PKCS#1 has it.
    pub(crate) key: Vec<u8>,
}

#[derive(Debug, Clone)]
pub(crate) struct Installation {
    pub(crate) owner: String,
    pub(crate) is_suspended: bool,
}

impl World {
    /// Who sends these headers; nothing for credentials that are not known.
    pub(crate) fn who(&self, headers: &HeaderMap) -> Option<Who> {
        let Some(value) = headers.get(header::AUTHORIZATION) else {
            return Some(Who::Nobody);
        };
        let (scheme, value) = value.to_str().ok()?.split_once(' ')?;
        let token = match scheme.to_lowercase().as_str() {
            "bearer" | "token" => value.trim().to_owned(),
            "basic" => {
                let pair = STANDARD.decode(value.trim()).ok()?;
                let pair = String::from_utf8(pair).ok()?;
                pair.split_once(':')?.1.to_owned()
            }
            _ => return None,
        };
        match self.tokens.get(&token) {
            Some(who) => Some(who.clone()),
            None => self.is_signed(&token).then_some(Who::App),
        }
    }

    pub(crate) fn is_suspended(&self, owner: &str) -> bool {
        let mut all = self.installations.iter();
        all.any(|it| it.owner.eq_ignore_ascii_case(owner) && it.is_suspended)
    }

    /// Whether this is what the app signs, for no longer than it may.
    fn is_signed(&self, token: &str) -> bool {
        let Some((signed, signature)) = token.rsplit_once('.') else {
            return false;
        };
        let Some(app) = &self.app else {
            return signed.contains('.');
        };
        let decode = |text: &str| URL_SAFE_NO_PAD.decode(text).ok();
        let claims = signed
            .split_once('.')
            .and_then(|(_, it)| serde_json::from_slice::<Value>(&decode(it)?).ok());
        let (Some(claims), Some(signature)) = (claims, decode(signature)) else {
            return false;
        };
        let issuer = claims["iss"].as_str().map(str::to_owned);
        let issuer = issuer.or_else(|| claims["iss"].as_u64().map(|it| it.to_string()));
        let times = claims["exp"].as_i64().zip(claims["iat"].as_i64());
        let lasts = times.map_or(0, |(end, start)| end - start);
        issuer.as_ref() == Some(&app.id)
            && (1..=LONGEST).contains(&lasts)
            && UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &app.key)
                .verify(signed.as_bytes(), &signature)
                .is_ok()
    }

    /// What is not public is not there for those who may not read it.
    pub(crate) fn may_read(&self, who: &Who, repository: &Repository) -> bool {
        repository.visibility == "public" || self.permission(who, repository).is_some()
    }

    pub(crate) fn may_write(&self, who: &Who, repository: &Repository) -> bool {
        let permission = self.permission(who, repository);
        permission.is_some_and(|it| ["write", "push", "maintain", "admin"].contains(&it.as_str()))
    }

    pub(crate) fn may_administer(&self, who: &Who, repository: &Repository) -> bool {
        self.permission(who, repository).as_deref() == Some("admin")
    }

    /// `read`, `write`, `admin` and what is between.
    pub(crate) fn permission(&self, who: &Who, repository: &Repository) -> Option<String> {
        let owner = &repository.owner;
        match who {
            Who::Nobody | Who::App => None,
            Who::Installation(of) => of.eq_ignore_ascii_case(owner).then(|| "admin".to_owned()),
            Who::Person(login) if login == "ann" || login.eq_ignore_ascii_case(owner) => {
                Some("admin".to_owned())
            }
            Who::Person(login) => {
                let is_member = self.find_account(owner).is_some_and(|it| it.has(login));
                let by_team = self.teams.values().filter_map(|team| {
                    let is_in = team.members.iter().any(|it| it.eq_ignore_ascii_case(login));
                    let permission = team.repositories.get(&repository.key())?;
                    is_in.then(|| permission.clone())
                });
                let named = repository.collaborators.get(&login.to_lowercase()).cloned();
                let base = is_member.then(|| "read".to_owned());
                by_team.chain(named).chain(base).max_by_key(|it| rank(it))
            }
        }
    }

    /// Whether somebody may make repositories for an owner.
    pub(crate) fn may_create(&self, who: &Who, owner: &str) -> bool {
        match who {
            Who::Nobody | Who::App => false,
            Who::Installation(of) => of.eq_ignore_ascii_case(owner),
            Who::Person(login) => {
                login == "ann"
                    || login.eq_ignore_ascii_case(owner)
                    || self.find_account(owner).is_some_and(|it| it.has(login))
            }
        }
    }
}

fn rank(permission: &str) -> usize {
    let order = [
        "pull", "read", "triage", "push", "write", "maintain", "admin",
    ];
    order.iter().position(|it| *it == permission).unwrap_or(0)
}
