//! Connections from outside: how many, and how slow they may be.
//!
//! Once in a while each connection is looked at. One that has sent part of a request's head and no
//! more, or takes nothing of its answer, is cut; one that is idle for too long is closed as the
//! protocol asks. What an answer may take is not decided here, see `http`.

mod pace;

use crate::config::Server;
use crate::http::Peer;
use crate::metrics;
use axum::Router;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use pace::{Paced, Verdict};
use std::io::ErrorKind;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::MissedTickBehavior;

/// How long to wait when the system has no more sockets to give.
const BREATH: Duration = Duration::from_millis(500);
/// What is said to a connection too many.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Answers with `service` until `stop` says so, then until what is under way has ended.
pub async fn listen(
    listener: TcpListener,
    service: Router,
    limits: Server,
    mut stop: watch::Receiver<bool>,
) {
    let places = Arc::new(Semaphore::new(limits.max_connections));
    // Each connection holds a receiver; the last one gone means that all have ended.
    let (all_ended, open) = watch::channel(());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = stop.wait_for(|stop| *stop) => break,
        };
        let (stream, address) = match accepted {
            Ok(accepted) => accepted,
            // Gone before it was taken.
            Err(error) if is_of_the_connection(error.kind()) => continue,
            Err(error) => {
                tracing::error!(%error, "cannot take connections for the moment");
                tokio::time::sleep(BREATH).await;
                continue;
            }
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else {
            metrics::connection_refused("too_many");
            let _told = stream.try_write(FULL);
            continue;
        };
        // Answers are written whole, so there is nothing to gather.
        let _best_effort = stream.set_nodelay(true);
        let peer = Peer(address.ip().to_canonical());
        let connection = serve(stream, peer, service.clone(), limits, stop.clone(), place);
        let open = open.clone();
        tokio::spawn(async move {
            connection.await;
            drop(open);
        });
    }
    drop((listener, open));
    all_ended.closed().await;
}

fn is_of_the_connection(kind: ErrorKind) -> bool {
    use ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        kind,
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

/// One connection, until it ends or is cut.
async fn serve(
    stream: TcpStream,
    peer: Peer,
    service: Router,
    limits: Server,
    mut stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let _counted = Counted::new();
    let (stream, service, mut pacer) = Paced::new(stream, peer, service, limits);
    let builder = Builder::new(TokioExecutor::new());
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let mut looks = tokio::time::interval(pacer.every());
    looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first is at once.
    looks.tick().await;
    let mut closing = false;
    loop {
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    tracing::debug!(error = &*error, "a connection ended early");
                }
                return;
            }
            _ = looks.tick() => match pacer.look() {
                Verdict::Fine => {}
                Verdict::Close if closing => {}
                Verdict::Close => {
                    closing = true;
                    connection.as_mut().graceful_shutdown();
                }
                Verdict::Cut(reason) => {
                    metrics::connection_refused(reason);
                    return;
                }
            },
            _ = stop.wait_for(|stop| *stop), if !closing => {
                closing = true;
                connection.as_mut().graceful_shutdown();
            }
        }
    }
}

/// A connection while it is open.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::connections(1);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::connections(-1);
    }
}
