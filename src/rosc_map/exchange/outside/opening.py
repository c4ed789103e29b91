"""Opening a list that somebody saved: JSON pages in a file, a folder or a zip, a CSV, or a file of maps."""

import zipfile
import zlib
from pathlib import Path

from rosc_map.errors import FileProblem, InputError
from rosc_map.exchange.archive import Archive
from rosc_map.exchange.csv_text import csv_rows
from rosc_map.exchange.limits import MOST_BYTES, MOST_CELLS, MOST_PARTS
from rosc_map.exchange.outside.json_text import parse_json, parse_pages
from rosc_map.exchange.outside.lists import Opened
from rosc_map.whole_file import read_whole

__all__ = ["open_file"]

_JSON = (".json", ".geojson")
_MAPS = (".gpkg", ".shp")
_TEXT = (".csv", ".tsv", ".txt")


def open_file(path: Path) -> Opened:
    """Open a saved list, without asking what it is.

    Parameters
    ----------
    path
        A ``.json``, ``.geojson``, ``.csv``, ``.gpkg`` or ``.shp`` file; a folder of JSON pages; or a ``.zip`` of such
        pages or of a shapefile. The pages of a folder or zip are read in the order of their names.

    Raises
    ------
    FileProblem
        When it is missing, damaged or too large (``exchange.limits``).
    InputError
        When it is of another kind, or not what its name says.
    """
    suffix = path.suffix.lower()
    if path.is_dir():
        return _folder(path)
    if suffix in _JSON:
        return Opened(path.name, documents=(parse_json(path.name, read_whole(path, MOST_BYTES)),))
    if suffix in _TEXT:
        lines = _lines(path.name, read_whole(path, MOST_BYTES))
        return Opened(path.name, lines=lines)
    if suffix in _MAPS:
        return Opened(path.name, path=path)
    if suffix == ".zip":
        return _zip(path)
    raise InputError(f"{path.name} is not a kind of list that can be read: .json, .geojson, .csv, .gpkg, .shp or .zip.")


def _lines(name: str, data: bytes) -> tuple[tuple[int, list[str]], ...]:
    found, cells = [], 0
    for number, line in csv_rows(name, data):
        cells += len(line)
        if cells > MOST_CELLS:
            raise FileProblem(f"{name} has more than {MOST_CELLS:,} cells. Split it into smaller files.")
        found.append((number, line))
    return tuple(found)


def _folder(path: Path) -> Opened:
    pages = sorted(page for page in path.rglob("*.json") if page.is_file())
    if not pages:
        raise InputError(f"The folder {path.name} has no .json file in it. Is it the right folder?")
    if len(pages) > MOST_PARTS:
        raise FileProblem(f"The folder {path.name} has more than {MOST_PARTS:,} pages. Give a part of it.")
    return Opened(
        path.name, documents=parse_pages(path.name, ((page.name, read_whole(page, MOST_BYTES)) for page in pages))
    )


def _zip(path: Path) -> Opened:
    data = read_whole(path, MOST_BYTES)
    try:
        archive = Archive(path.name, data)
        names = sorted(part for part in archive.parts if not part.startswith("__MACOSX/"))
        if any(part.lower().endswith(_MAPS) for part in names):
            return Opened(path.name, path=path)
        pages = ((part, b"".join(archive.unpack(part, MOST_BYTES))) for part in names if part.lower().endswith(_JSON))
        documents = parse_pages(path.name, pages)
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise FileProblem(f"{path.name} is damaged, or no zip. Download it again.") from error
    if not documents:
        raise InputError(f"{path.name} has no .json page and no map file in it. Unzip it, and choose a file.")
    return Opened(path.name, documents=documents)
