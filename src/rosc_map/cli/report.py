"""The command of the board paper."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import File, OwnTier

__all__ = ["add_to"]

_ONE_PAGE = ("linkage", "coverage")
_PUBLIC = (
    "The public paper leaves out funding, seats, views and introductions: they are the partnership's own. For its"
    " board, leave out --audience."
)


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(report)


def report(
    file: File,
    out: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write into.")],
    one_page: Annotated[str, typer.Option("--one-page", help="One page instead: linkage, coverage.")] = "",
    audience: Annotated[str, typer.Option(help="Whom it is for: partners, internal or public.")] = "partners",
    tier: OwnTier = "",
    asset_type: Annotated[str, typer.Option("--type", help="The asset type to report on.")] = "lero",
) -> None:
    """Write the board paper: the guidance's five questions.

    As a page that prints to A4, and as a Word document to edit.

    Example: rosc-map report area.gpkg paper
    """
    from rosc_map.errors import InputError

    if one_page and one_page not in _ONE_PAGE:
        raise InputError(f"{one_page!r} is not one of the papers of one page. Choose from: {', '.join(_ONE_PAGE)}.")
    partnership = output.opened(file)
    with output.working("Answering the guidance's questions …"):
        found = partnership.report(audience, kind=one_page or "board", tier=tier, asset_type=asset_type)
        written = partnership.write_report(found, out)
    output.say(*found.in_short, "")
    if found.audience == "public":
        output.say(_PUBLIC)
    output.say(*(f"Wrote {path}." for path in written))
    page, document = written[0], written[-1]
    output.say(f"Open {page.name} in a browser to read or print it, and {document.name} to edit it.")
