"""What the public API answers, described for programs (OpenAPI): the addresses, and the shape of each document."""

from collections.abc import Mapping
from typing import Any

__all__ = ["BASE", "LAST_PAGE", "LONGEST_SEARCH", "MOST_ON_A_PAGE", "ON_A_PAGE", "openapi_document"]

BASE = "/open-referral/v3"
ON_A_PAGE, MOST_ON_A_PAGE = 50, 100
LAST_PAGE = 1_000_000
LONGEST_SEARCH = 200

_Schema = dict[str, Any]
_TEXT: _Schema = {"type": "string"}
_UUID: _Schema = {"type": "string", "format": "uuid"}
_LINK: _Schema = {"type": "string", "format": "uri"}
_EMAIL: _Schema = {"type": "string", "format": "email"}
_DAY: _Schema = {"type": "string", "format": "date"}
_NUMBER: _Schema = {"type": "number"}
_WHOLE: _Schema = {"type": "integer", "minimum": 0}
_YES_NO: _Schema = {"type": "boolean"}
_TEXTS: _Schema = {"type": "array", "items": _TEXT}
_KINDS = ("physical", "postal", "virtual")


def _told(schema: _Schema, what: str) -> _Schema:
    return {**schema, "description": what}


def _one_of(*words: str) -> _Schema:
    return {"type": "string", "enum": list(words)}


def _object(what: str, required: str, **properties: _Schema) -> _Schema:
    """Return the schema of an object; more than is named here may stand in it, as the standard allows."""
    return {"type": "object", "description": what, "required": required.split(), "properties": properties}


def _ref(name: str) -> _Schema:
    return {"$ref": f"#/components/schemas/{name}"}


def _list_of(name: str) -> _Schema:
    return {"type": "array", "items": _ref(name)}


_SERVICE: dict[str, _Schema] = {
    "id": _told(_UUID, "It stays the same for as long as the service is listed."),
    "organization_id": _UUID,
    "name": _TEXT,
    "description": _TEXT,
    "url": _told(_LINK, "The service's own page on the web."),
    "email": _EMAIL,
    "status": _one_of("active", "inactive", "defunct", "temporarily closed"),
    "alert": _told(_TEXT, "Such as that nobody has checked lately whether it is running."),
    "fees": _TEXT,
    "assured_date": _told(_DAY, "The day on which somebody last checked that this is right."),
    "organization": _ref("organization"),
}

_SCHEMAS: dict[str, _Schema] = {
    "root": _object(
        "What this is, and what has to be said of it.",
        "version profile openapi_url title audience as_at notes licences",
        version=_told(_TEXT, "The standard that the documents follow."),
        profile=_TEXT,
        openapi_url=_told(_TEXT, "Where this description is."),
        made_by=_TEXT,
        title=_TEXT,
        audience=_one_of("public"),
        as_at=_DAY,
        notes=_told(_TEXTS, "Sentences to show beside the list: what is not in it, and why."),
        licences=_told(_TEXTS, "Where the data is from and what its licences ask for, a line each."),
    ),
    "page": _object(
        "A page of the list of services, in the order in which they were recorded.",
        "total_items total_pages page_number size first_page last_page empty contents",
        total_items=_told(_WHOLE, "How many services there are on all pages."),
        total_pages=_told({"type": "integer", "minimum": 1}, "How many pages there are; 1 when there is nothing."),
        page_number={"type": "integer", "minimum": 1},
        size=_told(_WHOLE, "How many services stand on this page."),
        first_page=_YES_NO,
        last_page=_YES_NO,
        empty=_YES_NO,
        contents=_list_of("service_in_short"),
    ),
    "service_in_short": _object("A service as it stands in the list.", "id name status organization", **_SERVICE),
    "service": _object(
        "A service in full.",
        "id name status organization",
        **_SERVICE,
        schedules=_list_of("schedule"),
        service_areas=_list_of("service_area"),
        service_at_locations=_list_of("service_at_location"),
        languages=_list_of("language"),
        cost_options=_list_of("cost_option"),
        contacts=_list_of("contact"),
        attributes=_list_of("attribute"),
    ),
    "organization": _object(
        "Who runs the service.",
        "id name description",
        id=_UUID,
        name=_TEXT,
        description=_TEXT,
        organization_identifiers=_list_of("organization_identifier"),
    ),
    "organization_identifier": _object(
        "A charity or company number.",
        "id identifier_type identifier",
        id=_UUID,
        identifier_scheme=_TEXT,
        identifier_type=_TEXT,
        identifier=_TEXT,
    ),
    "schedule": _object(
        "When it is on. Where the times could not be read as days and hours, they are in the description.",
        "id service_id",
        id=_UUID,
        service_id=_UUID,
        freq=_one_of("WEEKLY", "MONTHLY"),
        interval=_NUMBER,
        byday=_told(_TEXT, "Such as MO, or 1TU for the first Tuesday of a month."),
        opens_at=_TEXT,
        closes_at=_TEXT,
        description=_TEXT,
        attending_type=_TEXT,
    ),
    "service_area": _object(
        "An area that it serves.", "id service_id name", id=_UUID, service_id=_UUID, name=_TEXT, uri=_LINK
    ),
    "service_at_location": _object(
        "The service at a place.",
        "id service_id location_id location",
        id=_UUID,
        service_id=_UUID,
        location_id=_UUID,
        location=_ref("location"),
    ),
    "location": _object(
        "A place, as finely as it may be shown to everybody. Some have no point, or no more than the council's name.",
        "id location_type",
        id=_UUID,
        location_type=_one_of(*_KINDS),
        latitude={"type": "number", "minimum": -90, "maximum": 90},
        longitude={"type": "number", "minimum": -180, "maximum": 180},
        addresses=_list_of("address"),
        accessibility=_list_of("accessibility"),
    ),
    "address": _object(
        'An address. "" stands for what is not known or not shown.',
        "id location_id address_1 city state_province postal_code country address_type",
        id=_UUID,
        location_id=_UUID,
        address_1=_TEXT,
        city=_TEXT,
        state_province=_TEXT,
        postal_code=_TEXT,
        country=_TEXT,
        address_type=_one_of(*_KINDS),
    ),
    "accessibility": _object(
        "What helps to get in and take part.", "id description", id=_UUID, location_id=_UUID, description=_TEXT
    ),
    "language": _object("A language that is spoken.", "id name", id=_UUID, service_id=_UUID, name=_TEXT),
    "cost_option": _object("What it costs.", "id option", id=_UUID, service_id=_UUID, option=_TEXT, amount=_NUMBER),
    "contact": _object(
        "How to ring: nobody in particular.", "id", id=_UUID, service_id=_UUID, phones=_list_of("phone")
    ),
    "phone": _object("A telephone number.", "id number", id=_UUID, contact_id=_UUID, number=_TEXT),
    "attribute": _object(
        "What the standard has no field for.",
        "id link_id link_type taxonomy_term_id taxonomy_term",
        id=_UUID,
        link_id=_UUID,
        link_type=_TEXT,
        taxonomy_term_id=_UUID,
        taxonomy_term=_ref("taxonomy_term"),
    ),
    "taxonomy_term": _object(
        "A term, such as the type of support.",
        "id name description taxonomy term",
        id=_UUID,
        name=_TEXT,
        description=_TEXT,
        taxonomy=_told(_TEXT, "rosc-map: and the name of the field."),
        term=_TEXT,
    ),
    "problem": _object("What was wrong, and what to do.", "detail", detail=_TEXT),
}

_HEADERS: Mapping[str, _Schema] = {
    "ETag": {"description": "Send it back in If-None-Match: the answer is 304 while nothing changed.", "schema": _TEXT},
    "Cache-Control": {"description": "How long a copy may be shown: a minute.", "schema": _TEXT},
}
_REFUSED = {
    "404": "There is no such service, or it is not public. The two are not told apart.",
    "422": "A page, a number of services on it or a search that cannot be taken.",
    "429": "Too many requests: wait for as many seconds as Retry-After says.",
    "503": "The records cannot be read just now, or too many programs ask. Try again later.",
}


def openapi_document(url: str) -> _Schema:
    """Return the description of the API.

    Parameters
    ----------
    url
        The address of the server.
    """
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "What supports recovery here: services for everybody to see",
            "version": "3.0",
            "description": (
                "Open Referral UK 3.0 (HSDS-UK), to read only. It has what everybody may see, and nothing else: who "
                "was not asked yet, said no, or must stay hidden is not in it."
            ),
        },
        "servers": [{"url": f"{url}{BASE}"}],
        "paths": {
            "/": {"get": _get("about", "What this is", "root")},
            "/services": {"get": _get("services", "A page of the list of services", "page", _paging(), "422")},
            "/services/{id}": {"get": _get("service", "One service in full", "service", [_identifier()], "404")},
        },
        "components": {"schemas": _SCHEMAS},
    }


def _get(name: str, summary: str, schema: str, parameters: list[_Schema] | None = None, refused: str = "") -> _Schema:
    answers: _Schema = {
        "200": {"description": summary, "headers": dict(_HEADERS), "content": _json(schema)},
        "304": {"description": "Nothing changed since the answer that If-None-Match names.", "headers": dict(_HEADERS)},
    }
    answers |= {
        status: {"description": said, "content": _json("problem")}
        for status, said in _REFUSED.items()
        if status in (refused, "429", "503")
    }
    return {"operationId": name, "summary": summary, "parameters": parameters or [], "responses": answers}


def _json(schema: str) -> _Schema:
    return {"application/json": {"schema": _ref(schema)}}


def _identifier() -> _Schema:
    return {"name": "id", "in": "path", "required": True, "description": "The id of the service.", "schema": _UUID}


def _paging() -> list[_Schema]:
    page = {"type": "integer", "minimum": 1, "maximum": LAST_PAGE, "default": 1}
    size = {"type": "integer", "minimum": 1, "maximum": MOST_ON_A_PAGE, "default": ON_A_PAGE}
    words = {"type": "string", "maxLength": LONGEST_SEARCH}
    return [
        {"name": "page", "in": "query", "description": "Which page. One after the last is empty.", "schema": page},
        {"name": "per_page", "in": "query", "description": "How many services a page has.", "schema": size},
        {
            "name": "search",
            "in": "query",
            "description": "Words that a service has in its name, type or area, best first; at most 200 are found.",
            "schema": words,
        },
    ]
