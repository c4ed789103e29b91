"""The paper form: one printable page (A4) for whoever has no phone or computer to hand, made from the declarations."""

from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.questions import groups, plain_hint, refuse_to_replace
from rosc_map.records import Asset, Audience, FieldSpec, Kind, Record, codelist
from rosc_map.show import _frame
from rosc_map.whole_file import write_atomic

__all__ = ["paper_form", "write_paper_form"]

# How many lines to write on: people's hands need more room than what they write has letters.
_LINES = {Kind.LONG_TEXT: 2, Kind.SESSIONS: 2}
# These need half of a line; of texts, those of at most so many characters.
_SHORT = (Kind.DATE, Kind.NUMBER, Kind.PLACE)
_SHORT_TEXT = 60
_YES_NO = ("Yes", "No")
# The head of the form says who partners and coordinators are.
_WHO = {Audience.PUBLIC: "", Audience.PARTNERS: "For partners only.", Audience.INTERNAL: "For coordinators only."}


def paper_form(record: type[Record] = Asset) -> str:
    """Return the paper form of a record as one HTML page that needs nothing else, and runs nothing.

    In print all type is at least 14 points. The fields that the program fills in are not asked for.
    """
    specs = record.specs()
    sections = [
        {"heading": group.heading, "rows": _rows([_question(name, specs[name]) for name in group.fields])}
        for group in groups(record)
    ]
    return _frame.page(
        _frame.template("paper_form.html"),
        styles=(_frame.static("paper_form.css"),),
        title=f"Paper form: {record.noun}",
        sections=sections,
    )


def _question(name: str, spec: FieldSpec) -> dict[str, Any]:
    ticks = _ticks(spec)
    return {
        "label": spec.label,
        "hint": " ".join(words for words in (plain_hint(name, spec), _how(spec)) if words),
        "required": spec.required,
        "who": _WHO[spec.audience],
        "ticks": ticks,
        "lines": 0 if ticks else _LINES.get(spec.kind, 1),
        "short": spec.kind in _SHORT or (spec.kind is Kind.TEXT and spec.longest <= _SHORT_TEXT),
    }


def _rows(questions: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Put short questions two in a row; one that has no other beside it has the whole row."""
    rows: list[list[dict[str, Any]]] = []
    for question in questions:
        if rows and question["short"] and rows[-1][0]["short"] and len(rows[-1]) == 1:
            rows[-1].append(question)
        else:
            rows.append([question])
    return rows


def _how(spec: FieldSpec) -> str:
    """Return how an answer is written by hand, where that is not plain: no codes, and no marks of a keyboard."""
    if spec.kind is Kind.CHOICES:
        return "Tick all that are right."
    if spec.kind is Kind.DATE:
        return "Day, month, year."
    return f"For example: {spec.example}" if spec.kind is Kind.SESSIONS and spec.example else ""


def _ticks(spec: FieldSpec) -> tuple[str, ...]:
    if spec.kind is Kind.YES_NO:
        return _YES_NO
    if spec.kind in (Kind.CHOICE, Kind.CHOICES):
        return tuple(code.label for code in codelist(spec.codelist).values())
    return ()


def write_paper_form(path: Path, record: type[Record] = Asset) -> Path:
    """Write :func:`paper_form` to ``path`` and return it.

    Raises
    ------
    InputError
        When the name does not end in ``.html`` or ``.htm``.
    FileProblem
        When there is a file of that name already, or the folder cannot be written to.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path.name}: a paper form is a page to print: choose a name that ends in .html.")
    refuse_to_replace(path)
    return write_atomic(path, paper_form(record).encode())
