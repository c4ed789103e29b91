"""The base of all records, with the checks of texts that every record shares.

A record declares each field once: kind, label, hint, example, codelist and who may see it. Templates, validation,
database columns and the data dictionary are derived from these declarations (DESIGN, rule 1).
"""

import re
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

from rosc_map.records.cells import CellError, parse_cell
from rosc_map.records.fields import FieldSpec
from rosc_map.records.who import check_who

__all__ = ["Record"]


class Record(BaseModel):
    """The base of all records: frozen, no unknown fields, each cell read by its kind.

    Examples
    --------
    >>> from rosc_map.records import Asset, Record
    >>> issubclass(Asset, Record), Asset.check("cost", "Free")
    (True, 'free')
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    noun: ClassVar[str] = "record"

    @classmethod
    def specs(cls) -> Mapping[str, FieldSpec]:
        """Return the declaration of each field by name, in order."""
        return _specs(cls)

    @classmethod
    def check(cls, name: str, value: Any) -> Any:
        """Return a value as a field takes it, by all rules of that field alone.

        Raises
        ------
        CellError
            When it does not fit.
        """
        read = parse_cell(cls.specs()[name], value)
        check = _CHECKS.get(name)
        return check(read) if check and read and isinstance(read, str) else read

    @field_validator("*", mode="before")
    @classmethod
    def _read_cell(cls, value: Any, info: ValidationInfo) -> Any:
        return cls.check(str(info.field_name), value)


@cache  # asked for each cell that is read or written
def _specs(record: type[Record]) -> Mapping[str, FieldSpec]:
    found = {}
    for name, info in record.model_fields.items():
        found[name] = next(item for item in info.metadata if isinstance(item, FieldSpec))
    return MappingProxyType(found)


def _web(value: str) -> str:
    if re.match(r"^(https?)://[^\s/]+\.[^\s/]+", value, re.IGNORECASE):
        return value
    if ":" in value.split("/")[0] or not re.match(r"^[^\s/@]+\.[^\s/]+", value):
        raise CellError("is not a web address.", "It begins with https:// or www.")
    return f"https://{value}"


def _email(value: str) -> str:
    if not re.fullmatch(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+", value):
        raise CellError("is not an e-mail address.", "It looks like hello@example.org.")
    return value


def _phone(value: str) -> str:
    if not re.fullmatch(r"\+?[\d\s()\-./]{3,}(\s*(ext|x)\.?\s*\d+)?", value, re.IGNORECASE):
        raise CellError("is not a telephone number.", "Write digits, for example 01632 960001.")
    # A spreadsheet takes the first 0 off a number.
    return f"0{value}" if re.fullmatch(r"[1-9]\d{9}", value) else value


_CHECKS = {
    "website": _web,
    "source_url": _web,
    "email": _email,
    "phone": _phone,
    "recorded_by": check_who,
    "by": check_who,
}
