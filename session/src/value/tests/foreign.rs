//! Types of other crates: what holds for those of std holds for them.

use proptest::prelude::*;

use super::golden::is_written;
use super::hostile::is_total;
use super::round_trip::comes_back;
use super::*;

#[cfg(feature = "uuid")]
proptest! {
    #[test]
    fn uuids(bytes: [u8; 16]) {
        let uuid = ::uuid::Uuid::from_bytes(bytes);
        comes_back(&uuid)?;
        prop_assert_eq!(to_bytes(&uuid).unwrap(), bytes);
        is_total::<::uuid::Uuid>(&bytes)?;
    }
}

#[cfg(feature = "rust_decimal")]
proptest! {
    #[test]
    fn decimals_come_back_with_their_scale(digits in -(1_i128 << 96) + 1..1 << 96, scale in 0_u32..=28) {
        let decimal = ::rust_decimal::Decimal::from_i128_with_scale(digits, scale);
        comes_back(&decimal)?;
        let bytes = to_bytes(&decimal).unwrap();
        let read: ::rust_decimal::Decimal = from_bytes(&bytes).unwrap();
        prop_assert_eq!((read, read.scale()), (decimal, scale));
    }

    #[test]
    fn decimals_that_are_equal_and_normal_have_equal_bytes(digits in -1_000_000_i64..1_000_000, scale in 0_u32..=10) {
        let decimal = ::rust_decimal::Decimal::new(digits, scale);
        let mut longer = decimal;
        longer.rescale(scale + 1);
        prop_assert_eq!((decimal, to_bytes(&decimal.normalize())), (longer, to_bytes(&longer.normalize())));
        prop_assert_ne!(to_bytes(&decimal), to_bytes(&longer));
    }

    #[test]
    fn any_sixteen_bytes_are_a_decimal_or_an_error(bytes: [u8; 16]) {
        is_total::<::rust_decimal::Decimal>(&bytes)?;
    }
}

#[cfg(feature = "url")]
proptest! {
    #[test]
    fn any_text_is_an_address_or_an_error(
        text in r"(https?|file|mailto|a)?:?/{0,3}([a-zA-Z0-9.@:%_-]{0,12})(:[0-9]{0,6})?(/[ a-zA-Z0-9./%~-]{0,10}){0,3}([?#][ -~]{0,8})?",
    ) {
        is_total::<::url::Url>(&to_bytes(&text).unwrap())?;
        if let Ok(url) = ::url::Url::parse(&text) {
            // Or it is not written at all.
            if to_bytes(&url).is_ok() {
                comes_back(&url)?;
            }
        }
    }
}

#[cfg(feature = "url")]
#[test]
fn an_address_that_its_text_would_lead_elsewhere_is_refused() {
    let refused = Err(crate::codec::EncodeError::Invalid("URL"));
    let mut url = ::url::Url::parse("a:/b").unwrap();
    url.set_path("//evil/x");
    assert_eq!((url.host_str(), to_bytes(&url)), (None, refused.clone()));
    let mut url = ::url::Url::parse("a://h//evil/x").unwrap();
    url.set_host(None).unwrap();
    assert_eq!((url.host_str(), to_bytes(&url)), (Some(""), refused));
}

#[test]
fn bytes_are_for_ever() {
    #[cfg(feature = "uuid")]
    is_written(&::uuid::Uuid::from_u128(1), "00000000000000000000000000000001", 0x4419_4394);
    #[cfg(feature = "rust_decimal")]
    is_written(&::rust_decimal::Decimal::new(-150, 2), "00000280960000000000000000000000", 0x70f3_673c);
    #[cfg(feature = "url")]
    is_written(
        &::url::Url::parse("https://a.b/c?d").unwrap(),
        "0f68747470733a2f2f612e622f633f64",
        0xbd6a_fa6c,
    );
}
