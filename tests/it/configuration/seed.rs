//! Every option of the seed library, and what became of it. The guide shows the same table.

use std::fmt::Write as _;
use std::time::Duration;

use session::config::SessionSettings;
use session::crypto::{self, Key};
use session::event::Tracing;
use session::{SessionConfig, SessionLayer};
use session_stores::cluster::ClusteredStoreBuilder;
use session_stores::redis::RedisStoreBuilder;
use session_stores::wrap::{BreakerConfig, CircuitBreaker, Retry, RetryPolicy};
use session_stores::{Compressed, Encrypted, MemoryStore};

use self::Here::{Absent, Code, Setting};
use super::the_guide_shows;

enum Here {
    /// Settings of ours do the same, with this to know.
    Setting(&'static [&'static str], &'static str),
    /// Code does, by this path, which [`paths`] compiles.
    Code(&'static str, &'static str),
    /// It is left out, for this reason.
    Absent(&'static str),
}

/// Its option, in its own words; presets count as options.
const TABLE: &[(&str, Here)] = &[
    ("secret", Setting(&["key"], "no default; made by `cargo run --example keygen`")),
    ("timeout", Setting(&["idle", "absolute"], "two deadlines instead of one")),
    ("session_key", Setting(&["cookie.name"], "")),
    (
        "provider, store",
        Code("SessionLayer::with_config", "one store and configuration a layer, nothing global"),
    ),
    ("configure, config", Code("SessionConfig::builder", "never changes once it is built")),
    ("sliding_expiration", Setting(&["idle", "absolute"], "on; off where both are equal")),
    ("require_secure_secret", Absent("always: a weak or published secret is refused when its `Key` is made")),
    ("using_default_secret?, validate_secret!", Absent("there is no default secret")),
    (
        "digest_algorithm",
        Absent("AES-256-GCM authenticates what it encrypts, and the envelope has a version"),
    ),
    ("digest_fallback", Absent("nothing older is accepted; keys are changed through `opening_keys`")),
    ("use_kdf", Code("Key::from_passphrase", "called once at start-up, never per request")),
    (
        "kdf_iterations",
        Code("Key::from_passphrase", "its third argument; `PBKDF2_ITERATIONS` are recommended"),
    ),
    ("kdf_salt", Code("Key::from_passphrase", "its second argument; no default")),
    ("encryptor", Code("crypto::KeyRing", "derives its keys when it is made")),
    ("encrypt_redis_data", Code("Encrypted", "a wrapper of any store on a server")),
    ("compress_data", Code("Compressed", "a wrapper of any store on a server")),
    ("compression_threshold", Code("Compressed", "`threshold`; 256 bytes")),
    ("bind_to_ip", Setting(&["binding.ip"], "by prefix; from the connection, not from what a client writes")),
    ("bind_to_user_agent", Setting(&["binding.user_agent"], "")),
    ("enable_retry", Code("Retry", "a wrapper of any store")),
    ("retry_config.max_attempts", Code("RetryPolicy", "`attempts`")),
    ("retry_config.base_delay", Code("RetryPolicy", "`base`")),
    ("retry_config.max_delay", Code("RetryPolicy", "`cap`")),
    ("retry_config.backoff_multiplier", Code("RetryPolicy", "`multiplier`")),
    ("retry_config.jitter", Code("RetryPolicy", "`jitter`")),
    ("circuit_breaker_enabled", Code("CircuitBreaker", "a wrapper of any store")),
    (
        "circuit_breaker_config.failure_threshold",
        Code("BreakerConfig", "`failures`, `failure_percent`, `window`"),
    ),
    ("circuit_breaker_config.reset_timeout", Code("BreakerConfig", "`reset_timeout`")),
    ("circuit_breaker_config.half_open_max_calls", Code("BreakerConfig", "`probes`")),
    ("log_errors", Absent("every failure is an event of the `tracing` target `session`: filter it there")),
    ("fail_fast_on_corruption", Setting(&["load.corrupt"], "")),
    ("metrics_backend", Code("metrics::Meter", "`NullMetrics`, `LogMetrics`, `FacadeMetrics`")),
    ("on_started", Code("SessionConfigBuilder::events", "`SessionEvent::Created`")),
    ("on_loaded", Code("SessionConfigBuilder::events", "`SessionEvent::Loaded`")),
    ("on_client", Code("SessionConfigBuilder::events", "`SessionEvent::Responding`")),
    ("on_deleted", Code("SessionConfigBuilder::events", "`SessionEvent::Destroyed`, `Revoked`")),
    ("on_regenerated", Code("SessionConfigBuilder::events", "`SessionEvent::Rotated`")),
    ("cluster.enabled", Code("ClusteredStoreBuilder", "`enabled`")),
    ("cluster.node_id", Code("ClusteredStoreBuilder", "`node`; random unless given")),
    ("cluster.channel", Code("ClusteredStoreBuilder", "`channel`; one for each application")),
    ("cluster.local_cache_enabled", Code("ClusteredStoreBuilder", "`enabled`")),
    ("cluster.local_cache_ttl", Code("ClusteredStoreBuilder", "`ttl`, beside the lease")),
    ("cluster.local_cache_max_size", Code("ClusteredStoreBuilder", "`max_entries`, `max_bytes`")),
    ("cluster.subscribe_timeout", Code("ClusteredStoreBuilder", "`subscribe_timeout`")),
    (
        "pool size",
        Code("RedisStore", "one multiplexed connection a server; a pool of the app's own can be given"),
    ),
    ("pool timeout", Code("RedisStore", "every wait has a limit")),
    ("redis_host", Code("RedisStore", "in its address")),
    ("redis_port", Code("RedisStore", "in its address")),
    ("redis_database", Code("RedisStore", "in its address")),
    ("redis_password", Code("RedisStore", "in its address")),
    ("from_preset, apply_preset", Setting(&["preset"], "what is said explicitly counts more")),
    ("preset development", Code("SessionConfigBuilder::development", "")),
    ("preset production", Code("SessionConfigBuilder::production", "the default")),
    ("preset high_security", Code("SessionConfigBuilder::high_security", "")),
    ("preset testing", Code("SessionConfigBuilder::testing", "")),
    ("preset clustered", Code("SessionConfigBuilder::clustered", "")),
    // What it could not be told at all.
    ("cookie Secure", Setting(&["cookie.secure"], "")),
    ("cookie HttpOnly", Absent("always: no script has a use for a session cookie")),
    ("cookie SameSite", Setting(&["cookie.same_site"], "")),
    ("cookie Path", Setting(&["cookie.path"], "")),
    ("cookie Domain", Setting(&["cookie.domain"], "")),
    (
        "cookie Max-Age",
        Setting(&["anonymous.persistent", "authenticated.persistent", "remembered.persistent"], ""),
    ),
    ("key prefix", Code("RedisStoreBuilder", "`prefix`, `application`")),
    ("id generator", Absent("always 256 bits from the operating system; a choice could only be worse")),
    ("cipher", Absent("one, named in the envelope's version")),
    ("serializer", Absent("one, named in each record, so that it can be replaced without losing one")),
    ("trusted proxies", Setting(&["trusted_proxies", "forwarding_header"], "")),
];

/// The paths that the table names. That this compiles is the test.
fn paths() -> Vec<&'static str> {
    #[derive(session::SessionData, Clone)]
    struct Empty {}

    let _ = |store: MemoryStore, config| SessionLayer::<Empty>::with_config(store, config);
    let _ = (session::metrics::Meter::new(session::metrics::NullMetrics), session::metrics::LogMetrics);
    let _ = (Key::from_passphrase, crypto::KeyRing::new);
    let _ = |redis: RedisStoreBuilder| redis.prefix("shop").application("shop").build();
    let _ = |cluster: ClusteredStoreBuilder| {
        let cluster = cluster.enabled(true).node("a").channel("shop").max_entries(1).max_bytes(1);
        cluster.ttl(Duration::from_secs(1)).subscribe_timeout(Duration::from_secs(1)).build()
    };
    let _ = |sealed: Encrypted<MemoryStore>| Compressed::new(sealed).threshold(256);
    let _ = (Retry::<MemoryStore>::new, CircuitBreaker::<MemoryStore>::new);
    let _ =
        |policy: RetryPolicy| (policy.attempts, policy.base, policy.cap, policy.multiplier, policy.jitter);
    let _ = |breaker: BreakerConfig| {
        (breaker.failures, breaker.failure_percent, breaker.window, breaker.reset_timeout, breaker.probes)
    };
    let _ = SessionConfig::builder()
        .events(Tracing)
        .development()
        .production()
        .high_security()
        .testing()
        .clustered();
    vec![
        "RedisStore",
        "RedisStoreBuilder",
        "ClusteredStoreBuilder",
        "Encrypted",
        "Compressed",
        "Retry",
        "RetryPolicy",
        "CircuitBreaker",
        "BreakerConfig",
        "metrics::Meter",
        "SessionLayer::with_config",
        "SessionConfig::builder",
        "Key::from_passphrase",
        "crypto::KeyRing",
        "SessionConfigBuilder::events",
        "SessionConfigBuilder::development",
        "SessionConfigBuilder::production",
        "SessionConfigBuilder::high_security",
        "SessionConfigBuilder::testing",
        "SessionConfigBuilder::clustered",
    ]
}

#[test]
fn every_option_of_the_seed_has_its_place() {
    let mut table = "| there | here | how |\n|---|---|---|\n".to_owned();
    let known = SessionSettings::reference();
    for (option, here) in TABLE {
        let (place, how) = match here {
            Setting(names, how) => {
                for name in *names {
                    assert!(known.contains(&format!("| `{name}` |")), "{option}: there is no setting {name}");
                }
                let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
                (names.join(", "), *how)
            }
            Code(path, how) => {
                assert!(paths().contains(path), "{option}: {path} is not compiled");
                (format!("`{path}`"), *how)
            }
            Absent(why) => ("no option".to_owned(), *why),
        };
        writeln!(table, "| {option} | {place} | {how} |").unwrap();
    }
    the_guide_shows("seed", &table);
}
