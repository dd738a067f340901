//! The program, as whoever starts a demonstration has it.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

#[test]
fn it_says_where_it_is_and_what_to_configure() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app-config.yaml");
    let mut program = Command::new(env!("CARGO_BIN_EXE_fake-github"))
        .arg("127.0.0.1:0")
        .arg(&file)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut output = BufReader::new(program.stdout.take().unwrap());
    output.read_line(&mut line).unwrap();
    let host = line.trim().strip_prefix("http://").unwrap();
    let written = std::fs::read_to_string(&file).unwrap();
    assert!(
        written.contains(&format!("apiBaseUrl: http://{host}/api/v3")),
        "{written}"
    );
    assert!(std::net::TcpStream::connect(host).is_ok());
    // It ends when it is asked to, and leaves its address.
    let asked = Command::new("kill").arg(program.id().to_string()).status();
    assert!(asked.unwrap().success());
    assert!(program.wait().unwrap().success());
    assert!(std::net::TcpStream::connect(host).is_err());
}
