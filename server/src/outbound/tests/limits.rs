//! Bounds of size, time and number.

use super::*;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// A mebibyte of zeros, packed with gzip into a kilobyte: `head -c 1048576 /dev/zero | gzip -9`.
const BOMB: &[u8] = include_bytes!("zeros.gz");

async fn limited(answer: Vec<u8>, max_bytes: usize) -> Result<Fetched, FetchError> {
    let server = Server::start_bytes(vec![answer]).await;
    let mut call = Call::get(server.url("/"));
    call.max_bytes = max_bytes;
    trusting(&[&server.url("/")]).fetch(call).await
}

#[tokio::test]
async fn no_more_than_allowed_is_read() {
    let body = "x".repeat(101);
    let told = answer("200 OK", &body);
    let untold = format!("HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n{body}");
    for answer in [told, untold] {
        let fetched = limited(answer.clone().into_bytes(), 100).await;
        assert_eq!(fetched, Err(FetchError::TooLarge(100)));
        let fetched = limited(answer.into_bytes(), 101).await;
        assert!(
            matches!(fetched, Ok(Fetched::Content { .. })),
            "{fetched:?}"
        );
    }
}

#[tokio::test]
async fn what_is_packed_counts_as_what_it_becomes() {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        BOMB.len()
    );
    assert!(BOMB.len() < 2000);
    let answer = [head.as_bytes(), BOMB].concat();
    let fetched = limited(answer.clone(), 10_000).await;
    assert_eq!(fetched, Err(FetchError::TooLarge(10_000)));
    let fetched = limited(answer, 1024 * 1024).await;
    let Ok(Fetched::Content { bytes, .. }) = fetched else {
        panic!("{fetched:?}");
    };
    assert_eq!(bytes.len(), 1024 * 1024);
}

#[tokio::test]
async fn an_answer_that_never_ends_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let url = Url::parse(&url).unwrap();
    let outbound = trusting(&[&url]);
    let mut call = Call::get(url);
    call.time_limit = Duration::from_millis(50);
    // The connection is accepted by the system, and nobody answers.
    let fetched = outbound.fetch(call.clone()).await;
    assert_eq!(fetched, Err(FetchError::TooSlow(call.time_limit)));
}

/// A server that sends `head`, and then `drop` again and again.
async fn dripping(head: &'static str, drop: String, pause: Duration) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = vec![0; 8192];
        let _ = stream.read(&mut request).await;
        let _ = stream.write_all(head.as_bytes()).await;
        while stream.write_all(drop.as_bytes()).await.is_ok() {
            tokio::time::sleep(pause).await;
        }
    });
    Url::parse(&url).unwrap()
}

#[tokio::test]
async fn an_answer_that_only_drips_is_given_up() {
    let pause = Duration::from_millis(5);
    for head in [
        "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n",
        "HTTP/1.1 200 OK\r\nx: ",
    ] {
        let url = dripping(head, "x".to_owned(), pause).await;
        let outbound = trusting(&[&url]);
        let mut call = Call::get(url);
        call.time_limit = Duration::from_millis(200);
        let fetched = outbound.fetch(call.clone()).await;
        assert_eq!(
            fetched,
            Err(FetchError::TooSlow(call.time_limit)),
            "{head:?}"
        );
    }
}

#[tokio::test]
async fn a_flood_of_headers_is_no_answer() {
    for (head, drop) in [
        ("HTTP/1.1 200 OK\r\n", "x: y\r\n".repeat(10_000)),
        ("HTTP/1.1 200 OK\r\nx: ", "y".repeat(100_000)),
    ] {
        let url = dripping(head, drop, Duration::ZERO).await;
        let fetched = trusting(&[&url]).fetch(Call::get(url)).await;
        assert!(
            matches!(fetched, Err(FetchError::Unreachable(_))),
            "{fetched:?}"
        );
    }
}

/// A client whose clock shows what `now` holds.
fn at(now: &Arc<AtomicI64>, server: &Server) -> Outbound {
    let now = Arc::clone(now);
    let mut hosts = Hosts::default();
    hosts.name(server.url("/").as_str());
    let clock = Clock::from_fn(move || now.load(Ordering::Relaxed));
    Outbound::with_lookup(hosts, clock, &lookup())
}

#[tokio::test]
async fn a_service_that_asks_to_wait_is_left_alone_until_then() {
    for asks in [
        answer("429 Too Many Requests\r\nretry-after: 30", ""),
        answer("403 Forbidden\r\nretry-after: 30", ""),
        answer(
            "403 Forbidden\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 30",
            "",
        ),
        answer("503 Service Unavailable\r\nretry-after: 30", ""),
    ] {
        let server = Server::start(&[asks, answer("200 OK", "a")]).await;
        let now = Arc::new(AtomicI64::new(0));
        let outbound = at(&now, &server);
        let call = || with_token(server.url("/"));
        for _ in 0..2 {
            let error = outbound.fetch(call()).await.unwrap_err();
            let host = server.address.to_string();
            let until = 30_000;
            assert_eq!(error, FetchError::RateLimited { host, until });
            assert!(
                error.to_string().contains("1970-01-01T00:00:30Z"),
                "{error}"
            );
            now.store(29_999, Ordering::Relaxed);
        }
        assert_eq!(server.asked().len(), 1);
        now.store(30_000, Ordering::Relaxed);
        assert_eq!(outbound.fetch(call()).await, Ok(content("a", None)));
    }
}

#[tokio::test]
async fn another_credential_has_a_budget_of_its_own() {
    let server = Server::start(&[answer("429 Slow down", ""), answer("200 OK", "a")]).await;
    let outbound = at(&Arc::default(), &server);
    let error = outbound.fetch(with_token(server.url("/"))).await;
    // Without a word on how long: a minute.
    assert!(
        matches!(error, Err(FetchError::RateLimited { until: 60_000, .. })),
        "{error:?}"
    );
    let fetched = outbound.fetch(Call::get(server.url("/"))).await;
    assert_eq!(fetched, Ok(content("a", None)));
}

#[tokio::test]
async fn a_limit_that_only_the_text_tells_is_heeded_for_a_while() {
    let text = r#"{"message": "You have exceeded a secondary rate limit."}"#;
    let server = Server::start(&[answer("403 Forbidden", text)]).await;
    let error = at(&Arc::default(), &server)
        .fetch(Call::get(server.url("/")))
        .await;
    assert!(
        matches!(error, Err(FetchError::RateLimited { until: 60_000, .. })),
        "{error:?}"
    );
}

#[tokio::test]
async fn no_answer_keeps_us_away_for_longer_than_an_hour() {
    let server = Server::start(&[answer("429 Never\r\nretry-after: 4000000000", "")]).await;
    let error = at(&Arc::default(), &server)
        .fetch(Call::get(server.url("/")))
        .await;
    assert!(
        matches!(
            error,
            Err(FetchError::RateLimited {
                until: 3_600_000,
                ..
            })
        ),
        "{error:?}"
    );
}
