"""The open partnership: each task of a user is one method here, and the doors only call it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.partnership.calls import Calls
from rosc_map.partnership.exports import Exports
from rosc_map.partnership.gap_analysis import GapAnalysis
from rosc_map.partnership.imports import Imports
from rosc_map.partnership.live_assets import Live
from rosc_map.partnership.maps import Maps
from rosc_map.partnership.nearby import Nearness
from rosc_map.partnership.own_entry import OwnEntry
from rosc_map.partnership.own_work import OwnWork
from rosc_map.partnership.recording import Recording
from rosc_map.partnership.referral_network import ReferralNetwork
from rosc_map.partnership.reports import Reports
from rosc_map.partnership.rounds import Rounds
from rosc_map.partnership.upkeep import Upkeep
from rosc_map.place import area_lookup, code_names, resolve_area
from rosc_map.records import (
    CellError,
    FieldSpec,
    Footprint,
    Kind,
    Record,
    SurveyedArea,
    check_who,
    codelist,
    parse_cell,
    read_row,
    row_dicts,
)
from rosc_map.store import KEYS, Store, Writer, database_url

__all__ = ["Partnership", "new", "open"]


def new(target: str | Path, areas: Sequence[str], *, title: str = "", banner: str = "", who: str = "") -> "Partnership":
    """Make a new partnership for one or more areas.

    Parameters
    ----------
    target
        A file name that ends in ``.gpkg`` and does not exist yet; or the address of an empty database of PostgreSQL,
        ``postgresql://user@host/name``.
    areas
        Names or GSS codes of local authorities, upper-tier authorities, regions or countries.
    title
        The partnership's name; the names of its areas when left out.
    banner
        A sentence that every page of it has to carry.
    who
        The volunteer number or role that is at work.

    Raises
    ------
    InputError
        When the name does not end in .gpkg, no area is named, or ``who`` may be a person's name.
    UnknownName
        For an area that is not known.
    FileProblem
        When the file exists already, or cannot be made.

    Examples
    --------
    >>> area = rosc_map.new("middlesbrough.gpkg", ["Middlesbrough"], who="coordinator")
    >>> area.survey(["Middlesbrough"], on="2025-03-20", by="coordinator", types=["lero"])
    1
    >>> area.gaps().sentence
    'No LERO is known to serve any: 0 of 1 upper-tier authority in Middlesbrough; 1 surveyed without one; 0 not
    surveyed.'
    """
    place = _target(target)
    if not areas:
        raise InputError("Name at least one area, for example: --area Middlesbrough")
    found = list(dict.fromkeys(resolve_area(text).code for text in areas))
    names = " and ".join(code_names()[code] for code in found)
    values = {"title": _words(title) or f"{names} partnership", "banner": _words(banner)}
    rows: dict[type[Record], list[dict[str, Any]]] = {Footprint: [{"area_code": code} for code in found]}
    return Partnership(Store.create(place, values, rows, who=_who(who)), who=who)


def open(target: str | Path, *, today: dt.date | None = None, who: str = "") -> "Partnership":  # noqa: A001 - the public name is rosc_map.open
    """Open a partnership, and take in what another program such as QGIS has changed in it meanwhile.

    Parameters
    ----------
    target
        A ``.gpkg`` file that ``new`` made, or the address of a database.
    today
        The day that outputs tell of; the day of the machine when left out.
    who
        The volunteer number or role that changes are recorded under.

    Raises
    ------
    InputError
        When the name does not end in .gpkg, or ``who`` may be a person's name.
    FileProblem
        When it is missing, in use, or is not a partnership.

    Examples
    --------
    >>> import datetime as dt
    >>> area = rosc_map.open("surrey.gpkg", today=dt.date(2026, 11, 22), who="coordinator")
    >>> area.title, len(area.snapshot().assets)
    ('Example Surrey', 66)
    """
    store = Store(_target(target))
    partnership = Partnership(store, today=today, who=_who(who))
    if store.left_out:
        partnership.remarks += (
            f"Rows left out, because they pointed at an asset that is not there: {store.left_out}.",
        )
    if store.backup_made:
        partnership.remarks += (
            f"This file was of an older version. A copy of it as it was is in {store.backup_made}.",
        )
    try:
        if store.edited_elsewhere:
            partnership.take_in()
    except FileProblem as error:
        # Whoever may only read sees edits made elsewhere all the same; the next who may write takes them in.
        partnership.remarks += (f"What another program has changed could not be taken in. {error}",)
    return partnership


def _target(target: str | Path) -> str | Path:
    if database_url(target):
        return str(target)
    file = Path(target)
    if file.suffix.lower() != ".gpkg":
        raise InputError(f"{target} is not a partnership file: its name ends in .gpkg, for example area.gpkg.")
    return file


def _who(text: str) -> str:
    try:
        return check_who(str(parse_cell(FieldSpec(Kind.TEXT, "By", longest=80), text)))
    except CellError as error:
        raise InputError(f"{text!r} {error}") from None


class Partnership(
    Imports,
    Recording,
    Rounds,
    Calls,
    OwnWork,
    OwnEntry,
    ReferralNetwork,
    GapAnalysis,
    Maps,
    Reports,
    Upkeep,
    Exports,
    Live,
    Nearness,
):
    """One open partnership; make it with :func:`new` or :func:`open`.

    Examples
    --------
    >>> area = rosc_map.new("middlesbrough.gpkg", ["Middlesbrough"], title="Example partnership")
    >>> type(area).__name__, area.title, area.area_sizes()
    ('Partnership', 'Example partnership', {'upper': 1, 'local': 1})
    """

    def survey(
        self, areas: Sequence[str], *, on: dt.date | str, by: str, types: Sequence[str] = (), asked: Sequence[str] = ()
    ) -> int:
        """Mark authorities as looked at for asset types, so that "none found" differs from "not looked".

        Parameters
        ----------
        areas
            Names or codes of authorities.
        on
            The day.
        by
            A volunteer number or role, never a name.
        types
            Asset types that were looked for; all types when empty.
        asked
            Which of the guidance's six groups were asked.

        Returns
        -------
        int
            How many authority and type pairs were marked, newly or with more groups asked.

        Raises
        ------
        InputError
            For a type, group or date that cannot be, or an area of somebody else.
        UnknownName
            For an area that is not known.

        Examples
        --------
        >>> area.survey(["Woking"], on="2026-11-20", by="Volunteer 7", types=["lero"], asked=["service_provider"])
        1
        """
        chosen = list(types) or list(codelist("asset_type"))
        rows = {}
        for code in self._own_areas(areas):
            for kind in chosen:
                cells = {"area_code": code, "asset_type": kind, "on": on, "by": by, "groups_asked": list(asked)}
                record, problems = read_row(SurveyedArea, cells, 1)
                if record is None:
                    raise InputError(_sentence(problems[0]))
                if record.on and record.on > self._today:
                    raise InputError(f"{record.on} is in the future. Give the day on which the looking was finished.")
                row = record.model_dump()
                rows[tuple(row[name] for name in KEYS[SurveyedArea])] = row
        with self._write("survey") as writer:
            return _mark(writer, rows)

    def _own_areas(self, areas: Sequence[str]) -> list[str]:
        """Return the codes of areas, each of which must lie in the partnership's own area or hold it."""
        own = set(area_lookup(list(self._store.read(Footprint)["area_code"]))["local_authority_code"])
        found = []
        for text in areas:
            area = resolve_area(text)
            if not own & set(area_lookup([area.code])["local_authority_code"]):
                raise InputError(f"{area.name} is not in the area of this partnership. Check the name.")
            found.append(area.code)
        return found

    def area_sizes(self) -> dict[str, int]:
        """Return how many upper-tier and local authorities the area has.

        Examples
        --------
        >>> area.area_sizes()
        {'upper': 1, 'local': 11}
        """
        rows = area_lookup(list(self._store.read(Footprint)["area_code"]))
        return {"upper": rows["upper_tier_code"].nunique(), "local": len(rows)}


def _words(text: str) -> str:
    """Return a line of text as any other field takes it: no control characters, not too long."""
    try:
        return str(parse_cell(FieldSpec(Kind.TEXT, "Title"), text))
    except CellError as error:
        raise InputError(f"The title {error}") from None


def _mark(writer: Writer, rows: dict[tuple[Any, ...], dict[str, Any]]) -> int:
    """Add what is new, and the groups that are new to what was marked before; return how many."""
    key = KEYS[SurveyedArea]
    known = {tuple(row[name] for name in key): row["groups_asked"] for row in row_dicts(writer.read(SurveyedArea))}
    writer.insert(SurveyedArea, [row for mark, row in rows.items() if mark not in known])
    more = 0
    for mark, row in rows.items():
        groups = tuple(dict.fromkeys([*known.get(mark, ()), *row["groups_asked"]]))
        if mark in known and groups != known[mark]:
            writer.update(SurveyedArea, dict(zip(key, mark, strict=True)), {"groups_asked": groups})
            more += 1
    return len(rows.keys() - known.keys()) + more


def _sentence(problem: RowProblem) -> str:
    return f"{problem.column} {problem.value!r} {problem.why} {problem.what_to_do}"
