"""Assets written to PostGIS by the store, beside psycopg that sends the same rows to the same table, in two ways."""

import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from beside import Peer, side_by_side
from psycopg import sql
from rows import Row

from rosc_map.records import Asset, Footprint
from rosc_map.store import Store

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

ASSETS, ROUNDS = 5_000, 3


@contextmanager
def empty_database() -> Iterator[tuple[str, str]]:
    """Give the address of a database of a server of its own, which waits for its disk, and of its superuser."""
    from postgis import cluster, database

    folder = Path("/tmp") / f"rosc-map-{secrets.token_hex(6)}"  # noqa: S108 - the path of a socket has to be short
    with cluster(folder, fsync=True) as (admin, passfile), database(admin, passfile) as url:
        os.environ["PGPASSFILE"] = str(passfile)
        yield url, admin.removesuffix("postgres") + url.rpartition("/")[2]


def assets(count: int) -> list[dict[str, object]]:
    """Return rows of made-up assets, as an import has them."""
    said = {"asset_type": "mutual_aid", "status": "active", "postcode": "TS1 2PA", "local_authority_code": "E06000002"}
    rows = [said | {"id": f"a{number}", "name": f"Example Group {number}"} for number in range(count)]
    return [row | {"upper_tier_code": "E06000002", "description": "What they do and for whom. " * 4} for row in rows]


def measure(_: Path) -> Iterator[Row]:
    """Yield the rows about writing to PostGIS: each way keeps its connection, and the table is emptied between."""
    rows = assets(ASSETS)
    with empty_database() as (url, superuser):
        store = Store.create(url, {"title": "Bench"}, {Footprint: [{"area_code": "E06000002"}]})
        names, cells = _as_stored(store, superuser, rows)
        fields = sql.SQL(", ").join(map(sql.Identifier, names))
        insert = sql.SQL("INSERT INTO assets ({}) VALUES ({})").format(fields, sql.SQL(", ").join(len(names) * [_AT]))
        copy = sql.SQL("COPY assets ({}) FROM STDIN").format(fields)

        def ours() -> None:
            with store.write(task="import") as writer:
                writer.insert(Asset, rows)

        with closing(store), closing(psycopg.connect(url)) as connection:

            def one_by_one() -> None:
                with connection.transaction(), connection.cursor() as cursor:
                    cursor.executemany(insert, cells)

            def copied() -> None:
                with connection.transaction(), connection.cursor() as cursor, cursor.copy(copy) as sent:
                    for row in cells:
                        sent.write_row(row)

            yield from side_by_side(
                f"{ASSETS:,} assets stored in PostGIS",
                ours,
                Peer("psycopg executemany, history too", one_by_one, "<= 3", "psycopg"),
                Peer("psycopg COPY, history too", copied, "<=", "psycopg"),
                rounds=ROUNDS,
                before=lambda: _empty(superuser),
            )


_AT = sql.Placeholder()


def _empty(superuser: str) -> None:
    with psycopg.connect(superuser) as connection:
        connection.execute("TRUNCATE assets CASCADE")


def _as_stored(
    store: Store, superuser: str, rows: list[dict[str, object]]
) -> tuple[list[str], list[tuple[object, ...]]]:
    """Return the columns and cells as the table has them."""
    with store.write(task="import") as writer:
        writer.insert(Asset, rows)
    with psycopg.connect(superuser) as connection:
        found = connection.execute("SELECT * FROM assets")
        names = [column.name for column in found.description or ()]
        kept = [at for at, name in enumerate(names) if name != "fid"]
        return [names[at] for at in kept], [tuple(row[at] for at in kept) for row in found.fetchall()]
