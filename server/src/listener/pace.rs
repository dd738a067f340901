//! How a connection gets on, told by what goes in and out.

use crate::config::Server;
use crate::http::Peer;
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Version;
use axum::response::Response;
use hyper::body::Incoming;
use pin_project_lite::pin_project;
use std::convert::Infallible;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering::Relaxed};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tower::Service as _;

/// What both directions of a connection and its service write down. Looking at the clock is left to
/// the [`Pacer`], so that requests do not pay for it.
#[derive(Debug, Default)]
struct Progress {
    /// Times that something came in, and that something went out.
    reads: AtomicU32,
    writes: AtomicU32,
    /// `reads` when the head of the latest request was whole.
    reads_at_head: AtomicU32,
    /// Something waits to go out.
    is_blocked: AtomicBool,
    /// Requests that are being answered.
    answering: AtomicU32,
    /// HTTP/2 sends more than requests.
    is_http2: AtomicBool,
}

/// What is to become of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Fine,
    /// Nothing has been asked for long enough.
    Close,
    Cut(&'static str),
}

/// Looks at a connection again and again.
#[derive(Debug)]
pub(super) struct Pacer {
    progress: Arc<Progress>,
    limits: Server,
    every: Duration,
    /// What was seen the last time, and for how many looks the connection has been in this state.
    seen: (u32, u32),
    heads: u32,
    reading: Duration,
    blocked: Duration,
    idle: Duration,
}

impl Pacer {
    /// How often to look: often enough that no limit is overstepped by much.
    pub(super) fn every(&self) -> Duration {
        self.every
    }

    /// What is to become of the connection; to be called [`Self::every`] so often.
    pub(super) fn look(&mut self) -> Verdict {
        let (reads, writes) = (
            self.progress.reads.load(Relaxed),
            self.progress.writes.load(Relaxed),
        );
        let heads = self.progress.reads_at_head.load(Relaxed);
        let answering = self.progress.answering.load(Relaxed) > 0;
        let blocked = self.progress.is_blocked.load(Relaxed);
        let moved = (reads, writes) != self.seen;
        let wrote = writes != self.seen.1;
        let another_head = heads != self.heads;
        self.seen = (reads, writes);
        self.heads = heads;

        let is_http2 = self.progress.is_http2.load(Relaxed);
        let within_head = !answering && !blocked && reads != heads && !is_http2;
        let count = |so_far: Duration, holds: bool| {
            if holds {
                so_far + self.every
            } else {
                Duration::ZERO
            }
        };
        self.reading = count(self.reading, within_head && !another_head);
        self.blocked = count(self.blocked, blocked && !wrote);
        self.idle = count(self.idle, !answering && !moved);
        if self.reading >= self.limits.headers_timeout {
            return Verdict::Cut("slow_head");
        }
        if self.blocked >= self.limits.timeout {
            return Verdict::Cut("slow_reader");
        }
        if self.idle >= self.limits.keep_alive_timeout {
            return Verdict::Close;
        }
        Verdict::Fine
    }
}

/// What answers, and who asks it.
#[derive(Debug, Clone)]
pub(super) struct From {
    peer: Peer,
    service: Router,
}

/// One of the two sides of a connection that write down how it gets on: the stream, the service.
#[derive(Debug, Clone)]
pub(super) struct Paced<T> {
    inner: T,
    progress: Arc<Progress>,
}

impl<S> Paced<S> {
    /// Both sides, and who looks at them.
    pub(super) fn new(
        stream: S,
        peer: Peer,
        service: Router,
        limits: Server,
    ) -> (Self, Paced<From>, Pacer) {
        let progress = Arc::<Progress>::default();
        let shortest = limits
            .headers_timeout
            .min(limits.timeout)
            .min(limits.keep_alive_timeout);
        let pacer = Pacer {
            progress: Arc::clone(&progress),
            limits,
            every: (shortest / 4).clamp(Duration::from_millis(20), Duration::from_secs(5)),
            seen: (0, 0),
            heads: 0,
            reading: Duration::ZERO,
            blocked: Duration::ZERO,
            idle: Duration::ZERO,
        };
        let service = Paced {
            inner: From { peer, service },
            progress: Arc::clone(&progress),
        };
        let stream = Self {
            inner: stream,
            progress,
        };
        (stream, service, pacer)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = ready!(Pin::new(&mut self.inner).poll_read(context, buffer));
        if buffer.filled().len() > before {
            self.progress.reads.fetch_add(1, Relaxed);
        }
        Poll::Ready(read)
    }
}

impl<S> Paced<S> {
    fn note_write<T>(&self, written: &Poll<io::Result<T>>) {
        let is_blocked = written.is_pending();
        self.progress.is_blocked.store(is_blocked, Relaxed);
        if !is_blocked {
            self.progress.writes.fetch_add(1, Relaxed);
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note_write(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, bytes);
        self.note_write(&written);
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl hyper::service::Service<axum::http::Request<Incoming>> for Paced<From> {
    type Response = Response;
    type Error = Infallible;
    type Future = Answering;

    fn call(&self, request: axum::http::Request<Incoming>) -> Answering {
        let progress = &self.progress;
        let reads = progress.reads.load(Relaxed);
        progress.reads_at_head.store(reads, Relaxed);
        progress.answering.fetch_add(1, Relaxed);
        if request.version() == Version::HTTP_2 {
            progress.is_http2.store(true, Relaxed);
        }
        let mut request: Request = request.map(Body::new);
        request.extensions_mut().insert(self.inner.peer);
        Answering {
            answer: self.inner.service.clone().call(request),
            _counted: Counted(Arc::clone(progress)),
        }
    }
}

pin_project! {
    /// An answer in the making.
    pub(super) struct Answering {
        #[pin]
        answer: axum::routing::future::RouteFuture<Infallible>,
        _counted: Counted,
    }
}

impl Future for Answering {
    type Output = Result<Response, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().answer.poll(context)
    }
}

struct Counted(Arc<Progress>);

impl Drop for Counted {
    fn drop(&mut self) {
        let progress = &self.0;
        // What came in with the body is none of the next head.
        let reads = progress.reads.load(Relaxed);
        progress.reads_at_head.store(reads, Relaxed);
        progress.answering.fetch_sub(1, Relaxed);
    }
}
