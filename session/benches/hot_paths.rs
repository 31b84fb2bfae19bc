//! What requests do most often, by itself: `cargo bench -p session`. The figures in the documentation of `session::crypto`
//! are the fastest ones of `seal`, `open` and their siblings.

use divan::{Bencher, black_box};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom as _, SystemRandom};
use session::cookie::candidates;
use session::crypto::{Associated, Key, KeyRing, Purpose};
use session::value::{from_bytes, to_bytes};
use session::{Handle, Token};

/// Of a small session, and of a large one.
const SIZES: [usize; 2] = [200, 2048];

/// How often something is done for one sample. One by one is how cold caches are measured.
const WARM: u32 = 200;

/// A head and associated data as long as an envelope's.
const HEAD: usize = 29;
const ASSOCIATED: [u8; 40] = [2; 40];

fn main() {
    divan::main();
}

fn keys() -> KeyRing {
    KeyRing::new(&Key::generate().expect("randomness"))
}

const fn bound() -> Associated<'static> {
    Associated::new(Purpose::SealCookie, "shop").cookie("__Host-session").format(1)
}

#[divan::bench(args = SIZES, sample_size = WARM)]
fn seal(bencher: Bencher<'_, '_>, size: usize) {
    let (keys, plaintext) = (keys(), vec![7; size]);
    bencher.bench(|| keys.seal(&bound(), black_box(&plaintext)));
}

#[divan::bench(args = SIZES, sample_size = WARM)]
fn open(bencher: Bencher<'_, '_>, size: usize) {
    let keys = keys();
    let sealed = keys.seal(&bound(), &vec![7; size]).expect("far below the limit");
    bencher.bench(|| keys.open(&bound(), black_box(&sealed)));
}

/// With one key for all messages of a process: the same work around the cipher.
struct Process(LessSafeKey, SystemRandom);

impl Process {
    fn new() -> Self {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).expect("a key of 32 bytes");
        Self(LessSafeKey::new(key), SystemRandom::new())
    }

    fn seal(&self, plaintext: &[u8]) -> Vec<u8> {
        let mut sealed = vec![1; HEAD];
        self.1.fill(&mut sealed[5..]).expect("randomness");
        let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).expect("twelve bytes");
        let associated = [&sealed[..], &ASSOCIATED].concat();
        sealed.extend_from_slice(plaintext);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(associated), &mut sealed[HEAD..]);
        sealed.extend_from_slice(tag.expect("far below the limit").as_ref());
        sealed
    }

    fn open(&self, sealed: &[u8]) -> Vec<u8> {
        let associated = [&sealed[..HEAD], &ASSOCIATED].concat();
        let nonce = Nonce::try_assume_unique_for_key(&sealed[5..17]).expect("twelve bytes");
        let mut opened = sealed[HEAD..].to_vec();
        self.0.open_in_place(nonce, Aad::from(associated), &mut opened).expect("it was sealed here");
        opened
    }
}

#[divan::bench(args = SIZES, sample_size = WARM)]
fn seal_with_a_key_per_process(bencher: Bencher<'_, '_>, size: usize) {
    let (process, plaintext) = (Process::new(), vec![7; size]);
    bencher.bench(|| process.seal(black_box(&plaintext)));
}

#[divan::bench(args = SIZES, sample_size = WARM)]
fn open_with_a_key_per_process(bencher: Bencher<'_, '_>, size: usize) {
    let process = Process::new();
    let sealed = process.seal(&vec![7; size]);
    bencher.bench(|| process.open(black_box(&sealed)));
}

/// A `Cookie` header with a token among other cookies.
const COOKIES: &str = "theme=dark; _ga=GA1.1.1234567890.1234567890; \
    __Host-session=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8; lang=en";

#[divan::bench(sample_size = WARM)]
fn find_the_cookie_and_parse_the_token() -> Option<Handle> {
    let header = black_box(COOKIES.as_bytes());
    let found = candidates(std::iter::once(header), "__Host-session");
    found.values().first().and_then(|value| Token::parse(value)).map(|token| token.handle())
}

/// Five lines of a cart.
fn cart() -> Vec<(String, u32)> {
    (0..5).map(|line| (format!("sku-{line:04}"), line)).collect()
}

#[divan::bench(sample_size = WARM)]
fn encode_a_cart(bencher: Bencher<'_, '_>) {
    let cart = cart();
    bencher.bench(|| to_bytes(black_box(&cart)));
}

#[divan::bench(sample_size = WARM)]
fn decode_a_cart(bencher: Bencher<'_, '_>) {
    let bytes = to_bytes(&cart()).expect("it can be stored");
    bencher.bench(|| from_bytes::<Vec<(String, u32)>>(black_box(&bytes)));
}
