use std::sync::Arc;

use session::store::Freshness;

use super::*;
use crate::cluster::Moment;
use crate::cluster::layout::Layout;
use crate::cluster::message::Message;
use crate::cluster::shard::{Answer, Look, Shard};
use crate::cluster::switches::Switches;
use crate::cluster::tickets::{Origin, Ticket};

const FEED: usize = 0;
const NOW: Timestamp = Timestamp::from_millis(1_000);

fn at(ms: u64) -> Moment {
    Duration::from_millis(ms)
}

/// A shard whose only feed is live from 0 on, in generation 1.
fn live_within(limits: Limits) -> Shard {
    let mut shard = Shard::new(limits, Switches::default(), 0);
    shard.lay_out(Arc::new(Layout::single("feed")));
    shard.subscribed(FEED, 1);
    shard.proven(FEED, 1, at(0));
    shard
}

fn live() -> Shard {
    live_within(LIMITS)
}

fn asked(shard: &mut Shard, number: u8) -> Ticket {
    match shard.look(&handle(number), Freshness::Promised, at(1), NOW) {
        Look::Ask(ticket) => ticket,
        _ => panic!("something is known of {number}"),
    }
}

fn kept(shard: &mut Shard, number: u8, record: Record) {
    let ticket = asked(shard, number);
    shard.end(&ticket, Answer::Found(record), at(1));
}

/// The revision that is served at that time, if any.
fn served_at(shard: &mut Shard, number: u8, ms: u64) -> Option<u64> {
    served_within(shard, number, Freshness::Promised, ms)
}

fn served_within(shard: &mut Shard, number: u8, wanted: Freshness, ms: u64) -> Option<u64> {
    match shard.look(&handle(number), wanted, at(ms), NOW) {
        Look::Found(record) => Some(record.header.revision),
        Look::Ask(ticket) => {
            shard.give_up(&ticket);
            None
        }
        Look::Absent | Look::Join(_) => None,
    }
}

fn changed(number: u8, record: &Record) -> Message {
    Message::Changed { handle: handle(number), stamp: record.header.stamp() }
}

#[test]
fn a_message_with_another_stamp_evicts_whether_higher_or_lower_and_its_own_does_not() {
    for (other, stays) in
        [(record(5, 1), true), (record(6, 2), false), (record(4, 2), false), (record(5, 2), false)]
    {
        let mut shard = live();
        kept(&mut shard, 1, record(5, 1));
        shard.hear(&changed(1, &other));
        assert_eq!(served_at(&mut shard, 1, 2).is_some(), stays, "{:?}", other.header.stamp());
    }
}

#[test]
fn a_fill_that_races_an_invalidation_is_not_kept_unless_it_is_what_the_message_says() {
    let mut shard = live();
    let ticket = asked(&mut shard, 1);
    shard.hear(&changed(1, &record(6, 2)));
    shard.end(&ticket, Answer::Found(record(5, 1)), at(2));
    assert_eq!(served_at(&mut shard, 1, 3), None);

    let ticket = asked(&mut shard, 1);
    shard.hear(&changed(1, &record(6, 2)));
    shard.end(&ticket, Answer::Found(record(6, 2)), at(2));
    assert_eq!(served_at(&mut shard, 1, 3), Some(6));
}

#[test]
fn a_fill_that_races_a_logout_is_not_kept() {
    let mut shard = live();
    let ticket = asked(&mut shard, 1);
    shard.hear(&Message::Ended { handle: handle(1) });
    shard.end(&ticket, Answer::Found(record(5, 1)), at(2));
    assert_eq!(served_at(&mut shard, 1, 3), None);
}

#[test]
fn a_load_that_ends_after_an_own_commit_does_not_bring_back_what_was_before() {
    let mut shard = live();
    let load = asked(&mut shard, 1);
    let commit = shard.begin(&handle(1), Origin::Write);
    shard.end(&commit, Answer::Found(record(6, 2)), at(2));
    shard.end(&load, Answer::Found(record(5, 1)), at(3));
    assert_eq!(served_at(&mut shard, 1, 4), None);
}

#[test]
fn of_two_own_commits_the_answer_that_comes_late_does_not_win() {
    let mut shard = live();
    let (first, second) = (shard.begin(&handle(1), Origin::Write), shard.begin(&handle(1), Origin::Write));
    shard.end(&second, Answer::Found(record(7, 3)), at(2));
    shard.end(&first, Answer::Found(record(6, 2)), at(3));
    assert_ne!(served_at(&mut shard, 1, 4), Some(6));
}

#[test]
fn nothing_is_served_from_the_moment_on_at_which_the_lease_is_over() {
    let mut shard = live();
    kept(&mut shard, 1, record(5, 1));
    assert_eq!(served_at(&mut shard, 1, 199), Some(5));
    assert_eq!(served_at(&mut shard, 1, 200), None);
    assert_eq!(shard.stats().unverified, 1);
    // It counts from when the heartbeat was sent, whenever it came back.
    shard.proven(FEED, 1, at(10));
    assert_eq!(served_at(&mut shard, 1, 209), Some(5));
    assert_eq!(served_at(&mut shard, 1, 210), None);
}

#[test]
fn a_heartbeat_of_another_generation_proves_nothing() {
    let mut shard = live();
    shard.subscribed(FEED, 2);
    let ticket = asked(&mut shard, 1);
    shard.end(&ticket, Answer::Found(record(5, 1)), at(2));
    shard.proven(FEED, 1, at(3));
    assert_eq!(served_at(&mut shard, 1, 4), None);
    shard.proven(FEED, 2, at(3));
    assert_eq!(served_at(&mut shard, 1, 4), Some(5));
}

#[test]
fn a_lost_feed_leaves_unverified_copies_for_those_who_ask_and_a_new_one_erases_them() {
    let mut shard = live();
    kept(&mut shard, 1, record(5, 1));
    shard.lost(FEED, 1);
    assert_eq!(served_at(&mut shard, 1, 2), None);
    assert_eq!(shard.copy(&handle(1), at(2), NOW).unwrap().header.revision, 5);
    shard.subscribed(FEED, 2);
    shard.proven(FEED, 2, at(3));
    assert_eq!(served_at(&mut shard, 1, 4), None);
    assert!(shard.copy(&handle(1), at(4), NOW).is_none());
}

#[test]
fn a_fill_from_before_a_new_generation_is_not_kept() {
    let mut shard = live();
    let ticket = asked(&mut shard, 1);
    shard.lost(FEED, 1);
    shard.subscribed(FEED, 2);
    shard.proven(FEED, 2, at(3));
    shard.end(&ticket, Answer::Found(record(5, 1)), at(4));
    assert_eq!(served_at(&mut shard, 1, 5), None);
    assert_eq!(shard.stats().fenced, 1);
}

#[test]
fn one_feed_that_is_lost_takes_nobody_elses_copies() {
    let mut shard = Shard::new(LIMITS, Switches::default(), 0);
    let by_handle = |handle: &Handle| Some(usize::from(handle.as_bytes()[0]));
    shard.lay_out(Arc::new(Layout::new(vec!["a".to_owned(), "b".to_owned()], by_handle)));
    for feed in [0, 1] {
        shard.subscribed(feed, 1);
        shard.proven(feed, 1, at(0));
    }
    kept(&mut shard, 0, record(5, 1));
    kept(&mut shard, 1, record(6, 1));
    shard.lost(0, 1);
    assert_eq!((served_at(&mut shard, 0, 2), served_at(&mut shard, 1, 2)), (None, Some(6)));
    shard.subscribed(0, 2);
    shard.proven(0, 2, at(3));
    assert_eq!((served_at(&mut shard, 0, 4), served_at(&mut shard, 1, 4)), (None, Some(6)));
}

#[test]
fn a_session_without_a_feed_is_not_kept() {
    let mut shard = live();
    shard.lay_out(Arc::new(Layout::new(vec!["a".to_owned()], |_| None)));
    kept(&mut shard, 1, record(5, 1));
    assert_eq!(shard.stats().size, 0);
}

#[test]
fn a_copy_past_its_own_deadline_or_its_time_is_a_miss_and_no_expiry() {
    let mut shard = live();
    let mut ends = record(5, 1);
    ends.header.idle_deadline = NOW;
    kept(&mut shard, 1, ends);
    assert_eq!(served_at(&mut shard, 1, 2), None);
    shard.touched(&handle(1), Timestamp::from_millis(2_000));
    assert_eq!(served_at(&mut shard, 1, 2), Some(5), "another one was touched: the store said so");

    let mut shard = live_within(Limits { ttl: at(100), ..LIMITS });
    kept(&mut shard, 1, record(5, 1));
    assert_eq!((served_at(&mut shard, 1, 90), served_at(&mut shard, 1, 101)), (Some(5), None));
}

#[test]
fn a_client_that_has_seen_more_is_given_more_and_one_that_lies_costs_one_load() {
    let mut shard = live();
    kept(&mut shard, 1, record(5, 1));
    let within = |shard: &mut Shard, seen| served_within(shard, 1, Freshness::AtLeast(seen), 2);
    assert_eq!(within(&mut shard, 5), Some(5));
    assert_eq!(within(&mut shard, 0), Some(5));
    assert_eq!(within(&mut shard, u64::MAX), None);
    assert_eq!(shard.stats().older_than_hint, 1);
    assert_eq!(served_at(&mut shard, 1, 2), Some(5), "it is as good as before for everybody else");
}

#[test]
fn a_load_is_joined_until_something_is_heard_and_only_while_the_feed_is_live() {
    let mut shard = live();
    let ticket = asked(&mut shard, 1);
    let joins = |shard: &mut Shard, ms| match shard.look(&handle(1), Freshness::Promised, at(ms), NOW) {
        Look::Join(number) => Some(number),
        Look::Ask(ticket) => {
            shard.give_up(&ticket);
            None
        }
        _ => panic!("nothing is known"),
    };
    assert_eq!(joins(&mut shard, 2), Some(ticket.number));
    assert_eq!(joins(&mut shard, 200), None, "the lease is over");
    shard.hear(&changed(1, &record(6, 2)));
    assert_eq!(joins(&mut shard, 2), None, "it may have read before that");

    let mut shard = live();
    let _before = asked(&mut shard, 1);
    shard.subscribed(FEED, 2);
    shard.proven(FEED, 2, at(1));
    assert_eq!(joins(&mut shard, 2), None, "it began before the gap");
}

#[test]
fn what_is_kept_is_bounded_by_number_and_by_bytes_and_the_least_used_goes_first() {
    let mut shard = live_within(Limits { entries: 3, ..LIMITS });
    for number in 1..=3 {
        kept(&mut shard, number, record(1, 1));
    }
    assert_eq!(served_at(&mut shard, 1, 2), Some(1));
    kept(&mut shard, 4, record(1, 1));
    let here: Vec<bool> = (1..=4).map(|number| served_at(&mut shard, number, 2).is_some()).collect();
    assert_eq!(here, [true, false, true, true]);
    assert_eq!((shard.stats().evictions, shard.stats().size), (1, 3));

    let mut shard = live_within(Limits { bytes: 10_000, ..LIMITS });
    for number in 1..=20 {
        let mut large = record(1, 1);
        large.fields = Bytes::from(vec![0; 2_000]);
        kept(&mut shard, number, large);
    }
    assert!(shard.stats().bytes <= 10_000 && shard.stats().size > 1, "{:?}", shard.stats());
    let mut larger = record(1, 1);
    larger.fields = Bytes::from(vec![0; 20_000]);
    kept(&mut shard, 99, larger);
    assert_eq!(served_at(&mut shard, 99, 2), None);
    shard.clear();
    assert_eq!((shard.stats().size, shard.stats().bytes), (0, 0));
}

#[test]
fn overwriting_a_copy_evicts_nobody() {
    let mut shard = live_within(Limits { entries: 2, ..LIMITS });
    kept(&mut shard, 1, record(1, 1));
    kept(&mut shard, 2, record(1, 1));
    let commit = shard.begin(&handle(2), Origin::Write);
    shard.end(&commit, Answer::Found(record(2, 2)), at(2));
    assert_eq!((served_at(&mut shard, 1, 3), served_at(&mut shard, 2, 3)), (Some(1), Some(2)));
    assert_eq!(shard.stats().evictions, 0);
}

#[test]
fn that_there_is_no_such_session_is_kept_in_a_region_of_its_own_and_a_create_ends_it() {
    let absent = |shard: &mut Shard, number| {
        matches!(shard.look(&handle(number), Freshness::Promised, at(2), NOW), Look::Absent)
    };
    let mut shard = live();
    for number in 0..50 {
        let ticket = asked(&mut shard, number);
        shard.end(&ticket, Answer::Absent, at(1));
    }
    assert_eq!(shard.stats().negatives, LIMITS.negatives);
    assert!(absent(&mut shard, 49));
    assert!(served_within(&mut shard, 49, Freshness::AtLeast(1), 2).is_none(), "its client has seen one");
    shard.hear(&changed(49, &record(1, 1)));
    assert!(!absent(&mut shard, 49));
    shard.lost(FEED, 1);
    assert!(!absent(&mut shard, 48), "a create may have been missed");
}

#[test]
fn a_write_that_may_have_been_made_takes_the_copy_and_one_that_surely_was_not_leaves_it() {
    let mut shard = live();
    kept(&mut shard, 1, record(5, 1));
    let write = shard.begin(&handle(1), Origin::Write);
    shard.nothing_happened(&write);
    assert_eq!(served_at(&mut shard, 1, 2), Some(5));
    let write = shard.begin(&handle(1), Origin::Write);
    shard.give_up(&write);
    assert_eq!(served_at(&mut shard, 1, 2), None);
}

#[test]
fn a_clear_takes_everything_and_what_is_under_way() {
    let mut shard = live();
    kept(&mut shard, 1, record(5, 1));
    let ticket = asked(&mut shard, 2);
    shard.hear(&Message::Cleared);
    shard.end(&ticket, Answer::Found(record(5, 1)), at(2));
    assert_eq!((served_at(&mut shard, 1, 3), served_at(&mut shard, 2, 3)), (None, None));
}
