"""A real PostGIS for the tests marked ``postgis``: a private server, and a database of its own for each test.

A script has the same without pytest (with this folder on its path)::

    with cluster(Path("/tmp/my-server"), fsync=True) as (admin, passfile), database(admin, passfile) as url:
        os.environ["PGPASSFILE"] = str(passfile)
"""

import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import in_memory

TEMPLATE = "template_postgis"
OWNER = "partnership"
_ADMIN = "postgres"
_NEEDED = ("initdb", "pg_ctl", "pg_config")
_SETTINGS = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = '{folder}'
max_connections = 120
"""
_UNSAFE_BUT_FAST = """
fsync = off
synchronous_commit = off
full_page_writes = off
"""
# Its input ends when we close it, and also when we are killed: then the server goes, and its files.
_GUARD = 'cat >/dev/null; "$0" stop --pgdata="$1/data" --mode=immediate; rm -rf "$1"'


def programs() -> Path | None:
    """Return the folder of the newest server here that has PostGIS, or None where the tests can have none.

    ``ROSC_MAP_POSTGRES`` names it where it is not in Debian's place.
    """
    if not find_spec("psycopg"):
        return None
    wanted = os.environ.get("ROSC_MAP_POSTGRES")
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    folders = [Path(wanted)] if wanted else sorted(debian, key=lambda each: float(each.parent.name), reverse=True)
    return next(filter(_has_postgis, folders), None)


def _has_postgis(folder: Path) -> bool:
    if not all((folder / name).is_file() for name in _NEEDED):
        return False
    share = subprocess.run([folder / "pg_config", "--sharedir"], capture_output=True, text=True, check=True)
    return Path(share.stdout.strip(), "extension", "postgis.control").is_file()


@contextmanager
def cluster(folder: Path, *, fsync: bool = False) -> Iterator[tuple[str, Path]]:
    """Run a private PostgreSQL server in a new folder, and stop it and remove the folder at the end.

    It also goes when this process is killed. It asks for a password on 127.0.0.1 and on its socket alike.

    Parameters
    ----------
    folder : Path
        Does not exist yet. The socket is in it, so its path is short (a socket's has 107 bytes at most). As root the
        server runs as the system's user ``postgres``, who must be able to reach it: pytest's ``tmp_path`` is no good.
    fsync : bool
        Whether what is committed outlives a power cut. Tests are faster without.

    Yields
    ------
    tuple[str, Path]
        The URL of the superuser's database ``postgres``, without a password, and the password file that libpq reads
        when ``PGPASSFILE`` names it. There is a template ``TEMPLATE`` with PostGIS and a plain role ``OWNER``.

    Raises
    ------
    RuntimeError
        With what the server said, when it does not start.
    """
    server = programs()
    if not server:
        raise RuntimeError("There is no PostgreSQL server with PostGIS here: run tests/install_postgis.sh.")
    account: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    folder = folder.resolve()
    folder.mkdir(mode=0o700)
    if account:
        shutil.chown(folder, "postgres", "postgres")
    guard = subprocess.Popen(
        ["sh", "-c", _GUARD, server / "pg_ctl", folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd="/",
        start_new_session=True,  # so that Ctrl-C leaves it to its work
        **account,
    )
    try:
        with _free_port() as port:
            yield _start(server, folder, port, account, fsync=fsync)
    finally:
        guard.communicate()
        shutil.rmtree(folder, ignore_errors=True)  # the guard empties it, but only its parent's owner may remove it


@contextmanager
def _free_port() -> Iterator[int]:
    """Keep a port for the server: Linux lets it listen where we are bound, and gives the port to no one else."""
    with socket.socket() as bound:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(("127.0.0.1", 0))
        yield bound.getsockname()[1]


def _start(server: Path, folder: Path, port: int, account: dict[str, Any], *, fsync: bool) -> tuple[str, Path]:
    data, log, password = folder / "data", folder / "log", secrets.token_hex(16)
    passfile = _write(folder / "passfile", f"*:{port}:*:*:{password}\n")
    given = _write(folder / "password", password)
    if account:
        shutil.chown(given, "postgres")

    def run(program: str, *arguments: str) -> None:
        settings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        command = [str(server / program), f"--pgdata={data}", *arguments]
        done = subprocess.run(command, cwd="/", env=settings, capture_output=True, text=True, check=False, **account)
        if done.returncode:
            said = log.read_text("utf-8", "replace") if log.exists() else ""
            raise RuntimeError(f"The PostgreSQL server in {folder} did not start.\n{done.stdout}{done.stderr}{said}")

    how = ("--auth=scram-sha-256", f"--pwfile={given}", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
    run("initdb", f"--username={_ADMIN}", *how)
    given.unlink()
    with (data / "postgresql.conf").open("a", encoding="utf-8") as configuration:
        configuration.write(_SETTINGS.format(port=port, folder=folder) + ("" if fsync else _UNSAFE_BUT_FAST))
    run("pg_ctl", "start", "--wait", f"--log={log}")
    admin = f"postgresql://{_ADMIN}@127.0.0.1:{port}/postgres"
    _execute(admin, passfile, f"CREATE ROLE {OWNER} LOGIN PASSWORD '{password}'", f"CREATE DATABASE {TEMPLATE}")
    _execute(_at(admin, TEMPLATE), passfile, "CREATE EXTENSION postgis")
    return admin, passfile


def _write(path: Path, text: str) -> Path:
    path.touch(mode=0o600)  # libpq ignores a password file that others may read
    path.write_text(text, "utf-8")
    return path


def _at(admin: str, name: str, user: str = _ADMIN) -> str:
    """Return the URL of another database, or another user's, on the same server."""
    return admin.replace(f"//{_ADMIN}@", f"//{user}@").removesuffix("/postgres") + f"/{name}"


def _execute(url: str, passfile: Path, *statements: str) -> None:
    import psycopg

    # Said outright, because PGPASSWORD, which a test may have set, would go before the password file.
    password = passfile.read_text("utf-8").strip().rpartition(":")[2]
    with psycopg.connect(url, password=password, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


@contextmanager
def database(admin: str, passfile: Path, *, like: str = "") -> Iterator[str]:
    """Make a database with PostGIS on a :func:`cluster`, give its owner's URL, and drop it at the end.

    It is empty, or a copy of the database with the URL ``like``, in which nobody is at work. The owner is no
    superuser: on a server that others run, a partnership is none either.
    """
    name, template = f"test_{secrets.token_hex(6)}", like.rpartition("/")[2] or TEMPLATE
    _execute(admin, passfile, f"CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER}")
    try:
        yield _at(admin, name, OWNER)
    finally:
        _execute(admin, passfile, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgis_cluster() -> Iterator[tuple[str, Path]]:
    """One server for the session (under xdist, for each worker): what :func:`cluster` yields."""
    # Not the temporary folder of the settings: that may be long, or closed to the server's user.
    with cluster(in_memory.short_folder() / f"rosc-map-{secrets.token_hex(6)}") as running:
        yield running


@contextmanager
def _password_known(passfile: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("PG")]:
            patch.delenv(name)
        patch.setenv("PGPASSFILE", str(passfile))
        yield


@pytest.fixture
def postgis_passfile(postgis_cluster: tuple[str, Path]) -> Iterator[None]:
    """Let only the file that PGPASSFILE names hold the password."""
    with _password_known(postgis_cluster[1]):
        yield


@pytest.fixture
def postgis(postgis_cluster: tuple[str, Path], postgis_passfile: None) -> Iterator[str]:
    """Return the URL of an empty database with PostGIS; the password is only in the file that PGPASSFILE names."""
    with database(*postgis_cluster) as url:
        yield url


@pytest.fixture(scope="session")
def new_postgis(postgis_cluster: tuple[str, Path]) -> Iterator[str]:
    """Return the URL of a database with a new, empty store, made once, in which nobody may work: it is copied."""
    from rosc_map.store import Store

    with _password_known(postgis_cluster[1]), database(*postgis_cluster) as url:
        Store.create(url, {"title": "T", "banner": ""}).close()
        yield url
