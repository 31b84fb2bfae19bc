//! What was ordered. In memory, like [`people`](crate::people).

use std::sync::{Mutex, MutexGuard, PoisonError};

use maud::{Markup, html};

use crate::articles::Cents;
use crate::cart::{self, Line};

#[derive(Clone)]
pub(crate) struct Order {
    pub(crate) number: usize,
    pub(crate) customer: i64,
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) total: Cents,
    /// Made with the page that it was ordered on.
    key: String,
}

#[derive(Default)]
pub(crate) struct Orders(Mutex<Vec<Order>>);

/// A shop that sells nothing need not remember more.
const MOST: usize = 1_000;

impl Orders {
    /// Places an order, once: the same page that is sent again, by an impatient finger or after an answer was lost, is
    /// the same order. Its number.
    pub(crate) fn place(&self, customer: i64, name: String, key: &str, lines: Vec<Line>) -> usize {
        let mut orders = self.lock();
        if let Some(placed) = orders.iter().find(|order| order.customer == customer && order.key == key) {
            return placed.number;
        }
        let number = orders.last().map_or(1, |last| last.number + 1);
        if orders.len() == MOST {
            orders.remove(0);
        }
        let total = cart::total(&lines);
        orders.push(Order { number, customer, name, lines, total, key: key.to_owned() });
        number
    }

    /// Somebody's, the latest first.
    pub(crate) fn of(&self, customer: i64) -> Vec<Order> {
        self.lock().iter().rev().filter(|order| order.customer == customer).cloned().collect()
    }

    /// The latest ones of everybody.
    pub(crate) fn latest(&self, most: usize) -> Vec<Order> {
        self.lock().iter().rev().take(most).cloned().collect()
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn list(orders: &[Order]) -> Markup {
    html! {
        @if orders.is_empty() { p.empty { "None yet." } }
        ul.rows {
            @for order in orders {
                li {
                    span { strong { "No. " (order.number) } " " span.soft { (order.name) } }
                    span.soft {
                        @for (place, (line, article)) in cart::lines(&order.lines).enumerate() {
                            @if place > 0 { ", " }
                            (line.quantity) " × " (article.name)
                            @if line.wrapped { " (wrapped)" }
                        }
                    }
                    span { (order.total) }
                }
            }
        }
    }
}
