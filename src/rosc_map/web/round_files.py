"""The papers of a round to take away: written into a private folder, handed over, and left nowhere."""

import io
import shutil
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi.responses import Response

from rosc_map.web.private_folder import PrivateFolder

__all__ = ["handed_over"]

_TYPES = {
    ".zip": "application/zip",
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def handed_over(folder: PrivateFolder, name: str, write: Callable[[Path], Sequence[Path]]) -> Response:
    """Return what is written as a download: one file as it is, several as a zip.

    Parameters
    ----------
    folder
        The server's own: what is left of a server that was killed goes with it.
    name
        The name of the download, without an ending; letters, digits and hyphens.
    write
        Writes into the folder that it is given, and returns the files.
    """
    place = folder.new()
    try:
        files = write(place)
        if len(files) == 1:
            ending, body = files[0].suffix, files[0].read_bytes()
        else:
            ending, body = ".zip", _zipped(files)
    finally:
        shutil.rmtree(place)
    headers = {"Content-Disposition": f'attachment; filename="{name}{ending}"'}
    return Response(body, media_type=_TYPES[ending], headers=headers)


def _zipped(files: Sequence[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return made.getvalue()
