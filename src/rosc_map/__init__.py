"""rosc-map: record a local recovery-oriented system of care, test its links, and show its gaps.

>>> import rosc_map
>>> area = rosc_map.open("area.gpkg")  # doctest: +SKIP
>>> area.gaps().sentence  # doctest: +SKIP
'LEROs serve 1 of 1 upper-tier authority in Middlesbrough (100 %); 0 surveyed without one; 0 not surveyed.'
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rosc_map.errors import RoscMapError
    from rosc_map.partnership import Partnership, new, open, template  # noqa: A004 - as users know it from books

__all__ = ["Partnership", "RoscMapError", "new", "open", "template"]

_HOMES = dict.fromkeys(("Partnership", "new", "open", "template"), "rosc_map.partnership")
_HOMES |= {"RoscMapError": "rosc_map.errors"}


def __getattr__(name: str) -> Any:
    """Load what is asked for only then, so that ``import rosc_map`` stays quick."""
    if name == "__version__":
        from importlib.metadata import version

        return version("rosc-map")
    if name not in _HOMES:
        raise AttributeError(f"module 'rosc_map' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
