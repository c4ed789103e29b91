"""How a file of referrals is to be read: which layout, and what holds for rows that do not say it themselves."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange import CountsMapping, RawTable, read_mapping
from rosc_map.records import CellError, Record, Referral, parse_cell, read_period

__all__ = ["ReferralOptions", "referral_options"]

_LAYOUTS = ("list", "matrix", "counts")


@dataclass(frozen=True)
class ReferralOptions:
    """How a file of referrals is read.

    Attributes
    ----------
    layout
        "list", "matrix" or "counts"; "" for a list, or for a matrix where the table looks like one.
    evidence, on, period
        Of a matrix, where no cell says it; of a list, in the rows that do not say it themselves. The period is that of
        counted links only.
    complete
        Whoever is asked in the file was asked for all of its links, and they are all in it.
    mapping
        What the words of a table of counts mean.
    of_a_form
        It is the export of a form, of which something was asked that only such an export has; so it is a list.
    """

    layout: str = ""
    evidence: str = ""
    on: dt.date | None = None
    period: str = ""
    complete: bool = False
    mapping: CountsMapping | None = None
    of_a_form: bool = False


def referral_options(
    record: type[Record],
    *,
    layout: str,
    evidence: str,
    on: dt.date | str | None,
    period: str,
    complete: bool,
    mapping: RawTable | None,
    of_a_form: bool,
    today: dt.date,
) -> ReferralOptions:
    """Check how a file of referrals is to be read.

    Raises
    ------
    InputError
        When an option is for another record or layout, or cannot be what it says.
    RowsRejected
        With every line of the mapping that cannot be meant.
    """
    if not any((layout, evidence, on, period, complete, mapping)):
        return ReferralOptions(of_a_form=of_a_form)
    if record is not Referral:
        raise InputError("--from, --evidence, --on, --period, --complete and --mapping are only for --as referrals.")
    if layout and layout not in _LAYOUTS:
        raise InputError(f"{layout!r} is not a layout. Choose from: {', '.join(_LAYOUTS)}.")
    if mapping and layout != "counts":
        raise InputError("A mapping is for counts: add --from counts.")
    if layout == "counts" and not mapping:
        raise InputError(
            "Counts need a mapping, which says what their words mean: --mapping mapping.csv. To make one: rosc-map "
            "template mapping.csv --as mapping"
        )
    options = ReferralOptions(
        layout,
        str(_read("evidence", evidence)),
        _read("on", on),
        _period(period),
        complete,
        read_mapping(mapping) if mapping else None,
        of_a_form,
    )
    _check(options, today)
    return options


def _read(name: str, value: Any) -> Any:
    """Read an option as the field of a referral is read."""
    spec = Referral.specs()[name]
    try:
        return parse_cell(spec, value) if value else spec.empty
    except CellError as error:
        raise InputError(f"--{name} {value!r} {error}") from None


def _period(text: str) -> str:
    """Read the option of that name, which is written as the rows of a list are."""
    try:
        return read_period(text).text if text else ""
    except CellError as error:
        raise InputError(f"--period {error}") from None


def _check(options: ReferralOptions, today: dt.date) -> None:
    if options.on and options.on > today:
        raise InputError(f"{options.on} has not come yet. Check the year.")
    if options.layout == "counts" and (options.evidence or options.on or options.period):
        raise InputError(
            "--evidence, --on and --period are for a list or a matrix: all counts are counted, and the table or its "
            "mapping says the period."
        )
    if options.layout in ("matrix", "counts") and options.of_a_form:
        raise InputError("Only an export of KoboToolbox or ODK tells who submitted a row, and whether it was approved.")
    if options.layout == "counts" and options.complete:
        raise InputError("--complete is for a list or a matrix: counts do not say who was asked for what.")
