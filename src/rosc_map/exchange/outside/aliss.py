"""ALISS, the directory of services in Scotland: pages of its public API that somebody saved or fetched.

It is a directory of everything, of which a part is about recovery. Who reviewed a service is not in it; when, is.
Reference: INTEROP §9, and the API's own serialisers.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from rosc_map.errors import InputError, UnknownName
from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, ReadOptions
from rosc_map.exchange.outside.repair import Notes, Said, is_unknown, text_of, web_address
from rosc_map.place import resolve_area

__all__ = ["Aliss"]

_LICENCE = "CC-BY-4.0"
_OWN_KEYS = ("aliss_url", "permalink", "is_claimed", "service_areas", "last_reviewed", "community_groups")
_ID = re.compile(r"[A-Za-z0-9-]{1,80}")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_ADDRESS = ("street_address", "locality", "region")

# Looked for in the names of theirs, which are many and change; each with our code.
_ACCESSIBILITY = {
    "accessible toilet": "accessible_toilet",
    "hearing": "hearing_loop",
    "induction loop": "hearing_loop",
    "step free": "step_free",
    "ramp": "step_free",
    "wheelchair": "step_free",
    "sign language": "bsl",
    "bsl": "bsl",
    "parking": "parking",
}
_FOR_WHOM = {
    "lgbt": "lgbtq",
    "women": "women",
    "homeless": "inclusion_health",
    "gypsy": "inclusion_health",
    "minority ethnic": "ethnic_minority_groups",
    "ethnic minorit": "ethnic_minority_groups",
    "learning disabilit": "learning_disabilities",
    "young": "young_people",
    "older": "older_people",
    "carer": "families_carers",
    "famil": "families_carers",
}


class Aliss:
    """Reads pages of ALISS."""

    code = "aliss"
    title = "ALISS (Scotland)"

    def knows(self, opened: Opened) -> bool:
        """Whether a page has the envelope of ALISS, and services with keys of its own."""
        for page in opened.documents:
            services = page.get("data") if isinstance(page, dict) else None
            if isinstance(services, list) and {"meta", "count"} & set(page):
                first = services[0] if services else None
                if isinstance(first, dict) and any(key in first for key in _OWN_KEYS):
                    return True
        return False

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:  # noqa: ARG002 - as all readers
        """Take each service that has an id and a name.

        Raises
        ------
        InputError
            When it is no page of ALISS, or a page says that something failed, or there is no service at all.
        """
        reading = _Reading()
        services = _services(opened, reading.notes)
        rows = [row for number, service in enumerate(services, start=1) if (row := reading.row(number, service))]
        # Answers to a search, never all that ALISS lists: what is not in them has not gone.
        return OutsideList(
            opened.name,
            self.code,
            "aliss",
            tuple(rows),
            reading.notes.all,
            tuple(reading.left_out),
            general=True,
            whole=False,
            licence=_LICENCE,
        )


def _services(opened: Opened, notes: Notes) -> list[Any]:
    services: list[Any] = []
    promised = 0
    for page in opened.documents:
        if isinstance(page, dict) and page.get("error"):
            said = text_of(page["error"])[:200] or "an error"
            raise InputError(f"{opened.name} is no list: ALISS answered {said!r}. Fetch it again.")
        if not isinstance(page, dict) or not isinstance(page.get("data"), list):
            raise InputError(f"{opened.name} is no page of ALISS: it has no list named data. Fetch it again.")
        services += page["data"]
        count = page.get("count")
        promised = max(promised, count if isinstance(count, int) else 0)
    if not services:
        raise InputError(f"{opened.name} has no service in it. Was anything found by that search? Fetch it again.")
    if len(services) < promised:
        what = "Fetch or save the other pages too."
        notes.add(1, "", f"{len(services):,} of {promised:,} services", "is only a part of the list.", what)
    return services


class _Reading:
    """Pages as they are read."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.left_out: list[LeftOut] = []
        self._seen: set[str] = set()

    def row(self, number: int, service: Any) -> OutsideRow | None:
        """Return what a service is, or leave it out with a reason."""
        found = service if isinstance(service, dict) else {}
        name, key = text_of(found.get("name")), text_of(found.get("id"))
        if not _ID.fullmatch(key):
            why = "has no id."
        elif key in self._seen:
            why = "has the id of one above it."
        else:
            why = "has no name." if is_unknown(name) else ""
        self._seen.add(key)
        if why:
            self.left_out.append(LeftOut(number, name[:200], why))
            return None
        said = Said(number, self.notes)
        said.put("name", name)
        said.put("external_ids", (f"aliss:{key}",))
        _put_texts(said, found)
        _put_place(said, found)
        _put_lists(said, found)
        # All of its description: the lines that are not kept may say what it is, or that it is a confidential place.
        words = (name, _description(found), *_names(found.get("categories")))
        return OutsideRow(number, said.values, words)


def _put_texts(said: Said, service: Mapping[str, Any]) -> None:
    said.put("description", _description(service))
    organisation = service.get("organisation")
    runs = text_of(organisation.get("name")) if isinstance(organisation, dict) else ""
    if runs != said.values.get("name"):
        said.put("organisation", runs)
    said.put("website", text_of(service.get("url")))
    said.put("phone", text_of(service.get("phone")))
    said.put("email", text_of(service.get("email")))
    said.put("source_url", web_address(service.get("aliss_url")) or web_address(service.get("permalink")))
    if refer := web_address(service.get("referral_url")):
        said.put("referral_route", f"See {refer}")
    said.put("source_date", _day(service.get("last_updated")))
    said.put("verified_on", _day(service.get("last_reviewed")))


def _description(service: Mapping[str, Any]) -> str:
    texts = (text_of(service.get(key)) for key in ("description", "description_formatted", "summary"))
    return next((text for text in texts if not is_unknown(text)), "")


def _put_place(said: Said, service: Mapping[str, Any]) -> None:
    """Take the first location that has a postcode, else the first."""
    places = [place for place in _dicts(service.get("locations")) if any(map(text_of, place.values()))]
    if not places:
        return
    place = next((place for place in places if not is_unknown(text_of(place.get("postal_code")))), places[0])
    lines = [text_of(place.get(key)) for key in ("name", *_ADDRESS)]
    written = ", ".join(dict.fromkeys(line for line in lines if not is_unknown(line)))
    said.put("address", written or text_of(place.get("formatted_address")))
    said.put("postcode", text_of(place.get("postal_code")))
    said.point(*_point(place))
    if len(places) > 1:
        others = "; ".join(text_of(other.get("formatted_address")) for other in places if other is not place)
        what = "Record them by hand, if they matter to you."
        said.note("address", others, "is where it is too: an asset has one place.", what)


def _point(place: Mapping[str, Any]) -> tuple[object, object]:
    """Return latitude and longitude, in whichever of its shapes the API gives them."""
    point = place.get("point")
    if isinstance(point, dict) and isinstance(point.get("coordinates"), list) and len(point["coordinates"]) > 1:
        return point["coordinates"][1], point["coordinates"][0]
    shape = point if isinstance(point, dict) else place
    pairs = ((shape.get(lat), shape.get(lon)) for lat, lon in (("lat", "lon"), ("latitude", "longitude")))
    return next((pair for pair in pairs if None not in pair), (None, None))


def _put_lists(said: Said, service: Mapping[str, Any]) -> None:
    said.put("accessibility", _found_in(_names(service.get("accessibility_features")), _ACCESSIBILITY))
    said.put("for_whom", _found_in(_names(service.get("community_groups")), _FOR_WHOM))
    areas = []
    for area in _dicts(service.get("service_areas")):
        told = (text_of(area.get("code")), text_of(area.get("name")))
        if known := _area(*told):
            areas.append(known)
        elif any(told):
            said.note("areas_served", " ".join(filter(None, told)), "is no area that rosc-map knows.")
    said.put("areas_served", areas)


@lru_cache(maxsize=10_000)
def _area(code: str, name: str) -> str:
    """Return the code of an area by theirs or by its name; "" for others, such as health boards."""
    for text in filter(None, (code, name)):
        try:
            return resolve_area(text).code
        except UnknownName:
            continue
    return ""


def _found_in(names: Iterator[str], meaning: Mapping[str, str]) -> list[str]:
    # What says nothing of ours is no loss: their lists are of everything.
    told = [re.sub(r"[\W_]+", " ", name.casefold()) for name in names]
    return [code for word, code in meaning.items() if any(re.search(rf"\b{word}", name) for name in told)]


def _names(found: Any) -> Iterator[str]:
    return (name for each in _dicts(found) if (name := text_of(each.get("name"))))


def _dicts(found: Any) -> list[dict[str, Any]]:
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _day(value: Any) -> str:
    day = _DAY.match(text_of(value))
    return day[0] if day else ""
