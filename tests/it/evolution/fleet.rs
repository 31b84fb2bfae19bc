//! The demonstration: three deploys of one app run alternately against one store, for thousands of random steps with
//! real commits, and no field that any of them wrote is ever lost or misread by another.
//!
//! A run is told by its seed: `SESSION_SEED=17 cargo test … fleet` replays one.

use session::Token;
use session::store::{Load, Locator, Store};
use session_tests::World;

use super::versions::{Act, Fleet, Item, Request, View};

/// Everything that was ever written, as one program would know it that knows all.
#[derive(Debug, Clone, PartialEq, Default)]
struct Model {
    user: Option<i64>,
    name: String,
    visits: u32,
    cart: Vec<Thing>,
    theme: String,
    locale: String,
    badge: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Thing {
    sku: String,
    quantity: u32,
    note: String,
    price: u64,
}

impl Model {
    /// What the program of that version must see.
    fn view(&self, version: u32) -> View {
        let item = |thing: &Thing| Item {
            sku: thing.sku.clone(),
            // The first version counts to 255, and sees nothing where there is more.
            quantity: if version == 1 && thing.quantity > 255 { 0 } else { thing.quantity },
            note: (version == 2).then(|| thing.note.clone()),
            price: (version == 3).then_some(thing.price),
        };
        View {
            user: self.user,
            name: self.name.clone(),
            visits: self.visits,
            cart: self.cart.iter().map(item).collect(),
            theme: (version < 3).then(|| self.theme.clone()),
            locale: (version > 1).then(|| self.locale.clone()),
            badge: self.badge.filter(|_| version == 3),
        }
    }

    fn act(&mut self, version: u32, act: Act) {
        let fits =
            |quantity: u32| if version == 1 { u8::try_from(quantity).unwrap_or(1).into() } else { quantity };
        match act {
            Act::Name(name) => self.name = name,
            Act::Visit => self.visits += 1,
            Act::Add(sku, quantity) => {
                self.cart.push(Thing { sku, quantity: fits(quantity), ..Thing::default() });
            }
            Act::Quantity(at, quantity) => self.cart[at].quantity = fits(quantity),
            Act::Note(at, note) if version == 2 => self.cart[at].note = note,
            Act::Price(at, price) if version == 3 => self.cart[at].price = price,
            Act::Remove(at) => drop(self.cart.remove(at)),
            Act::Theme(theme) if version < 3 => self.theme = theme,
            Act::Locale(locale) if version > 1 => self.locale = locale,
            Act::Badge(badge) if version == 3 => self.badge = badge,
            Act::Note(..) | Act::Price(..) | Act::Theme(_) | Act::Locale(_) | Act::Badge(_) => {}
        }
    }

    /// What a request did that loaded `base` and made `mine` of it, over what others did meanwhile.
    fn merge(&mut self, base: &Self, mine: Self) {
        let later = |theirs: &mut String, base: &String, mine: String| {
            if *base != mine {
                *theirs = mine;
            }
        };
        later(&mut self.name, &base.name, mine.name);
        later(&mut self.theme, &base.theme, mine.theme);
        later(&mut self.locale, &base.locale, mine.locale);
        self.visits += mine.visits - base.visits;
        if base.badge != mine.badge {
            self.badge = mine.badge;
        }
        if base.cart != mine.cart {
            self.cart = mine.cart;
        }
    }
}

/// Random numbers that a seed repeats.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }

    fn number(&mut self, bound: u32) -> u32 {
        u32::try_from(self.below(bound as usize)).unwrap()
    }

    fn text(&mut self) -> String {
        format!("text {}", self.below(12))
    }

    fn act(&mut self, things: usize) -> Act {
        match self.below(if things == 0 { 6 } else { 12 }) {
            0 => Act::Name(self.text()),
            1 => Act::Visit,
            2 => Act::Theme(self.text()),
            3 => Act::Locale(self.text()),
            4 => Act::Badge((self.below(3) > 0).then_some(self.number(9))),
            5 => Act::Add(self.text(), 1 + self.number(300)),
            6 | 7 => Act::Quantity(self.below(things), 1 + self.number(300)),
            8 => Act::Note(self.below(things), self.text()),
            9 => Act::Price(self.below(things), self.below(1000) as u64),
            10 if things < 4 => Act::Add(self.text(), 1 + self.number(300)),
            _ => Act::Remove(self.below(things)),
        }
    }
}

/// One client of the fleet, whose requests go to any of the programs.
struct Client {
    world: World,
    fleet: Fleet,
    dice: Dice,
    model: Model,
    token: Option<Token>,
    newest: u32,
}

impl Client {
    fn new(seed: u64) -> Self {
        let world = World::new();
        let fleet = Fleet::new(&world.runtime);
        Self { world, fleet, dice: Dice(seed), model: Model::default(), token: None, newest: 0 }
    }

    async fn open(&mut self) -> Request {
        let version = 1 + self.dice.number(3);
        self.fleet.open(version, self.token.as_ref()).await
    }

    /// A few random changes, in the request and in a model of it.
    fn change(&mut self, request: &Request) -> Model {
        let mut mine = self.model.clone();
        for _ in 0..=self.dice.below(3) {
            let act = self.dice.act(mine.cart.len());
            request.act(act.clone());
            mine.act(request.version(), act);
        }
        mine
    }

    async fn step(&mut self) {
        match self.dice.below(20) {
            0 if self.model.user.is_some() => {
                let request = self.open().await;
                request.sign_out().await;
                self.token = self.fleet.save(&request).await;
                self.model = Model { theme: self.model.theme.clone(), ..Model::default() };
                // A new record, as old as the program that began it.
                self.newest = 0;
            }
            1 if self.model.user.is_none() => {
                let request = self.open().await;
                let user = 1 + i64::from(self.dice.number(5));
                request.sign_in(user);
                self.token = self.fleet.save(&request).await;
                self.model.user = Some(user);
            }
            // Two requests at once, in programs of any two versions.
            2..=7 if self.token.is_some() => {
                let (one, two) = (self.open().await, self.open().await);
                let base = self.model.clone();
                let (of_one, of_two) = (self.change(&one), self.change(&two));
                self.fleet.save(&one).await;
                self.model.merge(&base, of_one);
                self.fleet.save(&two).await;
                self.model.merge(&base, of_two);
            }
            _ => {
                let request = self.open().await;
                self.model = self.change(&request);
                self.token = self.fleet.save(&request).await;
            }
        }
    }

    /// Every program sees what it can see of all that was ever written, and the record is as new as its newest writer.
    async fn check(&mut self, context: &str) {
        let Some(token) = &self.token else { return };
        for version in 1..=3 {
            let request = self.fleet.open(version, Some(token)).await;
            assert_eq!(request.view(), self.model.view(version), "version {version}, {context}");
        }
        let handle = token.handle();
        let Load::Found(record) = self.world.store.load(&Locator::Handle(handle)).await.unwrap() else {
            panic!("the record is gone, {context}")
        };
        assert!(record.header.schema_version >= self.newest, "the version went down, {context}");
        self.newest = record.header.schema_version;
    }
}

async fn run(seed: u64, steps: usize) {
    let mut client = Client::new(seed);
    for step in 0..steps {
        client.step().await;
        client.check(&format!("after step {step} of seed {seed}")).await;
    }
}

#[tokio::test]
async fn no_field_that_any_of_three_programs_wrote_is_lost_or_misread() {
    if let Some(seed) = std::env::var("SESSION_SEED").ok().and_then(|seed| seed.parse().ok()) {
        return run(seed, 2_000).await;
    }
    for seed in 0..40 {
        run(seed, 200).await;
    }
}
