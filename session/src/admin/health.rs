use futures_util::future::join_all;

use super::Admin;
use crate::data::SessionData;
use crate::store::{Health, Store};

/// How something is that sessions need.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Component {
    /// How it is.
    pub state: ComponentState,
    /// What there is to say about that.
    pub details: Vec<String>,
}

/// How a [`Component`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ComponentState {
    /// It works.
    Well,
    /// It works, and somebody should look at it.
    Warned,
    /// It does not work.
    Failing,
}

impl Component {
    /// It works.
    pub const fn well() -> Self {
        Self { state: ComponentState::Well, details: Vec::new() }
    }

    /// It works, and somebody should look at it, for these reasons; without a reason, it is well.
    pub fn warned(details: Vec<String>) -> Self {
        let state = if details.is_empty() { ComponentState::Well } else { ComponentState::Warned };
        Self { state, details }
    }

    /// It does not work, for that reason.
    pub fn failing(detail: impl Into<String>) -> Self {
        Self { state: ComponentState::Failing, details: vec![detail.into()] }
    }
}

impl ComponentState {
    /// In a word, in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Well => "well",
            Self::Warned => "warned",
            Self::Failing => "failing",
        }
    }
}

/// How everything is that sessions need.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HealthReport {
    /// The store first.
    pub components: Vec<(&'static str, Component)>,
}

impl HealthReport {
    /// As the worst of them is.
    pub fn state(&self) -> ComponentState {
        self.components.iter().map(|(_, component)| component.state).max().unwrap_or(ComponentState::Well)
    }

    pub(super) fn json(&self) -> String {
        let components = self.components.iter().map(|(name, component)| {
            let details: Vec<_> = component.details.iter().map(|detail| quoted(detail)).collect();
            format!(
                "{}:{{\"state\":\"{}\",\"details\":[{}]}}",
                quoted(name),
                component.state.name(),
                details.join(",")
            )
        });
        let components = components.collect::<Vec<_>>().join(",");
        format!("{{\"state\":\"{}\",\"components\":{{{components}}}}}", self.state().name())
    }
}

/// As a string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Short forms are a convenience; every control character may be written so.
            c if u32::from(c) < 0x20 => quoted.extend(format!("\\u{:04x}", u32::from(c)).chars()),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

pub(super) async fn report<T: SessionData, S: Store + Clone>(admin: &Admin<T, S>) -> HealthReport {
    let probes = admin.components.iter().map(|(name, probe)| async move { (*name, probe().await) });
    let store = admin.sessions.runtime.store.health();
    let (store, others) = futures_util::future::join(store, join_all(probes)).await;
    let store = match store {
        Ok(health) => of_store(health),
        Err(error) => Component::failing(super::said(&error)),
    };
    HealthReport { components: [("store", store)].into_iter().chain(others).collect() }
}

fn of_store(Health { warnings, servers, .. }: Health) -> Component {
    let state = if warnings.is_empty() { ComponentState::Well } else { ComponentState::Warned };
    let servers = servers.into_iter().map(|server| {
        format!("{}: {}, {}, {} ms", server.name, server.version, server.role, server.latency.as_millis())
    });
    Component { state, details: warnings.into_iter().chain(servers).collect() }
}
