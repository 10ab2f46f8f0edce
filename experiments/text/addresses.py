"""Tells of an address in a network how far it reaches."""

from ipaddress import IPv6Address, ip_address

TO_THIS_MACHINE = ("localhost", "localhost.")
CLOSED = ("tls", "wss", "inproc")
"""Ways to talk that nobody else can join: with certificates, or inside one process."""
USUAL = "tcp"


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, reached by nobody else; a name that only begins like one is another machine."""
    if host.lower() in TO_THIS_MACHINE:
        return True
    try:
        found = ip_address(host.strip("[]"))
    except ValueError:
        return False
    inner = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (inner or found).is_loopback


def is_open(address: str) -> bool:
    """Whether what goes to an address, as tcp://host:port, can be read or sent by others than the two who talk."""
    scheme, apart, place = address.rpartition("://")
    scheme = scheme.lower() if apart else USUAL
    host, colon, _ = place.rpartition(":")
    near = scheme.isalnum() and is_loopback(place if place.endswith("]") or not colon else host)
    return scheme not in CLOSED and not near
