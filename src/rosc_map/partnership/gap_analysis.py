"""What is missing, and where: the gap analysis, and all that is written of it."""

import datetime as dt
import tempfile
from collections.abc import Collection, Sequence
from pathlib import Path

import pandas as pd

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError, UnknownName
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.core import Core, audience_of, made_folder
from rosc_map.partnership.import_records import plan_records, whole_area
from rosc_map.partnership.import_result import read_sheet, settle
from rosc_map.partnership.need_source import read_need_source
from rosc_map.partnership.record_names import asset_type_of, tier_of
from rosc_map.place import resolve_area
from rosc_map.publish import (
    Earlier,
    GapsAsked,
    PublishedGaps,
    Snapshot,
    gaps_table,
    publish_gaps,
    with_the_care_of_today,
)
from rosc_map.records import Audience, Need, counted
from rosc_map.store import Store, copy_to_read, last_changes

__all__ = ["GapAnalysis"]

_MOST_SITES = 10
_FURTHEST = 1_000
_MOST_LIMITS = 6


class GapAnalysis(Core):
    """The tasks that tell what is missing."""

    def gaps(
        self,
        audience: str | Audience = Audience.PUBLIC,
        *,
        tier: str = "upper",
        asset_type: str = "lero",
        need: str | Path | None = None,
        indicator: str = "",
        within: Sequence[float] = (),
        population: str | Path | None = None,
        travel_times: str | Path | None = None,
        neighbours: str | Path | None = None,
        against: str | Path | dt.date | None = None,
        sites: int = 3,
    ) -> PublishedGaps:
        """Work out what is missing and where, as an audience may see it.

        Parameters
        ----------
        audience
            Who it is for.
        tier, asset_type
            ``upper`` (counties and unitaries) or ``local``; the type that the figures tell of.
        need
            A CSV or Excel file of figures by authority (also of OHID Fingertips or Nomis), or the web address of one;
            the figures that are recorded when left out.
        indicator
            Which figure, where there are several.
        within
            Distances in km (or minutes, with travel times) within which people are counted; 1.6, 5 and 10 km when
            empty.
        population
            A file of people by postcode; without it each postcode counts once.
        travel_times
            A file of origin (a postcode), destination (an asset) and minutes, to be used instead of distance.
        neighbours
            A file of authority and neighbour: the nearest statistical neighbours.
        against
            A day, or another partnership file, to compare with.
        sites
            How many places to name where one more would help most.

        Raises
        ------
        InputError
            When something that was asked for cannot be, or a table cannot be used.
        RowsRejected
            With every row of a table that cannot be meant.
        FileProblem
            When a file is missing or damaged.

        Examples
        --------
        >>> found = area.gaps("partners", tier="local")
        >>> found.sentence
        '5 LEROs serve 8 of 11 local authorities in Surrey; 1 surveyed without one; 2 not surveyed.'
        """
        if not 0 <= sites <= _MOST_SITES:
            raise InputError(f"{sites} places are too many or too few. Choose a number from 0 to {_MOST_SITES}.")
        now = self.snapshot()
        figures, remarks = self._need(need)
        people, people_said = self._people(population)
        asked = GapsAsked(
            tier=tier_of(tier),
            asset_type=asset_type_of(asset_type),
            need=figures,
            need_said=remarks,
            indicator=indicator,
            within=_limits(within),
            people=people,
            people_said=people_said,
            times=self._times(travel_times, now),
            neighbours=_neighbours(neighbours),
            then=self._then(against, now),
            sites=sites,
        )
        return publish_gaps(now, audience_of(audience), asked)

    def _need(self, source: str | Path | None) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
        """Return the figures of a table, read as an import would read it, and what to know of them; nothing is kept."""
        if source is None:
            return None, ()
        sheet = read_sheet(read_need_source(source), Need, only_approved=False, with_submitter=False)
        nothing = pd.DataFrame(columns=list(Need.specs()))
        planned = plan_records(sheet.table, Need, nothing, lambda _, text: whole_area(text), (), self._today)
        result = settle(sheet.added_to(planned), accept_partial=False)
        # Without the cell: what stands in it passes no gate.
        said = tuple(f"Row {found.row}, {found.column}: {found.why} {found.what_to_do}" for found in result.warnings)
        return pd.DataFrame(result.inserts, columns=list(Need.specs())), said

    def _people(self, source: str | Path | None) -> tuple[pd.DataFrame | None, str]:
        if source is None:
            return None, ""
        people, without = exchange.read_people_by_postcode(exchange.read_table(Path(source)))
        said = f"{counted(len(people), 'postcode')} of the table of people that was given."
        rows = counted(without, "row")
        return people, f"{said} {rows} without a place in the directory left out." if without else said

    def _times(self, source: str | Path | None, now: Snapshot) -> pd.DataFrame | None:
        if source is None:
            return None
        return exchange.read_travel_times(exchange.read_table(Path(source)), AssetNames(now.assets).find)

    def _then(self, against: str | Path | dt.date | None, now: Snapshot) -> Earlier | None:
        if against is None:
            return None
        if isinstance(against, dt.date):
            if against >= now.as_at:
                raise InputError(f"{against.isoformat()} is not in the past. Give an earlier day to compare with.")
            return with_the_care_of_today(self.snapshot(against), now, same_record=True)
        then = with_the_care_of_today(_of_file(against), now, same_record=False)
        if then.not_here * 2 > then.of:
            here = f"{then.of - then.not_here} of {then.of} assets of {Path(against).name}"
            raise InputError(
                f"Only {here} are on the record of today, by id or by name and type: nothing can be compared. Is it a "
                "file of the same partnership?"
            )
        return then

    def write_gaps(self, published: PublishedGaps, folder: str | Path) -> list[Path]:
        """Write the gap analysis into a folder.

        A map (``gaps.html``), a page with its pictures (``gap-analysis.html``), a workbook with a sheet for each table
        (``gaps.xlsx``), a GeoPackage for QGIS (``gaps.gpkg``), and each table as CSV (``gaps-provision.csv`` …).

        Parameters
        ----------
        published
            What :meth:`gaps` gave.
        folder
            It is made if it is not there; what is internal is for its owner's eyes.

        Raises
        ------
        FileProblem
            When the folder cannot be made or written to, or holds a table of another analysis that would stay there.

        Examples
        --------
        >>> new = rosc_map.new("new.gpkg", ["Middlesbrough"])
        >>> files = new.write_gaps(new.gaps(), "gaps")
        >>> [file.name for file in files[:3]], len(files)
        (['gaps.html', 'gap-analysis.html', 'provision.png'], 14)
        """
        place = made_folder(folder, private=published.audience is Audience.INTERNAL)
        tables = {
            place / f"gaps-{table.key}.csv": gaps_table(published, part, table)
            for part in published.parts
            for table in part.tables
        }
        _refuse_others(place, tables)
        written = [
            show.write_map(published, place / "gaps.html"),
            *show.write_gaps_page(published, place),
            exchange.write_workbook(published, place / "gaps.xlsx"),
            exchange.write_gaps_layer(published, place / "gaps.gpkg"),
        ]
        return [*written, *(exchange.write_table(table, path) for path, table in tables.items())]


def _refuse_others(folder: Path, tables: Collection[Path]) -> None:
    """Refuse a folder with a table that this analysis does not have: it may hold what this one must not show."""
    stays = sorted(set(folder.glob("gaps-*.csv")) - set(tables))
    if stays:
        raise FileProblem(
            f"{stays[0]} is of another gap analysis, and may hold what this one must not show. Choose an empty folder, "
            "or take that file away."
        )


def _neighbours(source: str | Path | None) -> dict[str, tuple[str, ...]]:
    return exchange.read_neighbours(exchange.read_table(Path(source)), _authority) if source else {}


def _authority(text: str) -> str:
    """Return the code of an authority that is there today."""
    area = resolve_area(text)
    if area.in_part:
        raise UnknownName(f"It went into {area.name} with others. Give an authority of today.")
    return area.code


def _limits(within: Sequence[float]) -> tuple[float, ...]:
    if len(set(within)) > _MOST_LIMITS:
        raise InputError(f"{len(set(within))} distances are too many to read. Give up to {_MOST_LIMITS}.")
    for limit in within:
        if not 0 < limit <= _FURTHEST:
            raise InputError(f"{limit:g} cannot be a distance here. Give km (or minutes) from 0 to {_FURTHEST}.")
    return tuple(sorted(set(within)))


def _of_file(against: str | Path) -> Snapshot:
    """Return all that another partnership file holds, as at its last change; the file itself is not changed.

    It is opened as a copy: one of an older version would be brought up to date, and last year's is not ours to change.
    """
    if "://" in str(against):
        raise InputError("A database cannot be compared with. Give a day, or a partnership file (*.gpkg).")
    path = Path(against)
    if path.suffix.lower() != ".gpkg":
        raise InputError(
            f"{path} is neither a day nor a partnership file. Write 2025-11-22, or a name that ends in .gpkg."
        )
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        copy = copy_to_read(path, Path(folder))
        try:
            return _read(copy)
        except FileProblem as error:
            # Of the copy nobody has heard.
            raise FileProblem(str(error).replace(str(copy), str(path))) from error


def _read(path: Path) -> Snapshot:
    store = Store(path)
    try:
        with store.reading() as reader:
            changed = last_changes(reader, 1)
        day = dt.datetime.fromisoformat(changed["at"].iloc[0]).astimezone().date()
        return Core(store, today=day).snapshot()
    finally:
        store.close()
