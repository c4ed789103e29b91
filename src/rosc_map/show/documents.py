"""Letters and pages for single organisations, to print or to send: each on a new page, in large type."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rosc_map.errors import InputError
from rosc_map.publish.published import require_published
from rosc_map.publish.round_types import Part, PublishedDocument
from rosc_map.records import day
from rosc_map.show import _frame
from rosc_map.show._words import text
from rosc_map.whole_file import write_atomic

__all__ = ["documents_page", "write_documents"]


def documents_page(documents: Sequence[PublishedDocument]) -> str:
    """Return letters as one HTML page that needs nothing else, and runs nothing; at least one letter.

    In print each begins on a new page, and all type is at least 14 points.

    Raises
    ------
    InputError
        When there is no letter.
    NotPublished
        When one of them is not made by the ``publish`` room.
    """
    shown = [require_published(document, PublishedDocument) for document in documents]
    if not shown:
        raise InputError("There is no letter to write: nobody is to get one.")
    return _frame.page(
        _frame.template("documents.html"),
        styles=(_frame.static("paper_form.css"), _frame.static("documents.css")),
        title=shown[0].title if len(shown) == 1 else f"{len(shown):,} letters: {shown[0].title}",
        documents=[
            {
                "addressee": document.addressee,
                "title": document.title,
                "banner": document.banner,
                "made_on": day(document.made_on),
                "parts": [_part(part, document.title) for part in document.parts],
            }
            for document in shown
        ],
    )


def _part(part: Part, title: str) -> dict[str, Any]:
    table = None
    if part.table is not None and len(part.table):
        rows = [[text(cell) for cell in row] for row in part.table.itertuples(index=False)]
        table = {"caption": part.heading or title, "head": [str(name) for name in part.table.columns], "rows": rows}
    return {
        "heading": part.heading,
        "paragraphs": part.paragraphs,
        "points": part.points,
        "table": table,
        "lines": part.lines,
    }


def write_documents(documents: Sequence[PublishedDocument], path: Path) -> Path:
    """Write :func:`documents_page` to ``path`` and return it.

    Its owner alone can read it: what concerns one organisation is for that organisation.

    Raises
    ------
    InputError
        When the name does not end in ``.html`` or ``.htm``, or there is no letter.
    NotPublished
        When one of them is not made by the ``publish`` room.
    FileProblem
        When the folder is missing or the file cannot be written.
    """
    if path.suffix.lower() not in (".html", ".htm"):
        raise InputError(f"{path.name}: letters are a web page to print: choose a name that ends in .html.")
    return write_atomic(path, documents_page(documents).encode(), private=True)
