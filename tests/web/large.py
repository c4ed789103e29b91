"""A large partnership in a PostGIS of its own that keeps what it was told, with a drawn round to ring."""

import importlib.util
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg

import rosc_map
from postgis import cluster, database

_FOR_CALLS = """
SET session_replication_role = replica;
UPDATE assets SET organisation = 'Organisation ' || fid, phone = '01632 96' || lpad((fid % 10000)::text, 4, '0');
"""


def _benchmark() -> Any:
    """The module that fills a large database."""
    path = Path(__file__).parents[2] / "benchmarks" / "postgis_scale.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec and spec.loader
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextmanager
def large_partnership(assets: int, *, sources: int = 100) -> Iterator[str]:
    """Make it, and give its address; PGPASSFILE names its password file."""
    folder = Path("/tmp") / f"rosc-map-{secrets.token_hex(6)}"  # the path of a socket has to be short
    with cluster(folder, fsync=True) as (admin, passfile), database(admin, passfile) as url:
        os.environ["PGPASSFILE"] = str(passfile)
        with closing(rosc_map.new(url, ["Middlesbrough"], title="Large")) as partnership:
            superuser = admin.removesuffix("postgres") + url.rpartition("/")[2]
            _benchmark().fill(superuser, assets=assets, history=assets * 3)
            with psycopg.connect(superuser) as connection:
                connection.execute(_FOR_CALLS)
            partnership.draw(sources=sources, targets=5, seed=2026)
        yield url
