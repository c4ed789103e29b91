"""Text that wants to run, break or mislead, and a partnership that has it in every field of every record."""

import csv
import datetime as dt
import re
from pathlib import Path

from openpyxl import load_workbook

import rosc_map
from rosc_map.errors import RowProblem, RowsRejected
from rosc_map.partnership.record_names import RECORDS
from rosc_map.records import FieldSpec, Kind, Record, SurveyedArea, parse_cell
from rosc_map.store import LINKS

TODAY = dt.date(2026, 11, 22)
FEW = (
    "</script><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "`);alert(1)// ${alert(1)} {{ 7 * 7 }}{% raw %} {0.__class__} %s",
    '=HYPERLINK("x")',
    "\u2028alert(1)\u2029 zero\u200bwidth\u200d\ufeff \u202ereversed\u202c",
    "javascript:alert(1)",
)
PAYLOADS = (
    *FEW,
    "<!--<script>",
    "--><script>alert(1)</script><!--",
    "]]><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "</textarea></noscript><script>alert(1)</script>",
    "'\"><svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<details open ontoggle=alert(1)>x</details>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data='data:text/html,<script>alert(1)</script>'></object>",
    '<meta http-equiv="refresh" content="0;url=https://evil.invalid/">',
    "<base href='https://evil.invalid/'>",
    '<a href="jav&#x09;ascript:alert(1)">x</a>',
    "\\u003cimg src=x onerror=alert(1)\\u003e \\x3cscript\\x3e",
    "&lt;b&gt;not bold&lt;/b&gt; &#60;script&#62;",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil.invalid/x.js",
    "</style><style>*{background:url(https://evil.invalid/x)}</style>",
    "expression(alert(1)); url(javascript:alert(1)) @import 'https://evil.invalid/x.css';",
    "{{ config.__class__.__init__.__globals__ }}{% for x in range(9) %}{{ x }}{% endfor %}",
    "{name!r} {0} {} %(name)s %n %x $name ${name}",
    "'; DROP TABLE assets; --",
    '" OR 1=1 --',
    "+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "__proto__",
    "$(touch x) `touch x` | touch x; ../../../etc/passwd",
    "a\x01b\x07c\x1bd\x7fe\x9bf",
    "half \ud800 of a pair",
    "\u2067right \u202eto left\u2069 \u200f\u200e\u061c",
    "z" + "\u0351\u0300\u0489" * 40 + "algo",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 \U0001f3f4\U000e0067\U000e0062\U000e007f",
)
LONG = "x" * 10_000
"""Too long for any field."""

_KINDS = (Kind.TEXT, Kind.LONG_TEXT, Kind.LIST, Kind.PLACE, Kind.SESSIONS)
_UNPLAIN = re.compile(r"Traceback|Error\b|Exception|NoneType|object at 0x|pydantic|sqlite")


def asset_ids(payloads: tuple[str, ...]) -> list[str]:
    """Return the ids of the assets, as they are kept: hostile too, and not longer than an id may be."""
    return [" ".join(_as_kept(f"{at}-{words}"[:80]).split()) for at, words in enumerate(payloads)]


def _as_kept(text: str) -> str:
    return str(parse_cell(FieldSpec(Kind.TEXT, "x", longest=20_000), text))


def _right(record: type[Record], ids: list[str], number: int) -> dict[str, str]:
    """Return a row of a record that is right, and differs from the row of another number."""
    row = {name: spec.example if spec.required else "" for name, spec in record.specs().items()}
    row |= dict(zip(LINKS.get(record, ()), (ids[number % len(ids)], ids[(number + 1) % len(ids)]), strict=False))
    fixed = {"area_code": "Surrey", "listing": "agreed", "location_precision": "exact", "status": "active"}
    fixed |= {"postcode": "KT22 7TW", "latitude": "", "longitude": "", "areas_served": "Surrey", "listing_shows": ""}
    fixed |= {"asset_type": "lero", "evidence": "declared", "id": ids[number % len(ids)], "external_ids": ""}
    fixed |= {"phone": f"01632 96{number:04}", "verified_on": "2026-10-01"}
    row |= {name: value for name, value in fixed.items() if name in row}
    if "name" in row:
        row["name"] = f"Example Place {number}"
    if record is SurveyedArea:
        row["asset_type"] = ("lero", "mutual_aid", "treatment")[number % 3]
    return row


def rows_of(record: type[Record], ids: list[str], payloads: tuple[str, ...]) -> list[dict[str, str]]:
    """Return a row of a record for each text, which stands in every field that takes words."""
    kept_out = {"id", "area_code", *LINKS.get(record, ())}
    names = [name for name, spec in record.specs().items() if spec.kind in _KINDS and name not in kept_out]
    rows = [_right(record, ids, at) | dict.fromkeys(names, words) for at, words in enumerate(payloads)]
    # Under any other words for a licence nothing of it would be in a public output.
    return [row | ({"licence": f"Permission of A {row['licence']}"} if "licence" in row else {}) for row in rows]


def taken_in(partnership, name: str, rows: list[dict[str, str]], ids: list[str], folder: Path) -> list[RowProblem]:
    """Import rows of a record, with right values where a field's own check refuses the text; return what it said."""
    record, refused = RECORDS[name], []
    for _ in range(len(record.specs())):
        path = folder / f"{name}.csv"
        with path.open("w", newline="", encoding="utf-8", errors="ignore") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        try:
            partnership.import_(path, name)
            return refused
        except RowsRejected as error:
            refused += error.problems
            for problem in error.problems:
                at = problem.row - 2
                rows[at][problem.column] = _right(record, ids, at)[problem.column]
    raise AssertionError(f"{name}: still refused: {refused[-1]}")


def is_plain(problem: RowProblem) -> bool:
    """Whether a refusal is told in sentences that a volunteer can follow."""
    said = f"{problem.why} {problem.what_to_do}".replace(problem.value, "")
    return problem.what_to_do.endswith((".", "?")) and len(said) < 600 and not _UNPLAIN.search(said)


def partnership(folder: Path, payloads: tuple[str, ...]):
    """Make a partnership with these texts everywhere: records, title, banner, the replies to a linkage test.

    Returns the partnership, and all that the checks of the fields refused.
    """
    folder.mkdir(exist_ok=True)
    path, ids = folder / "h.gpkg", asset_ids(payloads)
    title, banner = payloads[0], payloads[1 % len(payloads)]
    opened = rosc_map.new(path, ["Surrey"], title=_as_kept(title), banner=_as_kept(banner))
    refused: list[RowProblem] = []
    for name, record in RECORDS.items():
        rows = rows_of(record, ids, payloads)
        refused += taken_in(opened, name, rows, ids, folder)
    early = rosc_map.open(path, today=TODAY - dt.timedelta(days=40))
    drawn = early.draw(sources=len(ids), targets=2, seed=1)
    answers = drawn.questions[["source", "target"]].assign(level="referral", contact="answered")
    answers.to_csv(folder / "answers.csv", index=False, encoding="utf-8")
    early.record("R1", folder / "answers.csv")
    early.feedback("R1", folder / "own", reply_to=banner, on=TODAY - dt.timedelta(days=20))
    for identifier, words in zip(ids, payloads, strict=True):
        early.reply("R1", identifier, words)
    return rosc_map.open(path, today=TODAY), refused


FOREIGN = (
    "img:not([src^='data:']), iframe, object, embed, base, meta[http-equiv=refresh], animate, a[href^='javascript' i]"
)
"""What no page of ours has: an element of a payload, come to life."""


def wrong_on(watched) -> str:
    """Use all of a page that was opened, and return what ran, broke or was asked for; "" for nothing."""
    watched.use_everything()
    found = watched.page.locator(FOREIGN).count()
    happened = (watched.dialogs, watched.console_errors, watched.page_errors, watched.requests)
    return "" if watched.quiet and not found else f"{watched.page.url}: {happened}, {found} foreign elements"


def missing_from(watched, words) -> list[str]:
    """Return which of some texts are the text of no element of a page, letter by letter."""
    texts = set(watched.page.evaluate("() => [...document.querySelectorAll('body *')].map((at) => at.textContent)"))
    return [each for each in words if each not in texts]


def formulas_in(files) -> list[str]:
    """Return the cells of tables that a spreadsheet would work out, by their files."""
    found = []
    for path in files:
        if path.suffix == ".csv":
            with path.open(encoding="utf-8-sig", newline="") as file:
                cells = [cell.strip() for row in csv.reader(file) for cell in row]
            found += [f"{path.name}: {cell}" for cell in cells if cell[:1] in ("=", "@", "+") or cell.startswith("-2")]
        elif path.suffix == ".xlsx":
            cells = [cell for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row]
            found += [f"{path.name}: {cell.value}" for cell in cells if cell.data_type == "f"]
    return found
