"""Hostile workbooks, and a way to read each in a process of its own that may use so much memory and time and no more.

``python hostile_books.py MEMORY SECONDS FILE…`` reads the files and prints a line of JSON for each: what came of it, in
how many seconds, with how much memory at its peak (MB, the libraries included).
"""

import contextlib
import json
import os
import resource
import signal
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

MB = 1_000_000
SHEET, STRINGS, STYLES, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml"
END = "</sheetData>"
LAUGHS = (
    '<!DOCTYPE lol [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(20))
    + "]>"
)
XXE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


def small_book() -> dict[str, bytes]:
    """Return the parts of a workbook of two columns and two rows, with strings and styles in parts of their own."""
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {"worksheet": SHEET, "sharedStrings": STRINGS, "styles": STYLES}
    relations = "".join(f'<Relationship Id="{k}" Type="{kinds}/{k}" Target="/{part}"/>' for k, part in parts.items())
    texts = {
        "_rels/.rels": f'<x><Relationship Id="a" Type="{kinds}/officeDocument" Target="xl/workbook.xml"/></x>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        BOOK: f'<x xmlns:r="{kinds}"><sheets><sheet name="Sheet" sheetId="1" r:id="worksheet"/></sheets></x>',
        STRINGS: "<sst><si><t>name</t></si><si><t>note</t></si><si><t>A</t></si><si><t>B</t></si></sst>",
        STYLES: '<styleSheet><cellXfs><xf numFmtId="0"/></cellXfs></styleSheet>',
        SHEET: '<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
        '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>1</v></c></row>'
        '<row r="3"><c r="A3" t="s"><v>3</v></c><c r="B3"><v>2</v></c></row></sheetData></worksheet>',
    }
    return {name: text.encode() for name, text in texts.items()}


def write(path: Path, parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> Path:
    """Write the parts as a workbook, packed fast."""
    with zipfile.ZipFile(path, "w", packing, compresslevel=1) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def with_rows(path: Path, *more: str, times: int = 1) -> Path:
    """Write a workbook with more XML after its rows."""
    parts = small_book()
    parts[SHEET] = parts[SHEET].replace(END.encode(), b"".join(text.encode() * times for text in more) + END.encode())
    return write(path, parts)


def replaced(path: Path, part: str, data: bytes) -> Path:
    """Write a workbook with one part replaced."""
    return write(path, small_book() | {part: data})


def with_doctype(path: Path, part: str, doctype: str) -> Path:
    """Write a workbook of which one part declares entities; the sheet uses one as a cell."""
    parts = small_book()
    root = parts[part]
    if part == SHEET:
        root = root.replace(
            END.encode(), b'<row r="9"><c r="A9" t="inlineStr"><is><t>&a;</t></is></c></row></sheetData>'
        )
    return write(path, parts | {part: doctype.encode() + root})


def lying(path: Path, part: str, data: bytes, claim: int) -> Path:
    """Write a workbook with a part that claims to be small."""
    replaced(path, part, data)
    raw = path.read_bytes()
    path.write_bytes(raw.replace(struct.pack("<I", len(data)), struct.pack("<I", claim)))
    return path


def strings_of(count: int, text: str) -> bytes:
    """Return the four shared strings of the small workbook, and more that are all the same."""
    head = small_book()[STRINGS].removesuffix(b"</sst>")
    return head + f"<si><t>{text}</t></si>".encode() * count + b"</sst>"


def many_rows(count: int, cell: str = "<c><v>1</v></c>") -> str:
    """Return rows without numbers, which follow those that are there."""
    return f"<row>{cell}</row>" * count


def read_all(paths: list[Path], *, memory: int, seconds: int) -> list[dict[str, object]]:
    """Read each file in a process of its own, within so much memory (bytes of address space) and time."""
    command = [sys.executable, __file__, str(memory), str(seconds), *map(str, paths)]
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=os.environ | threads)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _read_one(path: Path, memory: int, seconds: int, out: int) -> None:
    from rosc_map.errors import RoscMapError
    from rosc_map.exchange import read_table

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    signal.alarm(seconds)
    found: dict[str, object] = {"rows": 0, "refused": "", "cause": ""}
    try:
        found["rows"] = len(read_table(path).rows)
    except RoscMapError as refused:
        found |= {"refused": str(refused), "cause": type(refused.__cause__).__name__}
    except MemoryError:
        found["cause"] = "MemoryError"
    os.write(out, json.dumps(found).encode())


def _main(memory: int, seconds: int, paths: list[Path]) -> None:
    from rosc_map.exchange import read_table  # noqa: F401 - once, with all that it needs, before the processes part

    for path in paths:
        come, go = os.pipe()
        began = time.monotonic()
        child = os.fork()
        if not child:
            with contextlib.suppress(BaseException):
                _read_one(path, memory, seconds, go)
            os._exit(0)
        os.close(go)
        _, status, usage = os.wait4(child, 0)
        with os.fdopen(come) as answer:
            found = json.loads(answer.read() or '{"rows": 0, "refused": "", "cause": "killed"}')
        took = {"seconds": round(time.monotonic() - began, 1), "peak": usage.ru_maxrss // 1000, "status": status}
        print(json.dumps(found | took), flush=True)  # noqa: T201 - this is how the answer goes back


if __name__ == "__main__":
    _main(int(sys.argv[1]), int(sys.argv[2]), [Path(name) for name in sys.argv[3:]])
