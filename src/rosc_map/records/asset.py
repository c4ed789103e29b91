"""A local recovery asset, in the words of the guidance "Recovery support services and lived experience initiatives"."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import model_validator

from rosc_map.records.cells import CellError, parse_cell
from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.records.record import Record

__all__ = [
    "ALWAYS_HIDDEN",
    "DEFAULT_PRECISION",
    "SHOWN_PRECISIONS",
    "Asset",
    "ClosingReport",
    "is_hidden",
    "is_peer_led",
]

DEFAULT_PRECISION = {"domestic_abuse_refuge": "hidden", "recovery_housing": "local_authority"}
"""The precision that an asset type has when nobody says: confidential kinds fail closed (METHODS §4).

Examples
--------
>>> from rosc_map.records import DEFAULT_PRECISION
>>> DEFAULT_PRECISION["recovery_housing"]
'local_authority'
"""

ALWAYS_HIDDEN = ("domestic_abuse_refuge",)
"""The asset types that are hidden whatever is said of their precision.

Examples
--------
>>> from rosc_map.records import ALWAYS_HIDDEN, label
>>> [label("asset_type", code) for code in ALWAYS_HIDDEN]
['Domestic abuse refuge']
"""

SHOWN_PRECISIONS = ("exact", "postcode_district", "local_authority")
"""The precisions that are not hidden: any other word counts as hidden, since it may be a slip for it.

Examples
--------
>>> from rosc_map.records import SHOWN_PRECISIONS
>>> SHOWN_PRECISIONS
('exact', 'postcode_district', 'local_authority')
"""


def is_hidden(asset: Mapping[str, Any]) -> bool:
    """Whether an asset as it is stored is hidden, by its type or precision; nothing said is not hidden.

    Examples
    --------
    >>> from rosc_map.records import is_hidden
    >>> is_hidden({"asset_type": "domestic_abuse_refuge", "location_precision": ""})
    True
    """
    return asset["asset_type"] in ALWAYS_HIDDEN or (asset["location_precision"] or "exact") not in SHOWN_PRECISIONS


_PEER_LED_TYPES = ("lero", "lived_experience_initiative")


def is_peer_led(asset: Mapping[str, Any]) -> bool:
    """Whether peers lead an asset: not only LEROs (guidance part 3, "active in both directions").

    Examples
    --------
    >>> from rosc_map.records import is_peer_led
    >>> is_peer_led({"asset_type": "community", "led_by": "lived_experience"})
    True
    """
    return asset["asset_type"] in _PEER_LED_TYPES or asset["led_by"] == "lived_experience"


# Dropped when the asset is placed, or coarsened there.
_PLACE_CELLS = {"address", "areas_served"}


class Asset(Record):
    """A local recovery asset: an organisation, group, service, meeting or place that supports recovery.

    Examples
    --------
    >>> from rosc_map.records import Asset
    >>> café = Asset(name="Example Café", asset_type="community", postcode="RH4 1DW", sessions="Tue 10:00-14:00")
    >>> café.asset_type, café.location_precision
    ('community', 'exact')
    """

    noun: ClassVar[str] = "asset"

    id: str = field(Kind.TEXT, "Id", "Leave this empty. The program fills it in.", example="3f2b8c1e-…", longest=80)
    name: str = field(
        Kind.TEXT, "Name", "What is it called?", example="Example Recovery Café", required=True, longest=300
    )
    other_names: tuple[str, ...] = field(
        Kind.LIST,
        "Other names",
        "What else is it known as?",
        example="The Recovery Café",
        audience=Audience.PARTNERS,
    )
    organisation: str = field(
        Kind.TEXT, "Organisation", "Who runs it, if that has another name?", example="Example Trust"
    )
    organisation_number: str = field(
        Kind.TEXT, "Charity or company number", "If it has one.", example="GB-CHC-1234567", longest=40
    )
    description: str = field(
        Kind.LONG_TEXT, "What it does", "Two or three plain sentences.", example="A café run by people in recovery."
    )
    asset_type: str = field(
        Kind.CHOICE, "Type", "What kind of asset is it?", example="lero", codelist="asset_type", required=True
    )
    rss_types: tuple[str, ...] = field(
        Kind.CHOICES,
        "Recovery support given",
        "Which of the six types of recovery support? None is a fine answer.",
        example="peer_based; community_centre",
        codelist="rss_type",
    )
    community_group: str = field(
        Kind.CHOICE, "Community group", "For community assets.", example="faith", codelist="community_group"
    )
    led_by: str = field(
        Kind.CHOICE, "Who leads it", "Whose experience leads it?", example="lived_experience", codelist="led_by"
    )
    lero_type: str = field(
        Kind.CHOICE, "LERO type", "For LEROs only.", example="constituted_group", codelist="lero_type"
    )
    connector_role: tuple[str, ...] = field(
        Kind.CHOICES,
        "Navigator or connector",
        "Does it have recovery navigators or community connectors?",
        example="community_connector",
        codelist="connector_role",
    )
    commissions_others: bool | None = field(
        Kind.YES_NO, "Commissions others", "Does it give grants or contracts to others?", example="no"
    )
    address: str = field(
        Kind.LONG_TEXT, "Address", "House number and street, town.", example="1 High Street, Middlesbrough", longest=500
    )
    postcode: str = field(Kind.PLACE, "Postcode", "The whole postcode.", example="TS1 2PA", longest=20)
    latitude: float | None = field(
        Kind.NUMBER, "Latitude", "Only if there is no postcode.", example="54.5742", low=49, high=61.5, aliases=("lat",)
    )
    longitude: float | None = field(
        Kind.NUMBER,
        "Longitude",
        "Only if there is no postcode.",
        example="-1.235",
        low=-9,
        high=2.5,
        aliases=("lon", "lng", "long"),
    )
    location_precision: str = field(
        Kind.CHOICE,
        "How exactly may its place be shown",
        "Somebody's home and recovery housing: local_authority. A refuge: hidden.",
        example="exact",
        codelist="location_precision",
    )
    areas_served: tuple[str, ...] = field(
        Kind.LIST,
        "Areas it serves",
        "Names or codes of the local authorities.",
        example="Middlesbrough; Stockton-on-Tees",
    )
    attendance: tuple[str, ...] = field(
        Kind.CHOICES, "How people take part", "In person, online …", example="in_person", codelist="attendance"
    )
    website: str = field(Kind.TEXT, "Website", "Its own page.", example="https://www.example.org", aliases=("url",))
    email: str = field(
        Kind.TEXT, "E-mail", "The organisation's public address, never a person's own.", example="hello@example.org"
    )
    phone: str = field(
        Kind.TEXT,
        "Telephone",
        "The organisation's public number, never a person's own.",
        example="01632 960001",
        longest=60,
        aliases=("telephone", "tel", "phone number"),
    )
    sessions: str = field(
        Kind.SESSIONS,
        "Times",
        "Day and time, one after the other.",
        example="Mon 19:00-20:30; 1st Tue 18:00-19:00",
        longest=2_000,
        aliases=("opening times", "opening hours", "when", "meeting times"),
    )
    access: tuple[str, ...] = field(
        Kind.CHOICES, "How to get in", "Just turn up?", example="drop_in", codelist="access"
    )
    referral_route: str = field(
        Kind.LONG_TEXT, "How to refer someone", "What should a worker do?", example="Ring and ask for the duty worker."
    )
    for_whom: tuple[str, ...] = field(
        Kind.CHOICES, "For whom", "Who is it for?", example="everyone", codelist="for_whom"
    )
    languages: tuple[str, ...] = field(
        Kind.LIST, "Languages", "Which languages, besides English?", example="Polish; Urdu"
    )
    cost: str = field(Kind.CHOICE, "Cost", "Does it cost anything?", example="free", codelist="cost")
    accessibility: tuple[str, ...] = field(
        Kind.CHOICES, "Accessibility", "Can everyone get in?", example="step_free", codelist="accessibility"
    )
    listing: str = field(
        Kind.CHOICE,
        "May we list it",
        "Have they agreed, or do they publish it themselves?",
        example="agreed",
        codelist="listing",
        audience=Audience.PARTNERS,
    )
    listing_shows: tuple[str, ...] = field(
        Kind.CHOICES,
        "What may be shown",
        "Only if they agreed to a part.",
        example="name; contact",
        codelist="listing_shows",
        audience=Audience.PARTNERS,
    )
    listing_on: dt.date | None = field(
        Kind.DATE, "Asked on", "When did they say so?", example="2026-03-01", audience=Audience.PARTNERS
    )
    sources: tuple[str, ...] = field(
        Kind.CHOICES,
        "Who told us",
        "More than one is fine.",
        example="published",
        codelist="source",
        audience=Audience.PARTNERS,
        aliases=("source",),
    )
    source_url: str = field(
        Kind.TEXT, "Page it is from", "If it is from a public page.", example="https://www.example.org/about"
    )
    source_date: str = field(Kind.TEXT, "Date of that page", "As the page gives it.", example="2024-2025", longest=60)
    recorded_by: str = field(
        Kind.TEXT,
        "Recorded by",
        "Your volunteer number or role, never a name.",
        example="Volunteer 7",
        audience=Audience.INTERNAL,
        longest=80,
    )
    recorded_on: dt.date | None = field(
        Kind.DATE, "Recorded on", "The day you wrote this down.", example="2026-03-01", audience=Audience.PARTNERS
    )
    verified_on: dt.date | None = field(
        Kind.DATE, "Last checked on", "The day somebody last checked it.", example="2026-03-01"
    )
    status: str = field(Kind.CHOICE, "Status", "Is it running?", example="active", codelist="status")
    external_ids: tuple[str, ...] = field(
        Kind.LIST,
        "Ids elsewhere",
        "scheme:id, one after the other.",
        example="cqc:1-1000210669",
        audience=Audience.PARTNERS,
    )
    licence: str = field(Kind.TEXT, "Licence of the source", "If it is from another list.", example="OGL-UK-3.0")
    notes: str = field(
        Kind.LONG_TEXT,
        "Notes",
        "Write only what you would be happy for them to read.",
        example="Ring after 10.",
        audience=Audience.INTERNAL,
    )

    @model_validator(mode="before")
    @classmethod
    def _fill_in(cls, data: Any) -> Any:
        """Give what nobody said its safe default: active, listing not asked, a confidential kind's precision."""
        if not isinstance(data, dict):
            return data
        filled = dict(data)
        try:
            kind = parse_cell(cls.specs()["asset_type"], filled.get("asset_type"))
        except CellError:
            kind = ""
        defaults = {
            "status": "active",
            "listing": "not_asked",
            "led_by": "unknown",
            "location_precision": DEFAULT_PRECISION.get(kind, "exact"),
        }
        for name, value in defaults.items():
            if not str(filled.get(name) or "").strip():
                filled[name] = value
        if kind in ALWAYS_HIDDEN:
            filled["location_precision"] = "hidden"
        return filled

    @model_validator(mode="after")
    def _rules(self) -> Self:
        if (self.latitude is None) != (self.longitude is None):
            raise CellError("is only half of a place.", "Give both latitude and longitude, or neither.", "latitude")
        if self.lero_type and self.asset_type != "lero":
            raise CellError("is for LEROs only.", "Leave it empty, or set the type to lero.", "lero_type")
        if self.asset_type in ALWAYS_HIDDEN and self.location_precision != "hidden":
            raise CellError(
                "is not safe for a refuge.", "Leave it empty: a refuge is always hidden.", "location_precision"
            )
        if self.location_precision == "hidden":
            self._refuse_place_in_text()
        return self

    def _refuse_place_in_text(self) -> None:
        """Refuse a place in the text of a hidden asset: its own place is not kept, and that text would keep it."""
        for name, spec in self.specs().items():
            if name in _PLACE_CELLS or spec.kind not in (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST):
                continue
            value = getattr(self, name)
            for text in value if isinstance(value, tuple) else (value,):
                if tells_of_place(text):
                    raise CellError(
                        "tells of a place, and this place is hidden.", "Take the place out.", name, secret=True
                    )


class ClosingReport(Record):
    """One person's word that an asset has closed. It takes two, or a coordinator: one report never closes an entry.

    Examples
    --------
    >>> from rosc_map.records import ClosingReport
    >>> list(ClosingReport.specs())
    ['asset', 'by', 'on']
    """

    noun: ClassVar[str] = "report of closing"

    asset: str = field(
        Kind.TEXT,
        "Asset",
        "Which asset? Its id.",
        example="Example Recovery Café",
        required=True,
        audience=Audience.INTERNAL,
    )
    by: str = field(
        Kind.TEXT,
        "By",
        "A volunteer number or role, never a name.",
        example="Volunteer 7",
        longest=80,
        audience=Audience.INTERNAL,
    )
    on: dt.date | None = field(Kind.DATE, "Date", "When was it said?", example="2026-03-01", audience=Audience.INTERNAL)
