//! What a field of a form offers to somebody who types in it.

use super::hubs::Hubs;
use super::offers::of_words;
use super::port::{Forms, parsed};
use super::repository;
use super::sent::Sent;
use super::sheet::each;
use app::account::port::Lender;
use app::error::ApiError;
use app::scaffolder::Of;
use app::scaffolder::form::{Control, Field, Offer, Offered, Picker};
use app::viewer::Viewer;
use serde_json::Value;

/// What a picker offers at a time.
const OFFERED: usize = 20;

/// What a picker offers: from the catalog, or from a host that is still to be asked.
pub(super) enum Offering {
    Here(Vec<Offer>),
    Owners(String),
    /// Of the repository with this host, owner and name, if there is one in the form.
    Branches(Option<(String, String, String)>),
}

impl Offering {
    /// What fits a text, a host asked where that is needed. What a repository holds is asked as whoever
    /// types: it may be hidden from them.
    pub(super) async fn names(
        self,
        hubs: Option<&Hubs>,
        text: &str,
        lender: &dyn Lender,
    ) -> Result<Vec<Offer>, ApiError> {
        let asked = |host: &str| hubs.filter(|hubs| hubs.has(host));
        let names = match self {
            Self::Here(offers) => return Ok(offers),
            Self::Owners(host) => match asked(&host) {
                Some(hubs) => hubs.owners(&host).await?,
                None => return Ok(Vec::new()),
            },
            Self::Branches(Some((host, owner, repo))) => match asked(&host) {
                Some(hubs) => {
                    let own = lender.own_token(&host).await?;
                    hubs.branches(&host, &owner, &repo, own.as_deref()).await?
                }
                None => return Ok(Vec::new()),
            },
            Self::Branches(None) => return Ok(Vec::new()),
        };
        Ok(of_words(&names, text, OFFERED))
    }
}

impl Forms {
    /// What the picker of a field, or of one part of it, offers to somebody who has typed `text`.
    pub(super) fn offered(
        &self,
        viewer: &Viewer,
        of: Of<'_>,
        sent: &str,
        path: &str,
        text: &str,
    ) -> Result<Offering, ApiError> {
        let sent = Sent::read(&parsed(sent))?;
        self.with(viewer, of, |_, form, offers| {
            form.go_on(&sent, offers);
            let sheet = form.sheet(sent.page, &sent.chosen);
            let mut found = None;
            each(&sheet.fields, &mut |field| {
                if let Some(picker) = picker_of(field, path) {
                    found = Some(picker);
                }
            });
            let picker = found.ok_or_else(|| {
                ApiError::NotFound("The form no longer asks for this; load it again".to_owned())
            })?;
            Ok(match picker.of {
                Offered::Owners { host } => Offering::Owners(host),
                Offered::Branches => Offering::Branches(repository_in(&form.values)),
                _ => Offering::Here(offers.search(&picker, text, OFFERED)),
            })
        })
    }
}

/// The picker that `path` names: of the field, or of the owner that is a part of it.
fn picker_of(field: &Field, path: &str) -> Option<Picker> {
    match &field.control {
        Control::Entity { picker, .. } | Control::Entities { picker, .. } if field.path == path => {
            Some(picker.clone())
        }
        Control::Repository(control) => {
            let key = path.strip_prefix(&field.path)?.strip_prefix('?')?;
            let part = control.parts.iter().find(|part| part.key == key)?;
            let host = control.host.clone();
            part.offers.then(|| Picker {
                of: Offered::Owners { host },
                ..Picker::default()
            })
        }
        _ => None,
    }
}

/// The repository that has been filled in: the one called `repoUrl`, or the first there is.
fn repository_in(values: &Value) -> Option<(String, String, String)> {
    let place = |value: &Value| repository::place(value.as_str()?);
    place(&values["repoUrl"]).or_else(|| {
        let all = values.as_object()?;
        all.values().find_map(place)
    })
}
