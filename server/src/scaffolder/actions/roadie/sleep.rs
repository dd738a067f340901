//! `roadiehq:utils:sleep`.

use crate::scaffolder::actions::{Action, ActionError, Call};
use futures::future::BoxFuture;
use serde::Deserialize;
use std::time::Duration;

/// The longest wait.
const LONGEST: Duration = Duration::from_mins(10);

/// See the head of this file.
pub(in super::super) struct Sleep;

#[derive(Deserialize)]
struct Input {
    /// In seconds.
    amount: f64,
}

impl Action for Sleep {
    fn run<'a>(&'a self, call: &'a mut Call<'_>) -> BoxFuture<'a, Result<(), ActionError>> {
        Box::pin(async move {
            let Input { amount } = call.read()?;
            let wait = Duration::try_from_secs_f64(amount).ok();
            let wait = wait.filter(|wait| *wait <= LONGEST).ok_or_else(|| {
                let most = LONGEST.as_secs();
                ActionError::Input(format!(
                    "{amount} is no time to wait; at most {most} seconds are"
                ))
            })?;
            call.log.info(&format!("Waiting for {amount} seconds"));
            tokio::time::sleep(wait).await;
            Ok(())
        })
    }
}
