//! What runs inside the server: one script per operation, each [`decide`](session::store::decide) or
//! [`decide_touch`](session::store::decide_touch) in Lua.
//!
//! A script is its constants, written from [`layout`], the clock, `lua/common.lua`, and the operation. Its one key is the
//! session's, so it runs on whichever server has that; it writes with one command, or with one that cannot fail after
//! one that did not.

use std::fmt::Write as _;
use std::time::Duration;

use redis::{Cmd, Value};
use session::clock::Timestamp;
use session::record::layout;
use session::record::{RING, Stamp};
use session::store::{Gone, LOGIN_LIFE, Rotation};
use session::{Error, Proof};

use super::{index, message};

/// What begins the mark of a delete: no record's format.
pub(super) const TOMBSTONE_FORMAT: u8 = 0;

/// What a script answers with, besides the server's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Committed,
    Applied,
    Conflict,
    Unknown,
    Unreadable,
    Touched,
    Ended,
    NothingThere,
    Members,
    Admitted,
    Full,
    Marked,
    Raised,
    Stands,
    Gone(Gone),
}

/// Each answer, the name that scripts have for it, and the number that travels.
const ANSWERS: [(Said, &str, i64); 21] = [
    (Said::Committed, "COMMITTED", 0),
    (Said::Applied, "APPLIED", 1),
    (Said::Conflict, "CONFLICT", 2),
    (Said::Unknown, "UNKNOWN", 3),
    (Said::Unreadable, "UNREADABLE", 4),
    (Said::Touched, "TOUCHED", 5),
    (Said::Ended, "ENDED", 6),
    (Said::NothingThere, "NOTHING_THERE", 7),
    (Said::Members, "MEMBERS", 20),
    (Said::Admitted, "ADMITTED", 21),
    (Said::Full, "FULL", 22),
    (Said::Marked, "MARKED", 24),
    (Said::Raised, "RAISED", 25),
    (Said::Stands, "STANDS", 26),
    (Said::Gone(Gone::Revoked), "REVOKED", 23),
    (Said::Gone(Gone::Absent), "ABSENT", 10),
    (Said::Gone(Gone::Expired), "EXPIRED", 11),
    (Said::Gone(Gone::Deleted), "DELETED", 12),
    (Said::Gone(Gone::Rotated), "ROTATED", 13),
    (Said::Gone(Gone::TooLate), "TOO_LATE", 14),
    (Said::Gone(Gone::Occupied), "OCCUPIED", 15),
];

/// The bits of [`Orders`], and the names that `commit.lua` has for them.
const ORDERS: [(&str, u32); 6] = [
    ("CREATE", CREATE),
    ("ANSWER_LOST", ANSWER_LOST),
    ("AUTHENTICATES", AUTHENTICATES),
    ("ROTATES", ROTATES),
    ("ROTATES_STRICTLY", ROTATES_STRICTLY),
    ("KEEP_ABSOLUTE", KEEP_ABSOLUTE),
];
const CREATE: u32 = 1;
const ANSWER_LOST: u32 = 1 << 1;
const AUTHENTICATES: u32 = 1 << 2;
const ROTATES: u32 = 1 << 3;
const ROTATES_STRICTLY: u32 = 1 << 4;
const KEEP_ABSOLUTE: u32 = 1 << 5;

/// The longest span that a script counts with: about 9,000 years in milliseconds. Sums of it and any date stay below
/// 2^53, where Lua's numbers stop being exact.
const SPAN_MAX: u64 = 1 << 48;

/// All scripts of a store.
#[derive(Debug)]
pub(super) struct Scripts {
    pub(super) commit: Script,
    pub(super) touch: Script,
    pub(super) delete: Script,
    pub(super) end: Script,
    pub(super) members: Script,
    pub(super) bar: Script,
    pub(super) admit: Script,
    pub(super) listed: Script,
    pub(super) unlist: Script,
    pub(super) marked: Script,
    pub(super) revoke: Script,
    pub(super) raise: Script,
}

/// What scripts are written from, besides the layout.
#[derive(Debug, Clone)]
pub(super) struct Settings {
    /// How long the mark of a delete stays.
    pub(super) tombstone_life: Duration,
    /// How long a mark on what clients hold stays.
    pub(super) mark_life: Duration,
    /// How much longer than they live keys are kept: nothing, but in tests, whose time stands still while the server's
    /// goes on.
    pub(super) slack: Duration,
    /// The time comes with every call.
    pub(super) time_is_told: bool,
    /// Where writes are told of, if they are. The name of the node comes with every call, before the time.
    pub(super) channel: Option<String>,
}

impl Scripts {
    pub(super) fn new(settings: &Settings) -> Self {
        let clock = match settings.time_is_told {
            true => include_str!("lua/clock_in_tests.lua"),
            false => include_str!("lua/clock.lua"),
        };
        let announce = match settings.channel {
            Some(_) => include_str!("lua/announce.lua"),
            None => include_str!("lua/silence.lua"),
        };
        let constants = constants(settings);
        let common = include_str!("lua/common.lua");
        let script = |body: &str| Script::new([&constants, clock, common, announce, body].join("\n"));
        let of_term =
            |body: &str| Script::new([&constants, clock, include_str!("lua/roll.lua"), body].join("\n"));
        let of_marks = |body: &str| Script::new([&constants, clock, body].join("\n"));
        Self {
            commit: script(include_str!("lua/commit.lua")),
            touch: script(include_str!("lua/touch.lua")),
            delete: script(include_str!("lua/delete.lua")),
            end: script(include_str!("lua/end.lua")),
            members: of_term(include_str!("lua/members.lua")),
            bar: of_term(include_str!("lua/bar.lua")),
            admit: of_term(include_str!("lua/admit.lua")),
            listed: Script::new(listed(&constants, clock, announce)),
            unlist: of_term(include_str!("lua/unlist.lua")),
            marked: of_marks(include_str!("lua/marked.lua")),
            revoke: of_marks(include_str!("lua/revoke.lua")),
            raise: of_marks(include_str!("lua/raise.lua")),
        }
    }
}

/// `listed.lua`, with the two scripts that it puts together as functions. The session's key and arguments come after the
/// term's.
fn listed(constants: &str, clock: &str, announce: &str) -> String {
    let admitted = include_str!("lua/admit.lua");
    let committed = include_str!("lua/commit.lua")
        .replace("KEYS[1]", "KEYS[3]")
        .replace("ARGV[2]", "ARGV[4]")
        .replace("ARGV[1]", "ARGV[3]");
    [
        constants,
        clock,
        include_str!("lua/common.lua"),
        &announce.replace("KEYS[1]", "KEYS[3]"),
        include_str!("lua/roll.lua"),
        &format!("local function admitted()\n{admitted}\nend"),
        &format!("local function committed()\n{committed}\nend"),
        include_str!("lua/listed.lua"),
    ]
    .join("\n")
}

/// The layout, the answers and the settings, as Lua.
fn constants(settings: &Settings) -> String {
    let layout: [(&str, usize); 22] = [
        ("FORMAT", layout::FORMAT.into()),
        ("CODEC", layout::CODEC.into()),
        ("FLAGS", layout::FLAGS),
        ("IDLE_DEADLINE", layout::IDLE_DEADLINE),
        ("ABSOLUTE_DEADLINE", layout::ABSOLUTE_DEADLINE),
        ("CREATED", layout::CREATED),
        ("AUTHENTICATED_AT", layout::AUTHENTICATED_AT),
        ("ROTATED_AT", layout::ROTATED_AT),
        ("IDLE_SPAN", layout::IDLE_SPAN),
        ("ROTATIONS", layout::ROTATIONS),
        ("STRICT_ROTATIONS", layout::STRICT_ROTATIONS),
        ("REVISION", layout::REVISION),
        ("SCHEMA_VERSION", layout::SCHEMA_VERSION),
        ("MIN_READER", layout::MIN_READER),
        ("LINEAGE", layout::LINEAGE),
        ("PROOF", layout::PROOF),
        ("RING", RING),
        ("RING_LENGTH", layout::RING_LENGTH),
        ("RING_NONCES", layout::RING_NONCES),
        ("RING_END", layout::RING_END),
        ("PREVIOUS_PROOF", layout::PREVIOUS_PROOF),
        ("PREVIOUS_UNTIL", layout::PREVIOUS_UNTIL),
    ];
    let sizes = [
        ("PREVIOUS_SIZE", layout::PREVIOUS_SIZE),
        ("NEXT_SIZE", layout::NEXT_SIZE),
        ("BINDING_SIZE", layout::BINDING_SIZE),
        ("HEADER_MAX", layout::HEADER_MAX),
        ("TOMBSTONE_FORMAT", TOMBSTONE_FORMAT.into()),
        ("TOMBSTONE_UNTIL", 1),
        ("TOMBSTONE_SIZE", 9),
    ];
    let flags = [
        ("CREDENTIAL", layout::CREDENTIAL),
        ("PREVIOUS", layout::PREVIOUS),
        ("NEXT", layout::NEXT),
        ("BINDING", layout::BINDING),
        ("UNKNOWN_FLAGS", !layout::KNOWN),
    ];
    let numbers: [(&str, u64); 5] = [
        ("MESSAGE_VERSION", message::VERSION.into()),
        ("MESSAGE_CHANGED", message::CHANGED.into()),
        ("MESSAGE_ENDED", message::ENDED.into()),
        ("BEHIND_NODE", settings.time_is_told.into()),
        ("NO_LIMIT", u64::from(index::NO_LIMIT)),
    ];
    let spans = [
        ("TOMBSTONE_LIFE", settings.tombstone_life),
        ("MARK_LIFE", settings.mark_life),
        ("LOGIN_LIFE", LOGIN_LIFE),
        ("SLACK", settings.slack),
    ];

    let places = layout.into_iter().chain(sizes).map(|(name, value)| (name, value as u64));
    let flags = flags.into_iter().map(|(name, value)| (name, value.into()));
    let answers = ANSWERS.into_iter().map(|(_, name, value)| (name, value.unsigned_abs()));
    let orders = ORDERS.into_iter().map(|(name, value)| (name, value.into()));
    let spans = spans.into_iter().map(|(name, span)| (name, millis(span)));
    let mut lua = String::new();
    for (name, value) in places.chain(flags).chain(answers).chain(orders).chain(numbers).chain(spans) {
        // Writing to a string does not fail.
        let _written = writeln!(lua, "local {name} = {value}");
    }
    // Names of channels hold nothing that means something in here.
    if let Some(channel) = &settings.channel {
        let _written = writeln!(lua, "local CHANNEL = '{channel}'");
    }
    lua
}

/// A span as scripts count it.
pub(super) fn millis(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).map_or(SPAN_MAX, |millis| millis.min(SPAN_MAX))
}

/// What `commit.lua` is asked for, besides the draft.
#[derive(Debug, Default)]
pub(super) struct Orders {
    bits: u32,
    span: u64,
    not_after: u64,
    stamp: [u8; 16],
    proof: [u8; 32],
}

impl Orders {
    /// A new record, until that moment.
    pub(super) fn create(not_after: Timestamp) -> Self {
        Self { bits: CREATE, not_after: not_after.as_millis(), ..Self::default() }
    }

    /// A change of that state, by that secret.
    pub(super) fn change(stamp: &Stamp, proof: &Proof) -> Self {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&stamp.revision.to_le_bytes());
        bytes[8..].copy_from_slice(&stamp.nonce.0);
        Self { stamp: bytes, proof: *proof.as_bytes(), ..Self::default() }
    }

    /// Somebody sent this before and got no answer.
    pub(super) fn answer_lost(mut self, lost: bool) -> Self {
        self.bits |= if lost { ANSWER_LOST } else { 0 };
        self
    }

    /// Somebody authenticated now.
    pub(super) fn authenticates(mut self, authenticates: bool) -> Self {
        self.bits |= if authenticates { AUTHENTICATES } else { 0 };
        self
    }

    /// What becomes of the session id.
    pub(super) fn rotates(mut self, rotation: Rotation) -> Self {
        self.bits |= match rotation {
            Rotation::None => 0,
            Rotation::Periodic => ROTATES,
            Rotation::Strict => ROTATES | ROTATES_STRICTLY,
        };
        self
    }

    /// The absolute deadline stays, or is so long after the authentication.
    pub(super) fn absolute(mut self, span: Option<Duration>) -> Self {
        match span {
            Some(span) => self.span = millis(span),
            None => self.bits |= KEEP_ABSOLUTE,
        }
        self
    }

    /// As `struct.unpack('<I4I8I8c16c32')` reads them.
    pub(super) fn encode(&self) -> [u8; 68] {
        let mut out = [0; 68];
        out[..4].copy_from_slice(&self.bits.to_le_bytes());
        out[4..12].copy_from_slice(&self.span.to_le_bytes());
        out[12..20].copy_from_slice(&self.not_after.to_le_bytes());
        out[20..36].copy_from_slice(&self.stamp);
        out[36..].copy_from_slice(&self.proof);
        out
    }
}

/// One script: its text, and the hash by which servers know it.
#[derive(Debug)]
pub(super) struct Script {
    text: String,
    hash: String,
}

impl Script {
    pub(super) fn new(text: String) -> Self {
        let hash = redis::Script::new(&text).get_hash().to_owned();
        Self { text, hash }
    }

    /// The call by hash, which is all that travels once a server knows the script.
    pub(super) fn by_hash(&self, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
        call("EVALSHA", &self.hash, keys, arguments)
    }

    /// The call for a server that does not know the script yet. It will know it afterwards.
    pub(super) fn by_text(&self, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
        call("EVAL", &self.text, keys, arguments)
    }
}

fn call(name: &str, script: &str, keys: &[&str], arguments: &[&[u8]]) -> Cmd {
    let size = arguments.iter().map(|argument| argument.len()).sum::<usize>()
        + keys.iter().map(|key| key.len()).sum::<usize>();
    let mut command =
        Cmd::with_capacity(3 + keys.len() + arguments.len(), name.len() + script.len() + size + 8);
    command.arg(name).arg(script).arg(keys.len());
    for key in keys {
        command.arg(*key);
    }
    for argument in arguments {
        command.arg(*argument);
    }
    command
}

/// A script's answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) said: Said,
    /// When, by the server's clock.
    pub(super) at: Timestamp,
    pub(super) payload: Option<Value>,
}

impl Reply {
    /// Reads `{ what, when, payload }`.
    ///
    /// # Errors
    /// `Corrupt`, if it is none of ours.
    pub(super) fn read(value: Value) -> Result<Self, Error> {
        let foreign = || Error::corrupt("the script's answer is not one that it gives");
        let Value::Array(parts) = value else { return Err(foreign()) };
        let mut parts = parts.into_iter();
        let (Some(Value::Int(what)), Some(Value::Int(when))) = (parts.next(), parts.next()) else {
            return Err(foreign());
        };
        let said = ANSWERS.into_iter().find(|(_, _, number)| *number == what).map(|(said, ..)| said);
        let at = u64::try_from(when).map(Timestamp::from_millis);
        match (said, at) {
            (Some(said), Ok(at)) => Ok(Self { said, at, payload: parts.next() }),
            _ => Err(foreign()),
        }
    }
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
