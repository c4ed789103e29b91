"""A real HTTP server on 127.0.0.1 that answers as a script says, and remembers what it was asked."""

import contextlib
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Reply:
    """What to answer: ``body`` as bytes, or anything else as JSON."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    """Seconds before the first byte."""
    missing: int = 0
    """How many bytes more than it sends it says that there are; then it hangs up."""
    drip: float = 0.0
    """Seconds between single bytes of the body."""
    hang_up: bool = False
    """Close the connection without a word."""

    def content(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


class Loopback:
    """Use it in a ``with``; ``answer`` is a function of what was asked, or the replies in turn (the last one stays)."""

    def __init__(self, answer: Callable[[Asked], Reply] | list[Reply]) -> None:
        self._answer = answer
        self._closing = threading.Event()
        self._one_by_one = threading.Lock()
        self.asked: list[Asked] = []
        self.finished = 0
        """How many answers were sent to their end."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _next(self, asked: Asked) -> Reply:
        with self._one_by_one:
            self.asked.append(asked)
            if callable(self._answer):
                return self._answer(asked)
            return self._answer[min(len(self.asked), len(self._answer)) - 1]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        loopback = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                size = int(self.headers.get("Content-Length", 0))
                parts = urlsplit(self.path)
                headers = {name.lower(): value for name, value in self.headers.items()}
                params = dict(parse_qsl(parts.query, keep_blank_values=True))
                asked = Asked(self.command, parts.path, params, headers, self.rfile.read(size))
                with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
                    self._send(loopback._next(asked))

            do_POST = do_GET  # noqa: N815 - the standard library's name

            def _send(self, reply: Reply) -> None:
                loopback._closing.wait(reply.delay)
                if reply.hang_up:
                    return
                content = reply.content()
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content) + reply.missing))
                self.end_headers()
                for piece in [content[i : i + 1] for i in range(len(content))] if reply.drip else [content]:
                    if loopback._closing.wait(reply.drip):
                        break
                    self.wfile.write(piece)
                    self.wfile.flush()
                else:
                    loopback.finished += 1

            def log_message(self, *_: object) -> None:
                pass

        return Handler
