"""Where an outside list comes from: a saved file or a live address, and which format it is of."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import platformdirs

from rosc_map.errors import InputError
from rosc_map.exchange import read_table
from rosc_map.exchange.csv_text import csv_rows
from rosc_map.exchange.limits import MOST_BYTES
from rosc_map.exchange.outside import Opened, Reader, ReadOptions, open_file
from rosc_map.exchange.outside.lists import Progress
from rosc_map.exchange.outside.readers import FORMATS, reader_of, sniff
from rosc_map.partnership.import_result import ImportResult
from rosc_map.records import Asset, CellError, match_headers
from rosc_map.records.licences import licence_of, nearest_licence
from rosc_map.whole_file import read_whole

__all__ = [
    "KOBO",
    "KnownList",
    "ListChoices",
    "checked_listing",
    "is_address",
    "list_reader",
    "opened_list",
    "read_options",
    "say_licence",
    "suggested_mapping",
]

KOBO = "kobo"
"""The word for ``--from`` of the answers of a project of KoboToolbox, which are a form's and no outside list."""

_TABLES = (".csv", ".tsv", ".txt")
_LISTS = (".json", ".geojson", ".gpkg", ".shp")
_LISTINGS = ("not_asked", "published_by_itself", "agreed")
_ENVELOPES = ("contents", "content", "data", "elements", "features", "meetings", "services")
_FIRST_LINES = 40  # a register may have a page of words above its headings


@dataclass(frozen=True)
class ListChoices:
    """What a person says of a list that others publish.

    Attributes
    ----------
    publisher
        Who publishes it, in a word.
    programme
        Of meetings: the fellowship.
    licence
        Its licence.
    listing
        What is known of the listing of all that is in it: a word of the codelist; "" where nobody was asked.
    review
        Where to write it down for review, and take nothing.
    allow_inside
        Ask an address of this computer or of a private network too.
    progress
        Told how many pages were fetched, and of how many, as far as that is known.
    """

    publisher: str
    programme: str
    licence: str
    listing: str
    review: Path | None
    allow_inside: bool
    progress: Progress

    def refuse_if_any(self, *, but: Collection[str] = (), why: str = "") -> None:
        """Refuse what a file that is no list has no use for.

        Parameters
        ----------
        but
            The options that it has a use for.
        why
            What the file is, and what to do; a sentence.

        Raises
        ------
        InputError
            When anything else was said.
        """
        options = {
            "--source": self.publisher,
            "--programme": self.programme,
            "--licence": self.licence,
            "--listing": self.listing,
            "--review": self.review,
            "--allow-inside-network": self.allow_inside,
        }
        said = [name for name, given in options.items() if given and name not in but]
        if said:
            why = why or f"If this is one, add --from, one of {', '.join(FORMATS)}."
            raise InputError(f"For lists that others publish only: {', '.join(said)}. {why}")


@dataclass(frozen=True)
class KnownList:
    """An outside list of a known format, as far as it had to be opened to know that.

    Attributes
    ----------
    reader
        What reads it.
    opened
        The list; None where it is still to be opened or fetched.
    """

    reader: Reader
    opened: Opened | None = None


def checked_listing(listing: str) -> str:
    """Return the code of what is known of the listing of all that is in a list; "" where nobody was asked.

    Raises
    ------
    InputError
        When it is nothing that can hold for a whole list.
    """
    try:
        found = str(Asset.check("listing", listing)) if listing else ""
    except CellError:
        found = listing
    if found and found not in _LISTINGS:
        raise InputError(f"--listing {listing!r} cannot hold for a list. Choose from: {', '.join(_LISTINGS)}.")
    return found


def say_licence(licence: str) -> list[str]:
    """Say of a licence that somebody gave what follows if nobody knows it; nothing of one that is known."""
    if not licence or licence_of(licence).code != "unknown":
        return []
    near = nearest_licence(licence)
    asked = f"Did you mean {near}?" if near else "If its makers allowed it, write: Permission of them, and the day."
    return [f"{licence!r} is no licence that rosc-map knows: the public will not see these. {asked}"]


def is_address(source: str | Path) -> bool:
    """Whether a source is an address of the web.

    Raises
    ------
    InputError
        When it is an address of another kind.
    """
    scheme, mark, _ = str(source).partition("://")
    if mark and scheme.lower() not in ("http", "https"):
        raise InputError("Only an address that begins with https:// or http:// is fetched. Give that, or a file.")
    return bool(mark)


def list_reader(source: str | Path, from_format: str) -> KnownList | None:
    """Say what reads a source as an outside list; None for a table of assets of our own.

    Raises
    ------
    InputError
        When the format is unknown, or an address does not say what is there.
    FileProblem
        When a file is missing, damaged or too large.
    """
    if from_format:
        return KnownList(reader_of(from_format))
    if is_address(source):
        from rosc_map.exchange.outside.fetching import LIVE

        raise InputError(f"Say what is at that address: --from, one of {', '.join(LIVE)}.")
    path = Path(source)
    if path.suffix.lower() in _TABLES:
        by_headings = _reader_of_table(path)
        return KnownList(by_headings) if by_headings else None
    if path.suffix.lower() not in (*_LISTS, ".zip") and not path.is_dir():
        return None
    try:
        opened = open_file(path)
    except InputError:
        if path.suffix.lower() == ".zip":
            return None  # the export of a form, in which a table is
        raise
    reader = sniff(opened)
    if reader is None and opened.documents and all(map(_is_empty, opened.documents)):
        raise InputError(
            f"{path.name} has not a single row. That does not mean that there is none here: check what was saved or "
            "asked for."
        )
    if reader is None and path.suffix.lower() != ".zip":
        raise InputError(f"{path.name} is of no format that is known. Say which it is: --from, one of {_formats()}.")
    return KnownList(reader, opened) if reader else None


def _is_empty(page: object) -> bool:
    """Whether a page is the envelope of a list, of whichever format, with nothing in it."""
    return page == [] or (isinstance(page, dict) and any(page.get(key) == [] for key in _ENVELOPES))


def _formats() -> str:
    return "; ".join(f"{code} ({title})" for code, title in FORMATS.items())


def _reader_of_table(path: Path) -> Reader | None:
    """Return what reads a CSV by its first lines; None where they are headings of our own, or nobody's."""
    lines = tuple(islice(csv_rows(path.name, read_whole(path, MOST_BYTES)), _FIRST_LINES))
    needed = {name for name, spec in Asset.specs().items() if spec.required}
    headings = next((cells for _, cells in lines if any(cell.strip() for cell in cells)), [])
    if needed.issubset(match_headers(Asset, headings)[0].values()):
        return None
    return sniff(Opened(path.name, lines=lines))


@contextmanager
def opened_list(source: str | Path, code: str, choices: ListChoices, areas: Sequence[str] = ()) -> Iterator[Opened]:
    """Open a saved list, or fetch it; what was fetched is kept until the block has gone well, to go on from there.

    Parameters
    ----------
    source
        A file, a folder of pages, or an address.
    code
        Of the format.
    choices
        What the person said.
    areas
        The codes of the partnership's areas, for a service that is asked by area.

    Raises
    ------
    InputError
        When there is no live address of that format.
    FileProblem
        When a file is missing, damaged or too large.
    ServiceProblem
        When not everything comes from the address.
    """
    if not is_address(source):
        yield open_file(Path(source))
        return
    from rosc_map.exchange.outside.fetching import LIVE, FetchOptions, fetched_list

    if code not in LIVE:
        raise InputError(f"{code} has no live address: save the list, and give the file. Live are: {', '.join(LIVE)}.")
    options = FetchOptions(inside=choices.allow_inside, areas=tuple(areas))
    keep = platformdirs.user_cache_path("rosc-map") / "fetched"
    with fetched_list(code, str(source), options=options, keep=keep, progress=choices.progress) as opened:
        yield opened


def read_options(choices: ListChoices, mapping: str | Path | None, day: dt.date) -> ReadOptions:
    """Return what the reader of a list has to know beside it.

    Raises
    ------
    FileProblem
        When the mapping is missing or damaged.
    """
    return ReadOptions(
        day=day,
        source=choices.publisher,
        programme=choices.programme,
        mapping=read_table(Path(mapping)) if mapping else None,
    )


def suggested_mapping(reader: Reader, opened: Opened, path: Path) -> ImportResult:
    """Write down which column of a map file may be which field, for a person to look at; nothing is taken.

    Raises
    ------
    InputError
        For a list of which each column is known.
    FileProblem
        When it cannot be written.
    """
    if reader.code != "gis":
        raise InputError(f"There is no file {path}. A mapping is for map files (--from gis) and for counts.")
    from rosc_map.exchange.outside.column_mapping import write_mapping
    from rosc_map.exchange.outside.map_files import NO_TYPE, suggest_mapping

    mapping = suggest_mapping(opened)
    write_mapping(mapping, path)
    said = [f"Nothing was taken. Wrote {path}: which column is which field. Look at it, and run the command again."]
    kinds = [cells for _, cells in mapping.rows if cells["field"] == "asset_type"]
    if not any(cells["becomes"] or (cells["column"] and not cells["value"]) for cells in kinds):
        said.append(f"{NO_TYPE} Fill in the column becomes in a row asset_type first.")
    return ImportResult(opened.name, Asset.noun, said=said, written=path)
