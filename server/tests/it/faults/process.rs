//! The real program, which can be killed.

use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Killed when dropped.
pub struct Process {
    child: Child,
    address: SocketAddr,
    /// With its configuration and its log.
    folder: TempDir,
}

impl Process {
    /// Starts it on a database, to read a root every second under leases of two.
    pub fn start(database: &str, root: &Path) -> Self {
        Self::start_with(database, root, json!({}))
    }

    /// The same with more settings.
    pub fn start_with(database: &str, root: &Path, settings: Value) -> Self {
        Self::start_as(
            Command::new(env!("CARGO_BIN_EXE_callboard")),
            database,
            root,
            settings,
        )
    }

    /// The same with a working folder on a disk of its own that has 64 kB, most of which the file
    /// `filler` takes. None where the system does not let us have such a disk, visibly.
    pub fn start_on_small_disk(database: &str, root: &Path, mut settings: Value) -> Option<Self> {
        const MOUNT: &str = "mount -t tmpfs -o size=64k tmpfs \"$0\"";
        let disk = root.with_file_name("disk");
        fs::create_dir(&disk).unwrap();
        let small = |script: String| {
            let mut command = Command::new("unshare");
            command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
            command.arg(&disk);
            command
        };
        let tried = small(MOUNT.to_owned()).stderr(Stdio::null()).status();
        if !tried.is_ok_and(|it| it.success()) {
            eprintln!("PASSED OVER: no disk of one's own may be made here");
            return None;
        }
        settings["backend"]["workingDirectory"] = json!(disk);
        let fill = "dd if=/dev/zero of=\"$0/filler\" bs=1k count=48 2>/dev/null";
        let mut command = small(format!("{MOUNT} && {fill} && exec \"$@\""));
        command.arg(env!("CARGO_BIN_EXE_callboard"));
        Some(Self::start_as(command, database, root, settings))
    }

    /// Takes away the filler of a small disk.
    pub fn make_room(&self, root: &Path) {
        let disk = root.with_file_name("disk");
        let disk = disk.strip_prefix("/").unwrap();
        let seen_from_there = format!("/proc/{}/root", self.child.id());
        fs::remove_file(Path::new(&seen_from_there).join(disk).join("filler")).unwrap();
    }

    fn start_as(mut command: Command, database: &str, root: &Path, settings: Value) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = json!({
            "catalog": {
                "processingInterval": { "seconds": 1 },
                "leaseDuration": { "seconds": 2 },
                "locations": [{ "type": "file", "target": root }],
            },
            "auth": { "environment": "development", "providers": { "guest": {} } },
        });
        let path = folder.path().join("app-config.yaml");
        fs::write(&path, config.to_string()).unwrap();
        let more = folder.path().join("app-config.more.yaml");
        fs::write(&more, settings.to_string()).unwrap();
        let address = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap();
        let log = File::create(folder.path().join("log")).unwrap();
        command
            .arg("--config")
            .arg(&path)
            .arg("--config")
            .arg(&more)
            .args(["--listen", &address.to_string(), "--database", database])
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stderr(log.try_clone().unwrap())
            .stdout(log);
        Self {
            child: command.spawn().unwrap(),
            address,
            folder,
        }
    }

    /// Ends it at once, as a crash of the machine would.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Stops its time, as a machine that hangs would.
    pub fn hold_still(&self) {
        self.signal("STOP");
    }

    /// Lets its time run on.
    pub fn go_on(&self) {
        self.signal("CONT");
    }

    fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.unwrap().success(), "no signal {name}");
    }

    /// How many components it shows.
    pub fn components(&self) -> usize {
        let answer = self.get("/api/catalog/entity-facets?facet=kind");
        let kinds = answer.map(|(_, body)| body["facets"]["kind"].clone());
        let kinds = kinds.unwrap_or_default();
        let kinds = kinds.as_array().into_iter().flatten();
        let mut components = kinds.filter(|kind| kind["value"] == "Component");
        let count = components.next().and_then(|kind| kind["count"].as_u64());
        usize::try_from(count.unwrap_or(0)).unwrap()
    }

    /// The status of the readiness endpoint, and the one in its body.
    pub fn readiness(&self) -> Option<(u16, String)> {
        let (status, body) = self.get("/.backstage/health/v1/readiness")?;
        Some((status, body["status"].as_str()?.to_owned()))
    }

    pub fn get(&self, path: &str) -> Option<(u16, Value)> {
        self.ask(&format!("GET {path} HTTP/1.1\r\n"), "")
    }

    pub fn post(&self, path: &str, body: &Value) -> Option<(u16, Value)> {
        let body = body.to_string();
        let head = format!(
            "POST {path} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        );
        self.ask(&head, &body)
    }

    pub fn delete(&self, path: &str) -> Option<(u16, Value)> {
        self.ask(&format!("DELETE {path} HTTP/1.1\r\n"), "")
    }

    fn ask(&self, head: &str, body: &str) -> Option<(u16, Value)> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .ok()?;
        let head = format!("{head}host: localhost\r\nconnection: close\r\n\r\n{body}");
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).ok()?;
        let status = answer.split(' ').nth(1)?.parse().ok()?;
        let (head, body) = answer.split_once("\r\n\r\n")?;
        let body = if head.contains("transfer-encoding: chunked") {
            // One chunk is all that these small answers have.
            body.split("\r\n").nth(1)?
        } else {
            body
        };
        Some((status, serde_json::from_str(body).unwrap_or_default()))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            let lines: Vec<&str> = log.lines().collect();
            let last = &lines[lines.len().saturating_sub(20)..];
            eprintln!("the process says:\n{}", last.join("\n"));
        }
    }
}
