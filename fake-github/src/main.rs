//! `fake-github [ADDRESS [FILE]]`: a GitHub for a demonstration. It writes what a server has to be
//! configured with into the file, then where it is in one line, and ends with whoever started it.

use fake_github::Github;
use std::os::unix::process::parent_id;
use std::process::ExitCode;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

/// How often it looks whether whoever started it is still there.
const LOOK: Duration = Duration::from_millis(500);

#[tokio::main]
async fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let address = arguments.next();
    let address = address.unwrap_or_else(|| "127.0.0.1:0".to_owned());
    match run(&address, arguments.next()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fake-github at {address}: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(address: &str, file: Option<String>) -> std::io::Result<()> {
    let started_by = parent_id();
    let (mut interrupt, mut terminate) = (
        signal(SignalKind::interrupt())?,
        signal(SignalKind::terminate())?,
    );
    let github = Github::serve(TcpListener::bind(address).await?);
    github.demonstrate();
    if let Some(file) = file {
        std::fs::write(file, github.configuration())?;
    }
    println!("http://{}", github.host);
    while parent_id() == started_by {
        tokio::select! {
            _ = interrupt.recv() => break,
            _ = terminate.recv() => break,
            () = tokio::time::sleep(LOOK) => {}
        }
        for offence in github.offences() {
            eprintln!("GitHub describes it otherwise: {offence}");
        }
    }
    Ok(())
}
