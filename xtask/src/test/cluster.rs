//! A private PostgreSQL cluster: files in a temporary folder, loopback only, a password of its own.
//!
//! It ends with us, however we end: by `Drop`, and when we are killed by the signal that the
//! kernel then sends to the server.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, process, thread};

use anyhow::{Context as _, Result, bail};

const PREFIX: &str = "callboard-postgres-";
const START_LIMIT: Duration = Duration::from_mins(1);
const STOP_LIMIT: Duration = Duration::from_secs(10);

const SETTINGS: [&str; 5] = [
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_wal_size=4GB",
    "max_connections=300",
    "log_min_messages=error",
];

/// What of the data has to survive a crash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It is thrown away.
    None,
    /// As in production, for whoever measures.
    Full,
}

const UNSAFE: [&str; 3] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
];

pub(crate) struct Cluster {
    url: String,
    server: Child,
    // Dropped after the server has stopped.
    _folder: Folder,
}

impl Cluster {
    /// Makes a cluster with the programs of that folder and waits until it takes connections.
    pub(crate) fn start(programs: &Path, durability: Durability) -> Result<Self> {
        let account = Account::of_server()?;
        let folder = Folder::create(account.as_ref())?;
        let password = secret()?;
        init(programs, &folder.0, account.as_ref(), &password)?;

        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let log = folder.0.join("log");
        let out = fs::File::create(&log)?;
        let mut command = as_account(account.as_ref(), &programs.join("postgres"));
        command.arg("-D").arg(folder.0.join("data"));
        command.args(["-p", &port.to_string()]);
        let hasty = UNSAFE.iter().filter(|_| durability == Durability::None);
        for setting in SETTINGS.iter().chain(hasty) {
            command.args(["-c", setting]);
        }
        let server = command
            .current_dir(&folder.0)
            .stdin(Stdio::null())
            .stderr(out.try_clone()?)
            .stdout(out)
            .spawn()
            .context("cannot start PostgreSQL")?;
        let mut cluster = Self {
            url: format!("postgres://callboard:{password}@127.0.0.1:{port}/postgres"),
            server,
            _folder: folder,
        };
        cluster.wait_until_ready(programs, port, &log)?;
        Ok(cluster)
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self, programs: &Path, port: u16, log: &Path) -> Result<()> {
        let started = Instant::now();
        loop {
            let ready = Command::new(programs.join("pg_isready"))
                .args(["--quiet", "--host=127.0.0.1", "--port", &port.to_string()])
                .status()
                .context("cannot start pg_isready")?;
            if ready.success() {
                return Ok(());
            }
            let ended = self.server.try_wait()?;
            if ended.is_some() || started.elapsed() > START_LIMIT {
                let log = fs::read_to_string(log).unwrap_or_default();
                bail!("PostgreSQL did not start, its log says:\n{log}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The standard library can only kill, which would leave shared memory behind.
        let interrupt = format!("kill -INT {}", self.server.id());
        Command::new("sh").args(["-c", &interrupt]).status().ok();
        let started = Instant::now();
        while matches!(self.server.try_wait(), Ok(None)) {
            if started.elapsed() > STOP_LIMIT {
                self.server.kill().ok();
                self.server.wait().ok();
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }
}

fn init(programs: &Path, folder: &Path, account: Option<&Account>, password: &str) -> Result<()> {
    let password_file = folder.join("password");
    fs::write(&password_file, password)?;
    if let Some(account) = account {
        chown(&password_file, Some(account.uid), Some(account.gid))?;
    }
    let output = as_account(account, &programs.join("initdb"))
        .arg("--pgdata")
        .arg(folder.join("data"))
        .arg("--pwfile")
        .arg(&password_file)
        .args(["--username=callboard", "--auth=scram-sha-256", "--no-sync"])
        // A collation that sorts like a dictionary, as production has it, and unlike SQLite.
        .args(["--encoding=UTF8", "--locale=C.UTF-8"])
        .args(["--locale-provider=icu", "--icu-locale=en-US"])
        .current_dir(folder)
        .output()
        .context("cannot start initdb")?;
    if !output.status.success() {
        bail!(
            "initdb failed ({}):\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(())
}

/// A command that the account runs, and that is interrupted when this program is gone.
fn as_account(account: Option<&Account>, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if let Some(account) = account {
        command
            .args(["--reuid", &account.uid.to_string()])
            .args(["--regid", &account.gid.to_string()])
            .arg("--clear-groups");
    }
    command.args(["--pdeathsig", "INT", "--"]).arg(program);
    command
}

/// The user that the server runs as.
struct Account {
    uid: u32,
    gid: u32,
}

impl Account {
    /// Nobody else when we are not root; root itself is refused by PostgreSQL.
    fn of_server() -> Result<Option<Self>> {
        if fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(None);
        }
        let users = fs::read_to_string("/etc/passwd")?;
        let account = Self::named("postgres", &users).or_else(|| Self::named("nobody", &users));
        account
            .map(Some)
            .context("PostgreSQL refuses to run as root, and there is no user `nobody`")
    }

    fn named(name: &str, passwd: &str) -> Option<Self> {
        let mut fields = passwd
            .lines()
            .map(|line| line.split(':'))
            .find(|fields| fields.clone().next() == Some(name))?;
        Some(Self {
            uid: fields.nth(2)?.parse().ok()?,
            gid: fields.next()?.parse().ok()?,
        })
    }
}

/// How many folders this process has made.
static FOLDERS: AtomicU32 = AtomicU32::new(0);

/// A temporary folder that only its owner can enter, removed on drop.
struct Folder(PathBuf);

impl Folder {
    fn create(owner: Option<&Account>) -> Result<Self> {
        remove_leftovers();
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let path = env::temp_dir().join(format!("{PREFIX}{}-{number}", process::id()));
        fs::create_dir(&path).with_context(|| format!("cannot create {}", path.display()))?;
        let folder = Self(path);
        fs::set_permissions(&folder.0, fs::Permissions::from_mode(0o700))?;
        if let Some(owner) = owner {
            chown(&folder.0, Some(owner.uid), Some(owner.gid))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.0).ok();
    }
}

/// Removes the folders of runs that were killed. The names hold the process that made them.
fn remove_leftovers() {
    let Ok(entries) = fs::read_dir(env::temp_dir()) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let rest = name.to_str().and_then(|name| name.strip_prefix(PREFIX));
        let maker = rest.and_then(|rest| rest.split('-').next());
        if maker.is_some_and(|maker| !Path::new("/proc").join(maker).exists()) {
            fs::remove_dir_all(entry.path()).ok();
        }
    }
}

fn secret() -> Result<String> {
    let uuid = fs::read_to_string("/proc/sys/kernel/random/uuid")?;
    Ok(uuid.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd = "postgres-exporter:x:900:901::/:/bin/false\npostgres:x:101:104:,,,:/var/lib/postgresql:/bin/bash\n";
        let account = Account::named("postgres", passwd).unwrap();
        assert_eq!((account.uid, account.gid), (101, 104));
        assert!(Account::named("nobody", passwd).is_none());
    }
}
