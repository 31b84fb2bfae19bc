//! Any bytes as what a client writes into forwarding headers before the proxy does: it never becomes anybody else than the
//! proxy says it is. The first byte chooses the header; each line is a header of its own.

#![no_main]

use std::net::IpAddr;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use session::client::{Arrival, Client, Headers, Scheme};
use session::config::{ForwardingHeader, SessionConfig};

/// What the client writes, then what the proxy appends: to the last line, as most do, or as a line of its own.
struct Lines {
    name: &'static str,
    lines: Vec<Vec<u8>>,
}

impl Headers for Lines {
    fn lines(&self, name: &'static str) -> Vec<&[u8]> {
        let of = |lines: &'static [&'static [u8]]| lines.to_vec();
        match name {
            _ if name == self.name => self.lines.iter().map(Vec::as_slice).collect(),
            "x-forwarded-proto" => of(&[b"https"]),
            _ => Vec::new(),
        }
    }
}

fn config(header: ForwardingHeader) -> SessionConfig {
    let config = SessionConfig::builder().trusted_proxies(["10.0.0.0/8"]).forwarding_header(header);
    config.build().expect("a configuration")
}

static CONFIGS: LazyLock<[(SessionConfig, &str, &[u8]); 2]> = LazyLock::new(|| {
    [
        (config(ForwardingHeader::XForwarded), "x-forwarded-for", b"192.0.2.1"),
        (config(ForwardingHeader::Forwarded), "forwarded", b"for=\"192.0.2.1:80\";proto=https"),
    ]
});

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, bytes)) = bytes.split_first() else { return };
    let (config, name, word) = &CONFIGS[usize::from(kind & 1)];
    let written: Vec<Vec<u8>> = bytes.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    let client = |lines: Vec<Vec<u8>>, peer: &str| {
        let peer: Option<IpAddr> = peer.parse().ok();
        Client::of(config, &Arrival { peer, scheme: Some(Scheme::Http), headers: &Lines { name, lines } })
    };
    // The proxy is nobody's: its headers are the client's.
    let direct = client(written.clone(), "198.51.100.1");
    assert_eq!(direct.address, "198.51.100.1".parse().ok());
    assert_eq!(direct.scheme, Some(Scheme::Http));
    // A line of its own is read first, whatever stands before it.
    let own_line = client([&written[..], &[word.to_vec()]].concat(), "10.0.0.1");
    assert_eq!(own_line.address, "192.0.2.1".parse().ok());
    assert_eq!(own_line.scheme, Some(Scheme::Https));
    // Appended to what the client wrote it stands, or the line is nothing.
    let mut appended = written;
    if let Some(last) = appended.last_mut() {
        last.extend_from_slice(b", ");
        last.extend_from_slice(word);
    }
    let appended = client(appended, "10.0.0.1");
    assert!(appended.address.is_none() || appended.address == "192.0.2.1".parse().ok());
});
