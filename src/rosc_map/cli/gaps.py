"""The command of the gap analysis."""

import datetime as dt
from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson, File, ForAudience, Tier

__all__ = ["add_to"]

_SHOWN = ("reach", "sites", "need", "freshness", "changes")


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(gaps)


def gaps(
    file: File,
    tier: Tier = "upper",
    asset_type: Annotated[str, typer.Option("--type", help="The asset type to report on.")] = "lero",
    audience: ForAudience = "public",
    need: Annotated[str, typer.Option(help="Figures of need by authority: a file, or its web address.")] = "",
    indicator: Annotated[str, typer.Option(help="Which figure of need, where there are several.")] = "",
    within: Annotated[
        list[float] | None,
        typer.Option(help="Count within so many km (minutes, with --travel-times). May be repeated."),
    ] = None,
    population: Annotated[Path | None, typer.Option(help="People by postcode; else each postcode counts once.")] = None,
    travel_times: Annotated[Path | None, typer.Option(help="Origin, destination, minutes: in place of km.")] = None,
    neighbours: Annotated[Path | None, typer.Option(help="Authority, neighbour: the nearest statistical ones.")] = None,
    against: Annotated[str, typer.Option(help="Compare with a day, or with another partnership file.")] = "",
    sites: Annotated[int, typer.Option(help="How many places for one more to name; 0 for none.")] = 3,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the map, page and tables here.")] = None,
    json: AsJson = False,
) -> None:
    """Show what is missing, where, and where nobody has looked.

    Example: rosc-map gaps area.gpkg --out gaps
    """
    from rosc_map.records import day

    partnership = output.opened(file)
    with output.working("Counting, and measuring how far it is …"):
        found = partnership.gaps(
            audience,
            tier=tier,
            asset_type=asset_type,
            need=need or None,
            indicator=indicator,
            within=within or (),
            population=population,
            travel_times=travel_times,
            neighbours=neighbours,
            against=_against(against),
            sites=sites,
        )
        written = partnership.write_gaps(found, out) if out else []
    if json:
        output.as_json(dict(found.figures))
        return
    provision = found.published.provision
    output.say(f"{provision.sentence} As at {day(found.as_at)}.", *found.notes)
    rows = [
        (row["name"], row["status"].replace("_", " "), row["looked"])
        for row in provision.by_authority.to_dict("records")
    ]
    output.table("By authority", ("Authority", "Status", "Looked"), rows)
    for part in found.parts:
        if part.key in _SHOWN and (part.sentences or part.cautions):
            output.say("", f"{part.heading}:", *part.sentences, *part.cautions)
    output.say(*(f"Wrote {path}" for path in written))


def _against(text: str) -> Path | dt.date | None:
    """Return the day, or the file, that was named."""
    if not text:
        return None
    return Path(text) if text.lower().endswith(".gpkg") else output.date(text)
