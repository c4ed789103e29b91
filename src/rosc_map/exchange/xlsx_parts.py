"""The parts of an Excel workbook that are not cells: its sheets, its strings, and the styles that make dates."""

import datetime as dt
import posixpath
import re
from typing import Any

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel

from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.exchange.archive import Archive
from rosc_map.exchange.limits import LONGEST_CELL, MOST_BYTES_OF_A_SMALL_PART

__all__ = ["ONLY_FIRST", "Dates", "Words", "Workbook", "plain", "shared_strings"]

ONLY_FIRST = "Only the first sheet is read: move the sheet with the table to the front, and save."

_LONGEST_FORMAT = 255  # Excel's own limit; openpyxl looks at a longer one for ever
# Those of our own workbooks that are no table.
_OWN_OTHER_SHEETS = ("notes", "read me first", "codelists", "how to", "words")
_ESCAPES = {"_x000D_": "\r", "_x000A_": "\n", "_x0009_": "\t", "_x005F_": "_"}
_ESCAPE = re.compile("|".join(_ESCAPES))


def _relations(archive: Archive, part: str) -> dict[str, tuple[str, str]]:
    """Return what a part of the workbook is made of: kind and path by id."""
    folder, file = posixpath.split(part)
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship" and attributes.get("TargetMode") != "External":
            path = posixpath.normpath(posixpath.join("/", folder, attributes["Target"])).lstrip("/")
            found[attributes["Id"]] = attributes["Type"].rpartition("/")[2], path

    _read(archive, posixpath.join(folder, "_rels", f"{file}.rels"), start)
    return found


def _read(archive: Archive, part: str, start: Any) -> None:
    for _ in archive.feed(part, start, lambda _tag, _text: None, MOST_BYTES_OF_A_SMALL_PART):
        pass


class Workbook:
    """The list of sheets, and where the strings and styles are."""

    def __init__(self, archive: Archive) -> None:
        self._name = archive.name
        part = next(path for kind, path in _relations(archive, "").values() if kind == "officeDocument")
        self._parts = _relations(archive, part)
        self._sheets: list[tuple[str, str, bool]] = []
        self.remarks: tuple[RowProblem, ...] = ()
        self.epoch: dt.datetime = WINDOWS_EPOCH
        _read(archive, part, self._start)
        self.strings, self.styles = self._of_kind("sharedStrings"), self._of_kind("styles")

    def _of_kind(self, wanted: str) -> str:
        return next((path for kind, path in self._parts.values() if kind == wanted), "")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
            self.epoch = MAC_EPOCH
            # A number that is not marked as a date does not tell that it was counted so.
            why, what = "is the year from which this workbook counts days.", "Check the dates, or save it as .csv."
            self.remarks = (RowProblem(1, "", "1904", why, what),)
        elif tag == "sheet":
            key = next(value for name, value in attributes.items() if name.endswith(":id"))
            kind, path = self._parts[key]
            if kind == "worksheet":  # not a chart
                self._sheets.append((attributes["name"], path, attributes.get("state", "visible") == "visible"))

    def sheets(self) -> list[tuple[str, str]]:
        """Return the title and the path of each sheet that a person sees."""
        shown = [(title, part) for title, part, visible in self._sheets if visible]
        if not shown:
            raise FileProblem(f"{self._name} has no sheet with cells, only charts. Save the table as .csv or .xlsx.")
        return shown

    def first_sheet(self) -> tuple[str, str]:
        """Return the title and the path of the first of them."""
        title, part = self.sheets()[0]
        if title.strip().casefold() in _OWN_OTHER_SHEETS and len(self.sheets()) > 1:
            raise InputError(f'The first sheet of {self._name} is "{title}". {ONLY_FIRST}')
        return title, part


def shared_strings(archive: Archive, part: str) -> list[str]:
    """Return the strings that cells refer to by number."""
    strings: list[str] = []
    words = Words()

    def end(tag: str, text: str) -> None:
        words.end(tag, text)
        if tag == "si":
            strings.append(words.take(archive.name))

    for _ in archive.feed(part, words.start, end) if part else ():
        pass
    return strings


class Words:
    """The text of a string of several pieces, without the reading aids of Japanese (``rPh``)."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._aside = False

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        """Take a tag that begins."""
        if tag == "rPh":
            self._aside = True

    def end(self, tag: str, text: str) -> None:
        """Take a tag that ends, and its text."""
        if tag == "t" and not self._aside:
            self._pieces.append(text)
        elif tag == "rPh":
            self._aside = False

    def take(self, name: str) -> str:
        """Return the string, and begin the next."""
        text = "".join(self._pieces)
        self._pieces.clear()
        if len(text) > LONGEST_CELL:
            raise FileProblem(f"{name} has a cell of more than {LONGEST_CELL:,} characters. Shorten it.")
        return plain(text)


def plain(text: str) -> str:
    """Return a text with the line ends that Excel writes in a code of its own."""
    return _ESCAPE.sub(lambda found: _ESCAPES[found.group()], text) if "_x0" in text else text


class Dates:
    """Which styles make a date of a number: a workbook has no other way to say so."""

    def __init__(self, archive: Archive, book: Workbook) -> None:
        self._epoch = book.epoch
        self._formats: dict[int, str] = dict(BUILTIN_FORMATS)
        self._styles: list[int] = []
        self._in_cells = False
        for _ in archive.feed(book.styles, self._start, self._end, MOST_BYTES_OF_A_SMALL_PART) if book.styles else ():
            pass
        kinds = {number: self._kind(code) for number, code in self._formats.items()}
        self._kinds = [kinds.get(number, "") for number in self._styles]

    @staticmethod
    def _kind(code: str) -> str:
        if len(code) > _LONGEST_FORMAT or not is_date_format(code):
            return ""
        return "duration" if is_timedelta_format(code) else "date"

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "numFmt":
            self._formats[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif tag == "cellXfs":
            self._in_cells = True
        elif tag == "xf" and self._in_cells:
            self._styles.append(int(attributes.get("numFmtId", "0")))

    def _end(self, tag: str, _text: str) -> None:
        if tag == "cellXfs":
            self._in_cells = False

    def number(self, text: str, style: str) -> Any:
        """Return the number, or the date it stands for.

        Raises
        ------
        OverflowError
            For a date beyond the calendar.
        """
        number = int(text) if text.lstrip("-").isdecimal() else float(text)
        kind = self._kinds[int(style or "0")] if self._kinds else ""
        if not kind:
            return number
        try:
            return from_excel(number, self._epoch, timedelta=kind == "duration")
        except ValueError as error:
            raise OverflowError from error
