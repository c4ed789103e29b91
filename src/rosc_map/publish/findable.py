"""By what an asset may be found, and told to be the same: only what its page shows to the same audience."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rosc_map.place import code_names
from rosc_map.publish.publish import shown_asset
from rosc_map.publish.redact import Redactor
from rosc_map.publish.view import plain_id, standing
from rosc_map.records import Asset, Audience, codelist, row_dicts

__all__ = ["Findable", "comparable", "findable"]

_NAMES = ("name", "organisation")
_AREAS = ("local_authority_code", "upper_tier_code")
_COMPARED = ("name", "other_names", "phone", "email", "website", "organisation_number", "external_ids", "sources")
_DECIDE = ("id", "asset_type", "listing", "location_precision")
_AREAS_TOLD = ("upper_tier_code", "areas_served")
_NEEDED = ("postcode", "address", "shown_place", "secret_postcode", "secret_address")


@dataclass(frozen=True)
class Findable:
    """What an asset is found by.

    Attributes
    ----------
    id
        The id by which the audience knows it.
    name
        Its name, as it is shown.
    asset_type, areas
        Its type, and the codes of the areas where it is shown to be or to serve.
    texts
        Texts that its page shows as they stand: names, the type, authorities.
    doubtful
        Texts of which its page may not show all, because a word in them may be another's secret: whoever finds it by
        one of these has to look at the page first.
    """

    id: str
    name: str
    asset_type: str
    areas: frozenset[str]
    texts: tuple[str, ...]
    doubtful: tuple[str, ...]


def findable(assets: pd.DataFrame, audience: Audience) -> list[Findable | None]:
    """Return by what each of some assets is found, in their order; None for one that may not be named.

    A postcode or a street finds an asset only where its place is shown exactly, and a description never does.
    """
    named = standing(assets, audience) == "named"
    own = Redactor.of([], [], every_postcode=audience is not Audience.INTERNAL)
    return [
        _findable(row, own, audience) if is_named else None
        for row, is_named in zip(row_dicts(assets), named, strict=True)
    ]


def _findable(asset: Mapping[str, Any], own: Redactor, audience: Audience) -> Findable:
    internal = audience is Audience.INTERNAL
    shown = shown_asset(dict(asset), internal=internal)
    # Its own place is taken out of its names here; what else is nobody's to know is not in names.
    names = own.clean_asset({name: shown[name] for name in (*_NAMES, *_NEEDED)})
    others = own.clean_asset({name: shown[name] for name in ("other_names", *_NEEDED)})["other_names"]
    if not audience.may_see(Asset.specs()["other_names"].audience):
        others = ()
    areas = frozenset({*(shown[name] for name in _AREAS), *shown["areas_served"]} - {""})
    kind = codelist("asset_type").get(shown["asset_type"])
    words = [code_names().get(code, "") for code in sorted(areas)]
    exact = asset["location_precision"] == "exact"
    return Findable(
        id=asset["id"] if internal else plain_id(asset["id"]),
        name=str(names["name"]),
        asset_type=shown["asset_type"],
        areas=areas,
        texts=(names["name"], names["organisation"], kind.label if kind else "", *words),
        doubtful=(*others, *((shown["postcode"], shown["address"]) if exact else ())),
    )


def comparable(assets: pd.DataFrame, audience: Audience) -> list[dict[str, Any] | None]:
    """Return what an audience may compare another entry with, of each of some assets; None for one not to be named.

    Outside internal nothing in it hangs on what they are not shown: a place that is not shown exactly has an area and
    neither postcode nor point, so that whoever guesses at one learns nothing from the answer.

    Parameters
    ----------
    assets
        Assets as they are stored.
    audience
        Who compares.
    """
    named = standing(assets, audience) == "named"
    if audience is Audience.INTERNAL:
        return [row if is_named else None for row, is_named in zip(row_dicts(assets), named, strict=True)]
    own = Redactor.of([], [], every_postcode=True)
    return [
        _compared(row, own, audience) if is_named else None
        for row, is_named in zip(row_dicts(assets), named, strict=True)
    ]


def _compared(asset: Mapping[str, Any], own: Redactor, audience: Audience) -> dict[str, Any]:
    shown, specs = shown_asset(dict(asset), internal=False), Asset.specs()
    texts = own.clean_asset({name: shown[name] for name in (*_COMPARED, *_NEEDED)})
    told = {name: texts[name] if audience.may_see(specs[name].audience) else specs[name].empty for name in _COMPARED}
    # The middle of a district and its half postcode are no place to compare with.
    fine = bool(shown["shown_place"])
    return {
        **{name: shown[name] for name in (*_DECIDE, *_AREAS_TOLD)},
        **told,
        "id": plain_id(asset["id"]),
        "postcode": asset["postcode"] if fine else "",
        **{name: asset[name] if fine else float("nan") for name in ("easting", "northing")},
    }
