"""What is missing, and where: the gap analysis, and all that is written of it."""

import datetime as dt
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError
from rosc_map.partnership.asset_names import AssetNames
from rosc_map.partnership.core import Core, audience_of, made_folder
from rosc_map.partnership.import_records import plan_records, whole_area
from rosc_map.partnership.import_result import read_sheet, settle
from rosc_map.partnership.need_source import read_need_source
from rosc_map.partnership.record_names import asset_type_of
from rosc_map.publish import GapsAsked, PublishedGaps, Snapshot, gaps_table, publish_gaps, with_the_care_of_today
from rosc_map.records import Audience, Need
from rosc_map.store import Store, last_changes

__all__ = ["GapAnalysis"]

_MOST_SITES = 10
_FURTHEST = 1_000


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
        """
        if tier not in ("upper", "local"):
            raise InputError(f"{tier!r} is not a tier. Choose upper (counties and unitaries) or local.")
        if not 0 <= sites <= _MOST_SITES:
            raise InputError(f"{sites} places are too many or too few. Choose a number from 0 to {_MOST_SITES}.")
        now = self.snapshot()
        figures, remarks = self._need(need)
        people, people_said = self._people(population)
        asked = GapsAsked(
            tier=tier,
            asset_type=asset_type_of(asset_type),
            need=figures,
            need_said=remarks,
            indicator=indicator,
            within=_limits(within),
            people=people,
            people_said=people_said,
            times=self._times(travel_times, now),
            neighbours=exchange.read_neighbours(exchange.read_table(Path(neighbours)), whole_area)
            if neighbours
            else {},
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
        said = tuple(f"{remark.value} {remark.why}".strip() for remark in result.warnings)
        return pd.DataFrame(result.inserts, columns=list(Need.specs())), said

    def _people(self, source: str | Path | None) -> tuple[pd.DataFrame | None, str]:
        if source is None:
            return None, ""
        table = exchange.read_table(Path(source))
        people, without = exchange.read_people_by_postcode(table)
        said = f"{len(people):,} postcodes of {table.name}"
        return (
            people,
            f"{said}; {without:,} rows have no place in the directory and are left out." if without else f"{said}.",
        )

    def _times(self, source: str | Path | None, now: Snapshot) -> pd.DataFrame | None:
        if source is None:
            return None
        return exchange.read_travel_times(exchange.read_table(Path(source)), AssetNames(now.assets).find)

    def _then(self, against: str | Path | dt.date | None, now: Snapshot) -> Snapshot | None:
        if against is None:
            return None
        if not isinstance(against, dt.date):
            return with_the_care_of_today(_of_file(Path(against)), now)
        if against >= now.as_at:
            raise InputError(f"{against.isoformat()} is not in the past. Give an earlier day to compare with.")
        return with_the_care_of_today(self.snapshot(against), now)

    def write_gaps(self, published: PublishedGaps, folder: str | Path) -> list[Path]:
        """Write the gap analysis into a folder.

        A map (``gaps.html``), a page with its pictures (``gap-analysis.html``), a workbook with a sheet for each table
        (``gaps.xlsx``), a GeoPackage for QGIS (``gaps.gpkg``), and each table as CSV.

        Parameters
        ----------
        published
            What :meth:`gaps` gave.
        folder
            It is made if it is not there; what is internal is for its owner's eyes.

        Raises
        ------
        FileProblem
            When the folder cannot be made or written to.
        """
        place = made_folder(folder, private=published.audience is Audience.INTERNAL)
        written = [
            show.write_map(published, place / "gaps.html"),
            *show.write_gaps_page(published, place),
            exchange.write_workbook(published, place / "gaps.xlsx"),
            exchange.write_gaps_layer(published, place / "gaps.gpkg"),
        ]
        tables = [(part, table) for part in published.parts for table in part.tables]
        written += [
            exchange.write_table(gaps_table(published, part, table), place / f"{table.key}.csv")
            for part, table in tables
        ]
        return written


def _limits(within: Sequence[float]) -> tuple[float, ...]:
    for limit in within:
        if not 0 < limit <= _FURTHEST:
            raise InputError(f"{limit:g} cannot be a distance here. Give km (or minutes) from 0 to {_FURTHEST}.")
    return tuple(sorted(set(within)))


def _of_file(path: Path) -> Snapshot:
    """Return all that another partnership file holds, as at its last change; the file itself is not touched.

    It is opened as a copy: one of an older version would be brought up to date, and last year's is not ours to change.
    """
    if path.suffix.lower() != ".gpkg":
        raise InputError(
            f"{path} is neither a day nor a partnership file. Write 2025-11-22, or a name that ends in .gpkg."
        )
    with tempfile.TemporaryDirectory(prefix="rosc-map-") as folder:
        copy = Path(folder) / path.name
        try:
            shutil.copyfile(path, copy)
        except OSError as error:
            raise FileProblem(f"{path} cannot be read ({error.strerror}). Check the name.") from error
        store = Store(copy)
        try:
            with store.reading() as reader:
                changed = last_changes(reader, 1)
            day = dt.datetime.fromisoformat(changed["at"].iloc[0]).astimezone().date()
            return Core(store, today=day).snapshot()
        finally:
            store.close()
