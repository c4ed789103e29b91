"""The call sheets of a linkage test, to print: one a volunteer, in large type, with the whole conduct (METHODS §1)."""

import re
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.exchange.questions import refuse_to_replace
from rosc_map.publish.published import require_published
from rosc_map.publish.round_types import Call, PublishedCalls
from rosc_map.show import _frame
from rosc_map.whole_file import write_atomic

__all__ = ["call_sheets_page", "write_call_sheets"]

_NUMBER = re.compile(r"[+\d][\d\s()./-]+")
_ADDRESS = re.compile(r"[^\s?&@<>\"']+@[^\s?&@<>\"']+")


def call_sheets_page(published: PublishedCalls) -> str:
    """Return the call sheets as one HTML page that needs nothing else, and runs nothing.

    In print each sheet begins on a new page, and all type is at least 14 points.

    Raises
    ------
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    """
    calls = require_published(published, PublishedCalls)
    return _frame.page(
        _frame.template("call_sheets.html"),
        styles=(_frame.static("paper_form.css"), _frame.static("call_sheets.css")),
        title=f"Call sheets: linkage test, round {calls.round}",
        calls=calls,
        sheets=[
            {"number": sheet.number, "of": sheet.of, "calls": [_call(call) for call in sheet.calls]}
            for sheet in calls.sheets
        ],
        # A number alone says nothing to whoever ticks it.
        level_ticks=[f"{word} {meaning}" if word.isdigit() else word for word, meaning in calls.levels],
        outcome_ticks=[word for word, _ in calls.outcomes],
    )


def _call(call: Call) -> dict[str, Any]:
    number, address = _NUMBER.fullmatch(call.phone), _ADDRESS.fullmatch(call.email)
    return {
        "who": call.who,
        "phone": call.phone,
        "phone_target": _frame.link_target("tel:" + re.sub(r"[^+\d]", "", call.phone)) if number else "",
        "email": call.email,
        "email_target": _frame.link_target(f"mailto:{call.email}") if address else "",
        "when": call.when,
        "questions": list(zip(call.questions, call.records, strict=True)),
    }


def write_call_sheets(published: PublishedCalls, path: Path) -> Path:
    """Write :func:`call_sheets_page` to ``path`` and return it; its owner alone can read it.

    Raises
    ------
    InputError
        When the name does not end in ``.html`` or ``.htm``.
    NotPublished
        When it is handed anything that the ``publish`` room did not make.
    FileProblem
        When there is a file of that name already, or the folder cannot be written to.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path.name}: call sheets to print are a web page: choose a name that ends in .html.")
    page = call_sheets_page(published).encode()
    refuse_to_replace(path)
    return write_atomic(path, page, private=True)
