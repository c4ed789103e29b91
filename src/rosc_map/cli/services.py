"""The outside services of the commands: none, unless somebody asks for it; and which copy of them is asked."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rosc_map.place.online.nominatim import Nominatim
    from rosc_map.place.online.postcodes_io import PostcodesIo

__all__ = ["nominatim", "postcodes_io"]


def postcodes_io(*, wanted: bool) -> "PostcodesIo | None":
    """Return the service, when it was asked for: the public one, or that of ``ROSC_MAP_POSTCODES_IO``."""
    if not wanted:
        return None
    from rosc_map.place.online.postcodes_io import PostcodesIo

    address = os.environ.get("ROSC_MAP_POSTCODES_IO")
    return PostcodesIo(address) if address else PostcodesIo()


def nominatim(contact: str) -> "Nominatim":
    """Return OpenStreetMap's address search: the public one, or that of ``ROSC_MAP_NOMINATIM``."""
    from rosc_map.place.online.nominatim import Nominatim

    address = os.environ.get("ROSC_MAP_NOMINATIM")
    return Nominatim(contact, address) if address else Nominatim(contact)
