"""Everything that leaves the house for one audience, for the tests that look into all of it."""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from rosc_map.errors import InputError
from rosc_map.partnership.exports import EXPORTS
from rosc_map.partnership.record_names import RECORDS
from rosc_map.publish import publish_report
from rosc_map.publish.report_types import PAPERS

REPLY_TO = "01632 960999"


def write_all(partnership, folder: Path, audience: str, papers: Collection[str] = tuple(PAPERS)) -> list[Path]:
    """Write every output that an audience may have, with these kinds of papers, and return the files."""
    (folder / "papers").mkdir(parents=True)
    layers = partnership.map_in_layers(audience)
    for name in ("map.html", "map.png"):
        partnership.write_map(layers, folder / name)
    partnership.write_gaps(partnership.gaps(audience), folder / "gaps")
    partnership.write_network(partnership.network(audience), folder / "network")
    partnership.write_estimate(partnership.estimate("R1"), folder / "linkage", audience=audience)
    board = partnership.report(audience)
    held = partnership.snapshot()
    for kind in papers:
        # All papers are made of one gap analysis and one network.
        paper = board if kind == "board" else publish_report(held, board.gaps, board.network, kind)
        partnership.write_report(paper, folder / "papers" / kind)
    _exports(partnership, folder, audience)
    if audience != "internal":
        partnership.write_near(partnership.near("Surrey", audience=audience), folder / "near.html")
    if audience == "internal":
        _papers(partnership, folder)
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _exports(partnership, folder: Path, audience: str) -> None:
    (folder / "exports").mkdir()
    partnership.export(folder / "assets.geojson", audience=audience)
    shown = partnership.publish(audience)
    for code, each in EXPORTS.items():
        for ending in each.endings or ("",):
            each.write(shown, folder / "exports" / f"{code}{ending}")
    for record in RECORDS.keys() - {"assets"}:
        with suppress(InputError):  # not for this audience
            partnership.export(folder / f"{record}.csv", audience=audience, record=record)


def _papers(partnership, folder: Path) -> None:
    for ending in ("html", "csv", "xlsx"):
        partnership.sheet("R1", folder / f"calls.{ending}")
    partnership.letter("R1", folder / "letters", reply_to=REPLY_TO)
    partnership.feedback("R1", folder / "own", reply_to=REPLY_TO)
    partnership.write_plan(partnership.plan(), folder / "plan.html")
    partnership.write_worklist(folder / "worklist.csv")
