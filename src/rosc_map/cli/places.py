"""The commands about places: where something is, a table of postcodes, and the reference data that both use."""

from pathlib import Path
from typing import Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import AsJson

__all__ = ["add_to"]

Online = Annotated[
    bool, typer.Option("--online", help="Ask postcodes.io about postcodes that the directory does not hold.")
]
Installed = Annotated[bool, typer.Option("--installed", help="Go back to what was installed with rosc-map.")]
postcodes = typer.Typer(help="The postcodes in use, and newer ones.", no_args_is_help=True)
boundaries = typer.Typer(help="The boundaries in use, and newer ones.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the program's."""
    app.command()(where)
    app.command()(geocode)
    app.add_typer(postcodes, name="postcodes")
    app.add_typer(boundaries, name="boundaries")


def where(
    query: Annotated[list[str], typer.Argument(help="A postcode, latitude,longitude or easting,northing.")],
    online: Online = False,
    json: AsJson = False,
) -> None:
    """Say where a place is, and in which authorities.

    Nothing is sent anywhere, unless you ask for --online.

    Example: rosc-map where "TS1 2PA"
    """
    from rosc_map.cli import quick

    quick.where(" ".join(query), online=online, json=json)


def geocode(
    source: Annotated[Path, typer.Argument(metavar="IN.csv", help="A CSV with a column of postcodes.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.csv", help="The copy to write, with the places added.")],
    column: Annotated[str, typer.Option(help="The column that holds the postcodes.")] = "postcode",
    online: Online = False,
    address: Annotated[
        str, typer.Option(help="A column of addresses, to be searched at OpenStreetMap where there is no postcode.")
    ] = "",
    contact: Annotated[str, typer.Option(help="Your e-mail address, which OpenStreetMap's search asks for.")] = "",
) -> None:
    """Write a copy of a CSV with the place of each postcode.

    It adds easting, northing, latitude, longitude and the codes of the authorities. Offline, unless you ask for
    --online (unknown postcodes go to postcodes.io) or --address (whole addresses go to OpenStreetMap). Do not send the
    address of a confidential place.

    Example: rosc-map geocode venues.csv venues-placed.csv --column "Post code"
    """
    if bool(address) != bool(contact):
        raise typer.BadParameter("--address and --contact go together: the search wants to know whom to contact.")
    from rosc_map.cli import quick

    quick.geocode(source, out, column=column, online=online, address=address, contact=contact)


@postcodes.command("info")
def postcodes_info(json: AsJson = False) -> None:
    """Say which postcode directory is in use, of which date, and under which licences.

    Example: rosc-map postcodes info
    """
    from rosc_map.place.postcodes.cache import info

    output.ready_postcodes()
    found = info()
    if json:
        output.as_json(vars(found))
        return
    output.say(
        f"{found.edition}: {found.postcodes:,} postcodes, {found.with_point:,} of them with a point.",
        f"In use: {found.live:,}; no longer in use: {found.not_live:,}; not known: {found.unknown:,} "
        f"(by {found.live_source}, {found.live_date}).",
        f"From: {found.source_version or 'the directory package'}, SHA-256 {found.source_sha256}.",
        f"Index: {found.path} ({found.size / 1e6:.0f} MB, made {found.built_at:%Y-%m-%d %H:%M} UTC).",
        *([] if found.kept else ["No folder for the index can be written, so it is made anew by each command."]),
        *([found.note] if found.note else []),
        *found.licence,
    )


@postcodes.command("update")
def postcodes_update(
    source: Annotated[
        Path | None, typer.Option("--from", metavar="ONSPD.zip", help="The official file, as downloaded.")
    ] = None,
    installed: Installed = False,
) -> None:
    """Take a newer ONS Postcode Directory into use. It is checked as a whole before it replaces any.

    Download it from the ONS Open Geography Portal (search there for "ONS Postcode Directory"); keep the file's name.

    Example: rosc-map postcodes update --from ONSPD_FEB_2026_UK.zip
    """
    from rosc_map.place.postcodes.cache import forget_update, update

    if bool(source) == installed:
        raise typer.BadParameter("Say which: --from and the official file, or --installed.")
    if source:
        with output.progress(f"Reading {source.name} …") as step:
            found = update(source, step)
    else:
        found = forget_update()
    output.say(f"In use now: {found.edition}, {found.postcodes:,} postcodes.", *([found.note] if found.note else []))
    if found.unknown_authorities:
        codes = ", ".join(found.unknown_authorities[:10])
        output.say(f"The boundaries in use do not have {codes}: update them too (rosc-map boundaries update).")


@boundaries.command("list")
def boundaries_list(json: AsJson = False) -> None:
    """Say which boundaries are in use, of which date, and how many authorities each tier has.

    Example: rosc-map boundaries list
    """
    from rosc_map.place.boundaries.areas import numbers_of_areas
    from rosc_map.place.boundaries.files import boundaries_about

    about, numbers = boundaries_about(), numbers_of_areas()
    if json:
        output.as_json(
            {**about, "areas": [dict(zip(("country", "upper", "local"), row, strict=True)) for row in numbers]}
        )
        return
    output.say(f"{about['title']} (as at {about['as_at']})", *([about["note"]] if about.get("note") else []))
    output.table("How many", ("Country", "Upper tier", "Local authorities"), numbers)
    output.say(about["attribution"], f"Files: {about['folder']}")


@boundaries.command("update")
def boundaries_update(
    source: Annotated[
        str | None, typer.Option("--from", metavar="URL_OR_FILE", help="A layer of the ONS portal, or a file from it.")
    ] = None,
    lookup: Annotated[
        str | None, typer.Option(metavar="URL_OR_FILE", help="Which upper tier and region each authority belongs to.")
    ] = None,
    installed: Installed = False,
) -> None:
    """Take newer boundaries of local authorities into use. They are checked as a whole before they replace any.

    Without --from they are fetched from the ONS Open Geography Portal.

    Example: rosc-map boundaries update --from LAD_MAY_2026.geojson --lookup LAD26_CTYUA26.csv
    """
    from rosc_map.place.boundaries.areas import code_names
    from rosc_map.place.boundaries.checks import SAMPLE
    from rosc_map.place.boundaries.update import forget_update, update_boundaries

    if installed and (source or lookup):
        raise typer.BadParameter("Say which: --installed, or where newer ones are to come from.")
    if installed:
        forget_update()
        output.say("The boundaries that were installed are in use.")
        return
    output.ready_postcodes()
    with output.progress("Reading boundaries …") as step:
        done = update_boundaries(source, lookup, progress=step)
    output.say(
        f"In use now: {done.source}, {done.number} local authorities.",
        f"Of {SAMPLE:,} real postcodes, {100 * done.share_inside:.1f} % lie inside their own authority.",
    )
    names = code_names()
    output.say(*(f"New: {names.get(code, code)} ({code})." for code in done.new))
    for code, heirs in done.vanished:
        where = " and ".join(f"{names.get(heir, heir)} ({heir})" for heir in heirs)
        one = f"is now in {where}"
        output.say(f"Ended: {code} {one if len(heirs) == 1 else f'was divided: {where}. Look at its assets by hand'}.")
    output.say(*(f"Renamed: {before} is now {now} ({code})." for code, before, now in done.renamed))
