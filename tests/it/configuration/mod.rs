//! What a service may choose, how it says so, and what is refused.

mod assurance;
mod environment;
mod formats;
mod keys;
mod presets;
mod seed;
mod settings;

use session::config::{SessionConfigBuilder, SessionSettings};
use session::crypto::{Key, KeyRing};
use session::{ErrorKind, SessionConfig};

/// A preset that needs keys has some.
fn with_keys() -> SessionConfigBuilder {
    let bytes: Vec<u8> =
        std::iter::successors(Some(1_u8), |byte| Some(byte.wrapping_mul(141).wrapping_add(3)))
            .take(Key::LEAST)
            .collect();
    SessionConfig::builder().keys(KeyRing::new(&Key::from_bytes(&bytes).expect("a key")))
}

/// What `build` has to say.
fn problems(builder: SessionConfigBuilder) -> Vec<String> {
    match builder.build().map_err(|error| error.kind().clone()) {
        Err(ErrorKind::Config(problems)) => problems,
        other => panic!("{other:?}"),
    }
}

fn build(settings: &SessionSettings) -> SessionConfig {
    SessionConfig::builder().settings(settings).build().expect("a sound configuration")
}

/// Every setting of a configuration but its keys, by name.
fn all_of(config: &SessionConfig) -> Vec<(String, String)> {
    let json = serde_json::to_value(SessionSettings::of(config)).expect("settings are plain");
    let mut flat = Vec::new();
    for (name, value) in json.as_object().expect("a table") {
        match value.as_object() {
            Some(table) => {
                flat.extend(table.iter().map(|(part, value)| (format!("{name}.{part}"), text(value))));
            }
            None => flat.push((name.clone(), text(value))),
        }
    }
    flat.sort();
    flat
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The guide has a table between `<!-- name -->` and `<!-- /name -->`, and it is this one.
fn the_guide_shows(name: &str, table: &str) {
    let path = crate::structure::root().join("session/src/guide/configuration.md");
    let guide = std::fs::read_to_string(path).expect("the guide");
    let (_, rest) = guide.split_once(&format!("<!-- {name} -->\n")).expect("the table's begin");
    let (shown, _) = rest.split_once(&format!("<!-- /{name} -->")).expect("the table's end");
    assert!(shown == table, "session/src/guide/configuration.md must have, at `{name}`:\n{table}");
}
