"""What partners give each other, and what they said they would do."""

import datetime as dt
from typing import ClassVar

from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Action", "Offer"]


class Offer(Record):
    """Support that an asset offers or wants: rooms, training, mentoring, small grants, help with governance.

    Examples
    --------
    >>> from rosc_map.records import Offer
    >>> row = Offer(asset="Example Café", direction="wanted", kind="rooms", details="A room on Thursdays.")
    >>> row.direction, row.kind
    ('wanted', 'rooms')
    """

    noun: ClassVar[str] = "offer"

    asset: str = field(
        Kind.TEXT,
        "Asset",
        "Who offers it or wants it? Its id or its name.",
        example="Example LERO",
        required=True,
        audience=Audience.PARTNERS,
    )
    direction: str = field(
        Kind.CHOICE,
        "Offered or wanted",
        "Do they offer it, or want it?",
        example="wanted",
        codelist="offer_direction",
        required=True,
        audience=Audience.PARTNERS,
    )
    kind: str = field(
        Kind.CHOICE,
        "Kind of support",
        "What is it?",
        example="rooms",
        codelist="offer_kind",
        required=True,
        audience=Audience.PARTNERS,
    )
    details: str = field(
        Kind.LONG_TEXT,
        "Details",
        "When, how much, for whom?",
        example="A room for 20 people on Monday evenings.",
        audience=Audience.PARTNERS,
    )
    on: dt.date | None = field(Kind.DATE, "Date", "When was it said?", example="2026-03-01", audience=Audience.PARTNERS)
    until: dt.date | None = field(
        Kind.DATE, "Until", "The last day that it holds.", example="2026-12-31", audience=Audience.PARTNERS
    )


class Action(Record):
    """What was heard and is to be done, by which organisation, by when, and whether it was ("together we did").

    Examples
    --------
    >>> from rosc_map.records import Action
    >>> action = Action(told_us="Nobody knew of us.", what="Take leaflets", owner="Example Café", by="2026-12-31")
    >>> action.what, action.done_on is None
    ('Take leaflets', True)
    """

    noun: ClassVar[str] = "action"

    told_us: str = field(
        Kind.LONG_TEXT,
        "You told us",
        "What was heard? No names of people.",
        example="Nobody at the pharmacy knew of the café.",
        audience=Audience.PARTNERS,
    )
    what: str = field(
        Kind.TEXT,
        "What",
        "What is to be done?",
        example="Take leaflets to all pharmacies",
        required=True,
        audience=Audience.PARTNERS,
    )
    owner: str = field(
        Kind.TEXT,
        "Owner",
        "Which organisation does it? Never a person.",
        example="Example Trust",
        required=True,
        audience=Audience.PARTNERS,
    )
    by: dt.date | None = field(
        Kind.DATE, "By", "Until when?", example="2026-06-30", required=True, audience=Audience.PARTNERS
    )
    done_on: dt.date | None = field(
        Kind.DATE, "Done on", "The day it was done.", example="2026-05-20", audience=Audience.PARTNERS
    )
    together_we_did: str = field(
        Kind.LONG_TEXT,
        "Together we did",
        "What came of it?",
        example="Twelve pharmacies have leaflets.",
        audience=Audience.PARTNERS,
    )
