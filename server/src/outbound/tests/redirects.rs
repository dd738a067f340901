//! Every step of a redirect is judged like the first.

use super::*;
use reqwest::Method;
use reqwest::header::{HeaderName, HeaderValue};

#[tokio::test]
async fn inside_a_network_only_named_hosts_are_followed_to() {
    let inside = Server::start(&[answer("200 OK", "secret")]).await;
    for target in [
        inside.url("/").to_string(),
        inside.named("inside.test", "/").to_string(),
        "http://10.0.0.1/".to_owned(),
        "http://[::ffff:127.0.0.1]:1/".to_owned(),
    ] {
        let door = Server::start(&[redirect(&target)]).await;
        let outbound = trusting(&[&door.url("/")]);
        let fetched = outbound.fetch(Call::get(door.url("/"))).await;
        assert!(
            matches!(fetched, Err(FetchError::Private(_))),
            "{target}: {fetched:?}"
        );
    }
    assert_eq!(inside.asked(), Vec::<String>::new());
}

#[tokio::test]
async fn metadata_is_never_followed_to() {
    for target in [
        "http://169.254.169.254/latest/meta-data/",
        "//169.254.169.254/",
        "http://[fe80::1]/",
        "http://[::ffff:169.254.169.254]/",
    ] {
        let door = Server::start(&[redirect(target)]).await;
        let mut hosts = Hosts::default();
        hosts.name(door.url("/").as_str());
        hosts.name("http://169.254.169.254/");
        let outbound = Outbound::with_lookup(hosts, Clock::from_fn(|| 0), &lookup());
        let fetched = outbound.fetch(Call::get(door.url("/"))).await;
        assert!(
            matches!(fetched, Err(FetchError::Refused(_))),
            "{target}: {fetched:?}"
        );
    }
}

/// What the server behind a redirect is told, after the first server has led there.
async fn told(first: &str, other: bool) -> String {
    let behind = Server::start(&[answer("200 OK", "a")]).await;
    let port = behind.address.port();
    let door = if other {
        Server::start(&[redirect(format!("http://b.test:{port}/x"))]).await
    } else {
        Server::start(&[redirect("/x"), answer("200 OK", "a")]).await
    };
    let start = door.named(first, "/");
    let outbound = trusting(&[&start, &behind.named("b.test", "/")]);
    let mut call = with_token(start).accept("text/plain");
    let (name, value) = ("private-token", "s3cret");
    call.headers.insert(
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    );
    assert_eq!(outbound.fetch(call).await, Ok(content("a", None)));
    let last = if other { &behind } else { &door };
    last.asked().pop().unwrap()
}

#[tokio::test]
async fn another_server_does_not_learn_who_asks() {
    let same = told("a.test", false).await;
    assert!(
        same.contains("get /x") && same.matches("s3cret").count() == 2,
        "{same}"
    );
    let other = told("a.test", true).await;
    assert!(other.contains("accept: text/plain"), "{other}");
    assert!(!other.contains("s3cret"), "{other}");
    // The same host at another port is another server.
    let other_port = told("b.test", true).await;
    assert!(!other_port.contains("s3cret"), "{other_port}");
}

#[tokio::test]
async fn what_was_left_off_does_not_come_back() {
    // From the first server away to another, and back to the first.
    let first = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let start = Url::parse(&format!("http://{}/", first.local_addr().unwrap())).unwrap();
    let away = Server::start(&[redirect(&start)]).await;
    let answers = vec![
        redirect(away.url("/")).into_bytes(),
        answer("200 OK", "a").into_bytes(),
    ];
    let first = Server::listen(first, answers);
    let outbound = trusting(&[&start, &away.url("/")]);
    let fetched = outbound.fetch(with_token(start)).await;
    assert_eq!(fetched, Ok(content("a", None)));
    let told: Vec<bool> = first
        .asked()
        .iter()
        .map(|it| it.contains("s3cret"))
        .collect();
    assert_eq!(told, [true, false]);
}

#[tokio::test]
async fn circles_end() {
    let server = Server::start(&[redirect("/")]).await;
    let outbound = trusting(&[&server.url("/")]);
    let fetched = outbound.fetch(Call::get(server.url("/"))).await;
    assert!(
        matches!(fetched, Err(FetchError::TooManyRedirects(_, 5))),
        "{fetched:?}"
    );
    assert_eq!(server.asked().len(), 6);
}

#[tokio::test]
async fn what_changes_something_stays_where_it_was_sent() {
    let behind = Server::start(&[answer("200 OK", "")]).await;
    let status = "307 Temporary Redirect";
    let to_other = format!("{status}\r\nlocation: {}", behind.url("/"));
    let server = Server::start(&[
        answer(&to_other, ""),
        answer("302 Found\r\nlocation: /x", ""),
        answer(&format!("{status}\r\nlocation: /x"), ""),
        answer("200 OK", "done"),
    ])
    .await;
    let outbound = trusting(&[&server.url("/"), &behind.url("/")]);
    let call = || {
        let mut call = Call::new(Method::POST, server.url("/"));
        call.body = Some("body".into());
        call
    };
    for _ in 0..2 {
        let error = outbound.send(call()).await.unwrap_err();
        assert!(matches!(error, FetchError::Redirect(..)), "{error:?}");
    }
    assert_eq!(behind.asked(), Vec::<String>::new());
    assert_eq!(outbound.send(call()).await.unwrap().body, "done");
    assert!(server.asked()[3].starts_with("post /x"));
}
