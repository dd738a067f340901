//! The client against servers of this machine, and names that mean what a test wants.

mod limits;
mod redirects;

use super::*;
use crate::clock::Clock;
use futures::FutureExt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Mutex;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A server that gives its answers in turn, the last again and again, until it is dropped.
struct Server {
    address: SocketAddr,
    /// The heads of what was asked, in small letters.
    asked: Arc<Mutex<Vec<String>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Server {
    async fn start(answers: &[String]) -> Self {
        let bytes = answers.iter().map(|it| it.clone().into_bytes());
        Self::start_bytes(bytes.collect()).await
    }

    async fn start_bytes(answers: Vec<Vec<u8>>) -> Self {
        Self::listen(TcpListener::bind("127.0.0.1:0").await.unwrap(), answers)
    }

    fn listen(listener: TcpListener, answers: Vec<Vec<u8>>) -> Self {
        let address = listener.local_addr().unwrap();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heads = Arc::clone(&asked);
        let task = tokio::spawn(async move {
            let mut turn = 0;
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 8192];
                let read = stream.read(&mut request).await.unwrap_or_default();
                let head = String::from_utf8_lossy(&request[..read]).to_lowercase();
                heads.lock().unwrap().push(head);
                let answer = &answers[turn.min(answers.len() - 1)];
                // A client that has enough hangs up in the middle.
                let _gone = stream.write_all(answer).await;
                turn += 1;
            }
        });
        Self {
            address,
            asked,
            task,
        }
    }

    fn url(&self, path: &str) -> Url {
        Url::parse(&format!("http://{}{path}", self.address)).unwrap()
    }

    /// The same server by a name, which [`lookup`] leads to this machine.
    fn named(&self, name: &str, path: &str) -> Url {
        Url::parse(&format!("http://{name}:{}{path}", self.address.port())).unwrap()
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn answer(head: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

fn redirect(to: impl fmt::Display) -> String {
    answer(&format!("302 Found\r\nlocation: {to}"), "")
}

/// Every name is an address of this machine.
fn lookup() -> Lookup {
    answers_in_turn(vec![vec![[127, 0, 0, 1].into()]])
}

/// Each look-up gives the next answer, the last again and again.
fn answers_in_turn(answers: Vec<Vec<IpAddr>>) -> Lookup {
    let turn = Mutex::new(0);
    Arc::new(move |_name| {
        let mut turn = turn.lock().unwrap();
        let found = answers[(*turn).min(answers.len() - 1)].clone();
        *turn += 1;
        async move { Ok(found) }.boxed()
    })
}

/// A client that trusts the hosts of these URLs.
fn trusting(urls: &[&Url]) -> Outbound {
    let mut hosts = Hosts::default();
    for url in urls {
        hosts.name(url.as_str());
    }
    Outbound::with_lookup(hosts, Clock::from_fn(|| 0), &lookup())
}

fn with_token(url: Url) -> Call {
    let mut call = Call::get(url);
    call.credential = Some(Credential::authorization("Bearer", "s3cret"));
    call
}

fn content(bytes: &'static str, etag: Option<&str>) -> Fetched {
    Fetched::Content {
        bytes: bytes.into(),
        etag: etag.map(str::to_owned),
    }
}

#[tokio::test]
async fn content_comes_with_its_etag() {
    let server = Server::start(&[
        answer("200 OK\r\netag: \"1\"", "a: 1"),
        answer("304 Not Modified", ""),
    ])
    .await;
    let outbound = trusting(&[&server.url("/")]);
    let fetched = outbound.fetch(Call::get(server.url("/"))).await;
    assert_eq!(fetched, Ok(content("a: 1", Some("\"1\""))));
    let mut call = with_token(server.url("/"));
    call.etag = Some("\"1\"".to_owned());
    assert_eq!(outbound.fetch(call).await, Ok(Fetched::Unchanged));
    let asked = server.asked();
    assert!(asked[1].contains("if-none-match: \"1\""), "{asked:?}");
    assert!(
        asked[1].contains("authorization: bearer s3cret"),
        "{asked:?}"
    );
}

#[tokio::test]
async fn what_is_unchanged_is_answered_from_memory() {
    let server = Server::start(&[
        answer("200 OK\r\netag: \"1\"", "a: 1"),
        answer("304 Not Modified", ""),
        answer("200 OK", "a: 2"),
    ])
    .await;
    let outbound = trusting(&[&server.url("/")]);
    let call = || with_token(server.url("/x"));
    let first = outbound.fetch(call()).await;
    assert_eq!(outbound.fetch(call()).await, first);
    assert!(server.asked()[1].contains("if-none-match: \"1\""));
    assert_eq!(outbound.fetch(call()).await, Ok(content("a: 2", None)));
    // Somebody else is asked for anew.
    let _ = outbound.fetch(Call::get(server.url("/x"))).await;
    assert!(!server.asked()[3].contains("if-none-match"));
}

#[tokio::test]
async fn what_goes_wrong_is_told_apart_without_secrets() {
    let check = async |answer: String, expected: fn(&FetchError) -> bool| {
        let server = Server::start(&[answer]).await;
        let outbound = trusting(&[&server.url("/")]);
        let error = outbound.fetch(with_token(server.url("/?key=s3cret"))).await;
        let error = error.unwrap_err();
        assert!(expected(&error), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
    };
    check(answer("404 Not Found", ""), |it| {
        matches!(it, FetchError::NotFound(_))
    })
    .await;
    check(answer("401 Unauthorized", ""), |it| {
        matches!(it, FetchError::Denied(_))
    })
    .await;
    check(answer("403 Forbidden", "no"), |it| {
        matches!(it, FetchError::Denied(_))
    })
    .await;
    check(answer("500 Oops", ""), |it| {
        matches!(it, FetchError::Status(_))
    })
    .await;
    check("garbage".to_owned(), |it| {
        matches!(it, FetchError::Unreachable(_))
    })
    .await;
    check(redirect("ftp://x/"), |it| {
        matches!(it, FetchError::NotAUrl(_))
    })
    .await;
    check(redirect("http://["), |it| {
        matches!(it, FetchError::Redirect(..))
    })
    .await;
}

#[tokio::test]
async fn only_http_without_a_user_is_asked() {
    let outbound = trusting(&[]);
    let check = async |url: &str| {
        let call = Call::get(Url::parse(url).unwrap());
        outbound.fetch(call).await.unwrap_err()
    };
    let error = check("file:///etc/passwd").await;
    assert!(matches!(error, FetchError::NotAUrl(_)), "{error:?}");
    let error = check("https://me:s3cret@example.com/?s3cret").await;
    assert!(matches!(error, FetchError::Userinfo(_)), "{error:?}");
    assert!(!error.to_string().contains("s3cret"), "{error}");
}

#[tokio::test]
async fn nobody_is_led_to_another_service_than_the_web() {
    for url in [
        "http://mail.test:25/",
        "https://db.test:22/x?key=s3cret",
        "http://1.1.1.1:6/",
    ] {
        let call = Call::get(Url::parse(url).unwrap());
        let error = trusting(&[]).fetch(call).await.unwrap_err();
        assert!(matches!(error, FetchError::Port(..)), "{url}: {error:?}");
        assert!(!error.to_string().contains("s3cret"), "{error}");
    }
    let door = Server::start(&[redirect("http://mail.test:25/")]).await;
    let fetched = trusting(&[&door.url("/")])
        .fetch(Call::get(door.url("/")))
        .await;
    assert!(
        matches!(fetched, Err(FetchError::Port(_, 25))),
        "{fetched:?}"
    );
}

#[tokio::test]
async fn addresses_that_are_written_out_are_judged_too() {
    let outbound = trusting(&[&Url::parse("http://169.254.169.254/").unwrap()]);
    for url in [
        "http://169.254.169.254/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.0.1]/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://0.0.0.0/",
        // As browsers and libraries read them: the same address.
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://169.254.43518/",
    ] {
        let fetched = outbound.fetch(Call::get(Url::parse(url).unwrap())).await;
        assert!(
            matches!(fetched, Err(FetchError::Refused(_))),
            "{url}: {fetched:?}"
        );
    }
    for url in [
        "http://10.0.0.1/",
        "http://127.0.0.1:1/",
        "http://[::1]:1/",
        "http://[::ffff:7f00:1]:1/",
    ] {
        let fetched = outbound.fetch(Call::get(Url::parse(url).unwrap())).await;
        assert!(
            matches!(fetched, Err(FetchError::Private(_))),
            "{url}: {fetched:?}"
        );
    }
}

#[tokio::test]
async fn a_name_means_at_connect_what_it_meant_when_it_was_checked() {
    let server = Server::start(&[answer("200 OK", "inside")]).await;
    let outside: IpAddr = [127, 0, 0, 1].into();
    let metadata: IpAddr = [169, 254, 169, 254].into();
    // Nobody has named the host, so it may not turn out to be this machine.
    let url = server.named("rebind.test", "/");
    let fetched = trusting(&[]).fetch(Call::get(url.clone())).await;
    assert_eq!(fetched, Err(FetchError::Private("rebind.test".to_owned())));
    assert_eq!(server.asked(), Vec::<String>::new());
    // A named host may, but not turn into what is never read the next time it is looked up; the
    // answer says that the connection is not kept.
    let mut hosts = Hosts::default();
    hosts.name(url.as_str());
    let lookup = answers_in_turn(vec![vec![metadata, outside], vec![metadata]]);
    let outbound = Outbound::with_lookup(hosts, Clock::from_fn(|| 0), &lookup);
    let fetched = outbound.fetch(Call::get(url.clone())).await;
    assert_eq!(fetched, Ok(content("inside", None)));
    let fetched = outbound.fetch(Call::get(url)).await;
    assert_eq!(fetched, Err(FetchError::Refused(metadata.to_string())));
}
