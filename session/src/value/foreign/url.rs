//! [`Url`], behind the feature `url`: its text.

use url::Url;

use crate::codec::{DecodeError, Decoder, EncodeError, Encoder};
use crate::value::{SessionValue, Shape};

/// An address whose text another parser would read as another address is refused when the session is written.
impl SessionValue for Url {
    const SHAPE: &'static Shape = &Shape::Scalar("url");
    // The shortest ones are of the kind of `a:`.
    const MIN: usize = 1 + 2;
    const MAX: Option<usize> = None;

    fn encode(&self, encoder: &mut Encoder) {
        match read(self.as_str()) {
            Some(url) if parts(&url) == parts(self) => encoder.bytes(self.as_str().as_bytes()),
            _ => encoder.fail(EncodeError::Invalid("URL")),
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let text = std::str::from_utf8(decoder.bytes()?).map_err(|_| DecodeError::NotUtf8)?;
        read(text).ok_or(DecodeError::Invalid("URL"))
    }
}

/// Where it leads, which an address that was put together by hand need not have in common with the one of its text.
fn parts(url: &Url) -> (Option<&str>, &str) {
    (url.host_str().filter(|host| !host.is_empty()), url.path())
}

/// What was written as exactly this text.
fn read(text: &str) -> Option<Url> {
    Url::parse(text).ok().filter(|url| url.as_str() == text)
}
