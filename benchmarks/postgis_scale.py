"""Fill a PostGIS with a large partnership, and say of each query of the store how long it takes and by which index.

The queries are those that the tool sends: each is taken where it leaves for the server, explained, and then made. A
query that reads a large table to answer about a few rows ends the run with 1.
"""

import argparse
import hashlib
import os
import secrets
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, event

from rosc_map.records import Asset, Footprint, Referral
from rosc_map.store import (
    Store,
    as_at,
    asset_history,
    edited_elsewhere,
    erase_asset,
    erase_words,
    last_changes,
    take_over_edits,
    undo,
)

LARGE = 5_000
"""Rows. To read so many of a table for an answer of a few is to scan it."""

_AN_IMPORT = 5_000
_MANY = 100_000
_AT = """to_char(timestamp '2024-01-01' + ({0}) * interval '30 seconds', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""
_OF_IMPORT = f"1 + n / {_AN_IMPORT}"
_WORDS = {
    "of_import": _OF_IMPORT,
    "at_import": _AT.format(_OF_IMPORT),
    "at_n": _AT.format("n"),
    "at_change": _AT.format("change"),
}

_INDEXES = """
SELECT indexname, indexdef FROM pg_indexes
WHERE schemaname = 'public' AND indexname NOT IN (SELECT conname FROM pg_constraint)
  AND tablename IN ('assets', 'referrals', 'rosc_map_changes', 'rosc_map_history', 'rosc_map_merged')"""

# In the order of their numbers, as years of work would have left them: imports first, then edits of three fields each,
# which fall more often on some assets than on others.
_FILL = (
    """INSERT INTO assets (id, name, asset_type, status, description, postcode, latitude, longitude, geom, easting,
         northing, local_authority_code, upper_tier_code, listing, location_precision, verified_on)
       SELECT md5(n::text)::uuid::text, 'Group ' || n, (ARRAY['lero', 'mutual_aid', 'housing'])[1 + n % 3], 'active',
         repeat('What they do and for whom. ', 4), 'TS1 2PA', y, x, ST_SetSRID(ST_MakePoint(x, y), 4326), 449500,
         520500, 'E06000002', 'E06000002', 'agreed', 'exact', date '2024-01-01' + n % 900
       FROM (SELECT n, -3 + (n % 4001) / 1000.0 AS x, 51 + (n % 3989) / 1000.0 AS y
         FROM generate_series(1, {assets}) n) AS each""",
    """INSERT INTO referrals (from_asset, to_asset, evidence, "on")
       SELECT md5(n::text)::uuid::text, md5((1 + n * 7919::bigint % {assets})::text)::uuid::text, 'declared',
         date '2024-01-01' + n % 900
       FROM generate_series(1, {assets} / 2) n""",
    """INSERT INTO rosc_map_changes (at, who, task, note, undoes)
       SELECT {at_n}, 'Volunteer ' || n % 50, CASE WHEN n <= {imports} THEN 'import'
         WHEN n % 100 = 0 THEN 'undo' ELSE 'edit' END, '', CASE WHEN n > {imports} AND n % 100 = 0 THEN n - 1 END
       FROM generate_series(1, {changes}) n""",
    """INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, now)
       SELECT {of_import}, {at_import}, 'assets', n, 'insert',
         jsonb_strip_nulls(to_jsonb(a) - 'fid' - 'geom' - 'version')::text
       FROM generate_series(1, {assets} + {merged}) n JOIN assets a ON a.fid = 1 + (n - 1) % {assets}""",
    """INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, now)
       SELECT {of_import}, {at_import}, 'referrals', n, 'insert',
         jsonb_strip_nulls(to_jsonb(r) - 'fid')::text
       FROM generate_series(1, {assets} / 2) n JOIN referrals r ON r.fid = n""",
    """INSERT INTO rosc_map_history (change_id, at, table_name, row_id, operation, field, was, now)
       SELECT CASE WHEN n <= {updates} - 300 THEN change END, {at_change}, 'assets',
         1 + floor({assets} * power((hashint8(change) & 2147483647) / 2147483648.0, 1.3)), 'update',
         (ARRAY['notes', 'status', 'verified_on'])[1 + n % 3], (ARRAY['null', '"active"', '"2025-01-31"'])[1 + n % 3],
         (ARRAY['"Rung."', '"closed"', '"2026-01-31"'])[1 + n % 3]
       FROM (SELECT n, {imports} + 1 + (n - 1) / 3 AS change FROM generate_series(1, {updates}) n) AS each""",
    """INSERT INTO rosc_map_merged SELECT {imports} + n, {assets} + n, 1 + n % {assets}
       FROM generate_series(1, {merged}) n""",
)
_COUNT_ON = """
SELECT setval(pg_get_serial_sequence('rosc_map_history', 'id'), (SELECT max(id) FROM rosc_map_history)),
  setval(pg_get_serial_sequence('rosc_map_changes', 'id'), (SELECT max(id) FROM rosc_map_changes))"""


def fill(url: str, *, assets: int, history: int) -> None:
    """Make a partnership of so many assets with so many rows of history.

    Parameters
    ----------
    url
        An empty database, as its superuser: the rows are written without the triggers, which would take hours.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        counts = {"assets": assets, "merged": assets // 100, "imports": 1 + (assets + assets // 100) // _AN_IMPORT}
        counts["updates"] = history - assets - counts["merged"] - assets // 2
        counts["changes"] = counts["imports"] + 1 + counts["updates"] // 3
        indexes = connection.execute(_INDEXES).fetchall()
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        for name, _ in indexes:
            connection.execute(f'DROP INDEX "{name}"')
        for statement in _FILL:
            connection.execute(statement.format(**_WORDS, **counts))
        connection.execute(_COUNT_ON)
        for _, definition in indexes:
            connection.execute(definition)
        connection.execute("VACUUM ANALYZE")


@dataclass(frozen=True)
class Task:
    """Something that the tool does with a store.

    Attributes
    ----------
    name
        What it is, in words.
    run
        Does it.
    scans
        A part of those of its statements that read a whole table because all of it is wanted; "" when none does.
    """

    name: str
    run: Callable[[Store], object]
    scans: str = ""


@dataclass(frozen=True)
class Measured:
    """One statement as the server carried it out.

    Attributes
    ----------
    task, statement
        What sent it, and its first words.
    ms
        How long it took, with planning and triggers.
    rows
        How many rows came out, or were written.
    pages
        How many pages of 8 kB it looked at.
    nodes
        Which indexes it went by, or which tables it read without one.
    scanned
        Of which large tables it read many rows in vain.
    allowed
        Whether it may, because the whole table is wanted; then an index is no matter.
    """

    task: str
    statement: str
    ms: float
    rows: int
    pages: int
    nodes: str
    scanned: tuple[str, ...]
    allowed: bool

    @property
    def indexed(self) -> str:
        """Whether an index was used, in a word: ``small`` for a table of which all fits into a few pages."""
        if self.allowed:
            return "whole"
        return "NO" if self.scanned else "small" if "Seq Scan" in self.nodes else "yes"


def _reading(run: Callable[[Any], object]) -> Callable[[Store], object]:
    def task(store: Store) -> object:
        with store.reading() as reader:
            return run(reader)

    return task


def _writing(run: Callable[[Any], object], *, alone: bool = True) -> Callable[[Store], object]:
    def task(store: Store) -> object:
        with store.write(who="Volunteer 1", task="edit", alone=alone) as writer:
            return run(writer)

    return task


def _tasks(assets: int, recent: str) -> tuple[Task, ...]:
    """Return all tasks; those that leave something out of the store come last."""
    fid, identifier = 7, _identifier(7)
    row = {"from_asset": identifier, "to_asset": _identifier(assets - 1), "evidence": "declared"}
    key, gone = {"id": _identifier(assets // 2)}, _identifier(11)
    return (
        Task("settings", _reading(lambda reader: reader.settings())),
        Task("footprint", _reading(lambda reader: reader.read(Footprint))),
        Task("an asset by its id", _reading(lambda reader: reader.find(Asset, {"id": identifier}))),
        Task("history of an asset, merges too", _reading(lambda reader: asset_history(reader, fid))),
        Task("the newest 20 changes", _reading(lambda reader: last_changes(reader, 20))),
        Task("edits made elsewhere", _reading(edited_elsewhere)),
        Task("as it stood lately", _reading(lambda reader: as_at(reader, Asset, recent)), scans="FROM assets"),
        Task("all referrals", _reading(lambda reader: reader.read(Referral)), scans="FROM referrals"),
        Task("all assets", _reading(lambda reader: reader.read(Asset)), scans="FROM assets"),
        Task("a new referral", _writing(lambda writer: writer.insert(Referral, [row]))),
        Task(
            "an edit of what was seen",
            _writing(lambda writer: writer.update(Asset, key, {"notes": "Rung."}, version=1), alone=False),
        ),
        Task("undo of the newest change", _writing(undo)),
        Task("an asset becomes hidden", _writing(lambda w: w.update(Asset, key, {"location_precision": "hidden"}))),
        Task("take over edits made elsewhere", _writing(take_over_edits)),
        Task("erase an asset", _writing(lambda writer: erase_asset(writer, 11, gone)), scans=" LIKE "),
        Task("erase a name", _writing(lambda writer: erase_words(writer, "A. Name")), scans="FROM "),
    )


def _identifier(number: int) -> str:
    # What md5(n::text)::uuid is there.
    return str(uuid.UUID(hashlib.md5(str(number).encode(), usedforsecurity=False).hexdigest()))


def measure(url: str, *, assets: int) -> list[Measured]:
    """Do every task with a store that :func:`fill` has filled, and return each statement as it was carried out.

    Parameters
    ----------
    url
        The database, as its owner.
    assets
        How many there are.
    """
    store = Store(url)
    with store.reading() as reader:
        recent = str(last_changes(reader, 20)["at"].iloc[-1])
    found: list[Measured] = []
    for task in _tasks(assets, recent):
        with _explaining(task, found):
            task.run(store)
    store.close()
    return found


@contextmanager
def _explaining(task: Task, found: list[Measured]) -> Iterator[None]:
    """Explain each statement of a task before it is made."""

    def explain(_: Connection, cursor: Any, statement: str, parameters: Any, __: Any, many: bool) -> tuple[str, Any]:  # noqa: FBT001 - SQLAlchemy's signature
        if not statement.startswith(_VERBS) or "set_config" in statement:
            return statement, parameters
        measured = _explained(cursor.connection, task, statement, parameters[0] if many else parameters)
        found.append(measured)
        # How long it takes is known now, and nobody wants a million rows here.
        too_many = statement.startswith("SELECT") and measured.rows > _MANY
        return statement + " LIMIT 0" * too_many, parameters

    event.listen(Engine, "before_cursor_execute", explain, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", explain)


_VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE")
_READ_SO_FAR = "SELECT relname, seq_tup_read FROM pg_stat_xact_user_tables"


def _explained(connection: "psycopg.Connection[Any]", task: Task, statement: str, parameters: Any) -> Measured:
    with connection.cursor() as cursor:
        before = dict(cursor.execute(_READ_SO_FAR).fetchall())
        cursor.execute("SAVEPOINT explaining")
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", parameters)
        ((told,),) = cursor.fetchall()[0]
        cursor.execute("ROLLBACK TO SAVEPOINT explaining")
        # What triggers and foreign keys read is in no plan, but it is counted.
        after = cursor.execute(_READ_SO_FAR).fetchall()
    nodes = list(_nodes(told["Plan"]))
    scanned = {name for name, rows in after if rows - before.get(name, 0) > LARGE}
    scanned |= {node["Relation Name"] for node in nodes if "Relation Name" in node and _in_vain(node) > LARGE}
    top = nodes[1] if nodes[0]["Node Type"] == "ModifyTable" else nodes[0]
    line = " ".join(statement.split())
    return Measured(
        task=task.name,
        statement=_short(line),
        ms=told["Planning Time"] + told["Execution Time"],
        rows=top["Actual Rows"] * top["Actual Loops"],
        pages=nodes[0]["Shared Hit Blocks"] + nodes[0]["Shared Read Blocks"],
        nodes=", ".join(dict.fromkeys(filter(None, map(_name, nodes)))),
        scanned=tuple(sorted(scanned)),
        allowed=bool(task.scans) and task.scans in line,
    )


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _in_vain(node: dict[str, Any]) -> int:
    """Return how many rows were read without an index, or read by one and then dropped."""
    dropped = sum(rows for name, rows in node.items() if name.startswith("Rows Removed by"))
    return int(node["Actual Loops"] * (dropped + node["Actual Rows"] * (node["Node Type"] == "Seq Scan")))


def _name(node: dict[str, Any]) -> str:
    what = node.get("Index Name") or (node.get("Relation Name") if node["Node Type"] == "Seq Scan" else "")
    return f"{node['Node Type']} {what.removeprefix('ix_').replace('rosc_map_', '')}" if what else ""


def _short(line: str) -> str:
    """Return what a statement does to which table."""
    words = line.replace('"', "").split()
    table = {"UPDATE": 1, "INSERT": 2, "DELETE": 2}.get(words[0]) or words.index("FROM") + 1
    return f"{words[0]} {words[table].removeprefix('rosc_map_')}"


def table(found: list[Measured]) -> Iterator[str]:
    """Return the lines of a table of what was measured; a statement that was sent again in one task is told once."""
    yield f"{'what':33} {'statement':22} {'times':>5} {'slowest':>11} {'rows':>9} {'pages':>8} indexed  how"
    times = Counter((one.task, one.statement, one.nodes, one.indexed) for one in found)
    for key, number in times.items():
        same = [one for one in found if (one.task, one.statement, one.nodes, one.indexed) == key]
        slowest = max(same, key=lambda one: one.ms)
        yield (
            f"{key[0]:33} {key[1]:22} {number:5} {slowest.ms:8.1f} ms {slowest.rows:9,} {slowest.pages:8,} "
            f"{key[3]:8} {key[2] or '-'}"
        )


def main() -> int:
    """Print one table; return 1 when something was scanned that should not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--assets", type=int, default=1_000_000)
    parser.add_argument("--history", type=int, default=10_000_000, help="at least twice as many as assets")
    given = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    from postgis import cluster, database

    folder = Path("/tmp") / f"rosc-map-{secrets.token_hex(6)}"  # noqa: S108 - the path of a socket has to be short
    with cluster(folder) as (admin, passfile), database(admin, passfile) as url:
        os.environ["PGPASSFILE"] = str(passfile)
        Store.create(url, {"title": "Large"}, {Footprint: [{"area_code": "E06000002"}]}).close()
        fill(admin.removesuffix("postgres") + url.rpartition("/")[2], assets=given.assets, history=given.history)
        found = measure(url, assets=given.assets)
    print(*table(found), sep="\n")
    return int(any(one.indexed == "NO" for one in found))


if __name__ == "__main__":
    sys.exit(main())
