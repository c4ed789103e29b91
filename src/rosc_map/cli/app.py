"""The commands, as CLI.md promises them. Imports are made inside the commands, so that ``--help`` is quick."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import exchange, gaps, keeping, leaving, maps, near, network, output, people, places, report, serve
from rosc_map.cli.linkage_group import linkage
from rosc_map.cli.words import By, File

__all__ = ["app"]

app = typer.Typer(
    name="rosc-map",
    help="Map a local recovery-oriented system of care: record its assets, test its links, show its gaps.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode="rich",
)
app.add_typer(linkage, name="linkage")
exchange.add_to(app)
keeping.add_to(app)
leaving.add_to(app)
places.add_to(app)
near.add_to(app)
network.add_to(app)
gaps.add_to(app)
maps.add_to(app)
report.add_to(app)
people.add_to(app)
serve.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        output.say(f"rosc-map {version('rosc-map')}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[  # noqa: ARG001 - Typer reads it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Map a local recovery-oriented system of care: record its assets, test its links, show its gaps."""
    gc.enable()  # off while the command line is built: see rosc_map.cli


@app.command()
def demo(
    out: Annotated[Path, typer.Option(help="The folder to write into.")] = Path("rosc-map-demo"),
) -> None:
    """Run the main job on the bundled examples.

    Example: rosc-map demo --out demo
    """
    from rosc_map.demo import run_demo

    with output.working("Making the two examples …"):
        made = run_demo(out)
    output.say(*made.sentences, "", f"Wrote {made.files} files. Open this page in a browser: {made.index}")


@app.command()
def new(
    file: File,
    area: Annotated[
        list[str], typer.Option("--area", help="Name or code of an authority, region or country. May be repeated.")
    ],
    title: Annotated[str, typer.Option(help="The partnership's name.")] = "",
    by: By = "",
) -> None:
    """Make a new partnership for one or more authorities.

    In a file, or in an empty database of PostgreSQL.

    Example: rosc-map new area.gpkg --area Middlesbrough
    """
    import rosc_map
    from rosc_map.place import resolve_area

    partnership = rosc_map.new(file, area, title=title, who=by)
    sizes = partnership.area_sizes()
    upper = "authority" if sizes["upper"] == 1 else "authorities"
    local = "authority" if sizes["local"] == 1 else "authorities"
    output.say(f"Made {file}: {sizes['upper']} upper-tier {upper}, {sizes['local']} local {local}.")
    for found in dict.fromkeys(map(resolve_area, area)):
        part = f", for {found.was}" if found.was else ""
        output.say(f"  {found.name} ({found.code}){part}")


@app.command()
def survey(
    file: File,
    areas: Annotated[list[str], typer.Argument(metavar="AREA...", help="Names or codes of authorities.")],
    on: Annotated[str, typer.Option(help="The day, for example 2026-03-01.")],
    by: Annotated[str, typer.Option(help="A volunteer number or role, never a name.")],
    types: Annotated[
        list[str] | None, typer.Option("--type", help="An asset type that was looked for. May be repeated.")
    ] = None,
    all_types: Annotated[bool, typer.Option("--all-types", help="All asset types were looked for.")] = False,
    asked: Annotated[
        list[str] | None,
        typer.Option("--asked", help="One of the guidance's six groups that was asked. May be repeated."),
    ] = None,
) -> None:
    """Mark authorities as looked at.

    So that "none found" differs from "not looked".

    Example: rosc-map survey area.gpkg Middlesbrough --on 2026-03-01 --by "Volunteer 7" --type lero
    """
    if bool(types) == all_types:
        raise typer.BadParameter("Say what was looked for: --type lero (may be repeated), or --all-types.")
    marked = output.opened(file, by).survey(areas, on=on, by=by, types=types or (), asked=asked or ())
    output.say(f"{marked} newly marked as looked at (an authority and an asset type each).")
