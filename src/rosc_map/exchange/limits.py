"""How much is read of a file that somebody hands in, in one place.

Within these the worst file that we could make took 1.2 GB of memory and 80 seconds (``tests/soak``), and a test fails
beyond 2 GB and two minutes; beyond these limits a file is refused.
"""

__all__ = [
    "DEEPEST",
    "LONGEST_CELL",
    "LONGEST_LINE",
    "MOST_BYTES",
    "MOST_BYTES_OF_A_SMALL_PART",
    "MOST_CELLS",
    "MOST_COLUMNS",
    "MOST_IN_A_MATRIX",
    "MOST_JSON_PARTS",
    "MOST_PARTS",
    "MOST_ROWS",
]

MOST_BYTES = 200_000_000
"""Of a file, of each part of a zipped file when it is unpacked, and (in characters) of all cells together."""

MOST_ROWS = 200_000
MOST_COLUMNS = 500

MOST_CELLS = 10_000_000
"""Rows times columns: 200,000 rows of 50 columns."""

MOST_IN_A_MATRIX = 1_000
"""Rows of a matrix of services, which has no more columns than any other table."""

MOST_JSON_PARTS = 12_000_000
"""Commas and opening brackets of a JSON text; 100,000 meetings have about four million."""

LONGEST_CELL = 1_000_000
"""In characters; also the longest tag of a workbook's XML, in bytes. Excel itself stops at 32,767."""

LONGEST_LINE = 10_000_000
"""Of a CSV, in characters."""

MOST_PARTS = 10_000
"""Files in a zipped file."""

MOST_BYTES_OF_A_SMALL_PART = 20_000_000
"""Unpacked, of the parts of a workbook that hold no cells: its list of sheets, its styles."""

DEEPEST = 100
"""Elements within elements of a workbook's XML; an honest one has about ten."""
