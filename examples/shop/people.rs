//! Who has an account. In memory, because the example is about sessions; a real shop has a table.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

/// Everybody, by e-mail address.
pub(crate) struct People {
    by_email: Mutex<HashMap<String, Account>>,
    /// Hashing takes a core and 19 MiB: who sends a thousand passwords waits, and nobody else does.
    hashing: Semaphore,
}

struct Account {
    person: Person,
    hash: PasswordHash,
}

#[derive(Clone)]
pub(crate) struct Person {
    /// Random, so that the account of a restarted shop never inherits the session of an older one.
    pub(crate) id: i64,
    pub(crate) name: String,
    /// Whether it was the first account: who sets up a shop keeps it.
    pub(crate) first: bool,
}

#[derive(Deserialize)]
pub(crate) struct SignUp {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) password: String,
}

/// Why an account or a password was refused, as the visitor is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refused {
    Name,
    Email,
    Taken,
    Short,
    Long,
    /// Hashing failed: not the visitor's fault.
    Broken,
}

pub(crate) const SHORTEST: usize = 10;
const LONGEST: usize = 200;
const LONGEST_NAME: usize = 40;

impl People {
    /// A new account.
    pub(crate) async fn sign_up(&self, form: SignUp) -> Result<Person, Refused> {
        let name: String = form.name.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
        let email = normal(&form.email);
        if name.is_empty() {
            return Err(Refused::Name);
        }
        if email.len() > 254 || !email.contains('@') {
            return Err(Refused::Email);
        }
        let hash = self.hash(form.password).await?;
        let id = i64::from_ne_bytes(getrandom::u64().map_err(|_| Refused::Broken)?.to_ne_bytes());
        let mut accounts = self.lock();
        let first = accounts.is_empty();
        // Looked for and entered under one lock: of two sign-ups with one address, one is refused.
        match accounts.entry(email) {
            Entry::Occupied(_) => Err(Refused::Taken),
            Entry::Vacant(place) => {
                Ok(place.insert(Account { person: Person { id, name, first }, hash }).person.clone())
            }
        }
    }

    /// Who that is, if the password is right. It takes as long where there is no such account, so that the time tells
    /// nobody who has one.
    pub(crate) async fn recognise(&self, email: &str, password: String) -> Option<Person> {
        // Nobody has such a password. Said before anybody is looked for, or a short one would be quick for a stranger alone.
        has_a_length(&password).ok()?;
        let account =
            self.lock().get(&normal(email)).map(|account| (account.person.clone(), account.hash.clone()));
        match account {
            Some((person, hash)) => self.verify(password, hash).await.then_some(person),
            None => {
                let _wasted = self.hash(password).await;
                None
            }
        }
    }

    /// Whether that is the password of whoever has that id.
    pub(crate) async fn is_password_of(&self, id: i64, password: String) -> bool {
        let hash =
            self.lock().values().find(|account| account.person.id == id).map(|account| account.hash.clone());
        match hash {
            Some(hash) => self.verify(password, hash).await,
            None => false,
        }
    }

    /// The ids of everybody of that name.
    pub(crate) fn named(&self, name: &str) -> Vec<i64> {
        let accounts = self.lock();
        accounts
            .values()
            .map(|account| &account.person)
            .filter(|person| person.name == name)
            .map(|person| person.id)
            .collect()
    }

    /// Another password for whoever has that id.
    pub(crate) async fn change_password(&self, id: i64, password: String) -> Result<(), Refused> {
        let hash = self.hash(password).await?;
        if let Some(account) = self.lock().values_mut().find(|account| account.person.id == id) {
            account.hash = hash;
        }
        Ok(())
    }

    pub(crate) fn count(&self) -> usize {
        self.lock().len()
    }

    async fn hash(&self, password: String) -> Result<PasswordHash, Refused> {
        has_a_length(&password)?;
        let _permit = self.hashing.acquire().await.map_err(|_| Refused::Broken)?;
        let hashed = spawn_blocking(move || Argon2::default().hash_password(password.as_bytes())).await;
        hashed.map_err(|_| Refused::Broken)?.map_err(|_| Refused::Broken)
    }

    async fn verify(&self, password: String, hash: PasswordHash) -> bool {
        if has_a_length(&password).is_err() {
            return false;
        }
        let Ok(_permit) = self.hashing.acquire().await else { return false };
        let verified =
            spawn_blocking(move || Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
                .await;
        verified.unwrap_or(false)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, Account>> {
        self.by_email.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a password can be one, by its length.
fn has_a_length(password: &str) -> Result<(), Refused> {
    match password.len() {
        ..SHORTEST => Err(Refused::Short),
        SHORTEST..=LONGEST => Ok(()),
        _ => Err(Refused::Long),
    }
}

fn normal(email: &str) -> String {
    email.trim().to_lowercase()
}

impl Default for People {
    fn default() -> Self {
        Self { by_email: Mutex::default(), hashing: Semaphore::new(4) }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name => f.write_str("Please tell us your name."),
            Self::Email => f.write_str("That does not look like an e-mail address."),
            Self::Taken => f.write_str("There is an account with this address already. Sign in instead?"),
            Self::Short => write!(f, "A password needs at least {SHORTEST} characters."),
            Self::Long => write!(f, "A password may have {LONGEST} characters at most."),
            Self::Broken => f.write_str("That did not work, and it was our fault. Please try again."),
        }
    }
}
