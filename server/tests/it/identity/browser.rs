//! A browser: it keeps cookies, and follows where it is told.

use crate::support::{Answer, TestApp};
use axum::body::Body;
use axum::http::{Method, Request, header};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpStream;
use url::Url;

/// See the head of this file.
#[derive(Debug, Clone, Default)]
pub struct Browser {
    pub cookies: BTreeMap<String, String>,
}

impl Browser {
    /// A page or an answer of the portal.
    pub async fn get(&mut self, app: &TestApp, path: &str) -> Answer {
        self.ask(app, Method::GET, path, &[]).await
    }

    /// Submits a form of a page of the portal.
    pub async fn post(&mut self, app: &TestApp, path: &str) -> Answer {
        self.ask(
            app,
            Method::POST,
            path,
            &[("sec-fetch-site", "same-origin")],
        )
        .await
    }

    pub async fn ask(
        &mut self,
        app: &TestApp,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        let cookies: Vec<String> = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        let mut request = Request::builder().method(method).uri(path);
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        for cookie in answer.headers.get_all(header::SET_COOKIE) {
            let (pair, rest) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Where another server sends the browser from `url`.
    pub async fn sent_on(url: &str) -> String {
        let url = Url::parse(url).unwrap();
        tokio::task::spawn_blocking(move || {
            let host = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
            let mut stream = TcpStream::connect(&host).unwrap();
            let path = &url[url::Position::BeforePath..];
            let head = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
            stream.write_all(head.as_bytes()).unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            let location = answer
                .lines()
                .find_map(|line| line.strip_prefix("location: "));
            location.unwrap_or_else(|| panic!("{answer}")).to_owned()
        })
        .await
        .unwrap()
    }
}

/// The path and query of an address.
pub fn path_of(url: &str) -> String {
    Url::parse(url).unwrap()[url::Position::BeforePath..].to_owned()
}
