"""Network addresses: which of them are out in the Internet."""

from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address


def is_public(address: Address) -> bool:
    """Whether it is neither private, loopback, link-local nor otherwise special, however it is written."""
    if isinstance(address, IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if inside is None and int(address) >> 32 == 0x64FF9B << 64:  # NAT64 (RFC 6052)
            inside = IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None and not is_public(inside):
            return False
    return address.is_global and not address.is_multicast
