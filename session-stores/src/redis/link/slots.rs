//! Which slot a key is in (Redis Cluster specification, "Key distribution model"), and which server has it.

use redis::Value;

/// How many slots a cluster has.
pub(super) const SLOTS: usize = 16_384;

/// The slot of a key: of what stands between its first brace and the next one, if anything does.
pub(in crate::redis) fn slot_of(key: &str) -> usize {
    let tag = key.split_once('{').and_then(|(_, rest)| rest.split_once('}')).map(|(tag, _)| tag);
    let hashed = tag.filter(|tag| !tag.is_empty()).unwrap_or(key);
    usize::from(crc16(hashed.as_bytes())) % SLOTS
}

/// CRC-16/XMODEM.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0, |crc, byte| {
        (0..8).fold(crc ^ (u16::from(*byte) << 8), |crc, _| match crc & 0x8000 {
            0 => crc << 1,
            _ => (crc << 1) ^ 0x1021,
        })
    })
}

/// Some slots and the master that has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Range {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) host: String,
    pub(super) port: u16,
}

/// What `CLUSTER SLOTS` says, asked of a server at `asked`: that is meant where no host is named.
pub(super) fn read(answer: &Value, asked: &str) -> Option<Vec<Range>> {
    let Value::Array(ranges) = answer else { return None };
    ranges.iter().map(|range| read_range(range, asked)).collect()
}

fn read_range(range: &Value, asked: &str) -> Option<Range> {
    let Value::Array(parts) = range else { return None };
    let [Value::Int(first), Value::Int(last), Value::Array(master), ..] = &parts[..] else { return None };
    let [host, Value::Int(port), ..] = &master[..] else { return None };
    let slot = |slot: i64| usize::try_from(slot).ok().filter(|slot| *slot < SLOTS);
    let (first, last) = (slot(*first)?, slot(*last)?);
    Some(Range { first, last, host: host_of(host, asked)?, port: u16::try_from(*port).ok()? })
}

fn host_of(host: &Value, asked: &str) -> Option<String> {
    let host = match host {
        Value::BulkString(host) => std::str::from_utf8(host).ok()?,
        Value::SimpleString(host) => host,
        Value::Nil => "",
        _ => return None,
    };
    Some(named_host(host, asked).to_owned())
}

/// The host that is meant: a server that does not know its own name leaves it out, or says `?`.
fn named_host<'h>(host: &'h str, asked: &'h str) -> &'h str {
    match host {
        "" | "?" => asked,
        host => host,
    }
}

/// Where `MOVED` and `ASK` send on to: `3999 127.0.0.1:6381`.
pub(super) fn read_redirect(detail: &str, asked: &str) -> Option<(String, u16)> {
    let (host, port) = detail.split_ascii_whitespace().nth(1)?.rsplit_once(':')?;
    Some((named_host(host, asked).to_owned(), port.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_those_of_the_specification() {
        // `CLUSTER KEYSLOT` of a server.
        assert_eq!(crc16(b"123456789"), 0x31c3);
        for (key, slot) in [("foo", 12182), ("{user1000}.following", 3443), ("user1000", 3443)] {
            assert_eq!(slot_of(key), slot, "{key}");
        }
        assert_eq!(slot_of("foo{}{bar}"), usize::from(crc16(b"foo{}{bar}")) % SLOTS);
        assert_eq!(slot_of("foo{{bar}}zap"), slot_of("{bar"));
        assert_eq!(slot_of("foo{bar}{zap}"), slot_of("bar"));
    }

    fn range(first: i64, last: i64, host: Value, port: i64) -> Value {
        let master = Value::Array(vec![host, Value::Int(port), Value::BulkString(b"id".to_vec())]);
        Value::Array(vec![Value::Int(first), Value::Int(last), master])
    }

    #[test]
    fn a_server_without_a_name_is_the_one_that_was_asked() {
        let named = Value::BulkString(b"10.0.0.7".to_vec());
        let answer = Value::Array(vec![range(0, 99, Value::Nil, 1), range(100, 16383, named, 2)]);
        let ranges = read(&answer, "10.0.0.1").unwrap();
        let seen: Vec<_> = ranges.iter().map(|range| (range.host.as_str(), range.port)).collect();
        assert_eq!(seen, [("10.0.0.1", 1), ("10.0.0.7", 2)]);
        assert_eq!(read_redirect("3999 :6381", "h"), Some(("h".to_owned(), 6381)));
        assert_eq!(read_redirect("3999 ::1:6381", "h"), Some(("::1".to_owned(), 6381)));
    }

    #[test]
    fn slots_that_no_cluster_has_are_refused() {
        let host = || Value::BulkString(b"h".to_vec());
        for (first, last, port) in [(-1, 5, 1), (0, 16384, 1), (0, 5, 70_000)] {
            assert_eq!(read(&Value::Array(vec![range(first, last, host(), port)]), "h"), None);
        }
        assert_eq!(read(&Value::Nil, "h"), None);
        assert_eq!(read_redirect("3999", "h"), None);
    }
}
