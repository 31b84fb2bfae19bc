//! Every setting, a line each: a new option of the builder that a file may choose is one more line here, and one in the
//! guide, which a test asks for.

use std::time::Duration;

use super::Value;
use super::written::Written;
use crate::config::SessionConfig;
use crate::config::SessionConfigBuilder as B;

/// One line of the table.
pub(super) struct Setting {
    /// Its name in a file. In the environment it has capitals, and `_` for the dot.
    pub(super) key: &'static str,
    /// What it does, for the guide.
    pub(super) means: &'static str,
    /// How its values are written, for the guide.
    pub(super) form: String,
    apply: Box<Apply>,
    show: Box<Show>,
}

type Apply = dyn Fn(&mut B, &Value) -> Result<(), String>;
type Show = dyn Fn(&SessionConfig) -> Option<String>;

impl Setting {
    /// Tells the builder, or says what is wrong with `value` as a sentence without its subject.
    pub(super) fn apply(&self, builder: &mut B, value: &Value) -> Result<(), String> {
        (self.apply)(builder, value)
    }

    /// Its value in what was built, unless other settings show it or there is none.
    pub(super) fn show(&self, config: &SessionConfig) -> Option<String> {
        (self.show)(config)
    }
}

/// In the order in which they are applied: what stands for several comes before each of them.
#[rustfmt::skip] // a line each
pub(super) fn settings() -> Vec<Setting> {
    vec![
        said("preset", "what everything begins with that is not said", B::preset, |_| None),
        said("assurance", "the level of NIST SP 800-63B-4 that is declared, and then checked", B::assurance,
            |config| Some(config.assurance()?.level())),
        said("deviation", "why the service goes beyond what that level recommends", B::deviation,
            |config| Some(config.assurance()?.justification()?.to_owned())),

        said("idle", "sets `anonymous.idle` and `authenticated.idle`", B::idle, |_| None),
        said("absolute", "sets `anonymous.absolute` and `authenticated.absolute`", B::absolute, |_| None),
        part("anonymous.idle", "how long a session lives without use if nobody is signed in",
            |c| &mut c.lifetimes.anonymous.idle),
        part("anonymous.absolute", "how long it lives in all", |c| &mut c.lifetimes.anonymous.absolute),
        part("anonymous.persistent", "whether its cookie outlives the browser",
            |c| &mut c.lifetimes.anonymous.persistent),
        part("authenticated.idle", "how long a session lives without use if somebody is signed in",
            |c| &mut c.lifetimes.authenticated.idle),
        part("authenticated.absolute", "how long it lives in all, from the latest authentication",
            |c| &mut c.lifetimes.authenticated.absolute),
        part("authenticated.persistent", "whether its cookie outlives the browser",
            |c| &mut c.lifetimes.authenticated.persistent),
        part("remembered.idle", "how long a session lives without use if who is signed in asked to be remembered",
            |c| &mut c.lifetimes.remembered.idle),
        part("remembered.absolute", "how long it lives in all, from the latest authentication",
            |c| &mut c.lifetimes.remembered.absolute),
        part("remembered.persistent", "whether its cookie outlives the browser",
            |c| &mut c.lifetimes.remembered.persistent),
        said("touch_threshold", "how far the idle deadline must have come before it is moved on",
            B::touch_threshold, chosen_threshold),

        part("cookie.name", "the cookie's name", |c| &mut c.cookie.name),
        part("cookie.path", "the path under which browsers send it", |c| &mut c.cookie.path),
        said("cookie.domain", "the domain all of whose hosts get it, instead of this host alone",
            B::cookie_domain,
            |config| config.cookie.domain.clone()),
        part("cookie.secure", "whether browsers keep it to TLS", |c| &mut c.cookie.secure),
        part("cookie.same_site", "on which requests from other sites browsers send it",
            |c| &mut c.cookie.same_site),
        part("cookie.partitioned", "whether it is kept apart per top-level site",
            |c| &mut c.cookie.partitioned),
        part("cookie.chunks", "over how many cookies a session that the client holds may be spread",
            |c| &mut c.cookie.chunks),

        part("signed_ids", "whether session ids are signed in the cookie", |c| &mut c.signed_ids),
        part("binding.ip", "how many bits of an IPv4 and of an IPv6 address a session is bound to",
            |c| &mut c.binding.ip),
        part("binding.user_agent", "whether it is bound to the `User-Agent` header",
            |c| &mut c.binding.user_agent),
        part("binding.mismatch", "what a request gets that comes from elsewhere", |c| &mut c.binding.mismatch),
        said("trusted_proxies", "whose word on a client's address and scheme is taken", B::trusted_proxies,
            |config| Some(config.proxies.given.clone()).filter(|given| !given.is_empty())),
        part("forwarding_header", "in which headers they write", |c| &mut c.proxies.header),

        part("rotation.every", "the age at which a session id is replaced", |c| &mut c.rotation.every),
        part("rotation.grace", "how long the id before opens the session at the most",
            |c| &mut c.rotation.grace),
        part("rotation.settle", "how long it still does once the new one is in use",
            |c| &mut c.rotation.settle),
        part("rotation.reuse", "what an id means that comes back after that", |c| &mut c.rotation.reuse),

        part("load.unavailable", "what a request gets when the store cannot be asked",
            |c| &mut c.load.unavailable),
        part("load.corrupt", "what a request gets whose record cannot be decoded", |c| &mut c.load.corrupt),
        part("create_window", "how long after it was decided a session may be created",
            |c| &mut c.create_window),
        part("commit_deadline", "how long a commit may queue behind others", |c| &mut c.commit_deadline),
        part("limit.most", "how many sessions a principal may have at a time", |c| &mut c.limit.most),
        part("limit.when_full", "what a login gets that would be one more", |c| &mut c.limit.when_full),
        part("application", "the name that is part of everything sealed or signed", |c| &mut c.application),
    ]
}

/// A part of the configuration that is as it was said.
fn part<V: Written + Clone + Send + Sync + 'static>(
    key: &'static str,
    means: &'static str,
    part: fn(&mut SessionConfig) -> &mut V,
) -> Setting {
    let set = move |builder: B, value: V| builder.say(move |config| part(config).clone_from(&value));
    setting(key, means, set, move |config| Some(part(&mut config.clone()).clone()))
}

/// What has a setter of its own, because more depends on it. `get` finds it in what was built.
fn said<V: Written + 'static>(
    key: &'static str,
    means: &'static str,
    set: fn(B, V) -> B,
    get: fn(&SessionConfig) -> Option<V>,
) -> Setting {
    setting(key, means, set, get)
}

fn setting<V: Written>(
    key: &'static str,
    means: &'static str,
    set: impl Fn(B, V) -> B + 'static,
    get: impl Fn(&SessionConfig) -> Option<V> + 'static,
) -> Setting {
    let apply = move |builder: &mut B, value: &Value| {
        let value = match value {
            Value::One(text) if text.is_empty() => {
                return Err("is empty: say a value, or leave it away".to_owned());
            }
            Value::One(text) => {
                V::read(text).map_err(|why| format!("is {:?}, which {why}", text.as_str()))?
            }
            Value::Many(texts) => {
                V::read_list(texts).ok_or_else(|| "is a list, where one value is meant".to_owned())?
            }
        };
        *builder = set(std::mem::take(builder), value);
        Ok(())
    };
    let show = move |config: &SessionConfig| get(config).map(|value| value.write());
    Setting { key, means, form: V::form(), apply: Box::new(apply), show: Box::new(show) }
}

/// The default threshold of short sessions is below the one that the configuration holds, so that one was not chosen.
fn chosen_threshold(config: &SessionConfig) -> Option<Duration> {
    Some(config.touch_threshold()).filter(|threshold| *threshold < config.lifetimes().shortest_idle())
}
