"""Lists that others publish: a module a format, each of which turns what it knows into rows of assets."""

from typing import TYPE_CHECKING

from rosc_map.lazy import lazy

if TYPE_CHECKING:
    from rosc_map.exchange.outside.asking import FetchOptions
    from rosc_map.exchange.outside.fetching import LIVE, fetched_list
    from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, Reader, ReadOptions
    from rosc_map.exchange.outside.opening import open_file

__all__ = [
    "LIVE",
    "FetchOptions",
    "LeftOut",
    "Opened",
    "OutsideList",
    "OutsideRow",
    "ReadOptions",
    "Reader",
    "fetched_list",
    "open_file",
]

__getattr__ = lazy(
    __name__,
    {
        "LIVE": "fetching",
        "FetchOptions": "asking",
        "LeftOut": "lists",
        "Opened": "lists",
        "OutsideList": "lists",
        "OutsideRow": "lists",
        "ReadOptions": "lists",
        "Reader": "lists",
        "fetched_list": "fetching",
        "open_file": "opening",
    },
)
