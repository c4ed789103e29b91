"""The open partnership: each task of a user is one method here, and the doors only call it."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from rosc_map import exchange, show
from rosc_map.errors import FileProblem, InputError, RowProblem
from rosc_map.gaps import Provision
from rosc_map.network import Introduction, NetworkMeasures, introductions, measures
from rosc_map.partnership import rounds
from rosc_map.partnership.importing import ImportResult, check_columns, plan_assets, plan_records, resolver, settle
from rosc_map.place import area_lookup, code_names, resolve_area
from rosc_map.publish import (
    Published,
    Snapshot,
    assets_table,
    call_sheet_table,
    provision_table,
    publish,
    referral_network,
    view,
)
from rosc_map.records import (
    Answer,
    Asset,
    Attempt,
    Audience,
    CellError,
    FieldSpec,
    Footprint,
    Kind,
    Question,
    Record,
    Referral,
    Round,
    SurveyedArea,
    codelist,
    parse_cell,
    read_row,
    row_dicts,
)
from rosc_map.store import KEYS, Store, Writer

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
    InputError
        When the name does not end in .gpkg, or no area is named.
    UnknownName
        For an area that is not known.
    FileProblem
        When the file exists already, or cannot be made.
    """
    file = _gpkg(path)
    if not areas:
        raise InputError("Name at least one area, for example: --area Middlesbrough")
    found = list(dict.fromkeys(resolve_area(text).code for text in areas))
    names = " and ".join(code_names()[code] for code in found)
    values = {"title": _words(title) or f"{names} partnership", "banner": _words(banner)}
    return Partnership(Store.create(file, values, {Footprint: [{"area_code": code} for code in found]}))


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
    InputError
        When the name does not end in .gpkg.
    FileProblem
        When it is missing, in use, or is not a partnership file.
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
        return self._snapshot(self._store.read)

    def _snapshot(self, read: Callable[[type[Record]], pd.DataFrame]) -> Snapshot:
        settings = self._store.settings()
        areas = tuple(read(Footprint)["area_code"])
        if not areas or "title" not in settings:
            raise FileProblem(f"{self.path} has lost its areas or its title. Restore it from a copy.")
        return Snapshot(
            title=settings["title"],
            banner=settings.get("banner", ""),
            as_at=self._today,
            areas=areas,
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
        InputError
            For another record, or a file that is not a table.
        FileProblem
            When a file is missing, in use or damaged.
        """
        if record not in IMPORTS:
            raise InputError(f"{record!r} cannot be imported. Choose from: {', '.join(IMPORTS)}.")
        kind = IMPORTS[record]
        table = exchange.read_table(Path(source))
        check_columns(table, kind, IMPORTS)
        # The file is held while the plan is made: two imports at once must not both add the same asset.
        with self._store.write() as writer:
            if kind is Asset:
                own = area_lookup(list(writer.read(Footprint)["area_code"]))["upper_tier_code"]
                result = plan_assets(table, writer.read(Asset), set(own))
            else:
                result = plan_records(table, kind, writer.read(kind), resolver(writer.read(Asset)))
            settle(result, accept_partial=accept_partial)
            if not dry_run:
                writer.insert(kind, result.inserts)
                for values in result.updates:
                    writer.update(kind, {name: values[name] for name in KEYS[kind]}, values)
        return result

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
            How many authority and type pairs were marked, newly or with more groups asked.

        Raises
        ------
        InputError
            For a type, group or date that cannot be, or an area of somebody else.
        UnknownName
            For an area that is not known.
        """
        chosen = list(types) or list(codelist("asset_type"))
        rows = {}
        for code in self._own_areas(areas):
            for kind in chosen:
                cells = {"area_code": code, "asset_type": kind, "on": on, "by": by, "groups_asked": list(asked)}
                record, problems = read_row(SurveyedArea, cells, 1)
                if record is None:
                    raise InputError(_sentence(problems[0]))
                if record.on and record.on > self._today:
                    raise InputError(f"{record.on} is in the future. Give the day on which the looking was finished.")
                row = record.model_dump()
                rows[tuple(row[name] for name in KEYS[SurveyedArea])] = row
        with self._store.write() as writer:
            return _mark(writer, rows)

    def _own_areas(self, areas: Sequence[str]) -> list[str]:
        """Return the codes of areas, each of which must lie in the partnership's own area or hold it."""
        own = set(area_lookup(list(self._store.read(Footprint)["area_code"]))["local_authority_code"])
        found = []
        for text in areas:
            area = resolve_area(text)
            if not own & set(area_lookup([area.code])["local_authority_code"]):
                raise InputError(f"{area.name} is not in the area of this partnership. Check the name.")
            found.append(area.code)
        return found

    def publish(
        self, audience: str | Audience = Audience.PUBLIC, *, tier: str = "upper", asset_type: str = "lero"
    ) -> Published:
        """Return what one audience may see; maps, tables and exports are made from this only."""
        if tier not in ("upper", "local"):
            raise InputError(f"{tier!r} is not a tier. Choose upper (counties and unitaries) or local.")
        return publish(self.snapshot(), _audience(audience), tier=tier, asset_type=_asset_type(asset_type))

    def held_back(self, audience: str | Audience) -> str:
        """Say how many assets an audience is shown by name, and how many not: nobody should wonder at an empty map."""
        seen = view(self.snapshot(), _audience(audience))
        back = len(seen.counted)
        if not back:
            return f"{len(seen.named)} assets are named in it."
        return (
            f"{len(seen.named)} assets are named in it. {back} are only counted, because they have not been asked or "
            "have not agreed: set the column listing once they do."
        )

    def gaps(self, *, tier: str = "upper", asset_type: str = "lero") -> Provision:
        """Return what serves each authority of the area, in three statuses, as the public may see it."""
        return self.publish(tier=tier, asset_type=asset_type).provision

    def write_gaps(self, published: Published, folder: str | Path) -> list[Path]:
        """Write the table of what is there and its map into a folder: ``gaps.csv``, ``gaps.xlsx``, ``gaps.html``.

        Parameters
        ----------
        published
            What :meth:`publish` gave.
        folder
            It is made if it is not there.

        Raises
        ------
        FileProblem
            When the folder cannot be made or written to.
        """
        place = Path(folder)
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileProblem(f"{place} cannot be made ({error.strerror}). Choose another folder.") from error
        table = provision_table(published)
        written = [exchange.write_table(table, place / f"gaps{ending}") for ending in (".csv", ".xlsx")]
        return [*written, show.write_map(published, place / "gaps.html")]

    def network(self) -> tuple[NetworkMeasures, list[Introduction]]:
        """Return the measures of the referral network, and three introductions, as partners may see it."""
        graph = referral_network(self.snapshot(), Audience.PARTNERS)
        return measures(graph), introductions(graph)

    def draw(self, *, sources: int, targets: int, seed: int | None = None) -> rounds.DrawnRound:
        """Draw a linkage round and keep it: who is contacted, and about whom each is asked.

        Raises
        ------
        InputError
            When there are not so many services that can be contacted or asked about.
        """
        with self._store.write() as writer:
            snapshot = self._snapshot(writer.read)
            return rounds.draw_round(snapshot, writer, sources=sources, targets=targets, seed=seed)

    def sheet(self, round_name: str, path: str | Path) -> Path:
        """Write the call sheet of a round (internal), and never over a file that is there: it may be filled in.

        Raises
        ------
        UnknownName
            When there is no such round.
        FileProblem
            When the file exists already, or cannot be written.
        """
        file = Path(path)
        if file.exists():
            raise FileProblem(f"{file} exists already, and may hold answers. Choose another name.")
        snapshot = self.snapshot()
        name = str(rounds.known_round(snapshot.rounds, round_name)["round"])
        return exchange.write_table(call_sheet_table(snapshot, name), file)

    def record(self, round_name: str, answers: str | Path) -> rounds.RecordedAnswers:
        """Record the answers of a round from a filled-in sheet: all rows or none.

        Raises
        ------
        RowsRejected
            With every row that cannot be taken.
        UnknownName
            When there is no such round.
        """
        table = exchange.read_table(Path(answers))
        with self._store.write() as writer:
            return rounds.record_answers(self._snapshot(writer.read), writer, round_name, table)

    def estimate(self, round_name: str) -> rounds.RoundResult:
        """Return the result of a round.

        Raises
        ------
        UnknownName
            When there is no such round.
        """
        return rounds.result_of(self.snapshot(), round_name)

    def map(self, path: str | Path, *, audience: str | Audience = Audience.PUBLIC, tier: str = "upper") -> Path:
        """Write one self-contained interactive map.

        Raises
        ------
        InputError
            When the name does not end in .html.
        """
        return show.write_map(self.publish(audience, tier=tier), Path(path))

    def export(self, path: str | Path, *, audience: str | Audience = Audience.PUBLIC) -> Path:
        """Write the assets as ``.csv``, ``.xlsx`` or ``.geojson``.

        Raises
        ------
        InputError
            For another ending.
        """
        file = Path(path)
        if file.suffix.lower() not in (".geojson", ".json", ".csv", ".xlsx"):
            raise InputError(f"{file.name}: choose a name that ends in .csv, .xlsx or .geojson.")
        published = self.publish(audience)
        if file.suffix.lower() in (".csv", ".xlsx"):
            return exchange.write_table(assets_table(published), file)
        return exchange.write_geojson(published, file)

    def area_sizes(self) -> dict[str, int]:
        """Return how many upper-tier and local authorities the area has."""
        rows = area_lookup(list(self._store.read(Footprint)["area_code"]))
        return {"upper": rows["upper_tier_code"].nunique(), "local": len(rows)}


def _audience(text: str | Audience) -> Audience:
    try:
        return Audience(text.casefold())
    except ValueError:
        raise InputError(f"{text!r} is not an audience. Choose from: {', '.join(Audience)}.") from None


def _asset_type(text: str) -> str:
    try:
        return str(parse_cell(Asset.specs()["asset_type"], text))
    except CellError as error:
        raise InputError(f"The type {text!r} {error}") from None


def _words(text: str) -> str:
    """Return a line of text as any other field takes it: no control characters, not too long."""
    try:
        return str(parse_cell(FieldSpec(Kind.TEXT, "Title"), text))
    except CellError as error:
        raise InputError(f"The title {error}") from None


def _mark(writer: Writer, rows: dict[tuple[Any, ...], dict[str, Any]]) -> int:
    """Add what is new, and the groups that are new to what was marked before; return how many."""
    key = KEYS[SurveyedArea]
    known = {tuple(row[name] for name in key): row["groups_asked"] for row in row_dicts(writer.read(SurveyedArea))}
    writer.insert(SurveyedArea, [row for mark, row in rows.items() if mark not in known])
    more = 0
    for mark, row in rows.items():
        groups = tuple(dict.fromkeys([*known.get(mark, ()), *row["groups_asked"]]))
        if mark in known and groups != known[mark]:
            writer.update(SurveyedArea, dict(zip(key, mark, strict=True)), {"groups_asked": groups})
            more += 1
    return len(rows.keys() - known.keys()) + more


def _sentence(problem: RowProblem) -> str:
    return f"{problem.column} {problem.value!r} {problem.why} {problem.what_to_do}"
