"""Connections that lead out of this computer and its network, or are not made."""

import socket
from collections.abc import Iterable
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from rosc_map.place.online.fetch_address import is_inside

__all__ = ["InsideNetwork", "OutsideOnly"]


class InsideNetwork(Exception):
    """The host is this computer, or one of a private network; nothing was sent."""


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        # Every address of the name, before any of them is spoken to; a name that has none fails below.
        found = socket.getaddrinfo(self.host.strip("[]"), self.port, type=socket.SOCK_STREAM)
        _check(str(address[0]) for *_, address in found)
        connected = super()._new_conn()
        try:
            # Again, of who answered: a name can lead elsewhere the second time that it is looked up.
            _check([connected.getpeername()[0]])
        except (InsideNetwork, OSError):
            connected.close()
            raise
        return connected


class _SecureConnection(_Connection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


class OutsideOnly(HTTPAdapter):
    """Sends requests of a session to the outside only.

    Raises :class:`InsideNetwork` from ``send``. A proxy of the user's network is itself inside and is not checked; it,
    and not this computer, looks up the names.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Make the connections of this adapter those that check where they lead."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}


def _check(addresses: Iterable[str]) -> None:
    if any(is_inside(address) for address in addresses):
        raise InsideNetwork
