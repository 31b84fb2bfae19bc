use std::collections::BTreeSet;

use super::*;

fn settings() -> Settings {
    Settings {
        tombstone_life: Duration::from_secs(60),
        mark_life: Duration::from_secs(3600),
        slack: Duration::ZERO,
        time_is_told: false,
        channel: Some("c".to_owned()),
    }
}

#[test]
fn every_name_in_capitals_that_a_script_uses_is_a_constant() {
    let lua = constants(&settings());
    let defined: BTreeSet<&str> = lua
        .lines()
        .filter_map(|line| line.strip_prefix("local ")?.split_once(" = ").map(|(name, _)| name))
        .chain(["ROLL", "STAMPS", "ZREM", "HDEL", "HGET", "HSET", "ZADD", "ZCARD", "ZRANGE", "HGETALL"])
        .chain(["ZRANGEBYSCORE", "WITHSCORES", "GT"])
        .chain(["KEYS", "ARGV", "VACANT", "TOMBSTONE", "RECORD", "OTHER"])
        .chain(["PUBLISH", "GET", "SET", "DEL", "PX", "TIME", "GETRANGE", "SETRANGE", "PEXPIRE"])
        .collect();
    let bodies = [
        include_str!("lua/common.lua"),
        include_str!("lua/commit.lua"),
        include_str!("lua/touch.lua"),
        include_str!("lua/delete.lua"),
        include_str!("lua/clock.lua"),
        include_str!("lua/end.lua"),
        include_str!("lua/roll.lua"),
        include_str!("lua/members.lua"),
        include_str!("lua/bar.lua"),
        include_str!("lua/admit.lua"),
        include_str!("lua/listed.lua"),
        include_str!("lua/unlist.lua"),
        include_str!("lua/marked.lua"),
        include_str!("lua/revoke.lua"),
        include_str!("lua/raise.lua"),
        include_str!("lua/announce.lua"),
        include_str!("lua/silence.lua"),
    ];
    let used = bodies.iter().flat_map(|body| body.lines()).filter(|line| !line.starts_with("--"));
    let is_part = |c: char| c.is_ascii_uppercase() || c == '_';
    let is_name = |word: &&str| word.len() > 1 && word.contains(|c: char| c.is_ascii_uppercase());
    let words = used.flat_map(|line| line.split(|c| !is_part(c))).filter(is_name);
    let undefined: BTreeSet<&str> = words.filter(|word| !defined.contains(word)).collect();
    assert!(undefined.is_empty(), "{undefined:?}");
}

#[test]
fn a_span_beyond_all_time_is_as_long_as_a_script_can_count() {
    assert_eq!(millis(Duration::from_millis(7)), 7);
    assert_eq!(millis(Duration::MAX), SPAN_MAX);
    const { assert!(SPAN_MAX * 3 < 1 << 53) };
}

#[test]
fn an_answer_that_no_script_gives_is_an_error() {
    let number = Value::Int;
    let bad = [
        Value::Nil,
        Value::Array(Vec::new()),
        Value::Array(vec![number(0)]),
        Value::Array(vec![number(99), number(1)]),
        Value::Array(vec![number(0), number(-1)]),
        Value::Array(vec![Value::BulkString(b"0".to_vec()), number(1)]),
    ];
    for value in bad {
        assert!(Reply::read(value.clone()).is_err(), "{value:?}");
    }
    let reply = Reply::read(Value::Array(vec![number(14), number(5)])).unwrap();
    assert_eq!(reply.said, Said::Gone(Gone::TooLate));
    assert_eq!(reply.at.as_millis(), 5);
    assert!(reply.payload.is_none());
}
