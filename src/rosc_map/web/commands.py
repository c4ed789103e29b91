"""Long work, done by the command line in a process of its own, so that nobody else's page waits for it.

A map of ten thousand assets takes a quarter of a minute. In this process it would hold up every other request; beside
it, and at a lower priority, it holds up nobody.
"""

import contextlib
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Commands", "Ran"]

_LOG = logging.getLogger(__name__)
_NICENESS = 10
_SAID_NO = 1
_OUR_FAULT = (
    "It could not be made, because something went wrong in this program. Try again in a few minutes. If it stays so,"
    " tell whoever looks after this site."
)
_TOO_LONG = "It took longer than {:.0f} minutes, and was stopped. Ask for less at once, or try again at a quieter time."
_CLOSING = "The site is being stopped. Try again in a few minutes."
_IN_VAIN = "The records were changed meanwhile. It has to be made again."
_LOOK_EVERY = 0.5


@dataclass(frozen=True)
class Ran:
    """What came of a command.

    Attributes
    ----------
    said
        What it said, when it did what it should.
    why
        Why it did not, in plain words; "" when it did.
    """

    said: str = ""
    why: str = ""


class Commands:
    """Runs our own programs, one at a time.

    Parameters
    ----------
    most_seconds
        How long one may take.
    """

    def __init__(self, *, most_seconds: float = 600) -> None:
        self._most_seconds = most_seconds
        self._alone = threading.Semaphore(1)
        self._lock = threading.Lock()
        self._running: subprocess.Popen[str] | None = None
        self._closed = False

    def run(
        self,
        words: Sequence[str],
        *,
        given: str = "",
        module: str = "rosc_map",
        in_vain: Callable[[], bool] = lambda: False,
    ) -> Ran:
        """Run a command, and wait for its end.

        Parameters
        ----------
        words
            Its words, as after ``rosc-map``; they meet no shell. Never a password: other users of the machine can read
            them.
        given
            What it is handed on its standard input.
        module
            The module of ours that is run.
        in_vain
            Whether nobody can use what comes of it any more: then it is ended.
        """
        with self._alone:
            process = self._started(words, module)
            if process is None:
                return Ran(why=_CLOSING)
            try:
                said, complained = self._awaited(process, given, in_vain)
            except subprocess.TimeoutExpired:
                process.kill()
                process.communicate()
                return Ran(why=_TOO_LONG.format(self._most_seconds / 60))
            finally:
                with self._lock:
                    self._running = None
        return Ran(why=_IN_VAIN) if in_vain() else self._ended(process.returncode, said, complained)

    def _awaited(self, process: "subprocess.Popen[str]", given: str, in_vain: Callable[[], bool]) -> tuple[str, str]:
        """Return what a process wrote, when it has ended.

        Raises
        ------
        subprocess.TimeoutExpired
            When it takes too long.
        """
        last = time.monotonic() + self._most_seconds
        to_hand: str | None = given
        while True:
            left = max(0.0, last - time.monotonic())
            try:
                return process.communicate(to_hand, timeout=min(left, _LOOK_EVERY))
            except subprocess.TimeoutExpired:
                to_hand = None  # it is being handed over
                if left <= _LOOK_EVERY:
                    raise
                if in_vain():
                    process.kill()

    def _started(self, words: Sequence[str], module: str) -> "subprocess.Popen[str] | None":
        with self._lock:
            if self._closed:
                return None
            # -P: what lies in the folder that the server was started in is no part of this program.
            command = [sys.executable, "-P", "-m", module, *words]
            pipe = subprocess.PIPE
            # A session of its own: Ctrl+C is for the server, which then ends what it has begun.
            self._running = subprocess.Popen(  # noqa: S603 - our own program, in words and without a shell
                command,
                stdin=pipe,
                stdout=pipe,
                stderr=pipe,
                encoding="utf-8",
                errors="replace",
                env=os.environ | {"PYTHONIOENCODING": "utf-8"},
                start_new_session=True,
            )
            if hasattr(os, "setpriority"):
                with contextlib.suppress(OSError):  # it is over already, or the system does not allow it
                    os.setpriority(os.PRIO_PROCESS, self._running.pid, _NICENESS)
            return self._running

    def _ended(self, code: int, said: str, complained: str) -> Ran:
        if code == 0:
            return Ran(said=said)
        if self._closed:
            return Ran(why=_CLOSING)
        if code == _SAID_NO and complained.strip() and "Traceback (most recent call last)" not in complained:
            return Ran(why=complained.strip())
        # Without what it wrote: that may hold what people typed.
        _LOG.error("A command of this program ended with code %s.", code)
        return Ran(why=_OUR_FAULT)

    def close(self) -> None:
        """End what is running, and begin nothing more."""
        with self._lock:
            self._closed = True
            if self._running is not None:
                self._running.kill()
