"""The kinds of records by the names that users give them."""

from rosc_map.errors import InputError
from rosc_map.records import (
    Action,
    Asset,
    Funding,
    Need,
    Offer,
    PathwayCount,
    Record,
    Referral,
    ReferralList,
    Review,
    Seat,
    Spend,
    SurveyedArea,
)

__all__ = ["MAPPING", "RECORDS", "record_type"]

RECORDS: dict[str, type[Record]] = {
    "assets": Asset,
    "referrals": Referral,
    "surveys": SurveyedArea,
    "funding": Funding,
    "spend": Spend,
    "reviews": Review,
    "seats": Seat,
    "offers": Offer,
    "actions": Action,
    "needs": Need,
    "lists": ReferralList,
    "pathways": PathwayCount,
}
"""What a file may hold, by the name that the command line uses."""

MAPPING = "mapping"
"""What no record is, but has a template: what the words of a table of counts mean."""


def record_type(name: str) -> type[Record]:
    """Return the record type of a name, such as ``assets``.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    if name not in RECORDS:
        raise InputError(f"{name!r} is not a kind of record. Choose from: {', '.join(RECORDS)}.")
    return RECORDS[name]
