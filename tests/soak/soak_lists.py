"""Lists of others at full size: 100,000 rows of each format, 1 GB, and bombs; each in a process with bounded memory."""

import csv
import io
import json
import subprocess
import sys

import pytest

from partnership.list_samples import SAMPLES

ROWS = 100_000
MB = 1_000_000
# Of address space, of which the libraries take about a third before a file is opened.
MEMORY = 3_500 * MB
READ = f"""
import datetime as dt, resource, sys
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
from rosc_map.errors import RoscMapError
from rosc_map.exchange.outside import ReadOptions, open_file
from rosc_map.exchange.outside.readers import reader_of
try:
    found = reader_of(sys.argv[1]).read(
        open_file(Path(sys.argv[2])), ReadOptions(dt.date(2026, 11, 22), source="soak", programme="aa")
    )
    print(len(found.rows))
except RoscMapError as error:
    print(type(error).__name__, error)
"""


def read(code, path):
    done = subprocess.run([sys.executable, "-c", READ, code, str(path)], capture_output=True, text=True, timeout=300)
    assert done.stderr == "", done.stderr[-2_000:]
    return done.stdout.strip()


def many(code):
    """The sample of a format with 100,000 rows, each with an id and a name of its own."""
    _, text = SAMPLES[code]
    if code == "cqc":
        lines = list(csv.reader(io.StringIO(text)))
        out = io.StringIO(newline="")
        write = csv.writer(out)
        write.writerows(lines[:-1])
        at, name = lines[-2].index("CQC Location ID (for office use only)"), lines[-2].index("Name")
        for number in range(ROWS):
            row = list(lines[-1])
            row[at], row[name] = f"1-{number}", f"Example Hub {number}"
            write.writerow(row)
        return out.getvalue()
    said = json.loads(text)
    rows, put = ROWS_OF[code](said)
    put([CHANGED[code](rows[0], number) for number in range(ROWS)])
    return json.dumps(said)


def _held(said, key):
    return said[key], lambda rows: said.__setitem__(key, rows)


def _bare(said):
    return list(said), lambda rows: said.__setitem__(slice(None), rows)


ROWS_OF = {
    "oruk": lambda said: _held(said, "contents"),
    "meeting-guide": _bare,
    "bmlt": lambda said: _held(said, "meetings"),
    "aliss": lambda said: _held(said, "data"),
    "osm": lambda said: _held(said, "elements"),
    "gis": lambda said: _held(said, "features"),
}
CHANGED = {
    "oruk": lambda row, n: row | {"id": f"00000000-0000-4000-8000-{n:012}", "name": f"Example recovery {n}"},
    "meeting-guide": lambda row, n: (
        row | {"slug": f"m{n}", "name": f"Meeting {n}", "formatted_address": f"{n // 5} High Street, Town, TS1 2PA, UK"}
    ),
    "bmlt": lambda row, n: row | {"id_bigint": str(n), "location_street": f"{n // 5} High Street"},
    "aliss": lambda row, n: row | {"id": f"service-{n}", "name": f"Example alcohol service {n}"},
    "osm": lambda row, n: row | {"id": n, "tags": row["tags"] | {"name": f"Example Hall {n}"}},
    "gis": lambda row, n: row | {"id": n, "properties": row["properties"] | {"name": f"Example Garden {n}"}},
}


@pytest.mark.parametrize("code", list(SAMPLES))
def test_100_000_rows_are_read_within_bounds(tmp_path, code):
    name, _ = SAMPLES[code]
    path = tmp_path / name
    path.write_text(many(code), "utf-8")
    assert int(read(code, path)) in (ROWS, ROWS // 5)


@pytest.mark.parametrize("code", list(SAMPLES))
def test_a_gigabyte_is_refused_unread(tmp_path, code):
    path = tmp_path / SAMPLES[code][0]
    with path.open("wb") as file:
        file.truncate(1_000 * MB)  # no disk is filled
    assert "larger than 200 MB" in read(code, path)


BOMBS = {
    "deep": ("[" * 5 * MB, "is not JSON"),
    "empty lists": ("[" + "[]," * 20 * MB + "[]]", "more than 12,000,000 parts"),
    "a long number": ("[" + "9" * 50 * MB + "]", "is not JSON"),
    "numbers": ("[" + "1.5," * 11 * MB + "1]", ""),
    "a long text": ('[{"name": "' + "<a " * 30 * MB + '"}]', ""),
    "half of it": (json.dumps([{"name": "a"}] * MB)[:-9], "is not JSON"),
}


@pytest.mark.parametrize("kind", list(BOMBS))
@pytest.mark.parametrize("code", ["oruk", "meeting-guide"])
def test_bombs_come_to_a_plain_end(tmp_path, code, kind):
    text, said = BOMBS[kind]
    path = tmp_path / "list.json"
    path.write_text(text, "utf-8")
    assert said in read(code, path)
