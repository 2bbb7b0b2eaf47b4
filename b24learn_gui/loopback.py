"""Whether a host is this machine. A leaf of its own: the settings ask it, too, and load nothing of HTTP for it."""

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """True for `localhost` and for addresses of this machine's loopback."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
