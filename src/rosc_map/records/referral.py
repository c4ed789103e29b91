"""Who refers to whom: one row an observation; whose list of links is whole; and counts that do not say who."""

import datetime as dt
from typing import ClassVar, Self

from pydantic import ValidationInfo, field_validator, model_validator

from rosc_map.records.cells import CellError
from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.periods import read_period
from rosc_map.records.places_in_text import tells_of_place
from rosc_map.records.record import Record

__all__ = ["PathwayCount", "Referral", "ReferralList"]


class Referral(Record):
    """One observation of one asset that refers to another, or does not; the edges of the network gather them.

    What is declared, confirmed or counted is a link unless the result says ``no_link``; what was tested is one where it
    says ``linked``.

    Examples
    --------
    >>> from rosc_map.records import Referral
    >>> row = Referral(from_asset="Example Treatment", to_asset="Example Café", kind="signpost", evidence="declared")
    >>> row.kind, row.evidence
    ('signpost', 'declared')
    """

    noun: ClassVar[str] = "referral"

    from_asset: str = field(
        Kind.TEXT,
        "From",
        "Who refers? Its id or its name.",
        example="Example Treatment Service",
        required=True,
        aliases=("from", "source"),
    )
    to_asset: str = field(
        Kind.TEXT, "To", "To whom? Its id or its name.", example="Example LERO", required=True, aliases=("to", "target")
    )
    kind: str = field(Kind.CHOICE, "Kind", "How?", example="referral", codelist="referral_kind")
    evidence: str = field(
        Kind.CHOICE, "Evidence", "How do we know?", example="declared", codelist="referral_evidence", required=True
    )
    result: str = field(
        Kind.CHOICE,
        "Result",
        "What a test found; or no_link, where the one who was asked says that there is none.",
        codelist="referral_result",
    )
    count: float | None = field(
        Kind.NUMBER,
        "Number of people",
        "For counted links only.",
        example="12",
        low=0,
        high=1_000_000,
        audience=Audience.INTERNAL,
    )
    period: str = field(Kind.TEXT, "Period", "For counted links only.", example="2025-26", longest=40)
    on: dt.date | None = field(Kind.DATE, "Date", "When was it said or seen?", example="2026-03-01")

    @field_validator("period", mode="after")
    @classmethod
    def _is_a_period(cls, value: str, info: ValidationInfo) -> str:
        if not value or info.data.get("evidence") != "tested":
            return read_period(value).text if value else ""
        if tells_of_place(value):
            raise CellError("is not the name of a round.", "Write the round, for example R1.", secret=True)
        return value

    @model_validator(mode="after")
    def _result_and_count_fit_the_evidence(self) -> Self:
        tested = self.evidence == "tested"
        if tested and self.result not in ("linked", "not_found_in_test"):
            raise CellError("is tested, and has no result of the test.", "Write linked or not_found_in_test.", "result")
        if not tested and self.result == "not_found_in_test":
            raise CellError(
                "is the result of a test, and this is no test.", "Write no_link, or leave it empty.", "result"
            )
        if self.count is not None:
            self._check_count(self.count)
        return self

    def _check_count(self, count: float) -> None:
        if self.evidence != "counted":
            raise CellError("is a number of people, and nobody was counted.", "Write counted as evidence.", "count")
        if count != int(count):
            raise CellError("is not a whole number of people.", "Write a whole number.", "count")
        if self.result == "no_link" and count:
            raise CellError(
                "is a number of people where the result says no_link.", "Leave one of the two out.", "count"
            )


class ReferralList(Record):
    """One asset was asked for all of its links in one direction, and named them all: whoever is not named is none.

    Without it, a pair that nobody spoke of is not known, which is not the same as no link.

    Examples
    --------
    >>> from rosc_map.records import ReferralList
    >>> row = ReferralList(asset="Example Treatment", direction="refers_to", on="2026-09-22", by="Volunteer 5")
    >>> row.direction, row.on
    ('refers_to', datetime.date(2026, 9, 22))
    """

    noun: ClassVar[str] = "referral list"

    asset: str = field(
        Kind.TEXT,
        "Asset",
        "Who was asked? Its id or its name.",
        example="Example Treatment Service",
        required=True,
        audience=Audience.PARTNERS,
    )
    direction: str = field(
        Kind.CHOICE,
        "Direction",
        "All to whom it refers, or all who refer to it?",
        example="refers_to",
        codelist="list_direction",
        required=True,
        audience=Audience.PARTNERS,
    )
    on: dt.date | None = field(
        Kind.DATE, "Date", "When was it asked?", example="2026-03-01", audience=Audience.PARTNERS
    )
    by: str = field(
        Kind.TEXT,
        "By",
        "A volunteer number or role, never a name.",
        example="Volunteer 7",
        audience=Audience.INTERNAL,
    )


class PathwayCount(Record):
    """How many people came to one treatment service from peer-led initiatives, or went on to them, in a period.

    National returns count these referrals without saying which initiative it was (guidance part 3; NDTMS business
    definitions of the year). Where it is said, the count is a ``Referral``.

    Examples
    --------
    >>> from rosc_map.records import PathwayCount
    >>> list(PathwayCount.specs())
    ['treatment', 'direction', 'period', 'count']
    """

    noun: ClassVar[str] = "pathway count"

    treatment: str = field(
        Kind.TEXT,
        "Treatment service",
        "Which service counted? Its id or its name.",
        example="Example Treatment Service",
        required=True,
        audience=Audience.PARTNERS,
    )
    direction: str = field(
        Kind.CHOICE,
        "Direction",
        "To peer-led initiatives, or from them?",
        example="to_peer_led",
        codelist="pathway_direction",
        required=True,
        audience=Audience.PARTNERS,
    )
    period: str = field(
        Kind.TEXT, "Period", "Which year?", example="2025-26", required=True, longest=40, audience=Audience.PARTNERS
    )
    count: float | None = field(
        Kind.NUMBER,
        "Number of people",
        "A whole number; empty where it was not told.",
        example="12",
        low=0,
        high=1_000_000,
        audience=Audience.INTERNAL,
    )

    @field_validator("period", mode="after")
    @classmethod
    def _is_a_period(cls, value: str) -> str:
        return read_period(value).text

    @model_validator(mode="after")
    def _people_are_whole(self) -> Self:
        if self.count is not None and self.count != int(self.count):
            raise CellError("is not a whole number of people.", "Write a whole number.", "count")
        return self
