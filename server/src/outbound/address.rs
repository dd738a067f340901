//! Which addresses may be connected to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// How far an address may be reached from. The order is that of trust needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reach {
    /// The internet: whoever names a host may have it read.
    Global,
    /// This machine and its own networks: only hosts that the operator has named.
    Local,
    /// Where clouds keep the credentials of a machine, and addresses of no one machine: never.
    Never,
}

/// Services of clouds that live outside the link-local range: they tell a machine its credentials.
const METADATA_V4: [Ipv4Addr; 3] = [
    Ipv4Addr::new(100, 100, 100, 200),
    Ipv4Addr::new(168, 63, 129, 16),
    Ipv4Addr::new(192, 0, 0, 192),
];
const METADATA_V6: [Ipv6Addr; 2] = [
    Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254),
    Ipv6Addr::new(0xfd20, 0xce, 0, 0, 0, 0, 0, 0x254),
];

pub(super) fn reach(address: IpAddr) -> Reach {
    match address {
        IpAddr::V4(address) => reach_v4(address),
        IpAddr::V6(address) => reach_v6(address),
    }
}

/// By the special-purpose registry of IANA (RFC 6890).
fn reach_v4(address: Ipv4Addr) -> Reach {
    if METADATA_V4.contains(&address) {
        return Reach::Never;
    }
    match address.octets() {
        // "This network", link-local, multicast, and reserved with broadcast.
        [0 | 224..=255, ..] | [169, 254, ..] => Reach::Never,
        // Loopback, private, shared by carriers, protocol assignments, documentation, benchmarks.
        [10 | 127, ..]
        | [172, 16..=31, ..]
        | [192, 168, ..]
        | [100, 64..=127, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => Reach::Local,
        _ => Reach::Global,
    }
}

fn reach_v6(address: Ipv6Addr) -> Reach {
    if METADATA_V6.contains(&address) {
        return Reach::Never;
    }
    if address.is_loopback() {
        return Reach::Local;
    }
    if let Some((inner, outside)) = embedded(address) {
        return reach_v4(inner).max(outside);
    }
    match address.segments() {
        // Teredo hides an address in a way of its own, and is no longer in use; 100::/64 discards.
        [0x2001, 0, ..] | [0x0100, 0, 0, 0, ..] => Reach::Never,
        // Documentation, unique local, and what was site-local.
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] | [0xfc00..=0xfdff | 0xfec0..=0xfeff, ..] => {
            Reach::Local
        }
        [0x2000..=0x3fff, ..] => Reach::Global,
        // Unspecified, link-local, multicast, and what nobody has been given.
        _ => Reach::Never,
    }
}

/// The IPv4 address that a gateway would take out of an IPv6 address, and how far the gateway
/// itself is.
fn embedded(address: Ipv6Addr) -> Option<(Ipv4Addr, Reach)> {
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Ipv4Addr::new(a, b, c, d)
    };
    match address.segments() {
        // Compatible (::a.b.c.d), mapped (::ffff:a.b.c.d), translated (::ffff:0:a.b.c.d), NAT64, 6to4.
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low]
        | [0, 0, 0, 0, 0xffff, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x2002, high, low, ..] => Some((v4(high, low), Reach::Global)),
        // NAT64 in networks of one's own.
        [0x64, 0xff9b, 1, _, _, _, high, low] => Some((v4(high, low), Reach::Local)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_an_address_is_judged_by_what_it_reaches() {
        let table = [
            (
                Reach::Global,
                "1.1.1.1 140.82.121.3 172.15.0.1 172.32.0.1 100.63.0.1 2606:4700::1111 2a00:1450::1 \
                 ::ffff:1.1.1.1 64:ff9b::1.1.1.1 2002:101:101::1",
            ),
            (
                Reach::Local,
                "10.0.0.1 127.0.0.1 127.255.255.255 172.16.0.1 172.31.255.255 192.168.1.1 100.64.0.1 \
                 192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 ::1 fc00::1 fd12:3456::1 fec0::1 \
                 2001:db8::1 ::ffff:10.0.0.1 ::ffff:127.0.0.1 ::ffff:0:192.168.0.1 ::7f00:1 \
                 64:ff9b::10.0.0.1 64:ff9b:1::1.1.1.1 2002:7f00:1::",
            ),
            (
                Reach::Never,
                "0.0.0.0 0.1.2.3 169.254.169.254 169.254.0.1 224.0.0.1 239.1.1.1 240.0.0.1 \
                 255.255.255.255 100.100.100.200 168.63.129.16 192.0.0.192 :: fe80::1 febf::1 ff02::1 \
                 fd00:ec2::254 fd20:ce::254 ::ffff:169.254.169.254 ::ffff:0:169.254.169.254 \
                 ::169.254.169.254 64:ff9b::169.254.169.254 64:ff9b:1::169.254.169.254 \
                 2002:a9fe:a9fe:: 2001:0:1:2::3 100::1 ::ffff:0.0.0.0 4000::1",
            ),
        ];
        for (expected, addresses) in table {
            for address in addresses.split_whitespace() {
                assert_eq!(reach(address.parse().unwrap()), expected, "{address}");
            }
        }
    }
}
