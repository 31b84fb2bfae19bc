use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, SystemTime};

use session::record::Record;
use session::testing::record_by;
use session::{FlashBag, FlashLevel, Secret, SessionData, SessionValue, Unknown};

/// A field of every kind.
#[derive(SessionData, Clone)]
#[session(version = 3)]
pub struct Rich {
    /// Numbers.
    #[session(merge = add)]
    pub views: u32,
    pub wide: Option<i128>,
    pub float: f64,
    pub letter: char,
    /// Text and collections.
    pub name: Option<String>,
    pub cart: Vec<Item>,
    pub seen: BTreeSet<i16>,
    pub prices: HashMap<String, (u64, bool)>,
    pub grid: [[u8; 3]; 2],
    /// Types inside themselves.
    pub tree: Tree,
    pub chain: Chain,
    /// Variants.
    pub step: Step,
    pub steps: Vec<Step>,
    pub open: Vec<Open>,
    /// The rest of std.
    pub since: Option<SystemTime>,
    pub span: Duration,
    pub peer: Option<SocketAddr>,
    pub hops: Vec<IpAddr>,
    pub exact: Exact,
    #[session(keep, alias = "color", was = Vec<u8>, with = text, back = bytes)]
    pub theme: String,
    #[session(was = u32)]
    pub total: u64,
    #[session(secret)]
    pub token: Secret<String>,
    #[session(flash)]
    pub notice: Option<String>,
    #[session(flash)]
    pub messages: Option<FlashBag>,
}

/// A tagged struct.
#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
pub struct Item {
    pub sku: String,
    #[session(default = 1)]
    pub quantity: u32,
    pub notes: BTreeMap<i32, Vec<Option<String>>>,
    pub gift: Option<Box<Item>>,
    #[session(alias = "price", was = u16)]
    pub cents: u64,
    pub rest: Unknown,
}

fn text(bytes: Vec<u8>) -> Result<String, std::string::FromUtf8Error> {
    String::from_utf8(bytes)
}

fn bytes(text: String) -> Vec<u8> {
    text.into_bytes()
}

/// An enum that carries what it does not know.
#[derive(SessionValue, Clone, Debug, PartialEq)]
pub enum Open {
    Known(u8),
    #[session(other)]
    Other(Unknown),
}

impl Default for Open {
    fn default() -> Self {
        Self::Known(0)
    }
}

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
pub struct Tree {
    pub value: i64,
    pub children: Vec<Tree>,
}

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
pub struct Chain(pub Option<Box<Chain>>);

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
#[session(packed)]
pub struct Exact {
    pub at: (u16, i8),
    pub all: Vec<u64>,
}

#[derive(SessionValue, Clone, Default, Debug, PartialEq)]
pub enum Step {
    #[default]
    Start,
    Address(String, u16),
    Pay {
        cents: u64,
        parts: Vec<Step>,
    },
}

/// A value with something of everything in it, outside of session data.
pub type Sample = (Vec<Item>, BTreeMap<String, Step>, Tree, Chain, Exact, Option<[Item; 2]>);

/// A record with something in every field.
pub fn sample() -> Record {
    let item = Item {
        sku: String::from("a-1"),
        quantity: 3,
        notes: BTreeMap::from([(-1, vec![None, Some(String::from("ß"))])]),
        cents: 5,
        rest: Unknown::default(),
        gift: Some(Box::new(Item { sku: String::from("b"), ..Item::default() })),
    };
    let pay = Step::Pay { cents: 70_000, parts: vec![Step::Start, Step::Address(String::from("x"), 1)] };
    let data = Rich {
        views: 300,
        wide: Some(-1),
        float: 0.5,
        letter: 'ß',
        name: Some(String::from("name")),
        cart: vec![item.clone(), Item::default()],
        seen: BTreeSet::from([-2, 5]),
        prices: HashMap::from([(String::from("p"), (1 << 40, true))]),
        grid: [[1, 2, 3], [4, 5, 6]],
        tree: Tree { value: 1, children: vec![Tree { value: -1, children: Vec::new() }] },
        chain: Chain(Some(Box::new(Chain(None)))),
        step: pay.clone(),
        steps: vec![Step::Start, pay],
        open: vec![Open::Known(3)],
        total: 4,
        since: Some(SystemTime::UNIX_EPOCH + Duration::new(5, 7)),
        span: Duration::new(1, 2),
        peer: Some(SocketAddr::from(([127, 0, 0, 1], 80))),
        hops: vec![IpAddr::from([0; 16])],
        exact: Exact { at: (1, -1), all: vec![1, 300] },
        theme: String::from("dark"),
        token: Secret::new(String::from("token")),
        notice: Some(String::from("hello")),
        messages: Some(FlashBag::from_iter([(FlashLevel::Error, "no")])),
    };
    record_by(crate::config(), data).expect("the sample can be stored")
}
