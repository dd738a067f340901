//! Sends finished spans to where the operator wants them.

use super::encode;
use super::layer::Record;
use super::settings::Settings;
use crate::metrics;
use crate::outbound::{Call, Outbound};
use axum::http::{HeaderName, HeaderValue, Method};
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tracing::instrument::WithSubscriber;
use tracing::subscriber::NoSubscriber;

/// Spans in one request, and how long they are gathered for.
const BATCH: usize = 512;
const EVERY: Duration = Duration::from_secs(5);

/// Takes spans as they end.
#[derive(Debug)]
pub struct Exporter {
    settings: Settings,
    finished: mpsc::Receiver<Record>,
}

impl Exporter {
    pub(super) fn new(settings: Settings, finished: mpsc::Receiver<Record>) -> Self {
        Self { settings, finished }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Sends until `stop` says so, and then what is left.
    pub async fn run(mut self, outbound: Outbound, mut stop: watch::Receiver<bool>) {
        let mut batch = Vec::with_capacity(BATCH);
        let mut works = true;
        let mut stopping = false;
        while !stopping {
            let gathered = async {
                while batch.len() < BATCH {
                    let room = BATCH - batch.len();
                    if self.finished.recv_many(&mut batch, room).await == 0 {
                        break;
                    }
                }
            };
            tokio::select! {
                () = gathered => stopping = batch.len() < BATCH,
                () = tokio::time::sleep(EVERY) => {}
                _ = stop.wait_for(|stop| *stop) => {
                    stopping = true;
                    let room = BATCH.saturating_sub(batch.len());
                    for _ in 0..room {
                        let Ok(record) = self.finished.try_recv() else { break };
                        batch.push(record);
                    }
                }
            }
            if batch.is_empty() {
                continue;
            }
            // What sending does is no part of what is sent.
            let sent = self
                .send(&outbound, &batch)
                .with_subscriber(NoSubscriber::new());
            let failed = sent.await.err();
            if let Some(reason) = &failed {
                metrics::spans_dropped(batch.len());
                if works {
                    tracing::warn!(
                        reason,
                        "traces cannot be sent; what is recorded meanwhile is lost"
                    );
                }
            }
            works = failed.is_none();
            batch.clear();
        }
    }

    async fn send(&self, outbound: &Outbound, batch: &[Record]) -> Result<(), String> {
        let mut call = Call::new(Method::POST, self.settings.endpoint.clone());
        call.time_limit = self.settings.timeout;
        call.body = Some(encode::request(&self.settings.resource, batch).into());
        let mut set = |name: &str, value: &str| -> Result<(), String> {
            let name: HeaderName = name
                .parse()
                .map_err(|_| format!("'{name}' is no name of a header"))?;
            let mut value = HeaderValue::from_str(value)
                .map_err(|_| format!("the header {name} holds characters that cannot be sent"))?;
            value.set_sensitive(true);
            call.headers.insert(name, value);
            Ok(())
        };
        for (name, value) in &self.settings.headers {
            set(name, value.expose())?;
        }
        set("content-type", "application/x-protobuf")?;
        let reply = outbound
            .send(call)
            .await
            .map_err(|error| error.to_string())?;
        if !reply.status.is_success() {
            return Err(format!("the collector answered {}", reply.status));
        }
        Ok(())
    }
}
