//! What a key per message costs against a key per process: the figures in the documentation of `session::crypto`.
//!
//! `cargo bench -p session --bench sealing`

use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use session::crypto::{Associated, Key, KeyRing, Purpose};

/// The best of some runs: what disturbs only ever adds.
#[expect(clippy::disallowed_methods, reason = "a measurement is of real time")]
fn best(run: impl Fn()) -> Duration {
    const TURNS: u32 = 2_000;
    let time = || {
        let begin = Instant::now();
        for _ in 0..TURNS {
            run();
        }
        begin.elapsed() / TURNS
    };
    (0..25).map(|_| time()).min().unwrap_or_default()
}

#[expect(clippy::print_stdout, reason = "prints what it measured")]
fn main() -> Result<(), session::Error> {
    let keys = KeyRing::new(&Key::generate()?);
    let bound = Associated::new(Purpose::SealCookie, "shop").cookie("__Host-session").format(1);
    let process = UnboundKey::new(&AES_256_GCM, &[7; 32]).map(LessSafeKey::new).expect("a key of 32 bytes");
    let random = SystemRandom::new();
    for size in [200, 2048] {
        let plaintext = vec![7; size];
        let sealed = keys.seal(&bound, &plaintext).expect("far below the limit");
        let seal = best(|| drop(black_box(keys.seal(&bound, black_box(&plaintext)))));
        let open = best(|| drop(black_box(keys.open(&bound, black_box(&sealed)))));

        // The same work around the cipher: a head, associated data of that length, buffers, randomness.
        let seal_by_process = |plaintext: &[u8]| {
            let mut sealed = vec![1; 29];
            random.fill(&mut sealed[5..29]).expect("randomness");
            let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).expect("twelve bytes");
            let associated = [&sealed[..], &[2; 40]].concat();
            sealed.extend_from_slice(plaintext);
            let tag = process
                .seal_in_place_separate_tag(nonce, Aad::from(associated), &mut sealed[29..])
                .expect("far below the limit");
            sealed.extend_from_slice(tag.as_ref());
            sealed
        };
        let sealed = seal_by_process(&plaintext);
        let seal_other = best(|| drop(black_box(seal_by_process(black_box(&plaintext)))));
        let open_other = best(|| {
            let associated = [&sealed[..29], &[2; 40]].concat();
            let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).expect("twelve bytes");
            let mut opened = sealed[29..].to_vec();
            black_box(process.open_in_place(nonce, Aad::from(associated), &mut opened).is_ok());
        });
        println!(
            "{size} bytes: key per message: seal {seal:?}, open {open:?}; per process: seal {seal_other:?}, open {open_other:?}"
        );
    }
    Ok(())
}
