use session::store::Store;
use session::{SessionData, Sessions};

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity, index)]
    user_id: Option<i64>,
}

async fn devices<S: Store + Clone>(sessions: Sessions<Data, S>) {
    let _ = sessions.by_user_id(&7).list().await;
}

fn main() {}
