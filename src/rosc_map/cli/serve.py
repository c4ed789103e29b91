"""The command that serves the web app."""

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rosc_map.cli import output
from rosc_map.cli.words import By, File
from rosc_map.errors import FileProblem, InputError

if TYPE_CHECKING:
    import socket

    from rosc_map.web.settings import WebSettings

__all__ = ["add_to"]

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_NEEDED = ("fastapi", "uvicorn", "python_multipart", "argon2")
_CADDY = """
To let others in, give each an account, and put a web server with https in front, such as Caddy.
1. Make the first account:   rosc-map people add {file} --role admin --url https://map.example.org
2. Write this into the Caddyfile, with your own address:
       {{
           log default {{
               exclude http.log.error http.handlers http.stdlib
           }}
           servers {{
               timeouts {{
                   read_header 10s
                   read_body 10m
               }}
           }}
       }}

       map.example.org {{
           request_body {{
               max_size 21MB
           }}
           reverse_proxy 127.0.0.1:{port}
       }}
3. Start this on the same machine:   rosc-map serve {file} --url https://map.example.org"""


def add_to(app: typer.Typer) -> None:
    """Add the command to the others."""
    app.command()(serve)


def serve(
    file: File,
    host: Annotated[str, typer.Option(help="The address of this machine to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8000,
    url: Annotated[
        str, typer.Option(help="What people type, for example https://map.example.org. Then everybody signs in.")
    ] = "",
    by: By = "",
) -> None:
    """Open the web app: record on a phone, ring from a list, see the map.

    For you alone on this machine; with --url for everybody who has an account. It runs until Ctrl+C.

    Example: rosc-map serve area.gpkg
    """
    missing = [name for name in _NEEDED if not find_spec(name)]
    if missing:
        raise InputError('The web app needs more parts. Install them: pip install "rosc-map[web]"')
    if not url and host not in _LOOPBACK:
        raise InputError(
            f"Without --url nobody signs in, so the app cannot listen on {host!r}: everybody could change the records."
            + _CADDY.format(file=file, port=port)
        )
    from rosc_map.web.settings import WebSettings

    _check_writable(file)
    settings = WebSettings(file, url=_checked_url(url, host), by=by, port=port)
    with contextlib.closing(_listening(host, port)) as ear:
        _run(settings, ear, f"[{host}]" if ":" in host else host)


def _check_writable(file: str) -> None:
    """Refuse a file in which nobody could record anything.

    Raises
    ------
    FileProblem
        When it is there and may not be written to.
    """
    if "://" not in file and Path(file).exists() and not os.access(file, os.W_OK):
        raise FileProblem(f"You may not write to {file}, so nothing could be recorded. Ask who owns it.")


def _checked_url(url: str, host: str) -> str:
    """Return the address as browsers write it.

    Raises
    ------
    InputError
        When it is none, or when passwords would travel over it where others can read them.
    """
    from urllib.parse import urlsplit

    if not url:
        return ""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname or "", parts.port
    except ValueError:
        name = ""
    if not name or parts.scheme not in ("https", "http") or parts.path.strip("/") or parts.query or parts.fragment:
        raise InputError(f"{url!r} is not an address to serve. Give it like this: --url https://map.example.org")
    if parts.username is not None:
        raise InputError("The address holds a name or a password. Leave it out: people sign in on the page.")
    if parts.scheme == "http" and not (name in _LOOPBACK and host in _LOOPBACK):
        raise InputError(
            f"With {url!r} passwords could be read on their way. Use https, with a web server in front."
            + _CADDY.format(file="FILE", port=8000)
        )
    return f"{parts.scheme}://{parts.netloc.lower()}"


def _listening(host: str, port: int) -> "socket.socket":
    """Return a socket that listens there.

    Raises
    ------
    FileProblem
        When something else does, or nobody may.
    """
    import socket

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # With the protocol named, asyncio sends small answers at once; without it each would wait for some 40 ms.
        ear = socket.socket(family, kind, protocol)
    except OSError:
        raise InputError(f"{host!r} is not an address of this machine. Leave --host out for 127.0.0.1.") from None
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            ear.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        ear.bind(address)
        ear.listen(128)
    except OSError as error:
        ear.close()
        raise _why_not(error, host, port) from None
    return ear


def _why_not(error: OSError, host: str, port: int) -> FileProblem | InputError:
    if error.errno == errno.EADDRINUSE:
        return FileProblem(
            f"Port {port} is in use: something else is served there, perhaps this app. "
            f"Stop it, or choose another port: --port {port + 1 if port < 65535 else 8000}"
        )
    if error.errno == errno.EACCES:
        return FileProblem(f"You may not listen on port {port}. Choose one above 1023, for example --port 8000")
    return InputError(f"{host!r} is not an address of this machine. Leave --host out for 127.0.0.1.")


def _run(settings: "WebSettings", ear: "socket.socket", host: str) -> None:
    import uvicorn

    from rosc_map.web.app import make_app
    from rosc_map.web.outputs import MADE_READY

    app = make_app(settings)
    site = app.state.site
    try:
        _check_accounts(settings, site)
        output.say(*site.remarks)
        if settings.signs_in:
            output.say(f"Listening on http://{host}:{settings.port}. People open {settings.url} and sign in.")
        else:
            output.say(f"Open this in a browser on this machine: http://{host}:{settings.port}/?key={settings.key}")
        output.say("Stop it with Ctrl+C.")
        sys.stdout.flush()  # whoever started it from a program waits for these lines
    except BaseException:
        site.close()
        raise
    site.outputs.make_ready(MADE_READY)
    with _stopping_quietly():
        uvicorn.Server(_configuration(app, settings)).run(sockets=[ear])


def _check_accounts(settings: "WebSettings", site: Any) -> None:
    """Refuse to start where nobody could sign in.

    Raises
    ------
    InputError
        Says how to make the first account.
    """
    if not settings.signs_in:
        return
    site.people.set_setting("url", settings.url)  # so that invitations made on the command line lead here
    if not site.people.accounts():
        raise InputError(
            "Nobody has an account yet, so nobody could sign in. "
            f"Make the first one: rosc-map people add {settings.target} --role admin"
        )


def _configuration(app: Any, settings: "WebSettings") -> Any:
    import uvicorn

    return uvicorn.Config(
        app,
        access_log=False,  # addresses and paths of people are nobody's business
        log_level="warning",
        proxy_headers=settings.signs_in,
        forwarded_allow_ips="127.0.0.1,::1",
        server_header=False,
        ws="none",
        lifespan="on",
        h11_max_incomplete_event_size=32 * 1024,
        limit_concurrency=500,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=10,
    )


@contextlib.contextmanager
def _stopping_quietly() -> Iterator[None]:
    """Let an order to end (SIGTERM) be obeyed as Ctrl+C is: the server finishes, and then sends it on to us."""

    def leave(_number: int, _frame: Any) -> None:
        raise SystemExit(0)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
