"""The Excel template: one sheet to fill in, with drop-downs and help in each column, and two sheets to look things up.

The names of the columns are locked and the cells to fill in are not; there is no password, because nothing is secret.
"""

import io
from typing import Any

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.workbook.protection import WorkbookProtection
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from rosc_map.exchange.cells import safe_cell
from rosc_map.exchange.questions import WHO, example_row
from rosc_map.records import Audience, FieldSpec, Kind, Record, codelist, parse_cell

__all__ = ["xlsx_template"]

_LAST_ROW = 2_001  # 2,000 rows under the header
_LONGEST_PROMPT, _LONGEST_TITLE = 255, 32  # Excel calls a workbook with longer ones damaged
_WIDTHS = {Kind.LONG_TEXT: 45, Kind.LIST: 30, Kind.CHOICES: 30, Kind.SESSIONS: 35, Kind.TEXT: 26, Kind.CHOICE: 24}
_NARROWEST = 14
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.NUMBER: "General"}
_TEXT = "@"  # or Excel takes the first 0 off a telephone number
_EXAMPLE = Font(italic=True, color="FF595959")
_HEADER = PatternFill("solid", fgColor="FFE3EDF3")


def xlsx_template(record: type[Record]) -> bytes:
    """Return the Excel template of a record, as the bytes of an ``.xlsx`` file.

    The first sheet is the one that :func:`rosc_map.exchange.read_table` reads: names of fields in row 1, an example in
    row 2, checks and help down to row 2,001. "Codelists" has all codes, "How to" says what to do.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet = book.create_sheet(record.noun.capitalize())
    places = _codelists(book.create_sheet("Codelists"), record)
    _how_to(book.create_sheet("How to"), record)
    _headers(sheet, record)
    _example(sheet, record)
    _checks(sheet, record, places)
    _protect(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _headers(sheet: Worksheet, record: type[Record]) -> None:
    for number, (name, spec) in enumerate(record.specs().items(), start=1):
        cell = sheet.cell(1, number, name)
        cell.font = Font(bold=True)
        cell.fill = _HEADER
        cell.comment = Comment(_words(spec), "rosc-map", height=140, width=320)
        # The style of a whole column is what its empty cells have, at no cost a cell.
        column = sheet.column_dimensions[get_column_letter(number)]
        column.width = max(_WIDTHS.get(spec.kind, _NARROWEST), len(name) + 2)
        column.number_format = _FORMATS.get(spec.kind, _TEXT)
        column.protection = Protection(locked=False)
    sheet.freeze_panes = "A2"


def _words(spec: FieldSpec) -> str:
    """Return label and hint of a field, what is to be known before filling it in, and how it is typed."""
    must = "Must be filled in." if spec.required else ""
    who = "" if spec.audience is Audience.PUBLIC else f"Seen by: {WHO[spec.audience].lower()}."
    return " ".join(part for part in (f"{spec.label}. {spec.hint}".strip(), must, who, _typing(spec)) if part)


def _typing(spec: FieldSpec) -> str:
    if spec.kind is Kind.CHOICE:
        return "Choose one from the list."
    if spec.kind is Kind.CHOICES:
        return f"One or more, with ; between: {'; '.join(codelist(spec.codelist))}"
    if spec.kind is Kind.YES_NO:
        return "yes or no; leave it empty if you do not know."
    how = {Kind.LIST: "More than one: put ; between.", Kind.DATE: "Write year-month-day."}.get(spec.kind, "")
    return f"{how} For example: {spec.example}".strip() if spec.example else how


def _prompt(spec: FieldSpec) -> str:
    """Return what is shown beside a cell that is selected; a list of codes too long for it ends in a pointer."""
    words = _words(spec)
    if len(words) <= _LONGEST_PROMPT:
        return words
    pointer = " … see the sheet Codelists" if spec.codelist else " …"
    kept = words[: _LONGEST_PROMPT - len(pointer)]
    return kept[: kept.rindex(" ")].rstrip(";") + pointer


def _example(sheet: Worksheet, record: type[Record]) -> None:
    for number, (name, value) in enumerate(example_row(record).items(), start=1):
        spec = record.specs()[name]
        typed: Any = parse_cell(spec, value) if value and spec.kind in (Kind.DATE, Kind.NUMBER) else safe_cell(value)
        cell = sheet.cell(2, number, typed if value else None)
        cell.font = _EXAMPLE
        cell.number_format = _FORMATS.get(spec.kind, _TEXT)
        cell.protection = Protection(locked=False)


def _checks(sheet: Worksheet, record: type[Record], places: dict[str, str]) -> None:
    """Give each column its help and, where one code or yes/no is wanted, a list to choose from."""
    for number, (name, spec) in enumerate(record.specs().items(), start=1):
        source = {Kind.CHOICE: places.get(spec.codelist), Kind.YES_NO: '"yes,no"'}.get(spec.kind)
        check = DataValidation(type="list", formula1=source) if source else DataValidation()
        check.allowBlank = True
        check.showInputMessage = True
        check.promptTitle, check.prompt = name[:_LONGEST_TITLE], _prompt(spec)
        if source:
            check.showErrorMessage, check.errorStyle = True, "stop"
            check.errorTitle, check.error = name[:_LONGEST_TITLE], "Choose one from the list, or leave the cell empty."
        letter = get_column_letter(number)
        check.add(f"{letter}2:{letter}{_LAST_ROW}")
        sheet.add_data_validation(check)


def _codelists(sheet: Worksheet, record: type[Record]) -> dict[str, str]:
    """Fill the sheet of codes, and return where the codes of each list stand, as Excel writes it."""
    sheet.append(["list", "code", "label", "definition"])
    places = {}
    for name in dict.fromkeys(spec.codelist for spec in record.specs().values() if spec.codelist):
        first = sheet.max_row + 1
        for code in codelist(name).values():
            sheet.append([safe_cell(cell) for cell in (name, code.code, code.label, code.definition)])
        places[name] = f"Codelists!$B${first}:$B${sheet.max_row}"
    _lay_out(sheet, (22, 30, 36, 90))
    return places


def _how_to(sheet: Worksheet, record: type[Record]) -> None:
    for line in (
        f"How to fill in this workbook: one row for each {record.noun}",
        f'Write on the first sheet, "{record.noun.capitalize()}". One row is one {record.noun}.',
        "Click on a cell: a note says what goes there. The names of the columns in row 1 stay as they are.",
        "Row 2 is an example, in grey. Delete it or write over it; if it stays as it is, it is passed over.",
        f"These columns must be filled in: {', '.join(n for n, s in record.specs().items() if s.required) or 'none'}.",
        "What you do not know, leave empty. That is better than a guess.",
        'Where there is one right word, choose it from the list in the cell. The sheet "Codelists" says what each is.',
        "Where several may be right, write them with ; between them.",
        "Never write the name of a person, or anything about somebody's health. An organisation's own name is fine.",
        "Telephone numbers and e-mail addresses are those of the organisation, never a person's own.",
        "Save the workbook as .xlsx and give it to whoever keeps your partnership's map.",
        "The sheets are locked against slips of the hand only. There is no password: Review, Unprotect Sheet.",
    ):
        sheet.append([line])
    _lay_out(sheet, (100,))


def _lay_out(sheet: Worksheet, widths: tuple[int, ...]) -> None:
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    for row in sheet.iter_rows():
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"


def _protect(book: Workbook, sheet: Worksheet) -> None:
    book.security = WorkbookProtection(lockStructure=True)
    for each in book.worksheets:
        each.protection.sheet = True
        each.protection.formatColumns = False  # False: this is not kept from people
        each.protection.formatRows = False
    # Rows come and go, and are sorted; all cells but the names of the columns are open.
    sheet.protection.insertRows = False
    sheet.protection.deleteRows = False
    sheet.protection.sort = False
