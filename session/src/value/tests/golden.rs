//! The bytes and fingerprints of the std types, for ever: stored sessions are read by them.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr};
use std::time::{Duration, UNIX_EPOCH};

use super::*;
use crate::{FlashBag, FlashLevel, Secret};

#[track_caller]
pub(super) fn is_written<V: SessionValue>(value: &V, bytes: &str, wire: u32) {
    let written: Vec<_> = to_bytes(value).unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        (written.concat().as_str(), format!("{:08x}", V::SHAPE.wire())),
        (bytes, format!("{wire:08x}")),
        "{}",
        V::SHAPE
    );
}

#[test]
fn scalars() {
    is_written(&true, "01", 0x8008_60e7);
    is_written(&'ß', "c39f", 0x38e9_5991);
    is_written(&250_u8, "fa", 0x2fe3_c9d1);
    is_written(&250_u16, "fa", 0xa38b_5ca5);
    is_written(&251_u16, "fbfb00", 0xa38b_5ca5);
    is_written(&70_000_u32, "fc70110100", 0xa3f9_9d4b);
    is_written(&u64::MAX, "fdffffffffffffffff", 0xa384_fff0);
    is_written(&1_u128, "01", 0xa542_3a66);
    is_written(&7_usize, "07", 0xa384_fff0);
    is_written(&-1_i8, "ff", 0x205d_06ed);
    is_written(&-1_i16, "01", 0x33eb_f05e);
    is_written(&-1_i32, "01", 0x33df_cd70);
    is_written(&i64::MIN, "fdffffffffffffffff", 0x33ea_6d2b);
    is_written(&1_i128, "02", 0x2bb8_897f);
    is_written(&1.0_f32, "0000803f", 0x23bc_c22d);
    is_written(&1.0_f64, "000000000000f03f", 0x239e_718a);
    is_written(&std::num::NonZeroU8::MIN, "01", 0xbf47_b34a);
}

#[test]
fn composites() {
    is_written(&String::from("ab"), "026162", 0x9d08_82d2);
    is_written(&Some(5_u8), "0105", 0x88d3_65b2);
    is_written(&None::<u8>, "00", 0x88d3_65b2);
    is_written(&vec![1_u8, 2], "020102", 0x0c67_f79f);
    is_written(&[1_u8, 2], "0102", 0x8f3a_ad6d);
    is_written(&(1_u8, false), "0100", 0xcd7a_9541);
    is_written(&BTreeMap::from([(-1_i32, 'a'), (1, 'b')]), "0201610262", 0xcfc6_7cd0);
    is_written(&BTreeSet::from([-1_i32, 1]), "020102", 0x1c2e_516b);
    is_written(&Secret::new(String::from("ab")), "026162", 0x8bff_20b0);
    is_written(&Answer::Yes(1, true), "a2a4d0ce7737e993020101", 0x5ab6_119c);
    is_written(
        &Item { name: String::from("ab"), count: 3 },
        "023b028adfd282089d03026162c8dd452f4b9df9a30103",
        0x4830_f771,
    );
    is_written(&FlashBag::from_iter([(FlashLevel::Error, "no")]), "01d5297952026e6f", 0x98a8_21e1);
}

#[test]
fn times_and_addresses() {
    is_written(&Duration::new(2, 3), "0203", 0xbaed_e7ec);
    is_written(&(UNIX_EPOCH + Duration::new(1, 5)), "0205", 0x7211_fff5);
    is_written(&(UNIX_EPOCH - Duration::new(0, 1)), "01fcffc99a3b", 0x7211_fff5);
    is_written(&IpAddr::from([127, 0, 0, 1]), "047f000001", 0x205d_7345);
    is_written(&std::net::Ipv6Addr::LOCALHOST, "00000000000000000000000000000001", 0x1fff_e5e0);
    is_written(&SocketAddr::from(([127, 0, 0, 1], 80)), "047f00000150", 0x8bf4_c088);
}
