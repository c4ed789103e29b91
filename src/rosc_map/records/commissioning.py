"""Money: how an asset is funded in an authority, and what an authority spends on each type of recovery support."""

import datetime as dt
from typing import ClassVar, Self

from pydantic import model_validator

from rosc_map.records.cells import CellError
from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Funding", "Spend"]


class Funding(Record):
    """How one asset is funded in one authority: it can be commissioned directly here and sub-contracted next door.

    Examples
    --------
    >>> from rosc_map.records import Funding
    >>> row = Funding(asset="Example Café", area_code="E10000030", arrangement="grant", end="2027-03-31")
    >>> row.arrangement, row.end
    ('grant', datetime.date(2027, 3, 31))
    """

    noun: ClassVar[str] = "funding"

    asset: str = field(
        Kind.TEXT,
        "Asset",
        "Who is funded? Its id or its name.",
        example="Example LERO",
        required=True,
        audience=Audience.PARTNERS,
    )
    area_code: str = field(
        Kind.TEXT,
        "Area",
        "Name or code of the authority that it is for.",
        example="Middlesbrough",
        required=True,
        audience=Audience.PARTNERS,
    )
    arrangement: str = field(
        Kind.CHOICE,
        "Arrangement",
        "How is it commissioned? Not being commissioned may be by choice.",
        example="grant",
        codelist="commissioning",
        required=True,
        audience=Audience.PARTNERS,
    )
    route: str = field(
        Kind.CHOICE,
        "Route",
        "How was the provider chosen?",
        example="direct_award",
        codelist="funding_route",
        audience=Audience.PARTNERS,
    )
    start: dt.date | None = field(
        Kind.DATE,
        "Start",
        "The first day.",
        example="2026-04-01",
        audience=Audience.PARTNERS,
    )
    end: dt.date | None = field(Kind.DATE, "End", "The last day.", example="2027-03-31", audience=Audience.PARTNERS)
    value: float | None = field(
        Kind.NUMBER,
        "Value in £",
        "For the whole time, if it may be written down.",
        example="45000",
        low=0,
        high=1e10,
        audience=Audience.INTERNAL,
    )
    covers: tuple[str, ...] = field(
        Kind.CHOICES,
        "What it covers",
        "The guidance names four things that funding should cover.",
        example="staffing; spaces",
        codelist="funding_covers",
        audience=Audience.PARTNERS,
    )
    notes: str = field(
        Kind.LONG_TEXT,
        "Notes",
        "Write only what you would be happy for them to read.",
        example="Renewed each spring.",
        audience=Audience.INTERNAL,
    )

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start and self.end and self.end < self.start:
            raise CellError("is before the start.", "Check the two dates.", "end")
        return self


class Spend(Record):
    """The share of an authority's alcohol and drug budget that goes to one type of recovery support, as a band.

    The bands are ours. The survey of 2022 asked in ranges too, so no average is known (guidance part 3).

    Examples
    --------
    >>> from rosc_map.records import Spend
    >>> row = Spend(area_code="E10000030", year="2025-26", rss_type="peer_based", band="under_5")
    >>> row.rss_type, row.band
    ('peer_based', 'under_5')
    """

    noun: ClassVar[str] = "spend"

    area_code: str = field(
        Kind.TEXT,
        "Area",
        "Name or code of the authority.",
        example="Middlesbrough",
        required=True,
        audience=Audience.PARTNERS,
    )
    year: str = field(
        Kind.TEXT,
        "Year",
        "The financial year.",
        example="2025-26",
        required=True,
        longest=20,
        audience=Audience.PARTNERS,
    )
    rss_type: str = field(
        Kind.CHOICE,
        "Type of recovery support",
        "One of the six types.",
        example="peer_based",
        codelist="rss_type",
        required=True,
        audience=Audience.PARTNERS,
    )
    band: str = field(
        Kind.CHOICE,
        "Share of the budget",
        "A range is enough.",
        example="under_5",
        codelist="spend_band",
        required=True,
        audience=Audience.PARTNERS,
    )
    source: str = field(
        Kind.TEXT,
        "Source",
        "Where the figure is from.",
        example="Budget report, March 2026",
        audience=Audience.PARTNERS,
    )
