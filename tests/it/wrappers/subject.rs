use std::future::Future;
use std::sync::LazyLock;
use std::time::Duration;

use session::testing::conformance::{Measured, Severable, Subject};
use tokio::runtime::{Builder, Runtime};

static RUNTIME: LazyLock<Runtime> =
    LazyLock::new(|| Builder::new_multi_thread().worker_threads(1).enable_time().build().expect("a runtime"));

/// A subject whose store needs a runtime with timers. The laws call from threads of their own.
#[derive(Debug)]
pub struct OnRuntime<S>(pub S);

impl<S: Subject> Subject for OnRuntime<S> {
    type Store = S::Store;

    fn store(&self) -> &S::Store {
        self.0.store()
    }

    fn advance(&self, span: Duration) {
        self.0.advance(span);
    }

    fn run<F: Future>(&self, future: F) -> F::Output {
        RUNTIME.block_on(future)
    }
}

impl<S: Measured> Measured for OnRuntime<S> {
    fn kept(&self) -> usize {
        self.0.kept()
    }
}

impl<S: Severable> Severable for OnRuntime<S> {
    fn cut(&self, cut: bool) {
        self.0.cut(cut);
    }
}
