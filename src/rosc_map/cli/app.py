"""The commands, as CLI.md promises them. Imports are made inside the commands, so that ``--help`` is quick."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import gaps, keeping, maps, network, output, places, report
from rosc_map.cli.linkage_group import linkage
from rosc_map.cli.words import By, File, ForAudience

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
keeping.add_to(app)
places.add_to(app)
network.add_to(app)
gaps.add_to(app)
maps.add_to(app)
report.add_to(app)


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


@app.command("import")
def import_(
    file: File,
    source: Annotated[Path, typer.Argument(metavar="SOURCE", help="A .csv, .xlsx or ODK .zip file.")],
    record: Annotated[
        str,
        typer.Option(
            "--as",
            help="assets, referrals, surveys, funding, spend, reviews, seats, offers, actions, needs, lists, pathways.",
        ),
    ] = "assets",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do, and change nothing.")] = False,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="Take the good rows of a file with bad ones.")
    ] = False,
    only_approved: Annotated[
        bool, typer.Option("--only-approved", help="Of a KoboToolbox or ODK export: only what was approved there.")
    ] = False,
    with_submitter: Annotated[
        bool,
        typer.Option(
            "--with-submitter", help="Of such an export: keep who submitted each form, in the notes (internal)."
        ),
    ] = False,
    layout: Annotated[
        str, typer.Option("--from", help="Of referrals: list, matrix or counts; a matrix is known by itself.")
    ] = "",
    evidence: Annotated[str, typer.Option(help="Of referrals, where no row says it: declared, confirmed …")] = "",
    on: Annotated[str, typer.Option(help="Of referrals, where no row says it: the day, such as 2026-03-01.")] = "",
    period: Annotated[str, typer.Option(help="Of counted referrals, where no row says it: such as 2025-26.")] = "",
    complete: Annotated[
        bool, typer.Option("--complete", help="Of referrals: who was asked named all of their links, and all are here.")
    ] = False,
    mapping: Annotated[Path | None, typer.Option(help="Of counts: what their words mean; see template.")] = None,
    by: By = "",
) -> None:
    """Read a table of assets or other records: all rows or none.

    Exports of KoboToolbox and ODK are known as such.

    Example: rosc-map import area.gpkg assets.csv --dry-run
    """
    output.ready_postcodes()
    with output.working(f"Reading {source} …"):
        result = output.opened(file, by).import_(
            source,
            record,
            dry_run=dry_run,
            accept_partial=accept_partial,
            only_approved=only_approved,
            with_submitter=with_submitter,
            layout=layout,
            evidence=evidence,
            on=on,
            period=period,
            complete=complete,
            mapping=mapping,
        )
    would = "Would be: " if dry_run else ""
    parts = {f"{result.counted}, {len(result.refused)} refused.": result}
    parts |= {f"{part.counted}, as {part.noun}s.": part for part in result.beside.values()}
    # Beside a part that did something, one that did nothing would read as if the import had failed.
    did = [words for words, part in parts.items() if part.added or part.changes or part.left or part.refused]
    output.say(*(f"{would}{words}" for words in did or parts))
    changes = [change for part in (result, *result.beside.values()) for change in part.changes]
    if changes:
        rows = [(c.row, c.asset, c.field, c.before, c.after) for c in changes]
        output.table("Changed", ("Row", "Record", "Field", "Was", "Is now"), rows)
    if mapping and result.skipped:
        left_out = "1 row is" if len(result.skipped) == 1 else f"{len(result.skipped):,} rows are"
        output.say(f"{left_out} about what the mapping leaves out.")
    elif result.skipped:
        output.say(*(f"Row {row} was passed over: {why}" for row, why in result.skipped))
    if result.unknown_columns:
        output.say(f"Columns that were not read, because no field has that name: {', '.join(result.unknown_columns)}.")
    if result.warnings:
        output.problems("To look at (nothing was refused for this):", result.warnings)
    if result.problems:
        output.problems("Refused:", result.problems)


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


@app.command()
def export(
    file: File,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="A name that ends in .csv, .xlsx or .geojson.")],
    audience: ForAudience = "public",
    record: Annotated[
        str, typer.Option("--as", help="assets, referrals, surveys, funding … as in import; .csv or .xlsx.")
    ] = "assets",
) -> None:
    """Write the assets, or other records, for other programs.

    Assets as CSV, Excel or GeoJSON, other records as CSV or Excel.

    Example: rosc-map export area.gpkg assets.csv --audience partners
    """
    partnership = output.opened(file)
    path = partnership.export(out, audience=audience, record=record)
    told = partnership.held_back(audience) if record == "assets" else ""
    output.say(f"Wrote {path} for: {audience}. {told}".strip())
