"""rosc-map: record a local recovery-oriented system of care, test its links, and show its gaps.

>>> import rosc_map
>>> area = rosc_map.open("area.gpkg")  # doctest: +SKIP
>>> area.gaps().sentence  # doctest: +SKIP
'1 LERO serves 1 of 1 upper-tier authority in Middlesbrough (100 %); 0 surveyed without one; 0 not surveyed.'
"""

from typing import TYPE_CHECKING, Any

from rosc_map.lazy import lazy

if TYPE_CHECKING:
    from rosc_map.errors import RoscMapError
    from rosc_map.partnership import Partnership, new, open, template  # noqa: A004 - as users know it from books

__all__ = ["Partnership", "RoscMapError", "new", "open", "template"]

_HOMES = dict.fromkeys(("Partnership", "new", "open", "template"), "partnership")
_load = lazy(__name__, _HOMES | {"RoscMapError": "errors"})


def __getattr__(name: str) -> Any:
    if name == "__version__":
        from importlib.metadata import version

        return version("rosc-map")
    return _load(name)
