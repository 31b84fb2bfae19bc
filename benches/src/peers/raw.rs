//! The Redis client by itself: `GET`, and `GET` and `SET`, of bytes as long as a session.

use std::hint::black_box;
use std::rc::Rc;

use redis::AsyncCommands as _;

use crate::client::App;
use crate::scenario::Scenario;
use crate::server::Server;
use crate::shop::Shop;

pub(super) async fn redis(server: &Server) -> App {
    let client = redis::Client::open(format!("redis://{}", server.address())).expect("an address");
    let connection = client.get_multiplexed_async_connection().await.expect("the server is up");
    let bytes = postcard::to_stdvec(&Shop::sample()).expect("bytes");
    connection.clone().set::<_, _, ()>("raw", bytes.clone()).await.expect("the server is up");
    App::Raw(Rc::new(move |scenario| {
        let mut connection = connection.clone();
        let bytes = bytes.clone();
        Box::pin(async move {
            let reads = matches!(scenario, Scenario::Read | Scenario::Change | Scenario::Login);
            if reads {
                let read: Vec<u8> = connection.get("raw").await.expect("the server is up");
                black_box(read);
            }
            if scenario.changes() {
                let _: () = connection.set_ex("raw", bytes, 3600).await.expect("the server is up");
            }
        })
    }))
}
