//! Which settings contradict themselves or each other. Each problem is a sentence that says the cure.

use std::time::Duration;

use super::{IpPrefix, Lifetime, Lifetimes, SessionConfig, SignedIds, span};
use crate::cookie::MAX_AGE;

pub(super) fn lifetimes(lifetimes: &Lifetimes, problems: &mut Vec<String>) {
    for (class, Lifetime { idle, absolute, persistent }) in lifetimes.each() {
        let (idle_text, absolute_text) = (span::text(idle), span::text(absolute));
        if idle < Duration::from_secs(1) {
            problems.push(format!("the {class} idle span is {idle_text}: give sessions at least one second"));
        } else if idle.subsec_nanos() != 0 {
            problems.push(format!(
                "the {class} idle span is {idle_text}, but records hold whole seconds: round it to {}",
                span::text(Duration::from_secs(idle.as_secs()))
            ));
        } else if u32::try_from(idle.as_secs()).is_err() {
            problems.push(format!(
                "the {class} idle span is {idle_text}, more than a record can hold: use at most {} seconds (136 years)",
                u32::MAX
            ));
        }
        if absolute.is_zero() {
            problems.push(format!("the {class} absolute span is zero: give sessions some time to live"));
        } else if idle > absolute {
            problems.push(format!(
                "the {class} idle span, {idle_text}, is longer than the absolute one, {absolute_text}, and would never \
                 count: shorten it or lengthen the absolute one"
            ));
        }
        if persistent && absolute > MAX_AGE {
            problems.push(format!(
                "the {class} absolute span is {absolute_text}, but browsers drop a persistent cookie after 400 days: \
                 use at most {}",
                span::text(MAX_AGE)
            ));
        }
    }
}

/// `chosen` is what somebody asked for; the default adapts to short sessions by itself.
pub(super) fn touch_threshold(chosen: Option<Duration>, lifetimes: &Lifetimes, problems: &mut Vec<String>) {
    let Some(chosen) = chosen else { return };
    if chosen.is_zero() {
        problems.push(
            "touch_threshold is zero, which is a write for every request: use a second or more, or leave it away"
                .to_owned(),
        );
    }
    let shortest = lifetimes.shortest_idle();
    if chosen >= shortest && !shortest.is_zero() {
        problems.push(format!(
            "touch_threshold is {}, not shorter than the shortest idle span, {}: sessions in use would end; shorten it \
             or leave it away",
            span::text(chosen),
            span::text(shortest)
        ));
    }
}

pub(super) fn spans(config: &SessionConfig, problems: &mut Vec<String>) {
    let rotation = config.rotation;
    let grace = span::text(rotation.grace);
    if let Some(every) = rotation.every
        && every < rotation.grace.saturating_mul(2)
    {
        problems.push(format!(
            "ids are to be replaced every {}, less than twice the grace of {grace}: two ids before the present one would \
             open a session; replace them less often or shorten the grace",
            span::text(every)
        ));
    }
    if rotation.settle > rotation.grace {
        problems.push(format!(
            "rotation.settle is {}, longer than the grace of {grace} that it cuts short: shorten it",
            span::text(rotation.settle)
        ));
    }
    if config.create_window.is_zero() {
        problems.push(
            "create_window is zero, so no session could be created: use more than the store's slowest answer, or \
             leave it away"
                .to_owned(),
        );
    }
    if config.limit.most == Some(0) {
        problems.push(
            "limit.most is zero, so nobody could sign in: use one at the least, or leave it away".to_owned(),
        );
    }
    if config.commit_deadline.is_zero() {
        problems.push(
            "commit_deadline is zero, so no commit could wait for another: use some hundred milliseconds, or leave \
             it away"
                .to_owned(),
        );
    }
}

pub(super) fn client(config: &SessionConfig, problems: &mut Vec<String>) {
    if let Some(IpPrefix { v4, v6 }) = config.binding.ip {
        for (family, bits, range) in [("IPv4", v4, IpPrefix::V4), ("IPv6", v6, IpPrefix::V6)] {
            if !range.contains(&bits) {
                problems.push(format!(
                    "sessions are to be bound to {bits} bits of an {family} address: choose {} to {}",
                    range.start(),
                    range.end()
                ));
            }
        }
    }
    if config.keys.is_some() {
        return;
    }
    for (needs, what) in [
        (config.binding.is_on(), "sessions are to be bound to their clients"),
        (config.signed_ids != SignedIds::Off, "session ids are to be signed"),
    ] {
        if needs {
            problems.push(format!("{what}, but there are no keys: give some with `.keys(…)`"));
        }
    }
}

pub(super) fn application(name: &str, problems: &mut Vec<String>) {
    if name.is_empty() {
        problems.push(
            "the application's name is empty, so that any other one without a name could use what this one sealed: \
             name it, or leave it away"
                .to_owned(),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn problems_of(lifetime: Lifetime) -> usize {
        let mut problems = Vec::new();
        lifetimes(&Lifetimes { remembered: lifetime, ..Lifetimes::default() }, &mut problems);
        problems.len()
    }

    #[test]
    fn a_lifetime_is_finite_ordered_and_within_what_browsers_and_records_hold() {
        let life = |idle, absolute, persistent| Lifetime { idle, absolute, persistent };
        assert_eq!(problems_of(life(SECOND, SECOND, false)), 0);
        assert_eq!(problems_of(life(Duration::ZERO, SECOND, false)), 1);
        assert_eq!(problems_of(life(SECOND / 2, SECOND, false)), 1);
        assert_eq!(problems_of(life(SECOND * 3 / 2, SECOND * 2, false)), 1);
        assert_eq!(problems_of(life(SECOND, Duration::ZERO, false)), 1);
        assert_eq!(problems_of(life(SECOND * 2, SECOND, false)), 1);
        assert_eq!(problems_of(life(SECOND, MAX_AGE, true)), 0);
        assert_eq!(problems_of(life(SECOND, MAX_AGE + SECOND, true)), 1);
        assert_eq!(problems_of(life(SECOND, MAX_AGE + SECOND, false)), 0);
        assert_eq!(problems_of(life(SECOND * u32::MAX, SECOND * u32::MAX, false)), 0);
        let years = Duration::from_secs(u64::from(u32::MAX) + 1);
        assert_eq!(problems_of(life(years, years, false)), 1);
    }

    #[test]
    fn an_application_has_a_name() {
        let problems_of = |name| {
            let mut problems = Vec::new();
            application(name, &mut problems);
            problems.len()
        };
        assert_eq!((problems_of(""), problems_of("shop")), (1, 0));
    }

    #[test]
    fn a_chosen_threshold_is_shorter_than_the_shortest_idle_span() {
        let problems_of = |chosen| {
            let mut problems = Vec::new();
            touch_threshold(chosen, &Lifetimes::default(), &mut problems);
            problems.len()
        };
        assert_eq!(problems_of(None), 0);
        assert_eq!(problems_of(Some(SECOND)), 0);
        assert_eq!(problems_of(Some(Duration::ZERO)), 1);
        assert_eq!(problems_of(Some(30 * 60 * SECOND)), 1);
        assert_eq!(problems_of(Some(29 * 60 * SECOND)), 0);
    }
}
