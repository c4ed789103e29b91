"""Who may see each answer of an asset that is being written down: the gate itself is asked, for each audience."""

from typing import Any

from rosc_map.place import place_assets
from rosc_map.publish import shown_alone
from rosc_map.records import Asset, Audience, row_dicts

__all__ = ["who_sees"]


def who_sees(asset: Asset) -> dict[str, Audience]:
    """Return the least audience that sees each answer of an asset; a field that nobody answered is not among them.

    Parameters
    ----------
    asset
        What was typed, with an id.
    """
    own, specs = row_dicts(place_assets([(1, asset)]).table)[0], Asset.specs()
    found = {name: Audience.INTERNAL for name, spec in specs.items() if own[name] != spec.empty}
    for audience in (Audience.PARTNERS, Audience.PUBLIC):  # the widest last: it stands
        shown = shown_alone(own, audience)
        found |= {name: audience for name in found if name in shown and _same(own[name], shown[name])}
    return found


def _same(typed: Any, shown: Any) -> bool:
    """Whether an audience is shown what was typed: a point or postcode that was made coarser is another."""
    return bool(typed == shown or (isinstance(typed, tuple) and list(typed) == list(shown or ())))
