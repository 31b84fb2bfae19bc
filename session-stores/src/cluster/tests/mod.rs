//! The shard's state machine: by hand where a rule has a name, and by random orders of everything that can happen at once.

mod rules;
mod simulation;
mod world;

use std::time::Duration;

use bytes::Bytes;
use session::Handle;
use session::clock::Timestamp;
use session::record::{Header, Nonce, Packing, Principal, Record, Ring};

use super::shard::Limits;

const LEASE: Duration = Duration::from_millis(200);

const LIMITS: Limits = Limits {
    entries: 100,
    bytes: 1 << 20,
    negatives: 10,
    ttl: Duration::from_secs(60),
    negative_ttl: Duration::from_secs(60),
    unverified_ttl: Duration::from_secs(600),
    lease: LEASE,
};

fn handle(number: u8) -> Handle {
    Handle::from_bytes([number; 16])
}

/// The record of that revision, made by a commit with that nonce.
fn record(revision: u64, nonce: u64) -> Record {
    let moment = Timestamp::default();
    let end = Timestamp::from_millis(u64::MAX);
    let header = Header {
        persistent: false,
        remembered: false,
        schema_version: 1,
        min_reader: 0,
        lineage: [0; 16],
        revision,
        rotations: 0,
        strict_rotations: 0,
        idle_span: Duration::from_secs(60),
        idle_deadline: end,
        absolute_deadline: end,
        created: moment,
        authenticated_at: None,
        rotated_at: moment,
        principal: Principal::NOBODY,
        packing: Packing::NONE,
        ring: Ring::default().with(Nonce(nonce.to_le_bytes())),
        credential: None,
        binding: None,
    };
    Record { header, fields: Bytes::new() }
}
