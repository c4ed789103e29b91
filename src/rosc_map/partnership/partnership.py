"""The open partnership: each task of a user is one method here, and the doors only call it."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.gaps import Provision
from rosc_map.network import Introduction, NetworkMeasures, introductions, measures, referral_graph
from rosc_map.partnership import rounds
from rosc_map.partnership.importing import KEYS, ImportResult, plan_assets, plan_records, resolver, settle
from rosc_map.place import area_lookup, code_names, resolve_area
from rosc_map.publish import (
    Published,
    PublishedTable,
    Snapshot,
    assets_table,
    call_sheet_table,
    provision_table,
    publish,
    view,
)
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Audience,
    Footprint,
    Question,
    Record,
    Referral,
    Round,
    SurveyedArea,
    codelist,
    read_row,
)
from rosc_map.store import Store

__all__ = ["IMPORTS", "Partnership", "new", "open"]

IMPORTS: dict[str, type[Record]] = {"assets": Asset, "referrals": Referral, "surveys": SurveyedArea}
"""What a file may hold, by the name that the command line uses."""


def new(path: str | Path, areas: Sequence[str], *, title: str = "", banner: str = "") -> "Partnership":
    """Make a new partnership file for one or more areas.

    Parameters
    ----------
    path
        A file name that ends in ``.gpkg``; it must not exist yet.
    areas
        Names or GSS codes of local authorities, upper-tier authorities, regions or countries.
    title
        The partnership's name; the names of its areas when left out.
    banner
        A sentence that every page of it has to carry.

    Raises
    ------
    UnknownName
        For an area that is not known.
    FileProblem
        When the file exists already.
    """
    file = _gpkg(path)
    if not areas:
        raise InputError("Name at least one area, for example: --area Middlesbrough")
    found = list(dict.fromkeys(resolve_area(text).code for text in areas))
    names = " and ".join(code_names()[code] for code in found)
    store = Store.create(file, {"title": title or f"{names} partnership", "banner": banner})
    with store.write() as writer:
        writer.insert(Footprint, [{"area_code": code} for code in found])
    return Partnership(store)


def open(path: str | Path, *, today: dt.date | None = None) -> "Partnership":  # noqa: A001 - the public name is rosc_map.open
    """Open a partnership file.

    Parameters
    ----------
    path
        A ``.gpkg`` file that ``new`` made.
    today
        The day that outputs tell of; the day of the machine when left out.

    Raises
    ------
    FileProblem
        When it is missing, or is not a partnership file.
    """
    return Partnership(Store(_gpkg(path)), today=today)


def _gpkg(path: str | Path) -> Path:
    file = Path(path)
    if file.suffix.lower() != ".gpkg":
        raise InputError(f"{path} is not a partnership file: its name ends in .gpkg, for example area.gpkg.")
    return file


class Partnership:
    """One open partnership; make it with :func:`new` or :func:`open`."""

    def __init__(self, store: Store, *, today: dt.date | None = None) -> None:
        self._store = store
        self._today = today or dt.datetime.now(dt.UTC).astimezone().date()

    @property
    def path(self) -> Path:
        """The partnership file."""
        return self._store.path

    def snapshot(self) -> Snapshot:
        """Return everything that is held, as it stands. Unfiltered: never hand it out."""
        settings = self._store.settings()
        read = self._store.read
        return Snapshot(
            title=settings["title"],
            banner=settings["banner"],
            as_at=self._today,
            areas=tuple(read(Footprint)["area_code"]),
            assets=read(Asset),
            referrals=read(Referral),
            surveyed=read(SurveyedArea),
            rounds=read(Round),
            questions=read(Question),
            contacts=read(Attempt),
            answers=read(Answer),
        )

    def import_(
        self, source: str | Path, record: str = "assets", *, dry_run: bool = False, accept_partial: bool = False
    ) -> ImportResult:
        """Read a CSV or Excel file of assets, referrals or surveyed areas.

        Parameters
        ----------
        source
            The file.
        record
            ``assets``, ``referrals`` or ``surveys``.
        dry_run
            Say what it would do, and write nothing.
        accept_partial
            Take the good rows of a file with bad ones.

        Raises
        ------
        RowsRejected
            When any row is bad and ``accept_partial`` is not set. Nothing is written then.
        """
        if record not in IMPORTS:
            raise InputError(f"{record!r} cannot be imported. Choose from: {', '.join(IMPORTS)}.")
        kind = IMPORTS[record]
        table = exchange.read_table(Path(source))
        # The file is held while the plan is made: two imports at once must not both add the same asset.
        with self._store.write() as writer:
            result = self._plan(kind, table)
            settle(result, accept_partial=accept_partial)
            if not dry_run:
                writer.insert(kind, result.inserts)
                for values in result.updates:
                    writer.update(kind, {"id": values["id"]}, values)
        return result

    def _plan(self, kind: type[Record], table: exchange.RawTable) -> ImportResult:
        existing = self._store.read(kind)
        if kind is Asset:
            return plan_assets(table, existing)
        assets = self._store.read(Asset)
        return plan_records(table, kind, existing, KEYS[kind], resolver(assets))

    def survey(
        self, areas: Sequence[str], *, on: dt.date | str, by: str, types: Sequence[str] = (), asked: Sequence[str] = ()
    ) -> int:
        """Mark authorities as looked at for asset types, so that "none found" differs from "not looked".

        Parameters
        ----------
        areas
            Names or codes of authorities.
        on
            The day.
        by
            A volunteer number or role, never a name.
        types
            Asset types that were looked for; all types when empty.
        asked
            Which of the guidance's six groups were asked.

        Returns
        -------
        int
            How many authority and type pairs are newly marked.
        """
        chosen = list(types) or list(codelist("asset_type"))
        rows = []
        for area in areas:
            code = resolve_area(area).code
            for kind in chosen:
                cells = {"area_code": code, "asset_type": kind, "on": on, "by": by, "groups_asked": list(asked)}
                record, problems = read_row(SurveyedArea, cells, 1)
                if record is None:
                    raise InputError(_sentence(problems[0]))
                rows.append(record.model_dump())
        with self._store.write() as writer:
            key = KEYS[SurveyedArea]
            known = {tuple(row[name] for name in key) for row in self._store.read(SurveyedArea).to_dict("records")}
            fresh = [row for row in rows if tuple(row[name] for name in key) not in known]
            writer.insert(SurveyedArea, fresh)
        return len(fresh)

    def publish(
        self, audience: str | Audience = Audience.PUBLIC, *, tier: str = "upper", asset_type: str = "lero"
    ) -> Published:
        """Return what one audience may see; maps, tables and exports are made from this only."""
        return publish(self.snapshot(), _audience(audience), tier=tier, asset_type=asset_type)

    def gaps(self, *, tier: str = "upper", asset_type: str = "lero") -> Provision:
        """Return what serves each authority of the area, in three statuses, as the public may see it."""
        return self.publish(tier=tier, asset_type=asset_type).provision

    def write_gaps(self, folder: str | Path, *, tier: str = "upper", asset_type: str = "lero") -> list[Path]:
        """Write the table of :meth:`gaps` and its map into a folder: ``gaps.csv``, ``gaps.xlsx``, ``gaps.html``."""
        place = Path(folder)
        if not place.is_dir():
            raise FileProblem(f"There is no folder {place}. Make it first.")
        published = self.publish(tier=tier, asset_type=asset_type)
        table = provision_table(published)
        written = [exchange.write_table(table, place / f"gaps{ending}") for ending in (".csv", ".xlsx")]
        return [*written, show.write_map(published, place / "gaps.html")]

    def network(self) -> tuple[NetworkMeasures, list[Introduction]]:
        """Return the measures of the referral network, and three introductions, as partners may see it."""
        seen = view(self.snapshot(), Audience.PARTNERS)
        graph = referral_graph(seen.named, seen.referrals)
        return measures(graph), introductions(graph)

    def draw(self, *, sources: int, targets: int, seed: int | None = None) -> rounds.DrawnRound:
        """Draw a linkage round and keep it: who is contacted, and about whom each is asked."""
        return rounds.draw_round(self.snapshot(), self._store, sources=sources, targets=targets, seed=seed)

    def sheet(self, round_name: str) -> PublishedTable:
        """Return the call sheet of a round: internal."""
        snapshot = self.snapshot()
        return call_sheet_table(snapshot, str(rounds.known_round(snapshot.rounds, round_name)["round"]))

    def record(self, round_name: str, answers: str | Path) -> dict[str, int]:
        """Record the answers of a round from a filled-in sheet; returns how many were added, changed and left."""
        return rounds.record_answers(self.snapshot(), self._store, round_name, exchange.read_table(Path(answers)))

    def estimate(self, round_name: str) -> rounds.RoundResult:
        """Return the result of a round."""
        return rounds.result_of(self.snapshot(), round_name)

    def map(self, path: str | Path, *, audience: str | Audience = Audience.PUBLIC, tier: str = "upper") -> Path:
        """Write one self-contained interactive map."""
        return show.write_map(self.publish(audience, tier=tier), Path(path))

    def export(self, path: str | Path, *, audience: str | Audience = Audience.PUBLIC) -> Path:
        """Write the assets as ``.csv``, ``.xlsx`` or ``.geojson``.

        Raises
        ------
        InputError
            For another ending.
        """
        file = Path(path)
        published = self.publish(audience)
        if file.suffix.lower() in (".geojson", ".json"):
            return exchange.write_geojson(published, file)
        if file.suffix.lower() in (".csv", ".xlsx"):
            return exchange.write_table(assets_table(published), file)
        raise InputError(f"{file.name}: choose a name that ends in .csv, .xlsx or .geojson.")

    def area_sizes(self) -> dict[str, int]:
        """Return how many upper-tier and local authorities the area has."""
        rows = area_lookup(list(self._store.read(Footprint)["area_code"]))
        return {"upper": rows["upper_tier_code"].nunique(), "local": len(rows)}


def _audience(text: str | Audience) -> Audience:
    try:
        return Audience(text)
    except ValueError:
        raise InputError(f"{text!r} is not an audience. Choose from: {', '.join(Audience)}.") from None


def _sentence(problem: RowProblem) -> str:
    return f"{problem.column} {problem.value!r} {problem.why} {problem.what_to_do}"
