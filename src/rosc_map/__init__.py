"""rosc-map: record a local recovery-oriented system of care, test its links, and show its gaps.

>>> import rosc_map
>>> area = rosc_map.new("area.gpkg", ["Middlesbrough"])
>>> area.gaps().sentence
'No LERO is known to serve any: 0 of 1 upper-tier authority in Middlesbrough; 0 surveyed without one; 1 not surveyed.'

Each function, class and method has an example. In them ``area`` is the made-up partnership of
:mod:`rosc_map.examples` as it was on 22 November 2026, opened with :func:`rosc_map.open` as coordinator, with a
linkage round that is over (R1) and one that is running (R2). ``held`` is ``area.snapshot()``, ``lookup``
``rosc_map.place.area_lookup(list(held.areas))``, ``graph`` ``area.network_graph()`` and ``result``
``area.estimate("R1")``. ``pd``, ``np`` and ``gpd`` are pandas, numpy and geopandas.
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
