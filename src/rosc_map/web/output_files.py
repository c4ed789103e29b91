"""One output: what is wanted, the words of the command that makes it, and the files that come of it."""

import contextlib
import datetime as dt
import gzip
import hashlib
import html
import re
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from rosc_map.records import Audience, day

__all__ = ["OutputFile", "Wanted", "files_in", "in_short", "pack", "words_for"]

_HEAD = 65_536
_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')
_HEADLINE = re.compile(r'<p class="headline">([^<]*)</p>')
_NOTHING_RUNS = "default-src 'none'"


@dataclass(frozen=True)
class Wanted:
    """Something to be made.

    Attributes
    ----------
    kind
        ``map``, ``gaps``, ``network``, ``report``, ``round``, ``export`` or ``worklist``.
    audience
        Who it is for.
    choices
        Of a map and of gaps: the tier ("" for the area's own) and the asset type. Of a round: its name. Of an export:
        the record, the format, and the name of the file.
    """

    kind: str
    audience: Audience
    choices: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        """Its name in an address, beside that of its audience."""
        return "~".join((self.kind, *(quote(choice, safe="") for choice in self.choices)))

    @property
    def is_packed(self) -> bool:
        """Whether its pages are kept packed as well: what has secrets in it never is, its size would tell of them."""
        return self.kind == "map" and self.audience is Audience.PUBLIC


@dataclass(frozen=True)
class OutputFile:
    """A file that was made.

    Attributes
    ----------
    name
        Its name.
    size
        How many bytes it has.
    policy
        Of a page, what may run in it.
    mark
        Of a page, a word that is another when anything in it is.
    """

    name: str
    size: int
    policy: str = ""
    mark: str = ""

    @property
    def packed_name(self) -> str:
        """The name of the packed one, which nobody can ask for by name."""
        return f"{self.mark}.gz"


def in_short(kind: str, said: str, folder: Path, at: dt.date) -> str:
    """Return the sentence that tells most of what was made: where figures come first, the first that was said."""
    if kind == "map":  # its command tells only of the file, and the page itself of the figures
        found = _HEADLINE.search((folder / "map.html").read_text("utf-8"))
        return f"{html.unescape(found[1])} As at {day(at)}." if found else ""
    return said.partition("\n")[0].strip() if kind in ("gaps", "network", "report") else ""


def words_for(wanted: Wanted, target: str, folder: Path) -> list[str]:
    """Return the words of the command that makes something; what people named comes after ``--``, and is no option."""
    whom = ["--audience", wanted.audience.value]
    match wanted.kind, wanted.choices:
        case "map", (tier, kind):
            chosen = ["--type", kind, *(["--tier", tier] if tier else [])]
            return ["map", *whom, *chosen, "--", target, str(folder / "map.html")]
        case "gaps", (tier, kind):
            chosen = ["--type", kind, *(["--tier", tier] if tier else [])]
            return ["gaps", *whom, *chosen, "--out", str(folder), "--", target]
        case "round", (name,):
            return ["linkage", "estimate", *whom, "--out", str(folder), "--", target, name]
        case "export", (record, to, name):
            return ["export", *whom, "--as", record, *(["--to", to] if to else []), "--", target, str(folder / name)]
        case "worklist", ():
            return ["check", "--worklist", str(folder / "to-check.xlsx"), "--", target]
        case "report", ():
            return ["report", *whom, "--", target, str(folder)]
        case _:
            return ["network", *whom, "--out", str(folder), "--", target]


def files_in(folder: Path) -> tuple[OutputFile, ...]:
    """Return the files of a folder by name; a folder within it becomes one file."""
    for inside in [each for each in folder.iterdir() if each.is_dir()]:
        shutil.make_archive(str(inside), "zip", inside)
        shutil.rmtree(inside)
    return tuple(_file(each) for each in sorted(folder.iterdir()))


def _file(path: Path) -> OutputFile:
    size = path.stat().st_size
    if path.suffix != ".html":
        return OutputFile(path.name, size)
    return OutputFile(path.name, size, _policy(path), hashlib.sha256(path.read_bytes()).hexdigest()[:32])


def pack(folder: Path, files: Iterable[OutputFile]) -> None:
    """Put a packed one beside each page, so that it is sent in less time."""
    for file in files:
        if file.policy:
            content = gzip.compress((folder / file.name).read_bytes(), mtime=0)
            (folder / file.packed_name).write_bytes(content)


def _policy(page: Path) -> str:
    """Return what may run in a page of ours: what it says of itself, and nothing where it says nothing."""
    with contextlib.suppress(OSError), page.open(encoding="utf-8") as file:
        # It stands above the title, and so above anything that people typed.
        found = _POLICY.search(file.read(_HEAD))
        if found:
            return f"{html.unescape(found[1])}; frame-ancestors 'self'"
    return f"{_NOTHING_RUNS}; frame-ancestors 'self'"
