"""Addresses of services: which can be asked, and which lie on this computer or inside a private network."""

import ipaddress
import re
import socket
from urllib.parse import urljoin, urlsplit

from rosc_map.errors import AnswerNotUnderstood, InputError

__all__ = ["is_inside", "is_unread", "not_understood", "onward", "origin", "private_base", "service_name"]

# An address of these only stands for the older kind of address at its end: compatible, translated, by NAT64.
_IPV4_IN_IPV6 = tuple(map(ipaddress.ip_network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96")))
# Used inside networks only, which Python does not say of them: NAT64 of one network, site-local.
_INSIDE_ONLY = tuple(map(ipaddress.ip_network, ("64:ff9b:1::/48", "fec0::/10")))
_NAMES_OF_THIS_COMPUTER = ("localhost", "ip6-localhost", "ip6-loopback")


def service_name(url: str) -> str:
    """Return the host of an http or https address, as messages name a service.

    Raises
    ------
    InputError
        For any other address, and for one that holds a name or password.
    """
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise InputError("That is not an address of a service. Give one that begins with https:// and names a host.")
    if parts.username is not None or parts.password is not None:
        raise InputError(f"The address of {parts.hostname} holds a name or password. Give it without.")
    return str(parts.hostname)


def origin(url: str) -> tuple[str, str, int]:
    """Return who is asked at an address: scheme, host and port; raises as :func:`service_name` does."""
    host, parts = service_name(url), urlsplit(url)
    return parts.scheme, host, parts.port or (443 if parts.scheme == "https" else 80)


def private_base(url: str) -> str:
    """Return the address of a service that is told what may be private, without a slash at its end.

    Raises
    ------
    InputError
        As of :func:`service_name`, and when what is asked would travel unencrypted to another computer.
    """
    if not is_unread(url):
        raise InputError(
            f"The address of {service_name(url)} begins with http://: on the way there, others could read the "
            "addresses and postcodes that are asked for. Give one that begins with https://."
        )
    return url.rstrip("/")


def is_unread(url: str) -> bool:
    """Return whether nobody on the way can read what is sent to an address: by https, or to this computer."""
    host = service_name(url)
    return urlsplit(url).scheme == "https" or _is_this_computer(host)


def is_inside(host: str) -> bool:
    """Return whether a host is this computer or one of a private network; of names, only localhost's are known."""
    address = _ip_address(host)
    if address is None:
        return _is_this_computer(host) or host.rstrip(".").endswith(".localhost")
    return not address.is_global or address.is_multicast or any(address in network for network in _INSIDE_ONLY)


def onward(url: str, location: str) -> str:
    """Return where an address sends us on to, or links to.

    Raises
    ------
    AnswerNotUnderstood
        When it cannot be used, or leads from https to http, or from outside into the network of whoever asks.
    """
    try:
        target = urljoin(url, location)
        before, after = service_name(url), service_name(target)
    except ValueError:  # InputError is one too
        raise not_understood(url, "us on to an address that cannot be used") from None
    if urlsplit(url).scheme == "https" != urlsplit(target).scheme:
        raise not_understood(url, "us on to an address that is not secure")
    if before != after and is_inside(after) and not is_inside(before):
        raise not_understood(url, "us on to an address inside your network")
    return target


def not_understood(url: str, what: str) -> AnswerNotUnderstood:
    """Return the error that says what a service sent in place of an answer."""
    return AnswerNotUnderstood(
        f"{service_name(url)} sent {what}. The service may have changed, or a sign-in page of your network stands "
        "before it. Try again later; nothing was changed."
    )


def _ip_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the number that a host is given by, also in short as in 127.1; None for a name."""
    host = host.rstrip(".")
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        short = re.fullmatch(r"[0-9a-fx.]+", host)
        try:
            return ipaddress.IPv4Address(socket.inet_aton(host)) if short else None
        except OSError:
            return None
    if isinstance(address, ipaddress.IPv4Address) or address.is_loopback:
        return address
    if any(address in network for network in _IPV4_IN_IPV6):
        return ipaddress.IPv4Address(address.packed[-4:])
    return address.ipv4_mapped or address.sixtofour or address


def _is_this_computer(host: str) -> bool:
    address = _ip_address(host)
    return host.rstrip(".") in _NAMES_OF_THIS_COMPUTER if address is None else address.is_loopback
