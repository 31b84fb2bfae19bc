//! What is sold.

use std::fmt;

use crate::art::Shape;

pub(crate) struct Article {
    /// As it stands in addresses and carts.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) line: &'static str,
    pub(crate) text: &'static str,
    pub(crate) facts: &'static str,
    pub(crate) price: Cents,
    pub(crate) shape: Shape,
    /// The colours of clay, glaze and the ground behind.
    pub(crate) colours: [&'static str; 3],
}

/// An amount of money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cents(pub(crate) u64);

impl Cents {
    pub(crate) fn times(self, quantity: u32) -> Self {
        Self(self.0.saturating_mul(u64::from(quantity)))
    }
}

impl std::iter::Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::default(), |sum, amount| Self(sum.0.saturating_add(amount.0)))
    }
}

impl fmt::Display for Cents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "€ {}.{:02}", self.0 / 100, self.0 % 100)
    }
}

pub(crate) fn find(id: &str) -> Option<&'static Article> {
    ARTICLES.iter().find(|article| article.id == id)
}

pub(crate) const ARTICLES: &[Article] = &[
    Article {
        id: "mug",
        name: "Morning mug",
        line: "Holds a large coffee and the first quiet hour.",
        text: "Thrown a little heavier than it needs to be, so that it stays warm and stays put. The glaze breaks to rust \
               where it runs thin at the rim.",
        facts: "350 ml · 9 cm tall · dishwasher safe",
        price: Cents(2400),
        shape: Shape::Mug,
        colours: ["#c9a27e", "#2f5d62", "#e4e8e1"],
    },
    Article {
        id: "teapot",
        name: "Round teapot",
        line: "Pours without a drip, which took forty tries.",
        text: "Lid, spout and belly are made from one lump of clay each and meet on the same day. Steeps two large cups or \
               four small ones.",
        facts: "800 ml · strainer inside · hand wash",
        price: Cents(7800),
        shape: Shape::Teapot,
        colours: ["#b5835a", "#c8553d", "#f3e3d3"],
    },
    Article {
        id: "bowl",
        name: "Breakfast bowl",
        line: "For porridge, ramen, or keys.",
        text: "Wide enough to toss a salad for one, deep enough to carry soup across a room. Stacks by sixes.",
        facts: "700 ml · 16 cm wide · dishwasher safe",
        price: Cents(2800),
        shape: Shape::Bowl,
        colours: ["#d9b891", "#e0a458", "#f4ecdc"],
    },
    Article {
        id: "plate",
        name: "Supper plate",
        line: "A quiet frame for dinner.",
        text: "Turned on the wheel and trimmed flat, with a lip that keeps the sauce where it belongs. No two rims are alike.",
        facts: "26 cm wide · oven safe to 180 °C",
        price: Cents(3200),
        shape: Shape::Plate,
        colours: ["#a97f5c", "#8fa9a3", "#e1e6e3"],
    },
    Article {
        id: "vase",
        name: "Tall vase",
        line: "One branch is enough.",
        text: "A narrow neck holds a single stem upright; the weight is at the bottom, where a cat cannot argue with it.",
        facts: "24 cm tall · watertight",
        price: Cents(5600),
        shape: Shape::Vase,
        colours: ["#9c6b4f", "#3d405b", "#e3e1ea"],
    },
    Article {
        id: "pitcher",
        name: "Milk pitcher",
        line: "From the fridge to the table without an apology.",
        text: "The handle takes a whole hand. The spout is pulled with one wet finger, which is why each has its own \
               opinion.",
        facts: "600 ml · 15 cm tall · dishwasher safe",
        price: Cents(4200),
        shape: Shape::Pitcher,
        colours: ["#d2b48c", "#81a69a", "#e6eee9"],
    },
    Article {
        id: "cup",
        name: "Espresso cup",
        line: "Two sips, one saucer.",
        text: "Thick walls, a thin lip, and a saucer that is wide enough for the biscuit that we do not sell.",
        facts: "70 ml · saucer included · dishwasher safe",
        price: Cents(1600),
        shape: Shape::Cup,
        colours: ["#8d6b52", "#f0e6d6", "#e7dccf"],
    },
    Article {
        id: "planter",
        name: "Window planter",
        line: "Comes with a hole in it, on purpose.",
        text: "Unglazed inside, so that roots can breathe; glazed outside, so that you want to look at it. The plant in the \
               picture lives here and is not for sale.",
        facts: "14 cm wide · saucer included · frost proof",
        price: Cents(3600),
        shape: Shape::Planter,
        colours: ["#c2714f", "#f2cc8f", "#e5eadb"],
    },
];
