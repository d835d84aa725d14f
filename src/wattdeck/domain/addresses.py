"""Network addresses: which of them are out in the Internet, and which can be asked for secrets."""

from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

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


def is_protected(url: str) -> bool:
    """Whether what is asked there can be neither read nor changed on its way: https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.query or parts.fragment or set(url) & {" ", "\\"}:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and host in ("localhost", "127.0.0.1", "::1"))
