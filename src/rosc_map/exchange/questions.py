"""How a record is asked for, the same on every template and form: order, what goes with what, examples, help.

All of it is read from the record's own declarations. What stands here beside them is only what a declaration does not
say: which fields of an asset belong together, and which are asked only after a certain answer. A new field needs no
line here: it is asked under "More".
"""

from dataclasses import dataclass
from pathlib import Path

from rosc_map.errors import FileProblem
from rosc_map.records import Asset, Audience, FieldSpec, Kind, Record, Referral

__all__ = [
    "FILLED_IN",
    "WHO",
    "Group",
    "asked_when",
    "example_row",
    "groups",
    "is_past_day",
    "plain_hint",
    "refuse_to_replace",
]

FILLED_IN = ("id",)
"""Fields that the program fills in. An example of one would give every copied row the same id."""

WHO = {
    Audience.PUBLIC: "Everybody",
    Audience.PARTNERS: "Partner organisations and coordinators",
    Audience.INTERNAL: "Coordinators only",
}
"""Who may see a field, in the words of a form."""


_ONLY_THEY_SAY = (
    "organisation_number", "external_ids", "listing", "listing_on", "listing_shows", "location_precision", "sources",
    "source_url", "source_date", "licence", "recorded_by", "recorded_on", "verified_on",
)  # fmt: skip
"""Fields of which an example, left in a row, would say what nobody has said: that they agreed, who they are."""


@dataclass(frozen=True)
class Group:
    """Questions that are asked together: a ``name`` for programs, a ``heading`` for people, the fields in order."""

    name: str
    heading: str
    fields: tuple[str, ...]


_ASSET_GROUPS = (
    Group(
        "about",
        "About it",
        (
            "name",
            "other_names",
            "organisation",
            "organisation_number",
            "description",
            "asset_type",
            "lero_type",
            "community_group",
            "rss_types",
            "led_by",
            "connector_role",
            "commissions_others",
            "status",
        ),
    ),
    # How exactly a place may be shown is asked before the place: the answer decides what is asked.
    Group(
        "place",
        "Where it is",
        ("location_precision", "postcode", "address", "latitude", "longitude", "areas_served", "attendance"),
    ),
    Group(
        "reaching",
        "Reaching it",
        (
            "website",
            "email",
            "phone",
            "sessions",
            "access",
            "referral_route",
            "for_whom",
            "languages",
            "cost",
            "accessibility",
        ),
    ),
    Group("listing", "May it be listed", ("listing", "listing_shows", "listing_on")),
    Group("more", "More", ()),
    Group(
        "recording",
        "Who told us, and who wrote it down",
        (
            "sources",
            "source_url",
            "source_date",
            "external_ids",
            "licence",
            "recorded_by",
            "recorded_on",
            "verified_on",
            "notes",
        ),
    ),
)

_ASKED_WHEN: dict[type[Record], dict[str, tuple[str, str]]] = {
    Asset: {
        "lero_type": ("asset_type", "lero"),
        "community_group": ("asset_type", "community"),
        "listing_shows": ("listing", "restricted"),
        "latitude": ("postcode", ""),
        "longitude": ("postcode", ""),
    },
    Referral: {"count": ("evidence", "counted"), "period": ("evidence", "counted")},
}

# What a hint says in codes for a keyboard, in words for a phone and for paper; and what happens to a hidden place.
_PLAIN_HINTS = {
    "location_precision": "If you are not sure: local authority only. The same for anybody's home and for recovery "
    "housing. A refuge is always hidden.",
    "postcode": "The whole postcode. Of a refuge the map keeps nothing finer than the county.",
    "address": "House number and street, town. Leave it empty for a refuge.",
}

# The last word of the name of a date that may lie ahead: Funding.start, Offer.until, Action.by.
_MAY_LIE_AHEAD = {"start", "end", "until", "by"}


def groups(record: type[Record]) -> tuple[Group, ...]:
    """Return the questions of a record in the groups in which they are asked; each field is in exactly one.

    The fields of :data:`FILLED_IN` are in none: nobody is asked for them.
    """
    asked = [name for name in record.specs() if name not in FILLED_IN]
    if not issubclass(record, Asset):
        return (Group("about", f"About this {record.noun}", tuple(asked)),)
    known = {name for group in _ASSET_GROUPS for name in group.fields}
    more = tuple(name for name in asked if name not in known)
    found = [Group(group.name, group.heading, group.fields or more) for group in _ASSET_GROUPS]
    return tuple(group for group in found if group.fields)


def asked_when(record: type[Record], name: str) -> tuple[str, str] | None:
    """Return the field and the answer after which ``name`` is asked; None when it is always asked."""
    for parent in record.__mro__:
        if name in _ASKED_WHEN.get(parent, {}):
            return _ASKED_WHEN[parent][name]
    return None


def example_row(record: type[Record]) -> dict[str, str]:
    """Return a row that is right as it stands, as it is typed, by field name.

    Each field has its own example, but what the other examples leave no room for is empty: an asset with a postcode
    needs no latitude. What only an organisation itself can say, such as whether it may be listed, is empty too.

    A row that says just this is the example of a template and no record of anybody's.
    """
    specs = record.specs()
    row = {}
    for name, spec in specs.items():
        condition = asked_when(record, name)
        fits = condition is None or specs[condition[0]].example == condition[1]
        row[name] = spec.example if fits and name not in (*FILLED_IN, *_ONLY_THEY_SAY) else ""
    return row


def plain_hint(name: str, spec: FieldSpec) -> str:
    """Return the hint of a field in words for somebody who ticks words, and never sees a code."""
    return _PLAIN_HINTS.get(name, spec.hint)


def is_past_day(name: str, spec: FieldSpec) -> bool:
    """Whether a field is a day that cannot lie ahead, as most are: when something was said, seen or done."""
    return spec.kind is Kind.DATE and name.rpartition("_")[2] not in _MAY_LIE_AHEAD


def refuse_to_replace(path: Path) -> None:
    """Refuse to write a form over a file: it may be a form that somebody has filled in.

    Raises
    ------
    FileProblem
        When anything of that name is there.
    """
    if path.exists() or path.is_symlink():
        raise FileProblem(f"{path} is there already, and may hold what somebody filled in. Choose another name.")
