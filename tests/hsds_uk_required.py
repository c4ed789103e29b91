"""What Open Referral UK 3.0 (HSDS-UK) asks of its documents, as JSON Schema in our own words.

The facts are those of the profile's compiled schemas, ``service.json`` and ``service_list.json`` (on GitHub,
OpenReferralUK/uk-profile, ``schema/compiled``), read at two commits: what has to be there, of which type and form, and
out of which words. Where the two differ both are asked for: a taxonomy term has its name and description as well as its
taxonomy. A form that the profile tells in words only, as of a date, is asked for as well. One thing is left out: the
``url`` that some of them ask for on each row of a list and, which must be a slip, of each schedule, where they know no
such field. A service without a website has none.

The profile lets more stand in a document than it names. Here nothing else may, so that a misspelt name is found.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import jsonschema

_Schema = dict[str, Any]
_FORMS = {"date": "date", "email": "email", "id": "uuid", "uri": "uri", "url": "uri"}
_ADDRESS_LETTERS = frozenset(map(chr, range(33, 127))) - frozenset('"<>\\^`{|}')
FORMATS = jsonschema.FormatChecker(formats=("date", "email", "uuid"))


@FORMATS.checks("uri")
def _is_address(text: object) -> bool:
    """The checker of jsonschema knows this form only with another package."""
    if not isinstance(text, str):
        return True
    found = urlsplit(text)
    return set(text) <= _ADDRESS_LETTERS and found.scheme in ("http", "https") and bool(found.netloc)


def _text(name: str) -> _Schema:
    form = _FORMS.get("id" if name.endswith("_id") else name)
    return {"type": "string", **({"format": form} if form else {})}


def _one_of(words: str) -> _Schema:
    return {"type": "string", "enum": words.split(", ")}


def _list_of(kind: str) -> _Schema:
    return {"type": "array", "items": {"$ref": f"#/$defs/{kind}"}}


def _object(required: str, texts: str, **others: _Schema) -> _Schema:
    properties = {name: _text(name) for name in texts.split()} | others
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


_NUMBER, _WHOLE, _YES_NO = {"type": "number"}, {"type": "integer"}, {"type": "boolean"}
_WHERE = "physical, postal, virtual"

DEFINED: dict[str, _Schema] = {
    "service": _object(
        "id name status",
        "id organization_id name description url email alert fees",
        status=_one_of("active, inactive, defunct, temporarily closed"),
        assured_date={"type": "string", "format": "date"},
        organization={"$ref": "#/$defs/organization"},
        schedules=_list_of("schedule"),
        service_areas=_list_of("service_area"),
        service_at_locations=_list_of("service_at_location"),
        languages=_list_of("language"),
        cost_options=_list_of("cost_option"),
        contacts=_list_of("contact"),
        attributes=_list_of("attribute"),
    ),
    "organization": _object(
        "id name description", "id name description", organization_identifiers=_list_of("organization_identifier")
    ),
    "organization_identifier": _object(
        "id identifier_type identifier", "id identifier_scheme identifier_type identifier"
    ),
    "schedule": _object(
        "id",
        "id service_id byday opens_at closes_at description attending_type",
        freq=_one_of("WEEKLY, MONTHLY"),
        interval=_NUMBER,
    ),
    "service_area": _object("id", "id service_id name uri"),
    "service_at_location": _object("id", "id service_id location_id", location={"$ref": "#/$defs/location"}),
    "location": _object(
        "id location_type",
        "id name",
        location_type=_one_of(_WHERE),
        latitude=_NUMBER,
        longitude=_NUMBER,
        addresses=_list_of("address"),
        accessibility=_list_of("accessibility"),
    ),
    "address": _object(
        "id address_1 city state_province postal_code country address_type",
        "id location_id address_1 city state_province postal_code country",
        address_type=_one_of(_WHERE),
    ),
    "accessibility": _object("id", "id location_id description"),
    "language": _object("id", "id service_id name"),
    "cost_option": _object("id", "id service_id option", amount=_NUMBER),
    "contact": _object("id", "id service_id", phones=_list_of("phone")),
    "phone": _object("id number", "id contact_id number"),
    "attribute": _object(
        "id", "id link_id link_type taxonomy_term_id", taxonomy_term={"$ref": "#/$defs/taxonomy_term"}
    ),
    "taxonomy_term": _object("id name description taxonomy", "id name description taxonomy term"),
    "page": _object(
        "total_items total_pages page_number size first_page last_page empty contents",
        "",
        **dict.fromkeys(("total_items", "total_pages", "page_number", "size"), _WHOLE),
        **dict.fromkeys(("first_page", "last_page", "empty"), _YES_NO),
        contents=_list_of("service"),
    ),
}
"""The kinds of object, by the names that the profile has for them."""

_CHECKED = {
    kind: jsonschema.Draft202012Validator({"$ref": f"#/$defs/{kind}", "$defs": DEFINED}, format_checker=FORMATS)
    for kind in ("service", "page")
}


def problems(document: object, kind: str = "service") -> Iterator[str]:
    """Give what is wrong with a service or a page of the list, by where it is."""
    yield from (f"{error.json_path}: {error.message}" for error in _CHECKED[kind].iter_errors(document))
