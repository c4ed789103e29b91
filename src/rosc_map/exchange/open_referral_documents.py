"""Documents of Open Referral UK 3.0 (HSDS-UK): one asset as a service with its organisation and place.

A web address and a static folder give the same documents. What the standard has no room for goes along as attributes of
the taxonomies ``rosc-map:<field>``, so that this program can read it back and others may pass over it.
"""

import json
import math
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rosc_map.place import code_names
from rosc_map.publish import MASK, Published, PublishedAbout, plain_id
from rosc_map.records import Asset, Kind, Session, codelist, format_cell, label, parse_sessions, squash

__all__ = [
    "ATTRIBUTE_FIELDS",
    "MAKER",
    "PAGE_SIZE",
    "VERSION",
    "document_bytes",
    "in_short",
    "page_document",
    "page_documents",
    "page_of",
    "root_document",
    "service_document",
]

VERSION = "HSDS-UK-3.0"
MAKER = "rosc-map"

PAGE_SIZE = 100
"""Services on a page of a list."""

ATTRIBUTE_FIELDS = (
    "asset_type", "rss_types", "community_group", "led_by", "lero_type", "connector_role", "commissions_others",
    "location_precision", "for_whom", "accessibility", "access", "cost", "attendance", "referral_route", "other_names",
    "source_url", "source_date", "external_ids", "status", "licence",
)  # fmt: skip
"""The fields of an asset that go along as attributes, as far as the audience may see them."""

_PROFILE = "https://docs.openreferraluk.org"
_OPENAPI = "https://raw.githubusercontent.com/openreferral/uk-profile/main/schema/openapi.json"
# "Not confirmed" is no status of the standard: nobody says that it has stopped, so it is active, with an alert.
_STATUS = {"active": "active", "not_confirmed": "active", "paused": "temporarily closed", "closed": "defunct"}
_NOT_CONFIRMED = "Nobody has checked lately that this is running."
_NTH = {"1st": "1", "2nd": "2", "3rd": "3", "4th": "4", "last": "-1"}
_NOT_IN_PERSON = {"online", "phone"}
_CODE = re.compile(r"[EWSNK]\d{8}")
_AREA_PAGE = "http://statistics.data.gov.uk/id/statistical-geography/"
_ORGANISATION_NUMBER = re.compile(r"(GB-[A-Z]{3,5})-(.+)")
_SCHEMES = {
    "GB-CHC": "Charity number",
    "GB-SC": "Charity number",
    "GB-NIC": "Charity number",
    "GB-COH": "Company number",
}
_DECIMALS = 5


def root_document(about: Published | PublishedAbout, *, openapi_url: str = _OPENAPI) -> dict[str, Any]:
    """Return what stands at the address of the whole: which standard it follows, and what has to be said of it.

    The standard lets it say more than the first three, and others should see at once what it is.

    Parameters
    ----------
    about
        What was published.
    openapi_url
        Where it is described for programs; the standard's own description when left out.
    """
    return {
        "version": VERSION,
        "profile": _PROFILE,
        "openapi_url": openapi_url,
        "made_by": MAKER,
        "title": about.title,
        "audience": about.audience.value,
        "as_at": about.as_at.isoformat(),
        "notes": [note for note in (about.banner, *about.notes) if note],
        "licences": list(about.licences),
    }


def document_bytes(document: Mapping[str, Any]) -> bytes:
    """Return a document as it is written to a file and sent: JSON in UTF-8."""
    return json.dumps(document, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def service_document(asset: Mapping[str, Any]) -> dict[str, Any]:
    """Return one asset as a service in full; fields without a value are left out.

    Parameters
    ----------
    asset
        A row of :attr:`rosc_map.publish.Published.assets`: its place is as fine as its audience may see it. The middle
        of a postcode district is no place of the asset, and is left out.
    """
    # A field that this audience may not see is no column of the table: it is as if nothing had been said.
    nothing = {name: spec.empty for name, spec in Asset.specs().items()}
    row: dict[str, Any] = nothing | {name: None if _is_missing(value) else value for name, value in asset.items()}
    key = uuid.UUID(plain_id(str(row["id"])))
    organisation = _organisation(row)
    document = {
        "id": str(key),
        "organization_id": organisation["id"],
        "name": row["name"],
        "description": row["description"],
        "url": _whole(row["website"]),
        "email": _whole(row["email"]),
        "status": _STATUS.get(row["status"], "inactive"),
        "alert": _NOT_CONFIRMED if row["status"] == "not_confirmed" else "",
        "fees": label("cost", row["cost"]) if row["cost"] != "unknown" else "",
        "assured_date": row["verified_on"].isoformat() if row["verified_on"] else "",
        "organization": organisation,
        "schedules": _schedules(key, row),
        "service_areas": _areas(key, row["areas_served"]),
        "service_at_locations": _places(key, row),
        "languages": _numbered(key, "language", [{"name": name} for name in row["languages"]]),
        "cost_options": _costs(key, row["cost"]),
        "contacts": _contacts(key, row["phone"]),
        "attributes": list(_attributes(key, row)),
    }
    return _without_empty(document)


def page_document(services: Sequence[Mapping[str, Any]], number: int, size: int = PAGE_SIZE) -> dict[str, Any]:
    """Return one page of the list of services, each without its lists: those are in its own document.

    Parameters
    ----------
    services
        All services, as :func:`service_document` gives them.
    number
        Which page, from 1. One after the last is empty.
    size
        How many services a page has at most.
    """
    rows = [in_short(service) for service in services[(number - 1) * size : number * size]]
    return page_of(rows, number, total=len(services), size=size)


def page_of(rows: Sequence[Mapping[str, Any]], number: int, *, total: int, size: int = PAGE_SIZE) -> dict[str, Any]:
    """Return one page of the list, of the services that stand on it.

    Parameters
    ----------
    rows
        The services of this page, as :func:`in_short` gives them.
    number
        Which page it is, from 1.
    total
        How many services there are on all pages.
    size
        How many a page has at most.
    """
    pages = max(1, math.ceil(total / size))
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(rows),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not rows,
        "contents": list(rows),
    }


def page_documents(services: Sequence[Mapping[str, Any]], size: int = PAGE_SIZE) -> Iterator[dict[str, Any]]:
    """Give all pages of the list; without services it is one empty page."""
    for number in range(1, max(1, math.ceil(len(services) / size)) + 1):
        yield page_document(services, number, size)


def in_short(service: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service as it stands in the list: without what its own document lists."""
    short = {name: value for name, value in service.items() if not isinstance(value, list)}
    organisation = service["organization"]
    return {**short, "organization": {name: organisation[name] for name in ("id", "name", "description")}}


def _organisation(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return who runs it, by an id that all its services share; without another name it goes by the asset's."""
    name, number = row["organisation"] or row["name"], row["organisation_number"]
    key = uuid.uuid5(uuid.NAMESPACE_URL, f"rosc-map:organisation:{number or squash(name)}")
    # A description is asked for, and none is held: the asset's own would say it of all services of the organisation.
    document: dict[str, Any] = {"id": str(key), "name": name, "description": name}
    if number:
        found = _ORGANISATION_NUMBER.fullmatch(number)
        scheme, identifier = found.groups() if found else ("", number)
        kind = _SCHEMES.get(scheme, "Charity or company number")
        held = {"identifier_scheme": scheme, "identifier_type": kind, "identifier": identifier}
        document["organization_identifiers"] = [
            {name: text for name, text in held.items() if text} | {"id": _child(key, "identifier", number)}
        ]
    return document


def _schedules(key: uuid.UUID, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    how = {"attending_type": ", ".join(label("attendance", code) for code in row["attendance"])}
    try:
        found = [_schedule(session) | how for session in parse_sessions(row["sessions"])]
    except ValueError:  # what was taken out of a text leaves no time behind
        found = [{"description": row["sessions"]} | how]
    return _numbered(key, "schedule", found)


def _schedule(session: Session) -> dict[str, Any]:
    day = session.weekday[:2].upper()
    times = {"opens_at": session.start, "closes_at": session.end}
    if session.every in _NTH:
        return {"freq": "MONTHLY", "byday": f"{_NTH[session.every]}{day}", **times}
    return {"freq": "WEEKLY", "interval": 2 if session.every == "alternate" else 1, "byday": day, **times}


def _areas(key: uuid.UUID, areas: Sequence[str]) -> list[dict[str, Any]]:
    names = code_names()
    found = [
        {"name": names.get(area, area), "uri": _AREA_PAGE + area if _CODE.fullmatch(area) else ""} for area in areas
    ]
    return _numbered(key, "area", found)


def _costs(key: uuid.UUID, cost: str) -> list[dict[str, Any]]:
    if cost in ("", "unknown"):
        return []
    return _numbered(key, "cost", [{"option": label("cost", cost), **({"amount": 0} if cost == "free" else {})}])


def _contacts(key: uuid.UUID, phone: str) -> list[dict[str, Any]]:
    """Return a contact that is nobody in particular: the UK profile has no other place for a telephone number."""
    if not phone:
        return []
    contact = _child(key, "contact", 0)
    number = {"id": _child(key, "phone", 0), "contact_id": contact, "number": phone}
    return [{"id": contact, "service_id": str(key), "phones": [number]}]


def _places(key: uuid.UUID, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return where it is, as the row tells it; the link of a service and its place has an id of its own."""
    address = _address(row)
    virtual = bool(row["attendance"]) and set(row["attendance"]) <= _NOT_IN_PERSON
    if not address and not virtual:
        return []
    place = _child(key, "location", 0)
    location: dict[str, Any] = {"id": place, "location_type": "physical" if address else "virtual"}
    if address:
        given = {"id": _child(key, "address", 0), "location_id": place, **address}
        location |= {**_point(row), "addresses": [given], "accessibility": _accessibility(key, place, row)}
    link = {"id": _child(key, "place", 0), "service_id": str(key), "location_id": place}
    return [{**link, "location": _without_empty(location)}]


def _point(row: Mapping[str, Any]) -> dict[str, float]:
    if row["about"] or row["latitude"] is None:
        return {}
    return {name: round(row[name], _DECIMALS) for name in ("latitude", "longitude")}


def _address(row: Mapping[str, Any]) -> dict[str, str]:
    """Return the address; what the standard requires and is not known or not shown is "", or the authority's name."""
    authority, upper = row["local_authority"], row["upper_tier"]
    if not any((row["address"], row["postcode"], authority, upper)):
        return {}
    street, _, town = row["address"].rpartition(",")
    if not street.strip() or any(letter.isdigit() for letter in town):
        street, town = row["address"], authority or upper
    return {
        "address_1": street.strip(),
        "city": town.strip(),
        "state_province": upper or authority or town.strip(),
        "postal_code": row["postcode"],
        "country": "GB",
        "address_type": "physical",
    }


def _accessibility(key: uuid.UUID, place: str, row: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": _child(key, "accessibility", code), "location_id": place, "description": label("accessibility", code)}
        for code in row["accessibility"]
    ]


def _attributes(key: uuid.UUID, row: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Give a link to a term for each value of each field that goes along so."""
    for field in ATTRIBUTE_FIELDS:
        spec = Asset.specs()[field]
        value = row[field]
        values = value if isinstance(value, tuple | list) else [format_cell(spec, value)]
        for text in filter(None, values):
            known = codelist(spec.codelist).get(text) if spec.kind in (Kind.CHOICE, Kind.CHOICES) else None
            term = {
                "id": str(uuid.uuid5(uuid.NAMESPACE_URL, f"rosc-map:{field}:{text}")),
                "name": known.label if known else text,
                "description": known.definition if known else spec.label,
                "taxonomy": f"rosc-map:{field}",
                "term": text,
            }
            link = {"id": _child(key, field, text), "link_id": str(key), "link_type": field}
            yield {**link, "taxonomy_term_id": term["id"], "taxonomy_term": term}


def _numbered(key: uuid.UUID, kind: str, parts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Give the parts of a service their ids."""
    return [
        {"id": _child(key, kind, number), "service_id": str(key), **_without_empty(part)}
        for number, part in enumerate(parts)
    ]


def _child(key: uuid.UUID, kind: str, which: object) -> str:
    """Return an id that stays the same from one export to the next."""
    return str(uuid.uuid5(key, f"{kind}:{which}"))


def _whole(text: str) -> str:
    """Return an address of the web or of e-mail, unless a part of it was taken out: the rest leads nowhere."""
    return "" if MASK in text else text


def _without_empty(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value not in ("", None, [])}


def _is_missing(value: object) -> bool:
    return value is None or value != value
