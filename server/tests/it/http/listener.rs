//! How slow a client may be.

use axum::Router;
use axum::body::Body;
use axum::routing::get;
use server::config::Server;
use server::listener::listen;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;

const SHORT: Duration = Duration::from_millis(300);
/// Longer than any test waits for what is to happen.
const LONG: Duration = Duration::from_secs(20);

struct Served {
    address: SocketAddr,
    /// Told when `/slow` has been asked for.
    begun: Arc<Notify>,
    stop: watch::Sender<bool>,
    ended: JoinHandle<()>,
}

async fn serve(limits: Server) -> Served {
    let begun = Arc::<Notify>::default();
    let service = Router::new()
        .route("/", get(|| async { "here" }))
        .route("/large", get(|| async { Body::from(vec![b'x'; 64 << 20]) }))
        .route(
            "/slow",
            get({
                let begun = Arc::clone(&begun);
                || async move {
                    begun.notify_one();
                    tokio::time::sleep(SHORT).await;
                    "at last"
                }
            }),
        );
    let socket = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = socket.local_addr().unwrap();
    let (stop, stopping) = watch::channel(false);
    let ended = tokio::spawn(listen(socket, service, limits, stopping));
    Served {
        address,
        begun,
        stop,
        ended,
    }
}

fn patient() -> Server {
    Server {
        headers_timeout: LONG,
        keep_alive_timeout: LONG,
        timeout: LONG,
        max_connections: 100,
    }
}

async fn connect(served: &Served) -> TcpStream {
    TcpStream::connect(served.address).await.unwrap()
}

/// Everything that comes until the connection ends, however it does.
async fn all(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let read = tokio::time::timeout(LONG, stream.read_to_end(&mut text)).await;
    let _reset = read.expect("the connection should have been closed");
    String::from_utf8_lossy(&text).into_owned()
}

async fn answer(stream: &mut TcpStream, path: &str) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    let mut buffer = [0; 1024];
    while !text.ends_with("here") {
        let count = stream.read(&mut buffer).await.unwrap();
        assert!(count > 0, "{text}");
        text += std::str::from_utf8(&buffer[..count]).unwrap();
    }
    text
}

#[tokio::test]
async fn a_head_that_comes_in_drops_is_cut_off() {
    let served = serve(Server {
        headers_timeout: SHORT,
        ..patient()
    })
    .await;
    // The second request of a connection is held to the same as the first.
    for asked_before in [false, true] {
        let mut slow = connect(&served).await;
        if asked_before {
            answer(&mut slow, "/").await;
        }
        let start = Instant::now();
        let head = b"GET / HTTP/1.1\r\nhost: x\r\nx-padding: ";
        slow.write_all(head).await.unwrap();
        let (mut reader, mut writer) = slow.into_split();
        let drops = tokio::spawn(async move {
            while writer.write_all(b"a").await.is_ok() {
                tokio::time::sleep(SHORT / 10).await;
            }
        });
        let mut text = Vec::new();
        let read = tokio::time::timeout(LONG, reader.read_to_end(&mut text)).await;
        assert!(read.is_ok(), "{asked_before}: still open");
        assert!(start.elapsed() >= SHORT && start.elapsed() < LONG);
        assert!(text.is_empty(), "{}", String::from_utf8_lossy(&text));
        drops.abort();
    }
}

#[tokio::test]
async fn one_that_only_waits_is_closed_and_one_that_asks_is_not() {
    let served = serve(Server {
        keep_alive_timeout: SHORT,
        headers_timeout: SHORT,
        ..patient()
    })
    .await;
    let mut busy = connect(&served).await;
    let mut idle = connect(&served).await;
    let start = Instant::now();
    while start.elapsed() < SHORT * 3 {
        answer(&mut busy, "/").await;
        tokio::time::sleep(SHORT / 10).await;
    }
    assert_eq!(all(&mut idle).await, "");
    answer(&mut busy, "/").await;
    assert_eq!(all(&mut busy).await, "");
}

#[tokio::test]
async fn who_takes_nothing_of_an_answer_is_cut_off() {
    let served = serve(Server {
        timeout: SHORT,
        ..patient()
    })
    .await;
    let mut stuck = connect(&served).await;
    let request = b"GET /large HTTP/1.1\r\nhost: x\r\n\r\n";
    stuck.write_all(request).await.unwrap();
    tokio::time::sleep(SHORT * 3).await;
    let text = all(&mut stuck).await;
    assert!(text.len() < 64 << 20, "all of it came");
}

#[tokio::test]
async fn one_too_many_is_turned_away_until_there_is_room() {
    let served = serve(Server {
        max_connections: 1,
        ..patient()
    })
    .await;
    let mut first = connect(&served).await;
    answer(&mut first, "/").await;
    let mut second = connect(&served).await;
    assert!(all(&mut second).await.starts_with("HTTP/1.1 503 "));
    drop(first);
    let start = Instant::now();
    loop {
        let mut third = connect(&served).await;
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let _reset = third.write_all(request).await;
        if all(&mut third).await.contains("200 OK") {
            break;
        }
        assert!(start.elapsed() < LONG, "there is room again");
    }
}

#[tokio::test]
async fn stopping_waits_for_what_is_under_way_and_for_nothing_else() {
    let served = serve(patient()).await;
    let mut idle = connect(&served).await;
    answer(&mut idle, "/").await;
    let mut slow = connect(&served).await;
    let request = b"GET /slow HTTP/1.1\r\nhost: x\r\n\r\n";
    slow.write_all(request).await.unwrap();
    served.begun.notified().await;
    served.stop.send_replace(true);
    assert_eq!(all(&mut idle).await, "");
    assert!(all(&mut slow).await.ends_with("at last"));
    let ended = tokio::time::timeout(LONG, served.ended).await;
    ended.expect("nothing is left to wait for").unwrap();
    assert!(TcpStream::connect(served.address).await.is_err());
}
