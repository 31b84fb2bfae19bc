use proptest::prelude::*;

use super::*;

const NAME: &str = "__Host-session";
/// What one cookie of that name holds, alone and among several.
const ALONE: usize = 4_096 - 14 - 1;
const EACH: usize = ALONE - 2;

fn config() -> CookieConfig {
    CookieConfig { chunks: MAX_CHUNKS, ..CookieConfig::default() }
}

fn read(header: &str) -> Parts<'_> {
    parts([header.as_bytes()].into_iter(), NAME)
}

fn texts(header: &str) -> Vec<String> {
    read(header).texts().map(|text| String::from_utf8(text.into_owned()).unwrap()).collect()
}

/// The `Cookie` header of a browser that was given these lines, and which cookies it lost by them.
fn sent_back((first, more): &(String, Vec<String>)) -> (String, Vec<String>) {
    let lines = || [first].into_iter().chain(more);
    let pair = |line: &String| line.split(';').next().unwrap().to_owned();
    let (lost, kept): (Vec<_>, Vec<_>) = lines().partition(|line| line.contains("Max-Age=0"));
    for line in &kept {
        assert!(pair(line).len() <= 4_096, "a browser drops it");
        assert!(line.ends_with("; Path=/; Secure; HttpOnly; SameSite=Lax"), "{line}");
    }
    let names = lost.iter().map(|line| pair(line).split('=').next().unwrap().to_owned()).collect();
    (kept.into_iter().map(pair).collect::<Vec<_>>().join("; "), names)
}

fn all() -> Further {
    Further(0b1110)
}

#[test]
fn a_text_of_any_length_that_fits_comes_back_whole() {
    assert_eq!(
        [1, 2, 3, 4].map(|chunks| capacity(&CookieConfig { chunks, ..config() })),
        [ALONE, 2 * EACH, 3 * EACH, 4 * EACH]
    );
    for (length, cookies) in [
        (1, 1),
        (ALONE, 1),
        (ALONE + 1, 2),
        (2 * EACH, 2),
        (2 * EACH + 1, 3),
        (3 * EACH, 3),
        (3 * EACH + 1, 4),
        (4 * EACH, 4),
    ] {
        let text: String = (0..length).map(|at| char::from(b'a' + u8::try_from(at % 26).unwrap())).collect();
        let (header, lost) = sent_back(&issue(&config(), &text, None, Further::default()));
        assert_eq!(header.split("; ").count(), cookies, "{length}");
        assert_eq!(texts(&header), [text], "{length}");
        assert!(lost.is_empty());
    }
}

#[test]
fn further_cookies_that_are_not_needed_any_more_are_taken_away() {
    let lost = |length, further| sent_back(&issue(&config(), &"a".repeat(length), None, further)).1;
    let names = |parts: &[usize]| parts.iter().map(|part| format!("{NAME}.{part}")).collect::<Vec<_>>();
    assert_eq!(lost(10, all()), names(&[1, 2, 3]));
    assert_eq!(lost(10, Further(0b0100)), names(&[2]));
    assert_eq!(lost(10, Further::default()), names(&[]));
    assert_eq!(lost(ALONE + 1, all()), names(&[2, 3]));
    assert_eq!(lost(4 * EACH, all()), names(&[]));
    let (header, lost) = sent_back(&remove(&config(), all()));
    assert_eq!((header.as_str(), lost), ("", [vec![NAME.to_owned()], names(&[1, 2, 3])].concat()));
}

#[test]
fn what_a_request_carries_is_known_also_where_it_is_junk() {
    assert_eq!(read("a=1").further(), Further::default());
    assert_eq!(read(&format!("{NAME}=x; {NAME}.1=y; {NAME}.3=\"\"")).further(), Further(0b1011));
    assert_eq!(all().from(0).collect::<Vec<_>>(), [1, 2, 3]);
}

#[test]
fn only_what_can_be_a_part_is_read() {
    assert_eq!(texts(&format!("{NAME}=abc-_9")), ["abc-_9"]);
    assert_eq!(texts(&format!("{NAME}=\"abc\"")), ["abc"]);
    let long = "a".repeat(4_097);
    for junk in ["a.b", "a+b", "a/b", "a=", "0.a", "1.a", "5.a", "9.a", "22.a", "2", "", &long] {
        let header = format!("{NAME}={junk}; {NAME}.1=b");
        // "2" alone is base64url, like any other text.
        assert_eq!(texts(&header).len(), usize::from(junk == "2"), "{junk:?}");
    }
    for other in [".0", ".4", ".9", ".10", ".", "1", ".x"] {
        assert_eq!(texts(&format!("{NAME}=2.a; {NAME}{other}=b")), [""; 0], "{other}");
    }
}

#[test]
fn a_part_that_is_missing_is_noticed() {
    for (header, incomplete) in [
        (format!("{NAME}=2.a"), true),
        (format!("{NAME}=3.a; {NAME}.1=b"), true),
        (format!("{NAME}=3.a; {NAME}.2=c"), true),
        (format!("{NAME}=2.a; {NAME}.1=b"), false),
        (format!("{NAME}=a; {NAME}.2=b"), false),
        (format!("{NAME}.1=b"), false),
    ] {
        assert_eq!(read(&header).incomplete(), incomplete, "{header}");
        assert_eq!(texts(&header).is_empty(), incomplete || header.starts_with("__Host-session.1"));
    }
}

#[test]
fn where_there_are_several_values_every_combination_is_tried_within_bounds() {
    let header = format!("{NAME}=2.a; {NAME}=2.b; {NAME}.1=x; {NAME}.1=y");
    assert_eq!(texts(&header), ["ax", "ay", "bx", "by"]);
    let header = format!("{NAME}=3.a; {NAME}.1=x; {NAME}.1=y; {NAME}.2=p; {NAME}.2=q");
    assert_eq!(texts(&header), ["axp", "ayp", "axq", "ayq"]);
    assert!(!read(&header).overflow());
    let three = |part: usize| (0..3).map(move |value| format!("{NAME}.{part}={value}"));
    let header: Vec<_> =
        [format!("{NAME}=4.a")].into_iter().chain(three(1)).chain(three(2)).chain(three(3)).collect();
    assert!(read(&header.join("; ")).overflow());
    let header: Vec<_> = (0..4).map(|value| format!("{NAME}.1={value}")).collect();
    assert!(read(&header.join("; ")).overflow());
}

#[test]
fn names_that_could_be_taken_for_each_other_collide() {
    for (one, other, expected) in [
        ("a", "a", true),
        ("a", "a.1", true),
        ("a.9", "a", true),
        ("a", "a.0", false),
        ("a", "a.10", false),
        ("a", "ab", false),
        ("a.1", "a.2", false),
        ("a", "b", false),
    ] {
        assert_eq!(collide(one, other), expected, "{one} {other}");
        assert_eq!(collide(other, one), expected, "{one} {other}");
    }
}

proptest! {
    #[test]
    fn arbitrary_headers_give_a_bounded_number_of_texts_in_the_alphabet(
        headers in prop::collection::vec("(s|s\\.1|s\\.2|s\\.3|=|2\\.|3\\.|4\\.|;|\"| |\u{e9}|[!-~]){0,80}", 0..5),
    ) {
        let parts = parts(headers.iter().map(String::as_bytes), "s");
        let most = if parts.overflow() { usize::MAX } else { 27 };
        for text in parts.texts().take(100) {
            prop_assert!(is_base64url(&text));
        }
        prop_assert!(parts.texts().count() <= most);
    }
}
