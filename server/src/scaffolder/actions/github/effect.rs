//! Making something once, whatever happens meanwhile.
//!
//! Before something is asked for, it is kept when; then it is asked for; then it is kept what it is. Who
//! finds the first and not the last, in a later run or after a silence, looks for it: what was made at one
//! of those moments is this step's, anything else is not, and then a person has to decide.

use super::Target;
use crate::clock::{Millis, rfc3339};
use crate::github::GithubError;
use crate::scaffolder::actions::{ActionError, Call};
use serde_json::{Value, json};
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// How often something is asked for in one run, when GitHub is silent and has not done it.
const ATTEMPTS: usize = 3;
const PAUSE: Duration = Duration::from_millis(500);
/// How much later than it was asked for something may have been made, and how much earlier: clocks of
/// GitHub differ a little.
const AFTER: Millis = 40_000;
const BEFORE: Millis = 5_000;
/// How many attempts are kept.
const KEPT: usize = 20;

/// When something was asked for, by GitHub's clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tried(Vec<Millis>);

impl Tried {
    fn of(value: Option<Value>) -> Self {
        let tried = value.and_then(|value| serde_json::from_value(value).ok());
        Self(tried.unwrap_or_default())
    }

    /// Whether something that was made then may be what was asked for.
    pub(super) fn holds(&self, made: &Value) -> bool {
        let made = made.as_str().unwrap_or_default();
        let Ok(made) = OffsetDateTime::parse(made, &Rfc3339) else {
            return false;
        };
        let made = made.unix_timestamp() * 1000;
        let mut tried = self.0.iter();
        tried.any(|tried| (tried - BEFORE..=tried + AFTER).contains(&made))
    }

    /// The first moment at which it may have been made.
    pub(super) fn since(&self) -> String {
        let first = self.0.first().copied().unwrap_or_default();
        rfc3339(first.saturating_sub(BEFORE))
    }

    /// When it was tried, for people.
    pub(super) fn told(&self) -> String {
        let times = self.0.iter().map(|tried| rfc3339(*tried));
        times.collect::<Vec<_>>().join(" and ")
    }
}

/// Makes something, unless a run of this step has: then that is found. See the head of this file.
///
/// # Errors
/// What `make` fails with; what `find` fails with, when there is something that is not this step's.
pub(super) async fn once<M, Making, F, Finding>(
    call: &Call<'_>,
    target: &Target<'_>,
    name: &str,
    make: M,
    find: F,
) -> Result<Value, ActionError>
where
    M: Fn() -> Making,
    Making: Future<Output = Result<Value, GithubError>> + Send,
    F: Fn(Tried) -> Finding,
    Finding: Future<Output = Result<Option<Value>, ActionError>> + Send,
{
    if let Some(known) = call.kept(name) {
        return Ok(known);
    }
    let tried_name = format!("{name}.tried");
    let mut tried = Tried::of(call.kept(&tried_name));
    if !tried.0.is_empty() {
        target
            .log
            .info("An earlier run has tried this; looking whether it was done");
        if let Some(found) = find(tried.clone()).await? {
            call.keep(name, found.clone()).await?;
            return Ok(found);
        }
    }
    let mut silence = None;
    for _ in 0..ATTEMPTS {
        call.go_on()?;
        tried.0.push(target.api.now());
        if tried.0.len() > KEPT {
            tried.0.remove(0);
        }
        call.keep(&tried_name, json!(tried.0)).await?;
        match make().await {
            Ok(known) => {
                call.keep(name, known.clone()).await?;
                return Ok(known);
            }
            Err(error) if error.is_unknown() => {
                target
                    .log
                    .warn(&format!("{error} Looking whether it was done"));
                tokio::time::sleep(PAUSE).await;
                if let Some(found) = find(tried.clone()).await? {
                    target.log.info("It was done");
                    call.keep(name, found.clone()).await?;
                    return Ok(found);
                }
                silence = Some(error);
            }
            Err(error) => return Err(error.into()),
        }
    }
    let silence = silence.map_or_else(String::new, |error| error.to_string());
    Err(ActionError::Failed(format!(
        "{silence} It was tried {ATTEMPTS} times and has not been done. Have the task go on when GitHub is \
         well again."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_made_when_nobody_asked_is_somebody_elses() {
        let asked = 1_700_000_000_000;
        let tried = Tried(vec![asked, asked + 3_600_000]);
        let check = |later: Millis, expected: bool| {
            let made = json!(rfc3339(asked + later));
            assert_eq!(tried.holds(&made), expected, "{later}");
        };
        check(0, true);
        check(-4_000, true);
        check(30_000, true);
        check(3_600_000, true);
        check(-60_000, false);
        check(600_000, false);
        check(7_200_000, false);
        assert!(!tried.holds(&Value::Null));
        assert!(!Tried::default().holds(&json!(rfc3339(asked))));
    }
}
