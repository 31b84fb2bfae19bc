use super::{
    BREAKER_CHANGES, BREAKER_STATE, COMMIT_ATTEMPTS, ENDED, EVENTS, EVICTED, FAILURES, Meter, RETRIES,
};
use crate::event::{Breaker, EventSink, RevokedBy, SessionEvent as Event};

/// Turns events into numbers: give it to the configuration, and to stores and wrappers that have events of their own.
#[derive(Debug, Clone)]
pub struct MetricsEvents(Meter);

impl MetricsEvents {
    /// Numbers that go to `meter`.
    pub const fn new(meter: Meter) -> Self {
        Self(meter)
    }

    fn ended(&self, by: &'static str, sessions: u64) {
        self.0.increment(&ENDED, &[("by", by.into())], sessions);
    }
}

impl EventSink for MetricsEvents {
    fn on_event(&self, event: &Event) {
        let meter = &self.0;
        meter.increment(&EVENTS, &[("event", event.name().into())], 1);
        if let Some(failure) = event.failure() {
            let labels = [("event", event.name().into()), ("kind", failure.kind.name().into())];
            meter.increment(&FAILURES, &labels, 1);
        }
        match *event {
            Event::Committed { attempts, .. } => meter.observe(&COMMIT_ATTEMPTS, &[], f64::from(attempts)),
            Event::Destroyed { .. } => self.ended("request", 1),
            Event::Expired { .. } => self.ended("expiry", 1),
            Event::Cleared { sessions } => self.ended("clear", sessions),
            Event::Revoked { by, .. } => self.ended(who(by), 1),
            Event::BreakerChanged { store, traffic, shard, to, .. } => {
                let (word, state) = match to {
                    Breaker::Closed => ("closed", 0.0),
                    Breaker::HalfOpen => ("half_open", 1.0),
                    Breaker::Open => ("open", 2.0),
                };
                let (store, traffic) = (("store", store.into()), ("traffic", traffic.into()));
                meter.increment(&BREAKER_CHANGES, &[store, traffic, ("to", word.into())], 1);
                meter.gauge(&BREAKER_STATE, &[store, traffic, ("shard", shard.into())], state);
            }
            Event::Retried { store, operation, .. } => {
                meter.increment(&RETRIES, &[("store", store.into()), ("operation", operation.into())], 1);
            }
            Event::Evicted { store, sessions } => {
                meter.increment(&EVICTED, &[("store", store.into())], sessions);
            }
            _ => {}
        }
    }
}

const fn who(by: RevokedBy) -> &'static str {
    match by {
        RevokedBy::Reuse => "reuse",
        RevokedBy::Principal => "principal",
        RevokedBy::Binding => "binding",
        RevokedBy::Limit => "limit",
        RevokedBy::Search => "search",
        RevokedBy::Operator => "operator",
    }
}
