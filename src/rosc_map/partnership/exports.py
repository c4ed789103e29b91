"""Exports: what one audience may see, in the formats that other programs read."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from rosc_map import exchange
from rosc_map.errors import InputError
from rosc_map.partnership.core import audience_of
from rosc_map.partnership.outputs import Outputs, only_counted
from rosc_map.partnership.record_names import record_type
from rosc_map.publish import Published, assets_table, licence_table, records_table, refused_for_licence, view
from rosc_map.publish.licences import licence_lines
from rosc_map.records import Audience, counted

__all__ = ["EXPORTS", "Export", "Exports"]


@dataclass(frozen=True)
class Export:
    """A format in which assets are exported.

    Attributes
    ----------
    title
        What it is, for people.
    endings
        What the name of the file may end in; none where a folder is written.
    write
        Writes what was published to a path.
    by_ending
        Whether the ending tells it; else only ``--to`` does.
    part
        Which of some assets the format takes.
    takes
        The same in words, to stand behind "takes"; "" where it takes all.
    """

    title: str
    endings: tuple[str, ...]
    write: Callable[[Published, Path], object]
    by_ending: bool = True
    part: Callable[[pd.DataFrame], pd.DataFrame] = lambda assets: assets
    takes: str = ""


def _table(published: Published, path: Path) -> Path:
    return exchange.write_table(assets_table(published), path)


# Each is looked up in its room when it is used, so that no format waits for the libraries of another.
EXPORTS = {
    "csv": Export("CSV", (".csv",), _table),
    "xlsx": Export("Excel", (".xlsx",), _table),
    "geojson": Export("GeoJSON", (".geojson",), lambda *given: exchange.write_geojson(*given)),
    "gpkg": Export("GeoPackage", (".gpkg",), lambda *given: exchange.write_geopackage(*given)),
    "graphml": Export("GraphML", (".graphml",), lambda *given: exchange.write_graphml(*given)),
    "gexf": Export("GEXF", (".gexf",), lambda *given: exchange.write_gexf(*given)),
    "oruk": Export("Open Referral UK", (), lambda *given: exchange.write_open_referral(*given), by_ending=False),
    "meeting-guide": Export(
        "Meeting Guide",
        (".json",),
        lambda *given: exchange.write_meeting_guide(*given),
        by_ending=False,
        part=lambda assets: exchange.meeting_guide_part(assets),
        takes="mutual aid that is not closed",
    ),
    "kumu": Export("Kumu", (".json", ".xlsx"), lambda *given: exchange.write_kumu(*given), by_ending=False),
    "edges": Export("A list of edges", (".csv",), lambda *given: exchange.write_edges(*given), by_ending=False),
}
"""The formats of assets, by the names that ``--to`` takes."""

_OF_RECORDS = ("csv", "xlsx")


class Exports(Outputs):
    """The tasks that hand on what is recorded."""

    def export(
        self,
        path: str | Path,
        *,
        to: str = "",
        audience: str | Audience = Audience.PUBLIC,
        record: str = "assets",
    ) -> Path:
        """Write the assets for other programs, or other records as ``.csv`` or ``.xlsx``.

        Parameters
        ----------
        path
            The file; with ``oruk`` the folder.
        to
            One of :data:`EXPORTS`; "" for what the ending of the name tells. ``edges`` writes a second file beside it:
            see :func:`rosc_map.exchange.edge_list.write_edges`.
        audience
            Who it is for.
        record
            One of ``RECORDS``.

        Returns
        -------
        Path
            What was written.

        Raises
        ------
        InputError
            For another format, ending or record, or an audience that may not see such records.
        FileProblem
            When it cannot be written.

        Examples
        --------
        >>> area.export("assets.csv").name
        'assets.csv'
        >>> len(pd.read_csv("assets.csv"))
        55
        """
        file = Path(path)
        kind = record_type(record)
        chosen = _chosen(file, to, _OF_RECORDS if record != "assets" else tuple(EXPORTS))
        who = audience_of(audience)
        if record != "assets":
            return exchange.write_table(records_table(self.snapshot(), kind, who), file)
        chosen.write(self.publish(who), file)
        return file

    def exported(self, to: str, audience: str | Audience) -> str:
        """Say how many assets stand in an export, and how many not, and why.

        Parameters
        ----------
        to
            One of :data:`EXPORTS`; "" for any that takes all assets.
        audience
            Who it is for.

        Examples
        --------
        >>> area.exported("meeting-guide", "public")
        'In it: 8 of 55 assets that may be named. Meeting Guide takes mutual aid that is not closed, and nothing else.
        8 are only counted, because they have not been asked or agreed to be: set the columns listing and licence once
        that changes.'
        """
        chosen = EXPORTS[to or "csv"]
        if not chosen.takes:
            return self.held_back(audience)
        who = audience_of(audience)
        seen = view(self.snapshot(), who)
        taken = len(chosen.part(seen.named))
        return (
            f"In it: {taken:,} of {counted(len(seen.named), 'asset')} that may be named. "
            f"{chosen.title} takes {chosen.takes}, and nothing else. {only_counted(seen, who)}"
        ).rstrip()

    def licences(self, audience: str | Audience = Audience.PUBLIC, to: str = "") -> tuple[str, ...]:
        """Return what has to be said of the lists that the assets shown are from, a line each.

        Parameters
        ----------
        audience
            Who it is for.
        to
            One of :data:`EXPORTS`, for the assets that it takes; "" for all.

        Examples
        --------
        >>> area.licences("public")
        ()
        """
        return licence_lines(licence_table(self.snapshot(), audience_of(audience), _part(to)))

    def refused_for_licence(self, to: str = "") -> pd.DataFrame:
        """Return what is in nothing public for its licence: see :func:`rosc_map.publish.refused_for_licence`.

        Parameters
        ----------
        to
            As :meth:`licences`.

        Examples
        --------
        >>> len(area.refused_for_licence())
        0
        """
        return refused_for_licence(self.snapshot(), _part(to))


def _part(to: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    return EXPORTS[to or "csv"].part


def _chosen(file: Path, to: str, codes: tuple[str, ...]) -> Export:
    """Return the format that was asked for, or that the ending of a name means, out of those with these codes."""
    ending, meant = file.suffix.lower(), _meant(codes)
    code = to or meant.get(ending, "")
    if not code:
        own = _or(tuple(meant))
        others = tuple(each for each in codes if each not in meant.values())
        more = f"; or say the format: --to {_or(others)}" if others else ""
        raise InputError(f"{file.name}: choose a name that ends in {own}{more}.")
    if code not in codes:
        raise InputError(f"{to!r} is none of the formats for this. Choose from: {', '.join(codes)}.")
    found = EXPORTS[code]
    if found.endings and ending not in found.endings:
        raise InputError(f"{file.name}: for {to} choose a name that ends in {_or(found.endings)}.")
    if not found.endings and any(ending in each.endings for each in EXPORTS.values()):
        raise InputError(f"{file.name}: {to} is written to a folder. Give a name without an ending.")
    return found


def _meant(codes: tuple[str, ...]) -> dict[str, str]:
    """Return the format that each ending means, out of those with these codes."""
    return {ending: code for code in codes if EXPORTS[code].by_ending for ending in EXPORTS[code].endings}


def _or(words: tuple[str, ...]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
