//! What a page may ask of templates, and the way to start a task.

use super::action::ActionView;
use super::form::{FormView, Offer};
use super::task::{TaskRow, TaskView};
use super::trial::{NewTrial, TrialView};
use super::{Drafted, Makes, NewTask, Of};
use crate::account::port::Lender;
use crate::catalog::EntityRef;
use crate::catalog::port::Answer;
use crate::error::ApiError;
use crate::viewer::Viewer;
use std::collections::BTreeMap;

/// The forms of templates. What was sent of one comes as a query string: the fields of the form.
pub trait Forms: Send + Sync {
    /// What each of these templates makes; nothing for one that is not there.
    fn makes(&self, viewer: &Viewer, templates: &[EntityRef]) -> Vec<Makes>;

    /// The form after what was sent; an empty text begins it.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold the template, [`ApiError::Invalid`] when it
    /// is none that can be used, or what was sent cannot be understood.
    fn fill(&self, viewer: &Viewer, of: Of<'_>, sent: &str) -> Result<FormView, ApiError>;

    /// What the picker of the field `path`, or of one part of it, offers to somebody who has typed `text`.
    /// A host that is asked is asked as them where `lender` gives their token.
    ///
    /// # Errors
    /// As [`Forms::fill`]; [`ApiError::NotFound`] when the form does not ask for `path`;
    /// [`ApiError::Unavailable`] when a host that is to offer something does not answer.
    fn offer<'a>(
        &'a self,
        viewer: &'a Viewer,
        of: Of<'a>,
        sent: &'a str,
        path: &'a str,
        text: &'a str,
        lender: &'a dyn Lender,
    ) -> Answer<'a, Vec<Offer>>;

    /// A template to be edited, or a new one.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when the catalog does not hold the template.
    fn draft(&self, viewer: &Viewer, template: Option<&EntityRef>) -> Result<Drafted, ApiError>;

    /// The task of all answers, held against every page once more. `values` are JSON, `concealed` are
    /// the answers that the browser alone has kept, by the pointers of their fields.
    ///
    /// # Errors
    /// As [`Forms::fill`]; [`ApiError::Invalid`] with the first mistake there is.
    fn finish(
        &self,
        viewer: &Viewer,
        of: Of<'_>,
        values: &str,
        concealed: &BTreeMap<String, String>,
    ) -> Result<NewTask, ApiError>;
}

/// What runs tasks.
pub trait Tasks: Send + Sync {
    /// What steps can do, by id.
    fn actions(&self) -> Vec<ActionView>;

    /// Starts a task, and returns its id once it is stored.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`] when it cannot be stored or nothing runs tasks here.
    fn start<'a>(&'a self, viewer: &'a Viewer, task: NewTask) -> Answer<'a, String>;

    /// A task with all that it has told.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when there is none with that id, [`ApiError::Unavailable`].
    fn view<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, TaskView>;

    /// The newest tasks: the viewer's own, or everybody's.
    ///
    /// # Errors
    /// [`ApiError::Unavailable`].
    fn list<'a>(&'a self, viewer: &'a Viewer, everybody: bool) -> Answer<'a, Vec<TaskRow>>;

    /// Tries a template that is being written, without any effect elsewhere.
    ///
    /// # Errors
    /// [`ApiError::Invalid`] when it cannot be run with these answers, [`ApiError::Unavailable`] when
    /// nothing runs tasks here.
    fn try_out<'a>(&'a self, viewer: &'a Viewer, trial: NewTrial) -> Answer<'a, TrialView>;

    /// Asks for the end of a task.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Forbidden`], [`ApiError::Unavailable`].
    fn cancel<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, ()>;

    /// Has a task that has failed go on with the step that has failed.
    ///
    /// # Errors
    /// [`ApiError::NotFound`], [`ApiError::Conflict`] when it has not failed.
    fn go_on<'a>(&'a self, viewer: &'a Viewer, id: &'a str) -> Answer<'a, ()>;
}
