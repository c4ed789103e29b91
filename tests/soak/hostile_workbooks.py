"""Hostile files at their full size: ``python tests/soak/hostile_workbooks.py`` prints a line a case, 1 is failure.

Each is read in a process of its own, and has to be refused in plain words or read within the limits that
``rosc_map.exchange.limits`` states. It takes about five minutes, and 300 MB of disk.
"""

import re
import sys
import tempfile
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "exchange"))
import hostile_books as books
from hostile_books import MB, SHEET, STRINGS

SECONDS = 120
PEAK = 2_000  # MB
ADDRESSES = 8_000 * MB  # the libraries take up addresses that they never fill

FULL = 199 * MB
ROW = '<c t="s"><v>0</v></c><c><v>1</v></c>'


def sheet(path: Path, xml: str, **parts: bytes) -> Path:
    """Write a workbook whose sheet is this XML."""
    return books.write(path, books.small_book() | {SHEET: xml.encode()} | parts)


def after_header(path: Path, xml: str) -> Path:
    """Write a workbook whose sheet has a row of headers, and then this XML."""
    return sheet(path, f"<s><row>{ROW}</row>{xml}</s>")


def wide(columns: int, rows: int, cell: str) -> str:
    """Return a sheet of headers and rows that are filled from end to end; ``{}`` is another number in each cell."""
    head = "".join(f'<c t="inlineStr"><is><t>c{n}</t></is></c>' for n in range(columns))
    lines = ("".join(cell.format(row * columns + n) for n in range(columns)) for row in range(rows))
    return f"<s><row>{head}</row>{''.join(f'<row>{line}</row>' for line in lines)}</s>"


def text(path: Path, data: bytes) -> Path:
    """Write a CSV."""
    path = path.with_suffix(".csv")
    path.write_bytes(data)
    return path


def strings(count: int) -> bytes:
    """Return shared strings, each another."""
    return f"<a>{''.join(f'<si><t>{number}</t></si>' for number in range(count))}</a>".encode()


def one_string(path: Path) -> Path:
    """Write a table that has one string of a million characters in every cell."""
    strings = {STRINGS: books.strings_of(1, "x" * MB)}
    return books.write(path, books.small_book() | {SHEET: wide(50, 90_000, '<c t="s"><v>4</v></c>').encode()} | strings)


CASES = {
    "1,048,576 rows": (
        lambda p: sheet(p, f"<s>{books.many_rows(1_048_576, ROW)}</s>"),
        "more than 200,000 rows",
    ),
    "more cells than are taken": (
        lambda p: sheet(p, wide(500, 20_001, "<c><v>1</v></c>")),
        "more than 10,000,000 cells",
    ),
    "1,048,576 rows, all but one empty": (
        lambda p: after_header(p, books.many_rows(1_048_575, '<c s="0"/>' * 10)),
        "^$",
    ),
    "a row of empty cells": (lambda p: after_header(p, f"<row>{'<c/>' * (FULL // 4 - 99)}</row>"), "^$"),
    "empty strings": (
        lambda p: books.replaced(p, STRINGS, b"<a>" + b"<si/>" * (FULL // 5 - 9) + b"</a>"),
        "is empty|^$",
    ),
    "short strings": (lambda p: books.replaced(p, STRINGS, strings(FULL // 26)), "^$"),
    "one long string in every cell": (one_string, "more than 200,000,000 characters"),
    "all the cells that are taken, numbers": (lambda p: sheet(p, wide(40, 190_000, "<c><v>{}</v></c>")), "^$"),
    "all the cells that are taken, texts": (
        lambda p: sheet(p, wide(40, 110_000, '<c t="inlineStr"><is><t>{}</t></is></c>')),
        "^$",
    ),
    "errors in all cells": (lambda p: sheet(p, wide(50, 150_000, '<c t="e"><v>#N/A</v></c>')), "^$"),
    "merged cells": (lambda p: after_header(p, '<mergeCell ref="A1:B1"/>' * (FULL // 25)), "^$"),
    "a cell of 199 MB": (
        lambda p: sheet(p, f'<s><row><c t="inlineStr"><is><t>{"x" * (FULL - 99)}</t></is></c></row></s>'),
        "a cell of more than 1,000,000 characters",
    ),
    "a tag of 199 MB": (lambda p: sheet(p, f'<s><row r="{"1" * (FULL - 99)}"/></s>'), "a tag of endless length"),
    "66 million elements deep": (lambda p: sheet(p, "<a>" * (FULL // 3)), "nested more than 100 deep"),
    "a bomb of 10 GB": (lambda p: bomb(p), "unpacks to more than 200 MB"),
    "4 million parts": (lambda p: many_parts(p), "more than 10,000 files"),
    "a CSV cell of 199 MB": (lambda p: text(p, b"name\n" + b"x" * FULL), "a line of more than 10,000,000"),
    "a CSV of 199 MB": (
        lambda p: text(p, b"name;note\n" + f"{'x' * 991}\U0001f600;\n".encode() * (FULL // 1_000)),
        "^$",
    ),
    "a CSV of commas": (lambda p: text(p, b"," * FULL), "a line of more than 10,000,000"),
    "a CSV of empty lines": (lambda p: text(p, b"a\n" + b"\n" * FULL), "^$"),
}


def bomb(path: Path) -> Path:
    """Write a workbook of 10 GB."""
    books.write(path, books.small_book() | {SHEET: b""})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as part:
            for _ in range(100):
                part.write(bytes(100 * MB))
        relations = books.small_book()["xl/_rels/workbook.xml.rels"].replace(b"sheet1.xml", b"sheet2.xml")
    return rewritten(path, "xl/_rels/workbook.xml.rels", relations)


def rewritten(path: Path, part: str, data: bytes) -> Path:
    """Add a part that stands in the place of the first of its name."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.filelist = [info for info in archive.filelist if info.filename != part]
        del archive.NameToInfo[part]
        archive.writestr(part, data)
    return path


def many_parts(path: Path) -> Path:
    """Write a zip whose directory names four million parts, in 190 MB."""
    entry = b"PK\x01\x02" + bytes(42) + b"a"
    path.write_bytes(entry * 4_000_000 + b"PK\x05\x06" + bytes(18))
    return path


def _passed(found: dict[str, object], expected: str) -> bool:
    within = float(str(found["seconds"])) <= SECONDS and int(str(found["peak"])) <= PEAK
    plain = found["cause"] not in ("MemoryError", "killed")
    return within and plain and bool(re.search(expected, str(found["refused"])))


def main(wanted: list[str]) -> int:
    """Run the cases, or those whose name holds a word that is given; return how the program ends."""
    failed = 0
    for name, (build, expected) in CASES.items():
        if wanted and not any(word in name for word in wanted):
            continue
        with tempfile.TemporaryDirectory() as folder:
            path = build(Path(folder) / "t.xlsx")
            (found,) = books.read_all([path], memory=ADDRESSES, seconds=SECONDS)
        passed = _passed(found, expected)
        failed += not passed
        came = str(found["refused"])[:70] or f"{found['rows']:,} rows"
        cost = f"{found['seconds']:>6} s {found['peak']:>6} MB"
        print(f"{'ok  ' if passed else 'FAIL'} {cost}  {name}: {came}", flush=True)  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
