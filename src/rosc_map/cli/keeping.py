"""The commands that keep a record right over the years: templates, check, merge, history, undo, backup."""

from pathlib import Path
from typing import Annotated, Any

import typer

from rosc_map.cli import output
from rosc_map.cli.leaving import people_beside
from rosc_map.cli.words import AsJson, By, File

__all__ = ["add_to"]

store = typer.Typer(help="Where the records are kept: a file or PostgreSQL.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the program's."""
    for command in (template, check, merge, undo, history, status, backup):
        app.command()(command)
    app.add_typer(store, name="store")


def template(
    out: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="Ends in .csv, .xlsx, .xlsform.xlsx (KoboToolbox, ODK) or .html (paper)."),
    ],
    record: Annotated[
        str, typer.Option("--as", help="assets, referrals, surveys, funding … as in import; or mapping (for counts).")
    ] = "assets",
) -> None:
    """Write an empty form to fill in.

    A table, a form for KoboToolbox or ODK, or a sheet of paper.

    Example: rosc-map template form.html
    """
    import rosc_map

    path = rosc_map.template(out, record)
    output.say(f"Wrote {path}.")


def check(
    file: File,
    worklist: Annotated[
        Path | None, typer.Option(help="Write a list for volunteers to fill in (.csv or .xlsx) as well.")
    ] = None,
    json: AsJson = False,
) -> None:
    """Say what somebody should look at in the records.

    Likely doubles, stale records, places that conflict, personal contact details, and what calls found.

    Example: rosc-map check area.gpkg --worklist to-check.xlsx
    """
    partnership = output.opened(file)
    with output.working("Checking …"):
        found = partnership.check()
        written = partnership.write_worklist(worklist) if worklist else None
    if json:
        output.as_json([vars(finding) for finding in found])
    elif found:
        rows = [(finding.name or "All", finding.what, finding.what_to_do) for finding in found]
        output.table(
            f"{'1 thing' if len(found) == 1 else f'{len(found)} things'} to look at (internal)",
            ("Asset", "What", "What to do"),
            rows,
        )
    else:
        output.say("Nothing to look at.")
    if written and not json:
        output.say(f"Wrote {written}. Filled in, read it back: rosc-map import {file} {written}")


def merge(
    file: File,
    keep: Annotated[str, typer.Argument(metavar="KEEP", help="The asset that stays: its id or its name.")],
    other: Annotated[str, typer.Argument(metavar="OTHER", help="The asset that goes into it: its id or its name.")],
    by: By = "",
) -> None:
    """Merge two records of one asset; nothing is overwritten.

    Links and answers follow, and undo takes it back.

    Example: rosc-map merge area.gpkg "Example Café" 589ffe2c-f552-5f6a-af8d-2a9ea0fc71c0
    """
    partnership = output.opened(file, by)
    with people_beside(file) as people:
        kept, gone = (partnership.asset(text)["id"] for text in (keep, other))
        done = partnership.merge(keep, other)
        waiting = people.entry_merged(gone, kept) if people else 0
    output.say(f"Merged {done.other!r} into {done.kept!r}.")
    if waiting:
        number = "1 correction" if waiting == 1 else f"{waiting} corrections"
        output.say(f"From its organisation {number} waited to be looked at: now of {done.kept!r}, in the web app.")
    if done.filled:
        output.say(f"Taken from it, because it was empty: {', '.join(done.filled)}.")
    moved = [f"{number} in {name.replace('_', ' ')}" for name, number in done.moved.items()]
    dropped = [f"{number} in {name.replace('_', ' ')}" for name, number in done.dropped.items()]
    output.say(*([f"Now point at it: {', '.join(moved)}."] if moved else []))
    output.say(*([f"Said nothing new, and were left out: {', '.join(dropped)}."] if dropped else []))
    if done.differing:
        output.table("They differed; the first is kept", ("Field", "Kept", "The other said"), done.differing)


def undo(
    file: File,
    list_again: Annotated[
        bool, typer.Option("--list-again", help="Undo it even if an organisation had asked to leave.")
    ] = False,
    past: Annotated[
        bool, typer.Option("--past", help="Pass over changes that cannot be undone, and undo what came before them.")
    ] = False,
    by: By = "",
) -> None:
    """Undo the last change.

    Once more, and the one before it is undone.

    Example: rosc-map undo area.gpkg
    """
    done = output.opened(file, by).undo(list_again=list_again, past=past)
    who = f" by {done.who}" if done.who else ""
    what = f"{done.task} ({done.note})" if done.note else done.task
    number = "1 record stands" if done.rows == 1 else f"{done.rows} records stand"
    output.say(
        *(f"Passed over, because it cannot be undone: {one}." for one in done.passed_over),
        f"Undone: {what}{who}, of {output.moment(done.at)}. {number} as before.",
    )


def history(
    file: File,
    asset: Annotated[
        str, typer.Argument(metavar="[ASSET]", help="An asset's id or name; the newest changes if none.")
    ] = "",
    json: AsJson = False,
) -> None:
    """Tell what was changed: when and by whom. Internal.

    Example: rosc-map history area.gpkg "Example Café"
    """
    from rosc_map.records import row_dicts

    partnership = output.opened(file)
    found = partnership.history(asset) if asset else partnership.changes()
    rows = row_dicts(found)
    if json:
        output.as_json(rows)
    elif not asset:
        told = [
            (
                output.moment(r["at"]),
                r["who"] or "not said",
                r["task"],
                r["note"],
                r["rows"],
                "undone" if r["undone"] else "",
            )
            for r in rows
        ]
        output.table("Newest changes (internal)", ("When", "Who", "What", "Of", "Records", ""), told)
    else:
        told = [
            (output.moment(r["at"]), r["who"] or "not said", _task(r), r["field"], _words(r["was"]), _words(r["now"]))
            for r in rows
        ]
        output.table(f"History of {asset} (internal)", ("When", "Who", "What", "Field", "Was", "Is now"), told)


def _task(row: dict[str, Any]) -> str:
    done = {"insert": "added", "delete": "removed"}.get(str(row["operation"]), "")
    words = f"{row['task']}: {done}" if done else str(row["task"])
    return f"{words} (undone)" if row["undone"] else words


def _words(value: object) -> str:
    if isinstance(value, dict):
        # A whole record: --json has it in full.
        return f"{sum(part not in (None, '', ()) for part in value.values())} fields"
    return "; ".join(map(str, value)) if isinstance(value, tuple) else "" if value is None else str(value)


def status(
    file: File,
    as_at: Annotated[str, typer.Option(help="A day, for example 2026-03-01: how it stood at the end of it.")] = "",
    json: AsJson = False,
) -> None:
    """Say how the record stands, or stood on a day.

    How many assets of each type and status, and how many were checked.

    Example: rosc-map status area.gpkg --as-at 2026-03-01
    """
    from rosc_map.records import day, label

    found = output.opened(file).status(output.date(as_at) if as_at else None)
    if json:
        output.as_json({**vars(found), "as_at": found.as_at.isoformat()})
        return
    output.say(f"As at {day(found.as_at)}:")
    rows = [
        (
            label("asset_type", kind),
            sum(counts.values()),
            ", ".join(f"{n} {s.replace('_', ' ')}" for s, n in counts.items()),
        )
        for kind, counts in found.assets.items()
    ]
    output.table("Assets (without those that asked not to be listed)", ("Type", "Number", "Of these"), rows)
    listed = ", ".join(f"{number} {name.replace('_', ' ')}" for name, number in found.listing.items())
    output.say(
        f"Listing: {listed or 'none'}.",
        f"Checked in the twelve months before: {found.fresh} of {found.active} active assets.",
        *(f"{name.capitalize()}: {number}." for name, number in found.others.items() if number),
    )


def backup(
    file: File,
    out: Annotated[
        Path | None, typer.Argument(metavar="[OUT]", help="Where to; beside it, with the day, if none.")
    ] = None,
) -> None:
    """Copy the file as it stands, even while others work in it.

    Example: rosc-map backup area.gpkg
    """
    output.say(f"Wrote {output.opened(file).backup(out)}. It holds everything, so keep it as safe as the file itself.")


@store.command("copy")
def copy(
    source: Annotated[str, typer.Argument(metavar="A", help="A file, or postgresql://user@host/name.")],
    target: Annotated[str, typer.Argument(metavar="B", help="A new file, or an empty database.")],
) -> None:
    """Copy everything, with its history: from a file into a database when it has grown too large, or back.

    Example: rosc-map store copy area.gpkg postgresql://partnership@localhost/area
    """
    from rosc_map.records import counted

    with output.working("Copying …"):
        counts = output.opened(source).copy_to(target)
    output.say(
        f"Copied {source} to {target}: {counted(counts['assets'], 'asset')}, "
        f"{counted(counts['rosc_map_history'], 'line')} of history."
    )


@store.command("reader")
def reader(
    file: Annotated[str, typer.Argument(metavar="DATABASE", help="postgresql://user@host/name")],
    role: Annotated[str, typer.Argument(metavar="ROLE", help="A role of the database, for example of an analyst.")],
) -> None:
    """Let a role of the database read everything, and change nothing: for analysts. It sees what is internal.

    Example: rosc-map store reader postgresql://partnership@localhost/area analyst
    """
    output.opened(file).let_read(role)
    output.say(f"{role} may read everything in {file} now, internal fields and the history too, and change nothing.")
