"""What somebody asks who looks for something near a place: the place, and what they are interested in."""

from collections.abc import Iterable
from functools import cache

from rosc_map.errors import InputError, PostcodeMalformed, UnknownName
from rosc_map.place import Place, area_lookup, resolve_area, where
from rosc_map.publish.near_types import Interest, NearPlace
from rosc_map.publish.view import CONFIDENTIAL_TYPES
from rosc_map.records import codelist, squash

__all__ = ["near_interests", "near_place", "read_interests"]

_FIELDS = {"asset_type": "asset_type", "rss_types": "rss_type", "community_group": "community_group"}
_TIERS = ("local_authority_code", "upper_tier_code", "region_code", "country_code")


@cache
def near_interests() -> tuple[Interest, ...]:
    """Return what may be looked for, in the order of the lists; confidential kinds are not among it."""
    return tuple(
        Interest(field, entry.code, entry.label)
        for field, name in _FIELDS.items()
        for entry in codelist(name).values()
        if entry.code not in CONFIDENTIAL_TYPES
    )


def read_interests(texts: Iterable[str]) -> tuple[Interest, ...]:
    """Read interests, as codes or as labels; a label that stands in two lists means both.

    Raises
    ------
    InputError
        For one that is not known, with all that are.
    """
    found: dict[Interest, None] = {}
    for text in texts:
        words = squash(text)
        # A code as it stands means itself alone, though another's label may read the same.
        meant = [each for each in near_interests() if each.code == text.strip()]
        meant = meant or [each for each in near_interests() if words in (squash(each.code), squash(each.label))]
        if not meant:
            listed = ", ".join(f"{each.code} ({each.label})" for each in near_interests())
            raise InputError(f"{text.strip()!r} is not an interest that is recorded here. Choose from: {listed}.")
        found |= dict.fromkeys(meant)
    return tuple(found)


def near_place(text: str) -> NearPlace:
    """Understand a place: a postcode, ``latitude,longitude``, ``easting,northing``, or the name of an area.

    Raises
    ------
    InputError
        When it is none of them.
    PostcodeNotFound
        When it is a postcode that the directory does not hold.
    """
    asked = text.strip()
    if not asked:
        raise InputError("Give a place: a postcode such as TS1 2PA, or the name of a council area.")
    try:
        return _one_place(where(asked))
    except PostcodeMalformed:
        return _area(asked)


def _one_place(found: Place) -> NearPlace:
    code, name = found.local_authority
    given = found.postcode or found.query.strip()
    known = found.easting is not None and found.northing is not None
    point = (float(found.easting), float(found.northing)) if known else None  # type: ignore[arg-type]
    tiers = (found.local_authority, found.upper_tier, found.region, found.country)
    return NearPlace(
        words=f"{given}, {name}" if name else given,
        measured_from=(f"the middle of {found.postcode}" if found.postcode else "the place given") if known else "",
        point=point,
        local=frozenset({code} - {""}),
        around=frozenset({each for each, _ in tiers} - {""}),
        area=name or given,
        remarks=found.remarks,
    )


def _area(text: str) -> NearPlace:
    try:
        area = resolve_area(text)
    except UnknownName:
        raise InputError(
            f"{text!r} is neither a postcode nor a council area. Give a postcode such as TS1 2PA, a name such as "
            "Middlesbrough, or latitude,longitude."
        ) from None
    inside = area_lookup([area.code])
    local = frozenset(inside["local_authority_code"])
    # Whoever serves a part of a larger area is near it, and so is whoever serves what all of it lies in.
    whole = {code for column in _TIERS[1:] for code in inside[column] if inside[column].nunique() == 1}
    return NearPlace(
        words=area.name,
        measured_from="",
        point=None,
        local=local,
        around=frozenset({area.code, *local, *whole} - {""}),
        area=area.name,
    )
