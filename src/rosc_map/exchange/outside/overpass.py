"""OpenStreetMap, as Overpass answers: community places, by their tags.

In the UK the tags say little of treatment, and much of halls, libraries, sports clubs and places of worship. The data
is under the ODbL: its rows stay apart from others by their licence. Who edited what is not read. Reference: the wiki's
pages "Overpass API" and "Map features".
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, ReadOptions
from rosc_map.exchange.outside.opening_hours import sessions_of
from rosc_map.exchange.outside.relevance import may_be_confidential
from rosc_map.exchange.outside.repair import Notes, Said, is_unknown, text_of
from rosc_map.records import counted

__all__ = ["Overpass", "overpass_query"]

_LICENCE = "ODbL-1.0"
_PAGE = "https://www.openstreetmap.org"
_KINDS = ("node", "way", "relation")
_SECONDS = 90  # that the service may take for an answer

_Tags = Mapping[str, str]

# (key, value) → asset type and community group; what stands first counts.
_PLACES: Mapping[tuple[str, str], tuple[str, str]] = {
    ("amenity", "community_centre"): ("community", "other"),
    ("amenity", "social_centre"): ("community", "other"),
    ("amenity", "library"): ("community", "education_training_employment"),
    ("amenity", "college"): ("community", "education_training_employment"),
    ("amenity", "place_of_worship"): ("community", "faith"),
    ("amenity", "arts_centre"): ("community", "sport_recreation_arts"),
    ("amenity", "theatre"): ("community", "sport_recreation_arts"),
    ("leisure", "sports_centre"): ("community", "sport_recreation_arts"),
    ("leisure", "sports_hall"): ("community", "sport_recreation_arts"),
    ("leisure", "fitness_centre"): ("community", "sport_recreation_arts"),
    ("club", "sport"): ("community", "sport_recreation_arts"),
    ("club", "social"): ("community", "other"),
    ("club", "sobriety"): ("community", "other"),
    ("garden:type", "community"): ("community", "sport_recreation_arts"),
    ("landuse", "allotments"): ("community", "sport_recreation_arts"),
    ("shop", "charity"): ("community", "volunteering"),
    ("office", "charity"): ("community", "other"),
    ("office", "ngo"): ("community", "other"),
    ("office", "association"): ("community", "other"),
    ("social_facility", "food_bank"): ("community", "housing_advice"),
    ("social_facility", "soup_kitchen"): ("community", "housing_advice"),
    ("social_facility", "clothing_bank"): ("community", "housing_advice"),
    ("amenity", "social_facility"): ("partner_service", ""),
    ("amenity", "pharmacy"): ("partner_service", ""),
    ("amenity", "clinic"): ("partner_service", ""),
    ("amenity", "doctors"): ("partner_service", ""),
    ("amenity", "hospital"): ("partner_service", ""),
    ("healthcare", "pharmacy"): ("partner_service", ""),
    ("healthcare", "clinic"): ("partner_service", ""),
    ("healthcare", "centre"): ("partner_service", ""),
    ("healthcare", "counselling"): ("partner_service", ""),
    ("healthcare", "psychotherapist"): ("partner_service", ""),
    ("healthcare", "rehabilitation"): ("partner_service", ""),
    ("office", "employment_agency"): ("partner_service", ""),
}
# A list of whole authorities need not ask for these: partners are known, and doctors and shops are many.
_NOT_ASKED_FOR = {"pharmacy", "clinic", "doctors", "hospital", "college", "theatre", "centre", "employment_agency"}

_ADDICTION = re.compile(r"addict|alcohol|drug")
_HOMES = {"group_home", "assisted_living", "nursing_home", "residential_home", "dormitory"}
_MAY_BE_REFUGE = re.compile(r"\babused|domestic|violence|victim|women['’]?s?[ _]aid")
_NOT_OPEN = ("private", "no")
_FOR_WHOM = {
    "homeless": "inclusion_health",
    "underprivileged": "inclusion_health",
    "senior": "older_people",
    "juvenile": "young_people",
    "child": "young_people",
    "youth": "young_people",
    "women": "women",
    "men": "men",
    "lgbtq": "lgbtq",
}
_ACCESSIBILITY = {
    "wheelchair": "step_free",
    "toilets:wheelchair": "accessible_toilet",
    "hearing_loop": "hearing_loop",
    "audio_loop": "hearing_loop",
}
_COST = {"no": "free", "yes": "charge", "donation": "donation"}
_OTHER_NAMES = ("alt_name", "official_name", "short_name", "name:en", "name:cy", "name:gd")


class Overpass:
    """Reads answers of Overpass."""

    code = "osm"
    title = "OpenStreetMap"

    def knows(self, opened: Opened) -> bool:
        """Whether there is an answer of Overpass among the documents."""
        return any(isinstance(page, dict) and "elements" in page and "osm3s" in page for page in opened.documents)

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:  # noqa: ARG002 - as all readers
        """Take the places that have a name and a tag that says what they are.

        Raises
        ------
        InputError
            When it is no answer of Overpass, or only a part of one, or has nothing in it.
        """
        reading = _Reading()
        rows = [row for number, found in _elements(opened, reading.notes) if (row := reading.row(number, *found))]
        # An answer to a question, and not all that there is: what is not in it has not gone.
        return OutsideList(
            opened.name,
            self.code,
            "osm",
            tuple(rows),
            reading.notes.all,
            tuple(reading.left_out),
            whole=False,
            licence=_LICENCE,
        )


def overpass_query(area_codes: Sequence[str]) -> str:
    """Return the question for the community places of some authorities, in the language of Overpass.

    Parameters
    ----------
    area_codes
        GSS codes of authorities.

    Raises
    ------
    InputError
        When there is no code, or one that is none.
    """
    wrong = [code for code in area_codes if not re.fullmatch(r"[EWSN]\d{8}", code, re.ASCII)]
    if wrong or not area_codes:
        raise InputError(f"{wrong[0] if wrong else 'Nothing'} is no code of an area. Give codes such as E06000002.")
    areas = "".join(f'area["ref:gss"="{code}"];' for code in dict.fromkeys(area_codes))
    values: dict[str, list[str]] = {}
    for key, value in _PLACES:
        if value not in _NOT_ASKED_FOR:
            values.setdefault(key, []).append(value)
    asked = [f'["{key}"~"^({"|".join(found)})$"]' for key, found in values.items()]
    asked += ['["social_facility:for"~"addict|alcohol|drug"]', '["healthcare:speciality"~"addiction"]']
    # Without a name nobody could find or ring it.
    wanted = "".join(f'nwr["name"]{tag}(area.a);' for tag in asked)
    return f"[out:json][timeout:{_SECONDS}];({areas})->.a;({wanted});out center tags;"


def _elements(opened: Opened, notes: Notes) -> Iterator[tuple[int, tuple[dict[str, Any], str]]]:
    """Give each element that has tags, by its place in all answers, with the day of its answer."""
    bare = number = 0
    for page in opened.documents:
        if not isinstance(page, dict) or not isinstance(page.get("elements"), list):
            raise InputError(f"{opened.name} is no answer of Overpass: it has no list of elements. Ask for JSON.")
        if remark := page.get("remark"):
            raise InputError(
                f"{opened.name} is only a part of the answer: Overpass stopped with {str(remark)[:200]!r}. Ask for a "
                "smaller area, or again later."
            )
        osm3s = page.get("osm3s")
        day = text_of(osm3s.get("timestamp_osm_base"))[:10] if isinstance(osm3s, dict) else ""
        for element in page["elements"]:
            number += 1
            if isinstance(element, dict) and isinstance(element.get("tags"), dict) and element["tags"]:
                yield number, (element, day)
            else:
                bare += 1
    if not number:
        raise InputError(f"{opened.name} holds no place. Does OpenStreetMap know the area by that code? Ask again.")
    if bare:
        what = "They are only corners of lines: nothing is lost."
        notes.add(1, "", f"{counted(bare, 'element')} without tags", "were passed over.", what)


class _Reading:
    """Answers as they are read."""

    def __init__(self) -> None:
        self.notes = Notes()
        self.left_out: list[LeftOut] = []
        self._seen: set[str] = set()

    def row(self, number: int, element: Mapping[str, Any], day: str) -> OutsideRow | None:
        """Return what an element is, or leave it out with a reason."""
        tags = {key: text for key, value in element["tags"].items() if not is_unknown(text := text_of(value))}
        kind, key = text_of(element.get("type")), text_of(element.get("id"))
        name = tags.get("name", "")
        own = f"{kind}/{key}"
        asset_type, group = _type_of(tags)
        why = _why_not(tags) or ("" if asset_type else "has no tag that says what it is.")
        if kind not in _KINDS or not re.fullmatch(r"\d{1,20}", key, re.ASCII):
            why = "has no id."
        elif own in self._seen:
            why = "has the id of one above it."
        self._seen.add(own)
        if why:
            self.left_out.append(LeftOut(number, name[:200] or own[:40], why))
            return None
        said = Said(number, self.notes)
        said.put("name", name)
        said.put("asset_type", asset_type)
        said.put("community_group", group)
        said.put("external_ids", (f"osm:{own}",))
        said.put("source_url", f"{_PAGE}/{own}")
        said.put("source_date", text_of(element.get("timestamp"))[:10] or day)
        middle = element.get("center")
        place = middle if isinstance(middle, dict) else element
        said.point(place.get("lat"), place.get("lon"))
        _put_contact(said, tags)
        _put_details(said, tags)
        return OutsideRow(number, said.values, tuple(dict.fromkeys((name, *tags.values()))))


def _type_of(tags: _Tags) -> tuple[str, str]:
    """Return the asset type and the community group; "" where no tag tells."""
    if _ADDICTION.search(tags.get("healthcare:speciality", "")):
        return "treatment", ""
    if _ADDICTION.search(tags.get("social_facility:for", "")):
        # It may be treatment or not, which the tags do not tell: a home is one, all else gives support of some kind.
        return ("recovery_housing" if tags.get("social_facility") in _HOMES else "recovery_support"), ""
    for key, value in _PLACES:
        if value in _parts(tags.get(key, "")):
            return _PLACES[key, value]
    return "", ""


def _why_not(tags: _Tags) -> str:
    for_whom, facility = tags.get("social_facility:for", ""), tags.get("social_facility", "")
    words = (tags.get("name", ""), tags.get("description", ""), tags.get("operator", ""))
    told = " ".join((for_whom, *words)).casefold()
    # A shelter that does not say that it is for homeless people may be a refuge: it fails closed (METHODS §4).
    confidential = may_be_confidential(words) or _MAY_BE_REFUGE.search(told)
    if confidential or (facility == "shelter" and set(_parts(for_whom)) != {"homeless"}):
        return "may be a confidential place."
    if facility in _HOMES and not _ADDICTION.search(for_whom):
        return "is a home of people, and no service to go to."
    if tags.get("access") in _NOT_OPEN:
        return "is not open to everybody."
    return "" if tags.get("name") else "has no name."


def _put_contact(said: Said, tags: _Tags) -> None:
    for field in ("website", "phone", "email"):
        several = tags.get(f"contact:{field}") or tags.get(field) or (tags.get("url", "") if field == "website" else "")
        said.put(field, (_parts(several) or [""])[0])
    house = " ".join(filter(None, (tags.get("addr:housenumber"), tags.get("addr:street") or tags.get("addr:place"))))
    lines = (tags.get("addr:housename"), house, tags.get("addr:suburb"), tags.get("addr:city"))
    said.put("address", ", ".join(filter(None, lines)) or tags.get("addr:full", ""))
    said.put("postcode", tags.get("addr:postcode", ""))


def _put_details(said: Said, tags: _Tags) -> None:
    said.put("other_names", [part for key in _OTHER_NAMES for part in _parts(tags.get(key, ""))])
    if tags.get("operator") != tags["name"]:
        said.put("organisation", tags.get("operator", ""))
    said.put("description", tags.get("description", ""))
    if tags.get("social_facility") == "shelter":
        said.put("location_precision", "local_authority")  # people live there
    said.put("accessibility", [code for key, code in _ACCESSIBILITY.items() if tags.get(key) in ("yes", "designated")])
    said.put("cost", _COST.get(tags.get("fee", ""), ""))
    found = [_FOR_WHOM[word] for word in _parts(tags.get("social_facility:for", "")) if word in _FOR_WHOM]
    said.put("for_whom", found)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", tags.get("check_date", "")):
        said.put("verified_on", tags["check_date"])
    if hours := tags.get("opening_hours"):
        sessions = sessions_of(hours)
        said.put("sessions", sessions)
        if not sessions:
            said.note("sessions", hours, "cannot be said in the words of this field.", "Write the times by hand.")


def _parts(text: str) -> list[str]:
    """Return the values of a tag that has several, parted by semicolons; lines and bars part them too."""
    return [part.strip() for part in re.split(r"[;|\n]", text) if part.strip()]
