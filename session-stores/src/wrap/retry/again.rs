use std::future::Future;
use std::time::Duration;

use session::{Applied, Error, ErrorKind};
use tokio::time::sleep;

use super::super::refusal::is_refusal;
use super::policy::{Course, RetryPolicy};

/// Whether something that failed may be tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// No: it would fail the same way, or happen twice.
    No,
    /// Yes.
    Yes,
    /// Yes, and not before so long.
    After(Duration),
}

impl Again {
    /// For what must not happen twice: only if the store surely did not do it.
    pub fn unless_applied(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unavailable { applied: Applied::No, .. } => Self::if_unavailable(error),
            _ => Self::No,
        }
    }

    /// For what may be done twice without harm: whenever the store could not be asked. A load, a touch and a delete are
    /// so, and a commit by its nonce, if the store is told of the lost answer.
    ///
    /// Not what an open circuit or a full bulkhead refused: those answer at once so that nobody waits.
    pub fn if_unavailable(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Unavailable { .. } if is_refusal(error) => Self::No,
            ErrorKind::Unavailable { retry_after: Some(after), .. } => Self::After(*after),
            ErrorKind::Unavailable { retry_after: None, .. } => Self::Yes,
            _ => Self::No,
        }
    }
}

impl From<bool> for Again {
    fn from(again: bool) -> Self {
        if again { Self::Yes } else { Self::No }
    }
}

/// Tries until it succeeds, until it fails in a way that is not worth another attempt, or until the policy says that it is
/// enough. [`Retry`](super::Retry) does this for a store; this is for calls of the app's own.
///
/// `again` decides by the error: a `bool`, or an [`Again`] such as [`Again::unless_applied`]. No attempt is cut off, so give
/// each one a time limit. Needs a tokio runtime with timers. May be dropped at any point, as far as the attempts may.
///
/// ```
/// use session_stores::wrap::{RetryPolicy, retry};
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let mut attempts = 0;
/// let policy = RetryPolicy::default();
/// let answer = retry(&policy, |error: &&str| *error == "busy", || {
///     attempts += 1;
///     std::future::ready(if attempts < 3 { Err("busy") } else { Ok(42) })
/// });
/// assert_eq!(answer.await, Ok(42));
/// # }
/// ```
///
/// # Errors
/// That of the last attempt.
pub async fn retry<V, E, A, F>(
    policy: &RetryPolicy,
    again: impl Fn(&E) -> A,
    mut attempt: impl FnMut() -> F,
) -> Result<V, E>
where
    A: Into<Again>,
    F: Future<Output = Result<V, E>>,
{
    let mut course = Course::begin(policy);
    loop {
        let error = match attempt().await {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match course.failed(again(&error).into()) {
            Some(wait) => pause(wait).await,
            None => return Err(error),
        }
    }
}

/// No wait is none at all: a timer would take until its next tick.
pub(super) async fn pause(wait: Duration) {
    if !wait.is_zero() {
        sleep(wait).await;
    }
}
