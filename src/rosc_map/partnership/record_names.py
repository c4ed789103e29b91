"""The kinds of records by the names that users give them."""

from rosc_map.errors import InputError
from rosc_map.records import (
    Action,
    Asset,
    CellError,
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
    parse_cell,
)

__all__ = ["MAPPING", "RECORDS", "asset_type_of", "record_type", "tier_of"]

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


def asset_type_of(text: str) -> str:
    """Return the code of an asset type, by its code or label.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    try:
        return str(parse_cell(Asset.specs()["asset_type"], text))
    except CellError as error:
        raise InputError(f"The type {text!r} {error}") from None


def tier_of(text: str) -> str:
    """Return the tier of authorities of that name.

    Raises
    ------
    InputError
        When there is none.
    """
    if text not in ("upper", "local"):
        raise InputError(f"{text!r} is not a tier. Choose upper (counties and unitaries) or local.")
    return text
