"""What is recorded of an authority: that it is ours, that somebody looked there, and what it needs."""

import datetime as dt
from typing import ClassVar

from rosc_map.records.fields import Audience, Kind, field
from rosc_map.records.record import Record

__all__ = ["Footprint", "Need", "SurveyedArea"]


class SurveyedArea(Record):
    """An authority that somebody looked at for an asset type, so that "none found" differs from "not looked".

    Examples
    --------
    >>> from rosc_map.records import SurveyedArea
    >>> row = SurveyedArea(area_code="E07000207", asset_type="lero", on="2026-03-20", by="Volunteer 3")
    >>> row.asset_type, row.on
    ('lero', datetime.date(2026, 3, 20))
    """

    noun: ClassVar[str] = "surveyed area"

    area_code: str = field(
        Kind.TEXT, "Area", "Name or code of the local authority.", example="Middlesbrough", required=True
    )
    asset_type: str = field(
        Kind.CHOICE, "Type looked for", "What did you look for?", example="lero", codelist="asset_type", required=True
    )
    on: dt.date | None = field(Kind.DATE, "Date", "When did you finish?", example="2026-03-01", required=True)
    by: str = field(
        Kind.TEXT,
        "By",
        "Your volunteer number or role, never a name.",
        example="Volunteer 7",
        audience=Audience.INTERNAL,
    )
    groups_asked: tuple[str, ...] = field(
        Kind.CHOICES,
        "Groups asked",
        "Which of the guidance's six groups did you ask?",
        example="person_in_treatment",
        codelist="group_asked",
    )


class Footprint(Record):
    """One authority of the partnership's area.

    Examples
    --------
    >>> from rosc_map.records import Footprint
    >>> Footprint(area_code="E10000030").area_code
    'E10000030'
    """

    noun: ClassVar[str] = "area"

    area_code: str = field(
        Kind.TEXT, "Area", "Name or code of the local authority.", example="Middlesbrough", required=True
    )


class Need(Record):
    """A figure of need for an authority and a period, such as people in treatment, with its source.

    Examples
    --------
    >>> from rosc_map.records import Need
    >>> told = {"indicator": "Adults in treatment", "period": "2025-26", "value": "1,212", "unit": "people"}
    >>> row = Need(area_code="E07000207", source="Made up", **told)
    >>> row.value, row.period
    (1212.0, '2025-26')
    """

    noun: ClassVar[str] = "figure of need"

    area_code: str = field(
        Kind.TEXT, "Area", "Name or code of the local authority.", example="Middlesbrough", required=True
    )
    indicator: str = field(
        Kind.TEXT, "What is counted", "The name that the source gives it.", example="Adults in treatment", required=True
    )
    period: str = field(
        Kind.TEXT, "Period", "The time that the figure is for.", example="2024-25", required=True, longest=40
    )
    value: float | None = field(
        Kind.NUMBER, "Figure", "The number itself.", example="1240", low=0, high=1e10, required=True
    )
    unit: str = field(
        Kind.TEXT, "Unit", "People, deaths, a rate per 1,000 …", example="people", required=True, longest=80
    )
    source: str = field(Kind.TEXT, "Source", "Who publishes it.", example="NDTMS, adult profiles", required=True)
    source_url: str = field(
        Kind.TEXT, "Page it is from", "If it is from a public page.", example="https://www.example.org/profiles"
    )
    licence: str = field(Kind.TEXT, "Licence of the source", "If it has one.", example="OGL-UK-3.0")
