/// The first value of that field in an `application/x-www-form-urlencoded` body, as it is written there: for names and
/// values of unreserved characters, which nobody encodes. Time is linear, nothing is allocated, and no input fails.
pub(crate) fn field<'a>(body: &'a [u8], name: &str) -> Option<&'a [u8]> {
    body.split(|byte| *byte == b'&').find_map(|pair| pair.strip_prefix(name.as_bytes())?.strip_prefix(b"="))
}

/// Whether that is the content type of such a body.
pub(crate) fn is_form(content_type: &[u8]) -> bool {
    let essence = content_type.split(|byte| *byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/x-www-form-urlencoded")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_found_by_its_whole_name() {
        for (body, expected) in [
            ("csrf_token=abc", Some("abc")),
            ("a=1&csrf_token=abc&b=2", Some("abc")),
            ("csrf_token=", Some("")),
            ("csrf_token=a&csrf_token=b", Some("a")),
            ("xcsrf_token=a&csrf_tokenx=b&csrf_token", None),
            ("a=csrf_token=abc", None),
            ("a=%26csrf_token=abc", None),
            ("", None),
            ("&&&=&", None),
        ] {
            assert_eq!(field(body.as_bytes(), "csrf_token"), expected.map(str::as_bytes), "{body}");
        }
    }

    #[test]
    fn a_form_is_known_by_its_content_type() {
        for (text, expected) in [
            ("application/x-www-form-urlencoded", true),
            ("Application/X-WWW-Form-Urlencoded ; charset=utf-8", true),
            ("application/x-www-form-urlencoded-not", false),
            ("multipart/form-data; boundary=x", false),
            ("text/plain; application/x-www-form-urlencoded", false),
            ("", false),
        ] {
            assert_eq!(is_form(text.as_bytes()), expected, "{text}");
        }
    }
}
