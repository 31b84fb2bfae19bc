use std::future::poll_fn;
use std::pin::pin;

use bytes::{Buf as _, BufMut as _, Bytes, BytesMut};
use http_body::Body;

use super::CsrfRefusal;

/// The whole body, if it has at most `limit` bytes. Never holds more than that and one frame.
pub(super) async fn read<B: Body>(body: B, limit: usize) -> Result<Bytes, CsrfRefusal> {
    if body.size_hint().lower() > limit as u64 {
        return Err(CsrfRefusal::FormTooLarge);
    }
    let mut body = pin!(body);
    let mut read = BytesMut::new();
    while let Some(frame) = poll_fn(|context| body.as_mut().poll_frame(context)).await {
        let Ok(frame) = frame else { return Err(CsrfRefusal::FormUnreadable) };
        // Forms have no trailers that anybody reads.
        let Ok(data) = frame.into_data() else { continue };
        if data.remaining() > limit - read.len() {
            return Err(CsrfRefusal::FormTooLarge);
        }
        read.put(data);
    }
    Ok(read.freeze())
}
