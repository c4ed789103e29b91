"""Where one place is: a postcode, latitude and longitude, or easting and northing."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rosc_map.errors import InputError, PostcodeNotFound, ServiceDown, UnknownName
from rosc_map.place.boundaries.areas import TIERS, code_names, tiers
from rosc_map.place.postcodes import Live, directory_name, find, island, normalise

if TYPE_CHECKING:
    from rosc_map.place.online.postcodes_io import PostcodesIo

__all__ = ["Place", "is_numbers", "where"]

_LONGEST = 100
_WEST_OF_THE_GRID_M = 10_000  # Northern Ireland begins a little west of the British grid's origin


@dataclass(frozen=True)
class Place:
    """A place and its authorities.

    Attributes
    ----------
    query
        What was asked.
    postcode
        In standard form, or "".
    easting, northing
        Metres, EPSG:27700, or None where the directory has no point.
    latitude, longitude
        Degrees, EPSG:4326, or None.
    quality
        ``postcode``, ``coordinates``, or ``none`` where there is no point.
    local_authority, upper_tier, region, country
        Code and name of each; both "" where there is none.
    remarks
        What to know of it, in sentences.

    Examples
    --------
    >>> from rosc_map.place import Place, where
    >>> found = where("RH4 1DW")
    >>> isinstance(found, Place), found.quality, found.local_authority
    (True, 'postcode', ('E07000210', 'Mole Valley'))
    """

    query: str
    postcode: str
    easting: float | None
    northing: float | None
    latitude: float | None
    longitude: float | None
    quality: str
    local_authority: tuple[str, str]
    upper_tier: tuple[str, str]
    region: tuple[str, str]
    country: tuple[str, str]
    remarks: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the shape that the command line promises."""
        plain = ("query", "postcode", "easting", "northing", "latitude", "longitude", "quality")
        named = {tier: dict(zip(("code", "name"), getattr(self, tier), strict=True)) for tier in TIERS}
        return {**{name: getattr(self, name) for name in plain}, **named, "remarks": list(self.remarks)}


def where(query: str, *, postcodes_io: "PostcodesIo | None" = None) -> Place:
    """Find a place and its authorities.

    Nothing is sent anywhere, unless a service is given.

    Parameters
    ----------
    query
        A postcode in any case and spacing, ``latitude,longitude`` or ``easting,northing``.
    postcodes_io
        Asked about a postcode that the directory does not hold.

    Raises
    ------
    PostcodeMalformed, PostcodeNotFound
        Two different things: not the shape of a postcode, and not in the directory.
    InputError
        For numbers that are no place in the UK.
    ServiceDown
        When the service was asked, and did not answer: whether there is such a postcode is not known.

    Examples
    --------
    >>> from rosc_map.place import where
    >>> where("rh4 1dw").local_authority, where("51.234,-0.333").quality
    (('E07000210', 'Mole Valley'), 'coordinates')
    """
    if len(query) > _LONGEST:
        raise InputError("That is too long for a place. Give a postcode, or latitude,longitude.")
    numbers = _numbers(query)
    if numbers:
        return _from_numbers(query, *numbers)
    try:
        found = find(query)
    except PostcodeNotFound:
        if postcodes_io is None:
            raise
        return _from_service(query, postcodes_io)
    remarks = _unknown(found.local_authority_code)
    if found.repaired:
        remarks.append(f"{query.strip()!r} was read as {found.postcode}.")
    if found.live is Live.NOT_LIVE:
        remarks.append("The postcode is no longer in use, so an address with it may be out of date.")
    if found.easting != found.easting:  # NaN: it has no point
        where = island(found.postcode)
        it_is = f"It is in {where}" if where else "It belongs to a PO box or a large user"
        remarks.append(f"{it_is}: the {directory_name()} has no coordinates for it.")
        return _place(query, found.postcode, None, "none", found.local_authority_code, remarks)
    point = (found.easting, found.northing, found.longitude, found.latitude)
    return _place(query, found.postcode, point, "postcode", found.local_authority_code, remarks)


def _place(
    query: str,
    postcode: str,
    point: tuple[float, float, float, float] | None,
    quality: str,
    authority: str,
    remarks: Iterable[str] = (),
) -> Place:
    try:
        row = tiers(authority)
    except UnknownName:
        row = {}
    local, upper, region, country = ((row.get(f"{tier}_code", ""), row.get(tier, "")) for tier in TIERS)
    east, north, lon, lat = point or (None, None, None, None)
    return Place(
        query,
        postcode,
        None if east is None else round(east),
        None if north is None else round(north),
        None if lat is None else round(lat, 6),
        None if lon is None else round(lon, 6),
        quality,
        local,
        upper,
        region,
        country,
        tuple(remarks),
    )


def _unknown(authority: str) -> list[str]:
    """Say it when the directory names an authority that the boundaries in use do not have."""
    if not authority or authority in code_names():
        return []
    words = f"The boundaries in use do not have its authority, {authority}: update them, or the postcodes"
    return [f"{words} (rosc-map boundaries update, rosc-map postcodes update)."]


def is_numbers(query: str) -> bool:
    """Whether a query gives coordinates, for which no postcode is looked up."""
    return len(query) <= _LONGEST and _numbers(query) is not None


def _numbers(query: str) -> tuple[float, float] | None:
    found = re.fullmatch(r"\s*([-+]?\d+(?:\.\d+)?)\s*[,; ]\s*([-+]?\d+(?:\.\d+)?)\s*", query)
    return (float(found[1]), float(found[2])) if found else None


def _from_numbers(query: str, first: float, second: float) -> Place:
    from rosc_map.place.boundaries.points import assign
    from rosc_map.place.grid import to_lonlat, to_metres

    if 49 <= first <= 61.5 and -9 <= second <= 2.5:
        lat, lon = first, second
        (east,), (north,) = to_metres([lon], [lat])
    elif -_WEST_OF_THE_GRID_M < first < 700_000 and 0 < second < 1_300_000:
        east, north = first, second
        (lon,), (lat,) = to_lonlat([east], [north])
    else:
        raise InputError(
            f"{query.strip()!r} is not a place in the UK. "
            "Give latitude,longitude (54.57,-1.23) or easting,northing (449500,520000)."
        )
    assigned = assign([east], [north])
    if assigned.how[0] == "none":
        raise InputError(f"{query.strip()!r} is not on land in the UK. Check the two numbers and their order.")
    near = ["It lies just outside all boundaries, which are simplified; the nearest authority is given."]
    point = (float(east), float(north), float(lon), float(lat))
    remarks = near if assigned.how[0] == "nearest" else []
    return _place(query, "", point, "coordinates", assigned.code[0], remarks)


def _from_service(query: str, service: "PostcodesIo") -> Place:
    """Ask about a postcode that the directory does not hold; each way to fail is said as what it is."""
    postcode = normalise(query)
    answer = service.look_up([postcode])[postcode]
    if answer.outcome == "service_down":
        raise ServiceDown(answer.reason)
    if answer.outcome == "terminated":
        raise PostcodeNotFound(
            f"The postcode {postcode} ended in {answer.terminated}, says postcodes.io. Ask for the new one."
        )
    if answer.outcome == "not_found":
        raise PostcodeNotFound(
            f"The postcode {postcode} is neither in the {directory_name()} nor known to postcodes.io. Check it."
        )
    remarks = [f"It is not in the {directory_name()}; postcodes.io was asked."]
    if answer.easting is None or answer.northing is None or answer.longitude is None or answer.latitude is None:
        return _place(query, postcode, None, "none", answer.local_authority_code, [*remarks, "It has no point for it."])
    point = (answer.easting, answer.northing, answer.longitude, answer.latitude)
    return _place(query, postcode, point, "postcode", answer.local_authority_code, remarks)
