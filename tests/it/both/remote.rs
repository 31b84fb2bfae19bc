use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};

/// A site on a socket, and what a client sends to it.
#[derive(Clone, Copy)]
pub(super) struct Remote(pub(super) SocketAddr);

impl Remote {
    /// Sends a request, whose response is left on the connection.
    pub(super) fn begin(self, method: &str, path: &str, cookie: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.0).expect("the server listens");
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nhost: shop\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
        )
        .expect("the server reads");
        stream
    }

    /// The response to a request, or what there was of it when the connection ended.
    pub(super) fn send(self, method: &str, path: &str, cookie: &str) -> String {
        let mut response = String::new();
        // A connection that is reset ends the response, too.
        let _ = self.begin(method, path, cookie).read_to_string(&mut response);
        response
    }

    /// The cookie that a `POST` there gives.
    pub(super) fn given(self, path: &str, cookie: &str) -> String {
        let response = self.send("POST", path, cookie);
        let (_, cookie) = response.split_once("__Host-session=").expect("a cookie");
        format!("__Host-session={}", cookie.split(';').next().expect("a value"))
    }

    /// The body of a page.
    pub(super) fn page(self, path: &str, cookie: &str) -> String {
        let seen = self.send("GET", path, cookie);
        seen.split_once("\r\n\r\n").expect("a head and a body").1.to_owned()
    }
}
