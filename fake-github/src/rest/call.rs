//! One request to the REST API, and what all operations ask of it.

use crate::answer::{Answer, invalid, not_found, refusal};
use crate::identity::Who;
use crate::repository::Repository;
use crate::world::World;
use axum::http::StatusCode;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// How many of a list are on a page.
const PAGE: usize = 30;
const LARGEST_PAGE: usize = 100;

pub(crate) struct Call<'a> {
    pub(crate) world: &'a mut World,
    pub(crate) who: Who,
    /// Of the request, without the query.
    pub(crate) url: String,
    /// Of the path, by the names of the description.
    pub(crate) parameters: BTreeMap<String, String>,
    pub(crate) query: BTreeMap<String, String>,
    /// As the description has it; nothing where there is none.
    pub(crate) body: Value,
    pub(crate) accept: String,
}

impl Call<'_> {
    /// A parameter of the path.
    pub(crate) fn part(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", String::as_str)
    }

    /// A number in the path, such as that of an issue.
    pub(crate) fn number(&self, name: &str) -> Result<u64, Answer> {
        self.part(name).parse().map_err(|_| not_found())
    }

    /// A text of the body.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.body[name].as_str().map(str::to_owned)
    }

    /// Texts of the body.
    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        texts(&self.body[name])
    }

    fn full_name(&self) -> String {
        format!("{}/{}", self.part("owner"), self.part("repo"))
    }

    /// The repository of the path.
    pub(crate) fn repository(&self) -> Result<&Repository, Answer> {
        let found = self.world.repository(&self.full_name());
        found
            .filter(|it| self.world.may_read(&self.who, it))
            .ok_or_else(not_found)
    }

    /// The repository of the path, for somebody who may write.
    pub(crate) fn write(&mut self) -> Result<&mut Repository, Answer> {
        let repository = self.repository()?;
        if !self.world.may_write(&self.who, repository) {
            return Err(self.refused());
        }
        self.changed()
    }

    /// The repository of the path, for somebody who may change its settings.
    pub(crate) fn administer(&mut self) -> Result<&mut Repository, Answer> {
        let repository = self.repository()?;
        if !self.world.may_administer(&self.who, repository) {
            return Err(self.refused());
        }
        self.changed()
    }

    fn changed(&mut self) -> Result<&mut Repository, Answer> {
        let (now, full_name) = (self.world.tick(), self.full_name());
        let repository = self.world.repository_mut(&full_name);
        let repository = repository.ok_or_else(not_found)?;
        if repository.is_archived {
            let text = "Repository was archived so is read-only.";
            return Err(refusal(StatusCode::FORBIDDEN, text));
        }
        repository.updated = now;
        Ok(repository)
    }

    /// What is said to those who may read and not do this.
    fn refused(&self) -> Answer {
        match self.who {
            Who::Nobody => refusal(StatusCode::UNAUTHORIZED, "Requires authentication"),
            Who::Person(_) => refusal(
                StatusCode::FORBIDDEN,
                "Must have admin rights to Repository.",
            ),
            _ => refusal(
                StatusCode::FORBIDDEN,
                "Resource not accessible by integration",
            ),
        }
    }

    /// Refuses those who do not say who they are.
    pub(crate) fn known(&self) -> Result<String, Answer> {
        match self.who {
            Who::Nobody => Err(self.refused()),
            _ => Ok(self.who.name()),
        }
    }

    /// The part of a list that is asked for, and where the next is.
    pub(crate) fn page(&self, all: Vec<Value>) -> Answer {
        let (page, link) = self.cut(all);
        let answer = Answer::ok(page.into());
        match link {
            Some(link) => answer.with("link", &link),
            None => answer,
        }
    }

    /// The same, with the number of all, as some lists have it.
    pub(crate) fn counted(&self, name: &str, all: Vec<Value>) -> Answer {
        let total = all.len();
        let (page, _) = self.cut(all);
        Answer::ok(json!({"total_count": total, name: page}))
    }

    fn cut(&self, all: Vec<Value>) -> (Vec<Value>, Option<String>) {
        let number = |name: &str, default: usize| {
            let text = self.query.get(name);
            text.and_then(|it| it.parse().ok()).unwrap_or(default)
        };
        let size = number("per_page", PAGE).clamp(1, LARGEST_PAGE);
        let page = number("page", 1).max(1);
        let is_last = page * size >= all.len();
        let mut query = self.query.clone();
        query.insert("page".to_owned(), (page + 1).to_string());
        let query = url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(query)
            .finish();
        let link = format!("<{}?{query}>; rel=\"next\"", self.url);
        let part = all.into_iter().skip((page - 1) * size).take(size);
        (part.collect(), (!is_last).then_some(link))
    }

    /// Refuses names that nobody has.
    pub(crate) fn people(
        &self,
        names: &[String],
        resource: &str,
        field: &str,
    ) -> Result<(), Answer> {
        for name in names {
            let account = self.world.find_account(name);
            if account.is_none_or(|it| it.is_organization) {
                return Err(invalid(
                    resource,
                    field,
                    &format!("Could not resolve to {name}"),
                ));
            }
        }
        Ok(())
    }
}

/// The texts of a list.
pub(crate) fn texts(value: &Value) -> Vec<String> {
    let all = value.as_array().into_iter().flatten();
    all.filter_map(|it| Some(it.as_str()?.to_owned())).collect()
}
