//! Writes the first inputs of each target: valid bytes, from which a fuzzer gets further than from none.

use std::path::Path;

use session::value::to_bytes;
use session_fuzz::{Sample, sample};

fn main() -> std::io::Result<()> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let record = sample();
    let value: Sample = Default::default();
    let value = to_bytes(&value).expect("defaults can be stored");
    let seeds: [(&str, &str, &[u8]); 20] = [
        ("record", "sealed", &record.encode()),
        ("fields", "sealed", &record.fields),
        ("fields", "value", &value),
        ("flips", "one", &[100, 0, 1]),
        // The first byte says what the rest is.
        ("open", "bytes", &[&[0], &[1; 60][..]].concat()),
        ("open", "named", &[&[1], &[7; 60][..]].concat()),
        ("open", "flip", &[2, 40, 0, 1]),
        ("cookies", "several", b"a=1; s=AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8; s=\"x\"\ns=2;;=; s"),
        ("cookies", "signed", &[b"s=", &[b'A'; 43][..], b".", &[b'A'; 27]].concat()),
        // Bytes beyond ASCII stand for the values of real cookies.
        ("held", "alone", b"s=\x80"),
        ("held", "parts", b"s=\x81; s.1=\x82"),
        ("held", "others", b"s=\x83; s.1=\x84"),
        ("held", "mixed", b"s=\x81; s.1=\x84"),
        ("held", "headers", b"s.1=\x82\na=1\ns=\x81"),
        ("held", "changed", b"s=\x80\xffA"),
        ("held", "several", b"s=\x80; s=\x81; s.1=\x82; s.1=\x84; s=\"\x83\""),
        ("forwarded", "list", b"\x006.6.6.6, 10.0.0.2\n[2001:db8::1]:80"),
        ("forwarded", "elements", b"\x01for=6.6.6.6;proto=http;by=\"a, b\\\"\", for=\"[2001:db8::1]:80\""),
        ("forwarded", "open", b"\x01for=6.6.6.6;x=\""),
        ("open", "key", b"\x03Inp_4oXGyQn0kaKXLm1Hg1XzqOBQYbW9d2xk0cVnS7E"),
    ];
    for (target, name, bytes) in seeds {
        std::fs::create_dir_all(corpus.join(target))?;
        std::fs::write(corpus.join(target).join(name), bytes)?;
    }
    Ok(())
}
