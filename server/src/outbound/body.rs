//! What is sent along with a request: bytes in memory, or a file that is read while it is sent.

use bytes::Bytes;
use futures::stream::{self, Stream, StreamExt};
use std::io;
use std::sync::Arc;
use tempfile::NamedTempFile;
use tokio::io::AsyncReadExt;

/// How much of a file is read at once, in bytes.
const PART: usize = 64 << 10;

/// See the head of this file. Clones share what they hold.
#[derive(Debug, Clone)]
pub enum Body {
    Bytes(Bytes),
    /// A beginning, and behind it the whole of a file.
    File {
        before: Bytes,
        file: Arc<NamedTempFile>,
        /// Of the file, in bytes.
        size: u64,
    },
}

impl Body {
    /// How many bytes will be sent.
    pub(super) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::File { before, size, .. } => before.len() as u64 + size,
        }
    }

    /// As the client takes it.
    pub(super) fn to_client(&self) -> io::Result<reqwest::Body> {
        match self {
            Self::Bytes(bytes) => Ok(bytes.clone().into()),
            Self::File { before, file, .. } => {
                let file = tokio::fs::File::from_std(file.reopen()?);
                let before = before.clone();
                let start = stream::once(async move { Ok(before) });
                Ok(reqwest::Body::wrap_stream(start.chain(parts(file))))
            }
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::Bytes(bytes.into())
    }
}

fn parts(file: tokio::fs::File) -> impl Stream<Item = io::Result<Bytes>> {
    stream::try_unfold(file, |mut file| async move {
        let mut part = vec![0; PART];
        let read = file.read(&mut part).await?;
        part.truncate(read);
        Ok((read > 0).then(|| (Bytes::from(part), file)))
    })
}
