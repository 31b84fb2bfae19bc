use session::store::Index;
use session::{SessionData, Sessions};

#[derive(SessionData, Clone)]
struct Data {
    #[session(identity, index)]
    user_id: Option<i64>,
    tenant: Option<i64>,
}

async fn count<S: Index + Clone>(sessions: Sessions<Data, S>) {
    let _ = sessions.by_user_id(&7).count().await;
    let _ = sessions.by_tenant(&7).count().await;
}

fn main() {}
