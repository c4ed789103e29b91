"""Loading what a room offers only when it is asked for, so that a quick command does not wait for slow libraries."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["lazy"]


def lazy(room: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a ``__getattr__`` for a package, which loads each name from its module at first use (PEP 562).

    Parameters
    ----------
    room
        The package's ``__name__``.
    homes
        For each name, the module of the package that it lives in. No module may have the name of what it offers: once
        it is loaded, Python would give the module instead.
    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        return getattr(import_module(f"{room}.{homes[name]}"), name)

    return load
