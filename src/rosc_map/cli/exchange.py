"""The commands of files that come in and go out: import and export."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import By, File, ForAudience
from rosc_map.errors import RowProblem

if TYPE_CHECKING:
    from rosc_map.partnership import ImportResult

if TYPE_CHECKING:
    from rosc_map.partnership import Partnership

__all__ = ["add_to"]

_MOST_LINES, _MOST_NOTES = 20, 50


def add_to(app: typer.Typer) -> None:
    """Add the commands to the others."""
    app.command("import")(import_)
    app.command()(export)


def import_(
    file: File,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A .csv, .xlsx or ODK .zip file; or a list that others publish: its file, a folder of its pages, or "
            "its address.",
        ),
    ],
    record: Annotated[
        str,
        typer.Option(
            "--as",
            help="assets, referrals, surveys, funding, spend, reviews, seats, offers, actions, needs, lists, pathways.",
            show_default=False,
        ),
    ] = "assets",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what it would do; change nothing.")] = False,
    accept_partial: Annotated[
        bool, typer.Option("--accept-partial", help="Take the good rows if some are bad.")
    ] = False,
    only_approved: Annotated[bool, typer.Option("--only-approved", help="Of a form: only what was approved.")] = False,
    with_submitter: Annotated[
        bool, typer.Option("--with-submitter", help="Of a form: keep who sent it, in the notes.")
    ] = False,
    from_format: Annotated[
        str,
        typer.Option(
            "--from",
            help="Of a list: oruk, meeting-guide, bmlt, cqc, aliss, osm or gis. A form: kobo. Referrals: list, matrix, "
            "counts.",
        ),
    ] = "",
    publisher: Annotated[
        str, typer.Option("--source", help="Of a list: who publishes it, in a word. oruk and gis may need it.")
    ] = "",
    programme: Annotated[str, typer.Option(help="Of meetings: such as aa, na or al-anon.")] = "",
    licence: Annotated[str, typer.Option(help='Of a list: OGL-UK-3.0, "Permission of X, 2026-03-01" …')] = "",
    listing: Annotated[str, typer.Option(help="Of a list, if you know it of all: published_by_itself or agreed.")] = "",
    review: Annotated[
        Path | None,
        typer.Option(metavar="OUT.csv", help="Of a list: write it down with yes or no for each row; take nothing."),
    ] = None,
    allow_inside: Annotated[bool, typer.Option("--allow-inside-network", help="Ask private addresses too.")] = False,
    evidence: Annotated[str, typer.Option(help="Of referrals: declared, confirmed …")] = "",
    on: Annotated[str, typer.Option(help="Of referrals: the day, as 2026-03-01.")] = "",
    period: Annotated[str, typer.Option(help="Of counts: the year, as 2025-26.")] = "",
    complete: Annotated[
        bool, typer.Option("--complete", help="Of referrals: all links of all who were asked are here.")
    ] = False,
    mapping: Annotated[
        Path | None,
        typer.Option(help="Of counts and map files: what is what. None there yet for a map file: it is written."),
    ] = None,
    by: By = "",
) -> None:
    """Read a table of assets or other records, or a list that others publish.

    Of a table, all rows are read or none. Of a list that others publish, what is
    not about recovery, not of the area or may be confidential is left out.

    Example: rosc-map import area.gpkg assets.csv --dry-run

    Example: rosc-map import area.gpkg list.json --review review.csv
    """
    output.ready_postcodes()
    with output.progress("Fetching …") as step, output.working(f"Reading {source} …"):
        result = output.opened(file, by).import_(
            source,
            record,
            dry_run=dry_run,
            accept_partial=accept_partial,
            only_approved=only_approved,
            with_submitter=with_submitter,
            from_format=from_format,
            evidence=evidence,
            on=on,
            period=period,
            complete=complete,
            mapping=mapping,
            publisher=publisher,
            programme=programme,
            licence=licence,
            listing=listing,
            review=review,
            allow_inside=allow_inside,
            progress=step,
        )
    output.say(*result.said)
    if not result.written:
        _say_counts(result, dry_run=dry_run)
    if mapping and result.skipped:
        left_out = "1 row is" if len(result.skipped) == 1 else f"{len(result.skipped):,} rows are"
        output.say(f"{left_out} about what the mapping leaves out.")
    elif result.skipped:
        output.say(*(f"Row {row} was passed over: {why}" for row, why in result.skipped))
    _say_left_out(result, reviewed=result.of_review or review is not None)
    if result.unknown_columns:
        output.say(f"Columns that were not read, because no field has that name: {', '.join(result.unknown_columns)}.")
    # What is about the whole list has no row, so it is said in sentences.
    output.say(*(f"{note.value} {note.why} {note.what_to_do}" for note in result.warnings if not note.row))
    if notes := [note for note in result.warnings if note.row]:
        output.problems("To look at (nothing was refused for this):", _in_short(notes))
    if result.problems:
        output.problems("Refused:", result.problems)


def _say_counts(result: "ImportResult", *, dry_run: bool) -> None:
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


def _say_left_out(result: "ImportResult", *, reviewed: bool) -> None:
    """Say how many rows of a list were left out for which reason, and what is no longer in it."""
    if result.left_out:
        whys = Counter(row.why for row in result.left_out).most_common()
        rows = "1 row was" if len(result.left_out) == 1 else f"{len(result.left_out):,} rows were"
        how = "" if reviewed else " To see each: --review review.csv"
        output.say(f"{rows} left out.{how}", *(f"  {count:,}: {why}" for why, count in whys[:_MOST_LINES]))
        rest = sum(count for _, count in whys[_MOST_LINES:])
        output.say(*([f"  {rest:,}: for other reasons"] if rest else []))
    if result.gone:
        output.say("Recorded from this list, and to be checked (nothing was changed):")
        output.say(*(f"  {name}: {why}" for name, why in result.gone))


def _in_short(notes: Sequence[RowProblem]) -> list[RowProblem]:
    """Return notes as they are; where there are too many to read, one of each kind, which says of how many rows."""
    if len(notes) <= _MOST_NOTES:
        return list(notes)
    kinds: dict[tuple[str, str, str], list[RowProblem]] = {}
    for note in notes:
        kinds.setdefault((note.column, note.why, note.what_to_do), []).append(note)
    return [
        replace(alike[0], why=f"{alike[0].why} (So it is in {len(alike):,} rows.)") if len(alike) > 1 else alike[0]
        for alike in kinds.values()
    ]


def export(
    file: File,
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="A name that ends in .csv, .xlsx, .geojson, .gpkg, .graphml or .gexf."),
    ],
    to: Annotated[
        str,
        typer.Option(
            help="The format, where the ending does not tell: oruk (a folder), meeting-guide (.json), "
            "kumu (.json or .xlsx) or edges (two .csv)."
        ),
    ] = "",
    audience: ForAudience = "public",
    record: Annotated[
        str, typer.Option("--as", help="assets, referrals, surveys, funding … as in import; .csv or .xlsx.")
    ] = "assets",
) -> None:
    """Write the assets, or other records, for other programs.

    Assets in the format that the ending or --to tells, other records as CSV or Excel.

    Example: rosc-map export area.gpkg assets.csv --audience partners

    Example: rosc-map export area.gpkg kumu.json --to kumu
    """
    partnership = output.opened(file)
    path = partnership.export(out, to=to, audience=audience, record=record)
    told = partnership.exported(to, audience) if record == "assets" else ""
    output.say(f"Wrote {path} for: {audience}. {told}".strip())
    if to == "edges":
        from rosc_map.exchange import nodes_beside

        output.say(f"The assets are in {nodes_beside(path)}: a list of edges cannot hold them.")
    if record == "assets":
        _say_licences(partnership, audience, to)


def _say_licences(partnership: "Partnership", audience: str, to: str) -> None:
    """Say where the assets are from, since not every format has room for it, and what a licence kept out."""
    licences = partnership.licences(audience, to)
    if licences:
        output.say("Say this wherever you pass it on:", *licences)
    if audience != "public":
        return
    refused = partnership.refused_for_licence(to)
    if len(refused):
        output.table(
            "Not in it: the licence of the list they come from is not known, or does not allow it",
            ("Asset", "Licence", "From"),
            refused[["name", "licence", "scheme"]].to_numpy().tolist(),
        )
