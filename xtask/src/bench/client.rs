//! One kept-alive HTTP/1.1 connection that reads answers and throws the body away.

use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const TIME_LIMIT: Duration = Duration::from_mins(1);
const BUFFER: usize = 64 * 1024;

pub(super) struct Client {
    stream: BufReader<TcpStream>,
    address: SocketAddr,
}

pub(super) struct Answer {
    pub(super) status: u16,
    /// In bytes, as it was sent.
    pub(super) length: u64,
}

/// How the end of a body is known.
enum Framing {
    Length(u64),
    Chunked,
}

impl Client {
    pub(super) fn connect(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect_timeout(&address, TIME_LIMIT)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIME_LIMIT))?;
        stream.set_write_timeout(Some(TIME_LIMIT))?;
        let stream = BufReader::with_capacity(BUFFER, stream);
        Ok(Self { stream, address })
    }

    /// Asks and reads the whole answer into nothing.
    pub(super) fn get(&mut self, path: &str) -> io::Result<Answer> {
        self.get_into(path, &mut io::sink())
    }

    /// Asks and reads the body into `body`.
    pub(super) fn get_into(&mut self, path: &str, body: &mut dyn io::Write) -> io::Result<Answer> {
        let request = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.address);
        self.ask(&request, body)
    }

    /// Posts JSON and reads the whole answer into nothing.
    pub(super) fn post(&mut self, path: &str, json: &str) -> io::Result<Answer> {
        self.post_into(path, json, &mut io::sink())
    }

    /// Posts JSON and reads the body of the answer into `body`.
    pub(super) fn post_into(
        &mut self,
        path: &str,
        json: &str,
        body: &mut dyn io::Write,
    ) -> io::Result<Answer> {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{json}",
            self.address,
            json.len()
        );
        self.ask(&request, body)
    }

    fn ask(&mut self, request: &str, body: &mut dyn io::Write) -> io::Result<Answer> {
        self.stream.get_mut().write_all(request.as_bytes())?;
        let (status, framing) = self.head()?;
        let length = match framing {
            Framing::Length(length) => self.copy(length, body)?,
            Framing::Chunked => self.chunks(body)?,
        };
        Ok(Answer { status, length })
    }

    fn head(&mut self) -> io::Result<(u16, Framing)> {
        let mut line = String::new();
        self.line(&mut line)?;
        let status = line
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3)?.parse().ok())
            .ok_or_else(|| invalid("no status line"))?;
        let mut framing = Framing::Length(0);
        loop {
            self.line(&mut line)?;
            if line.is_empty() {
                return Ok((status, framing));
            }
            let (name, value) = line.split_once(':').ok_or_else(|| invalid("no header"))?;
            if name.eq_ignore_ascii_case("content-length") {
                let length = value.trim().parse();
                framing = Framing::Length(length.map_err(|_| invalid("no content-length"))?);
            } else if name.eq_ignore_ascii_case("transfer-encoding") {
                framing = Framing::Chunked;
            }
        }
    }

    fn chunks(&mut self, body: &mut dyn io::Write) -> io::Result<u64> {
        let mut total = 0;
        let mut line = String::new();
        loop {
            self.line(&mut line)?;
            let size = line.split(';').next().unwrap_or_default().trim();
            let size = u64::from_str_radix(size, 16).map_err(|_| invalid("no chunk size"))?;
            total += self.copy(size, body)?;
            self.line(&mut line)?;
            if size == 0 {
                return Ok(total);
            }
        }
    }

    fn copy(&mut self, length: u64, body: &mut dyn io::Write) -> io::Result<u64> {
        let copied = io::copy(&mut self.stream.by_ref().take(length), body)?;
        if copied < length {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok(copied)
    }

    fn line(&mut self, line: &mut String) -> io::Result<()> {
        line.clear();
        if self.stream.read_line(line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line.truncate(line.trim_end().len());
        Ok(())
    }
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::InvalidData,
        format!("the answer is not HTTP/1.1: {what}"),
    )
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::thread;

    use super::Client;

    #[test]
    fn answers_of_known_and_unknown_length_share_a_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let answers: [&[u8]; 3] = [
                b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst",
                b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nsec\r\n3;x=y\r\nond\r\n0\r\n\r\n",
                b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            ];
            for answer in answers {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    let mut byte = [0];
                    stream.read_exact(&mut byte).unwrap();
                    request.push(byte[0]);
                }
                stream.write_all(answer).unwrap();
            }
        });
        let mut client = Client::connect(address).unwrap();
        for (status, expected) in [(200, "first"), (200, "second"), (404, "")] {
            let mut body = Vec::new();
            let answer = client.get_into("/", &mut body).unwrap();
            assert_eq!(
                (answer.status, body),
                (status, expected.as_bytes().to_vec())
            );
        }
        server.join().unwrap();
    }
}
