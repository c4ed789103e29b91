"""The command of the referral network."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, File

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(network)


def network(
    file: File,
    audience: Annotated[str, typer.Option(help="Whom it is for: partners, internal or public.")] = "partners",
    evidence: Annotated[
        list[str] | None,
        typer.Option(help="Only this layer: declared, confirmed, tested or counted. May be repeated."),
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write a page, pictures and tables here.")] = None,
    json: AsJson = False,
) -> None:
    """Describe who refers to whom, and suggest introductions.

    Example: rosc-map network area.gpkg --out network
    """
    partnership = output.opened(file)
    with output.working("Following the referrals …"):
        found = partnership.network(audience, evidence=evidence or ())
        written = partnership.write_network(found, out) if out else []
    if json:
        output.as_json(dict(found.figures))
        return
    output.say(*found.sentences, *found.cautions)
    if len(found.introductions):
        output.say("", "Introductions that would help most, in their order:")
    for place, row in enumerate(found.introductions.to_dict("records"), start=1):
        output.say(
            "",
            f"{place}. {row['from_name']} to {row['to_name']}. How far: {row['distance']}.",
            f"   {row['reason']}",
            f"   Who could make it: {row['who']}",
        )
    output.say(*(f"Wrote {path}." for path in written))
