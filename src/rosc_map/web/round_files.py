"""The papers of a round to take away: written into a private folder, handed over, and left nowhere."""

import io
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from fastapi.responses import Response

__all__ = ["handed_over"]

_TYPES = {
    ".zip": "application/zip",
    ".html": "text/html",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def handed_over(name: str, write: Callable[[Path], Sequence[Path]]) -> Response:
    """Return what is written as a download: one file as it is, several as a zip.

    Parameters
    ----------
    name
        The name of the download, without an ending; letters, digits and hyphens.
    write
        Writes into the folder that it is given, and returns the files.
    """
    # Readable by us alone, and gone with all that is in it, however this ends.
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        files = write(Path(folder))
        if len(files) == 1:
            ending, body = files[0].suffix, files[0].read_bytes()
        else:
            ending, body = ".zip", _zipped(files)
    headers = {"Content-Disposition": f'attachment; filename="{name}{ending}"'}
    return Response(body, media_type=_TYPES[ending], headers=headers)


def _zipped(files: Sequence[Path]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, file.name)
    return made.getvalue()
