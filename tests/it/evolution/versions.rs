//! One app's session at three deploys, and what each of them can see and do of it.

use session::store::DynStore;
use session::{Session, Sessions, Token};

/// What a program sees; `None` where it does not know the field.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct View {
    pub(crate) user: Option<i64>,
    pub(crate) name: String,
    pub(crate) visits: u32,
    pub(crate) cart: Vec<Item>,
    pub(crate) theme: Option<String>,
    pub(crate) locale: Option<String>,
    pub(crate) badge: Option<u32>,
}

/// Something in the cart, as a program sees it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Item {
    pub(crate) sku: String,
    pub(crate) quantity: u32,
    pub(crate) note: Option<String>,
    pub(crate) price: Option<u64>,
}

/// What a request does. A program ignores what it does not know.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    Name(String),
    Visit,
    Add(String, u32),
    Quantity(usize, u32),
    Note(usize, String),
    Price(usize, u64),
    Remove(usize),
    Theme(String),
    Locale(String),
    Badge(Option<u32>),
}

/// The first deploy.
pub(crate) mod v1 {
    use session::{SessionData, SessionValue, Unknown};

    #[derive(SessionValue, Clone, Debug, Default)]
    pub(crate) struct Item {
        pub(crate) sku: String,
        pub(crate) quantity: u8,
        pub(crate) rest: Unknown,
    }

    #[derive(SessionData, Clone)]
    #[session(version = 1)]
    pub(crate) struct App {
        #[session(identity)]
        pub(crate) user_id: Option<i64>,
        pub(crate) name: String,
        #[session(merge = add)]
        pub(crate) visits: u32,
        pub(crate) cart: Vec<Item>,
        #[session(keep)]
        pub(crate) theme: String,
    }
}

/// The second: fields renamed, retyped and added, also inside the cart.
pub(crate) mod v2 {
    use session::{SessionData, SessionValue, Unknown};

    #[derive(SessionValue, Clone, Debug, Default)]
    pub(crate) struct Item {
        pub(crate) sku: String,
        #[session(was = u8)]
        pub(crate) quantity: u32,
        pub(crate) note: String,
        pub(crate) rest: Unknown,
    }

    #[derive(SessionData, Clone)]
    #[session(version = 2)]
    pub(crate) struct App {
        #[session(merge = add, was = u32)]
        pub(crate) visits: u64,
        #[session(identity, was = Option<i64>)]
        pub(crate) user_id: Option<u64>,
        #[session(alias = "name")]
        pub(crate) nick: String,
        pub(crate) cart: Vec<Item>,
        #[session(keep)]
        pub(crate) theme: String,
        pub(crate) locale: String,
    }
}

/// The third: a field retired, another retyped, another added.
pub(crate) mod v3 {
    use session::{SessionData, SessionValue, Unknown};

    #[derive(SessionValue, Clone, Debug, Default)]
    pub(crate) struct Item {
        #[session(rename = "sku")]
        pub(crate) article: String,
        #[session(was = u8)]
        pub(crate) quantity: u32,
        pub(crate) price: u64,
        pub(crate) rest: Unknown,
    }

    /// Text as bytes: another shape.
    #[derive(SessionValue, Clone, Debug, Default, PartialEq)]
    pub(crate) struct Locale(pub(crate) Vec<u8>);

    impl From<String> for Locale {
        fn from(text: String) -> Self {
            Self(text.into_bytes())
        }
    }

    impl TryFrom<Locale> for String {
        type Error = std::string::FromUtf8Error;

        fn try_from(locale: Locale) -> Result<Self, Self::Error> {
            Self::from_utf8(locale.0)
        }
    }

    #[derive(SessionData, Clone)]
    #[session(version = 3, retired("theme"))]
    pub(crate) struct App {
        pub(crate) badge: Option<u32>,
        #[session(was = String)]
        pub(crate) locale: Locale,
        pub(crate) cart: Vec<Item>,
        #[session(alias = "nick", alias = "name")]
        pub(crate) display_name: String,
        #[session(identity, was = Option<i64>)]
        pub(crate) user_id: Option<u64>,
        #[session(merge = add, was = u32)]
        pub(crate) visits: u64,
    }
}

/// The programs of the three deploys, at one store.
pub(crate) struct Fleet {
    v1: Sessions<v1::App, DynStore>,
    v2: Sessions<v2::App, DynStore>,
    v3: Sessions<v3::App, DynStore>,
}

/// A request in one of the programs.
pub(crate) enum Request {
    V1(Session<v1::App>),
    V2(Session<v2::App>),
    V3(Session<v3::App>),
}

impl Fleet {
    pub(crate) fn new(runtime: &std::sync::Arc<session::Runtime>) -> Self {
        Self {
            v1: Sessions::of(runtime.clone()),
            v2: Sessions::of(runtime.clone()),
            v3: Sessions::of(runtime.clone()),
        }
    }

    pub(crate) async fn open(&self, version: u32, token: Option<&Token>) -> Request {
        macro_rules! open {
            ($sessions:expr) => {
                match token {
                    None => $sessions.create(),
                    Some(token) => $sessions.open(token).await.expect("it loads").expect("it is there"),
                }
            };
        }
        match version {
            1 => Request::V1(open!(self.v1)),
            2 => Request::V2(open!(self.v2)),
            _ => Request::V3(open!(self.v3)),
        }
    }

    /// Commits; the token afterwards.
    pub(crate) async fn save(&self, request: &Request) -> Option<Token> {
        macro_rules! save {
            ($sessions:expr, $session:expr) => {{
                $sessions.save($session).await.expect("it is written");
                $sessions.token($session)
            }};
        }
        match request {
            Request::V1(session) => save!(self.v1, session),
            Request::V2(session) => save!(self.v2, session),
            Request::V3(session) => save!(self.v3, session),
        }
    }
}

impl Request {
    pub(crate) fn version(&self) -> u32 {
        match self {
            Self::V1(_) => 1,
            Self::V2(_) => 2,
            Self::V3(_) => 3,
        }
    }

    pub(crate) fn sign_in(&self, user: i64) {
        match self {
            Self::V1(session) => session.sign_in(user),
            Self::V2(session) => session.sign_in(user.unsigned_abs()),
            Self::V3(session) => session.sign_in(user.unsigned_abs()),
        }
    }

    pub(crate) async fn sign_out(&self) {
        let done = match self {
            Self::V1(session) => session.sign_out().await,
            Self::V2(session) => session.sign_out().await,
            Self::V3(session) => session.sign_out().await,
        };
        done.expect("the store answers");
    }

    pub(crate) fn view(&self) -> View {
        let signed = |user: Option<u64>| user.map(|user| i64::try_from(user).unwrap());
        let counted = |visits: u64| u32::try_from(visits).unwrap();
        match self {
            Self::V1(session) => View {
                user: session.user_id(),
                name: session.name().clone(),
                visits: session.visits(),
                cart: session
                    .cart()
                    .iter()
                    .map(|item| Item {
                        sku: item.sku.clone(),
                        quantity: item.quantity.into(),
                        note: None,
                        price: None,
                    })
                    .collect(),
                theme: Some(session.theme().clone()),
                locale: None,
                badge: None,
            },
            Self::V2(session) => View {
                user: signed(session.user_id()),
                name: session.nick().clone(),
                visits: counted(session.visits()),
                cart: session
                    .cart()
                    .iter()
                    .map(|item| Item {
                        sku: item.sku.clone(),
                        quantity: item.quantity,
                        note: Some(item.note.clone()),
                        price: None,
                    })
                    .collect(),
                theme: Some(session.theme().clone()),
                locale: Some(session.locale().clone()),
                badge: None,
            },
            Self::V3(session) => View {
                user: signed(session.user_id()),
                name: session.display_name().clone(),
                visits: counted(session.visits()),
                cart: session
                    .cart()
                    .iter()
                    .map(|item| Item {
                        sku: item.article.clone(),
                        quantity: item.quantity,
                        note: None,
                        price: Some(item.price),
                    })
                    .collect(),
                theme: None,
                locale: Some(session.locale().clone().try_into().unwrap()),
                badge: session.badge(),
            },
        }
    }

    pub(crate) fn act(&self, act: Act) {
        match self {
            Self::V1(session) => match act {
                Act::Name(name) => session.set_name(name),
                Act::Visit => session.update_visits(|visits| *visits += 1),
                Act::Add(sku, quantity) => session.update_cart(|cart| {
                    let quantity = quantity.try_into().unwrap_or(1);
                    cart.push(v1::Item { sku, quantity, ..Default::default() });
                }),
                Act::Quantity(at, quantity) => {
                    session.update_cart(|cart| cart[at].quantity = quantity.try_into().unwrap_or(1));
                }
                Act::Remove(at) => drop(session.update_cart(|cart| cart.remove(at))),
                Act::Theme(theme) => session.set_theme(theme),
                Act::Note(..) | Act::Price(..) | Act::Locale(_) | Act::Badge(_) => {}
            },
            Self::V2(session) => match act {
                Act::Name(name) => session.set_nick(name),
                Act::Visit => session.update_visits(|visits| *visits += 1),
                Act::Add(sku, quantity) => {
                    session.update_cart(|cart| cart.push(v2::Item { sku, quantity, ..Default::default() }));
                }
                Act::Quantity(at, quantity) => session.update_cart(|cart| cart[at].quantity = quantity),
                Act::Note(at, note) => session.update_cart(|cart| cart[at].note = note),
                Act::Remove(at) => drop(session.update_cart(|cart| cart.remove(at))),
                Act::Theme(theme) => session.set_theme(theme),
                Act::Locale(locale) => session.set_locale(locale),
                Act::Price(..) | Act::Badge(_) => {}
            },
            Self::V3(session) => match act {
                Act::Name(name) => session.set_display_name(name),
                Act::Visit => session.update_visits(|visits| *visits += 1),
                Act::Add(article, quantity) => session
                    .update_cart(|cart| cart.push(v3::Item { article, quantity, ..Default::default() })),
                Act::Quantity(at, quantity) => session.update_cart(|cart| cart[at].quantity = quantity),
                Act::Price(at, price) => session.update_cart(|cart| cart[at].price = price),
                Act::Remove(at) => drop(session.update_cart(|cart| cart.remove(at))),
                Act::Locale(locale) => session.set_locale(locale.into()),
                Act::Badge(badge) => session.set_badge(badge),
                Act::Note(..) | Act::Theme(_) => {}
            },
        }
    }
}
