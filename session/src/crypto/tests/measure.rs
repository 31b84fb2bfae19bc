//! What a key per message costs against a key per process: the figures in the folder's documentation.
//!
//! `cargo test --release -p session --lib -- --ignored --nocapture crypto::tests::measure`

use std::hint::black_box;
use std::time::{Duration, Instant};

use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

use super::{cookie, key, ring};
use crate::random;

/// The best of some runs: what disturbs only ever adds.
#[expect(clippy::disallowed_methods, reason = "a measurement that no other test depends on")]
fn best(run: impl Fn()) -> Duration {
    const TURNS: u32 = 2_000;
    let time = || {
        let begin = Instant::now();
        (0..TURNS).for_each(|_| run());
        begin.elapsed() / TURNS
    };
    (0..25).map(|_| time()).min().unwrap()
}

#[test]
#[ignore = "measures; run it alone and in release"]
#[expect(clippy::print_stdout, reason = "prints figures when it is asked for them")]
fn a_key_per_message_against_a_key_per_process() {
    let ring = ring("a", &["b"]);
    let process = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key("process").bytes()).unwrap());
    for size in [200, 2048] {
        let plaintext = vec![7; size];
        let sealed = ring.seal(&cookie(), &plaintext).unwrap();
        let seal = best(|| drop(black_box(ring.seal(&cookie(), black_box(&plaintext)))));
        let open = best(|| drop(black_box(ring.open(&cookie(), black_box(&sealed)))));

        // The same work around the cipher: head, associated data, buffers, randomness.
        let seal_process = |plaintext: &[u8]| {
            let salt: [u8; 24] = random::bytes().unwrap();
            let mut sealed = Vec::with_capacity(45 + plaintext.len());
            sealed.extend_from_slice(&[1; 5]);
            sealed.extend_from_slice(&salt);
            let associated = cookie().encode_after(&sealed);
            sealed.extend_from_slice(plaintext);
            let nonce = Nonce::try_assume_unique_for_key(&salt[..12]).unwrap();
            let tag =
                process.seal_in_place_separate_tag(nonce, Aad::from(associated), &mut sealed[29..]).unwrap();
            sealed.extend_from_slice(tag.as_ref());
            sealed
        };
        let sealed = seal_process(&plaintext);
        let seal_other = best(|| drop(black_box(seal_process(black_box(&plaintext)))));
        let open_other = best(|| {
            let sealed = black_box(&sealed);
            let associated = cookie().encode_after(&sealed[..29]);
            let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).unwrap();
            let mut opened = sealed[29..].to_vec();
            process.open_in_place(nonce, Aad::from(associated), &mut opened).unwrap();
            black_box(opened);
        });
        println!(
            "{size} bytes: key per message: seal {seal:?}, open {open:?}; per process: seal {seal_other:?}, open {open_other:?}"
        );
    }
}
