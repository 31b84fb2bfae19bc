//! Makes a key for sealing and says how to use it: `cargo run --example keygen`.
//!
//! The key goes to the standard output alone, so that it can be piped to where a deployment keeps its secrets.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is what it is for")]

use session::crypto::Key;

fn main() -> Result<(), session::Error> {
    let key = Key::generate()?;
    println!("{}", key.to_text().expose());
    eprintln!(
        "
This is a new key of 256 random bits. Keep it where you keep passwords, never in the repository, and give it to the
program through its environment:

    let text = std::env::var(\"SESSION_KEY\")?;
    let keys = KeyRing::new(&Key::from_text(&text)?);

To change it later without ending a session, finish each step on every node before the next:

    1. KeyRing::new(&old).and_opens(&new)?     the new key opens
    2. KeyRing::new(&new).and_opens(&old)?     the new key seals
    3. KeyRing::new(&new)                      once the old key's last session has ended"
    );
    Ok(())
}
