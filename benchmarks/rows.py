"""A row of the table: ours beside a peer or a limit, with what every round of one run took; and files of such rows."""

import datetime as dt
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import time
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from importlib.metadata import version
from pathlib import Path

__all__ = ["MET", "MISSED", "WITHIN", "Clock", "Results", "Row", "in_area", "load", "number", "save", "table", "used"]

_HEADS = ("", "what", "ours", "theirs", "ratio (lowest to highest)", "wanted", "met", "measured", "beside")
_ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Row:
    """One row.

    Attributes
    ----------
    what, peer
        What was measured, and what ours stands beside.
    unit
        Of ``ours`` and ``theirs``.
    wanted
        ``>= 20`` is peer / ours, ``<= 0.08`` is ours / peer; with no number it is only for comparison.
    ours, theirs
        What each round took. Where there are as many of both, they were taken in turn.
    version
        The peer's package and its version; "" for a limit, or what Python itself has.
    area
        The part of the table.
    ours_cpu, theirs_cpu
        The CPU time of each round, in the same unit, of this process and those that it started; empty where it was not
        taken. The work of a database server or a browser is not in it.
    of
        What was measured so many times: rounds of the same thing, or different things.
    """

    what: str
    peer: str
    unit: str
    wanted: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    version: str = ""
    area: str = ""
    ours_cpu: tuple[float, ...] = ()
    theirs_cpu: tuple[float, ...] = ()
    of: str = "rounds"

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same row in another run."""
        return self.area, self.what, self.peer

    @property
    def ratio(self) -> float:
        """The ratio of the medians, as ``wanted`` has it."""
        return self._ratio(statistics.median(self.ours), statistics.median(self.theirs))

    @property
    def spread(self) -> tuple[float, float]:
        """The lowest and the highest ratio of a round: the same twice where there was one round."""
        if len(self.ours) == len(self.theirs):
            found = [self._ratio(mine, other) for mine, other in zip(self.ours, self.theirs, strict=True)]
        else:
            found = [self._ratio(mine, statistics.median(self.theirs)) for mine in self.ours]
        return min(found), max(found)

    def _ratio(self, mine: float, other: float) -> float:
        return other / mine if self.wanted.startswith(">=") else mine / other

    @property
    def met(self) -> str:
        """Whether the ratio is as wanted, in a word; "" where nothing is wanted."""
        return self.meets(self.wanted)

    @property
    def is_missed(self) -> bool:
        """Whether the ratio is not as wanted, and no round of it was."""
        return self.met == MISSED

    def meets(self, wanted: str) -> str:
        """Say whether every round is as some wish has it, none is, or only some are; "" where it has no number."""
        sign, _, limit = wanted.partition(" ")
        if not limit:
            return ""
        seen = (*self.spread, self.ratio)
        met = {one >= float(limit) if sign == ">=" else one <= float(limit) for one in seen}
        return WITHIN if len(met) > 1 else MET if True in met else MISSED

    @property
    def rounds(self) -> int:
        """How often it was measured."""
        return len(self.ours)

    def cells(self) -> tuple[str, ...]:
        """Return the cells of the table, in words."""
        low, high = self.spread
        ratio = number(self.ratio) + (f" ({number(low)} to {number(high)})" if self.rounds > 1 else "")
        mine, other = self._cell(self.ours, self.ours_cpu), self._cell(self.theirs, self.theirs_cpu)
        wanted = self.wanted if self.met else "–"
        beside = f"{self.peer} [{self.version}]" if self.version else self.peer
        measured = f"{self.rounds} {self.of if self.rounds > 1 else self.of.removesuffix('s')}"
        return self.area, self.what, mine, other, ratio, wanted, self.met, measured, beside

    def _cell(self, took: tuple[float, ...], cpu: tuple[float, ...]) -> str:
        words = f"{number(statistics.median(took))} {self.unit}".strip()
        return f"{words} (CPU {number(statistics.median(cpu))})" if cpu else words


MET, MISSED, WITHIN = "yes", "NO", "within the spread"


def number(value: float) -> str:
    """Return three figures or more, and no more than are of use."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if value else "0"


@dataclass(frozen=True)
class Results:
    """A run: about the machine and the day, all rows, and what went wrong in which area."""

    about: dict[str, object]
    rows: tuple[Row, ...]
    failed: dict[str, str]


def save(results: Results, path: Path) -> None:
    """Write a run as JSON, each round to four figures."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        asdict(row) | {side: [float(f"{one:.4g}") for one in getattr(row, side)] for side in _SIDES}
        for row in results.rows
    ]
    lines = ",\n".join(f"  {json.dumps(row, ensure_ascii=False)}" for row in rows)
    head = json.dumps({"about": results.about, "failed": results.failed}, ensure_ascii=False, indent=1)
    path.write_text(f'{head[:-2]},\n "rows": [\n{lines}\n ]\n}}\n', encoding="utf-8")


_SIDES = ("ours", "theirs", "ours_cpu", "theirs_cpu")


def load(path: Path) -> Results:
    """Read what :func:`save` wrote."""
    found = json.loads(path.read_text(encoding="utf-8"))
    rows = [Row(**row | {side: tuple(row.get(side, ())) for side in _SIDES}) for row in found["rows"]]
    return Results(found["about"], tuple(rows), found["failed"])


def table(rows: Iterable[Row]) -> Iterator[str]:
    """Yield the lines of one table of all rows, columns aligned."""
    cells = [_HEADS, *(row.cells() for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for line in cells:
        yield "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()


class Clock:
    """How long a run takes, and how much of the machine other programs took meanwhile."""

    def __init__(self) -> None:
        self._start, self._busy, self._own = time.monotonic(), _busy(), used()

    @property
    def seconds(self) -> float:
        """Since the start."""
        return time.monotonic() - self._start

    def about(self) -> dict[str, object]:
        """Return what has to be known of the machine to read the figures."""
        cores = os.cpu_count() or 1
        own, everything = used() - self._own, _busy() - self._busy
        memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
        return {
            "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
            "cores": cores,
            "processor": _processor(),
            "memory_gib": round(memory, 1),
            "system": f"{platform.system()} {platform.release().partition('-')[0]}",
            "python": platform.python_version(),
            "rosc_map": version("rosc-map"),
            "commit": _commit(),
            "seconds": round(self.seconds),
            "cpu_seconds": round(own),
            # A tenth is what a quiet machine's own keeping and the database servers that we start come to.
            "others": round(max(everything - own, 0) / (self.seconds * cores), 2),
        }


def used() -> float:
    """Return the CPU seconds of this process, and of those that it has waited for."""
    each = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in each)


def _commit() -> str:
    """Return the commit that is measured, "-dirty" behind it where files have changed; "" where there is no git."""
    git = shutil.which("git")
    if git is None or not (_ROOT / ".git").exists():
        return ""
    words = [git, "-C", str(_ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _busy() -> float:
    """Return the CPU seconds of all programs since the machine was started; Linux only."""
    user, nice, system, _, _, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())


def in_area(area: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows, each marked with its area."""
    for row in rows:
        yield replace(row, area=area)
