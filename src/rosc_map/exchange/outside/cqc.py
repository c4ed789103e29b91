"""The care directory of the Care Quality Commission: who is registered in England to treat alcohol and drug problems.

Two files hold it: a CSV each week, and each month a sheet with many more columns, saved as CSV. Both have some lines
above their headings. Only registered treatment is in it: most peer-led organisations are absent by design. Ratings are
not read (organisations are never ranked), and neither are the names of managers.
"""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rosc_map.errors import InputError
from rosc_map.exchange.outside.lists import LeftOut, Opened, OutsideList, OutsideRow, ReadOptions
from rosc_map.exchange.outside.repair import Notes, Said, is_unknown, text_of
from rosc_map.records import squash

__all__ = ["Cqc"]

_LICENCE = "OGL-UK-3.0"
_HEADINGS_WITHIN = 30  # lines; the headings are in the fifth or seventh

# By our word for a column, its headings in the weekly and in the monthly file.
_COLUMNS = {
    "id": ("CQC Location ID (for office use only)", "CQC Location ID", "Location ID"),
    "name": ("Name", "Location Name"),
    "other_names": ("Also known as",),
    "types": ("Service types",),
    "specialisms": ("Specialisms/services",),
    "provider": ("Provider name",),
    "charity": ("Provider Charity Number",),
    "company": ("Provider Companies House Number",),
    "address": ("Address",),
    "street": ("Location Street Address",),
    "line_2": ("Location Address Line 2",),
    "city": ("Location City",),
    "county": ("Location County",),
    "postcode": ("Postcode", "Location Postal Code"),
    "latitude": ("Location Latitude",),
    "longitude": ("Location Longitude",),
    "phone": ("Phone number", "Location Telephone Number"),
    "website": ("Service's website (if available)", "Location Web Address"),
    "url": ("Location URL",),
    "dormant": ("Dormant (Y/N)",),
    "primary": ("Primary ID (Dual registration locations)",),
}
_ADDRESS = ("address", "street", "line_2", "city", "county")
_NEEDED = ("id", "name", "provider")

# Service types by their short and their long name. Whatever parts them in a cell, they are found.
_IN_THE_COMMUNITY = re.compile(
    r"community services\W+substance abuse|community based services for people who misuse substances", re.IGNORECASE
)
_RESIDENTIAL = re.compile(
    r"rehabilitation\W+substance abuse|residential substance misuse treatment and/?\W*or rehabilitation", re.IGNORECASE
)
_IN_PRISON = re.compile("prison", re.IGNORECASE)
# Care homes, surgeries and hospitals tick these too, so that they say little by themselves.
_WEAK = re.compile(r"\bmisuse|\bsubstance", re.IGNORECASE)

_ID = re.compile(r"[A-Za-z0-9-]{1,40}")
_PERSON = re.compile(r"(mr|mrs|ms|miss|mx|dr|prof|professor|sir|dame)\b", re.IGNORECASE)
_DAY = re.compile(r"\b\d{1,2} [A-Z][a-z]+ 20\d\d\b|\b\d{1,2}/\d{1,2}/20\d\d\b")
_YES = ("y", "yes", "true")
_OF_THE_SERVICE_TYPES = "service type"
_WHY_WEAK = "names people with drug or alcohol problems only among others: none of its service types is for them."
_WHAT_IT_IS = (
    (_RESIDENTIAL, "Residential treatment and rehabilitation"),
    (_IN_THE_COMMUNITY, "Treatment in the community"),
)


@dataclass(frozen=True)
class _Sheet:
    """Where the columns of a file are.

    Attributes
    ----------
    line
        The line of the headings.
    columns
        By our word, the place of the column.
    flags
        By place, the heading of each column that is ticked for a kind of service or of people.
    produced
        The day that the lines above the headings tell, such as 2026-03-01; "" where they tell none.
    """

    line: int
    columns: Mapping[str, int]
    flags: Mapping[int, str]
    produced: str

    def cell(self, cells: list[object], word: str) -> str:
        """Return what a row says in a column, or ""."""
        at = self.columns.get(word, -1)
        text = text_of(cells[at]) if 0 <= at < len(cells) else ""
        return "" if is_unknown(text) else text

    def told(self, cells: list[object]) -> tuple[str, str]:
        """Return the service types of a row, and what it says of whom it is for."""
        ticked = [heading for at, heading in self.flags.items() if at < len(cells) and _is_yes(cells[at])]
        types = [heading for heading in ticked if heading.casefold().startswith(_OF_THE_SERVICE_TYPES)]
        others = [heading for heading in ticked if heading not in types]
        return (
            "|".join([self.cell(cells, "types"), *types]),
            "|".join([self.cell(cells, "specialisms"), *others]),
        )


class Cqc:
    """Reads both files of the care directory."""

    code = "cqc"
    title = "CQC care directory"

    def knows(self, opened: Opened) -> bool:
        """Whether the headings of either file are among the first lines."""
        return _sheet(opened) is not None

    def read(self, opened: Opened, options: ReadOptions) -> OutsideList:  # noqa: ARG002 - as all readers
        """Take the services for alcohol and drugs, by their service types.

        Raises
        ------
        InputError
            When it is not the care directory, or holds no such service: then it is not all of it.
        """
        sheet = _sheet(opened)
        if sheet is None:
            raise InputError(
                f"{opened.name} does not have the headings of the CQC care directory, such as CQC Location ID or "
                "Location ID, among its first lines. Download it again; save the monthly sheet as .csv as it is."
            )
        if "types" not in sheet.columns and not sheet.flags:
            raise InputError(
                f"{opened.name} does not say which service is of which type: the column Service types, or the columns "
                "that begin with Service type, are not there. Save it again with all columns."
            )
        return _Reading(opened, sheet).result()


class _Reading:
    """One file as it is read: rows that are taken, left out, or passed over."""

    def __init__(self, opened: Opened, sheet: _Sheet) -> None:
        self._name, self._sheet = opened.name, sheet
        self._lines = [line for line in opened.lines if line[0] > sheet.line]
        self._notes = Notes()
        self._left_out: list[LeftOut] = []

    def result(self) -> OutsideList:
        found = dict(self._candidates())
        # Of a service that is registered twice the first registration stays, if it is there to stay.
        primary = {key: self._sheet.cell(cells, "primary") for key, (_, cells, _) in found.items()}
        rows = []
        for key, (number, cells, types) in found.items():
            first = primary[key]
            if first != key and primary.get(first) in ("", first):
                self._leave_out(number, cells, types, f"is registered a second time: {first} stands for it.")
            else:
                rows.append(self._row(number, key, cells, types))
        if not rows:
            raise InputError(
                f"{self._name} has no service for alcohol or drugs among {len(self._lines):,} rows. The whole care "
                "directory has hundreds: download it again."
            )
        return OutsideList(
            self._name, Cqc.code, "cqc", tuple(rows), self._notes.all, tuple(self._left_out), licence=_LICENCE
        )

    def _candidates(self) -> Iterator[tuple[str, tuple[int, list[object], str]]]:
        """Give the services of the service types that are meant, each id once."""
        others, seen = 0, set()
        for number, cells in self._lines:
            types, people = self._sheet.told(cells)
            strong = bool(_IN_THE_COMMUNITY.search(types) or _RESIDENTIAL.search(types))
            if not strong and not _WEAK.search(f"{types}|{people}"):
                others += any(map(text_of, cells))
                continue
            key = self._sheet.cell(cells, "id")
            why = self._why_not(cells, strong=strong, prison=bool(_IN_PRISON.search(types)))
            if not why and key in seen:
                why = "has the id of a row above it."
            if why:
                self._leave_out(number, cells, types, why)
            else:
                seen.add(key)
                yield key, (number, cells, types)
        if others:
            why, what = "were passed over.", "None of their service types is treatment for alcohol or drugs."
            self._notes.add(self._sheet.line, "", f"{others:,} services of other kinds", why, what)

    def _why_not(self, cells: list[object], *, strong: bool, prison: bool) -> str:
        if not strong:
            return _WHY_WEAK
        if not _ID.fullmatch(self._sheet.cell(cells, "id")):
            return "has no CQC location id."
        if not self._sheet.cell(cells, "name"):
            return "has no name."
        if prison:
            return "is in a prison: record it by hand if people outside can use it too."
        # Registered, but it gives no service now.
        return "is dormant." if self._sheet.cell(cells, "dormant").casefold() in _YES else ""

    def _leave_out(self, number: int, cells: list[object], types: str, why: str) -> None:
        key, name = self._sheet.cell(cells, "id"), self._sheet.cell(cells, "name")
        row = self._row(number, key, cells, types) if name and _ID.fullmatch(key) else None
        self._left_out.append(LeftOut(number, name[:200], why, row))

    def _row(self, number: int, key: str, cells: list[object], types: str) -> OutsideRow:
        said = Said(number, self._notes)
        cell = {word: self._sheet.cell(cells, word) for word in _COLUMNS}
        said.put("name", cell["name"])
        # Residential ones too: what is registered is treatment, for some months. Recovery housing is a home, which the
        # CQC does not register. Their address is on a public register, so their precision is left as it is: `exact`
        # where nobody has said otherwise, and whatever a partnership has said itself (METHODS §4).
        said.put("asset_type", "treatment")
        kinds = [what for pattern, what in _WHAT_IT_IS if pattern.search(types)]
        said.put("description", f"{'. '.join(kinds)} (as registered with the Care Quality Commission).")
        for field in ("phone", "website", "postcode"):
            said.put(field, cell[field])
        said.put("other_names", re.split(r"[;|\n]", cell["other_names"]))
        said.put("address", ", ".join(dict.fromkeys(cell[part] for part in _ADDRESS if cell[part])))
        said.point(cell["latitude"], cell["longitude"])
        said.put("external_ids", (f"cqc:{key}",))
        said.put("source_url", cell["url"])
        said.put("source_date", self._sheet.produced)
        _put_organisation(said, cell)
        return OutsideRow(number, said.values, (cell["name"], types))


def _put_organisation(said: Said, cell: Mapping[str, str]) -> None:
    if _PERSON.match(cell["provider"]):
        # Its value is not repeated: some are registered under their own name.
        said.note("organisation", "", "is the name of a person.", "It was left out.")
    elif squash(cell["provider"]) != squash(cell["name"]):
        said.put("organisation", cell["provider"])
    charity, company = cell["charity"], cell["company"].upper()
    if re.fullmatch(r"\d{6,7}", charity):
        said.put("organisation_number", f"GB-CHC-{charity}")
    elif re.fullmatch(r"\d{5,8}|[A-Z]{2}\d{6}", company):
        said.put("organisation_number", f"GB-COH-{company.zfill(8)}")  # a spreadsheet takes the zeros off
    elif charity or company:
        said.note("organisation_number", charity or company, "is no number of a charity or company.")


def _is_yes(cell: object) -> bool:
    return text_of(cell).casefold() in _YES


def _sheet(opened: Opened) -> _Sheet | None:
    """Find the headings, whatever line they are on."""
    wanted = {squash(heading): word for word, headings in _COLUMNS.items() for heading in headings}
    above: list[str] = []
    for number, cells in opened.lines[:_HEADINGS_WITHIN]:
        texts = [text_of(cell) for cell in cells]
        columns: dict[str, int] = {}
        for at, text in enumerate(texts):
            if text and (word := wanted.get(squash(text))):
                columns.setdefault(word, at)
        if all(word in columns for word in _NEEDED):
            flags = {at: text for at, text in enumerate(texts) if _is_flag(text)}
            day = _DAY.search(" ".join(above))
            return _Sheet(number, columns, flags, _iso(day[0]) if day else "")
        above += texts
    return None


def _iso(text: str) -> str:
    """Return a day as 2026-03-01; as it stands where it is none."""
    for shape in ("%d %B %Y", "%d %b %Y", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(text, shape).date().isoformat()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return text


def _is_flag(heading: str) -> bool:
    """Whether a column is ticked for something that matters here."""
    kind, dash, _ = heading.partition(" - ")
    return bool(dash and kind and (_WEAK.search(heading) or _IN_PRISON.search(heading)))
