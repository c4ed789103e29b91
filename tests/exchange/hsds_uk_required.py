"""What Open Referral UK 3.0 asks of a service document, in our own words: what must be there, and of which kind."""

import uuid
from urllib.parse import urlsplit

TEXTS = {
    "service": "id organization_id name description url email status alert fees assured_date",
    "organization": "id name description",
    "organization_identifiers": "id identifier_scheme identifier_type identifier",
    "service_at_locations": "id service_id location_id",
    "location": "id location_type name",
    "addresses": "id location_id address_1 city state_province postal_code country address_type",
    "accessibility": "id location_id description",
    "schedules": "id service_id freq byday opens_at closes_at description attending_type",
    "service_areas": "id service_id name uri",
    "languages": "id service_id",
    "cost_options": "id service_id option",
    "contacts": "id service_id",
    "attributes": "id link_id link_type taxonomy_term_id",
    "taxonomy_term": "id name description taxonomy term",
}
REQUIRED = {
    "service": "id name status",
    "organization": "id name description",
    "organization_identifiers": "id identifier_type identifier",
    "location": "id location_type",
    "addresses": "id address_1 city state_province postal_code country address_type",
    "taxonomy_term": "id name description",
}
NUMBERS = {"interval", "amount", "latitude", "longitude"}
ONE_OF = {
    "status": ("active", "inactive", "defunct", "temporarily closed"),
    "location_type": ("physical", "postal", "virtual"),
    "address_type": ("physical", "postal", "virtual"),
    "freq": ("WEEKLY", "MONTHLY"),
}
OBJECTS = {"organization", "location", "taxonomy_term"}
# The UK profile has no place for these; it allows more than it names.
MORE = {"phones": "id contact_id number", "languages": "name"}


def problems(part, kind="service", at=""):
    """Give what is wrong with an object of a document, by where it is."""
    at = f"{at}/{kind}"
    for name in REQUIRED.get(kind, "id").split():
        if name not in part:
            yield f"{at}: has no {name}"
    for name, value in part.items():
        yield from _value(name, value, kind, at)


def _value(name, value, kind, at):
    texts = f"{TEXTS.get(kind, '')} {MORE.get(kind, '')}".split()
    if isinstance(value, list):
        for part in value:
            yield from problems(part, name, at)
    elif isinstance(value, dict):
        if name not in OBJECTS:
            yield f"{at}/{name}: is no object"
        yield from problems(value, name, at)
    elif name in NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            yield f"{at}/{name}: {value!r} is no number"
    elif name not in texts or not isinstance(value, str):
        yield f"{at}/{name}: {value!r} is not a text of the standard"
    else:
        yield from _text(name, value, at)


def _text(name, value, at):
    if (name == "id" or name.endswith("_id")) and str(uuid.UUID(value)) != value:
        yield f"{at}/{name}: {value!r} is no UUID"
    if name in ONE_OF and value not in ONE_OF[name]:
        yield f"{at}/{name}: {value!r} is none of {ONE_OF[name]}"
    if name in ("url", "uri") and not (urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc):
        yield f"{at}/{name}: {value!r} is no address"
    if name == "email" and value.count("@") != 1:
        yield f"{at}/{name}: {value!r} is no e-mail address"


def by_schema(schema, value, at="$"):
    """Give what a JSON Schema says against a value: its types, what is required, its words and its formats."""
    kinds = {"object": dict, "array": list, "string": str, "number": (int, float), "integer": int, "boolean": bool}
    kind = kinds.get(schema.get("type"))
    if kind and (not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)):
        yield f"{at}: {value!r} is no {schema['type']}"
        return
    if "enum" in schema and value not in schema["enum"]:
        yield f"{at}: {value!r} is none of {schema['enum']}"
    if isinstance(value, str):
        yield from _format(schema.get("format"), value, at)
    for part in schema.get("allOf", ()):
        yield from by_schema(part, value, at)
    if isinstance(value, dict):
        yield from (f"{at}: has no {name}" for name in schema.get("required", ()) if name not in value)
        for name, part in schema.get("properties", {}).items():
            if name in value:
                yield from by_schema(part, value[name], f"{at}.{name}")
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from by_schema(schema.get("items", {}), part, f"{at}[{number}]")


def _format(name, value, at):
    known = {"uuid": "id", "uri": "url", "email": "email"}
    if name in known:
        yield from _text(known[name], value, at)
