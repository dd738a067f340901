//! `callboard health`: asks a running server whether it is alive, for the check of a container.

use crate::config::Listen;
use anyhow::{Context, bail};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::process::ExitCode;
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_secs(3);

/// Asks the server that listens on `listen`, from the same machine.
///
/// # Errors
/// When it does not answer, or not well.
pub fn run(listen: &str) -> anyhow::Result<ExitCode> {
    let listen: Listen = listen
        .parse()
        .map_err(|error| anyhow::anyhow!("--listen {error}"))?;
    let host = match listen.host.as_deref() {
        None | Some("0.0.0.0" | "::") => "127.0.0.1",
        Some(host) => host,
    };
    let address = (host, listen.port)
        .to_socket_addrs()?
        .next()
        .context("no such host")?;
    let mut stream = TcpStream::connect_timeout(&address, TIME_LIMIT)
        .with_context(|| format!("nothing answers on {address}"))?;
    stream.set_read_timeout(Some(TIME_LIMIT))?;
    stream.write_all(
        b"GET /.backstage/health/v1/liveness HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
    )?;
    let mut answer = String::new();
    stream.take(4096).read_to_string(&mut answer)?;
    if !answer.starts_with("HTTP/1.1 200 ") {
        bail!(
            "{address} answers: {}",
            answer.lines().next().unwrap_or_default()
        );
    }
    Ok(ExitCode::SUCCESS)
}
