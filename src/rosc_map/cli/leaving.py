"""The commands for who asks to leave or to be forgotten: in the records, and in what is kept beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from rosc_map.cli import output
from rosc_map.cli.words import By, File

if TYPE_CHECKING:
    from rosc_map.people import People, WordsErased
    from rosc_map.store import Erasure

__all__ = ["add_to", "people_beside"]

Asset = Annotated[str, typer.Argument(metavar="ASSET", help="The asset's id or its name.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask whether you are sure.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module to the program's."""
    for command in (delist, erase):
        app.command()(command)


@contextmanager
def people_beside(file: str) -> "Iterator[People | None]":
    """Open what is kept beside a partnership while its records are changed; None where nothing is.

    It is opened first: where it cannot be, nothing is done by halves.
    """
    from rosc_map.people import People

    people = People.if_any(file)
    try:
        yield people
    finally:
        if people:
            people.close()


def delist(file: File, asset: Asset, by: By = "") -> None:
    """Take out an asset whose organisation asked to leave.

    It is in no output any more, and importing it again is blocked.

    Example: rosc-map delist area.gpkg "Example Café"
    """
    partnership = output.opened(file, by)
    with people_beside(file) as people:
        identifier = partnership.asset(asset)["id"]
        name = partnership.delist(asset)
        if people:
            people.entry_left([identifier], by=by)
    output.say(
        f"{name!r} is in no output from now on, and importing it again changes nothing.",
        "Maps and tables that were made before still show it: make them again and replace them.",
        "Keep the entry: it is what blocks an import.",
    )


def erase(
    file: File,
    asset: Annotated[str, typer.Argument(metavar="[ASSET]", help="The asset's id or its name.")] = "",
    words: Annotated[str, typer.Option(help="Or words, such as a person's name, wherever they stand.")] = "",
    yes: Yes = False,
    by: By = "",
) -> None:
    """Erase for good, for a data-protection request.

    From the records and their history. Undo cannot bring it back.

    Example: rosc-map erase area.gpkg --words "Jane Example"
    """
    partnership = output.opened(file, by)
    with output.working("Looking …"), people_beside(file) as people:
        done = partnership.erase(asset, words=words, dry_run=True)
        typed = people.erase_words(words, dry_run=True) if people and words else None
    if not (done or typed):
        output.say(f"{words!r} stands nowhere as it is written, so nothing was erased.", *done.look_at)
        return
    if not yes:
        output.say(
            f"This would erase: {_told(done, typed)}.",
            *(["Its entry keeps it from being imported again: that would be gone too."] if done.declined else []),
        )
        typer.confirm("This cannot be undone. Are you sure?", abort=True, err=True)
    with people_beside(file) as people, output.working("Erasing …"):
        identifier = partnership.asset(asset)["id"] if asset else ""
        done = partnership.erase(asset, words=words)
        if people and words:
            typed = people.erase_words(words)
        elif people:
            people.entry_left([identifier], by=by)
    left = partnership.backups()
    output.say(
        f"Erased: {_told(done, typed)}.",
        *(["Its entry also kept it from being imported again: that is gone now."] if done.declined else []),
        *done.look_at,
        "Maps, tables and copies that were made before may still hold it: they are not known here.",
        "A file that still holds it brings it back when it is imported: take it out there too.",
        *(
            [f"These backups hold it: {', '.join(str(path) for path in left)}. Delete them if you must."]
            if left
            else []
        ),
    )


def _told(done: "Erasure", typed: "WordsErased | None") -> str:
    """Return what was erased of the records, and of what people and organisations have typed, in words."""
    return ", ".join([*([done.summary] if done else []), *([f"{typed.summary} of the web app"] if typed else [])])
