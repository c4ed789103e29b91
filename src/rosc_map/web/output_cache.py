"""What was made for people to look at, kept until the records change, and made anew beside the running server.

Making takes seconds to minutes, so a page is served as it is while a newer one is made: but never one that shows what
by now is not to be shown.
"""

import contextlib
import datetime as dt
import logging
import shutil
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from rosc_map.errors import RoscMapError
from rosc_map.records import Audience
from rosc_map.store import database_url
from rosc_map.web.commands import Commands
from rosc_map.web.faults import without_values
from rosc_map.web.output_files import OutputFile, Wanted, files_in, in_short, pack, words_for
from rosc_map.web.private_folder import PrivateFolder

__all__ = ["Made", "OutputCache", "RecordsWatch", "Shown"]

_LOG = logging.getLogger(__name__)
_MOST_KEPT = 30
_PAUSE = 60.0
_MOMENT = 5.0
_EVERY = 30.0
_OLDEST = dt.timedelta(minutes=10)
"""For how long something that was made is still given out once the records have changed."""
_COULD_NOT = "It could not be made. Try again in a few minutes."


class RecordsWatch(Protocol):
    """What knows whether the records have changed."""

    @property
    def marker(self) -> Any:
        """What is another one whenever the records are."""

    def refresh(self) -> object:
        """Take in what was changed elsewhere."""

    def told_less_since(self, marker: Any, audience: Audience) -> bool:
        """Whether since then anything changed that less may be shown of to an audience."""


@dataclass(frozen=True)
class Made:
    """What was made: of the records as they were at a moment.

    Attributes
    ----------
    at
        The moment.
    marker
        That of the records then.
    folder
        Where its files are.
    files
        Its files.
    said
        What the command said of it.
    in_short
        The sentence that tells most of it, or "".
    rounds
        The rounds whose figures others might see then.
    """

    at: dt.datetime
    marker: Any
    folder: Path
    files: tuple[OutputFile, ...]
    said: str
    in_short: str = ""
    rounds: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Shown:
    """What there is to show of something wanted.

    Attributes
    ----------
    made
        What there is; None when there is nothing yet, or nothing that may still be shown.
    is_newest
        Whether it is of the records as they are now.
    making
        Whether a newer one is being made.
    why
        Why the last one could not be made, in plain words, or "".
    again
        Whether it has to be made once more, because since it was begun less may be shown.
    """

    made: Made | None
    is_newest: bool
    making: bool
    why: str
    again: bool = False


@dataclass
class _Held:
    wanted: Wanted
    made: Made | None = None
    why: str = ""
    making: bool = False
    again: bool = False
    started: float | None = None
    changed: dt.datetime | None = None
    asked: float = field(default_factory=time.monotonic)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).astimezone()


class OutputCache:
    """Makes outputs in a folder of its own, which is gone when the server is.

    Parameters
    ----------
    target
        The partnership file, or the address of its database.
    live
        What knows whether the records have changed.
    commands
        What makes them.
    rounds_shown
        What tells the rounds whose figures others may see by now.
    pause
        How many seconds lie between two makings of one thing at least, while there is something to show.
    every
        How many seconds lie between two looks at whether something has to go, while nobody asks.
    now
        The clock.
    """

    def __init__(
        self,
        target: str,
        live: RecordsWatch,
        commands: Commands,
        *,
        rounds_shown: Callable[[], frozenset[str]] = frozenset,
        pause: float = _PAUSE,
        every: float = _EVERY,
        now: Callable[[], dt.datetime] = _now,
    ) -> None:
        self._target = target if database_url(target) else str(Path(target).absolute())
        self._live, self._commands, self._pause, self._now = live, commands, pause, now
        self._rounds_shown = rounds_shown
        self._folder = PrivateFolder()
        self._lock = threading.Lock()
        self._held: dict[tuple[Audience, str], _Held] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="outputs")
        self._to_make_ready: list[Wanted] = []
        self._timer: threading.Timer | None = None
        self._every, self._closing = every, threading.Event()
        self._looking = threading.Thread(target=self._look_often, name="outputs-looking", daemon=True)
        self._looking.start()

    def ask(self, wanted: Wanted) -> Shown:
        """Return what there is to show of something, and have a newer one made where that is due."""
        marker = self._look()
        with self._lock:
            held = self._held.setdefault((wanted.audience, wanted.slug), _Held(wanted))
            held.asked = time.monotonic()
            made = held.made
            newest = made is not None and made.marker == marker
            if not newest and not held.making and self._is_due(held):
                held.making, held.started, held.why = True, time.monotonic(), ""
                self._worker.submit(self._make, held)
            self._drop_oldest()
            return Shown(made, newest, held.making, "" if newest else held.why, held.again)

    def make_ready(self, wanted: Iterable[Wanted], *, after: float = _MOMENT) -> None:
        """Have some things made before anybody asks, one by one; what is asked for meanwhile goes first.

        Parameters
        ----------
        wanted
            The things.
        after
            How many seconds from now it begins: the first people who come are not to wait for it.
        """
        self._to_make_ready = list(wanted)
        self._timer = threading.Timer(after, self._make_next_ready)
        self._timer.daemon = True
        self._timer.start()

    def _make_next_ready(self) -> None:
        with contextlib.suppress(RoscMapError):  # the records cannot be read this moment: whoever asks is told
            while (wanted := self._next_to_make_ready()) is not None:
                self.ask(wanted)

    def _next_to_make_ready(self) -> Wanted | None:
        with self._lock:
            busy = any(held.making for held in self._held.values())
            return None if busy or not self._to_make_ready else self._to_make_ready.pop(0)

    def asked(self, audience: Audience, slug: str) -> tuple[Wanted, Made | None] | None:
        """Return what somebody asked for, with what was made of it if that may still be shown; None if nobody did."""
        self._look()
        with self._lock:
            held = self._held.get((audience, slug))
            return (held.wanted, held.made) if held else None

    def file(
        self, audience: Audience, slug: str, name: str, *, packed: bool = False
    ) -> tuple[OutputFile, bytes] | None:
        """Return a file that was made, or None where there is none, or none that may still be shown.

        Parameters
        ----------
        audience, slug
            What it is of.
        name
            Its name.
        packed
            As it was packed (gzip); a page of a map for everybody alone is.
        """
        asked = self.asked(audience, slug)
        made = asked[1] if asked else None
        # The name is only compared with those of the files that were made: it is never a path.
        found = next((each for each in made.files if each.name == name), None) if made else None
        if made is None or found is None:
            return None
        try:
            return found, (made.folder / (found.packed_name if packed else found.name)).read_bytes()
        except FileNotFoundError:  # a newer one has taken its place this moment
            return None

    def close(self) -> None:
        """End what is being made, and remove all that was."""
        self._closing.set()
        self._looking.join()
        self._to_make_ready = []
        if self._timer is not None:
            self._timer.cancel()
        self._commands.close()
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._folder.close()

    def _marker(self) -> tuple[Any, dt.date]:
        """Return the mark of what an output tells of: the records, and the day that it is told on."""
        self._live.refresh()
        return self._live.marker, self._now().date()

    def _look(self) -> tuple[Any, dt.date]:
        """Remove from the disk all that may not be shown any more, and return the mark of the records.

        Not only what is asked for: a place that is hidden by now stands in every older output.
        """
        marker, rounds = self._marker(), self._rounds_shown()
        with self._lock:
            for held in self._held.values():
                if held.made is None:
                    continue
                # Counted from the change, not from the making: a map of yesterday is as true as one of just now.
                as_now = held.made.marker[0] == self._live.marker
                held.changed = None if as_now else held.changed or self._now()
                too_old = held.changed is not None and self._now() - held.changed > _OLDEST
                if too_old or not self._allowed(held.wanted, held.made, rounds):
                    shutil.rmtree(held.made.folder, ignore_errors=True)
                    held.made = held.changed = None
        return marker

    def _allowed(self, wanted: Wanted, made: Made, rounds: frozenset[str]) -> bool:
        """Whether all that is in something may still be shown, and it is all there."""
        # Many outputs tell of rounds. Feedback that was taken back takes their figures back as well.
        if self._live.told_less_since(made.marker[0], wanted.audience) or not (
            wanted.audience is Audience.INTERNAL or made.rounds <= rounds
        ):
            return False
        # Who tidies temporary files may have taken some.
        names = [file.name for file in made.files]
        names += [file.packed_name for file in made.files if wanted.is_packed and file.policy]
        return all((made.folder / name).is_file() for name in names)

    def _look_often(self) -> None:
        """Look whether something has to go, also while nobody asks."""
        while not self._closing.wait(self._every):
            try:
                self._look()
            except RoscMapError:  # the records cannot be read this moment: then nothing is given out either
                _LOG.warning("The records could not be read to see whether something made has to be removed.")
            except Exception as error:  # noqa: BLE001 - it has to go on looking
                _LOG.error("What was made could not be looked through: %s", without_values(error))

    def _is_due(self, held: _Held) -> bool:
        if held.started is None or (held.made is None and not held.why):
            return True  # nothing can be shown meanwhile
        return time.monotonic() - held.started >= self._pause

    def _drop_oldest(self) -> None:
        """Keep no more than so many: what nobody has asked for longest goes."""
        spare = sorted((each for each in self._held.values() if not each.making), key=lambda each: each.asked)
        for held in spare[: max(0, len(self._held) - _MOST_KEPT)]:
            del self._held[held.wanted.audience, held.wanted.slug]
            if held.made is not None:
                shutil.rmtree(held.made.folder, ignore_errors=True)

    def _make(self, held: _Held) -> None:
        folder, made, why, again = None, None, _COULD_NOT, False
        try:
            folder = self._folder.new()
            made, why, again = self._made_in(folder, held.wanted)
        except Exception as error:  # noqa: BLE001 - no room on the disk, or a fault of ours: who waits has to be told
            _LOG.error("Something could not be made: %s", without_values(error))
        finally:
            with self._lock:
                before, held.making, held.why, held.again = held.made, False, why, again
                held.made = made or before
                held.changed = None if made else held.changed
            unused = (before.folder if before else None) if made else folder
            if unused:
                shutil.rmtree(unused, ignore_errors=True)
            self._make_next_ready()

    def _made_in(self, folder: Path, wanted: Wanted) -> tuple[Made | None, str, bool]:
        """Make one thing; return it, or why it could not be made, and whether it has to be made again.

        Before that the mark is taken, so that what changes meanwhile counts as changed since.
        """
        rounds, marker, at = self._rounds_shown(), self._marker(), self._now()

        def in_vain() -> bool:
            return self._live.told_less_since(marker[0], wanted.audience)

        ran = self._commands.run(words_for(wanted, self._target, folder), in_vain=in_vain)
        if in_vain():
            return None, "", True  # whoever waits for it asks again within seconds
        if ran.why:
            return None, ran.why.replace(f"{folder}/", ""), False
        said, rounds = ran.said.replace(f"{folder}/", ""), rounds | self._rounds_shown()
        short = in_short(wanted.kind, said, folder, at.date())
        files = files_in(folder)
        if wanted.is_packed:
            pack(folder, files)
        return Made(at, marker, folder, files, said, short, rounds), "", False
