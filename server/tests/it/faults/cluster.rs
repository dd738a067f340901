//! A PostgreSQL of one's own, which can be stopped.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Stopped and removed when dropped.
pub struct Cluster {
    programs: PathBuf,
    account: Option<(u32, u32)>,
    port: u16,
    server: Option<Child>,
    folder: TempDir,
}

impl Cluster {
    /// Makes and starts one. `None`, said aloud, where the programs are missing.
    pub fn start() -> Option<Self> {
        let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
        let programs = versions.flatten().map(|version| version.path().join("bin"));
        let programs = programs.filter(|it| it.join("initdb").exists()).max();
        let account = account().filter(|_| is_root());
        let Some(programs) = programs.filter(|_| account.is_some() || !is_root()) else {
            assert!(
                std::env::var("CALLBOARD_REQUIRE_POSTGRES").is_err(),
                "PostgreSQL is required, but its programs are not in /usr/lib/postgresql"
            );
            eprintln!("passed over: there are no programs of PostgreSQL, or nobody to run them");
            return None;
        };
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        if let Some((user, group)) = account {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let port = TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let mut cluster = Self {
            programs,
            account,
            port,
            server: None,
            folder,
        };
        let data = cluster.folder.path().join("data");
        let made = cluster
            .command("initdb")
            .arg("--pgdata")
            .arg(data)
            .args(["--username=callboard", "--auth=trust", "--no-sync"])
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        cluster.resume();
        Some(cluster)
    }

    pub fn url(&self) -> String {
        format!("postgres://callboard@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts the server and waits until it takes connections.
    pub fn resume(&mut self) {
        let data = self.folder.path().join("data");
        let port = self.port.to_string();
        let server = self
            .command("postgres")
            .arg("-D")
            .arg(data)
            .args(["-p", &port, "-c", "listen_addresses=127.0.0.1"])
            .args(["-c", "unix_socket_directories=", "-c", "fsync=off"])
            .spawn();
        self.server = Some(server.unwrap());
        let start = Instant::now();
        loop {
            let ready = Command::new(self.programs.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port])
                .status();
            if ready.unwrap().success() {
                return;
            }
            assert!(
                start.elapsed() < Duration::from_mins(1),
                "PostgreSQL does not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops the server, cutting all connections.
    pub fn stop(&mut self) {
        if let Some(mut server) = self.server.take() {
            let interrupt = format!("kill -INT {}", server.id());
            Command::new("sh")
                .args(["-c", &interrupt])
                .status()
                .unwrap();
            server.wait().unwrap();
        }
    }

    /// A program as the account that may run it, ended when we are.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if let Some((user, group)) = self.account {
            command
                .args(["--reuid", &user.to_string(), "--regid", &group.to_string()])
                .arg("--clear-groups");
        }
        command
            .args(["--pdeathsig", "INT", "--"])
            .arg(self.programs.join(program))
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether we are root, whom PostgreSQL refuses.
fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|it| it.uid() == 0)
}

/// The user and group of somebody with few rights.
fn account() -> Option<(u32, u32)> {
    let users = fs::read_to_string("/etc/passwd").ok()?;
    let named = |name: &str| {
        let mut lines = users
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>());
        let fields = lines.find(|fields| fields.first() == Some(&name))?;
        Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
    };
    named("postgres").or_else(|| named("nobody"))
}
