"""The place of a service of Open Referral: of all its places the first that people can go to."""

from collections.abc import Iterator
from functools import lru_cache

from rosc_map.errors import PostcodeMalformed, UnknownName
from rosc_map.exchange.outside.open_referral_parts import Part, first_word, is_yes, parts
from rosc_map.exchange.outside.repair import Said
from rosc_map.place import normalise, resolve_area
from rosc_map.records.places_in_text import find_postcodes, fold

__all__ = ["Places", "locations_of", "put_areas", "put_place"]

Places = list[tuple[Part, Part]]
"""Each place of a service, after what links it to the service (its times there)."""

# Version 1, version 3.0.
_ADDRESSES = ("physical_addresses", "physical_address", "addresses", "address")
_POSTCODES = ("postal_code", "postcode")
_STREET = ("address_1", "address_2", "address_3", "address_4")
_CODE_AT_LAST = 9  # characters of a code of the Government Statistical Service, such as E06000002
_LONGEST_AREA = 100


def locations_of(service: Part) -> Places:
    """Return the places of a service, wherever it has them."""
    linked = [(link, place) for link in parts(service, "service_at_locations") for place in parts(link, "location")]
    return linked + [(place, place) for place in parts(service, "locations", "location")]


def put_place(said: Said, places: Places) -> Part | None:
    """Take the address, postcode and point of a service.

    Parameters
    ----------
    said
        The fields of the row.
    places
        Those of the service.

    Returns
    -------
    dict or None
        What links the place that was taken to the service; ``None`` where it has none.
    """
    found = [(link, place, address) for link, place in places if (address := _address(place)) is not None]
    if not found:
        return None
    # One with an address goes before one with a point only.
    link, place, address = min(found, key=lambda each: not each[2])
    masked = is_yes(place.get("mask_exact_address"))
    if masked:
        said.put("location_precision", "local_authority")
    else:
        said.point(*_point(place))
    _put_address(said, place, address, masked=masked)
    if others := len(found) - 1:
        more = "another place" if others == 1 else f"{others} other places"
        # The address is not repeated: this may turn out to be a confidential place.
        said.note("address", "", f"is one of several: the list has {more}.", "Check it.")
    return link


def _address(place: Part) -> Part | None:
    """Return the address of a place to go to, ``{}`` for one that has only a point; ``None`` for no such place."""
    if first_word(place, "location_type").casefold() in ("virtual", "postal"):
        return None
    for address in (*parts(place, *_ADDRESSES), place):
        kind = first_word(address, "address_type").casefold()
        if kind not in ("virtual", "postal") and first_word(address, *_STREET, "city", *_POSTCODES):
            return address
    return {} if None not in _point(place) else None


def _point(place: Part) -> tuple[object, object]:
    """Return latitude and longitude (degrees, EPSG:4326): of the place itself, or of its GeoJSON geometry."""
    for geometry in parts(place, "geometry"):
        numbers = geometry.get("coordinates")
        if isinstance(numbers, list) and len(numbers) > 1:
            return numbers[1], numbers[0]
    return place.get("latitude"), place.get("longitude")


def _put_address(said: Said, place: Part, address: Part, *, masked: bool) -> None:
    street = [] if masked else [first_word(place, "name"), *(first_word(address, key) for key in _STREET)]
    if street and street[0].casefold() == str(said.values.get("name", "")).casefold():
        street = street[1:]
    town = first_word(address, "city") or first_word(address, "state_province", "region")
    text = _joined([*street, town])
    postcode = _postcode(first_word(address, *_POSTCODES))
    if not postcode:
        # Half a postcode, or none of ours: it stays readable in the address.
        text = _joined([text, first_word(address, *_POSTCODES)])
        postcode = _postcode_in(text)
    said.put("postcode", postcode)
    said.put("address", text)


def _joined(wanted: list[str]) -> str:
    """Join the parts of an address, without a part that an earlier one says already."""
    text = ""
    for part in (" ".join(part.split()).strip(" ,") for part in wanted):
        known = {piece.strip().casefold() for piece in text.split(",")}
        if part and part.casefold() not in known:
            text = f"{text}, {part}" if text else part
    return text


def _postcode(text: str) -> str:
    try:
        return str(normalise(text)) if text else ""
    except PostcodeMalformed:
        return ""


def _postcode_in(text: str) -> str:
    folded = fold(text)
    return next(
        (found for start, end in find_postcodes(folded.text) if (found := _postcode(folded.text[start:end]))), ""
    )


def put_areas(said: Said, service: Part) -> None:
    """Take the areas that a service serves, as far as they are areas of the register; the others are noted."""
    codes = []
    for names in _areas_of(service):
        code = next((code for name in names if (code := _code(name))), "")
        if code:
            codes.append(code)
        else:
            said.note("areas_served", names[0], "is no area that rosc-map knows.", "It was left out: add it by hand.")
    said.put("areas_served", codes)


def _areas_of(service: Part) -> Iterator[list[str]]:
    """Give, of each area, what may name it: the code at the end of its URI first, since names are shared."""
    for area in parts(service, "service_areas"):
        code = first_word(area, "uri").rstrip("/").rpartition("/")[2]
        names = [
            code if len(code) == _CODE_AT_LAST else "",
            *(first_word(area, key) for key in ("service_area", "name")),
        ]
        if known := [name for name in names if name]:
            yield known


@lru_cache(maxsize=4096)
def _code(name: str) -> str:
    try:
        return resolve_area(name).code if len(name) <= _LONGEST_AREA else ""
    except UnknownName:
        return ""
