"""Who refers to whom: one row an observation."""

import datetime as dt
from typing import ClassVar

from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Referral"]


class Referral(Record):
    """One observation of one asset that refers to another; the edges of the network gather them."""

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
        Kind.CHOICE, "Result of the test", "For tested links only.", example="linked", codelist="referral_result"
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
