"""The command of the community connector's sheet."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, File

__all__ = ["add_to"]


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(near)


def near(
    file: File,
    place: Annotated[
        str, typer.Argument(help="A postcode, latitude,longitude, easting,northing, or the name of a council area.")
    ],
    interest: Annotated[
        list[str] | None,
        typer.Option("--interest", help="What they are interested in, by code or in words. May be repeated."),
    ] = None,
    audience: Annotated[
        str, typer.Option(help="public, to hand over to somebody; or partners, for your own use.")
    ] = "public",
    within: Annotated[float, typer.Option(metavar="KM", help="How far at most, in a straight line.")] = 10,
    out: Annotated[Path | None, typer.Option(help="A page to print, in large type: a name that ends in .html.")] = None,
    json: AsJson = False,
) -> None:
    """Say what is on near a place in the next seven days, how to get there, and whom to ask.

    A sheet for a community connector or recovery navigator to hand over. What you ask is kept nowhere.

    Example: rosc-map near area.gpkg "TS1 2PA" --interest peer_based --out sheet.html
    """
    from rosc_map.show import near_text

    output.ready_postcodes()
    partnership = output.opened(file)
    found = partnership.near(place, interest or (), audience=audience, within_km=within)
    written = partnership.write_near(found, out) if out else None
    if json:
        output.as_json(found.to_json())
    elif written:
        output.say(f"Wrote {written}. Open it in a browser to read or print it.")
    else:
        output.say(*near_text(found))
