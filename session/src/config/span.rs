//! Spans of time as people write them: "15m", "12h", "1h 30m".
//!
//! Our own forty lines rather than the `humantime` crate, because that one has months and years of a fraction of days:
//! it reads "1M" as 30.44 days, and writes 400 days as "1year 1month 4days 7h …".

use std::fmt::Write as _;
use std::time::Duration;

/// Nanoseconds, longest first. Weeks are read and never written.
const UNITS: [(&str, u128); 8] = [
    ("w", 7 * 24 * 3_600_000_000_000),
    ("d", 24 * 3_600_000_000_000),
    ("h", 3_600_000_000_000),
    ("m", 60_000_000_000),
    ("s", 1_000_000_000),
    ("ms", 1_000_000),
    ("us", 1_000),
    ("ns", 1),
];

/// Numbers with units, longest unit first, each at most once, with or without spaces. What is wrong is said without the
/// name of what was to be set.
pub(super) fn read(text: &str) -> Result<Duration, String> {
    let (mut rest, mut units, mut nanos) = (text.trim(), UNITS.as_slice(), 0_u128);
    let misread = || {
        let bare = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let cure =
            if bare { format!("\"{text}s\" for seconds") } else { "as in \"15m\" or \"1h 30m\"".to_owned() };
        format!("is no span of time: write numbers with units (w, d, h, m, s, ms), longest first, {cure}")
    };
    if rest.is_empty() {
        return Err(misread());
    }
    while !rest.is_empty() {
        let number = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        let (digits, after) = rest.split_at(rest.len() - number.len());
        let end = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, after) = after.split_at(end);
        let place = units.iter().position(|(name, _)| *name == unit).ok_or_else(misread)?;
        let number: u64 = digits.parse().map_err(|_| misread())?;
        // 2^64 weeks are less than 2^128 nanoseconds.
        nanos += u128::from(number) * units[place].1;
        units = &units[place + 1..];
        rest = after.trim_start();
    }
    let seconds =
        u64::try_from(nanos / 1_000_000_000).map_err(|_| "is longer than a span can be".to_owned())?;
    let subsec = u32::try_from(nanos % 1_000_000_000).unwrap_or_default();
    Ok(Duration::new(seconds, subsec))
}

/// The one way in which a span is written: days at the most, only units that count.
pub(super) fn text(span: Duration) -> String {
    let (mut rest, mut text) = (span.as_nanos(), String::new());
    for (unit, nanos) in &UNITS[1..] {
        if rest >= *nanos {
            let gap = if text.is_empty() { "" } else { " " };
            write!(text, "{gap}{}{unit}", rest / nanos).expect("a String takes everything");
            rest %= nanos;
        }
    }
    if text.is_empty() { "0s".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them() {
        for (written, seconds) in [
            ("90s", 90),
            ("15m", 15 * 60),
            ("12h", 12 * 3600),
            ("30d", 30 * 86_400),
            ("2w", 14 * 86_400),
            ("1h 30m", 5400),
            ("1h30m", 5400),
            (" 1d  2h ", 93_600),
            ("0s", 0),
            ("90m", 5400),
        ] {
            assert_eq!(read(written), Ok(Duration::from_secs(seconds)), "{written:?}");
        }
        assert_eq!(read("1s 500ms"), Ok(Duration::from_millis(1500)));
    }

    #[test]
    fn what_is_no_span_is_refused_with_the_cure() {
        for wrong in [
            "",
            " ",
            "m",
            "1.5h",
            "-1s",
            "1 h",
            "15M",
            "1y",
            "1h 1h",
            "30m 1h",
            "1h,30m",
            "99999999999999999999s",
            "١m",
        ] {
            let problem = read(wrong).expect_err(wrong);
            assert!(problem.contains("\"1h 30m\""), "{wrong:?}: {problem}");
        }
        assert!(read("900").unwrap_err().contains("\"900s\""));
        assert!(read("18446744073709551615w").unwrap_err().contains("longer"));
    }

    #[test]
    fn spans_are_written_with_the_units_that_count() {
        for (seconds, written) in [
            (0, "0s"),
            (90, "1m 30s"),
            (900, "15m"),
            (43_200, "12h"),
            (2_592_000, "30d"),
            (34_560_000, "400d"),
        ] {
            assert_eq!(text(Duration::from_secs(seconds)), written);
        }
        assert_eq!(text(Duration::from_millis(250)), "250ms");
    }

    proptest! {
        #[test]
        fn what_is_written_reads_as_it_was(seconds: u64, nanos in 0..1_000_000_000_u32) {
            let span = Duration::new(seconds, nanos);
            prop_assert_eq!(read(&text(span)), Ok(span));
        }

        #[test]
        fn no_text_is_too_strange(text: String) {
            let _ = read(&text);
        }
    }
}
