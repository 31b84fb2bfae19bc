//! Internet addresses: raw bytes in network order.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, SocketAddrV6};

use super::{SessionValue, Shape};
use crate::codec::{DecodeError, Decoder, Encoder};

// What stands before an address that may be of either version.
const V4: u8 = 4;
const V6: u8 = 6;

macro_rules! addresses {
    ($($type:ident $name:literal $length:literal)*) => {$(
        impl SessionValue for $type {
            const SHAPE: &'static Shape = &Shape::Scalar($name);
            const MIN: usize = $length;
            const MAX: Option<usize> = Some($length);

            fn encode(&self, encoder: &mut Encoder) {
                encoder.raw(&self.octets());
            }

            fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
                decoder.fixed::<$length>().map(Self::from)
            }
        }
    )*};
}

addresses! {
    Ipv4Addr "ipv4" 4
    Ipv6Addr "ipv6" 16
}

impl SessionValue for IpAddr {
    const SHAPE: &'static Shape = &Shape::Scalar("ip");
    const MIN: usize = 1 + 4;
    const MAX: Option<usize> = Some(1 + 16);

    fn encode(&self, encoder: &mut Encoder) {
        match self {
            Self::V4(address) => {
                encoder.leaf(V4);
                address.encode(encoder);
            }
            Self::V6(address) => {
                encoder.leaf(V6);
                address.encode(encoder);
            }
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        match decoder.leaf()? {
            V4 => Ipv4Addr::decode(decoder).map(Self::V4),
            V6 => Ipv6Addr::decode(decoder).map(Self::V6),
            _ => Err(DecodeError::Invalid("IP address")),
        }
    }
}

/// With the flow and the scope of an IPv6 address: they are part of its equality.
impl SessionValue for SocketAddr {
    const SHAPE: &'static Shape = &Shape::Scalar("socket");
    const MIN: usize = 1 + 4 + 1;
    const MAX: Option<usize> = Some(1 + 16 + 3 + 5 + 5);

    fn encode(&self, encoder: &mut Encoder) {
        self.ip().encode(encoder);
        encoder.leaf(self.port());
        if let Self::V6(address) = self {
            encoder.leaf(address.flowinfo());
            encoder.leaf(address.scope_id());
        }
    }

    fn decode(decoder: &mut Decoder<'_>) -> Result<Self, DecodeError> {
        let ip = IpAddr::decode(decoder)?;
        let port = decoder.leaf()?;
        Ok(match ip {
            IpAddr::V4(ip) => Self::V4(SocketAddrV4::new(ip, port)),
            IpAddr::V6(ip) => Self::V6(SocketAddrV6::new(ip, port, decoder.leaf()?, decoder.leaf()?)),
        })
    }
}
